"""Reports: windows past and coming, buyers, coins sold, bonus given."""

from dataclasses import replace

import pytest

from bot.promotion_errors import PromotionNotFound
from bot.services.economy import Economy
from bot.services.promotion_reports import SLICES
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID
from tests.services.paid import Paid
from tests.services.promo import ADMIN_ID, HAPPY_HOUR, Promo, at


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def test_a_report_counts_what_the_promotion_gave(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    await promo.buy()
    for day in range(7):
        promo.go_to(18, days=day)
        await promo.economy.promotion_clock.tick()
        await promo.buy(GIVER_ID if day else OTHER_GIVER_ID)
    report = await promo.economy.promotion_reports.report(GUILD_ID, 1)
    assert (report.buyers, report.coins_sold, report.bonus_given) == (2, 7 * 700, 7 * 140)
    assert [window.starts_at for window in report.past] == [
        at(18, days=day) for day in (6, 5, 4, 3, 2)
    ]
    assert [window.state for window in report.past] == ["running"] + ["ended"] * 4
    assert [window.starts_at for window in report.coming] == [
        at(18, days=day) for day in (7, 8, 9, 10, 11)
    ]
    assert (report.unsent_count, report.unsent) == (0, ())


async def test_a_report_has_the_terms_of_the_window_that_is_open(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    reports = promo.economy.promotion_reports
    assert (await reports.report(GUILD_ID, 1)).open_terms is None
    promo.go_to(18)
    plan = replace(HAPPY_HOUR, terms=Terms(bonus_percent=50))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, plan)
    report = await reports.report(GUILD_ID, 1)
    assert report.open_terms == HAPPY_HOUR.terms
    assert report.promotion.plan.terms == plan.terms
    promo.go_to(18, days=1)
    assert (await reports.report(GUILD_ID, 1)).open_terms == plan.terms


async def test_sales_are_compared_with_the_same_hours_a_week_before(promo: Promo) -> None:
    promo.clock.now = at(18) + 15 * 60
    await promo.buy(coins=350)
    promo.go_to(8)
    await promo.create(HAPPY_HOUR)
    promo.clock.now = at(18, days=7)
    await promo.buy(coins=70)
    promo.clock.now = at(20, days=7) - 1
    await promo.buy(coins=700)
    promo.clock.now += 1
    await promo.buy(coins=3_500)
    sales = await promo.economy.promotion_reports.sales(GUILD_ID, 8)
    assert sales.during == (70, *(0,) * (SLICES - 2), 700)
    assert sales.before == (0, 350, *(0,) * (SLICES - 2))


async def test_sales_are_those_of_the_season_alone(promo: Promo) -> None:
    paid, reports = Paid(promo.economy), promo.economy.promotion_reports
    await promo.create(HAPPY_HOUR)
    promo.go_to(18)
    await promo.buy(coins=350)
    promo.clock.now = at(19)
    await promo.buy(coins=700)
    # Within one second the play season ends and the first order for money is paid.
    await paid.begin()
    await promo.economy.packs.put(GUILD_ID, ADMIN_ID, 100, 199)
    await paid.order(199, ordered_at=at(19), pack_coins=100, order_id=101)
    await promo.create(HAPPY_HOUR)
    promo.clock.now = at(20, days=7) - 1
    await paid.order(199, ordered_at=promo.clock.now, pack_coins=100, order_id=102)
    await paid.order(199, ordered_at=promo.clock.now, expires_at=at(21, days=7), order_id=103)
    ((window_id,),) = await promo.economy.books.read(
        "SELECT window_id FROM promotion_window WHERE promotion_id = 2 AND starts_at = ?",
        (at(18, days=7),),
    )
    sales = await reports.sales(GUILD_ID, window_id)
    assert sales.during == (*(0,) * (SLICES - 1), 100)
    assert sales.before == (*(0,) * (SLICES // 2), 100, *(0,) * (SLICES // 2 - 1))
    # What a promotion of the play season sold is still told.
    assert (await reports.sales(GUILD_ID, 1)).during == (350, *(0,) * (SLICES - 1))


async def test_a_promotion_or_window_that_is_not_there_has_nothing(promo: Promo) -> None:
    with pytest.raises(PromotionNotFound):
        await promo.economy.promotion_reports.report(GUILD_ID, 9)
    sales = await promo.economy.promotion_reports.sales(GUILD_ID, 9)
    assert sum(sales.during) == sum(sales.before) == 0
