"""Stripe's provider: what its answers mean, and what becomes of faults between us and Stripe."""

import asyncio
import logging
import sys
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import stripe

from bot.payment_errors import PaymentUnknown, ProviderRefused, ProviderSilent
from bot.payments import stripe_api
from bot.payments.provider import Payment
from bot.payments.stripe_checkout import StripeCheckout
from tests.payments.rigs_stripe import NOW, StripeParts, StripeRig, stripe_rig, stripe_settings
from tests.payments.stripe_double import KEY, Fault
from tests.payments.stripe_world import Refused
from tests.processes import MOST_WAIT_SECONDS, environment

DAY_SECONDS = 24 * 60 * 60
NO_ANSWER = [Fault.DOWN, Fault.BROKEN, Fault.BUSY, Fault.KEY_REVOKED, Fault.GARBAGE]
DONE_UNHEARD = [Fault.DROPPED, Fault.CUT, Fault.BROKEN_AFTERWARDS]


@pytest.fixture
async def rig() -> AsyncGenerator[StripeRig]:
    async with stripe_rig() as made:
        yield made


async def paid(rig: StripeRig, order_id: int = 1) -> str:
    return rig.double.world.pay((await rig.provider.start(rig.order(order_id))).checkout_id)


# Faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [*NO_ANSWER, *DONE_UNHEARD])
async def test_every_fault_is_silence(rig: StripeRig, fault: Fault) -> None:
    payment_id = await paid(rig)
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: rig.provider.start(rig.order(2)),
        lambda: rig.provider.payment(payment_id),
        lambda: rig.provider.poll(""),
        lambda: rig.provider.refund(payment_id, 100, "refund-1"),
    ]
    rig.double.lasting_fault = fault
    for call in calls:
        with pytest.raises(ProviderSilent):
            await call()


@pytest.mark.parametrize("fault", DONE_UNHEARD)
async def test_a_checkout_whose_answer_was_lost_is_the_same_one_later(
    rig: StripeRig, fault: Fault
) -> None:
    rig.double.lasting_fault = fault
    with pytest.raises(ProviderSilent):
        await rig.provider.start(rig.order(1))
    rig.double.lasting_fault = None
    checkout = await rig.provider.start(rig.order(1))
    made = rig.double.world.all_of("checkout.session")
    assert [each["id"] for each in made] == [checkout.checkout_id]


@pytest.mark.parametrize("fault", DONE_UNHEARD)
async def test_a_refund_whose_answer_was_lost_is_made_once(rig: StripeRig, fault: Fault) -> None:
    payment_id = await paid(rig)
    # The payment, its refunds and disputes, and its refunds again are asked for first.
    rig.double.faults.extend([None, None, None, None, fault, fault, fault])
    with pytest.raises(ProviderSilent):
        await rig.provider.refund(payment_id, 400, "refund-1")
    assert len(rig.double.world.all_of("refund")) == 1
    rig.double.faults.clear()
    await rig.provider.refund(payment_id, 400, "refund-1")
    assert len(rig.double.world.all_of("refund")) == 1


async def test_a_refund_is_made_once_even_when_stripe_forgot_the_key(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    await rig.provider.refund(payment_id, 400, "refund-1")
    rig.double.forget_keys()
    await rig.provider.refund(payment_id, 400, "refund-1")
    assert len(rig.double.world.all_of("refund")) == 1


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_refund_that_the_bank_sent_back_does_not_count_as_asked_for(
    rig: StripeRig, status: str
) -> None:
    payment_id = await paid(rig)
    await rig.provider.refund(payment_id, 400, "refund-1")
    rig.double.world.set_refunds(payment_id, status)
    with pytest.raises(ProviderRefused, match="sent this refund back"):
        await rig.provider.refund(payment_id, 400, "refund-1")
    await rig.provider.refund(payment_id, 400, "refund-2")
    assert (await rig.provider.payment(payment_id)).refunded_minor == 400


async def test_a_refund_that_is_asked_for_twice_at_once_is_made_once(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    await asyncio.gather(*(rig.provider.refund(payment_id, 400, "refund-1") for _ in range(5)))
    assert len(rig.double.world.all_of("refund")) == 1
    keys = {each.key for each in rig.double.requests if each.path == "/v1/refunds"}
    assert keys == {None, "refund:refund-1"}  # None: when they were listed


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.DROPPED])
async def test_a_fault_that_passes_is_not_noticed(rig: StripeRig, fault: Fault) -> None:
    rig.double.faults.extend([fault, fault])
    await rig.provider.start(rig.order(1))
    assert len(rig.double.world.all_of("checkout.session")) == 1


