"""Promotions against a plain model, several processes, and kills between any two steps."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.promotion_plans import Announcement
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.services.promo import ADMIN_ID, GUILD_ID, HAPPY_HOUR, at

pytestmark = pytest.mark.proof("promotions")

ROOT = Path(__file__).parents[2]
HOUR = 60 * 60
MEMBERS = (10, 11, 12)

# Several processes on one database


@pytest.mark.long
async def test_four_processes_begin_five_hundred_windows_once(tmp_path: Path) -> None:
    path, now = tmp_path / "books.sqlite3", at(18)
    clock = MovableClock()
    books = await Books.open(path)
    economy = Economy.over(books, clock)
    plan = replace(HAPPY_HOUR, announcement=Announcement(channel_id=5))
    for number in range(500):
        await economy.promotions.create(number // 50 + 1, ADMIN_ID, str(number), plan)
    await books.close()
    said = _run_processes(path, now, count=4)
    claimed = [line for line in said if line.startswith("claimed")]
    assert sum(int(line.split()[1]) for line in said if line.startswith("started")) == 500
    assert len(claimed) == len(set(claimed)) == 500
    assert await audit(path, FULL_AUDIT) == []


def _run_processes(path: Path, now: int, *, count: int) -> list[str]:
    """Start processes, let all of them go at once, and return what they printed."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.ticking_process", str(path), str(now), str(one)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for one in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [line for process in processes for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in processes] == [0] * count
    return said


# Kills: whatever was not committed never was, and what was is carried on with


class Killed(BaseException):
    """The process ends here, as far as the books can tell."""


async def _until_killed(path: Path, now: int, after: int, sent: list[str]) -> bool:
    """Work like the job, with a stop after so many writes; return whether it got to the end."""
    books = await Books.open(path)
    economy = Economy.over(books, lambda: now)
    left = after

    async def step(action: Any) -> Any:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return await action

    try:
        await step(economy.promotion_clock.tick())
        while claimed := await step(economy.outbox.claim()):
            for notice in claimed:
                sent.append(notice.nonce)
                await step(economy.outbox.sent(notice, 1))
    except Killed:
        return False
    finally:
        await books.close()
    return True


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_a_stop_between_any_two_steps_loses_and_doubles_nothing(tmp_path: Path) -> None:
    for after in range(8):
        path = tmp_path / f"books{after}.sqlite3"
        clock = MovableClock()
        books = await Books.open(path)
        economy = Economy.over(books, clock)
        plan = replace(HAPPY_HOUR, announcement=Announcement(channel_id=5))
        for number in range(3):
            await economy.promotions.create(GUILD_ID, ADMIN_ID, str(number), plan)
        await books.close()
        sent: list[str] = []
        ended = await _until_killed(path, at(18), after, sent)
        assert ended == (after >= 6)
        # What was claimed comes back after its lease, with the nonce by which Discord knows it.
        assert await _until_killed(path, at(18) + 61, 99, sent)
        assert len(set(sent)) == 3
        async with aiosqlite.connect(path) as connection:
            rows = await connection.execute_fetchall(
                "SELECT state, COUNT(*) FROM outbox GROUP BY 1"
            )
            assert [tuple(row) for row in rows] == [("sent", 3)]
            rows = await connection.execute_fetchall(
                "SELECT COUNT(*) FROM promotion_window WHERE state = 'running'"
            )
            assert [tuple(row) for row in rows] == [(3,)]
