"""The process that draws, seen from the bot: started, asked, ended, killed when it must be."""

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from pathlib import Path

from bot.pictures.errors import CannotDraw, TooSlow
from bot.pictures.frames import (
    LENGTH,
    MOST_ANSWER_BYTES,
    MOST_REQUEST_BYTES,
    Answer,
    Tag,
    packed,
    read_answer,
)

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2]
# All it may know of the bot's surroundings; the token and the rest are none of its business.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL")
_FAREWELL_SECONDS = 2.0


class WorkerLost(CannotDraw):
    """The process ended before it answered."""

    def __init__(self) -> None:
        super().__init__("the process that draws has ended")


class Worker:
    """At most one process; one question at a time, which the caller sees to."""

    def __init__(self, *, start_seconds: float, drawing_seconds: float) -> None:
        self._start_seconds = start_seconds
        self._drawing_seconds = drawing_seconds
        # Kept from process to process: what was found out about fonts is in there.
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process_id(self) -> int | None:
        """Return the id of the process, if there is one."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, request: bytes) -> Answer:
        """Return the answer to a request; a process that was lost meanwhile is replaced once.

        Raises:
            WorkerLost: it ended, twice in a row.
            TooSlow: it said nothing for too long and was killed.
            CannotDraw: it cannot be started, or said what cannot be understood.
        """
        if len(request) > MOST_REQUEST_BYTES:
            raise CannotDraw("the chart is too large")
        try:
            return await self._ask_once(request)
        except WorkerLost:
            # Somebody may have ended it while it had nothing to do, which nobody has noticed yet.
            return await self._ask_once(request)

    async def end(self) -> None:
        """Let the process end in good order, or kill it; it is gone when this returns."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.write(packed(b""))
        process.stdin.close()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await process.wait()
        finally:
            await _kill(process)

    async def close(self) -> None:
        """End the process for good, and leave nothing on the disk."""
        try:
            await self.end()
        finally:
            if self._folder is not None:
                self._folder.cleanup()

    async def _ask_once(self, request: bytes) -> Answer:
        if self.process_id is None:
            await self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):  # reading tells the same, and is next
            self._process.stdin.write(packed(request))
            await self._process.stdin.drain()
        return await self._answer(self._drawing_seconds)

    async def _start(self) -> None:
        try:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="bouquet-pictures-")
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the folder it stands in is no place to import from
                "-m",
                "bot.pictures",
                self._folder.name,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=self._folder.name,
                env=_environment(self._folder.name),
                # Ctrl+C is for the bot, which then ends this one itself.
                start_new_session=True,
            )
        except OSError as error:
            message = f"the process that draws cannot be started: {error}"
            raise CannotDraw(message) from error
        answer = await self._answer(self._start_seconds)
        if answer.tag is not Tag.READY:
            await self._discard()
            raise CannotDraw(answer.text)
        log.info("pictures are drawn by process %d", self._process.pid)

    async def _answer(self, most_seconds: float) -> Answer:
        """Return the next answer; without one the process is of no more use."""
        try:
            async with asyncio.timeout(most_seconds):
                return await self._next_answer()
        except BaseException as error:
            await self._discard()
            match error:
                case TimeoutError():
                    raise TooSlow(most_seconds) from None
                case asyncio.IncompleteReadError() | ConnectionError():
                    raise WorkerLost from None
                case ValueError():
                    message = f"the process that draws answers nonsense: {error}"
                    raise CannotDraw(message) from None
                case _:
                    raise

    async def _next_answer(self) -> Answer:
        assert self._process is not None
        assert self._process.stdout is not None
        stream = self._process.stdout
        length = LENGTH.unpack(await stream.readexactly(LENGTH.size))[0]
        if length > MOST_ANSWER_BYTES:
            raise ValueError("it is too large")
        return read_answer(await stream.readexactly(length))

    async def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _kill(process)


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill a process, if it still runs, and wait until nothing is left of it."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def _environment(folder: str) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        # It finds what the bot finds, and this package also where the bot was started in a folder.
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]),
        "MPLCONFIGDIR": folder,
        "TMPDIR": folder,
        "TEMP": folder,
        # Nothing here multiplies matrices; a thread for each core would only take room.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
