"""Draws bar charts: what was sold beside the same hours before, what was received by day."""

# matplotlib's own types leave the keyword arguments of most calls open.
# pyright: reportUnknownMemberType=false

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import IdentityTransform

from bot.pictures.canvas import (
    BOLD,
    CARD,
    COIN,
    DIAMOND,
    DPI,
    GARDEN,
    GRID,
    QUIET,
    QUIET_WORDS,
    REGULAR,
    WORDS,
    as_png,
    card,
    new_figure,
    sized,
)
from bot.pictures.charts import BarChart, Mark

WIDTH_PIXELS = 1100
HEIGHT_PIXELS = 560
_STACK = (COIN, GARDEN, DIAMOND)
_LABEL_PIXELS = 22
_LEGEND_PIXELS = 24
_NOTE_PIXELS = 30
_MARGIN_PIXELS = 28
_CORNER_PIXELS = 7
_LEAST_GAP_PIXELS = 22
_ALONE = 0.72  # of the way from one bar to the next
_PAIRED = 0.38
_PAIR_SHIFT = 0.2


def draw_bars(chart: BarChart) -> bytes:
    """Return a bar chart as a PNG."""
    figure = new_figure(WIDTH_PIXELS, HEIGHT_PIXELS)
    card(figure)
    figure.set_layout_engine("constrained", w_pad=_MARGIN_PIXELS / DPI, h_pad=_MARGIN_PIXELS / DPI)
    axes = figure.add_subplot()
    _draw_series(axes, chart)
    _draw_scale(axes, chart.marks, QUIET_WORDS)
    _draw_places(axes, chart)
    if chart.line is not None:
        _draw_line(axes, chart)
    _draw_legend(figure, chart)
    if not any(any(series.values) for series in chart.all_series):
        _draw_nothing(axes, chart)
    figure.draw_without_rendering()
    _thin_out(axes, chart)
    # Without some labels there may be more room; then everything has its place in pixels.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    _round_off(axes, chart)
    return as_png(figure)


def _draw_series(axes: Axes, chart: BarChart) -> None:
    places = range(len(chart.places))
    is_paired = chart.compared is not None
    width = _PAIRED if is_paired else _ALONE
    shift = -_PAIR_SHIFT if is_paired else 0.0
    floors = [0] * len(chart.places)
    for series, colour in zip(chart.bars, _STACK, strict=False):
        at = [place - shift for place in places]
        axes.bar(at, series.values, width, bottom=floors, color=colour, zorder=3)
        floors = [a + b for a, b in zip(floors, series.values, strict=True)]
    if chart.compared is not None:
        at = [place + shift for place in places]
        axes.bar(at, chart.compared.values, width, color=QUIET, zorder=3)


def _draw_scale(axes: Axes, marks: tuple[Mark, ...], colour: str) -> None:
    axes.set_ylim(0, max((mark.value for mark in marks), default=0) or 1)
    axes.set_yticks(
        [mark.value for mark in marks],
        [mark.label for mark in marks],
        fontproperties=sized(REGULAR, _LABEL_PIXELS),
        color=colour,
    )
    axes.tick_params(length=0, pad=10)


def _draw_places(axes: Axes, chart: BarChart) -> None:
    axes.set_xlim(-0.6, len(chart.places) - 0.4)
    axes.set_xticks(
        range(len(chart.places)),
        chart.places,
        fontproperties=sized(REGULAR, _LABEL_PIXELS),
        color=QUIET_WORDS,
    )
    axes.set_xlabel(
        chart.axis,
        fontproperties=sized(REGULAR, _LABEL_PIXELS),
        color=QUIET_WORDS,
        labelpad=10,
    )
    axes.set_facecolor("none")
    axes.grid(axis="y", color=GRID, linewidth=1.5)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.spines["bottom"].set(visible=True, color=QUIET, linewidth=2)


def _draw_line(axes: Axes, chart: BarChart) -> None:
    assert chart.line is not None
    right = axes.twinx()
    right.plot(
        range(len(chart.places)),
        chart.line.values,
        color=DIAMOND,
        linewidth=5,
        solid_capstyle="round",
        solid_joinstyle="round",
        zorder=5,
        clip_on=False,
        path_effects=[Stroke(linewidth=11, foreground=CARD), Normal()],
    )
    _draw_scale(right, chart.line_marks or chart.marks, DIAMOND)
    right.spines[:].set_visible(False)
    right.set_facecolor("none")


def _draw_nothing(axes: Axes, chart: BarChart) -> None:
    axes.set_yticks([])
    axes.text(
        0.5,
        0.5,
        chart.nothing,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=QUIET_WORDS,
        fontproperties=sized(REGULAR, _NOTE_PIXELS),
    )


def _draw_legend(figure: Figure, chart: BarChart) -> None:
    keys: list[Patch | Line2D] = [
        Patch(color=colour, label=series.name)
        for series, colour in zip(chart.bars, _STACK, strict=False)
    ]
    if chart.compared is not None:
        keys.insert(0, Patch(color=QUIET, label=chart.compared.name))
    if chart.line is not None:
        keys.append(Line2D([], [], color=DIAMOND, linewidth=5, label=chart.line.name))
    width = _legend(figure, keys, _LEGEND_PIXELS).get_window_extent().width
    too_wide = width / (figure.bbox.width - 2 * _MARGIN_PIXELS)
    if too_wide > 1:
        figure.legends.clear()
        _legend(figure, keys, _LEGEND_PIXELS / too_wide)


def _legend(figure: Figure, keys: list[Patch | Line2D], size_pixels: float) -> Legend:
    return figure.legend(
        handles=keys,
        loc="outside upper left",
        ncols=len(keys),
        frameon=False,
        labelcolor=WORDS,
        prop=sized(BOLD, size_pixels),
        handlelength=1,
        handleheight=1,
        handletextpad=0.5,
        columnspacing=1.5,
        borderpad=0,
        borderaxespad=_MARGIN_PIXELS / size_pixels,
    )


def _thin_out(axes: Axes, chart: BarChart) -> None:
    """Leave out labels, evenly, until none touches the next."""
    labels = axes.get_xticklabels()
    widest = max(label.get_window_extent().width for label in labels)
    apart = axes.get_window_extent().width / (len(chart.places) + 0.2)
    every = max(1, -int(-(widest + _LEAST_GAP_PIXELS) // apart))
    for number, label in enumerate(labels):
        label.set_visible(number % every == 0)


def _round_off(axes: Axes, chart: BarChart) -> None:
    """Round the upper corners of every bar, of stacked ones those of the whole stack."""
    bars: list[Patch] = list(axes.patches)
    count = len(chart.places)
    stacked = len(chart.bars) * count
    stacks = [bars[place:stacked:count] for place in range(count)]
    for stack in (*stacks, *([bar] for bar in bars[stacked:])):
        extents = [bar.get_window_extent() for bar in stack]
        left, right, floor = extents[0].x0, extents[0].x1, extents[0].y0
        top = max(extent.y1 for extent in extents)
        radius = min(_CORNER_PIXELS, (right - left) / 2, top - floor)
        shape = FancyBboxPatch(
            (left, floor - 2 * _CORNER_PIXELS),
            right - left,
            top - floor + 2 * _CORNER_PIXELS,
            boxstyle=f"round,pad=0,rounding_size={radius}",
            transform=IdentityTransform(),
        )
        for bar in stack:
            bar.set_clip_path(shape)
