"""Corners of orders, refunds and disputes in which money once went wrong."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import aiosqlite
import pytest

from bot.errors import WalletFull
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import from_house, to_house
from bot.paid_errors import OrdersOpen, OverSpendingLimit
from bot.payment_errors import RefundUnanswered, RefundWaits, TooManyOrders
from bot.services.economy import Economy
from bot.services.new_orders import MOST_OPEN_ORDERS
from bot.services.payment_booking import Outcome
from bot.services.promotion_terms import Terms
from bot.services.refund_retries import PATIENCE_SECONDS
from bot.services.wallets import HistoryPage
from bot.texts import texts_for
from cogs.wallet import wallet_embed
from tests.conftest import MovableClock
from tests.payments.truth import Truth, TruthProvider
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER_ID,
    Play,
)
from tests.services.promo import DAY, HAPPY_HOUR, HOUR, at
from tests.services.shop import PAID_SETUP
from tests.services.till import Till


@pytest.fixture
def provider() -> TruthProvider:
    return TruthProvider(Truth())


@pytest.fixture
def economy(books: Books, clock: MovableClock, provider: TruthProvider) -> Economy:
    return Economy.over(books, clock, providers={"truth": provider})


@pytest.fixture
async def till(play: Play, clock: MovableClock, provider: TruthProvider) -> Till:
    return await Till(play.economy, clock, provider).begin()


async def test_orders_that_were_cancelled_and_can_still_be_paid_count_against_limits(
    till: Till,
) -> None:
    await till.economy.spending_limits.set_own(GUILD_ID, GIVER_ID, "day", "5", "en-US")
    opened = await till.open(1)
    await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    with pytest.raises(OverSpendingLimit):
        await till.open(2)
    (day, *_) = await till.economy.spending_limits.standing(GUILD_ID, GIVER_ID)
    assert day.spent_minor == 500
    assert await till.pay(opened) is Outcome.CREDITED
    till.clock.advance(DAY)
    await till.open(3)


async def test_cancelled_orders_make_room_for_others_once_nobody_can_pay_them(till: Till) -> None:
    for order_id in range(1, 1 + MOST_OPEN_ORDERS):
        await till.open(order_id)
        await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, order_id)
    with pytest.raises(TooManyOrders):
        await till.open(9)
    till.clock.advance(1_800)
    await till.open(9)


async def test_a_season_does_not_end_while_a_cancelled_order_can_still_be_paid(till: Till) -> None:
    opened = await till.open(1)
    await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    till.clock.advance(60)
    # The buyer's page at the provider is open still and takes their money; then nobody credits it.
    with pytest.raises(OrdersOpen):
        await till.economy.seasons.begin_play(GUILD_ID, ADMIN_ID)
    assert await till.pay(opened) is Outcome.CREDITED


async def test_an_order_whose_money_waits_for_room_is_not_cancelled(till: Till, play: Play) -> None:
    opened = await till.open(1)
    await play.book(from_house(Account.GRANTED, GIVER_ID, Account.PAID, MOST_AMOUNT))
    assert await till.pay(opened) is Outcome.REVIEW
    with pytest.raises(WalletFull):
        await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    await play.book(to_house(GIVER_ID, Account.PAID, Account.GRANTED, MOST_AMOUNT))
    till.clock.advance(1_801)
    await till.economy.settlement.close_overdue()
    await till.economy.settlement.sweep("truth")
    assert await play.pots(GIVER_ID) == {"paid": 100}


async def test_a_promise_that_went_back_does_not_stop_the_clock_of_all_promotions(
    till: Till,
) -> None:
    """A window without a budget, given one while it is open; an order of each window waits."""
    economy, clock = till.economy, till.clock
    without = replace(HAPPY_HOUR, terms=Terms(bonus_percent=50))
    await economy.promotions.create(GUILD_ID, ADMIN_ID, "promo", without)
    clock.now = _at(19, 0) + HOUR // 2 + 10 * 60
    await economy.promotion_clock.tick()
    budget = replace(HAPPY_HOUR, terms=Terms(bonus_percent=50, budget_coins=100))
    await economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, budget)
    clock.now = _at(20, 0) - 60
    await till.open(1)
    clock.now = _at(20, 0) + 1
    await economy.promotion_clock.tick()
    clock.now += HOUR
    order = await economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    assert order.state == "closed"
    clock.now = _at(20, 1) - 60
    await economy.promotion_clock.tick()
    await till.open(2)
    clock.now = _at(20, 1) + 1
    await economy.promotion_clock.tick()


def _at(hour: int, days: int) -> int:
    return at(hour, days=days)


async def test_a_wallet_with_only_disputed_coins_names_no_time_at_which_they_are_free(
    till: Till, play: Play
) -> None:
    opened = await till.open(1)
    await till.pay(opened)
    await play.gift(gift="petal", count=60)
    notice = till.provider.truth.set("pay-1", disputes_open=1)
    await till.economy.settlement.settle("truth", notice)
    till.clock.advance(40 * DAY)
    standing = await till.economy.wallets.standing(GUILD_ID, STREAMER_ID)
    assert standing.held_coins == 60

    user: Any = SimpleNamespace(display_name="Luna")
    embed = wallet_embed(texts_for("en-US"), user, standing, HistoryPage((), 0, None, None))
    earned = next(str(field.value) for field in embed.fields if "on hold" in str(field.value))
    assert earned.endswith("60 coins on hold until a bank has decided")


async def _disputed_before_the_upgrade(till: Till, play: Play) -> None:
    """Let a dispute be open since before 0010, and its gift be converted as it was allowed."""
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    await till.pay(await till.open(1))
    await play.gift(gift="petal", count=100)
    await till.economy.settlement.settle("truth", till.provider.truth.set("pay-1", disputes_open=1))

    await _write(till, "DELETE FROM disputed_gift")
    till.clock.advance(31 * DAY)
    await play.convert()
    await till.pay(await till.open(2, member_id=OTHER_GIVER_ID), "pay-2")
    await play.gift(gift="petal", count=100, giver_id=OTHER_GIVER_ID)
    # As migration 0010 has it.
    await _write(till, f"UPDATE frozen SET frozen_at = {till.clock()} WHERE reason = 'dispute'")
    till.clock.advance(31 * DAY)


async def _write(till: Till, sql: str) -> None:
    async def write(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall(sql)

    await till.economy.books.do(write)


async def test_a_dispute_of_before_the_upgrade_holds_nobody_elses_coins(
    till: Till, play: Play
) -> None:
    await _disputed_before_the_upgrade(till, play)
    await till.economy.settlement.sweep("truth")
    assert (await play.convert()).coins == 100


async def test_a_lost_dispute_of_before_the_upgrade_takes_nobody_elses_coins(
    till: Till, play: Play
) -> None:
    await _disputed_before_the_upgrade(till, play)
    await till.economy.settlement.settle(
        "truth", till.provider.truth.set("pay-1", disputes_open=0, lost_minor=500)
    )
    assert (await play.pots(STREAMER_ID)).get("earned_paid", 0) == 100


async def test_a_hold_made_longer_during_a_dispute_takes_no_gift_that_had_passed_it(
    till: Till, play: Play
) -> None:
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    await till.pay(await till.open(1))
    await play.gift(gift="petal", count=100)
    till.clock.advance(31 * DAY)
    await play.convert()
    await till.pay(await till.open(2, member_id=OTHER_GIVER_ID), "pay-2")
    await play.gift(gift="petal", count=100, giver_id=OTHER_GIVER_ID)
    await till.economy.settlement.settle("truth", till.provider.truth.set("pay-1", disputes_open=1))
    await play.set("hold_days", "60")
    till.clock.advance(61 * DAY)
    await till.economy.settlement.sweep("truth")
    assert (await play.convert()).coins == 100


async def _ask(till: Till, code: str, number: int, typed: str | None = None) -> None:
    await till.economy.refund_requests.ask(
        GUILD_ID, number, ADMIN_ID, code=code, reason="why", typed=typed, locale="en-US"
    )


async def _unanswered(till: Till, number: int) -> None:
    till.provider.is_silent = True
    with pytest.raises(RefundUnanswered):
        await till.economy.refund_requests.send(GUILD_ID, ADMIN_ID, number)
    till.provider.is_silent = False


async def test_a_refund_that_nobody_knows_of_is_not_asked_for_a_second_time(
    till: Till,
) -> None:
    """An admin whose press was not answered asks anew, and the first one goes out as well."""
    opened = await till.open(1)
    await till.pay(opened)
    await _ask(till, opened.order.code, 7, "2")
    await _unanswered(till, 7)
    with pytest.raises(RefundWaits):
        await _ask(till, opened.order.code, 8, "2")
    till.clock.advance(PATIENCE_SECONDS)
    await till.economy.refund_retries.run()
    assert sum(till.provider.truth.refunds.values()) == 200
    await _ask(till, opened.order.code, 8, "2")


async def test_refunds_of_a_provider_that_is_gone_keep_no_others_waiting(
    clock: MovableClock, books: Books
) -> None:
    gone, there = TruthProvider(Truth()), TruthProvider(Truth(), name="other")
    both = Economy.over(books, clock, providers={"truth": gone, "other": there})
    till = await Till(both, clock, gone).begin()
    codes: list[str] = []
    for order_id in range(1, 21):
        opened = await till.open(order_id)
        await till.pay(opened, f"pay-{order_id}")
        codes.append(opened.order.code)
    for order_id, code in enumerate(codes, start=1):
        await _ask(till, code, order_id)
        await _unanswered(till, order_id)
    setup = replace(PAID_SETUP, provider="other")
    await both.seasons.change_setup(GUILD_ID, ADMIN_ID, setup)
    clock.advance(1)
    opened = await till.open(50)
    order = there.truth.orders[opened.checkout.checkout_id]
    await both.settlement.settle("other", there.truth.pay(order, "pay-50", clock()))
    await _ask(till, opened.order.code, 50)
    there.is_silent = True
    with pytest.raises(RefundUnanswered):
        await both.refund_requests.send(GUILD_ID, ADMIN_ID, 50)
    there.is_silent = False
    # The operator took the first provider off.
    left = Economy.over(books, clock, providers={"other": there})
    for _ in range(5):
        clock.advance(PATIENCE_SECONDS)
        await left.refund_retries.run()
    assert there.truth.refunds == {"refund-50": 500}
