"""Promotions: what is promised holds, windows follow the wall clock, no budget is overspent."""

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.calendar_errors import StartsInThePast, UnknownZone, WindowsOverlap
from bot.errors import KeyConflict, Refusal
from bot.ledger.audit import audit
from bot.promotion_errors import (
    AnnouncementTooLong,
    BonusOutOfBounds,
    LeastAboveAllPacks,
    NameMissing,
    NameTooLong,
    NeverComes,
    NeverPays,
    NothingRuns,
    PackNotHere,
    PromotionNotFound,
    PromotionOver,
    TooManyPromotions,
)
from bot.services.economy import Economy
from bot.services.orders import LessBonus, OrderReceipt
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_steps import Step, What
from bot.services.promotion_terms import Terms
from bot.services.promotions import MOST_PROMOTIONS
from bot.services.proofs import FULL_AUDIT
from bot.services.recurrence import Kind
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, Play
from tests.services.promo import (
    ADMIN_ID,
    DAILY,
    HAPPY_HOUR,
    HOUR,
    ONCE,
    TODAY,
    Promo,
    at,
    once,
)

pytestmark = pytest.mark.proof("promotions")


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


# Windows


async def test_windows_are_made_eight_weeks_ahead(promo: Promo) -> None:
    made = await promo.create(HAPPY_HOUR)
    assert (made.promotion_id, made.state, made.plan) == (1, "active", HAPPY_HOUR)
    windows = await promo.windows()
    assert windows[0] == ("2027-01-15", at(18), at(20), "scheduled")
    assert len(windows) == 8 * 7 + 1
    await promo.economy.promotion_clock.extend()
    assert await promo.windows() == windows


async def test_later_windows_are_made_as_time_passes(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(8, days=10)
    await promo.economy.promotion_clock.extend()
    dates = [window[0] for window in await promo.windows()]
    assert len(dates) == len(set(dates)) == 8 * 7 + 1 + 10


async def test_windows_follow_the_wall_clock_of_the_guild(promo: Promo) -> None:
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "europe/berlin")
    await promo.create(HAPPY_HOUR)
    windows = {day: (start, end) for day, start, end, _ in await promo.windows()}
    assert windows["2027-01-15"] == (at(17), at(19))
    promo.go_to(8, days=60)
    await promo.economy.promotion_clock.extend()
    windows = {day: (start, end) for day, start, end, _ in await promo.windows()}
    # From 28 March on, Berlin is two hours ahead.
    assert windows["2027-03-28"] == (at(16, days=72), at(18, days=72))


async def test_a_new_zone_moves_what_did_not_begin(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    await promo.economy.promotion_clock.tick()
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Berlin")
    windows = await promo.windows()
    assert windows[0] == ("2027-01-15", at(18), at(20), "running")
    assert windows[1] == ("2027-01-16", at(17, days=1), at(19, days=1), "scheduled")
    assert len({window[0] for window in windows}) == len(windows)


async def test_an_unknown_zone_changes_nothing(promo: Promo) -> None:
    with pytest.raises(UnknownZone):
        await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Europe/Atlantis")
    assert await promo.economy.books.read("SELECT * FROM guild_setting") == []


# Prices


async def test_a_price_has_its_bonus_from_the_first_second_to_before_the_last(
    promo: Promo,
) -> None:
    await promo.create(once(Terms(bonus_percent=15)))
    for now, bonus in ((at(9) - 1, 0), (at(9), 105), (at(11) - 1, 105), (at(11), 0)):
        promo.clock.now = now
        assert await promo.bonus() == bonus


async def test_percents_are_rounded_down(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=7)))
    promo.go_to(9)
    assert await promo.bonus(coins=70) == 4
    assert (await promo.buy(coins=70)).bonus_coins == 4


async def test_an_order_keeps_what_its_bonus_was_made_of(promo: Promo, play: Play) -> None:
    await promo.create(once(Terms(bonus_coins=50)))
    promo.go_to(10)
    receipt = await promo.buy(coins=350)
    assert (receipt.coins, receipt.bonus_coins, receipt.balance_coins) == (350, 50, 400)
    assert await play.pots(GIVER_ID) == {"paid": 350, "bonus": 50}
    assert await play.pots(0) == {"sold": -350, "promoted": -50}
    assert await promo.economy.books.read("SELECT * FROM order_bonus") == [
        (GUILD_ID, receipt.order_id, GIVER_ID, 1, 1, 0, 50, 350, at(10))
    ]


