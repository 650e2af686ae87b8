"""`/convert`: earned coins become diamonds; many at once are shown first."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.conversion_plans import Conversion, Part, Share, sum_of
from bot.services.conversions import ConversionOffer, ConversionReceipt
from bot.texts import Texts
from cogs.answers import Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.looks import DIAMOND, DIAMOND_COLOUR, QUIET_COLOUR, whole
from cogs.price_notes import streamer_note
from cogs.rate_words import rates_text
from cogs.repeated_buttons import OwnButton

# Coins left for long may have kept more rates than Discord shows lines.
_MOST_PARTS = 10


def conversion_embed(texts: Texts, receipt: ConversionReceipt) -> discord.Embed:
    """Return the receipt: the rates it was done at, and what is left after."""
    lines = [
        *_part_lines(texts, receipt.parts),
        texts(
            "You now have **{balance:diamonds}** to `/claim request`."
            " Left to convert: {rest:coins}.",
            balance=receipt.balance_diamonds,
            rest=receipt.rest_coins,
        ),
        *_rest_lines(texts, receipt),
    ]
    return _embed(texts, receipt.coins, receipt.diamonds, lines).set_footer(
        text=texts("Receipt {number:receipt}", number=receipt.entry_id)
    )


def offer_embed(texts: Texts, offer: ConversionOffer) -> discord.Embed:
    """Return what a conversion would take, yield and leave."""
    lines = [
        *_part_lines(texts, offer.parts),
        texts("Left to convert after it: {rest:coins}.", rest=offer.rest_coins),
        *_rest_lines(texts, offer),
        texts("Nothing is converted yet. Diamonds do not become coins again."),
    ]
    return _embed(texts, offer.coins, offer.diamonds, lines)


def _embed(texts: Texts, coins: int, diamonds: int, lines: list[str]) -> discord.Embed:
    note = streamer_note(texts)
    return discord.Embed(
        title=texts(
            "{coins:coins} → {emoji} {diamonds:diamonds}",
            coins=coins,
            emoji=DIAMOND,
            diamonds=diamonds,
        ),
        description="\n".join([*lines, *([f"-# {note}"] if note else [])]),
        colour=DIAMOND_COLOUR,
    )


def _part_lines(texts: Texts, parts: tuple[Part, ...]) -> list[str]:
    """Return the rates; where there were several, with what was converted at each."""
    if len(parts) == 1:
        return [_rates_of(texts, parts[0].share)]
    lines = [
        _part_line(texts, part.conversion, _rates_of(texts, part.share))
        for part in parts[:_MOST_PARTS]
    ]
    if more := parts[_MOST_PARTS:]:
        rates = texts.plural("{count} more rate", "{count} more rates", len(more))
        lines.append(_part_line(texts, sum_of(more), rates))
    return lines


def _part_line(texts: Texts, conversion: Conversion, rates: str) -> str:
    return texts(
        "{coins:coins} → {diamonds:diamonds} · {rates}",
        coins=conversion.coins,
        diamonds=conversion.diamonds,
        rates=rates,
    )


def _rates_of(texts: Texts, share: Share) -> str:
    return rates_text(texts, share.paid_rate, share.bonus_rate)


def _rest_lines(texts: Texts, done: ConversionReceipt | ConversionOffer) -> list[str]:
    """Return why coins are left: they wait, are others', or too few for a diamond."""
    held = done.held
    lines: list[str] = []
    if done.odd_coins:
        lines.append(texts("Too few for one more diamond: {coins:coins}.", coins=done.odd_coins))
    waiting = held.coins - held.disputed_coins
    if held.until and waiting:
        lines.append(
            texts(
                "On hold: {coins:coins}, the first free {until:until}.",
                coins=waiting,
                until=held.until,
            )
        )
    if held.disputed_coins:
        lines.append(
            texts("On hold until a bank has decided: {coins:coins}.", coins=held.disputed_coins)
        )
    if done.reserved_coins:
        lines.append(texts("For those you share with: {coins:coins}.", coins=done.reserved_coins))
    return lines


class ConvertButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=(
        r"bouquet:convert:(?P<streamer>\d+):(?P<intent>\d+):(?P<coins>\d+):(?P<diamonds>\d+)"
    ),
):
    """Does a conversion as it was shown; the card is the intent, so that twice is once."""

    def __init__(
        self,
        streamer_id: int,
        intent: int,
        *,
        coins: int,
        diamonds: int,
        label: str | None = None,
    ) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                emoji=DIAMOND,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:convert:{streamer_id}:{intent}:{coins}:{diamonds}",
            )
        )
        self.streamer_id = streamer_id
        self.intent = intent
        self.coins = coins
        self.diamonds = diamonds

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(
            int(match["streamer"]),
            int(match["intent"]),
            coins=int(match["coins"]),
            diamonds=int(match["diamonds"]),
        )

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.streamer_id)
            receipt = await economy_of(interaction).conversions.convert(
                guild_id=asker.guild_id,
                key=f"convert:{self.intent}",
                streamer_id=asker.member_id,
                coins=self.coins,
                promised_diamonds=self.diamonds,
            )
            await answer.update(
                embed=conversion_embed(answer.texts, receipt), view=discord.ui.View()
            )


class NoConvertButton(OwnButton, template=r"bouquet:noconvert:(?P<owner>\d+)"):
    """Leaves the coins as they are."""

    action = "noconvert"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.owner_id)
            embed = discord.Embed(
                title=answer.texts("Nothing was converted"),
                description=answer.texts(
                    "Your coins are as they were. `/convert` shows them again."
                ),
                colour=QUIET_COLOUR,
            )
            await answer.update(embed=embed, view=discord.ui.View())


def offer_view(texts: Texts, offer: ConversionOffer, intent: int) -> discord.ui.View:
    """Return yes and no."""
    view = discord.ui.View()
    label = texts("Convert to {diamonds:diamonds}", diamonds=offer.diamonds)
    # The coins that it takes, without odd ones: at another rate those might be taken as well.
    view.add_item(
        ConvertButton(
            offer.streamer_id, intent, coins=offer.coins, diamonds=offer.diamonds, label=label
        )
    )
    view.add_item(NoConvertButton(offer.streamer_id, texts("Not now")))
    return view


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
            done = await self._economy.conversions.ask(
                guild_id=asker.guild_id,
                key=f"convert:{answer.key}",
                streamer_id=asker.member_id,
                coins=None if coins is None else whole(coins),
            )
            if isinstance(done, ConversionReceipt):
                await answer.show(embed=conversion_embed(answer.texts, done))
                return
            await answer.show(
                embed=offer_embed(answer.texts, done),
                view=offer_view(answer.texts, done, interaction.id),
            )

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
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(ConvertButton, NoConvertButton)
    await bot.add_cog(ConvertCog(bot.economy))
