"""kill -9 over a loaded writer: every gift that was acknowledged is there once."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.proofs import FULL_AUDIT

pytestmark = [pytest.mark.proof("books"), pytest.mark.long]

KILLS = 30
SEED = 20_261_122
ROOT = Path(__file__).parents[2]


async def test_acknowledged_gifts_survive_thirty_kills(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    path = tmp_path / "books.sqlite3"
    acknowledged: list[str] = []
    for life in range(KILLS):
        keys = _acknowledged_until_killed(path, life, after=chance.randrange(1, 400))
        assert keys, "the writer acknowledged nothing before it was killed"
        acknowledged += keys
    books = await Books.open(path)
    booked = [row[0] for row in await books.read("SELECT key FROM entry WHERE kind = 'gift'")]
    await books.close()
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(booked)
    assert len(set(booked)) == len(booked)
    assert await audit(path, FULL_AUDIT) == []


def _acknowledged_until_killed(path: Path, life: int, *, after: int) -> list[str]:
    """Let a loaded writer run until it acknowledged `after` gifts, kill it, return them all."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.loaded_writer", str(path), str(life)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        keys: list[str] = []
        for line in process.stdout:
            keys.append(line.strip())
            if len(keys) == after:
                process.send_signal(signal.SIGKILL)
        # What was still in the pipe when the process died was acknowledged too; a line cut short
        # was not.
        assert process.wait() == -signal.SIGKILL
    return [key for key in keys if key.endswith(".")]