async def test_the_same_order_again_returns_its_first_bonus(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=10)))
    promo.go_to(10)
    first = await promo.buy()
    promo.go_to(12)
    again = await promo.economy.orders.buy_test(GUILD_ID, GIVER_ID, first.order_id, 700)
    assert again == replace(first, replayed=True)


async def test_the_best_single_bonus_wins(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=10), name="Ten"))
    await promo.create(once(Terms(bonus_coins=60), name="Sixty"))
    await promo.create(once(Terms(bonus_coins=60), name="As good"))
    promo.go_to(10)
    packs = {pack.coins: pack.bonus for pack in await promo.economy.orders.packs(GUILD_ID, 1)}
    names = {coins: bonus.name for coins, bonus in packs.items() if bonus}
    assert names == {
        70: "Sixty", 350: "Sixty", 700: "Ten", 1_400: "Ten", 3_500: "Ten", 7_000: "Ten",
        17_500: "Ten",
    }  # fmt: skip


async def test_packs_least_and_first_purchase_decide_who_gets_it(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_coins=5, packs=(70, 700))))
    await promo.create(once(Terms(bonus_coins=9, least_coins=1_400)))
    await promo.create(once(Terms(bonus_coins=100, first_purchase=True)))
    promo.go_to(10)
    assert [await promo.bonus(coins=coins) for coins in (70, 350, 1_400)] == [100, 100, 100]
    await promo.buy(coins=350)
    assert [await promo.bonus(coins=coins) for coins in (70, 350, 1_400)] == [5, 0, 9]
    assert await promo.bonus(OTHER_GIVER_ID, coins=350) == 100


async def test_a_members_cap_counts_in_each_window(promo: Promo) -> None:
    terms = Terms(bonus_percent=20, member_coins=200, member_uses=3)
    await promo.create(replace(HAPPY_HOUR, terms=terms))
    promo.go_to(18)
    assert [(await promo.buy()).bonus_coins for _ in range(3)] == [140, 60, 0]
    assert await promo.bonus(OTHER_GIVER_ID) == 140
    promo.go_to(18, days=1)
    assert [(await promo.buy(coins=70)).bonus_coins for _ in range(4)] == [14, 14, 14, 0]


async def test_who_gets_less_than_the_whole_bonus_is_asked_first(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20, budget_coins=150)))
    promo.go_to(10)
    await promo.buy()
    orders = promo.economy.orders
    entries = await promo.economy.books.read("SELECT COUNT(*) FROM entry")
    asked = await orders.buy_test(GUILD_ID, OTHER_GIVER_ID, 99, 700)
    assert isinstance(asked, LessBonus)
    assert (asked.pack.bonus_coins, asked.expected_coins) == (10, 140)
    assert await promo.economy.books.read("SELECT COUNT(*) FROM entry") == entries
    bought = await orders.buy_test(GUILD_ID, OTHER_GIVER_ID, 99, 700, expected_bonus=10)
    assert isinstance(bought, OrderReceipt)
    assert bought.bonus_coins == 10


async def test_a_bonus_that_is_gone_since_it_was_shown_is_asked_about(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20)))
    promo.go_to(11)
    asked = await promo.economy.orders.buy_test(GUILD_ID, GIVER_ID, 99, 700, expected_bonus=140)
    assert isinstance(asked, LessBonus)
    assert asked.pack.bonus is None


# Budgets


async def test_a_budget_is_drained_to_exactly_zero_by_concurrent_buyers(
    promo: Promo, play: Play
) -> None:
    made = await promo.create(once(Terms(bonus_percent=20, budget_coins=1_010)))
    promo.go_to(10)
    bought = await asyncio.gather(
        *(
            promo.economy.orders.buy_test(
                GUILD_ID, 1_000 + member, 1_000 + member, 700, expected_bonus=0
            )
            for member in range(100)
        )
    )
    bonuses = [one.bonus_coins for one in bought if isinstance(one, OrderReceipt)]
    assert sum(bonuses) == 1_010
    assert bonuses.count(140) == 7
    assert await play.pots(-made.promotion_id) == {}
    assert (await promo.economy.promotions.find(GUILD_ID, 1)).budget_left == 0


