"""What the tests share: a clock that tests move, books on a real file, the services over them."""

import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.ledger.books import Books
from bot.services.economy import Economy
from tests.discord_description.plugin import NAME, WirePlugin
from tests.memory_disk import keep_files_in_memory
from tests.new_books import open_books


class MovableClock:
    """A clock that stands still until a test moves it (seconds, UTC)."""

    def __init__(self, now: int = 1_800_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        """Return the seconds since 1970, UTC."""
        return self.now

    def advance(self, seconds: int) -> None:
        """Move the clock forward."""
        self.now += seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", help="run only the tests marked proof(NAME)")


def pytest_configure(config: pytest.Config) -> None:
    # Images of containers often ask Python to keep no bytecode. Then whatever a test starts or
    # loads anew (a killed bot's next life, a bot's cogs) would be compiled again each time.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    keep_files_in_memory()
    # How long an example takes says how busy the machine is, and nothing about the code.
    settings.register_profile(
        "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("untimed")
    config.pluginmanager.register(WirePlugin.of(config), NAME)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What takes long comes first; at the end one worker would wait for the other's last storm.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    name = config.getoption("--proof")
    if name is None:
        return
    chosen = [
        item for item in items if any(name in mark.args for mark in item.iter_markers("proof"))
    ]
    if not chosen:
        message = f"no test is marked proof({name!r})"
        raise pytest.UsageError(message)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def books(tmp_path: Path) -> AsyncGenerator[Books]:
    opened = await open_books(tmp_path / "books.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
def economy(books: Books, clock: MovableClock) -> Economy:
    return Economy.over(books, clock)
