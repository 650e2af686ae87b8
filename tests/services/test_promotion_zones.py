"""A new time zone: which windows moved with it, and which were lost."""

import pytest

from bot.services.economy import Economy
from bot.services.promotion_terms import Terms
from bot.services.promotion_zones import WindowMoved
from bot.services.recurrence import Occurrence
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, HAPPY_HOUR, Promo, at, once

FIRST = Occurrence("2027-01-15", at(18), at(20))


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def moved(promo: Promo, zone: str) -> tuple[WindowMoved, ...]:
    return (await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, zone)).moved


async def test_it_says_what_moved_and_what_was_lost(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    await promo.create(once(Terms(bonus_percent=1)))
    # Nine o'clock of today is past in Tokyo.
    assert await moved(promo, "Asia/Tokyo") == (
        WindowMoved(1, "Happy Hour", FIRST, Occurrence("2027-01-15", at(9), at(11))),
        WindowMoved(2, "A", Occurrence("2027-01-15", at(9), at(11)), None),
    )
    assert (await promo.economy.promotions.zone(GUILD_ID)).key == "Asia/Tokyo"


async def test_a_window_that_opens_at_once_is_one_that_moved(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(17)
    promo.clock.advance(30 * 60)
    (one,) = await moved(promo, "Europe/Berlin")
    assert one.after == Occurrence("2027-01-15", promo.clock.now, at(19))


async def test_the_same_clock_under_another_name_moves_nothing(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(18)
    assert await moved(promo, "Africa/Abidjan") == ()


async def test_what_has_had_its_day_moves_to_the_next(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(20)
    tomorrow = Occurrence("2027-01-16", at(18, days=1), at(20, days=1))
    # It is three in the afternoon in New York, but today had its window.
    assert await moved(promo, "America/New_York") == (
        WindowMoved(
            1, "Happy Hour", tomorrow, Occurrence("2027-01-16", at(23, days=1), at(1, days=2))
        ),
    )
