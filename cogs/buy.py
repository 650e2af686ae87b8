"""`/buy`: packs of coins, one press each, and the receipt."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.errors import AlreadyUsed, KeyConflict, OldButton, Refusal
from bot.services.clock import snowflake_seconds
from bot.services.orders import ORDER_SECONDS, OrderReceipt, Pack
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.looks import COIN, COIN_COLOUR, GARDEN_COLOUR, whole

_BUTTONS_A_ROW = 4


def packs_embed(texts: Texts, packs: tuple[Pack, ...]) -> discord.Embed:
    """Return what is on offer."""
    lines = [
        f"{COIN} **{texts.number(pack.coins)}**"
        + (texts(" + {bonus} bonus", bonus=pack.bonus_coins) if pack.bonus_coins else "")
        for pack in packs
    ]
    return discord.Embed(
        title=texts("Which pack would you like?"),
        description="\n".join(lines)
        + "\n\n"
        + texts("This server plays with test coins: a press fills your wallet at once."),
        colour=COIN_COLOUR,
    )


def receipt_embed(texts: Texts, receipt: OrderReceipt) -> discord.Embed:
    """Return the receipt of a credited order."""
    return discord.Embed(
        title=texts("{coins:coins} for you", coins=receipt.coins + receipt.bonus_coins),
        description=texts(
            "You can spend **{balance:coins}** now. `/gift` makes a streamer's day.",
            balance=receipt.balance_coins,
        ),
        colour=GARDEN_COLOUR,
    ).set_footer(text=texts("Receipt {number:receipt}", number=receipt.entry_id))


class PackButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:buy:(?P<member>\d+):(?P<order>\d+):(?P<coins>\d+)",
):
    """Buys a pack. All buttons of one offer carry one order, so only one of them ever counts."""

    def __init__(
        self, member_id: int, order_id: int, coins: int, texts: Texts | None = None
    ) -> None:
        super().__init__(
            discord.ui.Button(
                label=texts.number(coins) if texts else None,
                emoji=COIN,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:buy:{member_id}:{order_id}:{coins}",
            )
        )
        self.member_id = member_id
        self.order_id = order_id
        self.coins = coins

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["member"]), int(match["order"]), int(match["coins"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.member_id)
            pressed_at = snowflake_seconds(interaction.id)
            if pressed_at - snowflake_seconds(self.order_id) > ORDER_SECONDS:
                raise OldButton
            try:
                receipt = await economy_of(interaction).orders.buy_test(
                    asker.guild_id, asker.member_id, self.order_id, self.coins
                )
            except KeyConflict:
                raise AlreadyUsed from None
            await answer.update(embed=receipt_embed(answer.texts, receipt), view=None)


class BuyCog(EconomyCog):
    """Buying coins."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(pack="How many coins; leave it out to see all packs")
    async def buy(
        self,
        interaction: discord.Interaction[Any],
        pack: app_commands.Range[int, 1] | None = None,
    ) -> None:
        """Get coins to send gifts with."""
        async with answering(interaction) as answer:
            if pack is None:
                await self._offer(answer)
            else:
                await self._buy(answer, whole(pack))

    @buy.autocomplete("pack")
    async def suggest_packs(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest the packs whose number begins as typed."""
        texts = texts_of(interaction)
        if interaction.guild_id is None:
            return []
        try:
            packs = await self._economy.orders.packs(interaction.guild_id)
        except Refusal:
            return []  # a list of choices has no place for a sentence; the command itself tells
        return [
            app_commands.Choice(name=texts.coins(pack.coins), value=pack.coins)
            for pack in packs
            if str(pack.coins).startswith(str(typed))
        ]

    async def _offer(self, answer: Answer) -> None:
        asker = answer.asker()
        packs = await self._economy.orders.packs(asker.guild_id)
        view = discord.ui.View()
        for position, pack in enumerate(packs):
            button = PackButton(asker.member_id, answer.interaction.id, pack.coins, answer.texts)
            button.row = position // _BUTTONS_A_ROW
            view.add_item(button)
        await answer.show(embed=packs_embed(answer.texts, packs), view=view)

    async def _buy(self, answer: Answer, coins: int) -> None:
        asker = answer.asker()
        receipt = await self._economy.orders.buy_test(
            asker.guild_id, asker.member_id, answer.interaction.id, coins
        )
        await answer.show(embed=receipt_embed(answer.texts, receipt))


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(PackButton)
    await bot.add_cog(BuyCog(bot.economy))
