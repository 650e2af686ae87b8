"""Opening orders for money: what was promised holds, and nothing is owed for what went wrong."""

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import EconomyClosed, KeyConflict, UnknownPack, WalletFull
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.ledger.posting import from_house
from bot.paid_errors import AboveSpendingLimit, DeclarationMissing, OverSpendingLimit
from bot.payment_errors import (
    DisputeOpen,
    NotForMoney,
    NothingOnOffer,
    OrderClosed,
    OrderNotYours,
    PlayOver,
    ProviderGone,
    ProviderSilent,
    TooManyOrders,
)
from bot.payments.provider import Checkout, CheckoutKind, PayableOrder, Payment
from bot.services.economy import Economy
from bot.services.new_orders import MOST_OPEN_ORDERS
from bot.services.orders import LessBonus
from bot.services.payment_booking import Outcome
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.truth import Truth, TruthProvider
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, OTHER_GIVER_ID, Play
from tests.services.shop import PAID_SETUP
from tests.services.till import Till

pytestmark = pytest.mark.proof("payments")


@pytest.fixture
def provider() -> TruthProvider:
    return TruthProvider(Truth())


@pytest.fixture
def economy(books: Books, clock: MovableClock, provider: TruthProvider) -> Economy:
    return Economy.over(books, clock, providers={"truth": provider})


@pytest.fixture
async def till(play: Play, clock: MovableClock, provider: TruthProvider) -> Till:
    return await Till(play.economy, clock, provider).begin()


@pytest.fixture(autouse=True)
async def audited(till: Till) -> Any:
    """Every test ends with clean books, whatever it did."""
    yield
    assert await audit(till.economy.books.path, FULL_AUDIT) == []


async def test_an_order_waits_with_a_link_and_a_code(till: Till) -> None:
    opened = await till.open()
    order = opened.order
    assert (order.state, order.price_minor, order.currency) == ("open", 500, "EUR")
    assert order.expires_at == till.clock() + 1_800
    assert opened.checkout.kind is CheckoutKind.LINK
    assert len(order.code) == 9
    assert till.provider.truth.orders[opened.checkout.checkout_id].code == order.code


async def test_nothing_is_credited_before_the_money_comes(till: Till, play: Play) -> None:
    opened = await till.open()
    assert await play.pots(GIVER_ID) == {}
    assert await till.pay(opened) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100}


async def test_the_same_order_again_leads_to_the_same_checkout(till: Till) -> None:
    first, second = await till.open(), await till.open()
    assert first.order.code == second.order.code
    assert first.checkout == second.checkout


async def test_one_order_cannot_be_two_things(till: Till) -> None:
    await till.open()
    with pytest.raises(KeyConflict):
        await till.ask(coins=200)
    with pytest.raises(KeyConflict):
        await till.ask(member_id=OTHER_GIVER_ID)


async def test_a_silent_provider_leaves_nothing_open(till: Till, play: Play) -> None:
    await till.promote(budget_coins=1_000)
    till.provider.is_silent = True
    with pytest.raises(ProviderSilent):
        await till.ask()
    till.provider.is_silent = False
    assert await play.pots(GIVER_ID) == {}
    with pytest.raises(OrderClosed):
        await till.ask()
    assert (await till.open(2)).order.bonus_coins == 50


async def test_an_order_stays_open_whose_other_click_was_shown_where_to_pay(till: Till) -> None:
    start = till.provider.start

    async def lose(order: PayableOrder) -> Checkout:
        del order
        # While this answer is awaited, the same order is started again, and with success.
        till.provider.start = start
        await till.open()
        raise ProviderSilent

    till.provider.start = lose
    with pytest.raises(ProviderSilent):
        await till.ask()
    assert await till.pay(await till.open()) is Outcome.CREDITED


async def test_the_bonus_is_set_aside_when_it_is_promised(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    opened = await till.open()
    assert await play.pots(GIVER_ID) == {"promised": 50}
    assert await play.pots(-1) == {"budget": 20}
    till.clock.advance(1_799)
    assert await till.pay(opened) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}


