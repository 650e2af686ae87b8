"""Our double of Stripe says and takes nothing that Stripe's own wheel does not know."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import stripe

from bot.payments.provider import CheckoutKind
from bot.payments.stripe_events import EVENT_TYPES
from tests.payments.rigs_stripe import StripeRig, stripe_rig
from tests.payments.stripe_double import KEY
from tests.payments.stripe_wheel import (
    problems_of_answer,
    problems_of_event,
    problems_of_parameters,
    resource_of,
)


@pytest.fixture
async def rig() -> AsyncGenerator[StripeRig]:
    async with stripe_rig() as made:
        yield made


async def test_everything_that_can_happen_has_the_wheels_shape(rig: StripeRig) -> None:
    world = rig.double.world
    checkouts = [(await rig.provider.start(rig.order(number))).checkout_id for number in range(6)]
    paid = world.pay(checkouts[0])
    world.give_back(paid, 100)
    world.set_refunds(paid, "failed")
    world.set_refunds(paid, "succeeded")
    world.dispute(paid)
    for status in ("under_review", "lost", "appeal_under_review", "won"):
        world.set_disputes(paid, status)
    world.warn(paid)
    world.decline(checkouts[1])
    world.expire(checkouts[1])
    for checkout_id, comes in ((checkouts[2], True), (checkouts[3], False)):
        world.money_comes(world.promise(checkout_id), comes=comes)
    world.sell_elsewhere()

    kinds = {event["type"] for event in world.events()}
    assert set(EVENT_TYPES) - kinds == {"charge.dispute.funds_reinstated"}
    problems = [problem for event in world.events() for problem in problems_of_event(event)]
    for thing in world.things.values():
        problems += problems_of_answer(thing, resource_of(thing["object"]), thing["id"])
    assert problems == []


@pytest.mark.parametrize(
    ("kind", "spoil", "problem"),
    [
        ("refund", {"colour": "red"}, "refund.colour: Refund has no such field"),
        ("refund", {"amount": "100"}, "refund.amount: '100' is not <class 'int'>"),
        ("refund", {"amount": True}, "refund.amount: True is not <class 'int'>"),
        ("refund", {"currency": None}, "refund.currency: None is not"),
        ("charge", {"disputed": 0}, "charge.disputed: 0 is not <class 'bool'>"),
        ("dispute", {"status": "gone"}, "dispute.status: 'gone' is not"),
        (
            "dispute",
            {"balance_transactions": [{"amount": "x"}]},
            "dispute.balance_transactions: [{'amount': 'x'}] is not",
        ),
        (
            "checkout.session",
            {"total_details": {"amount_tips": 0}},
            "checkout.session.total_details: {'amount_tips': 0} is not",
        ),
        (
            "payment_intent",
            {"latest_charge": {"amount": "x"}},
            "payment_intent.latest_charge: {'amount': 'x'} is not",
        ),
        (
            "payment_intent",
            {"metadata": {"order_id": 5}},
            "payment_intent.metadata: {'order_id': 5} is not",
        ),
    ],
)
async def test_a_wrong_shape_is_found(
    rig: StripeRig, kind: str, spoil: dict[str, Any], problem: str
) -> None:
    world = rig.double.world
    paid = world.pay((await rig.provider.start(rig.order(1))).checkout_id)
    world.give_back(paid, 100)
    world.dispute(paid)
    thing = world.all_of(kind)[0]
    assert list(problems_of_answer(thing, resource_of(kind), kind)) == []
    found = list(problems_of_answer(thing | spoil, resource_of(kind), kind))
    assert found
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types: SessionCreateParams has no"),
        ({"mode": "gift"}, "mode: 'gift' is not"),
        ({"expires_at": "soon"}, "expires_at: 'soon' is not"),
        ({"adaptive_pricing": {"enabled": "no"}}, "adaptive_pricing: {'enabled': 'no'} is not"),
        ({"line_items": [{"price_data": {"amount": "1"}}]}, "line_items: "),
        ({"api_key": "sk"}, "api_key: SessionCreateParams has no such parameter"),
    ],
)
def test_a_wrong_parameter_is_found(sent: dict[str, Any], problem: str) -> None:
    found = list(problems_of_parameters(sent, stripe.params.checkout.SessionCreateParams))
    assert len(found) == 1
    assert found[0].startswith(problem)


async def test_what_is_sent_is_what_was_agreed(rig: StripeRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    assert checkout.kind is CheckoutKind.LINK
    marks = {"guild_id": "5000", "order_id": "1", "code": "K7QM-0001"}
    request = rig.double.requests[0]
    assert request.key == "order:5000:1"
    assert request.parameters == {
        "mode": "payment",
        "line_items": [
            {
                "quantity": "1",
                "price_data": {
                    "currency": "eur",
                    "unit_amount": "9990",
                    "product_data": {"name": "700 coins in Flower Market"},
                },
            }
        ],
        "client_reference_id": "5000-1",
        "metadata": marks,
        "payment_intent_data": {"metadata": marks, "description": "700 coins in Flower Market"},
        "adaptive_pricing": {"enabled": "false"},
        "expires_at": str(rig.order(1).expires_at),
        "success_url": "https://discord.com/channels/5000",
        "cancel_url": "https://discord.com/channels/5000",
    }


async def test_the_double_keeps_pages_of_events_as_stripe_does(rig: StripeRig) -> None:
    world = rig.double.world
    world.pay((await rig.provider.start(rig.order(1))).checkout_id)
    for _ in range(4):
        world.sell_elsewhere()
    ids = [event["id"] for event in world.events() if event["type"] in EVENT_TYPES]
    http = stripe.AIOHTTPClient()
    client = stripe.StripeClient(KEY, base_addresses={"api": rig.double.base}, http_client=http)
    try:
        for count in (1, 3, 100):
            types: list[Any] = list(EVENT_TYPES)
            found = await client.v1.events.list_async({"types": types, "limit": count})
            assert [event.id async for event in found.auto_paging_iter()] == ids[::-1]
            found = await client.v1.events.list_async(
                {"types": types, "limit": count, "ending_before": ids[1]}
            )
            # Asked so, the library itself walks from the oldest to the newest.
            assert [event.id async for event in found.auto_paging_iter()] == ids[2:]
    finally:
        await http.close_async()
