"""Rates, and conversions at them, as people read them."""

from fractions import Fraction

import pytest

from bot.services.conversion_plans import Share, plan_parts, sum_of
from bot.services.conversions import ConversionOffer
from bot.services.holds import Held
from bot.texts import texts_for
from cogs.convert import offer_embed, offer_view
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


def offer_of(*shares: tuple[int, Fraction]) -> ConversionOffer:
    """Return an offer of coins at rates of their own, with all of them asked for."""
    asked = sum(coins for coins, _ in shares)
    parts = plan_parts(
        [
            Share(paid_coins=coins, bonus_coins=0, paid_rate=rate, bonus_rate=Fraction(0))
            for coins, rate in shares
        ],
        asked,
    )
    total = sum_of(parts)
    return ConversionOffer(
        streamer_id=20,
        asked=asked,
        coins=total.coins,
        diamonds=total.diamonds,
        parts=parts,
        odd_coins=asked - total.coins,
        rest_coins=asked - total.coins,
        held=Held(),
        reserved_coins=0,
    )


async def test_a_yes_is_to_the_coins_that_were_shown_and_not_to_odd_ones() -> None:
    # At 1/149 all 149 coins would become that one diamond.
    view = offer_view(TEXTS, offer_of((149, Fraction(1, 100))), intent=5)
    assert "bouquet:convert:20:5:100:1" in str(view.to_components())


def test_a_conversion_at_very_many_rates_is_shown_within_what_discord_takes() -> None:
    shares = [(5_000 + number, Fraction(999, 1_000 - number)) for number in range(200)]
    embed = offer_embed(TEXTS, offer_of(*shares))
    assert embed.description is not None
    assert len(embed.description) < 4_096
    lines = embed.description.split("\n")
    assert lines[0].startswith("5,000 coins → 4,995 diamonds · Rate: 1,000 coins")
    assert lines[10] == "969,855 coins → 1,086,660 diamonds · 190 more rates"
