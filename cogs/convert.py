"""`/convert`: earned coins become diamonds."""

from fractions import Fraction
from typing import Any

import discord
from discord import app_commands

from bot.services.conversions import ConversionReceipt
from bot.texts import Texts
from cogs.answers import answering, texts_of
from cogs.base import EconomyCog
from cogs.looks import DIAMOND, DIAMOND_COLOUR, whole
from cogs.price_notes import streamer_note


def rate_text(texts: Texts, rate: Fraction) -> str:
    """Return a rate as people read it: so many diamonds for so many coins."""
    # Nobody has or pays these coins, and of so few a price rounded up would be far off.
    return texts(
        "{coins:bare} → {diamonds:diamonds}", coins=rate.denominator, diamonds=rate.numerator
    )


def rates_text(texts: Texts, paid_rate: Fraction, bonus_rate: Fraction) -> str:
    """Return the guild's rate, or both when bonus coins have their own."""
    if paid_rate == bonus_rate:
        return texts("Rate: {rate}", rate=rate_text(texts, paid_rate))
    return texts(
        "Rate: {paid}; from bonus coins {bonus}",
        paid=rate_text(texts, paid_rate),
        bonus=rate_text(texts, bonus_rate) if bonus_rate else texts("nothing"),
    )


def conversion_embed(texts: Texts, receipt: ConversionReceipt) -> discord.Embed:
    """Return the receipt: the rate it was done at, and what is left after."""
    return discord.Embed(
        title=texts(
            "{coins:coins} → {emoji} {diamonds:diamonds}",
            coins=receipt.coins,
            emoji=DIAMOND,
            diamonds=receipt.diamonds,
        ),
        description=texts(
            "{rates}\nYou now have **{balance:diamonds}** to `/claim request`. "
            "Left to convert: {rest:coins}.",
            rates=rates_text(texts, receipt.paid_rate, receipt.bonus_rate),
            balance=receipt.balance_diamonds,
            rest=receipt.rest_coins,
        )
        + (f"\n-# {note}" if (note := streamer_note(texts)) else ""),
        colour=DIAMOND_COLOUR,
    ).set_footer(text=texts("Receipt {number:receipt}", number=receipt.entry_id))


class ConvertCog(EconomyCog):
    """Converting what was earned."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(coins="How many earned coins; all of them when left out")
    async def convert(
        self,
        interaction: discord.Interaction[Any],
        coins: app_commands.Range[int, 1] | None = None,
    ) -> None:
        """Turn the coins you earned into diamonds."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            receipt = await self._economy.conversions.convert(
                guild_id=asker.guild_id,
                key=f"convert:{answer.key}",
                streamer_id=asker.member_id,
                coins=None if coins is None else whole(coins),
            )
            await answer.show(embed=conversion_embed(answer.texts, receipt))

    @convert.autocomplete("coins")
    async def suggest_amounts(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Show the rate before, and what all coins or the typed ones would become."""
        if interaction.guild_id is None:
            return []
        quotes = await self._economy.conversions.quotes(
            interaction.guild_id, interaction.user.id, str(typed)
        )
        texts = await texts_of(interaction)
        return [
            app_commands.Choice(
                name=texts("{coins:coins} → {diamonds:diamonds}", coins=coins, diamonds=diamonds),
                value=coins,
            )
            for coins, diamonds in quotes
        ]


async def setup(bot: Any) -> None:
    """Add the cog to a bot that has an `economy`."""
    await bot.add_cog(ConvertCog(bot.economy))
