"""The command line in processes of its own, as an operator starts it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOUQUET_")}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "BOUQUET_DATABASE_PATH": str(folder / "books.sqlite3"),
        "BOUQUET_SANDBOX_PORT": "0",
        **settings,
    }


async def start(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
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
    process = await start(folder, *arguments, **settings)
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def address(process: asyncio.subprocess.Process) -> str:
    """Return the address in the one line that a started sandbox prints."""
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), timeout=20)).decode()
    return next(word for word in line.split() if word.startswith("http://127.0.0.1:"))


async def stop(process: asyncio.subprocess.Process) -> str:
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), timeout=20)
    assert process.returncode == 0, err.decode()
    return err.decode()
