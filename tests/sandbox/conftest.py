"""A running sandbox, a small bot on it, and a script beside it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

import aiohttp
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.server import Sandbox
from tests.sandbox.script import MovableClock, Script
from tests.sandbox.small_bot import SmallBot

TOKEN = "MTMwMDAwMDAwMDAwMDAwMDAwMQ.small.bot"  # noqa: S105 - any token works here


@pytest.fixture
def clock() -> MovableClock:
    """Give a clock that the test moves."""
    return MovableClock()


@pytest.fixture
async def sandbox(clock: MovableClock) -> AsyncIterator[Sandbox]:
    """Run a sandbox."""
    running = Sandbox(clock=clock)
    await running.start()
    yield running
    await running.close()


@pytest.fixture
async def script(sandbox: Sandbox, clock: MovableClock) -> AsyncIterator[Script]:
    """Give somebody who acts."""
    # Nothing here takes long; what hangs shall fail.
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
        yield Script(sandbox, http, clock)


@contextlib.asynccontextmanager
async def running_bot(sandbox: Sandbox, bot: SmallBot) -> AsyncGenerator[SmallBot]:
    """Connect a bot and disconnect it afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", sandbox.api_base)
        gateway = yarl.URL(sandbox.gateway_url)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        async with bot:
            running = asyncio.create_task(bot.start(TOKEN))
            ready = asyncio.create_task(bot.wait_for("ready"))
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            assert ready.done(), "the bot ended before it was ready"
            yield bot
            await bot.close()
            await running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[SmallBot]:
    """Give a connected bot; what it asked for must all be known to the sandbox."""
    async with running_bot(sandbox, SmallBot()) as connected:
        yield connected
    assert sandbox.world.unknown_requests == []
