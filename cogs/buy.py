"""`/buy`: packs of coins, one press each, and the receipt."""

from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.errors import AlreadyUsed, KeyConflict, Refusal
from bot.services.economy import Economy
from bot.services.orders import LessBonus, Offer, OrderReceipt, Pack
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.bonus_words import bonus_text, less_text, window_text
from cogs.checkout import begin_order, is_paid, priced_choices, show_priced
from cogs.looks import COIN, COIN_COLOUR, GARDEN_COLOUR, whole
from cogs.promo_words import escaped
from cogs.repeated_buttons import PackOfferButton

_BUTTONS_A_ROW = 4
# Each pack may bring its own; an embed has room for some more that are used up.
_MOST_BONUSES = 10


def packs_embed(texts: Texts, offer: Offer) -> discord.Embed:
    """Return what is on offer."""
    lines = [_pack_line(texts, pack) for pack in offer.packs]
    embed = discord.Embed(
        title=texts("Which pack would you like?"),
        description="\n".join(lines)
        + "\n\n"
        + texts("This server plays with test coins: a press fills your wallet at once."),
        colour=COIN_COLOUR,
    )
    bonuses = [*(pack.bonus for pack in offer.packs if pack.bonus), *offer.used_up]
    for bonus in list({one.window_id: one for one in bonuses}.values())[:_MOST_BONUSES]:
        embed.add_field(
            name=f"🎉 {escaped(bonus.name)}", value=window_text(texts, bonus), inline=False
        )
    return embed


def _pack_line(texts: Texts, pack: Pack) -> str:
    return f"{COIN} **{texts.number(pack.coins)}**" + bonus_text(texts, pack.bonus)


def less_embed(texts: Texts, less: LessBonus) -> discord.Embed:
    """Return the question before a purchase that brings less than was expected."""
    return discord.Embed(
        title=texts("Buy {coins:coins} all the same?", coins=less.pack.coins),
        description=less_text(texts, less) + "\n-# " + texts("Nothing is bought yet."),
        colour=COIN_COLOUR,
    )


def receipt_embed(texts: Texts, receipt: OrderReceipt) -> discord.Embed:
    """Return the receipt of a credited order."""
    return discord.Embed(
        title=texts("{coins:coins} for you", coins=receipt.coins + receipt.bonus_coins),
        description=(
            texts("**{bonus:coins}** of them are a bonus. ", bonus=receipt.bonus_coins)
            if receipt.bonus_coins
            else ""
        )
        + texts(
            "You can spend **{balance:coins}** now. `/gift` makes a streamer's day.",
            balance=receipt.balance_coins,
        ),
        colour=GARDEN_COLOUR,
    ).set_footer(text=texts("Receipt {number:receipt}", number=receipt.entry_id))


class PackButton(
    PackOfferButton,
    template=r"bouquet:buy:(?P<member>\d+):(?P<order>\d+):(?P<coins>\d+):(?P<bonus>\d+)",
):
    """Buys a pack."""

    action = "buy"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.member_id)
            self.refuse_old(interaction)
            try:
                bought = await economy_of(interaction).orders.buy_test(
                    asker.guild_id,
                    asker.member_id,
                    self.order_id,
                    self.coins,
                    expected_bonus=self.bonus_coins,
                )
            except KeyConflict:
                raise AlreadyUsed from None
            embed, view = bought_card(answer.texts, asker.member_id, self.order_id, bought)
            await answer.update(embed=embed, view=view)


def bought_card(
    texts: Texts, member_id: int, order_id: int, bought: OrderReceipt | LessBonus
) -> tuple[discord.Embed, discord.ui.View | None]:
    """Return the receipt, or the question with its button when there is less than expected."""
    if isinstance(bought, OrderReceipt):
        return receipt_embed(texts, bought), None
    pack = bought.pack
    label = texts("Buy {coins:coins}", coins=pack.coins)
    view = discord.ui.View()
    view.add_item(PackButton(member_id, order_id, pack.coins, pack.bonus_coins, label))
    return less_embed(texts, bought), view


def _choice_name(texts: Texts, pack: Pack) -> str:
    name = texts.coins(pack.coins)
    return name + texts(" + {bonus} bonus", bonus=pack.bonus_coins) if pack.bonus_coins else name


async def show_offer(answer: Answer, economy: Economy) -> None:
    """Show whoever asks what is on offer for them now, a button a pack."""
    asker = answer.asker()
    if await is_paid(economy, asker.guild_id):
        await show_priced(answer, economy)
        return
    offer = await economy.orders.offer(asker.guild_id, asker.member_id)
    view = discord.ui.View()
    for position, pack in enumerate(offer.packs):
        label = answer.texts.number(pack.coins)
        button = PackButton(
            asker.member_id, answer.interaction.id, pack.coins, pack.bonus_coins, label
        )
        button.row = position // _BUTTONS_A_ROW
        view.add_item(button)
    await answer.show(embed=packs_embed(answer.texts, offer), view=view)


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
                await show_offer(answer, self._economy)
            else:
                await self._buy(answer, whole(pack))

    @buy.autocomplete("pack")
    async def suggest_packs(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest the packs whose number begins as typed."""
        texts = await texts_of(interaction)
        if interaction.guild_id is None:
            return []
        try:
            if await is_paid(self._economy, interaction.guild_id):
                return await priced_choices(interaction, self._economy, str(typed))
            packs = await self._economy.orders.packs(interaction.guild_id, interaction.user.id)
        except Refusal:
            return []  # a list of choices has no place for a sentence; the command itself tells
        return [
            app_commands.Choice(name=_choice_name(texts, pack), value=pack.coins)
            for pack in packs
            if str(pack.coins).startswith(str(typed))
        ]

    async def _buy(self, answer: Answer, coins: int) -> None:
        asker = answer.asker()
        order_id = answer.interaction.id
        if await is_paid(self._economy, asker.guild_id):
            await begin_order(answer, self._economy, coins)
            return
        bought = await self._economy.orders.buy_test(
            asker.guild_id, asker.member_id, order_id, coins
        )
        embed, view = bought_card(answer.texts, asker.member_id, order_id, bought)
        await answer.show(embed=embed, view=view)


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(PackButton)
    await bot.add_cog(BuyCog(bot.economy))
