"""Settling goes on: one payment or order that fails holds up nobody else's, and is not lost."""

from typing import Any

import aiosqlite
import pytest

from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import audit
from bot.ledger.posting import from_house, to_house
from bot.payment_errors import ProviderSilent
from bot.payments.provider import Notice, Payment
from bot.services import settlement
from bot.services.letters import OWNER
from bot.services.payment_booking import Settled
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.truth import TruthProvider
from tests.services.conftest import GIVER_ID, Play
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")


@pytest.fixture
async def shop(play: Play, clock: MovableClock) -> Shop:
    return Shop(play, clock)


@pytest.fixture(autouse=True)
async def audited(shop: Shop) -> Any:
    """Every test ends with clean books, whatever it did."""
    yield
    assert await audit(shop.play.economy.books.path, FULL_AUDIT) == []


def break_booking(patch: pytest.MonkeyPatch, *payment_ids: str) -> None:
    """Let booking some payments fail by a defect of ours, in the midst of the transaction."""
    real = settlement.book

    async def book(
        connection: aiosqlite.Connection, provider: str, notice: Notice, payment: Payment, now: int
    ) -> Settled:
        settled = await real(connection, provider, notice, payment, now)
        if payment.payment_id in payment_ids:
            raise ValueError(payment.payment_id)
        return settled

    patch.setattr(settlement, "book", book)


def break_asking(
    patch: pytest.MonkeyPatch, provider: TruthProvider, payment_id: str, failure: Exception
) -> None:
    """Let asking for one payment fail."""
    real = provider.payment

    async def payment(wanted: str) -> Payment:
        if wanted == payment_id:
            raise failure
        return await real(wanted)

    patch.setattr(provider, "payment", payment)


