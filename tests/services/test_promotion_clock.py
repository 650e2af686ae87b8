"""By the clock: windows begin and end once, what is missed is missed, announcements are noted."""

import asyncio
from dataclasses import replace

import pytest

from bot.services.economy import Economy
from bot.services.promotion_clock import Ticked
from bot.services.promotion_plans import Announcement
from bot.services.promotion_terms import Terms
from bot.services.promotion_windows import AHEAD_SECONDS
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAILY, DAY, HAPPY_HOUR, Promo, at, once

pytestmark = pytest.mark.proof("promotions")

TOLD = replace(HAPPY_HOUR, announcement=Announcement(channel_id=5, tells_ending=True))


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def tick(promo: Promo) -> Ticked:
    return await promo.economy.promotion_clock.tick()


async def notes(promo: Promo) -> list[tuple[str, int, str]]:
    """Return kind, window and state of everything in the outbox."""
    rows = await promo.economy.books.read(
        "SELECT kind, window_id, state FROM outbox ORDER BY outbox_id"
    )
    return [tuple(row) for row in rows]


async def test_a_window_begins_and_ends_once(promo: Promo) -> None:
    await promo.create(TOLD)
    for now, ticked in (
        (at(18) - 1, Ticked(0, 0, 0)),
        (at(18), Ticked(1, 0, 0)),
        (at(18), Ticked(0, 0, 0)),
        (at(20) - 1, Ticked(0, 0, 0)),
        (at(20), Ticked(0, 1, 0)),
        (at(20), Ticked(0, 0, 0)),
    ):
        promo.clock.now = now
        assert await tick(promo) == ticked
    assert (await promo.windows())[0][3] == "ended"
    assert await notes(promo) == [("started", 1, "waiting"), ("ending", 1, "waiting")]


