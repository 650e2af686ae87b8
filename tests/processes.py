"""The command line in processes of its own, as an operator starts it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Two cores may have much else to do.
MOST_WAIT_SECONDS = 20.0


def environment(folder: Path, **settings: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOUQUET_")}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "BOUQUET_DATABASE_PATH": str(folder / "books.sqlite3"),
        "BOUQUET_SANDBOX_PORT": "0",
        **settings,
    }


@contextlib.asynccontextmanager
async def started(
    folder: Path, *arguments: str, **settings: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start the command line, and leave nothing of it running, whatever happens meanwhile."""
    process = await _start(folder, *arguments, **settings)
    try:
        yield process
    finally:
        await end(process)


@contextlib.asynccontextmanager
async def running(
    folder: Path, *arguments: str, **settings: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Start what ends in good order when it is asked to."""
    async with started(folder, *arguments, **settings) as process:
        yield process
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), MOST_WAIT_SECONDS)
        assert process.returncode == 0, err.decode()


async def end(
    process: asyncio.subprocess.Process, patience_seconds: float = MOST_WAIT_SECONDS
) -> None:
    """Ask a process to end, and kill it when it does not; Ctrl+C may be ignored, a kill never."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.communicate(), patience_seconds)
    except TimeoutError:
        process.kill()
        await process.communicate()


async def _start(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def finish(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    async with started(folder, *arguments, **settings) as process:
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def address(process: asyncio.subprocess.Process) -> str:
    """Return the address in the one line that a started sandbox prints."""
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), MOST_WAIT_SECONDS)).decode()
    return next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
