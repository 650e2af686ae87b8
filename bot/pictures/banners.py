"""Draws banners: a large headline and the admin's words, beside flowers."""

# matplotlib's own types leave the keyword arguments of most calls open.
# pyright: reportUnknownMemberType=false

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, Ellipse, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, IdentityTransform

from bot.pictures.canvas import (
    BOLD,
    COIN,
    REGULAR,
    WORDS,
    as_png,
    card,
    new_figure,
    sized,
)
from bot.pictures.charts import Banner

WIDTH_PIXELS = 1000
HEIGHT_PIXELS = 300
_MARGIN_PIXELS = 44
_WORDS_WIDTH_PIXELS = 620
_HEADLINE_SIZES = range(104, 19, -4)
_TEXT_SIZES = range(42, 15, -2)
_LINE_HEIGHT = 1.2
_GAP_PIXELS = 14

_SKY = ("#123A2B", "#1F6B46")
_STEM = "#57B97A"
# Where each flower is, in pixels, how large, how many petals in which colour.
_FLOWERS = (
    (748, 120, 40, 6, "#8E6CEF"),
    (932, 112, 38, 6, "#5BC0EB"),
    (790, 222, 36, 8, "#F5C542"),
    (912, 224, 42, 5, "#9CCC65"),
    (842, 150, 58, 7, "#EC6EAD"),
)
_ROOT = (846, -20)


def draw_banner(banner: Banner) -> bytes:
    """Return a banner as a PNG."""
    figure = new_figure(WIDTH_PIXELS, HEIGHT_PIXELS)
    _draw_sky(figure)
    for x, y, size, petals, colour in _FLOWERS:
        _draw_stem(figure, x, y)
        _draw_flower(figure, (x, y), size, petals, colour)
    _draw_words(figure, banner)
    return as_png(figure)


def _draw_sky(figure: Figure) -> None:
    shape = card(figure, _SKY[0])
    colours = LinearSegmentedColormap.from_list("sky", _SKY)
    across = figure.add_axes((0, 0, 1, 1), zorder=-5)
    across.set_axis_off()
    across.imshow([[0, 0.5], [0.5, 1]], cmap=colours, aspect="auto", interpolation="bicubic")
    across.images[0].set_clip_path(shape)


def _draw_stem(figure: Figure, x: float, y: float) -> None:
    root_x, root_y = _ROOT
    curve = Outline(
        [(root_x, root_y), (root_x, y / 2), (x, y)],
        [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3],
    )
    stem = PathPatch(
        curve, facecolor="none", edgecolor=_STEM, linewidth=6, transform=IdentityTransform()
    )
    figure.add_artist(stem)


def _draw_flower(
    figure: Figure, centre: tuple[float, float], size: float, petals: int, colour: str
) -> None:
    for number in range(petals):
        turned = Affine2D().translate(0, size * 0.6).rotate_deg(number * 360 / petals)
        petal = Ellipse(
            (0, 0),
            size * 4 / petals**0.8,
            size * 1.1,
            facecolor=colour,
            edgecolor=_SKY[0],
            linewidth=2,
            transform=turned.translate(*centre),
        )
        figure.add_artist(petal)
    middle = Circle(centre, size * 0.34, facecolor=WORDS, edgecolor=_SKY[0], linewidth=2)
    middle.set_transform(IdentityTransform())
    figure.add_artist(middle)


def _draw_words(figure: Figure, banner: Banner) -> None:
    """Write the headline and the text below it, as large as they fit, in the middle."""
    most = HEIGHT_PIXELS - 2 * _MARGIN_PIXELS
    headline_most = most * (0.55 if banner.text.strip() else 1.0)
    written = [(*fitted(figure, banner.headline, BOLD, _HEADLINE_SIZES, headline_most), BOLD, COIN)]
    if banner.text.strip():
        left = most - _height(*written[0][:2]) - _GAP_PIXELS
        written.append((*fitted(figure, banner.text, REGULAR, _TEXT_SIZES, left), REGULAR, WORDS))
    heights = [_height(lines, size) for lines, size, *_ in written]
    top = (HEIGHT_PIXELS + sum(heights) + _GAP_PIXELS * (len(written) - 1)) / 2
    for (lines, size, font, colour), height in zip(written, heights, strict=True):
        for number, line in enumerate(lines):
            middle = top - (number + 0.5) * size * _LINE_HEIGHT
            _draw_line(figure, line, middle, sized(font, size), colour)
        top -= height + _GAP_PIXELS


def _draw_line(figure: Figure, line: str, middle: float, font: FontProperties, colour: str) -> None:
    figure.text(
        _MARGIN_PIXELS,
        middle,
        line,
        transform=IdentityTransform(),
        va="center_baseline",
        color=colour,
        fontproperties=font,
    )


def _height(lines: list[str], size: int) -> float:
    return len(lines) * size * _LINE_HEIGHT


def fitted(
    figure: Figure, text: str, font: FontProperties, sizes: range, most_height_pixels: float
) -> tuple[list[str], int]:
    """Return the lines of a text and the largest size in which they fit, or else the smallest."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()
    lines: list[str] = []
    for size in sizes:
        lines = _wrapped(renderer, text, sized(font, size))
        is_whole = " ".join(lines).split() == text.split()
        if is_whole and _height(lines, size) <= most_height_pixels:
            return lines, size
    # A word alone is wider than a line: cut it, and then only the height counts.
    for size in sizes:
        lines = _wrapped(renderer, text, sized(font, size))
        if _height(lines, size) <= most_height_pixels:
            return lines, size
    return lines, sizes[-1]


def _wrapped(renderer: RendererAgg, text: str, font: FontProperties) -> list[str]:
    """Break a text between words, and inside those that are wider than a line."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _fits(renderer, longer, font):
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if not _fits(renderer, lines[-1] + character, font):
                lines.append("")
            lines[-1] += character
    return lines


def _fits(renderer: RendererAgg, line: str, font: FontProperties) -> bool:
    width, _, _ = renderer.get_text_width_height_descent(line, font, ismath=False)
    return width <= _WORDS_WIDTH_PIXELS