async def test_what_is_promised_to_one_is_not_promised_to_another(till: Till) -> None:
    await till.promote(budget_coins=70)
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    await till.open()
    less = await till.ask(2, member_id=OTHER_GIVER_ID)
    assert isinstance(less, LessBonus)
    assert less.pack.bonus_coins == 20


async def test_orders_opened_at_once_bring_one_bonus_for_a_first_purchase(
    till: Till, play: Play
) -> None:
    await till.promote(first_purchase=True)
    first = await till.open(expected_bonus=50)
    second = await till.open(2, expected_bonus=50)
    assert (first.order.bonus_coins, second.order.bonus_coins) == (50, 50)
    assert await play.pots(GIVER_ID) == {"promised": 50}
    await till.pay(second)
    await till.pay(first, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 50}


async def test_when_nothing_was_bought_the_next_order_is_the_first(till: Till) -> None:
    await till.promote(first_purchase=True)
    await till.open(expected_bonus=50)
    till.clock.advance(1_800)
    assert await till.economy.settlement.close_overdue() == 1
    assert (await till.open(3, expected_bonus=50)).order.bonus_coins == 50


async def test_a_closed_order_gives_its_promise_back(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    await till.open()
    till.clock.advance(1_800)
    assert await till.economy.settlement.close_overdue() == 1
    assert await play.pots(GIVER_ID) == {}
    assert await play.pots(-1) == {"budget": 70}


async def test_a_promise_of_a_promotion_that_is_off_goes_to_the_house(
    till: Till, play: Play
) -> None:
    await till.promote(budget_coins=70)
    await till.open()
    await till.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    till.clock.advance(1_800)
    await till.economy.settlement.close_overdue()
    assert await play.pots(-1) == {}
    assert await play.pots(GIVER_ID) == {}


async def test_late_money_brings_the_coins_and_says_that_the_bonus_ran_out(
    till: Till, play: Play
) -> None:
    await till.promote()
    opened = await till.open()
    till.clock.advance(1_801)
    assert await till.pay(opened) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100}
    (letter,) = await till.economy.letters.claim()
    assert (letter.kind, letter.facts["lost_bonus_coins"]) == ("receipt", 50)


async def test_money_that_came_in_time_brings_its_bonus_however_late_we_hear(
    till: Till, play: Play
) -> None:
    await till.promote()
    opened = await till.open()
    order = till.provider.truth.orders[opened.checkout.checkout_id]
    till.provider.truth.pay(order, "pay-1", till.clock() + 1_000)
    till.clock.advance(7 * 86_400)
    await till.economy.payment_rounds.poll()
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}


async def test_a_refund_takes_the_bonus_along_as_far_as_it_is_there(till: Till, play: Play) -> None:
    await till.promote()
    opened = await till.open()
    await till.pay(opened)
    await play.gift(gift="petal", count=20)
    asked = await till.economy.refunds.ask(GUILD_ID, opened.order.code, key="refund:1")
    assert asked.amount_minor == 500
    assert asked.settled.outcome is Outcome.CHANGED
    assert await play.pots(GIVER_ID) == {}


async def test_the_same_refund_again_asks_for_nothing_more(till: Till, play: Play) -> None:
    opened = await till.open()
    await till.pay(opened)
    for _ in range(2):
        await till.economy.refunds.ask(
            GUILD_ID, opened.order.code, key="refund:1", amount_minor=100
        )
    assert await play.pots(GIVER_ID) == {"paid": 80}


async def refuse(till: Till, error: type[Exception], **values: Any) -> None:
    orders = "SELECT COUNT(*) FROM purchase_order"
    before = await till.economy.books.read(orders)
    with pytest.raises(error):
        await till.ask(9, **values)
    assert await till.economy.books.read(orders) == before


async def test_what_is_not_on_offer_is_refused(till: Till) -> None:
    await refuse(till, UnknownPack, coins=99)
    await till.economy.packs.hide(GUILD_ID, ADMIN_ID, 100)
    await refuse(till, UnknownPack)


async def test_a_closed_economy_sells_nothing(till: Till, play: Play) -> None:
    await play.set("open", "off")
    await refuse(till, EconomyClosed)


