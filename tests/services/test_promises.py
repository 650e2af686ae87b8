"""Bonuses that orders are promised: of one promotion a member holds one, with the newest order."""

from typing import Any

import pytest

from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.ledger.posting import from_house
from bot.paid_errors import OverSpendingLimit
from bot.services.economy import Economy
from bot.services.orders import LessBonus
from bot.services.payment_booking import Outcome
from bot.services.promotion_terms import Terms
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.truth import Truth, TruthProvider
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, OTHER_GIVER_ID, Play
from tests.services.promo import once
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


async def budget_left(play: Play, promotion_id: int = 1) -> int:
    return (await play.pots(-promotion_id)).get("budget", 0)


async def test_the_next_order_takes_the_bonus_over(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    first = await till.open(1)
    second = await till.open(2)
    assert (first.bonus_from, second.bonus_from) == ((), (first.order.code,))
    assert second.order.bonus_coins == 50
    assert await play.pots(GIVER_ID) == {"promised": 50}
    assert await budget_left(play) == 20


async def test_nobody_holds_a_budget_with_many_orders(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    for order_id in range(1, 6):
        await till.open(order_id)
    assert await budget_left(play) == 20
    less = await till.ask(9, member_id=OTHER_GIVER_ID)
    assert isinstance(less, LessBonus)
    assert less.pack.bonus_coins == 20


async def test_the_offer_shows_what_the_next_order_would_take_over(till: Till) -> None:
    await till.promote(budget_coins=70, member_uses=1, first_purchase=True)
    await till.open(1)
    (offer,) = await till.economy.checkouts.offers(GUILD_ID, GIVER_ID)
    assert offer.pack.bonus_coins == 50


async def test_the_order_that_is_paid_goes_before_the_newer_one_that_is_not(
    till: Till, play: Play
) -> None:
    await till.promote(budget_coins=70)
    first, second = await till.open(1), await till.open(2)
    assert await till.pay(first) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}
    assert await budget_left(play) == 20
    assert await till.pay(second, "pay-2") is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 70}


async def test_both_bring_their_bonus_when_there_is_enough(till: Till, play: Play) -> None:
    await till.promote(budget_coins=1_000)
    first, second = await till.open(1), await till.open(2)
    await till.pay(second)
    await till.pay(first, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 100}
    assert await budget_left(play) == 900


async def test_without_a_budget_both_bring_their_bonus(till: Till, play: Play) -> None:
    await till.promote()
    first, second = await till.open(1), await till.open(2)
    await till.pay(first)
    await till.pay(second, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 100}


async def test_an_older_order_brings_none_once_others_had_it(till: Till, play: Play) -> None:
    await till.promote(budget_coins=100)
    await till.economy.declarations.declare(GUILD_ID, OTHER_GIVER_ID, "FR", "en-US")
    first, second = await till.open(1), await till.open(2)
    other = await till.open(3, member_id=OTHER_GIVER_ID)
    await till.pay(other, "pay-3")
    await till.pay(second, "pay-2")
    await till.pay(first)
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 50}
    lost = [each.facts["lost_bonus_coins"] for each in await till.economy.letters.claim()]
    assert lost == [0, 0, 50]


async def test_money_that_came_late_brings_no_bonus_that_is_still_there(
    till: Till, play: Play
) -> None:
    await till.promote()
    first = await till.open(1)
    await till.open(2)
    till.clock.advance(1_801)
    await till.pay(first)
    assert await play.pots(GIVER_ID) == {"paid": 100, "promised": 50}


async def test_the_bonus_of_a_paused_promotion_is_not_there(till: Till, play: Play) -> None:
    await till.promote()
    first = await till.open(1)
    await till.open(2)
    await till.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    await till.pay(first)
    assert await play.pots(GIVER_ID) == {"paid": 100, "promised": 50}


async def test_a_cap_holds_over_all_orders(till: Till, play: Play) -> None:
    await till.promote(member_coins=80)
    first, second = await till.open(1), await till.open(2)
    await till.pay(second)
    await till.pay(first, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 80}


async def test_an_order_that_is_not_made_takes_nothing_over(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    first = await till.open(1)
    assert isinstance(await till.ask(2, expected_bonus=60), LessBonus)
    await till.economy.spending_limits.set_own(GUILD_ID, GIVER_ID, "day", "7", "en-US")
    with pytest.raises(OverSpendingLimit):
        await till.ask(3)
    await till.pay(first)
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}


async def test_the_promise_of_another_promotion_stays_where_it_is(till: Till, play: Play) -> None:
    await till.promote(bonus_percent=0, bonus_coins=60, member_uses=1)
    first = await till.open(1)
    await till.economy.promotions.create(
        GUILD_ID, ADMIN_ID, "larger", once(Terms(bonus_percent=90, budget_coins=500))
    )
    second = await till.open(2)
    assert (second.order.bonus_coins, second.bonus_from) == (90, ())
    assert await play.pots(GIVER_ID) == {"promised": 150}
    await till.pay(first)
    await till.pay(second, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 150}


async def test_money_seen_after_its_order_was_closed_brings_the_bonus_that_is_still_there(
    till: Till, play: Play
) -> None:
    await till.promote()
    opened = await till.open(1)
    order = till.provider.truth.orders[opened.checkout.checkout_id]
    await till.economy.settlement.close(opened.order)
    await till.economy.settlement.settle(
        "truth", till.provider.truth.pay(order, "pay-1", till.clock())
    )
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 50}


async def test_a_window_that_was_taken_off_brings_nothing(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    first = await till.open(1)
    await till.open(2)
    await till.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    await till.pay(first)
    assert await play.pots(GIVER_ID) == {"paid": 100, "promised": 50}


async def test_what_a_newer_order_holds_of_a_promotion_that_is_over_goes_to_no_other(
    till: Till, play: Play
) -> None:
    await till.promote(budget_coins=70)
    first = await till.open(1)
    second = await till.open(2)
    till.clock.advance(1)
    await till.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    assert await till.pay(first) is Outcome.CREDITED
    assert await play.pots(GIVER_ID) == {"paid": 100, "promised": 50}
    await till.pay(second, "pay-2")
    assert await play.pots(GIVER_ID) == {"paid": 200, "bonus": 50}


async def test_a_full_wallet_leaves_the_promises_where_they_are(till: Till, play: Play) -> None:
    await till.promote(budget_coins=70)
    first = await till.open(1)
    await till.open(2)
    await play.book(from_house(Account.GRANTED, GIVER_ID, Account.PAID, MOST_AMOUNT))
    assert await till.pay(first) is Outcome.REVIEW
    assert (await play.pots(GIVER_ID))["promised"] == 50
