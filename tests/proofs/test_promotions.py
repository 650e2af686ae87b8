"""Promotions against a plain model, several processes, and kills between any two steps."""

import asyncio
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.orders import PACKS_COINS, OrderReceipt
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import Terms
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.services.promo import ADMIN_ID, DAILY, GUILD_ID, HAPPY_HOUR, at

pytestmark = pytest.mark.proof("promotions")

ROOT = Path(__file__).parents[2]
HOUR = 60 * 60
MEMBERS = (10, 11, 12)

# Prices: whatever was promised, bought and spent before, a price is what the rules say by hand

percents = st.builds(Terms, bonus_percent=st.integers(1, 1000))
fixed = st.builds(Terms, bonus_coins=st.integers(1, 500))
limits = st.fixed_dictionaries(
    {
        "packs": st.sets(st.sampled_from(PACKS_COINS), max_size=3).map(tuple),
        "least_coins": st.sampled_from((0, 0, 350, 3_500)),
        "first_purchase": st.booleans(),
        "member_coins": st.sampled_from((0, 0, 30, 500)),
        "member_uses": st.integers(0, 2),
        "budget_coins": st.sampled_from((0, 0, 1, 100, 1_000)),
    }
)
terms = st.tuples(st.one_of(percents, fixed), limits).map(lambda both: replace(both[0], **both[1]))
rules = st.lists(
    st.tuples(terms, st.integers(9, 22), st.integers(1, 4 * 60)), min_size=1, max_size=4
)
purchases = st.lists(
    st.tuples(st.integers(0, 8 * 60), st.sampled_from(MEMBERS), st.sampled_from(PACKS_COINS)),
    min_size=1,
    max_size=12,
)


@dataclass
class Model:
    """What the rules say, in plain Python over lists."""

    rules: list[tuple[Terms, int, int]]
    bought: list[int] = field(default_factory=list[int])
    given: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])

    def best(self, now: int, member: int, pack: int) -> tuple[int, int]:
        """Return the bonus and the promotion's number."""
        offers = [
            (self._offer(number, now, member, pack), -number) for number in range(len(self.rules))
        ]
        coins, negative = max(offers)
        return coins, -negative

    def _offer(self, number: int, now: int, member: int, pack: int) -> int:
        terms, hour, minutes = self.rules[number]
        day = next(
            (
                day
                for day in range(3)
                if at(hour, days=day) <= now < at(hour, days=day) + minutes * 60
            ),
            None,
        )
        if day is None or (terms.packs and pack not in terms.packs) or pack < terms.least_coins:
            return 0
        if terms.first_purchase and member in self.bought:
            return 0
        mine = [coins for n, d, m, coins in self.given if (n, d, m) == (number, day, member)]
        if terms.member_uses and len(mine) >= terms.member_uses:
            return 0
        bonus = terms.bonus_coins or pack * terms.bonus_percent // 100
        if terms.member_coins:
            bonus = min(bonus, terms.member_coins - sum(mine))
        if terms.budget_coins:
            spent = sum(coins for n, _, _, coins in self.given if n == number)
            bonus = min(bonus, terms.budget_coins - spent)
        return bonus

    def buy(self, now: int, member: int, pack: int) -> int:
        """Buy and return the bonus."""
        coins, number = self.best(now, member, pack)
        self.bought.append(member)
        if coins:
            _, hour, _ = self.rules[number]
            day = next(day for day in (2, 1, 0) if at(hour, days=day) <= now)
            self.given.append((number, day, member, coins))
        return coins


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=rules, purchases=purchases)
def test_every_price_is_what_the_rules_say(
    rules: list[tuple[Terms, int, int]], purchases: list[tuple[int, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder) / "books.sqlite3", rules, purchases))


async def _play(
    path: Path, rules: list[tuple[Terms, int, int]], purchases: list[tuple[int, int, int]]
) -> None:
    clock = MovableClock()
    books = await Books.open(path)
    economy = Economy.over(books, clock)
    for number, (promised, hour, minutes) in enumerate(rules):
        when = replace(
            DAILY, start_time=DAILY.start_time.replace(hour=hour), lasts_seconds=minutes * 60
        )
        plan = Plan(name=str(number), terms=promised, recurrence=when)
        await economy.promotions.create(GUILD_ID, ADMIN_ID, str(number), plan)
    model = Model(rules)
    for order_id, (minutes, member, pack) in enumerate(purchases):
        clock.now += minutes * 60
        packs = await economy.orders.packs(GUILD_ID, member)
        shown = next(one.bonus_coins for one in packs if one.coins == pack)
        assert shown == model.best(clock.now, member, pack)[0]
        bought = await economy.orders.buy_test(
            GUILD_ID, member, order_id, pack, expected_bonus=shown
        )
        assert isinstance(bought, OrderReceipt)
        assert bought.bonus_coins == model.buy(clock.now, member, pack)
    await books.close()
    assert await audit(path, FULL_AUDIT) == []


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
