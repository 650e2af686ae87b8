"""`/purchases`: every order, what it cost and brought, and what became of it."""

from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.clock import snowflake_seconds
from bot.services.purchases import Purchase, PurchasePage, PurchaseState
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.base import EconomyCog
from cogs.checkout import PayButton
from cogs.checkout_words import provider_words
from cogs.looks import COIN, GARDEN_COLOUR
from cogs.repeated_buttons import PageButton

_STATES = {
    PurchaseState.OPEN: N_("⏳ waits for your payment until {end:at}"),
    PurchaseState.PAID: N_("✅ paid"),
    PurchaseState.CLOSED: N_("▫️ closed, as no payment came; nothing is owed"),
    PurchaseState.DISPUTED: N_("⚖️ disputed: your wallet rests until that is decided"),
    PurchaseState.PART_BACK: N_("↩️ paid, and a part went back to you"),
    PurchaseState.BACK: N_("↩️ the payment went back to you"),
}
_SOME_BACK = N_("↩️ paid, and {back} of it went back to you")
_DONE = N_("✅ done")


def purchases_embed(texts: Texts, page: PurchasePage, now: int) -> discord.Embed:
    """Return a page of orders at an instant (seconds, UTC)."""
    embed = discord.Embed(title=texts("Your purchases"), colour=GARDEN_COLOUR)
    if not page.purchases:
        embed.description = texts("Nothing yet. `/buy` gets your first coins.")
    for purchase in page.purchases:
        embed.add_field(
            name=_what(texts, purchase), value=_became(texts, purchase, now), inline=False
        )
    return embed


def _what(texts: Texts, purchase: Purchase) -> str:
    what = f"{COIN} {texts.number(purchase.coins)}"
    if purchase.bonus_coins and purchase.is_bonus_sure:
        what += texts(" + {bonus} bonus", bonus=purchase.bonus_coins)
    elif purchase.bonus_coins:
        what += texts(" + up to {bonus} bonus", bonus=purchase.bonus_coins)
    return f"{what} · {texts('{price}', price=purchase.price)}" if purchase.price else what


def _became(texts: Texts, purchase: Purchase, now: int) -> str:
    number = f"`{purchase.code}`" if purchase.code else f"`#{purchase.entry_id}`"
    at = texts("{at:at}", at=purchase.ordered_at)
    how = provider_words(texts, purchase.provider)
    return f"{_state(texts, purchase, now)}\n-# {number} · {at} · {how}"


def _state(texts: Texts, purchase: Purchase, now: int) -> str:
    if purchase.price is None and purchase.state is PurchaseState.PAID:
        return texts(_DONE)  # of a test purchase nobody says that it was paid
    if purchase.back and purchase.state is PurchaseState.PART_BACK:
        return texts(_SOME_BACK, back=purchase.back)
    if purchase.state is PurchaseState.OPEN and not _waits(purchase, now):
        # Nobody has looked since its time ran out.
        return texts(_STATES[PurchaseState.CLOSED])
    said = texts(_STATES[purchase.state], end=purchase.expires_at)
    if not purchase.is_bonus_sure:
        said += "\n" + texts("Its bonus is set aside for a newer order; it comes if any is left.")
    return said


def _waits(purchase: Purchase, now: int) -> bool:
    return purchase.state is PurchaseState.OPEN and now < purchase.expires_at


def purchases_view(texts: Texts, member_id: int, page: PurchasePage, now: int) -> discord.ui.View:
    """Return the ways to pay for what waits, and the buttons to the pages beside this one."""
    view = discord.ui.View()
    for purchase in page.purchases:
        if _waits(purchase, now):
            label = texts("Pay {code}", code=purchase.code)
            view.add_item(PayButton(member_id, purchase.order_id, purchase.coins, label))
    for before, label in ((page.newer, texts("Newer")), (page.older, texts("Older"))):
        if before is not None:
            view.add_item(PurchasesButton(member_id, before, label))
    return view


def _card(
    answer: Answer, member_id: int, page: PurchasePage
) -> tuple[discord.Embed, discord.ui.View]:
    now = snowflake_seconds(answer.interaction.id)
    texts = answer.texts
    return purchases_embed(texts, page, now), purchases_view(texts, member_id, page, now)


class PurchasesButton(
    PageButton,
    template=r"bouquet:purchases:(?P<owner>\d+):(?P<before>\d+)",
):
    """Turns to another page of the own purchases."""

    action = "purchases"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.owner_id)
            page = await economy_of(interaction).purchases.page(
                asker.guild_id, asker.member_id, before=self.before
            )
            embed, view = _card(answer, asker.member_id, page)
            await answer.update(embed=embed, view=view)


class PurchasesCog(EconomyCog):
    """Reading what one bought."""

    @app_commands.command()
    @app_commands.guild_only()
    async def purchases(self, interaction: discord.Interaction[Any]) -> None:
        """Show what you bought or ordered, with its order numbers."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            page = await self._economy.purchases.page(asker.guild_id, asker.member_id)
            embed, view = _card(answer, asker.member_id, page)
            await answer.show(embed=embed, view=view)


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(PurchasesButton)
    await bot.add_cog(PurchasesCog(bot.economy))
