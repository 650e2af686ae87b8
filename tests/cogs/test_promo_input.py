"""What admins type about promotions: bonuses and limits, and what is neither."""

import pytest

from bot.promotion_errors import BonusOutOfBounds, NotAnAmount
from bot.services.durations import read_duration
from bot.texts import texts_for
from cogs.promo_input import read_bonus, read_limit
from cogs.promo_words import lasts_typed, lasts_words


@pytest.mark.parametrize(
    ("text", "percent", "coins"),
    [
        ("20%", 20, 0),
        (" + 20 % ", 20, 0),
        ("1,000 percent", 1_000, 0),
        ("50", 0, 50),
        ("1 coin", 0, 1),
        ("1.000.000.000 coins", 0, 1_000_000_000),
        ("007%", 7, 0),
    ],
)
def test_a_bonus_is_a_percentage_or_a_number_of_coins(text: str, percent: int, coins: int) -> None:
    assert read_bonus(text) == (percent, coins)


@pytest.mark.parametrize(
    "text",
    ["", "%", "0", "0%", "-1", "1001%", "1,000,000,001", "1.5", "20%%", "20 % coins", "5 gifts"],
)
def test_everything_else_is_no_bonus(text: str) -> None:
    with pytest.raises(BonusOutOfBounds):
        read_bonus(text)


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("  ", 0), ("0", 0), ("500", 500), ("10 000", 10_000)]
)
def test_nothing_and_zero_are_no_limit(text: str, number: int) -> None:
    assert read_limit(text) == number


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "many", "1000000001", "9" * 100])
def test_everything_else_is_no_limit_either(text: str) -> None:
    with pytest.raises(NotAnAmount):
        read_limit(text)


@pytest.mark.parametrize(
    ("seconds", "typed", "words"),
    [
        (60, "1m", "1 minute"),
        (7_200, "2h", "2 hours"),
        (90 * 86_400, "90d", "90 days"),
        (86_400 + 3_600 + 1_800, "1d 1h 30m", "1 day 1 hour 30 minutes"),
    ],
)
def test_a_duration_is_written_as_it_is_read(seconds: int, typed: str, words: str) -> None:
    assert lasts_typed(seconds) == typed
    assert read_duration(typed) == seconds
    assert lasts_words(texts_for("en-US"), seconds) == words
