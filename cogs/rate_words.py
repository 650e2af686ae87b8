"""Rates as people read them."""

from fractions import Fraction

from bot.texts import Texts


def rate_text(texts: Texts, rate: Fraction) -> str:
    """Return a rate as people read it: so many diamonds for so many coins."""
    # Nobody has or pays these coins, and of so few a price rounded up would be far off.
    return texts(
        "{coins:bare} → {diamonds:diamonds}", coins=rate.denominator, diamonds=rate.numerator
    )


def rates_text(texts: Texts, paid_rate: Fraction, bonus_rate: Fraction) -> str:
    """Return the guild's rate, or both when bonus coins have their own, as a line of its own."""
    return texts("Rate: {rate}", rate=rates_words(texts, paid_rate, bonus_rate))


def rates_words(texts: Texts, paid_rate: Fraction, bonus_rate: Fraction) -> str:
    """Return the same as a part of a line."""
    if paid_rate == bonus_rate:
        return rate_text(texts, paid_rate)
    return texts(
        "{paid}; from bonus coins {bonus}",
        paid=rate_text(texts, paid_rate),
        bonus=rate_text(texts, bonus_rate) if bonus_rate else texts("nothing"),
    )
