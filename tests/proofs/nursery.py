"""Where processes come from that are to be killed: forked, each without a start of Python.

A nursery is a process that has loaded everything. It reads lines:

| line | answer |
|---|---|
| `live {...}` begins a life, which takes over the reading until it ends | what the life says |
| | `ended 0` when it came to its end, `ended -9` when it was killed |

Whatever else it hears was meant for a life that is over. A test holds a `Nursery`; the module that
the process runs calls `bear_lives`.
"""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

from bot.ledger.books import Books

ROOT = Path(__file__).parents[2]
MOST_WAIT_SECONDS = 60.0
ENDED = "ended 0"
KILLED = f"ended {-signal.SIGKILL}"

Live = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Nursery:
    """The test's side of a nursery."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._next_line: asyncio.Task[str] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, module: str) -> AsyncGenerator["Nursery"]:
        """Open a nursery, and leave no process behind, whatever happens meanwhile."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("BOUQUET_")},
            start_new_session=True,
        )
        nursery = cls(process)
        try:
            assert await nursery.line() == "open"
            yield nursery
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if nursery._next_line is not None:
                await nursery._next_line
            await process.communicate()

    def tell(self, line: str) -> None:
        """Say something to the nursery, or to the life in it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    def bear(self, told: dict[str, Any]) -> None:
        """Let a life begin."""
        self.tell(f"live {json.dumps(told)}")

    async def line(self, patience_seconds: float | None = MOST_WAIT_SECONDS) -> str:
        """Return the next line that is said there."""
        async with asyncio.timeout(patience_seconds):
            line = await asyncio.shield(self.listening())
        self._next_line = None
        return line

    def listening(self) -> "asyncio.Task[str]":
        """Return the task that ends with the next line, which it leaves for `line`."""
        if self._next_line is None:
            self._next_line = asyncio.create_task(self._read())
        return self._next_line

    async def _read(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()


def say(line: str) -> None:
    """Say a line to the test; as a whole, also when this process is killed meanwhile."""
    os.write(1, f"{line}\n".encode())


def bear_lives(live: Live) -> None:
    """Bear lives, one after the other, until nobody asks for more."""
    logging.disable(logging.WARNING)
    asyncio.run(_open_books_once())
    # Every life collects garbage when it has loaded the cogs; what is loaded here is none.
    gc.freeze()
    say("open")
    for line in _heard():
        if line.startswith(b"live "):
            say(f"ended {_bear(live, json.loads(line.removeprefix(b'live ')))}")


async def _open_books_once() -> None:
    """Let every life inherit what is worked out when a process first opens books."""
    with tempfile.TemporaryDirectory() as folder:
        await (await Books.open(Path(folder) / "books.sqlite3")).close()
    # Only this thread would come along into a life.
    for thread in set(threading.enumerate()) - {threading.current_thread()}:
        thread.join()


def _heard() -> Iterator[bytes]:
    """Hear lines and nothing ahead: what follows a line is for the life that it began."""
    line = b""
    while byte := os.read(0, 1):
        line += byte
        if byte == b"\n":
            yield line
            line = b""


def _bear(live: Live, told: dict[str, Any]) -> int:
    """Begin a life and return how it ended: 0, or the negative number of a signal."""
    child_id = os.fork()
    if child_id:
        code = os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1])
        # A life that listened with asyncio leaves the pipe, which is the same one, without waiting.
        os.set_blocking(0, True)
        return code
    status = 1
    try:
        asyncio.run(live(told))
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is must not come back into the nursery
        traceback.print_exc()
    finally:
        os._exit(status)
