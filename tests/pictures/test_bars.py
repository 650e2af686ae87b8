"""Tests of bar charts: that they show what they were given, and that it can be seen."""

from dataclasses import replace

import pytest

from bot.pictures.bars import HEIGHT_PIXELS, WIDTH_PIXELS, draw_bars
from bot.pictures.canvas import CARD, COIN, DIAMOND, GARDEN, QUIET, QUIET_WORDS, WORDS
from cogs.looks import COIN_COLOUR, DIAMOND_COLOUR, GARDEN_COLOUR, QUIET_COLOUR
from tests.pictures.looking import colour, contrast, earnings, pixels_of, sales, seen

DARK_THEME = colour("#313338")
LIGHT_THEME = colour("#FFFFFF")


def test_the_colours_are_those_of_the_cards() -> None:
    ours = [colour(code) for code in (COIN, DIAMOND, GARDEN, QUIET)]
    theirs = [COIN_COLOUR, DIAMOND_COLOUR, GARDEN_COLOUR, QUIET_COLOUR]
    assert ours == [one.to_rgb() for one in theirs]


def test_everything_stands_out_from_the_card_whatever_the_theme_around_it() -> None:
    card = colour(CARD)
    assert all(contrast(colour(code), card) > 7 for code in (WORDS, QUIET_WORDS))
    assert all(contrast(colour(code), card) > 3 for code in (COIN, DIAMOND, GARDEN, QUIET))
    picture = seen(draw_bars(sales([5, 9], [3, 2])))
    # Round corners let the theme through; between them nothing of it shows.
    assert picture.getchannel("A").getpixel((0, 0)) == 0
    for theme in (DARK_THEME, LIGHT_THEME):
        assert picture.getpixel((WIDTH_PIXELS // 2, 5)) == (*card, 255)
        assert contrast(card, theme) > 1.2


def test_a_chart_has_its_size_and_both_kinds_of_bars() -> None:
    picture = seen(draw_bars(sales([100, 200, 300], [300, 0, 0])))
    assert picture.size == (WIDTH_PIXELS, HEIGHT_PIXELS)
    sold, before = pixels_of(picture, COIN), pixels_of(picture, QUIET)
    # Twice as much in all is twice the area, but for the corners, the axis and the legend.
    assert 1.8 < sold / before < 2.2
    assert not pixels_of(picture, DIAMOND)


def test_without_sales_a_chart_has_words_and_no_bars() -> None:
    full, empty = (seen(draw_bars(sales(values, [0] * 12))) for values in ([9] * 12, [0] * 12))
    assert pixels_of(empty, COIN) < pixels_of(full, COIN) / 50
    assert pixels_of(empty, QUIET_WORDS) > pixels_of(full, QUIET_WORDS)


@pytest.mark.parametrize("during", [[0] * 11 + [1], [10**15] * 12, list(range(24))])
def test_odd_amounts_are_drawn(during: list[int]) -> None:
    picture = seen(draw_bars(sales(during, [0] * len(during))))
    # More than the legend's own square.
    assert pixels_of(picture, COIN) > 2_000


def test_labels_that_would_touch_are_left_out() -> None:
    chart = sales([1] * 60, [1] * 60)
    few, many = (seen(draw_bars(one)) for one in (sales([1] * 6, [1] * 6), chart))
    below = (100, HEIGHT_PIXELS - 85, WIDTH_PIXELS, HEIGHT_PIXELS - 60)
    assert pixels_of(many.crop(below), QUIET_WORDS) < 4 * pixels_of(few.crop(below), QUIET_WORDS)


def test_every_bar_is_where_its_label_is_however_long_the_labels_are() -> None:
    chart = replace(
        sales([1] * 24, [1] * 24), places=tuple(f"{day} Jan 18:00" for day in range(24))
    )
    short, long = (seen(draw_bars(one)) for one in (sales([1] * 24, [1] * 24), chart))
    assert 0.9 < pixels_of(long, COIN) / pixels_of(short, COIN) < 1.1


def test_a_legend_of_long_names_stays_inside() -> None:
    picture = seen(draw_bars(sales([1, 2], [1, 2], name="W" * 60)))
    right = picture.crop((WIDTH_PIXELS - 20, 0, WIDTH_PIXELS, 100))
    assert not pixels_of(right, WORDS)
    assert pixels_of(picture, WORDS)


def test_stacks_stand_on_each_other() -> None:
    chart = replace(earnings(7), line=None)
    picture = seen(draw_bars(chart))
    paid, bonus = (sum(series.values) for series in chart.bars)
    ratio = pixels_of(picture, COIN) / pixels_of(picture, GARDEN)
    assert 0.9 < ratio / (paid / bonus) < 1.1


@pytest.mark.parametrize("days", [7, 90])
def test_days_are_stacks_under_a_line_of_the_total(days: int) -> None:
    picture = seen(draw_bars(earnings(days)))
    assert all(pixels_of(picture, code) > 2_000 for code in (COIN, GARDEN, DIAMOND))
    # The line climbs from the lower left to the upper right.
    lower_left = picture.crop((80, HEIGHT_PIXELS // 2, 300, HEIGHT_PIXELS - 80))
    upper_right = picture.crop((WIDTH_PIXELS - 350, 100, WIDTH_PIXELS - 120, HEIGHT_PIXELS // 2))
    assert pixels_of(lower_left, DIAMOND) > 100
    assert pixels_of(upper_right, DIAMOND) > 100