async def test_who_declared_nothing_is_asked_first(till: Till) -> None:
    await refuse(till, DeclarationMissing, member_id=OTHER_GIVER_ID)


async def test_a_guild_that_plays_takes_no_money(till: Till) -> None:
    with pytest.raises(NotForMoney):
        await till.economy.checkouts.open(GUILD_ID + 1, GIVER_ID, 9, 100, title="coins")


async def test_over_a_limit_no_order_is_made(till: Till) -> None:
    await till.economy.spending_limits.set_own(GUILD_ID, GIVER_ID, "day", "7", "en-US")
    await till.open()
    await refuse(till, OverSpendingLimit)


async def test_a_full_wallet_is_told_before_the_money_is_spent(till: Till, play: Play) -> None:
    await play.book(from_house(Account.GRANTED, GIVER_ID, Account.BONUS, 1))
    await till.pay(await till.open(1))
    lines = from_house(Account.GRANTED, GIVER_ID, Account.PAID, MOST_AMOUNT - 150)
    await play.book(lines)
    await refuse(till, WalletFull)


async def test_who_disputes_a_payment_buys_nothing_meanwhile(till: Till) -> None:
    await till.pay(await till.open())
    notice = till.provider.truth.set("pay-1", disputes_open=1)
    await till.economy.settlement.settle("truth", notice)
    await refuse(till, DisputeOpen)


async def test_a_provider_that_is_gone_is_named(
    till: Till, books: Books, clock: MovableClock
) -> None:
    gone = Till(Economy.over(books, clock), clock, till.provider)
    with pytest.raises(ProviderGone, match="truth"):
        await gone.ask()


async def test_money_for_a_season_that_is_over_is_kept_for_a_person(till: Till, play: Play) -> None:
    opened = await till.open()
    till.clock.advance(1_800)
    await till.economy.settlement.close_overdue()
    till.clock.advance(60)
    await till.economy.seasons.begin_play(GUILD_ID, ADMIN_ID)
    assert await till.pay(opened) is Outcome.REVIEW
    assert await play.pots(GIVER_ID) == {}
    (review,) = await till.economy.payment_reviews.waiting(GUILD_ID)
    assert review.reason == "other_season"


async def test_the_offer_has_prices_and_the_bonus_of_now_in_the_guilds_order(till: Till) -> None:
    packs = till.economy.packs
    await packs.put(GUILD_ID, ADMIN_ID, 50, 300)
    await packs.put(GUILD_ID, ADMIN_ID, 900, 4_000)
    await packs.hide(GUILD_ID, ADMIN_ID, 900)
    await till.promote(least_coins=100)
    offers = await till.economy.checkouts.offers(GUILD_ID, GIVER_ID)
    assert [(one.priced.price_minor, one.pack.coins, one.pack.bonus_coins) for one in offers] == [
        (500, 100, 50),
        (300, 50, 0),
    ]


async def test_through_discord_only_what_it_has_a_number_of_is_on_offer(till: Till) -> None:
    await till.economy.packs.put(GUILD_ID, ADMIN_ID, 50, 300)
    await till.economy.packs.set_sku(GUILD_ID, ADMIN_ID, 50, 77)
    await till.economy.seasons.change_setup(
        GUILD_ID, ADMIN_ID, replace(PAID_SETUP, provider="discord")
    )
    (offer,) = await till.economy.checkouts.offers(GUILD_ID, GIVER_ID)
    assert offer.priced.sku_id == 77


async def test_where_nothing_is_for_sale_there_is_no_offer(till: Till, play: Play) -> None:
    offers = till.economy.checkouts.offers
    with pytest.raises(NotForMoney):
        await offers(GUILD_ID + 1, GIVER_ID)
    await till.economy.packs.hide(GUILD_ID, ADMIN_ID, 100)
    with pytest.raises(NothingOnOffer):
        await offers(GUILD_ID, GIVER_ID)
    await play.set("open", "off")
    with pytest.raises(EconomyClosed):
        await offers(GUILD_ID, GIVER_ID)


