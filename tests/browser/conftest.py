"""A real browser, opened once, and people who sit at its windows."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright, expect

from bot.client import use_server
from bot.sandbox.server import Sandbox
from cogs.freshness import Freshness
from tests.browser.chromium import MISSING, REQUIRED, find_chromium, launch
from tests.browser.person import Person
from tests.browser.window import Window
from tests.sandbox.conftest import running_bot
from tests.sandbox.small_bot import SmallBot
from tests.wire.town import MOST_WAIT_SECONDS, Town, TownClock

# The browser outlives each test, so all of this folder shares the one loop that it lives in.
in_one_loop = pytest_asyncio.fixture(loop_scope="package")

Visit = Callable[..., Awaitable[Person]]

CHROMIUM = find_chromium()
WIDE = {"viewport": ViewportSize(width=1280, height=800)}
PHONE_SIZE = ViewportSize(width=390, height=844)
PHONE = {
    "viewport": PHONE_SIZE,
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
# Two cores may have much else to do.
expect.set_options(timeout=MOST_WAIT_SECONDS * 1000)
FAILED = pytest.StashKey[bool]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that tests were skipped: a skip is easily overlooked."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.section("the page was not tested", red=True, bold=True)
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that its windows are pictured before they close."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncGenerator[Browser]:
    """Start the browser once."""
    if CHROMIUM is None:
        if REQUIRED:
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        opened = await launch(playwright, CHROMIUM)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def end_of_tasks(browser: Browser) -> AsyncGenerator[None]:
    """End what a test leaves running, as a loop of its own would."""
    assert browser.is_connected()
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@pytest.fixture
def clock() -> TownClock:
    """Stand still: no deadline of Discord's passes because a machine is busy."""
    return TownClock()


@in_one_loop
async def sandbox(clock: TownClock) -> AsyncGenerator[Sandbox]:
    """Serve a sandbox."""
    served = Sandbox(clock=clock)
    await served.start()
    yield served
    await served.close()


@in_one_loop
async def small_bot(sandbox: Sandbox) -> AsyncGenerator[SmallBot]:
    """Connect a bot that has nothing of ours in it."""
    async with running_bot(sandbox, SmallBot()) as connected:
        yield connected


@in_one_loop
async def town(
    sandbox: Sandbox, clock: TownClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Town]:
    """The bot is connected, and whoever has the role Streamer is one."""
    freshness = Freshness(lambda: clock().timestamp())
    monkeypatch.setattr("cogs.answers.FRESHNESS", freshness)
    monkeypatch.setattr("cogs.answers.DEFER_AFTER_SECONDS", MOST_WAIT_SECONDS)
    use_server(sandbox.api_base, sandbox.gateway_url)
    patience = aiohttp.ClientTimeout(total=MOST_WAIT_SECONDS)
    async with aiohttp.ClientSession(timeout=patience) as session:
        town = Town(sandbox, session, clock, freshness, tmp_path / "books.sqlite3")
        await town.open()
        await town.type("Ada", "economy streamers", role="Streamer")
        yield town
        await town.close()


@in_one_loop
async def open_window(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[Callable[..., Awaitable[Window]]]:
    """Open windows that must have nothing to complain of when the test is over."""
    windows: list[Window] = []

    async def open_one(url: str, **screen: Any) -> Window:
        window = Window(await browser.new_context(**screen))
        windows.append(window)
        await window.open(url)
        return window

    yield open_one
    complaints: list[str] = []
    for number, window in enumerate(windows):
        if request.node.stash.get(FAILED, False):
            await window.save_picture(tmp_path / f"window-{number}.png")
        await window.close()
        complaints += window.complaints
    assert complaints == []


@pytest.fixture
def visit_sandbox(sandbox: Sandbox, open_window: Callable[..., Awaitable[Window]]) -> Visit:
    """Let somebody open the page in a window of their own."""

    async def visit(name: str, channel: str = "stage", **screen: Any) -> Person:
        url = f"{sandbox.url}?as={name}&channel={channel}"
        return Person(await open_window(url, **(screen or WIDE)))

    return visit


@pytest.fixture
def visit(town: Town, visit_sandbox: Visit) -> Visit:
    """Let somebody open the page of the town, where our bot is."""
    assert town.sandbox.url
    return visit_sandbox
