"""What a live brought: to the gift and to the second, whatever is summed up already."""

import asyncio
import contextlib
import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.ledger.audit import audit
from bot.live_errors import LiveUnknown
from bot.services import supporters
from bot.services.clock import DAY_SECONDS
from bot.services.earnings import Earnings
from bot.services.earnings_periods import Step
from bot.services.earnings_rows import Sums, read_streamer
from bot.services.economy import Economy
from bot.services.edge_rows import edges_of, read_edges, whole_quarters
from bot.services.guilds import Person
from bot.services.live_rows import MOST_LIVE_SECONDS, Live
from bot.services.live_spans import MOST_QUARTERS_SECONDS, live_span_of
from bot.services.supporters import Supporter, look_through
from bot.services.tallies import Tallies
from bot.services.tally_proofs import TALLY_CHECKS
from bot.services.tally_rows import QUARTER_SECONDS
from tests.conftest import MovableClock
from tests.new_books import open_books
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    STREAMER_ID,
    Play,
)
from tests.services.paid import Paid
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")

KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead
QUARTER = QUARTER_SECONDS
HOUR = 60 * 60
LAST = "last_entry_id"


async def start(play: Play, streamer: Person = STREAMER) -> Live:
    started = await play.economy.lives.start(guild_id=GUILD_ID, key=play.key(), streamer=streamer)
    return started.live


async def end(play: Play) -> Live:
    ended = await play.economy.lives.end(guild_id=GUILD_ID, key=play.key(), streamer_id=STREAMER_ID)
    return ended.live


async def report(play: Play, live: Live | int) -> Earnings:
    number = live if isinstance(live, int) else live.live_id
    return await play.economy.earnings.report(GUILD_ID, STREAMER_ID, number)


