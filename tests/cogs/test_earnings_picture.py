"""The picture of what was received: its bars, its line, and its numbers in words."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

import pytest

from bot.currencies import CoinPrice
from bot.pictures.canvas import CARD, COIN, DIAMOND, GARDEN
from bot.pictures.studio import Studio
from bot.services.earnings_periods import Period
from bot.texts import texts_for
from cogs.earnings_picture import earnings_alt, earnings_chart, earnings_picture
from tests.cogs.earnings_samples import NOW, YEAR, earnings_of, live_earnings_of
from tests.pictures.looking import colour, contrast, pixels_of, seen

pytestmark = pytest.mark.proof("streamer")

ENGLISH = texts_for("en-US")


@pytest.fixture
async def studio() -> AsyncGenerator[Studio]:
    opened = Studio()
    yield opened
    await opened.close()


def test_a_week_has_a_bar_for_each_day_and_a_line_of_the_total() -> None:
    report = earnings_of()
    chart = earnings_chart(ENGLISH, report)
    assert chart.places == ("Jan 9", "Jan 10", "Jan 11", "Jan 12", "Jan 13", "Jan 14", "Jan 15")
    assert chart.axis == "Berlin time"
    paid, bonus = chart.bars
    assert paid.values == tuple(day.paid_coins for day in report.days)
    assert bonus.values == tuple(day.bonus_coins for day in report.days)
    assert chart.line is not None
    assert chart.line.values == tuple(accumulate(day.coins for day in report.days))
    assert chart.line.values[-1] == report.received.coins
    assert [mark.label for mark in chart.line_marks] == ["0", "1K", "2K", "3K", "4K"]


def test_today_is_looked_at_by_the_hour() -> None:
    report = earnings_of(Period.TODAY)
    chart = earnings_chart(ENGLISH, report)
    assert len(chart.places) == 24
    assert chart.places[20] == "8:00\u202fPM"
    assert [series.values for series in chart.bars] == [report.hours]
    assert earnings_alt(ENGLISH, report) == (
        "Bars by hour, and a line of the total. 140 coins in 1 gift: 100 from bought, 40 from bonus"
        " coins."
    )


@pytest.mark.parametrize(
    ("years", "label", "words"),
    [(2, "Jan 2027", "Bars by month, and"), (11, "2027", "Bars by year, and")],
)
def test_a_long_time_goes_by_months_or_years(years: int, label: str, words: str) -> None:
    report = earnings_of(Period.ALL, first_at=NOW - years * YEAR)
    assert earnings_chart(ENGLISH, report).places[-1] == label
    alt = earnings_alt(ENGLISH, report)
    assert alt.startswith(words)
    assert f"Most in {label}: " in alt


def test_a_live_has_a_bar_for_each_quarter_of_an_hour_from_when_it_began() -> None:
    report = live_earnings_of(50 * 60)
    chart = earnings_chart(ENGLISH, report)
    assert chart.places == tuple(f"8:{minute}\u202fPM" for minute in ("07", "15", "30", "45"))
    assert [len(series.values) for series in chart.bars] == [4, 4]
    assert earnings_alt(ENGLISH, report) == (
        "Bars by quarter of an hour, and a line of the total. 1,220 coins in 10 gifts: 1,000 from"
        " bought, 220 from bonus coins. Most from 8:45\u202fPM on: 470 coins."
    )


def test_a_long_live_goes_by_the_hour() -> None:
    report = live_earnings_of(24 * 60 * 60)
    chart = earnings_chart(texts_for("de"), report)
    assert chart.places[:2] == ("20:07", "21:00")
    assert (len(chart.places), chart.places[-1]) == (25, "20:00")
    assert earnings_alt(ENGLISH, report).startswith("Bars by hour, and a line of the total. ")


def test_a_live_that_was_over_at_once_can_be_drawn() -> None:
    chart = earnings_chart(ENGLISH, live_earnings_of(0, empty=True))
    assert (chart.places, chart.nothing) == (
        *(("8:07\u202fPM",), "Nothing was received in this time."),
    )


def test_labels_and_numbers_are_the_readers() -> None:
    chart = earnings_chart(texts_for("de"), earnings_of(Period.QUARTER_YEAR))
    assert chart.places[-1] == "15. Jan."
    assert chart.line_marks[-1].label == "500.000"
    assert [mark.label for mark in chart.marks][:2] == ["0", "2.000"]


def test_where_coins_are_sold_the_words_say_what_they_cost() -> None:
    priced = ENGLISH.priced(CoinPrice(Fraction(2), "EUR"))
    assert "3,110 coins (€62.20) in 28 gifts: 2,800 coins (€56.00) from bought" in earnings_alt(
        priced, earnings_of()
    )


def test_nothing_received_is_said_and_has_no_line() -> None:
    report = earnings_of(empty=True)
    chart = earnings_chart(ENGLISH, report)
    assert chart.line is None
    assert chart.nothing == earnings_alt(ENGLISH, report)
    assert chart.nothing == "Nothing was received in this time."


async def test_the_picture_can_be_read_in_both_of_discords_themes(studio: Studio) -> None:
    report = earnings_of()
    bonus = replace(report, days=tuple(replace(day, bonus_coins=90) for day in report.days))
    picture = await earnings_picture(studio, ENGLISH, bonus)
    assert picture is not None
    assert picture.name == "earnings.png"
    image = seen(picture.content)
    # A card of its own behind everything: the theme shows around it alone.
    for code in (CARD, COIN, GARDEN, DIAMOND):
        assert pixels_of(image, code) > 500, code
    assert all(contrast(colour(CARD), colour(code)) > 4.5 for code in (COIN, DIAMOND))
    assert image.getpixel((0, 0)) == (255, 255, 255, 0)


async def test_without_a_studio_there_is_no_picture() -> None:
    assert await earnings_picture(None, ENGLISH, earnings_of()) is None