async def test_what_is_left_of_a_budget_goes_back(promo: Promo, play: Play) -> None:
    await promo.create(once(Terms(bonus_percent=20, budget_coins=500)))
    promo.go_to(10)
    await promo.buy()
    for _ in range(2):
        over = await promo.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
        assert (over.state, over.budget_left) == ("over", 0)
    assert (await play.pots(0))["promoted"] == -140
    assert await promo.bonus() == 0


# Changes


async def test_the_same_intent_makes_one_promotion(promo: Promo) -> None:
    first = await promo.create(HAPPY_HOUR, key="the same")
    assert await promo.create(HAPPY_HOUR, key="the same") == first
    assert await promo.economy.promotions.list(GUILD_ID) == (first,)


async def test_another_plan_under_the_same_intent_is_a_conflict(promo: Promo) -> None:
    first = await promo.create(HAPPY_HOUR, key="the same")
    with pytest.raises(KeyConflict):
        await promo.create(replace(HAPPY_HOUR, name="Another"), key="the same")
    later = replace(HAPPY_HOUR, name="Later")
    edited = await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, first.promotion_id, later)
    # What it was made with is not to be compared any more.
    assert await promo.create(HAPPY_HOUR, key="the same") == edited


async def test_a_change_leaves_what_was_promised(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    plan = replace(HAPPY_HOUR, terms=Terms(bonus_percent=50), name="Happier Hour")
    changed = await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, plan)
    assert changed.plan == plan
    assert await promo.bonus() == 140
    promo.go_to(19, days=1)
    assert await promo.bonus() == 350
    dates = [window[0] for window in await promo.windows()]
    assert len(dates) == len(set(dates)) == 8 * 7 + 1


async def test_a_change_that_changes_nothing_keeps_the_terms(promo: Promo) -> None:
    made = await promo.create(HAPPY_HOUR)
    assert await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, HAPPY_HOUR) == made
    rows = await promo.economy.books.read("SELECT COUNT(*) FROM promotion_terms")
    assert rows == [(1,)]


async def test_a_day_that_a_zone_leaves_out_never_comes(promo: Promo) -> None:
    promo.clock.now = 1_325_000_000  # 27 December 2011
    await promo.economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Pacific/Apia")
    gone = replace(ONCE, first_date=date(2011, 12, 30))
    with pytest.raises(NeverComes):
        await promo.create(once(Terms(bonus_percent=1), recurrence=gone))


async def test_a_paused_promotion_gives_nothing_until_it_is_resumed(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    assert (await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)).state == "paused"
    assert await promo.bonus() == 0
    assert (await promo.economy.promotions.resume(GUILD_ID, ADMIN_ID, 1)).state == "active"
    assert await promo.bonus() == 140


async def test_what_is_over_is_listed_apart_newest_first(promo: Promo) -> None:
    promotions = promo.economy.promotions
    for name in ("A", "B", "C"):
        await promo.create(replace(HAPPY_HOUR, name=name))
    await promotions.pause(GUILD_ID, ADMIN_ID, 2)
    for number in (1, 3):
        await promotions.cancel(GUILD_ID, ADMIN_ID, number)
    assert [one.plan.name for one in await promotions.list(GUILD_ID)] == ["B"]
    assert [one.plan.name for one in await promotions.list_over(GUILD_ID)] == ["C", "A"]
    assert await promotions.list_over(GUILD_ID + 1) == ()
    assert await promotions.find_alive(GUILD_ID, 2) == (await promotions.list(GUILD_ID))[0]
    with pytest.raises(PromotionOver):
        await promotions.find_alive(GUILD_ID, 3)
    with pytest.raises(PromotionNotFound):
        await promotions.find_alive(GUILD_ID, 4)


