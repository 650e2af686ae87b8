"""A rate as people read it."""

from fractions import Fraction

import pytest

from bot.texts import texts_for
from cogs.rate_words import rate_text, rates_text

TEXTS = texts_for("en-US")


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(1), "1 coin → 1 diamond"),
        (Fraction(1, 2), "2 coins → 1 diamond"),
        (Fraction(2, 3), "3 coins → 2 diamonds"),
        (Fraction(1_000), "1 coin → 1,000 diamonds"),
        (Fraction(1, 1_000), "1,000 coins → 1 diamond"),
    ],
)
def test_a_rate_is_so_many_diamonds_for_so_many_coins(rate: Fraction, text: str) -> None:
    assert rate_text(TEXTS, rate) == text


def test_one_rate_is_said_once() -> None:
    assert rates_text(TEXTS, Fraction(1, 2), Fraction(1, 2)) == "Rate: 2 coins → 1 diamond"


def test_two_rates_are_both_said() -> None:
    assert rates_text(TEXTS, Fraction(1), Fraction(1, 2)) == (
        "Rate: 1 coin → 1 diamond; from bonus coins 2 coins → 1 diamond"
    )


def test_bonus_coins_that_yield_nothing_are_said_so() -> None:
    assert rates_text(TEXTS, Fraction(1), Fraction(0)) == (
        "Rate: 1 coin → 1 diamond; from bonus coins nothing"
    )
