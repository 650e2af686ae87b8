"""What a gift looks like: the public card, and the question before a large one."""

import discord

from bot.services.gift_drafts import DRAFT_SECONDS, GiftDraft
from bot.services.gifts import GiftReceipt
from bot.texts import Texts
from cogs.looks import QUIET_COLOUR, TIER_COLOURS, quoted


def gift_embed(texts: Texts, receipt: GiftReceipt) -> discord.Embed:
    """Return the card that the channel sees."""
    gift = receipt.gift
    line = texts(
        "<@{giver}> sent <@{streamer}> **{name}**{count}",
        giver=str(receipt.giver_id),
        streamer=str(receipt.streamer_id),
        name=texts(gift.name),
        count=f" ×{texts.number(receipt.count)}" if receipt.count > 1 else "",
    )
    footer = texts(
        "{coins:coins} · receipt {number:receipt}", coins=receipt.coins, number=receipt.entry_id
    )
    message = f"\n{quoted(receipt.message)}" if receipt.message else ""
    return discord.Embed(
        description=f"## {gift.emoji}\n{line}{message}\n-# {footer}",
        colour=TIER_COLOURS[gift.tier],
    )


def undone_embed(texts: Texts, receipt: GiftReceipt) -> discord.Embed:
    """Return what is left of the card of a gift that was taken back."""
    return discord.Embed(
        description=texts(
            "<@{giver}> took back {emoji} {name}. The coins are where they came from.\n"
            "-# Receipt {number:receipt}",
            giver=str(receipt.giver_id),
            emoji=receipt.gift.emoji,
            name=texts(receipt.gift.name),
            number=receipt.entry_id,
        ),
        colour=QUIET_COLOUR,
    )


def draft_embed(texts: Texts, draft: GiftDraft) -> discord.Embed:
    """Return the question before a large gift is sent."""
    message = f"\n{quoted(draft.message)}" if draft.message else ""
    return discord.Embed(
        title=texts("Send this gift?"),
        description=texts(
            "{emoji} **{name}** ×{count} to <@{streamer}> for **{coins:coins}**",
            emoji=draft.gift.emoji,
            name=texts(draft.gift.name),
            count=draft.count,
            streamer=str(draft.streamer_id),
            coins=draft.coins,
        )
        + message
        + "\n-# "
        + texts("Nothing is sent yet. You have {minutes} minutes.", minutes=DRAFT_SECONDS // 60),
        colour=TIER_COLOURS[draft.gift.tier],
    )
