"""What letters say of claims: approved, on their way, paid in whole or in part, given back."""

from typing import Any

import discord

from bot.currencies import Money
from bot.texts import N_, Texts
from cogs.claim_words import diamonds_worth
from cogs.looks import DIAMOND_COLOUR, GARDEN_COLOUR, QUIET_COLOUR, quoted
from cogs.payout_words import reason_words


def approved_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once a claim is approved."""
    return discord.Embed(
        title=texts("Claim {number:receipt} is approved", number=facts["claim_id"]),
        description=texts(
            "**{amount}** will be paid to you; a letter tells you when. `/claim status` shows how"
            " it stands.",
            amount=_amount(texts, facts),
        ),
        colour=DIAMOND_COLOUR,
    )


def at_bank_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once a claim is handed to whoever pays it."""
    words = texts(
        "The bank has it now: **{amount}**. A letter tells you once it is paid; `/claim status`"
        " shows how it stands.",
        amount=_amount(texts, facts),
    )
    if not facts["currency"]:
        words = texts(
            "**{amount}** are being paid to you. A letter tells you once that is done; `/claim"
            " status` shows how it stands.",
            amount=_amount(texts, facts),
        )
    return discord.Embed(
        title=texts("Claim {number:receipt} is on its way", number=facts["claim_id"]),
        description=words,
        colour=DIAMOND_COLOUR,
    )


def not_sent_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads when a claim was on its way and was not paid after all."""
    words = texts(
        "**{amount}** did not go out after all. Your claim stays approved and is paid another way;"
        " you need not do anything.",
        amount=_amount(texts, facts),
    )
    return discord.Embed(
        title=texts("Claim {number:receipt} waits to be paid again", number=facts["claim_id"]),
        description=f"{words}\n{_quote(texts, N_('Reason'), facts)}",
        colour=DIAMOND_COLOUR,
    )


def paid_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once all of a claim is paid."""
    return discord.Embed(
        title=texts("Claim {number:receipt} is paid", number=facts["claim_id"]),
        description="\n".join(
            (
                texts("**{amount}** were paid to you.", amount=_amount(texts, facts)),
                _quote(texts, N_("Reference"), facts),
            )
        ),
        colour=GARDEN_COLOUR,
    )


def part_paid_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once a part of a claim is paid."""
    return discord.Embed(
        title=texts("A part of claim {number:receipt} is paid", number=facts["claim_id"]),
        description="\n".join(
            (
                texts(
                    "**{amount}** were paid to you; {left:diamonds} of this claim are still to"
                    " come.",
                    amount=_amount(texts, facts),
                    left=facts["left_diamonds"],
                ),
                _quote(texts, N_("Reference"), facts),
            )
        ),
        colour=GARDEN_COLOUR,
    )


def rejected_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once a claim is rejected."""
    title = texts("Claim {number:receipt} was rejected", number=facts["claim_id"])
    return _returned(texts, title, facts)


def failed_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what a streamer reads once a claim could not be paid."""
    title = texts("Claim {number:receipt} could not be paid", number=facts["claim_id"])
    return _returned(texts, title, facts)


def _returned(texts: Texts, title: str, facts: dict[str, Any]) -> discord.Embed:
    back = texts(
        "**{diamonds:diamonds}** are yours again, and `/claim request` asks anew once what stood"
        " in the way is settled.",
        diamonds=facts["diamonds"],
    )
    return discord.Embed(
        title=title,
        description=f"{back}\n{_quote(texts, N_('Reason'), facts)}",
        colour=QUIET_COLOUR,
    )


def _quote(texts: Texts, name: str, facts: dict[str, Any]) -> str:
    return f"{texts(name)}\n{quoted(reason_words(texts, facts['note']))}"


def _amount(texts: Texts, facts: dict[str, Any]) -> str:
    currency = facts["currency"]
    worth = Money(facts["amount_minor"], currency) if currency else None
    return diamonds_worth(texts, facts["diamonds"], worth)
