"""Bots in processes of their own that die in the middle of a step, as if somebody typed kill -9.

What a life in a nursery (see `nursery`) is told, and what it answers:

| line | answer |
|---|---|
| `live {"path", "api_base", "gateway_url", "now", "dies_at"}` | `ready` |
| `now <seconds>` moves the bot's clock | `done` |
| `look <seconds>` does the same and then what the jobs do | `done` |
| `die <seconds>` kills the bot while it is at rest | `ended -9` |
| `end` | `ended 0` |

Whatever a life was told, `ended -9` says that it was killed. A step is a statement at any
connection to the books, or a request to Discord. Each has a point before its effect and one after
it, when the bot has not learned of it yet; after a statement of an open transaction there is none,
as that has no effect yet. Points with nothing between them that had an effect, or that was heard,
are one (see `fate`). A life dies at the point whose number is `dies_at`.
"""

import asyncio
import importlib
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.client import use_server
from bot.ledger.books import Books
from bot.scheduler import Scheduler
from bot.services.economy import Economy
from bot.texts import texts_for
from cogs import EXTENSIONS
from tests.proofs.fate import Fate, statements_at
from tests.proofs.nursery import bear_lives, say
from tests.quick_bot import QuickBot

MOST_WAIT_SECONDS = 10
_MOST_LINE_BYTES = 4_096


def requests_at(fate: Fate) -> aiohttp.TraceConfig:
    """Let every request pass a point before it is sent and one before its answer is read."""

    async def starts(
        _session: aiohttp.ClientSession,
        _what: SimpleNamespace,
        asked: aiohttp.TraceRequestStartParams,
    ) -> None:
        fate.new_point()
        if asked.method != "GET":
            # From here on it may take effect.
            fate.happen()

    async def ends(
        _session: aiohttp.ClientSession,
        _what: SimpleNamespace,
        asked: aiohttp.TraceRequestEndParams,
    ) -> None:
        if asked.method != "GET":
            # Now it has, which it may not have had at what was the last point.
            fate.happen()
        fate.new_point()

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(starts)
    trace.on_request_end.append(ends)
    return trace


class Life:
    """One life of the bot, put together and started like the command line does it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._path = Path(told["path"])
        self._now: int = told["now"]
        self._fate = Fate(told["dies_at"])
        use_server(told["api_base"], told["gateway_url"])

    async def live(self) -> None:
        """Do what is asked until the end is asked for, or nobody is there any more to ask."""
        # To open what nothing is wrong with writes nothing.
        books = await Books.open(self._path)
        with statements_at(self._fate):
            economy = Economy.over(books, lambda: self._now)
            bot = QuickBot(economy, guild_ready_seconds=0)
            bot.http.http_trace = requests_at(self._fate)
            bot.add_listener(self._hear, "on_socket_event_type")
            scheduler = Scheduler(
                economy, audit=_no_audit, announce=bot.announce, clock=lambda: self._now
            )
            await scheduler.catch_up()
            await bot.login("dying")
            connected = asyncio.create_task(bot.connect())
            async with asyncio.timeout(MOST_WAIT_SECONDS):
                await bot.wait_until_ready()
            say("ready")
            while (line := await asyncio.to_thread(os.read, 0, _MOST_LINE_BYTES)) not in {
                b"",
                b"end\n",
            }:
                await self._do(line.decode(), scheduler)
            await bot.close()
            await connected
            await books.close()

    async def _hear(self, _event: str) -> None:
        # What Discord has told one life it does not tell the next.
        self._fate.happen()

    async def _do(self, line: str, scheduler: Scheduler) -> None:
        self._fate.happen()
        command, seconds = line.split()
        self._now = int(seconds)
        if command == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if command == "look":
            await scheduler.look()
            await scheduler.announced()
        say("done")


async def _no_audit() -> None:
    raise NotImplementedError


if __name__ == "__main__":
    for extension in EXTENSIONS:
        importlib.import_module(extension)
    # The first number that a process writes loads how its language does that, which takes a while.
    texts_for("en-US")("{count}", count=1)
    bear_lives(lambda told: Life(told).live())