async def test_a_defect_stops_no_poll_and_the_payment_is_kept_until_the_sweep(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        order = await shop.order(10)
        shop.truth.pay(order, f"pay-{number}", shop.clock())
    with monkeypatch.context() as patch:
        break_booking(patch, "pay-1")
        assert await shop.settlement.poll("truth") == 4
    assert await shop.play.pots(GIVER_ID) == {"paid": 30}
    assert await shop.reviews() == ["defect"]
    assert (OWNER, "review") in await shop.letters()
    assert await shop.settlement.poll("truth") == 0
    assert await shop.settlement.sweep("truth") == 1
    assert await shop.play.pots(GIVER_ID) == {"paid": 40}
    assert await shop.reviews() == []


async def test_a_payment_that_cannot_even_be_read_is_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shop.order(10)
    shop.truth.pay(order, "pay-1", shop.clock())
    with monkeypatch.context() as patch:

        async def fail(payment_id: str) -> Payment:
            raise KeyError(payment_id)

        patch.setattr(shop.provider, "payment", fail)
        assert await shop.settlement.poll("truth") == 1
    assert await shop.reviews() == ["defect"]
    assert await shop.settlement.sweep("truth") == 1
    assert await shop.play.pots(GIVER_ID) == {"paid": 10}


async def test_a_defect_with_what_is_in_the_books_or_unpaid_is_left_to_the_log(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = await shop.bought(10)
    shop.truth.set(booked, disputes_open=1)
    shop.truth.pay(await shop.order(10), "unpaid", shop.clock(), is_paid=False)
    break_booking(monkeypatch, booked, "unpaid")
    await shop.settlement.poll("truth")
    assert await shop.reviews() == []


async def test_a_sweep_goes_on_behind_a_payment_that_fails(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = [await shop.bought(100) for _ in range(3)]
    for payment_id in bought:
        shop.truth.set(payment_id, refunded_minor=PRICE_MINOR)
    with monkeypatch.context() as patch:
        break_booking(patch, bought[0])
        assert await shop.settlement.sweep("truth") == 2
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}
    assert await shop.settlement.sweep("truth") == 1


async def test_a_sweep_asks_for_all_and_then_says_that_one_was_silent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = [await shop.bought(100) for _ in range(2)]
    for payment_id in bought:
        shop.truth.set(payment_id, refunded_minor=PRICE_MINOR)
    break_asking(monkeypatch, shop.provider, bought[0], ProviderSilent())
    with pytest.raises(ProviderSilent):
        await shop.settlement.sweep("truth")
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_a_provider_that_does_not_hear_of_a_payment_holds_up_no_other(shop: Shop) -> None:
    for number in range(4):
        order = await shop.order(10)
        shop.truth.pay(order, f"pay-{number}", shop.clock())
    shop.provider.is_deaf = True
    assert await shop.settlement.poll("truth") == 4
    assert await shop.play.pots(GIVER_ID) == {"paid": 40}
    shop.provider.is_deaf = False
    await shop.settlement.sweep("truth")
    assert sorted(shop.provider.told) == [f"pay-{number}" for number in range(4)]


@pytest.mark.parametrize("failure", [ValueError(), ProviderSilent()])
async def test_one_order_that_fails_keeps_no_other_open(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    first, second = await shop.order(), await shop.order()
    break_asking(monkeypatch, shop.provider, f"checkout-{first.order_id}", failure)
    shop.clock.advance(1_800)
    assert await shop.settlement.close_overdue() == 1
    assert (await shop.found(first.order_id)).state == "open"
    assert (await shop.found(second.order_id)).state == "closed"


async def test_an_order_that_its_provider_does_not_know_is_closed(shop: Shop) -> None:
    order = await shop.order()
    shop.truth.orders.clear()
    shop.clock.advance(1_800)
    assert await shop.settlement.close_overdue() == 1
    assert (await shop.found(order.order_id)).state == "closed"


async def test_an_order_with_the_wrong_amount_is_closed_once_its_time_is_over(shop: Shop) -> None:
    order = await shop.order()
    shop.truth.pay(order, "pay-1", shop.clock(), amount_minor=PRICE_MINOR - 1)
    await shop.settlement.poll("truth")
    assert await shop.settlement.close_overdue() == 0
    shop.clock.advance(1_800)
    assert await shop.settlement.close_overdue() == 1
    assert (await shop.found(order.order_id)).state == "closed"
    assert await shop.reviews() == ["wrong_amount"]


async def test_an_order_whose_wrong_money_went_back_does_not_wait_for_ever(shop: Shop) -> None:
    order, wrong_minor = await shop.order(), PRICE_MINOR - 1
    shop.truth.pay(
        order, "pay-1", shop.clock(), amount_minor=wrong_minor, refunded_minor=wrong_minor
    )
    await shop.settlement.poll("truth")
    shop.clock.advance(1_799)
    assert await shop.settlement.close_overdue() == 0
    shop.clock.advance(1)
    assert await shop.settlement.close_overdue() == 1
    assert (await shop.found(order.order_id)).state == "closed"
    assert await shop.reviews() == []


async def test_an_order_that_waits_for_room_in_the_wallet_stays_open(shop: Shop) -> None:
    await shop.bought(1)
    await shop.play.book(from_house(Account.SOLD, GIVER_ID, Account.PAID, MOST_AMOUNT - 50))
    order = await shop.order(100)
    await shop.settlement.settle("truth", shop.truth.pay(order, "pay-9", shop.clock()))
    shop.clock.advance(1_800)
    assert await shop.settlement.close_overdue() == 0
    assert (await shop.found(order.order_id)).state == "open"
    shop.truth.set("pay-9", refunded_minor=PRICE_MINOR)
    assert await shop.settlement.close_overdue() == 1
    await shop.play.book(to_house(GIVER_ID, Account.PAID, Account.SOLD, MOST_AMOUNT - 50))


async def test_a_round_goes_on_where_the_last_one_stopped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.settlement._OVERDUE_AT_ONCE", 2)
    monkeypatch.setattr("bot.services.settlement._OVERDUE_PAGES", 1)
    orders = [await shop.order() for _ in range(3)]
    for stuck in orders[:2]:
        checkout = f"checkout-{stuck.order_id}"
        break_asking(monkeypatch, shop.provider, checkout, ProviderSilent())
    shop.clock.advance(1_800)
    assert [await shop.settlement.close_overdue() for _ in range(2)] == [0, 1]
    monkeypatch.undo()
    assert await shop.settlement.close_overdue() == 2


async def test_a_provider_that_stays_silent_is_not_asked_about_every_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await shop.order()
    asked: list[str] = []

    async def fail(payment_id: str) -> Payment:
        asked.append(payment_id)
        raise ProviderSilent

    monkeypatch.setattr(shop.provider, "payment", fail)
    shop.clock.advance(1_800)
    assert await shop.settlement.close_overdue() == 0
    assert len(asked) == 3
