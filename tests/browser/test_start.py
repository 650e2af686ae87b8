"""What `make run` gives to somebody who has just cloned the project: a real process."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import WIDE
from tests.browser.person import Person
from tests.browser.window import Window
from tests.processes import end

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]

ROOT = Path(__file__).parents[2]
MOST_START_SECONDS = 20


@contextlib.asynccontextmanager
async def running_bot(folder: Path) -> AsyncGenerator[str]:
    """Start the bot in an empty folder and give the address that it prints."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("BOUQUET_")
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), MOST_START_SECONDS)
        yield line.decode().split("open ")[1].strip()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), MOST_START_SECONDS) == 0
    finally:
        await end(process)


async def test_a_newcomer_starts_the_bot_sends_a_gift_and_finds_it_there_tomorrow(
    tmp_path: Path, open_window: Callable[..., Awaitable[Window]]
) -> None:
    async with running_bot(tmp_path) as url:
        mia = Person(await open_window(f"{url}?as=Mia&channel=stage", **WIDE))
        await mia.type("buy")
        await mia.press("70")
        await mia.reads("70 coins for you")
        await mia.begin("gift")
        await mia.pick("streamer", "lu", "Luna")
        await mia.pick("gift", "tulip", "Tulip")
        await mia.send()
        await mia.reads("Tulip", "15 coins")
        await mia.window.close()
    async with running_bot(tmp_path) as url:
        luna = Person(await open_window(f"{url}?as=Luna&channel=stage", **WIDE))
        await luna.reads("Tulip", "15 coins")
        await luna.type("earnings show")
        await luna.reads("15 coins in 1 gift")
        await luna.window.close()


async def test_the_bare_address_shows_a_newcomer_what_to_try_first(
    tmp_path: Path, open_window: Callable[..., Awaitable[Window]]
) -> None:
    async with running_bot(tmp_path) as url:
        somebody = Person(await open_window(url, **WIDE))
        steps = somebody.log.get_by_role("list", name="What to try first")
        await steps.get_by_role("button", name="Be somebody else").click()
        await somebody.at.get_by_role("option", name="Luna").click()
        await expect(somebody.at.get_by_role("button", name="You are Luna")).to_be_visible()
        await steps.get_by_role("button", name="/wallet").click()
        await somebody.send()
        await somebody.reads("Wallet of Luna")
        await somebody.window.close()
