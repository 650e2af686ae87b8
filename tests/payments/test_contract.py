"""What every provider of payments promises, over every rig there is; see `contract.py`."""

import importlib
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.payment_errors import (
    EventUnreadable,
    PaymentUnknown,
    ProviderRefused,
    ProviderSilent,
    SignatureWrong,
    WebhookRefused,
    WebhooksUnknown,
)
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    PaymentProvider,
)
from tests.payments.contract import Can, Rig, RigMaker

pytestmark = pytest.mark.proof("payments")


def rigs() -> dict[str, RigMaker]:
    found: dict[str, RigMaker] = {}
    for path in sorted(Path(__file__).parent.glob("rigs_*.py")):
        found |= importlib.import_module(f"tests.payments.{path.stem}").RIGS
    return found


@pytest.fixture(params=[pytest.param(maker, id=word) for word, maker in rigs().items()])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Rig]:
    needed = {need for mark in request.node.iter_markers("needs") for need in mark.args}
    maker: RigMaker = request.param
    async with maker(tmp_path) as made:
        if not needed <= made.can:
            pytest.skip(f"{made.name} has none: {', '.join(sorted(needed - made.can))}")
        yield made


def needs(*cans: Can) -> pytest.MarkDecorator:
    return pytest.mark.needs(*cans)


async def bought(rig: Rig, order_id: int = 1) -> tuple[PayableOrder, Checkout, str]:
    order = rig.order(order_id)
    checkout = await rig.provider.start(order)
    return order, checkout, await rig.pay(order, checkout)


async def heard(provider: PaymentProvider, cursor: str = "") -> tuple[list[Notice], str]:
    """Return all that polling tells from a cursor on, and where it ended."""
    notices: list[Notice] = []
    for _ in range(1_000):
        polled = await provider.poll(cursor)
        notices += polled.notices
        assert polled.cursor != cursor or not polled.has_more
        cursor = polled.cursor
        if not polled.has_more:
            return notices, cursor
    pytest.fail("polling comes to no end")


# Who it is --------------------------------------------------------------------------------------


async def test_it_has_a_name_for_ever_and_waits_long_enough(rig: Rig) -> None:
    assert rig.provider.name == rig.name
    assert re.fullmatch(r"[a-z_]+", rig.name)
    assert rig.provider.order_seconds >= ORDER_SECONDS
    for code in rig.provider.currencies or ():
        assert re.fullmatch(r"[A-Z]{3}", code)


# Paying -----------------------------------------------------------------------------------------


async def test_the_same_order_again_gives_the_same_checkout(rig: Rig) -> None:
    first = await rig.provider.start(rig.order(1))
    await rig.restart()
    assert await rig.provider.start(rig.order(1)) == first
    assert (await rig.provider.start(rig.order(2))).checkout_id != first.checkout_id


