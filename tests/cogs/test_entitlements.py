"""The gateway's news of purchases, through an unmodified discord.py over the sandbox's sockets."""

import asyncio
import json
from collections.abc import AsyncGenerator

import discord
import pytest
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.payment_errors import ProviderSilent
from bot.payments.provider import Notice
from bot.sandbox.cast import PEOPLE
from bot.sandbox.checkouts import Checkouts
from bot.sandbox.premium import Entitlement, EntitlementKind
from bot.sandbox.server import Sandbox
from cogs.entitlements import DiscordEntitlements, EntitlementBells

TOKEN = "bells"  # noqa: S105 - the sandbox takes any
MOST_WAIT_SECONDS = 10


class House:
    """A bot with bells, and who hears them."""

    def __init__(self, sandbox: Sandbox, bot: commands.Bot) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.checkouts = Checkouts(sandbox.world)
        self.rang: asyncio.Queue[tuple[str, Notice]] = asyncio.Queue()
        self.is_busy = False

    async def ring(self, provider_name: str, notice: Notice) -> None:
        """Hear a bell."""
        self.rang.put_nowait((provider_name, notice))
        if self.is_busy:
            raise ProviderSilent

    def buy(self, kind: EntitlementKind = EntitlementKind.PURCHASE) -> Entitlement:
        """Let somebody buy something."""
        skus = self.sandbox.world.premium.skus_of(str(self.bot.application_id))
        return self.checkouts.buy(next(iter(skus.values())), PEOPLE[0].id, kind)

    def update(self, entitlement: Entitlement) -> None:
        """Let Discord say that something of an entitlement changed."""
        for session in self.sandbox.world.applications[entitlement.application_id].sessions:
            session.dispatch("ENTITLEMENT_UPDATE", json.dumps(entitlement.to_json()))

    async def hears(self) -> Notice:
        """Return what rang next."""
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            provider_name, notice = await self.rang.get()
        assert provider_name == "discord"
        return notice


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[House]:
    sandbox = Sandbox()
    await sandbox.start()
    monkeypatch.setattr(Route, "BASE", sandbox.api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(sandbox.gateway_url))
    # The intents of our own bot: purchases come without any.
    bot = commands.Bot("!", intents=discord.Intents(guilds=True), guild_ready_timeout=0)
    made = House(sandbox, bot)
    async with bot:
        await bot.add_cog(EntitlementBells(made.ring))
        running = asyncio.create_task(bot.start(TOKEN))
        await asyncio.wait_for(bot.wait_for("ready"), MOST_WAIT_SECONDS)
        yield made
        await bot.close()
        await running
    await sandbox.close()


async def test_a_purchase_rings(house: House) -> None:
    bought = house.buy()
    assert await house.hears() == Notice(f"created:{bought.id}", bought.id)


async def test_a_purchase_in_test_mode_rings_too(house: House) -> None:
    bought = house.buy(EntitlementKind.TEST_MODE_PURCHASE)
    assert (await house.hears()).payment_id == bought.id


async def test_a_refund_rings_and_to_consume_does_not(house: House) -> None:
    bought = house.buy()
    await house.hears()
    await DiscordEntitlements(house.bot).consume(int(bought.id))
    house.checkouts.delete(bought)
    assert await house.hears() == Notice(f"deleted:{bought.id}", bought.id)
    assert house.rang.empty()


async def test_what_nobody_bought_does_not_ring(house: House) -> None:
    given = house.buy(EntitlementKind.DEVELOPER_GIFT)
    house.checkouts.delete(given)
    bought = house.buy()
    assert (await house.hears()).payment_id == bought.id


async def test_an_update_that_says_deleted_is_a_refund(house: House) -> None:
    bought = house.buy()
    await house.hears()
    bought.is_deleted = True
    house.update(bought)
    assert await house.hears() == Notice(f"deleted:{bought.id}", bought.id)


async def test_an_update_of_what_is_not_consumed_is_looked_at(house: House) -> None:
    bought = house.buy()
    await house.hears()
    house.update(bought)
    # There may be many, so it is no event that is noted as seen.
    assert await house.hears() == Notice("", bought.id)


async def test_a_bell_that_nobody_can_answer_now_stops_nothing(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.is_busy = True
    first = house.buy()
    assert (await house.hears()).payment_id == first.id
    house.is_busy = False
    house.checkouts.consume(first)
    second = house.buy()
    assert (await house.hears()).payment_id == second.id
    assert f"entitlement {first.id} has to wait" in caplog.text


async def test_what_the_gateway_says_twice_is_one_event(house: House) -> None:
    bought = house.buy()
    first = await house.hears()
    house.sandbox.faults.arm_as_asked({"fault": "drop", "replay_events": 5})
    assert await house.hears() == first
    assert first.event_id == f"created:{bought.id}"
