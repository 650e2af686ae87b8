"""Brings up the town that the tests of this folder play in."""

from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.client import use_server
from bot.sandbox.server import Sandbox
from cogs.copies import Copies
from cogs.freshness import Freshness
from cogs.kept_forms import KEPT
from tests.wire.paying import Till
from tests.wire.town import MOST_WAIT_SECONDS, Town, TownClock


@pytest.fixture
def clock() -> TownClock:
    return TownClock()


@pytest.fixture
async def sandbox(clock: TownClock) -> AsyncGenerator[Sandbox]:
    served = Sandbox(clock=clock)
    await served.start()
    use_server(served.api_base, served.gateway_url)
    yield served
    await served.close()


@pytest.fixture
async def town(
    sandbox: Sandbox, clock: TownClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Town]:
    """The bot is connected, and whoever has the role Streamer is one."""
    freshness = Freshness(lambda: clock().timestamp())
    # What the process remembers of clocks and ids must not pass from one test to the next.
    monkeypatch.setattr("cogs.answers.FRESHNESS", freshness)
    monkeypatch.setattr("cogs.delivery.COPIES", Copies())
    KEPT.clear()
    # A machine under load must not change what is answered; tests that want slowness ask for it.
    monkeypatch.setattr("cogs.answers.DEFER_AFTER_SECONDS", MOST_WAIT_SECONDS)
    # The town's clock stands still, so what hangs would hang for ever.
    patience = aiohttp.ClientTimeout(total=MOST_WAIT_SECONDS)
    async with aiohttp.ClientSession(timeout=patience) as session:
        town = Town(sandbox, session, clock, freshness, tmp_path / "books.sqlite3")
        await town.open()
        await town.type("Ada", "economy streamers", role="Streamer")
        yield town
        await town.close()


@pytest.fixture
async def till(town: Town) -> Till:
    """The guild takes money by a service that knows the truth, and Mia declared what buyers do."""
    till = Till(town)
    await till.by_truth()
    await till.begin()
    await till.declare("Mia")
    return till