async def test_a_window_can_be_ended_early(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    assert await promo.bonus() == 0
    with pytest.raises(NothingRuns):
        await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    promo.go_to(19, days=1)
    assert await promo.bonus() == 140


async def test_a_purchase_in_the_second_in_which_a_window_is_ended_is_in_order(
    promo: Promo,
) -> None:
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    await promo.buy()
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    assert await audit(promo.economy.books.path, FULL_AUDIT) == []


async def test_every_change_keeps_who_made_it(promo: Promo) -> None:
    promotions, reports = promo.economy.promotions, promo.economy.promotion_reports
    await promo.create(HAPPY_HOUR)
    promo.go_to(19)
    renamed = replace(HAPPY_HOUR, name="Happier Hour")
    changes = [
        (What.EDITED, promotions.edit(GUILD_ID, 900, 1, renamed)),
        (What.PAUSED, promotions.pause(GUILD_ID, 901, 1)),
        (What.RESUMED, promotions.resume(GUILD_ID, 902, 1)),
        (What.WINDOW_ENDED, promotions.end_window(GUILD_ID, 903, 1)),
        (What.CANCELLED, promotions.cancel(GUILD_ID, 904, 1)),
    ]
    made = (await reports.report(GUILD_ID, 1)).last_step
    assert made == Step(What.CREATED, ADMIN_ID, at(8))
    for admin_id, (what, change) in enumerate(changes, start=900):
        promo.clock.advance(1)
        await change
        step = (await reports.report(GUILD_ID, 1)).last_step
        assert step == Step(what, admin_id, promo.clock.now)
    rows = await promo.economy.books.read("SELECT step, what FROM promotion_step ORDER BY step")
    assert rows == list(enumerate(["created", *(what for what, _ in changes)], start=1))


async def test_what_is_no_change_leaves_no_trail(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    await promo.economy.promotions.resume(GUILD_ID, ADMIN_ID, 1)
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, HAPPY_HOUR)
    assert await promo.economy.books.read("SELECT what FROM promotion_step") == [("created",)]


async def test_a_cancelled_promotion_cannot_be_changed(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    promotions = promo.economy.promotions
    await promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    assert await promo.windows() == []
    assert await promotions.list(GUILD_ID) == ()
    for change in (
        promotions.pause(GUILD_ID, ADMIN_ID, 1),
        promotions.end_window(GUILD_ID, ADMIN_ID, 1),
        promotions.edit(GUILD_ID, ADMIN_ID, 1, HAPPY_HOUR),
    ):
        with pytest.raises(PromotionOver):
            await change
    with pytest.raises(PromotionNotFound):
        await promotions.find(GUILD_ID, 2)


# Bad input


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (replace(HAPPY_HOUR, name=" "), NameMissing),
        (replace(HAPPY_HOUR, name="x" * 61), NameTooLong),
        (once(Terms()), BonusOutOfBounds),
        (once(Terms(bonus_percent=1_001)), BonusOutOfBounds),
        (once(Terms(bonus_percent=1, bonus_coins=1)), BonusOutOfBounds),
        (once(Terms(bonus_coins=-1)), BonusOutOfBounds),
        (once(Terms(bonus_percent=1, packs=(71,))), PackNotHere),
        (once(Terms(bonus_percent=1, least_coins=17_501)), LeastAboveAllPacks),
        (once(Terms(bonus_percent=1, packs=(70,))), NeverPays),
        (once(Terms(bonus_percent=100, packs=(70,), least_coins=350)), NeverPays),
        (
            replace(HAPPY_HOUR, recurrence=replace(DAILY, lasts_seconds=25 * HOUR)),
            WindowsOverlap,
        ),
        (
            replace(HAPPY_HOUR, announcement=Announcement(text="x" * 501)),
            AnnouncementTooLong,
        ),
        (
            once(Terms(bonus_percent=1), recurrence=replace(ONCE, start_time=time(7))),
            StartsInThePast,
        ),
        (
            replace(
                HAPPY_HOUR,
                recurrence=replace(
                    DAILY,
                    kind=Kind.WEEKLY,
                    weekdays=frozenset({0}),
                    until_date=TODAY + timedelta(days=2),
                ),
            ),
            NeverComes,
        ),
    ],
)
async def test_a_plan_that_breaks_a_rule_saves_nothing(
    promo: Promo, plan: Plan, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await promo.create(plan)
    assert await promo.economy.books.read("SELECT COUNT(*) FROM promotion_terms") == [(0,)]


async def test_a_guild_has_up_to_fifty_promotions(promo: Promo) -> None:
    for number in range(MOST_PROMOTIONS):
        await promo.create(once(Terms(bonus_percent=1), name=str(number)))
    with pytest.raises(TooManyPromotions):
        await promo.create(HAPPY_HOUR)
    await promo.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 7)
    assert (await promo.create(HAPPY_HOUR)).promotion_id == MOST_PROMOTIONS + 1
