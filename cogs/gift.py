"""`/gift`: sending a gift, once or once more, and taking it back."""

from typing import Any

import discord
from discord import app_commands

from bot.services.catalogue import Gift, gifts_like
from bot.services.gifts import MOST_COUNT, MOST_MESSAGE_CHARACTERS, GiftRequest
from bot.services.plain_text import plain
from bot.texts import Texts
from cogs.answers import Kind, answering, texts_of
from cogs.base import EconomyCog
from cogs.gift_buttons import (
    AgainButton,
    DiscardButton,
    SendDraftButton,
    UndoButton,
    show_offered,
)
from cogs.looks import person_of, whole

_MOST_CHOICES = 25


class GiftCog(EconomyCog):
    """Sending gifts."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        streamer="Who receives it",
        gift="Which gift; the list shows prices",
        count="How many of it",
        message="A few words to go with it",
    )
    async def gift(
        self,
        interaction: discord.Interaction[Any],
        streamer: discord.User,
        gift: str,
        count: app_commands.Range[int, 1, MOST_COUNT] = 1,
        message: app_commands.Range[str, 0, MOST_MESSAGE_CHARACTERS] = "",
    ) -> None:
        """Send a streamer a gift."""
        async with answering(interaction, Kind.PUBLIC) as answer:
            asker = answer.asker()
            request = GiftRequest(
                guild_id=asker.guild_id,
                key=f"gift:{answer.key}",
                giver_id=asker.member_id,
                streamer=person_of(streamer),
                gift=gift,
                count=whole(count),
                message=plain(message),
            )
            outcome = await self._economy.gift_drafts.offer(request, interaction.id)
            await show_offered(answer, asker.member_id, outcome)

    @gift.autocomplete("gift")
    async def suggest_gifts(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest gifts with their prices, and say which ones the wallet can pay."""
        if interaction.guild_id is None:
            return []
        texts = await texts_of(interaction)
        wallet = await self._economy.wallets.balance(interaction.guild_id, interaction.user.id)
        return [
            app_commands.Choice(name=_choice_name(texts, gift, wallet.coins), value=gift.code)
            for gift in gifts_like(typed)[:_MOST_CHOICES]
        ]


def _choice_name(texts: Texts, gift: Gift, coins: int) -> str:
    name = f"{gift.emoji} {texts(gift.name)} · {texts.coins(gift.coins)}"
    if gift.coins <= coins:
        return name
    return name + texts(" · {missing:amount} more needed", missing=gift.coins - coins)


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(AgainButton, UndoButton, SendDraftButton, DiscardButton)
    await bot.add_cog(GiftCog(bot.economy))
