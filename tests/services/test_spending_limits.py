"""Limits on spending: own ones, the guild's, new buyers'; what counts, and when it fits again."""

import asyncio
from typing import Any

import pytest

from bot.currencies import Money
from bot.errors import AmountOutOfBounds
from bot.paid_errors import (
    AboveSpendingLimit,
    MoneyOutOfBounds,
    NotMoney,
    OverSpendingLimit,
    PaidModeOnly,
)
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from bot.services.spending_limits import OwnLimit, refuse_over
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID
from tests.services.paid import OWNER_ID, Paid

HOUR = 60 * 60


@pytest.fixture
async def paid(economy: Economy) -> Paid:
    paid = Paid(economy)
    await paid.begin()
    return paid


async def own(economy: Economy, typed: str | None, period: str = "day") -> OwnLimit:
    return await economy.spending_limits.set_own(GUILD_ID, GIVER_ID, period, typed, "en-US")


async def guild(economy: Economy, typed: str, period: str = "day") -> None:
    await economy.spending_limits.set_guild(GUILD_ID, ADMIN_ID, period, typed, "en-US")


async def new_buyers(economy: Economy, days: int, typed: str) -> None:
    await economy.spending_limits.set_new_buyers(GUILD_ID, ADMIN_ID, days, typed, "en-US")


async def buy(economy: Economy, clock: MovableClock, price_minor: int) -> None:
    """Refuse or allow an order inside a transaction, as orders do."""
    await economy.books.do(
        lambda connection: refuse_over(
            connection.execute_fetchall, GUILD_ID, GIVER_ID, price_minor, clock.now
        )
    )


async def refused(economy: Economy, clock: MovableClock, price_minor: int) -> OverSpendingLimit:
    with pytest.raises(OverSpendingLimit) as refusal:
        await buy(economy, clock, price_minor)
    return refusal.value


