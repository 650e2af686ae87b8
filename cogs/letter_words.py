"""What letters say: receipts, refunds, disputes, money that waits for a person."""

from collections.abc import Callable
from typing import Any

import discord

from bot.currencies import Money
from bot.services.checkouts import DISCORD_PROVIDER
from bot.services.letters import Letter
from bot.texts import Texts
from cogs.checkout_words import provider_words
from cogs.claim_letters import (
    approved_embed,
    at_bank_embed,
    failed_embed,
    not_sent_embed,
    paid_embed,
    part_paid_embed,
    rejected_embed,
)
from cogs.looks import COIN, COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR, quoted
from cogs.rate_letters import hold_changed_embed, rate_changed_embed
from cogs.review_words import operator_review_embed, review_embed
from cogs.split_words import SPLIT_LETTERS


def letter_embed(texts: Texts, letter: Letter, server: str) -> discord.Embed:
    """Return what a person reads; `server` is the server it is about, '' when nobody knows."""
    embed = _WRITERS[letter.kind](texts, letter.facts)
    return embed.set_footer(text=server) if server else embed


def _receipt(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    coins, bonus, lost = facts["coins"], facts["bonus_coins"], facts["lost_bonus_coins"]
    lines: list[str] = []
    if facts["debt_coins"]:
        lines.append(
            texts("Of them, **{coins:coins}** paid what you owed.", coins=facts["debt_coins"])
        )
    if lost:
        lines.append(
            texts(
                "The bonus of {coins:coins} had run out when your payment came, so it is not in.",
                coins=lost,
            )
        )
    if facts["is_test"]:
        lines.append(texts("It was a test payment, so they are bonus coins."))
    lines.append(texts("`/gift` makes a streamer's day; `/purchases` keeps this receipt."))
    # What was paid stands beside these coins, or on Discord's own receipt; a test was free.
    embed = discord.Embed(
        title=texts("Thank you! {coins:bare} for you", coins=coins + bonus),
        description="\n".join(lines),
        colour=GARDEN_COLOUR,
    )
    # Discord charges its own price, in the buyer's currency, and does not tell it.
    is_told = facts["provider"] != DISCORD_PROVIDER
    if facts["price_minor"] and is_told and not facts["is_test"]:
        price = Money(facts["price_minor"], facts["currency"])
        embed.add_field(name=texts("Price"), value=texts("{price}", price=price))
    embed.add_field(name=texts("Coins"), value=f"{COIN} {texts.bare(coins)}")
    if bonus:
        embed.add_field(name=texts("Bonus"), value=f"{COIN} {texts.bare(bonus)}")
    embed.add_field(
        name=texts("Order"),
        value=f"`{facts['code']}` · {provider_words(texts, facts['provider'])}",
        inline=False,
    )
    return embed


def _refunded(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    lines = [
        texts(
            "Money for order `{code}` went back to you, so **{coins:coins}** went back too.",
            code=facts["code"],
            coins=facts["coins"] or facts["bonus_coins"],
        )
    ]
    if facts["coins"] and facts["bonus_coins"]:
        lines.append(texts("The bonus that came with them went as far as it was still there."))
    if coins := facts["gift_coins"]:
        lines.append(
            texts("Of them, **{coins:coins}** came out of gifts you had sent.", coins=coins)
        )
    if facts["debt_coins"]:
        lines.append(
            texts(
                "**{coins:coins}** were spent already, so you owe them. You can send gifts again"
                " once they are paid; the next pack pays them first.",
                coins=facts["debt_coins"],
            )
        )
    return discord.Embed(
        title=texts("A payment went back"), description="\n".join(lines), colour=QUIET_COLOUR
    )


def _restored(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    lines = [
        texts(
            "The money for order `{code}` stays here after all, so you have **{coins:coins}**"
            " again.",
            code=facts["code"],
            coins=facts["coins"] or facts["bonus_coins"],
        )
    ]
    if facts["debt_coins"]:
        lines.append(
            texts("Of them, **{coins:coins}** paid what you owed.", coins=facts["debt_coins"])
        )
    return discord.Embed(
        title=texts("Your coins are back"), description="\n".join(lines), colour=GARDEN_COLOUR
    )


def _gift_returned(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    return discord.Embed(
        title=texts("A gift went back"),
        description=texts(
            "The money behind {gifts:gifts} you received went back to the buyer, so"
            " **{coins:coins}** left your earnings. What you converted stays yours."
            " `/earnings show` shows what you have.",
            gifts=facts["gifts"],
            coins=facts["coins"],
        ),
        colour=QUIET_COLOUR,
    )


def _dispute_opened(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    return discord.Embed(
        title=texts("Your wallet rests"),
        description=texts(
            "Your bank questions the payment for order `{code}`. Until that is decided you cannot"
            " send or receive gifts; your coins are all still there. If you asked your bank by"
            " mistake, please tell them.",
            code=facts["code"],
        ),
        colour=QUIET_COLOUR,
    )


def _dispute_closed(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    return discord.Embed(
        title=texts("Your wallet is open again"),
        description=texts(
            "The question about the payment for order `{code}` is decided. `/wallet` shows what you"
            " have.",
            code=facts["code"],
        ),
        colour=COIN_COLOUR,
    )


def _refund_sent(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    return discord.Embed(
        title=texts("{amount} went back after all", amount=_amount(facts)),
        description=texts(
            "The payment service did not answer first, and has taken on the refund for order"
            " `{code}` now. The coins follow it by themselves.",
            code=facts["code"],
        ),
        colour=GARDEN_COLOUR,
    )


def _refund_refused(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    said = texts(
        "The payment service did not answer first, and now says no to the refund for order"
        " `{code}`. Nothing went back; `/economy refund` asks anew.",
        code=facts["code"],
    )
    return discord.Embed(
        title=texts("{amount} did not go back", amount=_amount(facts)),
        description="\n".join(filter(None, (said, facts["reason"] and quoted(facts["reason"])))),
        colour=QUIET_COLOUR,
    )


def _amount(facts: dict[str, Any]) -> Money:
    return Money(facts["amount_minor"], facts["currency"])


def _unassigned(texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    del facts
    return discord.Embed(
        title=texts("Where do your coins belong?"),
        description=texts(
            "Your purchase came in, but Discord does not say for which server it was. Type `/buy`"
            " there and choose the same pack: it is yours at once, and you pay nothing again."
        ),
        colour=COIN_COLOUR,
    )


_WRITERS: dict[str, Callable[[Texts, dict[str, Any]], discord.Embed]] = {
    "receipt": _receipt,
    "refunded": _refunded,
    "restored": _restored,
    "gift_returned": _gift_returned,
    "dispute_opened": _dispute_opened,
    "dispute_closed": _dispute_closed,
    "review": review_embed,
    "operator_review": operator_review_embed,
    "unassigned": _unassigned,
    "refund_sent": _refund_sent,
    "refund_refused": _refund_refused,
    "claim_approved": approved_embed,
    "claim_at_bank": at_bank_embed,
    "claim_not_sent": not_sent_embed,
    "claim_rejected": rejected_embed,
    "claim_failed": failed_embed,
    "claim_part_paid": part_paid_embed,
    "claim_paid": paid_embed,
    "rate_changed": rate_changed_embed,
    "hold_changed": hold_changed_embed,
    **SPLIT_LETTERS,
}