async def plain_sums(play: Play, starts_at: int, ends_at: int) -> Sums:
    """Return what was received in a time, read gift by gift."""
    read = play.economy.books.read
    undone = {row[0] for row in await read("SELECT entry_id FROM gift_undo")}
    sums = Sums()
    for row in await read(
        "SELECT entry_id, coins, bonus_coins, fee_percent FROM gift"
        " WHERE streamer_id = ? AND sent_at >= ? AND sent_at < ?",
        (STREAMER_ID, starts_at, ends_at),
    ):
        entry_id, coins, bonus, fee_percent = row
        paid = coins - bonus
        fees = [each * fee_percent // 100 for each in (paid, bonus)]
        if entry_id not in undone:
            sums += Sums(1, paid - fees[0], bonus - fees[1], sum(fees))
    for coins, fee in await read(
        "SELECT r.coins, r.fee_coins FROM gift_return AS r"
        " JOIN entry AS e ON e.guild_id = r.guild_id AND e.entry_id = r.return_id"
        " WHERE r.streamer_id = ? AND e.posted_at >= ? AND e.posted_at < ?",
        (STREAMER_ID, starts_at, ends_at),
    ):
        sums += Sums(returned_coins=coins - fee)
    return sums


async def plain_supporters(play: Play, starts_at: int, ends_at: int) -> list[Supporter]:
    rows = await play.economy.books.read(
        "SELECT giver_id, SUM(coins), COUNT(*) FROM gift WHERE streamer_id = ? AND sent_at >= ?"
        " AND sent_at < ? AND entry_id NOT IN (SELECT entry_id FROM gift_undo)"
        " GROUP BY giver_id ORDER BY SUM(coins) DESC, giver_id",
        (STREAMER_ID, starts_at, ends_at),
    )
    return [Supporter(*row) for row in rows]


async def check(play: Play, live: Live, before: Live | None, now: int) -> None:
    """See that a live's report says what its gifts do, in all and step by step."""
    told = await report(play, live)
    passed = min(now + 1, live.ends_at) if live.runs_at(now) else live.ends_at
    assert told.received == await plain_sums(play, live.started_at, passed)
    for day, step in zip(told.days, told.span.steps, strict=True):
        sums = await plain_sums(play, *step)
        assert (day.paid_coins, day.bonus_coins, day.gifts) == (
            *(sums.paid_coins, sums.bonus_coins, sums.gifts),
        )
    assert sum(told.hours) == told.received.coins
    found = await plain_supporters(play, live.started_at, passed)
    assert (list(told.supporters.top), told.supporters.count) == (found, len(found))
    if before is None:
        assert told.before is None
        return
    as_much = before.ends_at
    if live.runs_at(now):
        as_much = min(as_much, before.started_at + passed - live.started_at)
    assert told.before == await plain_sums(play, before.started_at, as_much)


async def check_all(play: Play, now: int) -> None:
    lives = await play.economy.lives.latest(GUILD_ID, STREAMER_ID, 100)
    for live, before in zip(lives, [*lives[1:], None], strict=True):
        await check(play, live, before, now)


ACTS = st.sampled_from(
    ["gift", "gift", "gift", "large", "undo", "start", "end", "tally", "slice", "buy", "refund"]
)
# Mostly within a quarter of an hour or about as long, so that its edges are met.
PAUSES = st.one_of(
    st.integers(0, 60),
    st.sampled_from((QUARTER - 1, QUARTER, QUARTER + 1, 2 * HOUR, DAY_SECONDS)),
    st.integers(0, 3 * HOUR),
)


class Evening:
    """A streamer's evening in which anything may happen."""

    def __init__(self, play: Play, clock: MovableClock) -> None:
        self.play = play
        self.clock = clock
        self.shop = Shop(play, clock)
        self.payments: list[str] = []
        self.gifts: list[tuple[int, int]] = []

    async def do(self, act: str) -> None:
        """Do one thing; what the rules refuse changes nothing."""
        with contextlib.suppress(Refusal):
            match act:
                case "start":
                    await start(self.play)
                case "end":
                    await end(self.play)
                case "undo":
                    if self.gifts:
                        await self.play.economy.gift_undos.undo(GUILD_ID, *self.gifts[-1])
                case "buy":
                    self.payments.append(await self.shop.bought(100))
                case "refund":
                    if self.payments:
                        await self.shop.say(self.payments[-1], refunded_minor=PRICE_MINOR // 3)
                case "tally" | "slice":
                    most = 1 if act == "slice" else 1_000
                    await Tallies(self.play.economy.books, self.clock, slice_entries=most).run()
                case _:
                    await self._gift(act)

    async def _gift(self, act: str) -> None:
        giver_id = GIVER_ID if len(self.gifts) % 3 else OTHER_GIVER_ID
        count = 41 if act == "large" else 7
        sent = await self.play.gift(count=count, giver_id=giver_id)
        self.gifts.append((giver_id, sent.entry_id))


async def play_an_evening(path: Path, begins_at: int, acts: list[tuple[int, str]]) -> None:
    clock = MovableClock(begins_at)
    books = await open_books(path)
    try:
        economy = Economy.over(books, clock)
        await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
        play = Play(economy)
        await play.set("fee_percent", "13")
        await play.set("hold_days", "3")
        await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Kathmandu")
        await play.coins(bonus=50, member_id=GIVER_ID)
        await play.coins(paid=300, bonus=50, member_id=OTHER_GIVER_ID)
        evening = Evening(play, clock)
        await evening.do("buy")
        for pause_seconds, act in acts:
            clock.advance(pause_seconds)
            await evening.do(act)
        await check_all(play, clock())
        await economy.tallies.run()
        await check_all(play, clock())
        assert await audit(path, TALLY_CHECKS) == []
    finally:
        await books.close()


@settings(max_examples=40)
@given(
    begins_at=st.integers(1_800_000_000, 1_800_000_000 + 2 * QUARTER),
    acts=st.lists(st.tuples(PAUSES, ACTS), max_size=30),
)
def test_a_report_of_a_live_is_the_sum_of_its_gifts(
    begins_at: int, acts: list[tuple[int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "books.sqlite3"
        asyncio.run(play_an_evening(path, begins_at, [(0, "start"), *acts]))


@given(starts_at=st.integers(0, 10 * QUARTER), lasts=st.integers(0, 5 * QUARTER))
def test_whole_quarters_and_edges_are_all_of_a_time_and_nothing_twice(
    starts_at: int, lasts: int
) -> None:
    time = (starts_at, starts_at + lasts)
    parts = [whole_quarters(*time), *((edge.starts_at, edge.ends_at) for edge in edges_of([time]))]
    covered = [second for part in parts for second in range(*part)]
    assert sorted(covered) == list(range(*time))
    for edge in edges_of([time]):
        assert edge.starts_at // QUARTER == (edge.ends_at - 1) // QUARTER


def test_a_time_in_whole_quarters_has_no_edge() -> None:
    assert list(edges_of([(0, QUARTER), (QUARTER, 5 * QUARTER), (7, 7)])) == []


async def test_a_gift_counts_from_the_second_of_the_start_to_before_that_of_the_end(
    play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1_000)
    clock.now += 7 * 60 - clock.now % QUARTER
    await play.gift(count=100)
    clock.advance(1)
    live = await start(play)
    await play.gift(count=1)
    clock.advance(QUARTER)
    await play.gift(count=10)
    clock.advance(59)
    await play.gift(count=20)
    clock.advance(1)
    await end(play)
    await play.gift(count=200)
    for _ in range(2):
        told = await report(play, live)
        assert (told.received.coins, told.received.gifts) == (31, 3)
        assert [day.coins for day in told.days] == [1, 30]
        assert told.supporters.top == (Supporter(GIVER_ID, 31, 3),)
        await play.economy.tallies.run()


async def test_a_live_within_a_quarter_of_an_hour_is_exact(play: Play, clock: MovableClock) -> None:
    await play.coins(paid=1_000)
    clock.now += 60 - clock.now % QUARTER
    await play.gift(count=100)
    clock.advance(1)
    live = await start(play)
    clock.advance(120)
    await play.gift(count=7)
    clock.advance(1)
    await end(play)
    clock.advance(1)
    await play.gift(count=200)
    for _ in range(2):
        assert (await report(play, live)).received == Sums(1, 7)
        await play.economy.tallies.run()


async def test_a_gift_right_behind_the_sums_is_not_overlooked(
    play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    await play.economy.tallies.run()
    clock.now += 60 - clock.now % QUARTER
    live = await start(play)
    await play.gift(count=7)
    clock.advance(1)
    await end(play)
    told = await report(play, live)
    assert (told.received, told.supporters.top) == (Sums(1, 7), (Supporter(GIVER_ID, 7, 1),))


async def test_what_goes_back_in_the_first_minute_counts_to_the_live_in_which_it_went(
    play: Play, clock: MovableClock
) -> None:
    clock.now += 60 - clock.now % QUARTER
    await play.set("fee_percent", "10")
    await play.set("hold_days", "30")
    shop = Shop(play, clock)
    payment_id = await shop.bought(100)
    first = await start(play)
    await play.gift(count=100)
    clock.advance(60)
    await end(play)
    second = await start(play)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR // 2)
    clock.advance(60)
    await end(play)
    for _ in range(2):
        assert (await report(play, first)).received == Sums(1, 90, 0, 10)
        told = await report(play, second)
        assert (told.received, told.before) == (Sums(returned_coins=45), Sums(1, 90, 0, 10))
        await play.economy.tallies.run()


async def test_sums_that_grow_while_a_report_is_made_count_no_gift_twice(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    clock.now += 60 - clock.now % QUARTER
    live = await start(play)
    first = await play.gift(count=7)
    await economy.tallies.run()
    await play.gift(count=5)
    await economy.tallies.run()
    clock.advance(1)
    read = economy.books.read
    streamer = await read_streamer(read, GUILD_ID, STREAMER_ID)
    span = live_span_of(live, None, now=clock(), zone=ZoneInfo("UTC"))
    edges = list(edges_of([(span.starts_at, span.ends_at)]))
    sums = await read_edges(read, streamer, edges, fresh_after=first.entry_id)
    assert sums == {0: Sums(2, 12)}
    found = await look_through(read, streamer, span, fresh_after=first.entry_id)
    assert found.top == (Supporter(GIVER_ID, 12, 2),)


async def test_sums_from_before_there_were_lives_are_exact_too(
    play: Play, clock: MovableClock, second: sqlite3.Connection
) -> None:
    await play.coins(paid=100)
    clock.now += 60 - clock.now % QUARTER
    live = await start(play)
    await play.gift(count=7)
    clock.advance(60)
    await end(play)
    await play.gift(count=5)
    await play.economy.tallies.run()
    (default,) = [
        row[4] for row in second.execute("PRAGMA table_info(earned_time)") if row[1] == LAST
    ]
    second.execute(f"UPDATE earned_time SET {LAST} = {default}")
    told = await report(play, live)
    assert (told.received, told.supporters.top) == (Sums(1, 7), (Supporter(GIVER_ID, 7, 1),))
    await play.gift(count=3)
    await play.economy.tallies.run()
    assert (await report(play, live)).received == told.received
    assert await audit(play.economy.books.path, TALLY_CHECKS) == []


async def test_a_live_that_ended_in_its_first_second_brought_nothing(play: Play) -> None:
    await play.coins(paid=100)
    await play.gift(count=7)
    live = await start(play)
    await end(play)
    told = await report(play, live)
    assert (told.received, len(told.days), sum(told.hours)) == (Sums(), 1, 0)
    assert told.supporters.count == 0


async def test_a_running_live_goes_up_to_now_and_is_compared_with_as_much_of_the_one_before(
    play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1_000)
    first = await start(play)
    await play.gift(count=5)
    clock.advance(600)
    await play.gift(count=30)
    clock.advance(HOUR)
    await end(play)
    assert (await report(play, first)).before is None
    second = await start(play)
    clock.advance(599)
    await play.gift(count=9)
    running = await report(play, second)
    assert running.span.ends_at == (clock() // QUARTER + 1) * QUARTER
    assert (running.received, running.before) == (Sums(1, 9), Sums(1, 5))
    clock.advance(1)
    assert (await report(play, second)).before == Sums(2, 35)
    await end(play)
    clock.advance(HOUR)
    over = await report(play, second)
    assert (over.received, over.before) == (Sums(1, 9), Sums(2, 35))


async def test_what_a_forgotten_live_brought_ends_after_a_day(
    play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1_000)
    live = await start(play)
    clock.advance(MOST_LIVE_SECONDS - 1)
    await play.gift(count=3)
    clock.advance(1)
    await play.gift(count=100)
    for _ in range(2):
        told = await report(play, live)
        assert told.received == Sums(1, 3)
        assert told.span.lasts_seconds == MOST_LIVE_SECONDS
        await start(play)
        await end(play)


async def test_a_live_knows_nothing_of_another_streamers_gifts(
    economy: Economy, play: Play
) -> None:
    kai = Person(31, "Kai")
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, kai.member_id)
    await play.coins(paid=100)
    live, other = await start(play), await start(play, kai)
    await play.gift(count=7)
    await play.gift(count=50, streamer=kai)
    assert (await report(play, live)).received.coins == 7
    for number in (other.live_id, 99):
        with pytest.raises(LiveUnknown):
            await report(play, number)


async def test_a_live_of_the_season_before_has_no_report_and_none_is_compared_with_it(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=100)
    old = await start(play)
    await play.gift(count=7)
    await Paid(economy).begin()
    with pytest.raises(LiveUnknown):
        await report(play, old)
    await play.coins(paid=100)
    new = await start(play)  # in the same second, in which the season before had a gift
    await play.gift(count=5)
    for _ in range(2):
        told = await report(play, new)
        assert (told.received, told.before) == (Sums(1, 5), None)
        assert told.supporters.top == (Supporter(GIVER_ID, 5, 1),)
        await economy.tallies.run()


async def test_what_there_is_now_stands_in_the_report_of_a_live_too(
    play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=200)
    await play.gift(count=100)
    clock.advance(1)
    live = await start(play)
    await play.convert(30)
    await play.gift(count=50)
    clock.advance(1)
    await end(play)
    told = await report(play, live)
    assert (told.received.coins, told.converted_coins, told.made_diamonds) == (50, 30, 30)
    assert (told.wallet.earned_coins, told.convertible_coins) == (120, 120)


async def test_supporters_of_a_live_are_looked_through_however_many_gifts_it_had(
    play: Play, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supporters, "MOST_READ_GIFTS", 1)
    await play.coins(paid=100)
    live = await start(play)
    for _ in range(3):
        await play.gift(count=2)
    await play.economy.tallies.run()
    clock.advance(1)
    told = await report(play, live)
    assert told.supporters.top == (Supporter(GIVER_ID, 6, 3),)
    assert told.supporters.made_at == 0


def live_of(started_at: int, lasts_seconds: int) -> Live:
    return Live(
        guild_id=GUILD_ID,
        live_id=1,
        streamer_id=STREAMER_ID,
        season=1,
        title="",
        started_at=started_at,
        ended_at=started_at + lasts_seconds,
    )


def test_steps_are_quarters_of_an_hour_and_hours_in_a_longer_live() -> None:
    begins_at = 1_800_000_000 // HOUR * HOUR + 7 * 60
    short = live_of(begins_at, MOST_QUARTERS_SECONDS)
    span = live_span_of(short, None, now=short.ended_at, zone=KATHMANDU)
    assert (span.step, len(span.starts)) == (Step.QUARTER, 25)
    assert span.starts[:3] == (begins_at, begins_at + 8 * 60, begins_at + 23 * 60)
    long = replace(short, ended_at=short.ended_at + 1)
    span = live_span_of(long, None, now=long.ended_at, zone=KATHMANDU)
    assert (span.step, len(span.starts)) == (Step.HOUR, 7)
    # The hours of Kathmandu begin at a quarter past those of UTC.
    assert span.starts[:2] == (begins_at, begins_at + 8 * 60)
    assert span.starts[2] - span.starts[1] == HOUR


def test_a_live_that_begins_with_a_quarter_has_no_step_before_it() -> None:
    live = live_of(4 * QUARTER, 2 * QUARTER)
    span = live_span_of(live, None, now=live.ended_at, zone=ZoneInfo("UTC"))
    assert span.starts == (4 * QUARTER, 5 * QUARTER)


async def test_the_hours_of_a_live_are_those_of_the_guilds_clock(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Kathmandu")
    clock.now -= clock.now % DAY_SECONDS  # 5:45 there
    await play.coins(paid=100)
    live = await start(play)
    clock.advance(QUARTER - 1)
    await play.gift(count=3)
    clock.advance(1)
    await play.gift(count=4)
    clock.advance(3 * HOUR)
    await end(play)
    told = await report(play, live)
    assert (told.hours[5], told.hours[6], sum(told.hours)) == (3, 4, 7)
