"""Stripe's webhooks: what is refused before it is read, and what is read of the rest."""

import json
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.payment_errors import EventUnreadable, SignatureWrong, WebhooksUnknown
from bot.payments.provider import Notice
from bot.payments.stripe_checkout import StripeCheckout
from bot.payments.stripe_events import EVENT_TYPES, OrderName, is_id, notices_of, order_named
from tests.payments.contract import Ring
from tests.payments.rigs_stripe import StripeParts, StripeRig, stripe_rig, stripe_settings
from tests.payments.stripe_world import signed


@pytest.fixture
async def rig() -> AsyncGenerator[StripeRig]:
    async with stripe_rig() as made:
        yield made


def heard(rig: StripeRig, ring: Ring) -> tuple[Notice, ...]:
    return rig.provider.verify(ring.headers, ring.body)


def event(kind: str = "refund.created", **subject: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": kind,
        "livemode": False,
        "data": {"object": {"id": "re_1", "payment_intent": "pi_1", **subject}},
    }


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in event().items() if key != name}


# Signatures -------------------------------------------------------------------------------------


def test_a_good_event_names_its_payment(rig: StripeRig) -> None:
    assert heard(rig, signed(json.dumps(event()))) == (Notice("evt_1", "pi_1"),)


@pytest.mark.parametrize("age_seconds", [301, 3_600, 10**9])
def test_an_old_signature_is_refused_however_good(rig: StripeRig, age_seconds: int) -> None:
    ring = signed(json.dumps(event()), at=int(time.time()) - age_seconds)
    with pytest.raises(SignatureWrong):
        heard(rig, ring)


def test_a_signature_may_be_some_minutes_old(rig: StripeRig) -> None:
    assert heard(rig, signed(json.dumps(event()), at=int(time.time()) - 280))


def test_a_fresh_stamp_on_an_old_signature_is_refused(rig: StripeRig) -> None:
    ring = signed(json.dumps(event()), at=int(time.time()) - 3_600)
    header = ring.headers["stripe-signature"]
    _, _, signature = header.partition(",")
    with pytest.raises(SignatureWrong):
        heard(rig, Ring({"stripe-signature": f"t={int(time.time())},{signature}"}, ring.body))


def test_another_secrets_signature_is_refused(rig: StripeRig) -> None:
    with pytest.raises(SignatureWrong):
        heard(rig, signed(json.dumps(event()), secret="whsec_other"))  # noqa: S106 - no secret


def test_one_good_signature_of_several_is_enough(rig: StripeRig) -> None:
    ring = signed(json.dumps(event()))  # while a secret is rolled, Stripe signs with both
    header = ring.headers["stripe-signature"].replace(",", f",v1={'0' * 64},")
    assert heard(rig, Ring({"stripe-signature": header}, ring.body))


@pytest.mark.parametrize(
    "header",
    [
        "t=1",
        "v1=" + "0" * 64,
        "t=now,v1=" + "0" * 64,
        "t=" + "9" * 5_000 + ",v1=" + "0" * 64,
        "t=1800000000,v0=" + "0" * 64,
        "t=1800000000,v1=ü",
        "," * 10_000,
        "\x00",
    ],
)
def test_a_strange_header_is_refused(rig: StripeRig, header: str) -> None:
    with pytest.raises(SignatureWrong):
        heard(rig, Ring({"stripe-signature": header}, b"{}"))


def test_an_event_of_the_other_mode_is_refused(rig: StripeRig) -> None:
    with pytest.raises(SignatureWrong):
        heard(rig, signed(json.dumps(event() | {"livemode": True})))


async def test_a_live_bot_refuses_test_events(rig: StripeRig) -> None:
    settings = stripe_settings(rig.double, stripe_secret_key="sk_live_x")  # noqa: S106 - no secret
    live = StripeCheckout.configured(settings, StripeParts())
    assert live is not None
    try:
        ring = signed(json.dumps(event()))
        with pytest.raises(SignatureWrong):
            live.verify(ring.headers, ring.body)
        ring = signed(json.dumps(event() | {"livemode": True}))
        assert live.verify(ring.headers, ring.body) == (Notice("evt_1", "pi_1"),)
    finally:
        await live.close()


async def test_without_a_secret_there_are_no_webhooks(rig: StripeRig) -> None:
    settings = stripe_settings(rig.double, stripe_webhook_secret=None)
    deaf = StripeCheckout.configured(settings, StripeParts())
    assert deaf is not None
    ring = signed(json.dumps(event()))
    with pytest.raises(WebhooksUnknown):
        deaf.verify(ring.headers, ring.body)
    await deaf.close()


