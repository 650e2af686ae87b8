"""`/economy packs`: what is for sale, at which price, in which order."""

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.currencies import Money
from bot.paid_errors import NoSuchPack, PaidModeOnly, SkuWrong
from bot.services.money import parse_money
from bot.services.packs import PricedPack
from bot.services.plain_text import plain
from bot.texts import Texts
from cogs.answers import Answer, Asker, answering, texts_of
from cogs.base import EconomyCog
from cogs.checkout import settings_of
from cogs.economy_mode import missing_of
from cogs.looks import COIN, COIN_COLOUR, whole

_MOST_TYPED_CHARACTERS = 60
_MOST_CHOICES = 25
# Discord's numbers have up to 19 digits, more than its own options for numbers take.
_MOST_SKU_DIGITS = 19
_NONE = frozenset({"none", "no", "off", "-", "0"})

Coins = app_commands.Range[int, 1]
Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


def packs_embed(
    texts: Texts, packs: tuple[PricedPack, ...], missing: list[str], said: str = ""
) -> discord.Embed:
    """Return all packs in their order, what members cannot buy yet, and what was just done."""
    parts = [said, "\n".join(_pack_line(texts, pack) for pack in packs), "\n".join(missing)]
    embed = discord.Embed(
        title=texts("Packs"),
        description="\n\n".join(part for part in parts if part),
        colour=COIN_COLOUR,
    )
    return embed.set_footer(text=texts("Orders that were made keep the price they were made at."))


def _pack_line(texts: Texts, pack: PricedPack) -> str:
    line = f"{COIN} **{texts.number(pack.coins)}** · {texts('{price}', price=pack.price)}"
    if pack.hidden:
        line = f"~~{line}~~ · {texts('hidden')}"
    if pack.sku_id:
        line += texts(" · SKU `{sku}`", sku=str(pack.sku_id))
    return f"`{pack.position:>2}` {line}"


class PacksPart(EconomyCog):
    """What is for sale."""

    packs = app_commands.Group(name="packs", description="What coins cost here")

    @packs.command()
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """See the packs with their prices, and what is missing before members can buy."""
        async with answering(interaction) as answer:
            await self._show(answer, answer.admin())

    @packs.command()
    @app_commands.describe(
        coins="How many coins it has", price="What it costs, as you would write it: 4.99"
    )
    async def add(self, interaction: discord.Interaction[Any], coins: Coins, price: Typed) -> None:
        """Sell a pack of coins at a price."""
        async with answering(interaction) as answer:
            await self._put(answer, answer.admin(), whole(coins), price)

    @packs.command()
    @app_commands.describe(coins="Which pack", price="What it costs from now on, such as 4.99")
    async def price(
        self, interaction: discord.Interaction[Any], coins: Coins, price: Typed
    ) -> None:
        """Change what a pack costs; orders that were made keep their price."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._refuse_unknown(admin, whole(coins))
            await self._put(answer, admin, coins, price)

    @packs.command()
    @app_commands.describe(coins="Which pack")
    async def hide(self, interaction: discord.Interaction[Any], coins: Coins) -> None:
        """Offer a pack no more, and keep its price for later."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.packs.hide(admin.guild_id, admin.member_id, whole(coins))
            said = answer.texts("The pack of **{coins:bare}** is hidden now.", coins=coins)
            await self._show(answer, admin, said)

    @packs.command()
    @app_commands.describe(coins="Which pack")
    async def unhide(self, interaction: discord.Interaction[Any], coins: Coins) -> None:
        """Offer a hidden pack again."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.packs.show(admin.guild_id, admin.member_id, whole(coins))
            said = answer.texts("The pack of **{coins:bare}** is for sale again.", coins=coins)
            await self._show(answer, admin, said)

    @packs.command()
    @app_commands.describe(coins="Which pack", position="Its place among the others; 1 comes first")
    async def move(
        self, interaction: discord.Interaction[Any], coins: Coins, position: Coins
    ) -> None:
        """Change the order in which packs are shown."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.packs.move(
                admin.guild_id, admin.member_id, whole(coins), whole(position)
            )
            await self._show(answer, admin)

    @packs.command()
    @app_commands.describe(coins="Which pack", sku="Its number at Discord, or none")
    async def sku(self, interaction: discord.Interaction[Any], coins: Coins, sku: Typed) -> None:
        """Tell under which SKU Discord sells a pack."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.packs.set_sku(
                admin.guild_id, admin.member_id, whole(coins), read_sku(sku)
            )
            await self._show(answer, admin)

    @packs.command()
    async def usual(self, interaction: discord.Interaction[Any]) -> None:
        """Add the usual packs at usual prices; those that are there stay as they are."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.packs.put_defaults(admin.guild_id, admin.member_id)
            said = answer.texts("The usual packs are there. `/economy packs price` changes one.")
            await self._show(answer, admin, said)

    @price.autocomplete("coins")
    @move.autocomplete("coins")
    @sku.autocomplete("coins")
    async def suggest_packs(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest the packs there are, by their coins."""
        return await self._choices(interaction, typed, lambda _pack: True)

    @hide.autocomplete("coins")
    async def suggest_offered(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest the packs that are for sale."""
        return await self._choices(interaction, typed, lambda pack: not pack.hidden)

    @unhide.autocomplete("coins")
    async def suggest_hidden(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest the packs that are hidden."""
        return await self._choices(interaction, typed, lambda pack: pack.hidden)

    async def _choices(
        self,
        interaction: discord.Interaction[Any],
        typed: int | str,
        fits: Callable[[PricedPack], bool],
    ) -> list[app_commands.Choice[int]]:
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts = await texts_of(interaction)
        packs = await self._economy.packs.all(interaction.guild_id)
        return [
            app_commands.Choice(
                name=f"{texts.bare(pack.coins)} · {texts('{price}', price=pack.price)}",
                value=pack.coins,
            )
            for pack in packs
            if fits(pack) and str(pack.coins).startswith(str(typed))
        ][:_MOST_CHOICES]

    async def _show(self, answer: Answer, admin: Asker, said: str = "") -> None:
        if not (await settings_of(self._economy, admin.guild_id)).is_paid:
            raise PaidModeOnly
        packs = await self._economy.packs.all(admin.guild_id)
        missing = await missing_of(answer, self._economy, admin.guild_id)
        await answer.show(embed=packs_embed(answer.texts, packs, missing, said))

    async def _put(self, answer: Answer, admin: Asker, coins: int, typed: str) -> None:
        settings = await settings_of(self._economy, admin.guild_id)
        if not settings.is_paid:
            raise PaidModeOnly
        minor = parse_money(plain(typed), settings.currency, str(answer.interaction.locale))
        await self._economy.packs.put(admin.guild_id, admin.member_id, coins, minor)
        said = answer.texts(
            "**{coins:bare}** cost **{price}** now.",
            coins=coins,
            price=Money(minor, settings.currency),
        )
        await self._show(answer, admin, said)

    async def _refuse_unknown(self, admin: Asker, coins: int) -> None:
        if not (await settings_of(self._economy, admin.guild_id)).is_paid:
            raise PaidModeOnly
        packs = await self._economy.packs.all(admin.guild_id)
        if all(pack.coins != coins for pack in packs):
            raise NoSuchPack(coins)


def read_sku(typed: str) -> int:
    """Return the number of a SKU that was typed, 0 for none.

    Raises:
        SkuWrong: it is no number of Discord's.
    """
    digits = plain(typed)
    if digits.casefold() in _NONE:
        return 0
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_SKU_DIGITS):
        raise SkuWrong
    return int(digits)