async def test_who_gives_no_answer_is_not_waited_for_long(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_api, "TRY_SECONDS", 0.05)
    await rig.restart()
    rig.double.faults.extend([Fault.STUCK] * 3)
    with pytest.raises(ProviderSilent):
        await asyncio.wait_for(rig.provider.start(rig.order(1)), MOST_WAIT_SECONDS)
    await rig.provider.start(rig.order(1))


async def test_a_no_carries_stripes_own_words_and_nothing_secret(rig: StripeRig) -> None:
    rig.double.refusal = Refused(400, f"No such\n  thing with {KEY} " + "x" * 500)
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.start(rig.order(1))
    assert caught.value.reason.startswith("No such thing with … xxx")
    assert len(caught.value.reason) == 200
    assert caught.value.reason.endswith("…")


async def test_a_question_that_stripe_does_not_like_is_asked_again(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    rig.double.refusal = Refused(400, "Received unknown parameter: expand[0]")
    with pytest.raises(ProviderSilent):
        await rig.provider.payment(payment_id)
    with pytest.raises(ProviderSilent):
        await rig.provider.poll("")


async def test_what_stripe_misses_for_a_checkout_is_a_no(rig: StripeRig) -> None:
    rig.double.refusal = Refused(400, "No such tax rate", code="resource_missing")
    with pytest.raises(ProviderRefused, match="No such tax rate"):
        await rig.provider.start(rig.order(1))


async def test_a_key_that_was_revoked_is_the_operators_business(
    rig: StripeRig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.double.lasting_fault = Fault.KEY_REVOKED
    with pytest.raises(ProviderSilent) as caught:
        await rig.provider.start(rig.order(1))
    assert "Stripe refuses the key: AuthenticationError, status 401" in caplog.text
    assert KEY not in str(caught.value)


async def test_no_secret_gets_into_a_log_or_a_traceback(
    rig: StripeRig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("stripe").setLevel(logging.NOTSET)
    await rig.restart()
    told: list[str] = []
    payment_id = await paid(rig)
    for fault in (*NO_ANSWER, *DONE_UNHEARD):
        rig.double.lasting_fault = fault
        with pytest.raises(ProviderSilent) as caught:
            await rig.provider.refund(payment_id, 100, "refund-1")
        told += traceback.format_exception(caught.value)
    assert KEY not in "".join(told)
    assert "Stripe answered" in caplog.text
    assert KEY not in caplog.text
    assert [record for record in caplog.records if record.name == "stripe"] == []


# Orders -----------------------------------------------------------------------------------------


async def test_the_page_can_be_paid_as_long_as_the_order_waits(rig: StripeRig) -> None:
    rig.parts.now += 4 * 60  # clocks differ, requests take their time
    checkout = await rig.provider.start(rig.order(1))
    expires_at = rig.double.world.things[checkout.checkout_id]["expires_at"]
    assert expires_at == rig.order(1).expires_at == NOW + 35 * 60


async def test_an_order_that_waited_too_long_gets_no_page(rig: StripeRig) -> None:
    rig.parts.now += 6 * 60
    with pytest.raises(ProviderRefused, match="at least 30 minutes"):
        await rig.provider.start(rig.order(1))


async def test_the_same_order_with_another_price_is_refused(rig: StripeRig) -> None:
    await rig.provider.start(rig.order(1))
    with pytest.raises(ProviderRefused, match="same parameters"):
        await rig.provider.start(replace(rig.order(1), price_minor=1))


async def test_an_amount_that_stripe_cannot_take_is_refused_in_words(rig: StripeRig) -> None:
    with pytest.raises(ProviderRefused, match="KWD amounts have to be multiples of 10"):
        await rig.provider.start(replace(rig.order(1), currency="KWD", price_minor=1_005))
    with pytest.raises(ProviderRefused, match="Invalid currency: xyz"):
        await rig.provider.start(replace(rig.order(1), currency="XYZ"))


async def test_buyers_come_back_to_the_bots_own_pages(rig: StripeRig) -> None:
    settings = stripe_settings(
        rig.double, web_port=8_421, web_public_url="https://coins.example.com/"
    )
    provider = StripeCheckout.configured(settings, StripeParts())
    assert provider is not None
    checkout = await provider.start(rig.order(1))
    session = rig.double.world.things[checkout.checkout_id]
    assert session["success_url"] == "https://coins.example.com/return/paid"
    assert session["cancel_url"] == "https://coins.example.com/return/cancelled"
    await provider.close()


async def test_without_a_key_there_is_no_stripe(rig: StripeRig) -> None:
    settings = stripe_settings(rig.double, stripe_secret_key=None, stripe_webhook_secret=None)
    assert StripeCheckout.configured(settings, StripeParts()) is None


# States -----------------------------------------------------------------------------------------


async def test_a_declined_card_leaves_the_page_open(rig: StripeRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    payment_id = rig.double.world.decline(checkout.checkout_id)
    for name in (payment_id, checkout.checkout_id):
        payment = await rig.provider.payment(name)
        assert (payment.payment_id, payment.is_paid, payment.is_open) == (payment_id, False, True)
    rig.double.world.expire(checkout.checkout_id)
    for name in (payment_id, checkout.checkout_id):
        assert not (await rig.provider.payment(name)).is_open


@pytest.mark.parametrize(
    ("intent", "session", "is_open"),
    [
        ("requires_payment_method", "open", True),
        ("requires_payment_method", "complete", False),  # a bank said no
        ("requires_payment_method", "expired", False),
        ("requires_action", "open", True),
        ("requires_action", "complete", True),  # a voucher that is still to be paid at a till
        ("requires_action", "expired", False),
        ("processing", "complete", True),
        ("processing", "expired", True),
        ("canceled", "open", False),
        ("canceled", "expired", False),
    ],
)
async def test_what_can_still_be_paid_is_open(
    rig: StripeRig, intent: str, session: str, *, is_open: bool
) -> None:
    checkout = await rig.provider.start(rig.order(1))
    payment_id = rig.double.world.decline(checkout.checkout_id)
    rig.double.world.things[payment_id]["status"] = intent
    rig.double.world.things[checkout.checkout_id]["status"] = session
    payment = await rig.provider.payment(payment_id)
    assert (payment.is_paid, payment.is_open) == (False, is_open)
    assert await rig.provider.payment(checkout.checkout_id) == payment


async def test_what_others_sell_through_the_account_is_unknown(rig: StripeRig) -> None:
    foreign = rig.double.world.sell_elsewhere()
    with pytest.raises(PaymentUnknown):
        await rig.provider.payment(foreign)
    polled = await rig.provider.poll("")
    # Of refunds and disputes nobody can tell before asking.
    assert {notice.payment_id for notice in polled.notices} == {foreign}
    assert len(polled.notices) == 2


async def test_a_payment_is_as_old_as_the_buyers_click(rig: StripeRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    rig.parts.now += 60
    rig.double.world.decline(checkout.checkout_id)
    rig.parts.now += 60
    payment_id = rig.double.world.promise(checkout.checkout_id)
    rig.parts.now += 3 * DAY_SECONDS
    rig.double.world.money_comes(payment_id, comes=True)
    for name in (payment_id, checkout.checkout_id):
        assert (await rig.provider.payment(name)).paid_at == NOW + 120


@pytest.mark.parametrize("is_live", [True, False])
async def test_only_live_payments_are_real(rig: StripeRig, *, is_live: bool) -> None:
    rig.double.world.is_live = is_live
    checkout = await rig.provider.start(rig.order(1))
    assert (await rig.provider.payment(checkout.checkout_id)).is_test is not is_live
    payment_id = rig.double.world.decline(checkout.checkout_id)
    assert (await rig.provider.payment(payment_id)).is_test is not is_live
    rig.double.world.pay(checkout.checkout_id)
    assert (await rig.provider.payment(payment_id)).is_test is not is_live


# Money back -------------------------------------------------------------------------------------


async def state_after(rig: StripeRig, change: Callable[[str], object]) -> Payment:
    payment_id = await paid(rig)
    change(payment_id)
    return await rig.provider.payment(payment_id)


@pytest.mark.parametrize(
    ("status", "refunded_minor"),
    [
        ("succeeded", 400),
        ("pending", 400),
        ("requires_action", 400),
        ("failed", 0),
        ("canceled", 0),
    ],
)
async def test_a_refund_counts_from_when_it_is_asked_for(
    rig: StripeRig, status: str, refunded_minor: int
) -> None:
    world = rig.double.world
    payment = await state_after(rig, lambda it: world.give_back(it, 400, status=status))
    assert payment.refunded_minor == refunded_minor


async def test_many_refunds_are_all_counted(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", 2)
    payment_id = await paid(rig)
    for _ in range(5):
        rig.double.world.give_back(payment_id, 100)
    assert (await rig.provider.payment(payment_id)).refunded_minor == 500


async def test_a_refund_of_what_was_never_paid_is_refused(rig: StripeRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    with pytest.raises(ProviderRefused):
        await rig.provider.refund(checkout.checkout_id, 100, "refund-1")
    payment_id = rig.double.world.decline(checkout.checkout_id)
    with pytest.raises(ProviderRefused):
        await rig.provider.refund(payment_id, 100, "refund-2")


async def test_a_refund_can_name_the_checkout(rig: StripeRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    rig.double.world.pay(checkout.checkout_id)
    await rig.provider.refund(checkout.checkout_id, 100, "refund-1")
    assert (await rig.provider.payment(checkout.checkout_id)).refunded_minor == 100


@pytest.mark.parametrize(
    ("status", "is_open", "is_lost"),
    [
        ("warning_needs_response", True, False),
        ("warning_under_review", True, False),
        ("warning_closed", False, False),
        ("needs_response", True, False),
        ("under_review", True, False),
        ("won", False, False),
        ("lost", False, True),
        ("appeal_needs_response", True, True),
        ("appeal_under_review", True, True),
        ("prevented", False, True),
        ("something_new", False, False),
    ],
)
async def test_what_each_state_of_a_dispute_means(
    rig: StripeRig, status: str, *, is_open: bool, is_lost: bool
) -> None:
    payment_id = await paid(rig)
    dispute = rig.double.world.dispute(payment_id)
    dispute["status"] = status
    if status == "something_new":
        payment = await rig.provider.payment(payment_id)
        rig.double.world.problems.clear()  # the wheel does not know it either
    else:
        payment = await rig.provider.payment(payment_id)
    assert (payment.disputes_open, payment.lost_minor) == (is_open, 9_990 * is_lost)


async def test_a_dispute_that_fell_away_took_nothing(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    dispute = rig.double.world.dispute(payment_id)
    dispute |= {"status": "prevented", "balance_transactions": []}
    payment = await rig.provider.payment(payment_id)
    assert (payment.disputes_open, payment.lost_minor) == (0, 0)


async def test_a_dispute_of_a_part_takes_a_part(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    rig.double.world.dispute(payment_id, 1_000)
    rig.double.world.set_disputes(payment_id, "lost")
    assert (await rig.provider.payment(payment_id)).lost_minor == 1_000


async def test_a_dispute_in_another_currency_takes_everything(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    rig.double.world.dispute(payment_id, 1_000, "usd")
    rig.double.world.set_disputes(payment_id, "lost")
    assert (await rig.provider.payment(payment_id)).taken_back_minor == 9_990


async def test_refunds_and_disputes_together_take_no_more_than_was_paid(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    rig.double.world.give_back(payment_id, 5_000)
    rig.double.world.dispute(payment_id)
    rig.double.world.set_disputes(payment_id, "lost")
    payment = await rig.provider.payment(payment_id)
    assert (payment.refunded_minor, payment.lost_minor) == (5_000, 9_990)
    assert payment.taken_back_minor == 9_990


async def test_a_warning_of_fraud_rings_and_changes_nothing(rig: StripeRig) -> None:
    payment_id = await paid(rig)
    before = await rig.provider.payment(payment_id)
    cursor = (await rig.provider.poll("")).cursor
    rig.double.world.warn(payment_id)
    assert [each.payment_id for each in (await rig.provider.poll(cursor)).notices] == [payment_id]
    assert await rig.provider.payment(payment_id) == before


# The library ------------------------------------------------------------------------------------

WITHOUT_LIBRARY = """
import sys
from bot.payments.stripe_checkout import StripeCheckout
from bot.settings import Settings
from bot.errors import StartError

assert "stripe" not in sys.modules, "the library was loaded for nothing"
assert StripeCheckout.configured(Settings(), None) is None
assert "stripe" not in sys.modules, "the library was loaded without a key"
sys.modules["stripe"] = None
try:
    StripeCheckout.configured(Settings(stripe_secret_key="sk_test_hidden"), None)
except StartError as error:
    print(error)
"""


async def test_a_bot_starts_without_the_library_and_says_when_it_is_missed(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WITHOUT_LIBRARY,
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    line = out.decode()
    assert line.startswith(
        "BOUQUET_STRIPE_SECRET_KEY is set, but Stripe's library is not installed"
    )
    assert line.count("\n") == 1
    assert "hidden" not in line


async def test_the_library_is_told_to_write_nothing_into_the_operators_home(rig: StripeRig) -> None:
    stripe.enable_telemetry = True
    await rig.restart()
    assert stripe.enable_telemetry is False
