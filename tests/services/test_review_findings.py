"""What a review of orders, refunds and disputes found; each fails until it is mended."""

from dataclasses import replace
from typing import Any

import aiosqlite
import pytest

from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.database import connect_reader
from bot.ledger.posting import from_house, to_house
from bot.paid_errors import OrdersOpen
from bot.payment_errors import ProviderSilent, RefundUnanswered
from bot.services.economy import Economy
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


# --- spending limits ---------------------------------------------------------------------------


async def test_orders_that_were_cancelled_and_can_still_be_paid_count_against_limits(
    till: Till, play: Play
) -> None:
    await till.economy.spending_limits.set_own(GUILD_ID, GIVER_ID, "day", "5", "en-US")
    opened = []
    for order_id in (1, 2, 3):
        opened.append(await till.open(order_id))
        await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, order_id)
    for number, each in enumerate(opened):
        await till.pay(each, f"pay-{number}")
    (day, *_) = await till.economy.spending_limits.standing(GUILD_ID, GIVER_ID)
    assert day.spent_minor <= 500, day.spent_minor


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
    await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    await play.book(to_house(GIVER_ID, Account.PAID, Account.GRANTED, MOST_AMOUNT))
    till.clock.advance(1_801)
    await till.economy.settlement.close_overdue()
    await till.economy.settlement.sweep("truth")
    assert await play.pots(GIVER_ID) == {"paid": 100}


# --- large books -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "sql"),
    [
        (
            "order_promise_member",
            "SELECT promotion_id, SUM(bonus_coins) FROM order_promise WHERE guild_id = 1"
            " AND member_id = 2 AND state = 'open' GROUP BY promotion_id",
        ),
        (
            "order_promise_member",
            "SELECT order_id FROM order_promise WHERE guild_id = 1 AND member_id = 2"
            " AND promotion_id = 3 AND state = 'open' ORDER BY order_id",
        ),
    ],
)
async def test_what_every_offer_and_payment_asks_uses_the_index_made_for_it(
    books: Books, index: str, sql: str
) -> None:
    connection = await connect_reader(books.path)
    try:
        plan = await connection.execute_fetchall(f"EXPLAIN QUERY PLAN {sql}")
    finally:
        await connection.close()
    assert any(index in row[3] for row in plan), [row[3] for row in plan]


# --- promises ----------------------------------------------------------------------------------


async def test_an_order_that_no_provider_takes_on_leaves_the_older_one_its_bonus(
    till: Till, play: Play
) -> None:
    await till.promote(budget_coins=50)
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    first = await till.open(1)
    till.provider.is_silent = True
    with pytest.raises(ProviderSilent):
        await till.open(2)
    till.provider.is_silent = False
    # Nobody told the buyer that the bonus moved; somebody else has it now.
    other = await till.ask(3, member_id=OTHER_GIVER_ID, expected_bonus=0)
    await till.pay(other, "pay-3")
    await till.pay(first)
    assert (await play.pots(GIVER_ID)).get("bonus", 0) == 50


async def test_the_newest_order_keeps_its_bonus_when_an_older_one_is_paid(
    till: Till, play: Play
) -> None:
    await till.promote()  # neither budget nor caps
    first, second = await till.open(1), await till.open(2)
    await till.pay(first)
    await till.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    await till.pay(second, "pay-2")
    assert (await play.pots(GIVER_ID)).get("bonus", 0) == 100


async def test_a_promise_that_went_back_does_not_stop_the_clock_of_all_promotions(
    till: Till, play: Play
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


# --- disputes ----------------------------------------------------------------------------------


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

    class User:
        class display_avatar:
            url = "https://example.org/a.png"

        display_name = "Luna"
        mention = "<@20>"

    user: Any = User()
    embed = wallet_embed(texts_for("en-US"), user, standing, HistoryPage((), 0, None, None))
    assert "<t:0" not in "".join(str(field.value) for field in embed.fields)


async def _disputed_before_the_upgrade(till: Till, play: Play) -> None:
    """Let a dispute be open since before 0010, and its gift be converted as it was allowed."""
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    await till.pay(await till.open(1))
    await play.gift(gift="petal", count=100)
    await till.economy.settlement.settle("truth", till.provider.truth.set("pay-1", disputes_open=1))

    async def before(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall("DELETE FROM disputed_gift")

    await till.economy.books.do(before)
    till.clock.advance(31 * DAY)
    await play.convert()
    await till.pay(await till.open(2, member_id=OTHER_GIVER_ID), "pay-2")
    await play.gift(gift="petal", count=100, giver_id=OTHER_GIVER_ID)
    till.clock.advance(31 * DAY)


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


# --- refunds -----------------------------------------------------------------------------------


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
    till: Till, play: Play
) -> None:
    """An admin whose press was not answered asks anew, and the first one goes out as well."""
    opened = await till.open(1)
    await till.pay(opened)
    await _ask(till, opened.order.code, 7, "2")
    await _unanswered(till, 7)
    await _ask(till, opened.order.code, 8, "2")
    await till.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 8)
    till.clock.advance(PATIENCE_SECONDS)
    await till.economy.refund_retries.run()
    assert sum(till.provider.truth.refunds.values()) == 200


async def test_refunds_of_a_provider_that_is_gone_keep_no_others_waiting(
    play: Play, clock: MovableClock, books: Books
) -> None:
    gone, there = TruthProvider(Truth()), TruthProvider(Truth(), name="other")
    both = Economy.over(books, clock, providers={"truth": gone, "other": there})
    till = await Till(both, clock, gone).begin()
    codes = []
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
