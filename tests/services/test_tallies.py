"""The sums of earnings: whenever they are made, they and what came since are what the books say."""

import random
import sqlite3
from typing import Any

import pytest

from bot.errors import Refusal
from bot.ledger.audit import audit
from bot.services.clock import DAY_SECONDS
from bot.services.earnings_periods import Period
from bot.services.holds import Held, held_coins
from bot.services.proofs import FULL_AUDIT
from bot.services.settings import PAID, GuildSettings
from bot.services.tallies import Tallies
from bot.services.tally_proofs import TALLY_CHECKS
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER_ID,
    Play,
)
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")

RECEIVED, TIMES, ENTRIES = (check.holds for check in TALLY_CHECKS)
GIVERS = (GIVER_ID, OTHER_GIVER_ID)


async def tally(play: Play) -> tuple[int, int]:
    """Return how far the sums and the releases are."""
    rows = await play.economy.books.read("SELECT tallied_id, released_id FROM tally")
    return tuple(rows[0]) if rows else (0, 0)


async def held_by_hand(play: Play, now: int, hold_days: int) -> tuple[int, int]:
    """Return what waits, read gift by gift, after whatever is noted as released."""
    read, since = play.economy.books.read, now - hold_days * DAY_SECONDS
    rows = await read("SELECT MAX(released_id, passed_id) FROM tally")
    mark = rows[0][0] if rows else 0
    for entry_id, posted_at in await read("SELECT entry_id, posted_at FROM entry ORDER BY 1"):
        if entry_id == mark + 1 and posted_at <= since:
            mark = entry_id
    undone = {row[0] for row in await read("SELECT entry_id FROM gift_undo")}
    paid = bonus = 0
    for row in await read("SELECT entry_id, coins, bonus_coins, fee_percent FROM gift"):
        entry_id, coins, from_bonus, fee_percent = row
        if entry_id > mark and entry_id not in undone:
            from_paid = coins - from_bonus
            paid += from_paid - from_paid * fee_percent // 100
            bonus += from_bonus - from_bonus * fee_percent // 100
    for gift_id, coins, fee in await read("SELECT entry_id, coins, fee_coins FROM gift_return"):
        paid -= (coins - fee) * (gift_id > mark)
    for gift_id, coins, fee in await read("SELECT entry_id, coins, fee_coins FROM disputed_gift"):
        paid += (coins - fee) * (gift_id <= mark and gift_id not in undone)
    return paid, bonus


