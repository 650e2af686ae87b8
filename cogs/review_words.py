"""What letters say of money that waits for a person: to a server's admins, and the operator."""

from typing import Any

import discord

from bot.currencies import Money
from bot.payments.provider import NO_CURRENCY
from bot.services.letters import NO_GUILD
from bot.services.payment_reviews import REVIEW_REASONS
from bot.texts import Texts
from cogs.looks import COIN_COLOUR, QUIET_COLOUR, quoted


def review_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what the owner and the admins of a server read of a payment."""
    what_to_do = texts(
        "Look at payment `{payment}` where you take money, give it back or credit it there, then"
        " settle number {number} with `/economy orders`.",
        payment=facts["payment_id"],
        number=facts["review_id"],
    )
    return discord.Embed(
        title=texts("A payment waits for you"),
        description=f"{_came(texts, facts)} {what_to_do}",
        colour=COIN_COLOUR,
    )


def operator_review_embed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    """Return what the operator reads of a payment, of whichever server."""
    what_to_do = texts(
        "It is payment `{payment}`. Once it is dealt with, settle number {number} with the button."
        " `python -m bot payments` lists all that wait.",
        payment=facts["payment_id"],
        number=facts["review_id"],
    )
    return discord.Embed(
        title=texts("A payment waits"),
        description=f"{_came(texts, facts)} {_who_else(texts, facts)}\n{what_to_do}",
        colour=COIN_COLOUR,
    )


def settled_embed(
    texts: Texts, letter: discord.Embed | None, number: int, note: str
) -> discord.Embed:
    """Return what becomes of the operator's letter once its payment is settled."""
    settled = discord.Embed() if letter is None else letter.copy()
    settled.title = texts("Payment {number:receipt} is settled", number=number)
    settled.description = quoted(note)
    settled.colour = QUIET_COLOUR
    return settled


def _came(texts: Texts, facts: dict[str, Any]) -> str:
    reason = texts(REVIEW_REASONS[facts["reason"]])
    if facts["currency"] == NO_CURRENCY:
        return texts(
            "A payment whose price is not told came in and was not credited: {reason}",
            reason=reason,
        )
    return texts(
        "{amount} came in and was not credited: {reason}",
        amount=Money(facts["amount_minor"], facts["currency"]),
        reason=reason,
    )


def _who_else(texts: Texts, facts: dict[str, Any]) -> str:
    """Say who besides the operator was told."""
    if facts["guild_id"] != NO_GUILD:
        return texts(
            "The owner of its server and the admins who look after money there are told as well,"
            " and can settle it with `/economy orders`."
        )
    if facts["asked_id"]:
        return texts(
            "It names no server, so {member}, who paid, was asked for which one it was. Once they"
            " answer, it is credited and settled by itself.",
            member=f"<@{facts['asked_id']}>",
        )
    return texts("It names no server, so nobody else is told.")
