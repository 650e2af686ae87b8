"""What streamers are told when rates or holds change."""

from fractions import Fraction
from typing import Any

import discord

from bot.services.rates import Applies
from bot.texts import Texts
from cogs.looks import DIAMOND_COLOUR
from cogs.rate_words import rates_text, rates_words


def rate_changed_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return the rates before and after, and what that means for coins already received."""
    before = rates_words(texts, Fraction(facts["paid_before"]), Fraction(facts["bonus_before"]))
    after = rates_text(texts, Fraction(facts["paid_rate"]), Fraction(facts["bonus_rate"]))
    is_later = facts["applies"] == Applies.LATER
    meaning = (
        texts("It is for what you receive from now on. What you have keeps its rate.")
        if is_later
        else texts("It is for everything that you did not convert yet.")
    )
    return discord.Embed(
        title=texts("Your earned coins become something else now"),
        description=texts(
            "{after}\n-# Before: {before}\n{meaning} Diamonds you made stay as they are."
            " `/convert` shows what your coins yield.",
            after=after,
            before=before,
            meaning=meaning,
        ),
        colour=DIAMOND_COLOUR,
    )


def hold_changed_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return how long received coins wait now."""
    days = facts["days"]
    said = (
        texts.plural(
            "Coins you receive can be converted after {count} day now.",
            "Coins you receive can be converted after {count} days now.",
            days,
        )
        if days
        else texts("Coins you receive can be converted at once now.")
    )
    return discord.Embed(
        title=texts("The wait for your coins changed"),
        description=texts(
            "{said} What is free already stays free. `/earnings show` says when the rest is.",
            said=said,
        ),
        colour=DIAMOND_COLOUR,
    )
