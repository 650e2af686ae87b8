"""Tests of banners: the words are all there, inside, and as large as they can be."""

import pytest

from bot.pictures.banners import HEIGHT_PIXELS, WIDTH_PIXELS, draw_banner, fitted
from bot.pictures.canvas import BOLD, COIN, WORDS, new_figure
from bot.pictures.charts import Banner
from bot.pictures.drawing import missing
from tests.pictures.looking import pixels_of, seen

SIZES = range(60, 9, -2)


def test_a_banner_has_a_headline_in_coin_colour_and_words_below() -> None:
    picture = seen(draw_banner(Banner("+50 %", "Every Friday night")))
    assert picture.size == (WIDTH_PIXELS, HEIGHT_PIXELS)
    assert pixels_of(picture.crop((0, 0, 700, 190)), COIN) > 3_000
    assert pixels_of(picture.crop((0, 190, 700, HEIGHT_PIXELS)), WORDS) > 500


def test_words_stay_clear_of_the_flowers_and_the_edge() -> None:
    for banner in (Banner("W" * 80, "W" * 80), Banner("W " * 40, "W " * 40), Banner("+1%", "i")):
        picture = seen(draw_banner(banner))
        for edge in ((0, 0, 40, 300), (668, 0, 705, 300), (0, 0, 668, 20), (0, 280, 668, 300)):
            cut = picture.crop(edge)
            assert not pixels_of(cut, COIN)
            assert not pixels_of(cut, WORDS)


@pytest.mark.parametrize("text", ["short", "some words that go on for a while", "W" * 80])
def test_a_text_is_whole_in_the_largest_size_that_fits(text: str) -> None:
    figure = new_figure(WIDTH_PIXELS, HEIGHT_PIXELS)
    lines, size = fitted(figure, text, BOLD, SIZES, 120)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert size == SIZES[0] or fitted(figure, text, BOLD, range(size + 2, size, -2), 120)[1] > size


def test_a_word_is_cut_only_when_it_is_wider_than_a_line_in_every_size() -> None:
    figure = new_figure(WIDTH_PIXELS, HEIGHT_PIXELS)
    lines, _ = fitted(figure, "extraordinary congratulations everybody", BOLD, SIZES, 150)
    assert " ".join(lines) == "extraordinary congratulations everybody"
    assert len(fitted(figure, "W" * 80, BOLD, SIZES, 150)[0]) > 1


def test_a_dollar_is_a_dollar() -> None:
    plain, formula = (seen(draw_banner(Banner("+5", text))) for text in ("x", "$x$"))
    assert pixels_of(formula, WORDS) > pixels_of(plain, WORDS)
    assert draw_banner(Banner("$\\frac{", "$\\nonsense{$"))


def test_what_no_picture_can_write_is_named_once_each() -> None:
    assert missing("🎉 party 🎉 日本\n") == "🎉日本\n"
    assert missing("Ελλάδα, Україна, żółć, tiếng Việt, “50 %” ×2 ♥ €") == ""