# Bodies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        json.dumps(event())[:-1],
        "[" * 200_000,
        '{"a":' * 200_000,
        "[]",
        "null",
        "5",
        '"evt_1"',
        "{}",
        '{"livemode": "false"}',
        "9" * 5_000,
        json.dumps(event())[:-1] + ', "created": ' + "9" * 5_000 + "}",
    ],
    ids=lambda body: body[:20],
)
def test_a_signed_body_that_is_no_event_is_unreadable(rig: StripeRig, body: str) -> None:
    with pytest.raises(EventUnreadable):
        heard(rig, signed(body))


@pytest.mark.parametrize(
    "wrong",
    [
        without("id"),
        without("type"),
        without("object"),
        without("data"),
        without("livemode"),
        event() | {"id": ""},
        event() | {"id": 5},
        event() | {"id": "evt_\ud800"},
        event() | {"id": "evt 1"},
        event() | {"id": "e" * 256},
        event() | {"type": ["refund.created"]},
        event() | {"object": "v2.core.event"},
        event() | {"data": None},
        event() | {"data": {"object": "re_1"}},
        event(payment_intent=5),
        event(payment_intent="../../v1/account"),
        event(payment_intent={"id": None}),
        event(payment_intent=["pi_1"]),
        event(payment_intent=10**30),
    ],
    ids=str,
)
def test_an_event_that_lacks_what_all_have_is_unreadable(
    rig: StripeRig, wrong: dict[str, Any]
) -> None:
    with pytest.raises(EventUnreadable):
        heard(rig, signed(json.dumps(wrong)))


def test_an_event_of_no_interest_gives_no_notice(rig: StripeRig) -> None:
    for kind in ("customer.created", "payment_intent.created", "something.new", ""):
        assert heard(rig, signed(json.dumps(event(kind)))) == ()


def test_of_a_doubled_key_the_last_one_counts(rig: StripeRig) -> None:
    body = json.dumps(event()).replace('"id": "evt_1"', '"id": "evt_0", "id": "evt_1"')
    assert heard(rig, signed(body)) == (Notice("evt_1", "pi_1"),)


def test_huge_numbers_beside_the_ids_do_no_harm(rig: StripeRig) -> None:
    body = json.dumps(event(amount=10**400, fee=-(10**400), rate=1e308))
    assert heard(rig, signed(body)) == (Notice("evt_1", "pi_1"),)


# What is read -----------------------------------------------------------------------------------

OURS = {"guild_id": "5", "order_id": "7", "code": "K7QM-2PXD"}


@pytest.mark.parametrize("kind", [kind for kind in EVENT_TYPES if kind.startswith("checkout.")])
def test_a_checkout_names_its_payment_or_itself(kind: str) -> None:
    tried = event(kind, id="cs_1", metadata=OURS)
    assert notices_of(tried) == (Notice("evt_1", "pi_1"),)
    untried = event(kind, id="cs_1", metadata=OURS, payment_intent=None)
    assert notices_of(untried) == (Notice("evt_1", "cs_1"),)
    assert notices_of(event(kind, id="cs_1", metadata={})) == ()


def test_a_payment_of_anothers_shop_is_not_looked_at() -> None:
    kind = "payment_intent.succeeded"
    assert notices_of(event(kind, id="pi_2", metadata=OURS)) == (Notice("evt_1", "pi_2"),)
    assert notices_of(event(kind, id="pi_2", metadata={"basket": "17"})) == ()
    assert notices_of(event(kind, id="pi_2", metadata=None)) == ()


def test_a_payment_that_is_written_out_is_named_as_well() -> None:
    inside = event(payment_intent={"id": "pi_9", "object": "payment_intent"})
    assert notices_of(inside) == (Notice("evt_1", "pi_9"),)


def test_a_charge_of_the_old_kind_is_none_of_ours() -> None:
    assert notices_of(event("charge.refunded", payment_intent=None)) == ()


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        "5",
        {},
        {"guild_id": "5"},
        {"guild_id": "5", "order_id": ""},
        {"guild_id": "5", "order_id": "-7"},
        {"guild_id": "5", "order_id": "07"},
        {"guild_id": "5", "order_id": "seven"},
        {"guild_id": "5", "order_id": "٧"},
        {"guild_id": "5", "order_id": "9223372036854775808"},
        {"guild_id": "5", "order_id": "9" * 5_000},
        {"guild_id": "5", "order_id": 7},
        {"guild_id": "5\n", "order_id": "7"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_metadata_that_names_no_order_of_ours_names_none(metadata: object) -> None:
    assert order_named(metadata) is None


def test_metadata_names_an_order() -> None:
    assert order_named(OURS) == OrderName(5, 7)
    largest = {"guild_id": "9223372036854775807", "order_id": "1"}
    assert order_named(largest) == OrderName(2**63 - 1, 1)


def test_only_plain_words_are_ids() -> None:
    assert is_id("cs_test_a1B2")
    for wrong in ("", "pi 1", "pi/1", "pi_é", "p" * 256, "pi_1\n", None, 5):
        assert not is_id(wrong)


def test_stripe_lists_at_most_twenty_types_at_once() -> None:
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES) <= 20
