"""A small discord.py bot that sells through Discord."""

import asyncio

import discord
from typing_extensions import override

from tests.sandbox.small_bot import SmallBot


class Shop(SmallBot):
    """A bot that sells, and keeps what it hears of it."""

    def __init__(self) -> None:
        super().__init__(discord.Intents.none() | discord.Intents(guilds=True))
        self.heard: asyncio.Queue[tuple[str, discord.Entitlement]] = asyncio.Queue()
        self.sold: list[discord.SKU] = []

        @self.tree.command(description="Sells something")
        async def shop(interaction: discord.Interaction, count: int = 1) -> None:
            view = discord.ui.View(timeout=None)
            for sku in self.sold[:count]:
                view.add_item(discord.ui.Button(sku_id=sku.id))
            await interaction.response.send_message("Here you are", view=view)

        @self.tree.command(description="Tells what one has")
        async def held(interaction: discord.Interaction) -> None:
            names = {sku.id: sku.name for sku in self.sold}
            has = [names[one.sku_id] for one in interaction.entitlements]
            await interaction.response.send_message(", ".join(has) or "nothing")

    @override
    async def setup_hook(self) -> None:
        """Learn what there is to sell."""
        await super().setup_hook()
        self.sold = await self.fetch_skus()

    async def on_entitlement_create(self, entitlement: discord.Entitlement) -> None:
        """Keep a purchase."""
        self.heard.put_nowait(("create", entitlement))

    async def on_entitlement_update(self, entitlement: discord.Entitlement) -> None:
        """Keep a change."""
        self.heard.put_nowait(("update", entitlement))

    async def on_entitlement_delete(self, entitlement: discord.Entitlement) -> None:
        """Keep a refund."""
        self.heard.put_nowait(("delete", entitlement))

    async def hears(self) -> tuple[str, discord.Entitlement]:
        """Return the next news."""
        async with asyncio.timeout(10):
            return await self.heard.get()