async def test_a_checkout_says_where_to_pay(rig: Rig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    assert checkout.checkout_id
    assert (checkout.kind is CheckoutKind.LINK) == bool(checkout.url)


@needs(Can.ORDERS)
async def test_nothing_is_paid_before_the_buyer_pays(rig: Rig) -> None:
    order = rig.order(1)
    checkout = await rig.provider.start(order)
    if checkout.kind is CheckoutKind.NONE:
        pytest.skip("play money is paid at once")
    payment = await rig.provider.payment(checkout.checkout_id)
    assert not payment.is_paid
    assert payment.is_open
    assert payment.taken_back_minor == payment.disputes_open == 0


async def test_a_payment_says_what_was_paid(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    payment = await rig.provider.payment(payment_id)
    assert payment.payment_id == payment_id
    assert (payment.amount_minor, payment.currency) == rig.price_of(order)
    assert payment.is_paid
    assert not payment.is_open
    assert payment.paid_at > 0
    assert payment.taken_back_minor == payment.disputes_open == 0


async def test_a_payment_says_whose_it_is(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    payment = await rig.provider.payment(payment_id)
    if Can.ORDERS in rig.can:
        assert (payment.guild_id, payment.order_id) == (order.guild_id, order.order_id)
    else:
        assert payment.order_id == 0
        assert (payment.member_id, payment.sku_id) == (order.member_id, order.sku_id)


@needs(Can.ORDERS)
async def test_a_paid_checkout_leads_to_its_payment(rig: Rig) -> None:
    _, checkout, payment_id = await bought(rig)
    payment = await rig.provider.payment(payment_id)
    assert await rig.provider.payment(checkout.checkout_id) == payment


async def test_payments_are_told_apart(rig: Rig) -> None:
    orders = {(await bought(rig, number))[2]: number for number in range(1, 4)}
    assert len(orders) == 3
    for payment_id in orders:
        assert (await rig.provider.payment(payment_id)).payment_id == payment_id


async def test_a_new_process_knows_what_the_old_one_knew(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    before = await rig.provider.payment(payment_id)
    await rig.restart()
    assert await rig.provider.payment(payment_id) == before


@pytest.mark.parametrize("name", ["", "nothing", "0", "1-2", "pi_nothing", "cs_x", "9" * 40, "🌷"])
async def test_what_is_not_there_is_unknown(rig: Rig, name: str) -> None:
    with pytest.raises(PaymentUnknown):
        await rig.provider.payment(name)


@needs(Can.ORDERS, Can.EXPIRE)
async def test_a_checkout_that_ended_will_never_be_paid(rig: Rig) -> None:
    order = rig.order(1)
    checkout = await rig.provider.start(order)
    await rig.expire(order, checkout)
    payment = await rig.provider.payment(checkout.checkout_id)
    assert not payment.is_paid
    assert not payment.is_open


@needs(Can.SLOW_MONEY)
@pytest.mark.parametrize("comes", [True, False])
async def test_promised_money_is_no_money_until_it_comes(rig: Rig, *, comes: bool) -> None:
    order = rig.order(1)
    payment_id = await rig.promise(order, await rig.provider.start(order))
    promised = await rig.provider.payment(payment_id)
    assert (promised.is_paid, promised.is_open) == (False, True)
    await (rig.money_arrives if comes else rig.money_stays_away)(payment_id)
    payment = await rig.provider.payment(payment_id)
    assert (payment.is_paid, payment.is_open) == (comes, False)


async def test_hearing_that_a_payment_is_booked_changes_nothing_of_it(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    payment = await rig.provider.payment(payment_id)
    await rig.provider.settled(payment)
    await rig.provider.settled(payment)
    assert await rig.provider.payment(payment_id) == payment


# Notices ----------------------------------------------------------------------------------------


async def test_polling_where_nothing_happened_tells_nothing(rig: Rig) -> None:
    polled = await rig.provider.poll("")
    assert polled.notices == ()
    assert not polled.has_more


@needs(Can.EVENTS)
async def test_polling_tells_of_a_payment_once(rig: Rig) -> None:
    _, checkout, payment_id = await bought(rig)
    notices, cursor = await heard(rig.provider)
    assert {notice.payment_id for notice in notices} <= {payment_id, checkout.checkout_id}
    assert payment_id in {notice.payment_id for notice in notices}
    assert (await heard(rig.provider, cursor))[0] == []


@needs(Can.EVENTS)
async def test_polling_from_the_same_place_tells_the_same(rig: Rig) -> None:
    _, cursor = await heard(rig.provider)
    await bought(rig)
    first = await heard(rig.provider, cursor)
    await rig.restart()
    assert await heard(rig.provider, cursor) == first


@needs(Can.EVENTS)
async def test_polling_recovers_what_happened_while_the_bot_was_away(rig: Rig) -> None:
    await bought(rig, 1)
    _, cursor = await heard(rig.provider)
    paid = [(await bought(rig, number))[2] for number in range(2, 8)]
    await rig.restart()
    notices, _ = await heard(rig.provider, cursor)
    told = list(dict.fromkeys(notice.payment_id for notice in notices))
    assert [payment_id for payment_id in told if payment_id in paid] == paid


@needs(Can.EVENTS, Can.REFUND_ELSEWHERE)
async def test_polling_tells_of_money_that_went_back(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    _, cursor = await heard(rig.provider)
    await rig.give_back(payment_id, (await rig.provider.payment(payment_id)).amount_minor)
    notices, _ = await heard(rig.provider, cursor)
    assert payment_id in {notice.payment_id for notice in notices}


@needs(Can.EVENTS, Can.DISPUTES)
async def test_polling_tells_of_disputes(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    _, cursor = await heard(rig.provider)
    await rig.dispute(payment_id)
    notices, cursor = await heard(rig.provider, cursor)
    assert payment_id in {notice.payment_id for notice in notices}
    await rig.decide(payment_id, won=False)
    notices, _ = await heard(rig.provider, cursor)
    assert payment_id in {notice.payment_id for notice in notices}


@needs(Can.EVENTS)
async def test_no_event_is_told_of_under_two_ids(rig: Rig) -> None:
    for number in range(1, 4):
        await bought(rig, number)
    notices, _ = await heard(rig.provider)
    ids = [notice.event_id for notice in notices if notice.event_id]
    assert len(ids) == len(set(ids))


# Webhooks ---------------------------------------------------------------------------------------


@needs(Can.WEBHOOKS)
async def test_a_webhook_tells_of_a_payment(rig: Rig) -> None:
    _, checkout, payment_id = await bought(rig)
    notices = [
        notice
        for ring in await rig.rings()
        for notice in rig.provider.verify(ring.headers, ring.body)
    ]
    assert notices
    for notice in notices:
        assert notice.event_id
        told = await rig.provider.payment(notice.payment_id)
        assert told == await rig.provider.payment(payment_id), checkout


@needs(Can.WEBHOOKS)
async def test_a_webhook_that_comes_twice_is_the_same_event(rig: Rig) -> None:
    await bought(rig)
    for ring in await rig.rings():
        first = rig.provider.verify(ring.headers, ring.body)
        assert rig.provider.verify(ring.headers, ring.body) == first


@needs(Can.WEBHOOKS)
async def test_a_webhook_without_a_signature_is_refused(rig: Rig) -> None:
    await bought(rig)
    for ring in await rig.rings():
        with pytest.raises(SignatureWrong):
            rig.provider.verify({"content-type": "application/json"}, ring.body)


@needs(Can.WEBHOOKS)
async def test_a_webhook_with_another_body_is_refused(rig: Rig) -> None:
    await bought(rig)
    for ring in await rig.rings():
        body = ring.body
        others = [body[:-1], body + b" ", body.replace(b'"', b"'", 1), b"", b"\xff\x00", body * 2]
        for other in others:
            with pytest.raises(SignatureWrong):
                rig.provider.verify(ring.headers, other)


@needs(Can.WEBHOOKS)
@pytest.mark.parametrize(
    "value", ["", "x", "t=1", "=" * 50, "t=,v1=", "0" * 128, "é" * 64, "\udcff"]
)
async def test_a_webhook_with_other_headers_is_refused(rig: Rig, value: str) -> None:
    await bought(rig)
    ring = (await rig.rings())[0]
    for name in ring.headers:
        if name != "content-type":
            with pytest.raises(SignatureWrong):
                rig.provider.verify({**ring.headers, name: value}, ring.body)


async def test_without_webhooks_none_is_taken(rig: Rig) -> None:
    expected = SignatureWrong if Can.WEBHOOKS in rig.can else WebhooksUnknown
    with pytest.raises(expected) as caught:
        rig.provider.verify({}, b"{}")
    assert issubclass(caught.type, WebhookRefused)
    assert caught.type is not EventUnreadable


# Money back -------------------------------------------------------------------------------------


async def after_refund(rig: Rig, payment_id: str, amount_minor: int, key: str) -> Payment:
    await rig.provider.refund(payment_id, amount_minor, key)
    return await rig.provider.payment(payment_id)


@needs(Can.REFUND)
async def test_a_refund_gives_everything_back(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    payment = await after_refund(rig, payment_id, amount_minor, "refund-1")
    assert payment.refunded_minor == payment.taken_back_minor == amount_minor
    assert payment.is_paid  # it was; what went back is counted beside it


@needs(Can.REFUND)
async def test_the_same_refund_again_gives_nothing_more(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    first = await after_refund(rig, payment_id, amount_minor, "refund-1")
    await rig.restart()
    assert await after_refund(rig, payment_id, amount_minor, "refund-1") == first


@needs(Can.REFUND_IN_PART)
async def test_refunds_in_part_add_up(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    part_minor = amount_minor // 3
    first = await after_refund(rig, payment_id, part_minor, "refund-1")
    assert first.refunded_minor == part_minor
    assert await after_refund(rig, payment_id, part_minor, "refund-1") == first
    second = await after_refund(rig, payment_id, part_minor, "refund-2")
    assert second.refunded_minor == 2 * part_minor


@needs(Can.REFUND_IN_PART)
async def test_no_more_goes_back_than_came(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    with pytest.raises(ProviderRefused):
        await rig.provider.refund(payment_id, 2 * amount_minor, "refund-1")
    payment = await after_refund(rig, payment_id, amount_minor, "refund-2")
    with pytest.raises(ProviderRefused):
        await rig.provider.refund(payment_id, amount_minor, "refund-3")
    assert await rig.provider.payment(payment_id) == payment


@needs(Can.REFUND_ELSEWHERE)
async def test_what_others_gave_back_counts(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    await rig.give_back(payment_id, amount_minor)
    assert (await rig.provider.payment(payment_id)).taken_back_minor == amount_minor


@needs(Can.REFUND_FAILS, Can.REFUND)
async def test_a_refund_that_failed_after_all_counts_no_more(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    await rig.provider.refund(payment_id, rig.price_of(order)[0], "refund-1")
    await rig.fail_refunds(payment_id)
    assert (await rig.provider.payment(payment_id)).taken_back_minor == 0


@needs(Can.DISPUTES)
async def test_a_dispute_is_open_until_it_is_decided(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    await rig.dispute(payment_id)
    payment = await rig.provider.payment(payment_id)
    assert payment.is_paid
    assert (payment.disputes_open, payment.lost_minor) == (1, 0)


@needs(Can.DISPUTES)
async def test_a_dispute_can_be_lost_and_won_by_an_appeal(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    await rig.dispute(payment_id)
    await rig.decide(payment_id, won=False)
    lost = await rig.provider.payment(payment_id)
    assert (lost.disputes_open, lost.taken_back_minor) == (0, rig.price_of(order)[0])
    await rig.decide(payment_id, won=True)
    won = await rig.provider.payment(payment_id)
    assert (won.disputes_open, won.taken_back_minor) == (0, 0)


# Out of reach -----------------------------------------------------------------------------------


@needs(Can.GOES_DOWN)
async def test_an_order_waits_for_a_provider_that_is_silent(rig: Rig) -> None:
    await rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.start(rig.order(1))
    await rig.come_up()
    order, _, payment_id = await bought(rig)
    payment = await rig.provider.payment(payment_id)
    assert (payment.amount_minor, payment.currency) == rig.price_of(order)


@needs(Can.GOES_DOWN)
async def test_a_silent_provider_is_not_an_unknown_payment(rig: Rig) -> None:
    _, _, payment_id = await bought(rig)
    await rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.payment(payment_id)
    await rig.come_up()
    assert (await rig.provider.payment(payment_id)).is_paid


@needs(Can.GOES_DOWN, Can.EVENTS)
async def test_polling_goes_on_where_it_was_after_a_silence(rig: Rig) -> None:
    _, cursor = await heard(rig.provider)
    _, _, payment_id = await bought(rig)
    await rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.poll(cursor)
    await rig.come_up()
    notices, _ = await heard(rig.provider, cursor)
    assert payment_id in {notice.payment_id for notice in notices}


@needs(Can.GOES_DOWN, Can.REFUND)
async def test_a_refund_that_met_silence_can_be_asked_for_again(rig: Rig) -> None:
    order, _, payment_id = await bought(rig)
    amount_minor, _ = rig.price_of(order)
    await rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.refund(payment_id, amount_minor, "refund-1")
    await rig.come_up()
    payment = await after_refund(rig, payment_id, amount_minor, "refund-1")
    assert payment.taken_back_minor == amount_minor


# The suite itself -------------------------------------------------------------------------------


def test_the_suite_finds_the_rigs() -> None:
    assert {"stripe", "stripe-yen"} <= set(rigs())


def test_a_rig_has_the_hands_that_it_names() -> None:
    for maker in rigs().values():
        assert callable(maker)
    hands: dict[Can, Any] = {
        Can.WEBHOOKS: Rig.rings,
        Can.EXPIRE: Rig.expire,
        Can.GOES_DOWN: Rig.go_down,
        Can.SLOW_MONEY: Rig.promise,
        Can.REFUND_ELSEWHERE: Rig.give_back,
        Can.REFUND_FAILS: Rig.fail_refunds,
        Can.DISPUTES: Rig.dispute,
    }
    assert all(hand.__doc__ and f"Can.{can.name}" in hand.__doc__ for can, hand in hands.items())