class World:
    """A guild in which things happen by chance, and sums are made at any time."""

    def __init__(self, seed: int, play: Play, clock: MovableClock) -> None:
        self.random = random.Random(seed)
        self.play = play
        self.clock = clock
        self.shop = Shop(play, clock)
        self.payments: list[str] = []
        self.gifts: list[tuple[int, int]] = []
        self.hold_days = 3

    async def act(self) -> None:
        """Let one thing happen; what the rules refuse changes nothing."""
        acts: list[Any] = [self.gift] * 6 + [
            self.buy,
            self.buy,
            self.undo,
            self.undo,
            self.refund,
            self.dispute,
            self.tally,
            self.tally,
            self.change_hold,
            self.convert,
        ]
        self.clock.advance(self.random.choice((0, 1, 20, 3_600, DAY_SECONDS)))
        try:
            await self.random.choice(acts)()
        except Refusal:
            return

    async def buy(self) -> None:
        self.payments.append(await self.shop.bought(100, member_id=self.random.choice(GIVERS)))
        await self.play.coins(bonus=7, member_id=GIVER_ID)

    async def gift(self) -> None:
        giver_id = self.random.choice(GIVERS)
        count = self.random.choice((1, 9, 34))
        sent = await self.play.gift(gift="petal", count=count, giver_id=giver_id)
        self.gifts.append((giver_id, sent.entry_id))

    async def undo(self) -> None:
        if self.gifts:
            await self.play.economy.gift_undos.undo(GUILD_ID, *self.gifts[-1])

    async def refund(self) -> None:
        if self.payments:
            minor = self.random.choice((PRICE_MINOR // 3, PRICE_MINOR))
            await self.shop.say(self.random.choice(self.payments), refunded_minor=minor)

    async def dispute(self) -> None:
        if self.payments:
            is_open = self.random.choice((0, 1))
            await self.shop.say(self.random.choice(self.payments), disputes_open=is_open)

    async def tally(self) -> None:
        slice_entries = self.random.choice((1, 3, 1_000))
        await Tallies(self.play.economy.books, self.clock, slice_entries=slice_entries).run()

    async def change_hold(self) -> None:
        self.hold_days = self.random.choice((0, 1, 3))
        await self.play.set("hold_days", str(self.hold_days))

    async def convert(self) -> None:
        await self.play.convert()


@pytest.mark.parametrize("seed", range(12))
async def test_sums_and_holds_are_those_of_the_books_at_any_time(
    play: Play, clock: MovableClock, seed: int
) -> None:
    await play.set("fee_percent", "13")
    world = World(seed, play, clock)
    await play.set("hold_days", str(world.hold_days))
    for step in range(70):
        await world.act()
        settings = GuildSettings(mode=PAID, hold_days=world.hold_days)
        held = await held_coins(play.economy.books.read, GUILD_ID, STREAMER_ID, settings, clock())
        by_hand = await held_by_hand(play, clock(), world.hold_days)
        assert (held.paid_coins, held.bonus_coins) == by_hand, f"seed {seed}, step {step}"
    await play.economy.tallies.run()
    assert await audit(play.economy.books.path, FULL_AUDIT) == []


@pytest.mark.parametrize("seed", range(4))
async def test_a_report_says_the_same_before_and_after_the_sums_are_made(
    play: Play, clock: MovableClock, seed: int
) -> None:
    await play.set("fee_percent", "13")
    await play.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Berlin")
    world = World(seed, play, clock)
    await play.set("hold_days", str(world.hold_days))
    for step in range(60):
        await world.act()
        period = world.random.choice(tuple(Period))
        fresh = await play.economy.earnings.report(GUILD_ID, STREAMER_ID, period)
        if step % 3 == 0:
            await world.tally()
            summed = await play.economy.earnings.report(GUILD_ID, STREAMER_ID, period)
            assert summed == fresh, f"seed {seed}, step {step}"
        wallet, held = fresh.wallet, fresh.held
        assert sum(day.coins for day in fresh.days) == fresh.received.coins == sum(fresh.hours)
        assert sum(release.coins for release in fresh.releases) == held.coins - held.disputed_coins
        assert fresh.convertible_coins == wallet.earned_coins - held.coins
    whole = await play.economy.earnings.report(GUILD_ID, STREAMER_ID, Period.ALL)
    received = whole.received
    left = received.coins - received.returned_coins - whole.converted_coins
    assert left == whole.wallet.earned_coins


async def test_a_longer_hold_holds_nothing_again_that_has_passed_it(
    play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    await play.coins(paid=100)
    await play.gift(gift="petal", count=60)
    clock.advance(2 * DAY_SECONDS)
    await play.gift(gift="petal", count=40)
    await play.economy.rates.change_hold(GUILD_ID, ADMIN_ID, 30)
    settings = (await play.economy.guilds.get(GUILD_ID)).settings
    read = play.economy.books.read
    assert (await held_coins(read, GUILD_ID, STREAMER_ID, settings, clock())).coins == 40
    assert (await play.convert()).coins == 60


async def test_a_gift_waits_for_the_purchase_before_it_also_when_the_clock_is_set_back(
    play: Play, clock: MovableClock
) -> None:
    settings = GuildSettings(mode=PAID, hold_days=3)
    shop = Shop(play, clock)
    await shop.bought(100)
    bought_at = clock()
    clock.advance(-2 * DAY_SECONDS)  # as when a wrong clock is put right
    await play.gift(gift="petal", count=60)
    clock.now = bought_at + 3 * DAY_SECONDS - 1
    read = play.economy.books.read
    assert (await held_coins(read, GUILD_ID, STREAMER_ID, settings, clock())).coins == 60
    clock.advance(1)
    assert await held_coins(read, GUILD_ID, STREAMER_ID, settings, clock()) == Held()


async def test_the_job_releases_what_is_due_and_no_more(play: Play, clock: MovableClock) -> None:
    await play.set("hold_days", "1")
    await play.coins(paid=100)
    first = await play.gift(gift="petal", count=60)
    clock.advance(1)
    second = await play.gift(gift="petal", count=40)
    clock.advance(DAY_SECONDS - 1)
    await play.economy.tallies.run()
    assert await tally(play) == (second.entry_id, first.entry_id)
    clock.advance(1)
    await play.economy.tallies.run()
    assert await tally(play) == (second.entry_id, second.entry_id)
    await play.economy.tallies.run()
    assert await tally(play) == (second.entry_id, second.entry_id)


async def test_a_slice_that_a_clock_booked_far_ahead_does_not_stop_the_job(
    play: Play, clock: MovableClock
) -> None:
    years = 5 * 365 * DAY_SECONDS
    job = Tallies(play.economy.books, clock, slice_entries=2)
    await play.set("hold_days", "1")
    await play.coins(paid=100)
    await job.run()
    clock.advance(years)
    for _ in range(5):
        await play.gift(gift="petal", count=10)
    clock.advance(-years)
    last = await play.gift(gift="petal", count=10)
    await job.run()
    clock.advance(DAY_SECONDS)
    await play.gift(gift="petal", count=10)
    await job.run()
    assert await tally(play) == (last.entry_id + 1, last.entry_id)
    assert await audit(play.economy.books.path, TALLY_CHECKS) == []


async def test_many_guilds_are_summed_up_each_by_itself(play: Play) -> None:
    await play.coins(paid=100)
    await play.gift(gift="petal", count=60)
    await play.economy.grants.grant(
        guild_id=GUILD_ID + 5,
        key="grant",
        admin_id=ADMIN_ID,
        member=GIVER,
        coins=5,
        reason="hello",
    )
    await play.economy.tallies.run()
    rows = await play.economy.books.read("SELECT guild_id, tallied_id FROM tally ORDER BY 1")
    assert [tuple(row) for row in rows] == [(GUILD_ID, 2), (GUILD_ID + 5, 1)]


async def test_what_goes_back_of_a_released_gift_is_released_no_more(
    play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "1")
    shop = Shop(play, clock)
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=60)
    await shop.say(payment_id, disputes_open=1)
    clock.advance(DAY_SECONDS)
    await play.economy.tallies.run()
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    await shop.bought(100)
    await play.gift(gift="petal", count=20)
    await play.economy.tallies.run()
    assert await audit(play.economy.books.path, FULL_AUDIT) == []
    settings = GuildSettings(mode=PAID, hold_days=1)
    read = play.economy.books.read
    assert (await held_coins(read, GUILD_ID, STREAMER_ID, settings, clock())).coins == 20


async def test_busy_books_are_summed_up_another_time(
    play: Play, second: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await play.coins(paid=100)
    second.execute("BEGIN IMMEDIATE")
    await play.economy.tallies.run()
    second.execute("ROLLBACK")
    assert "earnings are summed up later" in caplog.text
    await play.economy.tallies.run()
    assert await tally(play) == (1, 1)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE earned_total SET paid_coins = paid_coins + 1", {RECEIVED, TIMES}),
        ("UPDATE earned_total SET released_bonus_coins = released_bonus_coins + 1", {RECEIVED}),
        ("UPDATE earned_time SET returned_coins = returned_coins + 1", {TIMES}),
        ("DELETE FROM earned_total", {RECEIVED, TIMES}),
        ("UPDATE earned_time SET last_entry_id = first_entry_id - 1", {ENTRIES}),
        ("UPDATE earned_time SET first_entry_id = last_entry_id + 1", {ENTRIES}),
        ("UPDATE earned_time SET step = step + 1", {ENTRIES}),
    ],
)
async def test_the_audit_finds_sums_that_are_wrong(
    play: Play, second: sqlite3.Connection, damage: str, found: set[str]
) -> None:
    await play.coins(paid=100, bonus=7)
    await play.gift(gift="petal", count=60)
    await play.economy.tallies.run()
    path = play.economy.books.path
    assert await audit(path, TALLY_CHECKS) == []
    second.execute(damage)
    assert {finding.check.holds for finding in await audit(path, TALLY_CHECKS)} == found


async def test_a_defect_of_one_guild_keeps_no_other_waiting(
    play: Play, second: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await play.coins(paid=100)
    await play.economy.grants.grant(
        guild_id=GUILD_ID + 5,
        key="grant",
        admin_id=ADMIN_ID,
        member=GIVER,
        coins=5,
        reason="hello",
    )
    second.execute("INSERT INTO guild_setting VALUES (?, 'hold_days', 'x', 1, 1)", (GUILD_ID,))
    await play.economy.tallies.run()
    assert f"earnings of guild {GUILD_ID} cannot be summed up" in caplog.text
    rows = await play.economy.books.read("SELECT guild_id FROM tally")
    assert [row[0] for row in rows] == [GUILD_ID + 5]
