"""Windows as rows: what a preview shows is what is made, one on a day, and never two at once."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.calendar_errors import StartsInThePast
from bot.ledger.audit import audit
from bot.promotion_errors import DayTaken
from bot.services.economy import Economy
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.promotion_windows import READING_SECONDS
from bot.services.proofs import FULL_AUDIT
from bot.services.recurrence import Kind
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAILY, DAY, HAPPY_HOUR, HOUR, ONCE, Promo, at, once

pytestmark = pytest.mark.proof("promotions")


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def shown(promo: Promo, plan: Plan, promotion_id: int = 0) -> list[tuple[str, int, int]]:
    """Return the windows of a preview."""
    preview = await promo.economy.promotion_drafts.preview(GUILD_ID, plan, promotion_id)
    return [(one.local_date, one.starts_at, one.ends_at) for one in preview.windows]


async def made(promo: Promo) -> list[tuple[str, int, int]]:
    """Return the first windows that are not over, as they are saved."""
    windows = [window[:3] for window in await promo.windows() if window[2] > promo.clock.now]
    return windows[:5]


def at_hour(hour: int, minute: int = 0) -> Plan:
    """Return a Happy Hour at another hour."""
    return replace(HAPPY_HOUR, recurrence=replace(DAILY, start_time=time(hour, minute)))


async def test_a_single_window_cannot_come_twice_on_its_day(promo: Promo) -> None:
    plan = once(Terms(bonus_percent=20))
    await promo.create(plan)
    promo.go_to(12)
    await promo.economy.promotion_clock.tick()
    later = replace(plan, recurrence=replace(ONCE, start_time=time(18)))
    assert await shown(promo, later, 1) == []
    with pytest.raises(DayTaken, match="2027-01-15"):
        await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, later)
    assert (await promo.economy.promotions.find(GUILD_ID, 1)).plan == plan
    tomorrow = replace(later, recurrence=replace(ONCE, first_date=date(2027, 1, 16)))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, tomorrow)
    promo.go_to(9, days=1)
    assert await promo.bonus() == 140


async def test_what_an_edit_shows_is_what_it_makes(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(18)
    await promo.economy.promotion_clock.tick()
    promo.clock.advance(60)
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    promo.clock.advance(60)
    later = at_hour(21)
    preview = await shown(promo, later, 1)
    # Today had its window.
    assert preview[0] == ("2027-01-16", at(21, days=1), at(23, days=1))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, later)
    assert await made(promo) == preview == await shown(promo, later, 1)


async def test_an_open_window_is_the_first_of_a_preview(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    preview = await shown(promo, at_hour(9), 1)
    assert preview[:2] == [
        ("2027-01-15", at(18), at(20)),
        ("2027-01-16", at(9, days=1), at(11, days=1)),
    ]
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, at_hour(9))
    assert await made(promo) == preview


@pytest.mark.parametrize("kind", [Kind.ONCE, Kind.DAILY])
async def test_what_was_to_begin_while_its_preview_was_read_begins_now(
    promo: Promo, kind: Kind
) -> None:
    recurrence = replace(DAILY, kind=kind, start_time=time(8, 1))
    plan = replace(HAPPY_HOUR, recurrence=recurrence)
    promo.clock.now = at(8) + 60 + READING_SECONDS
    preview = await shown(promo, plan)
    assert preview[0] == ("2027-01-15", promo.clock.now, at(10) + 60)
    await promo.create(plan)
    assert await made(promo) == preview
    assert await promo.bonus() == 140


async def test_what_was_to_begin_longer_ago_does_not(promo: Promo) -> None:
    promo.clock.now = at(8) + 61 + READING_SECONDS
    plan = at_hour(8, 1)
    await promo.create(plan)
    assert (await made(promo))[0][0] == "2027-01-16"
    single = replace(plan, recurrence=replace(plan.recurrence, kind=Kind.ONCE))
    with pytest.raises(StartsInThePast):
        await promo.create(single)


async def test_an_edit_too_can_begin_what_was_to_begin_just_now(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.clock.now = at(10) + 90
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, at_hour(10))
    assert (await made(promo))[0] == ("2027-01-15", at(10) + 90, at(12))
    assert await promo.bonus() == 140


async def test_a_new_zone_leaves_no_gap_between_whole_days(promo: Promo) -> None:
    whole = replace(DAILY, start_time=time(0), lasts_seconds=DAY, first_date=date(2027, 1, 16))
    await promo.create(replace(HAPPY_HOUR, recurrence=whole))
    promo.go_to(12, days=3)
    await promo.economy.promotion_clock.tick()
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Berlin")
    windows = await made(promo)
    # The day that the old clock began lasts to its end; the next one is an hour shorter.
    assert windows[0] == ("2027-01-18", at(0, days=3), at(0, days=4))
    assert windows[1] == ("2027-01-19", at(0, days=4), at(23, days=4))
    assert windows[2] == ("2027-01-20", at(23, days=4), at(23, days=5))
    assert await shown(promo, replace(HAPPY_HOUR, recurrence=whole), 1) == windows


async def test_a_new_zone_leaves_no_gap_between_whole_weeks(promo: Promo) -> None:
    weekly = replace(
        DAILY,
        kind=Kind.WEEKLY,
        first_date=date(2027, 1, 18),
        start_time=time(0),
        lasts_seconds=7 * DAY,
        weekdays=frozenset({0}),
    )
    await promo.create(replace(HAPPY_HOUR, recurrence=weekly))
    promo.go_to(12, days=5)
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Berlin")
    windows = await made(promo)
    assert windows[1] == ("2027-01-25", at(0, days=10), at(23, days=16))


async def test_a_window_of_a_new_zone_begins_when_an_earlier_one_ends(promo: Promo) -> None:
    await promo.create(replace(HAPPY_HOUR, recurrence=replace(DAILY, lasts_seconds=20 * HOUR)))
    promo.go_to(19)
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Pacific/Auckland")
    first, second, *_ = await promo.windows()
    assert first == ("2027-01-15", at(18), at(14, days=1), "scheduled")
    # 18:00 of the 16th in Auckland is 05:00 UTC, when the first is still open.
    assert second == ("2027-01-16", at(14, days=1), at(1, days=2), "scheduled")


async def test_what_is_open_already_in_a_new_zone_opens_now(promo: Promo) -> None:
    await promo.create(at_hour(12))
    promo.go_to(10)
    # In Helsinki it is noon, and soon half past.
    promo.clock.advance(30 * 60)
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Helsinki")
    assert (await made(promo))[0] == ("2027-01-15", at(10) + 30 * 60, at(12))
    assert await promo.bonus() == 140


async def test_a_window_that_is_ended_before_a_job_saw_it_was_not_missed(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20)))
    promo.go_to(9)
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    promo.clock.advance(1)
    ticked = await promo.economy.promotion_clock.tick()
    assert (ticked.started, ticked.ended, ticked.missed) == (0, 1, 0)
    assert (await promo.windows())[0][3] == "ended"


async def test_a_clock_that_is_set_back_lets_a_change_take_what_is_to_come(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20)))
    promo.go_to(20)
    await promo.economy.promotion_clock.tick()
    promo.go_to(8)
    plan = once(Terms(bonus_percent=50))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, plan)
    promo.go_to(10)
    assert await promo.bonus() == 350
    assert (await promo.economy.promotion_clock.tick()).started == 1


async def test_what_was_bought_by_a_clock_that_was_ahead_stays(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    await promo.economy.promotion_clock.tick()
    await promo.buy()
    promo.go_to(8)
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, at_hour(9))
    assert ("2027-01-15", at(18), at(20), "running") in await promo.windows()
    assert await audit(promo.economy.books.path, FULL_AUDIT) == []


async def test_the_zone_is_that_of_the_writers_turn(promo: Promo) -> None:
    """What is saved while the zone is being changed follows the new one."""
    economy, may_go_on = promo.economy, asyncio.Event()
    await economy.guilds.get(GUILD_ID)

    async def hold(_connection: object) -> None:
        await may_go_on.wait()

    held = economy.books.do(hold)
    zone = asyncio.create_task(economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Tokyo"))
    saved = asyncio.create_task(promo.create(HAPPY_HOUR))
    await asyncio.sleep(0)
    may_go_on.set()
    await asyncio.gather(held, zone, saved)
    assert (await economy.promotions.zone(GUILD_ID)).key == "Asia/Tokyo"
    assert (await promo.windows())[0][1] == at(9)


async def test_windows_are_made_of_wall_time_whenever_they_are_made(promo: Promo) -> None:
    """Day by day and all at once give the same rows."""
    await promo.create(HAPPY_HOUR)
    for day in range(30):
        promo.go_to(12, days=day)
        await promo.economy.promotion_clock.extend()
    dates = [window[0] for window in await promo.windows()]
    first = datetime.fromisoformat("2027-01-15")
    # Within a day of eight weeks ahead of the last look.
    assert len(dates) in (8 * 7 + 29, 8 * 7 + 30)
    assert dates == [f"{first + timedelta(days=day):%F}" for day in range(len(dates))]