async def test_where_coins_are_sold_no_test_purchase_gives_them_away(
    till: Till, play: Play
) -> None:
    with pytest.raises(PlayOver):
        await till.economy.orders.buy_test(GUILD_ID, GIVER_ID, 5, 700)
    assert await play.pots(GIVER_ID) == {}


async def test_an_order_that_was_opened_stays_open_while_its_provider_is_silent_or_gone(
    till: Till, books: Books, clock: MovableClock
) -> None:
    opened = await till.open()
    till.provider.is_silent = True
    with pytest.raises(ProviderSilent):
        await till.ask()
    gone = Till(Economy.over(books, clock), clock, till.provider)
    with pytest.raises(ProviderGone, match="truth"):
        await gone.ask()
    till.provider.is_silent = False
    assert (await till.open()).checkout == opened.checkout


async def test_a_buyer_cancels_an_order_and_owes_nothing(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    opened = await till.open()
    cancelled = await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    assert cancelled.state == "closed"
    assert await play.pots(GIVER_ID) == {}
    assert await play.pots(-1) == {"budget": 70}
    with pytest.raises(OrderClosed):
        await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    # The page to pay at was open all the same, and the bonus is still there.
    assert await till.pay(opened) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}


async def test_an_order_that_turns_out_to_be_paid_is_credited_and_not_cancelled(
    till: Till, play: Play
) -> None:
    opened = await till.open()
    order = till.provider.truth.orders[opened.checkout.checkout_id]
    till.provider.truth.pay(order, "pay-1", till.clock())
    for _ in range(2):
        found = await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
        assert found.state == "credited"
    assert await play.pots(GIVER_ID) == {"paid": 100}


async def test_nobody_cancels_the_orders_of_others(till: Till) -> None:
    opened = await till.open()
    for guild_id, member_id, order_id in (
        (GUILD_ID, OTHER_GIVER_ID, 1),
        (GUILD_ID + 1, GIVER_ID, 1),
        (GUILD_ID, GIVER_ID, 2),
    ):
        with pytest.raises(OrderNotYours):
            await till.economy.checkouts.cancel(guild_id, member_id, order_id)
    assert await till.pay(opened) is Outcome.CREDITED


async def test_an_order_stays_while_nobody_can_tell_whether_it_was_paid(till: Till) -> None:
    opened = await till.open()
    till.provider.is_silent = True
    with pytest.raises(ProviderSilent):
        await till.economy.checkouts.cancel(GUILD_ID, GIVER_ID, 1)
    till.provider.is_silent = False
    assert (await till.open()).order.code == opened.order.code


async def test_an_order_of_a_provider_that_is_gone_can_be_cancelled(
    till: Till, books: Books, clock: MovableClock
) -> None:
    await till.open()
    checkouts = Economy.over(books, clock).checkouts
    assert (await checkouts.cancel(GUILD_ID, GIVER_ID, 1)).state == "closed"


async def test_so_many_orders_wait_and_no_more(till: Till) -> None:
    for order_id in range(20, 20 + MOST_OPEN_ORDERS):
        await till.open(order_id)
    await refuse(till, TooManyOrders)
    # What is open already can still be looked up, and one that is paid makes room.
    await till.pay(await till.open(20))
    await till.open(30)


async def test_who_says_where_money_belongs_that_came_is_held_up_by_no_limit(
    till: Till, play: Play, clock: MovableClock
) -> None:
    await till.economy.packs.set_sku(GUILD_ID, ADMIN_ID, 100, 77)
    truth = till.provider.truth
    truth.payments["pay-1"] = Payment(
        payment_id="pay-1",
        member_id=GIVER_ID,
        sku_id=77,
        amount_minor=500,
        currency="EUR",
        is_paid=True,
        paid_at=clock(),
    )
    settled = await till.economy.settlement.settle("truth", truth.ring("pay-1"))
    assert settled.outcome is Outcome.REVIEW
    await till.economy.spending_limits.set_own(GUILD_ID, GIVER_ID, "day", "1", "en-US")
    clock.advance(60)
    opened = await till.open(5)
    assert opened.order.state == "credited"
    assert await play.pots(GIVER_ID) == {"paid": 100}
    await refuse(till, AboveSpendingLimit)