async def test_without_limits_everything_fits(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await paid.order(10**12, ordered_at=clock.now)
    await buy(economy, clock, 10**12)


@pytest.mark.parametrize(("period", "days"), [("day", 1), ("week", 7), ("month", 30)])
@pytest.mark.parametrize("whose", ["own", "guild"])
async def test_a_limit_holds_for_a_rolling_period_and_says_when_it_frees_up(
    economy: Economy, paid: Paid, clock: MovableClock, period: str, days: int, whose: str
) -> None:
    await (own if whose == "own" else guild)(economy, "10", period)
    await paid.order(600, ordered_at=clock.now)
    clock.advance(HOUR)
    await paid.order(300, ordered_at=clock.now)
    await buy(economy, clock, 100)
    frees_at = clock.now - HOUR + days * DAY_SECONDS
    refusal = await refused(economy, clock, 101)
    assert vars(refusal) == {
        "rule": f"{whose}_{period}",
        "limit": Money(1_000, "EUR"),
        "spent": Money(900, "EUR"),
        "frees_at": frees_at,
    }
    assert (await refused(economy, clock, 800)).frees_at == frees_at + HOUR
    clock.now = frees_at - 1
    await refused(economy, clock, 101)
    clock.advance(1)
    await buy(economy, clock, 101)


async def test_of_two_limits_the_one_that_holds_longer_is_told(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "5")
    await guild(economy, "5", "week")
    await paid.order(500, ordered_at=clock.now)
    refusal = await refused(economy, clock, 1)
    assert (refusal.rule, refusal.frees_at) == ("guild_week", clock.now + 7 * DAY_SECONDS)


@pytest.mark.parametrize("whose", ["own", "guild"])
async def test_a_price_above_a_limit_never_fits(
    economy: Economy, paid: Paid, clock: MovableClock, whose: str
) -> None:
    assert paid
    await (own if whose == "own" else guild)(economy, "10")
    with pytest.raises(AboveSpendingLimit) as refusal:
        await buy(economy, clock, 1_001)
    assert vars(refusal.value) == {
        "rule": f"{whose}_day",
        "limit": Money(1_000, "EUR"),
        "price": Money(1_001, "EUR"),
    }
    await buy(economy, clock, 1_000)


async def test_the_sentences_name_the_limit_and_the_money(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    await paid.order(600, ordered_at=clock.now)
    assert str(await refused(economy, clock, 500)) == (
        "That would be over your own limit for 24 hours, €10.00: you have spent €6.00 of it."
        f" There is room for this purchase <t:{clock.now + DAY_SECONDS}:R>."
    )
    with pytest.raises(AboveSpendingLimit) as refusal:
        await buy(economy, clock, 2_000)
    assert str(refusal.value) == (
        "This costs €20.00, and your own limit for 24 hours is €10.00. Please choose a smaller"
        " pack."
    )


async def test_an_open_order_counts_until_it_is_known_that_no_money_comes(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    await paid.order(800, ordered_at=clock.now, expires_at=clock.now + 1_800)
    assert (await refused(economy, clock, 201)).frees_at == clock.now + 1_800
    clock.advance(1_800)
    # Its time is over, and yet its money may be on the way.
    assert (await refused(economy, clock, 201)).frees_at == clock.now + 60
    assert await economy.settlement.close_overdue() == 1
    await buy(economy, clock, 1_000)


async def test_what_was_refunded_counts_no_more(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    order_id = await paid.order(1_000, ordered_at=clock.now)
    await paid.payment(order_id, refunded_minor=400, lost_minor=100)
    assert (await refused(economy, clock, 401)).spent == Money(600, "EUR")
    await buy(economy, clock, 400)


@pytest.mark.parametrize(
    "values",
    [
        {"entry_id": None, "state": "closed"},
        {"price_minor": 0},
        {"currency": "USD"},
        {"member_id": GIVER_ID + 1},
        {"guild_id": GUILD_ID + 1},
        {"entry_id": 1},  # of the season before
    ],
    ids=["closed", "free", "other money", "somebody else", "another guild", "another season"],
)
async def test_other_orders_do_not_count(
    economy: Economy, clock: MovableClock, values: dict[str, Any]
) -> None:
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 77, 70)
    paid = Paid(economy)
    await paid.begin()
    await own(economy, "10")
    await paid.order(**{"price_minor": 1_000, "ordered_at": clock.now, **values})
    await buy(economy, clock, 1_000)


async def test_a_test_payment_costs_nothing(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    await paid.payment(await paid.order(1_000, ordered_at=clock.now), is_test=1)
    await buy(economy, clock, 1_000)


async def test_a_lower_own_limit_holds_at_once(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    assert paid
    assert await own(economy, "10") == OwnLimit(1_000)
    assert await own(economy, "0") == OwnLimit(0)
    with pytest.raises(AboveSpendingLimit):
        await buy(economy, clock, 1)


@pytest.mark.parametrize(("typed", "after"), [("20", 2_000), (None, None)])
async def test_a_higher_own_limit_and_none_wait_a_day(
    economy: Economy, paid: Paid, clock: MovableClock, typed: str | None, after: int | None
) -> None:
    assert paid
    await own(economy, "10")
    raised_at = clock.now + DAY_SECONDS
    assert await own(economy, typed) == OwnLimit(1_000, after, raised_at)
    # The purchase fits when the raise comes, and that is said.
    assert (await refused(economy, clock, 1_500)).frees_at == raised_at
    clock.now = raised_at - 1
    await refused(economy, clock, 1_500)
    clock.advance(1)
    await buy(economy, clock, 1_500)
    assert (await economy.spending_limits.standing(GUILD_ID, GIVER_ID))[0].own == OwnLimit(after)


async def test_asking_for_a_raise_again_or_for_less_waits_no_longer(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    assert paid
    await own(economy, "10")
    raised_at = clock.now + DAY_SECONDS
    await own(economy, "30")
    clock.advance(HOUR)
    assert await own(economy, "30") == OwnLimit(1_000, 3_000, raised_at)
    assert await own(economy, "20") == OwnLimit(1_000, 2_000, raised_at)
    assert await own(economy, "40") == OwnLimit(1_000, 4_000, raised_at + HOUR)
    assert await own(economy, None) == OwnLimit(1_000, None, raised_at + HOUR)
    assert await own(economy, "10") == OwnLimit(1_000)  # thought better of it


async def test_a_raise_that_came_is_what_the_next_one_is_held_against(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    assert paid
    await own(economy, "10")
    await own(economy, "20")
    clock.advance(DAY_SECONDS)
    assert await own(economy, "15") == OwnLimit(1_500)


async def test_new_buyers_have_a_limit_of_their_own(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await new_buyers(economy, 7, "5")
    with pytest.raises(AboveSpendingLimit) as refusal:
        await buy(economy, clock, 501)
    assert refusal.value.rule == "new_buyer"
    first_at = clock.now
    await paid.order(500, ordered_at=first_at)
    refused_now = await refused(economy, clock, 100)
    assert (refused_now.rule, refused_now.frees_at) == ("new_buyer", first_at + DAY_SECONDS)
    # More than the limit fits as soon as the buyer is no new one any more.
    assert (await refused(economy, clock, 501)).frees_at == first_at + 7 * DAY_SECONDS
    clock.now = first_at + 7 * DAY_SECONDS - 1
    await refused(economy, clock, 501)
    clock.advance(1)
    await buy(economy, clock, 10_000)


@pytest.mark.parametrize(("days", "typed"), [(0, "5"), (7, "0")])
async def test_without_days_or_money_there_is_no_limit_for_new_buyers(
    economy: Economy, paid: Paid, clock: MovableClock, days: int, typed: str
) -> None:
    assert paid
    await new_buyers(economy, days, typed)
    await buy(economy, clock, 10_000)


async def test_the_guilds_limits_are_settings_that_are_known_at_once(
    economy: Economy, paid: Paid
) -> None:
    assert paid
    for number, period in enumerate(("day", "week", "month"), start=1):
        await guild(economy, f"{number}.50", period)
    await new_buyers(economy, 90, "2")
    settings = (await economy.guilds.get(GUILD_ID)).settings
    assert (settings.spend_day_minor, settings.spend_week_minor) == (150, 250)
    assert (settings.spend_month_minor, settings.new_buyer_days) == (350, 90)
    assert settings.new_buyer_day_minor == 200
    await guild(economy, "0")
    assert (await economy.guilds.get(GUILD_ID)).settings.spend_day_minor == 0


async def test_members_see_how_they_stand(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    await own(economy, "20")
    await guild(economy, "50", "week")
    await paid.order(300, ordered_at=clock.now - 2 * DAY_SECONDS)
    await paid.order(200, ordered_at=clock.now)
    day, week, month = await economy.spending_limits.standing(GUILD_ID, GIVER_ID)
    assert (day.period, day.currency, day.guild_minor, day.spent_minor) == ("day", "EUR", None, 200)
    assert day.own == OwnLimit(1_000, 2_000, clock.now + DAY_SECONDS)
    assert (week.own, week.guild_minor, week.spent_minor) == (OwnLimit(), 5_000, 500)
    assert (month.own, month.guild_minor, month.spent_minor) == (OwnLimit(), None, 500)


@pytest.mark.parametrize(
    ("typed", "refusal"), [("much", NotMoney), ("10000000001", MoneyOutOfBounds)]
)
async def test_what_is_no_limit_is_refused(
    economy: Economy, paid: Paid, typed: str, refusal: type[Exception]
) -> None:
    assert paid
    for change in (own(economy, typed), guild(economy, typed), new_buyers(economy, 1, typed)):
        with pytest.raises(refusal):
            await change
    with pytest.raises(AmountOutOfBounds):
        await new_buyers(economy, 91, "1")


async def test_play_mode_has_no_limits_on_money(economy: Economy) -> None:
    for change in (own(economy, "1"), guild(economy, "1"), new_buyers(economy, 1, "1")):
        with pytest.raises(PaidModeOnly):
            await change
    assert await economy.spending_limits.standing(GUILD_ID, GIVER_ID) == ()


async def test_limits_of_another_currency_are_forgotten_with_it(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await own(economy, "10")
    await guild(economy, "10")
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await paid.begin()
    with pytest.raises(AboveSpendingLimit):
        await buy(economy, clock, 1_001)
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await paid.begin(currency="JPY")
    await buy(economy, clock, 1_001)
    assert (await economy.guilds.get(GUILD_ID)).settings.spend_day_minor == 0


async def test_a_limit_that_was_typed_for_a_season_that_ended_meanwhile_is_refused(
    economy: Economy, paid: Paid
) -> None:
    assert paid
    ended = asyncio.ensure_future(economy.seasons.begin_play(GUILD_ID, OWNER_ID))
    await asyncio.sleep(0)
    with pytest.raises(PaidModeOnly):
        await own(economy, "10")
    assert (await ended).mode == "play"
