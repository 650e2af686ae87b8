"""Cash and test purchases: who may say that money came and went, and that twice is once."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import AmountOutOfBounds, BooksUnreadable, KeyConflict
from bot.ledger.accounts import MOST_AMOUNT
from bot.payment_errors import (
    CodeUnknown,
    ConfirmedOtherwise,
    NotByHand,
    NothingPaid,
    OwnOrder,
    PaymentUnknown,
    ProviderRefused,
    ProviderSilent,
    RefundedAlready,
    RefundTooLarge,
)
from bot.payments.own_payments import OwnPayment, own_payment_id, read_own_payment_id
from bot.payments.provider import TEST_CURRENCY, CheckoutKind, PayableOrder
from bot.services.own_payments import OwnPaymentBook, plain_code
from tests.payments.rigs_own import GUILD_ID, ManualRig, PlayRig, parts_over

ADMIN_ID = 1
OTHER_ADMIN_ID = 2
PRICE = 9_990


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[ManualRig]:
    async with parts_over(tmp_path) as parts:
        made = ManualRig(parts)
        await made.take_orders()
        yield made


@pytest.fixture
def own(rig: ManualRig) -> OwnPaymentBook:
    return rig.parts.own


async def confirm(
    own: OwnPaymentBook,
    order_id: int = 1,
    *,
    admin_id: int = ADMIN_ID,
    amount_minor: int = PRICE,
    currency: str = "EUR",
) -> OwnPayment:
    return await own.confirm(
        GUILD_ID, order_id, admin_id, amount_minor=amount_minor, currency=currency, note="seen"
    )


async def rows(rig: ManualRig | PlayRig, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await rig.parts.books.read(f"SELECT * FROM {table}")]


# Confirming ---------------------------------------------------------------------------------------


async def test_an_order_waits_until_an_admin_saw_the_money(
    rig: ManualRig, own: OwnPaymentBook
) -> None:
    waiting = await own.find("manual", own_payment_id(GUILD_ID, 1))
    assert waiting is not None
    assert (waiting.paid_at, waiting.amount_minor, waiting.currency) == (0, PRICE, "EUR")
    rig.parts.movable.advance(60)
    paid = await confirm(own)
    assert paid.paid_at == rig.parts.movable.now
    assert await own.find("manual", paid.payment_id) == paid


async def test_to_confirm_again_changes_nothing(rig: ManualRig, own: OwnPaymentBook) -> None:
    first = await confirm(own)
    stored = await rows(rig, "own_payment")
    rig.parts.movable.advance(60)
    assert await confirm(own, admin_id=OTHER_ADMIN_ID) == first
    assert await rows(rig, "own_payment") == stored


async def test_of_two_admins_at_once_one_confirms(rig: ManualRig, own: OwnPaymentBook) -> None:
    both = await asyncio.gather(confirm(own), confirm(own, admin_id=OTHER_ADMIN_ID))
    assert both[0] == both[1]
    assert len(await rows(rig, "own_payment")) == 1


@pytest.mark.parametrize(("amount_minor", "currency"), [(PRICE - 1, "EUR"), (PRICE, "USD")])
async def test_another_amount_afterwards_is_refused(
    rig: ManualRig, own: OwnPaymentBook, amount_minor: int, currency: str
) -> None:
    await confirm(own)
    stored = await rows(rig, "own_payment")
    with pytest.raises(ConfirmedOtherwise):
        await confirm(own, amount_minor=amount_minor, currency=currency)
    assert await rows(rig, "own_payment") == stored


async def test_another_amount_than_the_price_is_noted_as_it_is(own: OwnPaymentBook) -> None:
    paid = await confirm(own, amount_minor=5, currency="USD")
    assert (paid.amount_minor, paid.currency) == (5, "USD")


async def test_nobody_confirms_an_order_of_their_own(rig: ManualRig, own: OwnPaymentBook) -> None:
    with pytest.raises(OwnOrder):
        await confirm(own, admin_id=rig.order(1).member_id)
    assert await rows(rig, "own_payment") == []


@pytest.mark.parametrize("amount_minor", [0, -1, MOST_AMOUNT + 1, 2**70])
async def test_no_money_and_too_much_money_are_refused(
    rig: ManualRig, own: OwnPaymentBook, amount_minor: int
) -> None:
    with pytest.raises(AmountOutOfBounds):
        await confirm(own, amount_minor=amount_minor)
    assert await rows(rig, "own_payment") == []


async def test_an_order_that_is_not_paid_by_hand_is_refused(own: OwnPaymentBook) -> None:
    with pytest.raises(NotByHand):
        await confirm(own, 99)


async def test_an_order_of_another_server_is_not_there(rig: ManualRig, own: OwnPaymentBook) -> None:
    with pytest.raises(NotByHand):
        await own.confirm(GUILD_ID + 1, 1, ADMIN_ID, amount_minor=PRICE, currency="EUR")
    with pytest.raises(CodeUnknown):
        await own.order_of_code(GUILD_ID + 1, rig.order(1).code)


@pytest.mark.parametrize("typed", ["K7QM-0001", "k7qm-0001", " K7QM0001 ", "K7 QM–00 01"])
async def test_a_code_is_found_however_it_is_typed(own: OwnPaymentBook, typed: str) -> None:
    assert (await own.order_of_code(GUILD_ID, typed)).order_id == 1


@pytest.mark.parametrize("typed", ["", "-", "K7QM-9999", "🌷", "'; DROP TABLE pot; --", "x" * 6000])
async def test_a_code_that_nobody_has_is_refused(own: OwnPaymentBook, typed: str) -> None:
    with pytest.raises(CodeUnknown) as caught:
        await own.order_of_code(GUILD_ID, typed)
    assert len(str(caught.value)) < 200


def test_a_code_has_two_halves() -> None:
    assert plain_code("k7qm2pxd") == "K7QM-2PXD"
    assert plain_code("k") == plain_code("") == ""


# Giving back --------------------------------------------------------------------------------------


async def reverse(
    own: OwnPaymentBook, key: str, amount_minor: int | None = None, order_id: int = 1
) -> OwnPayment:
    return await own.reverse(
        GUILD_ID, order_id, ADMIN_ID, key=key, amount_minor=amount_minor, note="a mistake"
    )


async def test_a_payment_goes_back_in_parts_and_then_whole(own: OwnPaymentBook) -> None:
    await confirm(own)
    assert (await reverse(own, "a", 1_000)).refunded_minor == 1_000
    assert (await reverse(own, "b")).refunded_minor == PRICE
    with pytest.raises(RefundedAlready):
        await reverse(own, "c")


async def test_the_same_refund_again_is_noted_once(rig: ManualRig, own: OwnPaymentBook) -> None:
    await confirm(own)
    for amount in (1_000, None):
        key = f"key {amount}"
        first = await reverse(own, key, amount)
        stored = await rows(rig, "own_payment"), await rows(rig, "own_refund")
        assert await reverse(own, key, amount) == first
        assert (await rows(rig, "own_payment"), await rows(rig, "own_refund")) == stored


async def test_another_amount_under_the_same_key_is_a_conflict(own: OwnPaymentBook) -> None:
    await confirm(own)
    await reverse(own, "a", 1_000)
    with pytest.raises(KeyConflict):
        await reverse(own, "a", 2_000)


async def test_two_refunds_at_once_never_give_more_than_there_is(
    rig: ManualRig, own: OwnPaymentBook
) -> None:
    await confirm(own)
    tries = [reverse(own, f"key {number}", 4_000) for number in range(5)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, OwnPayment) for one in done) == 2
    assert sum(isinstance(one, RefundTooLarge) for one in done) == 3
    assert len(await rows(rig, "own_refund")) == 2


@pytest.mark.parametrize(
    ("amount_minor", "error"),
    [(PRICE + 1, RefundTooLarge), (0, AmountOutOfBounds), (-5, AmountOutOfBounds)],
)
async def test_a_refund_out_of_bounds_is_refused(
    rig: ManualRig, own: OwnPaymentBook, amount_minor: int, error: type[Exception]
) -> None:
    await confirm(own)
    with pytest.raises(error):
        await reverse(own, "a", amount_minor)
    assert await rows(rig, "own_refund") == []


async def test_what_nobody_paid_cannot_go_back(rig: ManualRig, own: OwnPaymentBook) -> None:
    with pytest.raises(NothingPaid):
        await reverse(own, "a", 5)
    with pytest.raises(ProviderRefused):
        await rig.provider.refund(own_payment_id(GUILD_ID, 1), 5, "a")
    with pytest.raises(NotByHand):
        await reverse(own, "a", 5, order_id=99)


@pytest.mark.parametrize("payment_id", ["x", "1", f"{GUILD_ID}-99"])
async def test_a_refund_of_nothing_is_unknown(rig: ManualRig, payment_id: str) -> None:
    with pytest.raises(PaymentUnknown):
        await rig.provider.refund(payment_id, 5, "a")


async def test_what_was_noted_cannot_be_unmade(rig: ManualRig, own: OwnPaymentBook) -> None:
    await confirm(own)
    await reverse(own, "a", 5)
    for statement in (
        "DELETE FROM own_payment",
        "DELETE FROM own_refund",
        "UPDATE own_refund SET amount_minor = 6",
        "UPDATE own_payment SET refunded_minor = amount_minor + 1",
    ):

        async def write(connection: aiosqlite.Connection, sql: str = statement) -> None:
            await connection.execute_fetchall(sql)

        with pytest.raises(aiosqlite.IntegrityError):
            await rig.parts.books.do(write)


# What the providers say ---------------------------------------------------------------------------


async def test_a_buyer_pays_by_code_and_has_a_week(rig: ManualRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    assert checkout.kind is CheckoutKind.CODE
    rig.parts.movable.advance(7 * 24 * 60 * 60 - 1)
    assert (await rig.provider.payment(checkout.checkout_id)).is_open
    rig.parts.movable.advance(1)
    assert not (await rig.provider.payment(checkout.checkout_id)).is_open


async def test_a_late_transfer_can_be_confirmed_all_the_same(
    rig: ManualRig, own: OwnPaymentBook
) -> None:
    rig.parts.movable.advance(30 * 24 * 60 * 60)
    payment = await rig.provider.payment((await confirm(own)).payment_id)
    assert (payment.is_paid, payment.is_open) == (True, False)


async def test_every_change_is_an_event_of_its_own(rig: ManualRig, own: OwnPaymentBook) -> None:
    await confirm(own, 1)
    await confirm(own, 2)
    first = await rig.provider.poll("")
    await reverse(own, "a", 5, order_id=1)
    second = await rig.provider.poll(first.cursor)
    assert [one.payment_id for one in (*first.notices, *second.notices)] == [
        own_payment_id(GUILD_ID, number) for number in (1, 2, 1)
    ]
    assert len({one.event_id for one in (*first.notices, *second.notices)}) == 3
    assert (await rig.provider.poll(second.cursor)).notices == ()


async def test_many_changes_come_in_pages(
    rig: ManualRig, own: OwnPaymentBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.payments.own_payments.PAGE", 3)
    for number in range(1, 6):
        await confirm(own, number)
    first = await rig.provider.poll("")
    second = await rig.provider.poll(first.cursor)
    assert [len(first.notices), len(second.notices)] == [3, 2]
    assert (first.has_more, second.has_more) == (True, False)


@pytest.mark.parametrize("cursor", ["x", "-5", "1.5", "٣"])
async def test_a_cursor_that_makes_no_sense_is_a_first_look(
    rig: ManualRig, own: OwnPaymentBook, cursor: str
) -> None:
    await confirm(own)
    assert len((await rig.provider.poll(cursor)).notices) == 1


async def test_a_provider_over_books_that_cannot_be_read_is_silent(
    rig: ManualRig, own: OwnPaymentBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_id = (await confirm(own)).payment_id

    def fail(*_arguments: object) -> None:
        raise BooksUnreadable

    monkeypatch.setattr(rig.parts.books, "read", fail)
    monkeypatch.setattr(rig.parts.books, "do", fail)
    for ask in (
        rig.provider.payment(payment_id),
        rig.provider.poll(""),
        rig.provider.refund(payment_id, 5, "a"),
    ):
        with pytest.raises(ProviderSilent):
            await ask


async def test_a_test_purchase_is_paid_in_coins_by_being_made(tmp_path: Path) -> None:
    async with parts_over(tmp_path) as parts:
        rig = PlayRig(parts)
        order: PayableOrder = rig.order(1)
        checkout = await rig.provider.start(order)
        assert checkout.kind is CheckoutKind.NONE
        with pytest.raises(PaymentUnknown):
            await rig.provider.payment(checkout.checkout_id)
        payment_id = await rig.pay(order, checkout)
        bought_at = parts.movable.now
        parts.movable.advance(60)
        payment = await rig.provider.payment(payment_id)
        assert (payment.amount_minor, payment.currency) == (order.coins, TEST_CURRENCY)
        assert (payment.is_test, payment.paid_at) == (True, bought_at)
        # Nothing is stored for it until something goes back, and then it says the same.
        assert await rows(rig, "own_payment") == []
        await rig.provider.refund(payment_id, 20, "a")
        after = await rig.provider.payment(payment_id)
        assert (after.refunded_minor, after.paid_at) == (20, bought_at)
        assert [one.payment_id for one in (await rig.provider.poll("")).notices] == [payment_id]


@pytest.mark.parametrize(("provider", "entry_id"), [("test", None), ("manual", 5)])
async def test_only_a_test_purchase_is_paid_by_being_credited(
    rig: ManualRig, own: OwnPaymentBook, provider: str, entry_id: int | None
) -> None:
    async def write(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall(
            "UPDATE purchase_order SET provider = ?, entry_id = ? WHERE order_id = 1",
            (provider, entry_id),
        )

    await rig.parts.books.do(write)
    found = await own.find(provider, own_payment_id(GUILD_ID, 1))
    assert found is not None
    assert found.paid_at == 0


async def test_the_payments_of_one_provider_are_not_anothers(
    rig: ManualRig, own: OwnPaymentBook
) -> None:
    payment_id = (await confirm(own)).payment_id
    assert await own.find("test", payment_id) is None
    assert await own.changes("test", 0, 10) == ()
    with pytest.raises(PaymentUnknown):
        await own.give_back("test", payment_id, 5, "a")
    assert await rows(rig, "own_refund") == []


@pytest.mark.parametrize("name", ["", "-", "5", "5-", "-5", "a-b", "1-2-3", "1-²", "9" * 19 + "-1"])
def test_a_name_of_no_payment_is_none(name: str) -> None:
    assert read_own_payment_id(name) is None


def test_a_payments_name_leads_back_to_its_order() -> None:
    assert read_own_payment_id(own_payment_id(2**63 - 1, 7)) == (2**63 - 1, 7)
