"""kill -9 over a loaded writer: every gift that was acknowledged is there once."""

import os
import random
import signal
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.proofs import FULL_AUDIT
from tests.proofs.nursery import KILLED, Nursery

pytestmark = [pytest.mark.proof("books"), pytest.mark.long]

KILLS = 30
SEED = 20_261_122


async def test_acknowledged_gifts_survive_thirty_kills(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    path = tmp_path / "books.sqlite3"
    acknowledged: list[str] = []
    async with Nursery.opened("tests.proofs.loaded_writer") as nursery:
        for life in range(KILLS):
            after = chance.randrange(1, 400)
            keys = await _acknowledged_until_killed(nursery, path, life, after=after)
            assert keys, "the writer acknowledged nothing before it was killed"
            acknowledged += keys
    books = await Books.open(path)
    booked = [row[0] for row in await books.read("SELECT key FROM entry WHERE kind = 'gift'")]
    await books.close()
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(booked)
    assert len(set(booked)) == len(booked)
    assert await audit(path, FULL_AUDIT) == []


async def _acknowledged_until_killed(
    nursery: Nursery, path: Path, life: int, *, after: int
) -> list[str]:
    """Let a loaded writer run until it acknowledged `after` gifts, kill it, return them all."""
    nursery.bear({"path": str(path), "life": life})
    process_id = int(await nursery.line())
    keys: list[str] = []
    # What was still in the pipe when the process died was acknowledged too.
    while (line := await nursery.line()) != KILLED:
        assert line.endswith("."), line
        keys.append(line)
        if len(keys) == after:
            os.kill(process_id, signal.SIGKILL)
    return keys
