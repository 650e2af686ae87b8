"""Overlaps: rules are compared, however far away they meet, and not only rows."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.services.economy import Economy
from bot.services.promotion_overlaps import Overlap
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.recurrence import Kind
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAILY, HAPPY_HOUR, ONCE, TODAY, Promo, at, once


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def overlaps(promo: Promo, plan: Plan, promotion_id: int = 0) -> tuple[Overlap, ...]:
    drafts = promo.economy.promotion_drafts
    return (await drafts.preview(GUILD_ID, plan, promotion_id)).overlaps


def once_on(day: date, hour: int) -> Plan:
    recurrence = replace(ONCE, first_date=day, start_time=time(hour))
    return once(Terms(bonus_percent=30), recurrence=recurrence)


async def test_a_single_window_meets_a_daily_one_whichever_was_there_first(promo: Promo) -> None:
    single = once_on(TODAY + timedelta(days=10), 19)
    await promo.create(HAPPY_HOUR)
    meets = Overlap("Happy Hour", at(18, days=10), at(20, days=10))
    assert await overlaps(promo, single) == (meets,)
    await promo.create(single)
    met = Overlap("A", at(19, days=10), at(21, days=10))
    assert await overlaps(promo, HAPPY_HOUR, 1) == (met,)


async def test_windows_that_are_not_made_yet_meet_too(promo: Promo) -> None:
    far = once_on(TODAY + timedelta(days=300), 9)
    await promo.create(far)
    assert await overlaps(promo, far) == (Overlap("A", at(9, days=300), at(11, days=300)),)


async def test_what_touches_does_not_meet(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    for hour in (16, 20):
        assert await overlaps(promo, once_on(TODAY, hour)) == ()


async def test_rules_that_meet_once_in_a_while_are_found(promo: Promo) -> None:
    monthly = replace(DAILY, kind=Kind.MONTHLY_DAY, month_day=31)
    sundays = replace(DAILY, kind=Kind.WEEKLY, weekdays=frozenset({6}))
    await promo.create(replace(HAPPY_HOUR, recurrence=monthly))
    (meets,) = await overlaps(promo, replace(HAPPY_HOUR, recurrence=sundays))
    assert meets.starts_at == at(18, days=16)  # 31 January 2027
    mondays = replace(sundays, weekdays=frozenset({0}))
    (meets,) = await overlaps(promo, replace(HAPPY_HOUR, recurrence=mondays))
    assert meets.starts_at == at(18, days=136)  # 31 May 2027


async def test_the_earliest_is_named_first_and_each_promotion_once(promo: Promo) -> None:
    await promo.create(replace(once_on(TODAY + timedelta(days=3), 18), name="Later"))
    await promo.create(replace(HAPPY_HOUR, name="Daily"))
    assert [one.name for one in await overlaps(promo, HAPPY_HOUR)] == ["Daily", "Later"]


async def test_what_is_paused_over_or_gone_by_does_not_meet(promo: Promo) -> None:
    for _ in range(2):
        await promo.create(HAPPY_HOUR)
    await promo.create(once_on(TODAY, 18))
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    await promo.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 2)
    promo.go_to(20)
    assert await overlaps(promo, HAPPY_HOUR) == ()


async def test_an_open_window_that_was_promised_otherwise_meets_as_it_is(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    moved = replace(HAPPY_HOUR, recurrence=replace(DAILY, start_time=time(6)))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, moved)
    single = once_on(TODAY, 19)
    assert await overlaps(promo, single) == (Overlap("Happy Hour", at(18), at(20)),)
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    assert await overlaps(promo, single) == ()
