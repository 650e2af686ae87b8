"""What all pictures share: size, colours, fonts, a rounded card, and the way to a PNG."""

# matplotlib's own types leave the keyword arguments of most calls open.
# pyright: reportUnknownMemberType=false

import io
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyBboxPatch

# A point is a pixel; Discord shows pictures at about half of this width.
DPI = 72
CORNER_PIXELS = 24

# The colours of cogs/looks.py, on a card of their own that suits Discord's dark and light themes.
CARD = "#1E2326"
GRID = "#3B4348"
WORDS = "#F2F3F5"
QUIET_WORDS = "#B9C0C7"
COIN = "#F0B132"
GARDEN = "#3BA55D"
DIAMOND = "#5BC0EB"
QUIET = "#80848E"

_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
# matplotlib's own files: what is on the machine differs from one to the next.
REGULAR = FontProperties(fname=str(_FONTS / "DejaVuSans.ttf"))
BOLD = FontProperties(fname=str(_FONTS / "DejaVuSans-Bold.ttf"))

# A dollar is a dollar, not the beginning of a formula.
mpl.rcParams["text.parse_math"] = False


def sized(font: FontProperties, size_pixels: float) -> FontProperties:
    """Return a font in a size."""
    copy = font.copy()
    copy.set_size(size_pixels)
    return copy


def new_figure(width_pixels: int, height_pixels: int) -> Figure:
    """Return an empty picture; the caller's own, since pyplot would keep it for ever."""
    figure = Figure(figsize=(width_pixels / DPI, height_pixels / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def card(figure: Figure, colour: str = CARD) -> FancyBboxPatch:
    """Put a card with round corners behind everything, and return its shape."""
    width, height = figure.bbox.width, figure.bbox.height
    figure.patch.set_alpha(0)
    shape = FancyBboxPatch(
        (0, 0),
        width,
        height,
        boxstyle=f"round,pad=0,rounding_size={CORNER_PIXELS}",
        transform=None,
        facecolor=colour,
        edgecolor="none",
        zorder=-10,
    )
    figure.add_artist(shape)
    return shape


def as_png(figure: Figure) -> bytes:
    """Return the picture in a file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def characters() -> frozenset[int]:
    """Return the code points that every font of the pictures has."""
    fonts = [FT2Font(str(font.get_file())) for font in (REGULAR, BOLD)]
    return frozenset[int].intersection(*(frozenset(font.get_charmap()) for font in fonts))
