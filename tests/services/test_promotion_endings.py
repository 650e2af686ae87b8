"""Promotions that had their last window are over, and give back what is left of their budget."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.promotion_errors import PromotionOver, TooManyPromotions
from bot.services.economy import Economy
from bot.services.promotion_endings import REST_SECONDS
from bot.services.promotion_steps import BY_CLOCK_ID, Step, What
from bot.services.promotion_terms import Terms
from bot.services.promotions import MOST_PROMOTIONS
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID, Play
from tests.services.promo import ADMIN_ID, DAILY, HAPPY_HOUR, ONCE, TODAY, Promo, at, once


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def look(promo: Promo) -> str:
    """Do what the jobs do, and return how the first promotion stands."""
    await promo.economy.promotion_clock.extend()
    await promo.economy.promotion_clock.tick()
    return (await promo.economy.promotions.find(GUILD_ID, 1)).state


async def test_a_promotion_is_over_a_day_after_its_last_window(promo: Promo, play: Play) -> None:
    await promo.create(once(Terms(bonus_percent=20, budget_coins=1_000)))
    promo.go_to(10)
    await promo.buy()
    promo.clock.now = at(11) + REST_SECONDS - 1
    assert await look(promo) == "active"
    promo.clock.now = at(11, days=2)
    assert await look(promo) == "over"
    assert await play.pots(-1) == {}
    assert (await play.pots(0))["promoted"] == -140
    report = await promo.economy.promotion_reports.report(GUILD_ID, 1)
    assert report.last_step == Step(What.OVER, BY_CLOCK_ID, promo.clock.now)
    with pytest.raises(PromotionOver, match="over for good"):
        await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)


async def test_a_promotion_that_is_given_another_day_goes_on(promo: Promo) -> None:
    plan = once(Terms(bonus_percent=20))
    await promo.create(plan)
    promo.go_to(12)
    await look(promo)
    later = replace(ONCE, first_date=TODAY + timedelta(days=9))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, replace(plan, recurrence=later))
    promo.go_to(12, days=5)
    assert await look(promo) == "active"
    promo.go_to(10, days=9)
    assert await promo.bonus() == 140
    promo.go_to(12, days=11)
    assert await look(promo) == "over"


async def test_a_promotion_of_some_days_is_over_after_the_last(promo: Promo) -> None:
    until = replace(DAILY, until_date=TODAY + timedelta(days=2))
    await promo.create(replace(HAPPY_HOUR, recurrence=until))
    states: list[str] = []
    for day in range(6):
        promo.go_to(12, days=day)
        states.append(await look(promo))
    assert states == ["active"] * 4 + ["over"] * 2


async def test_what_comes_later_than_eight_weeks_is_not_over(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    far = replace(DAILY, first_date=TODAY + timedelta(days=200))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, replace(HAPPY_HOUR, recurrence=far))
    promo.go_to(12, days=100)
    assert await look(promo) == "active"


async def test_what_lost_its_only_window_is_left_to_its_admins(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20)))
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Tokyo")
    promo.go_to(8, days=9)
    assert await look(promo) == "active"


async def test_those_that_are_done_make_room_for_more(promo: Promo) -> None:
    plan = once(Terms(bonus_percent=20))
    for number in range(MOST_PROMOTIONS - 1):
        await promo.create(replace(plan, name=str(number)))
    await promo.create(HAPPY_HOUR)
    with pytest.raises(TooManyPromotions):
        await promo.create(HAPPY_HOUR)
    promo.go_to(11)
    await promo.create(HAPPY_HOUR)
    assert len(await promo.economy.promotions.list(GUILD_ID)) == 2