async def test_ending_is_told_in_the_last_tenth(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await tick(promo)
    promo.clock.now = at(20) - 12 * 60 - 1
    await tick(promo)
    assert len(await notes(promo)) == 1
    promo.clock.now += 1
    await tick(promo)
    await tick(promo)
    assert [kind for kind, _, _ in await notes(promo)] == ["started", "ending"]


async def test_ending_is_told_ten_minutes_before_at_least(promo: Promo) -> None:
    await promo.create(replace(TOLD, recurrence=replace(DAILY, lasts_seconds=30 * 60)))
    promo.go_to(18)
    await tick(promo)
    promo.clock.now = at(18) + 20 * 60 - 1
    await tick(promo)
    assert len(await notes(promo)) == 1
    promo.clock.now += 1
    await tick(promo)
    assert len(await notes(promo)) == 2


async def test_a_window_of_ten_minutes_has_no_ending_to_tell(promo: Promo) -> None:
    await promo.create(replace(TOLD, recurrence=replace(DAILY, lasts_seconds=10 * 60)))
    for minute in range(11):
        promo.clock.now = at(18) + minute * 60
        await tick(promo)
    assert [kind for kind, _, _ in await notes(promo)] == ["started"]


@pytest.mark.parametrize(
    "announcement", [Announcement(), Announcement(channel_id=5)], ids=["nowhere", "no ending"]
)
async def test_only_what_the_admin_wants_is_told(promo: Promo, announcement: Announcement) -> None:
    await promo.create(replace(HAPPY_HOUR, announcement=announcement))
    for now in (at(18), at(20) - 60):
        promo.clock.now = now
        await tick(promo)
    expected = ["started"] if announcement.channel_id else []
    assert [kind for kind, _, _ in await notes(promo)] == expected


async def test_after_a_downtime_the_missed_are_missed_and_the_open_one_begins(
    promo: Promo,
) -> None:
    await promo.create(TOLD)
    promo.go_to(19, days=3)
    assert await tick(promo) == Ticked(started=1, ended=0, missed=3)
    assert [state for *_, state in await promo.windows()][:5] == [
        "missed", "missed", "missed", "running", "scheduled",
    ]  # fmt: skip
    assert await notes(promo) == [("started", 4, "waiting")]


async def test_after_a_very_long_downtime_the_open_window_has_its_price(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(19, days=400)
    await promo.economy.promotion_clock.extend()
    assert await promo.bonus() == 140
    assert (await tick(promo)).started == 1
    assert len(await notes(promo)) == 1


async def test_what_began_and_ended_between_two_looks_is_missed(promo: Promo) -> None:
    await promo.create(replace(TOLD, recurrence=replace(DAILY, lasts_seconds=60)))
    promo.clock.now = at(18) + 60
    assert await tick(promo) == Ticked(0, 0, 1)
    assert await notes(promo) == []


async def test_a_paused_promotion_is_not_announced(promo: Promo) -> None:
    await promo.create(TOLD)
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.go_to(18)
    assert (await tick(promo)).started == 1
    assert await notes(promo) == []


async def test_a_window_that_is_ended_early_tells_no_ending(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await tick(promo)
    promo.go_to(19)
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    assert await tick(promo) == Ticked(0, 1, 0)
    assert len(await notes(promo)) == 1


async def test_many_looks_at_once_begin_each_window_once(promo: Promo) -> None:
    for _ in range(20):
        await promo.create(TOLD)
    promo.go_to(18)
    ticks = await asyncio.gather(*(tick(promo) for _ in range(10)))
    assert sum(ticked.started for ticked in ticks) == 20
    assert len(await notes(promo)) == 20


async def test_the_next_look_is_due_when_something_begins_or_ends(promo: Promo) -> None:
    due = promo.economy.promotion_clock.next_due_at
    assert await due() is None
    await promo.create(once(Terms(bonus_percent=1)))
    assert await due() == at(9)
    promo.go_to(10)
    await tick(promo)
    assert await due() == at(11)
    promo.go_to(11)
    await tick(promo)
    assert await due() is None


async def test_windows_of_cancelled_promotions_are_not_made(promo: Promo) -> None:
    await promo.create(TOLD)
    await promo.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    await promo.economy.promotion_clock.extend()
    assert await promo.windows() == []


async def test_what_begins_when_it_is_about_to_end_is_told_once(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.clock.now = at(20) - 60
    await tick(promo)
    await tick(promo)
    assert await notes(promo) == [("started", 1, "waiting")]


async def test_nothing_is_said_of_a_promotion_that_is_paused(promo: Promo) -> None:
    promotions, outbox = promo.economy.promotions, promo.economy.outbox
    await promo.create(TOLD)
    promo.go_to(18)
    await tick(promo)
    await promotions.pause(GUILD_ID, ADMIN_ID, 1)
    assert await outbox.claim() == ()
    await promotions.resume(GUILD_ID, ADMIN_ID, 1)
    (started,) = await outbox.claim()
    assert (started.kind, started.tries) == ("started", 1)


async def test_what_began_during_a_pause_is_told_when_it_goes_on(promo: Promo) -> None:
    promotions = promo.economy.promotions
    await promo.create(TOLD)
    await promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.go_to(18)
    await tick(promo)
    for _ in range(2):
        await promotions.resume(GUILD_ID, ADMIN_ID, 1)
        await tick(promo)
        assert await notes(promo) == [("started", 1, "waiting")]


async def test_what_goes_on_when_it_is_about_to_end_is_told_once(promo: Promo) -> None:
    await promo.create(TOLD)
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.go_to(18)
    await tick(promo)
    promo.clock.now = at(20) - 60
    await promo.economy.promotions.resume(GUILD_ID, ADMIN_ID, 1)
    await tick(promo)
    assert await notes(promo) == [("started", 1, "waiting")]


async def test_a_pause_over_the_last_tenth_lets_the_ending_be_told_later(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await tick(promo)
    (started,) = await promo.economy.outbox.claim()
    await promo.economy.outbox.sent(started, 1)
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.clock.now = at(20) - 11 * 60
    await tick(promo)
    assert len(await notes(promo)) == 1
    promo.clock.now = at(20) - 9 * 60
    await promo.economy.promotions.resume(GUILD_ID, ADMIN_ID, 1)
    await tick(promo)
    assert await notes(promo) == [("started", 1, "sent"), ("ending", 1, "waiting")]


async def test_more_than_one_transaction_takes_is_all_begun_and_ended(promo: Promo) -> None:
    for number in range(250):
        plan = replace(TOLD, name=str(number))
        await promo.economy.promotions.create(number // 50, ADMIN_ID, f"{number}", plan)
    promo.go_to(18)
    assert await tick(promo) == Ticked(250, 0, 0)
    rows = await promo.economy.books.read(
        "SELECT guild_id, COUNT(*), MIN(outbox_id), MAX(outbox_id) FROM outbox GROUP BY 1"
    )
    assert rows == [(guild_id, 50, 1, 50) for guild_id in range(5)]
    promo.go_to(20)
    assert await tick(promo) == Ticked(0, 250, 0)


async def test_windows_are_made_once_a_day(promo: Promo) -> None:
    """In between a look has nothing to do."""
    await promo.create(TOLD)
    for seconds, expected_at in ((DAY - 1, at(8)), (1, at(8, days=1)), (5 * DAY, at(8, days=6))):
        promo.clock.advance(seconds)
        await promo.economy.promotion_clock.extend()
        rows = await promo.economy.books.read("SELECT made_until FROM promotion")
        assert rows == [(expected_at + AHEAD_SECONDS,)]


async def test_a_clock_that_was_ahead_and_is_set_back_begins_what_it_missed(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(21)
    assert (await tick(promo)).missed == 1
    promo.go_to(18)
    assert await tick(promo) == Ticked(1, 0, 0)
    assert await notes(promo) == [("started", 1, "waiting")]
