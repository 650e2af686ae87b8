"""Stripe's list of events: oldest first, page by page, and what becomes of a place that is gone."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.payments import stripe_api, stripe_checkout
from bot.payments.stripe_checkout import StripeCheckout
from tests.payments.rigs_stripe import NOW, StripeRig, stripe_rig

pytestmark = pytest.mark.proof("payments")

DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
async def rig() -> AsyncGenerator[StripeRig]:
    async with stripe_rig() as made:
        yield made


async def sold(rig: StripeRig, count: int, *, days_apart: int = 0) -> list[str]:
    """Sell packs, and return the payments' ids in their order."""
    payment_ids: list[str] = []
    for _ in range(count):
        number = len(rig.double.world.all_of("checkout.session")) + 1
        order = replace(rig.order(number), expires_at=rig.parts.now + StripeCheckout.order_seconds)
        made = await rig.provider.start(order)
        payment_ids.append(rig.double.world.pay(made.checkout_id))
        rig.parts.now += days_apart * DAY_SECONDS
    return payment_ids


async def told(rig: StripeRig, cursor: str = "") -> tuple[list[str], str, int]:
    """Return the ids of the events that polling tells of, where it ended, and in how many polls."""
    ids: list[str] = []
    polls = 0
    while True:
        polled = await rig.provider.poll(cursor)
        ids += [notice.event_id for notice in polled.notices]
        cursor = polled.cursor
        polls += 1
        if not polled.has_more:
            return ids, cursor, polls


def of_interest(rig: StripeRig, since: int = 0) -> list[str]:
    return [
        event["id"]
        for event in rig.double.world.events()
        if event["type"] in {"checkout.session.completed", "payment_intent.succeeded"}
        and event["created"] >= since
    ]


@pytest.mark.parametrize("page", [1, 2, 3, 5, 100])
async def test_events_come_oldest_first_however_they_are_paged(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", page)
    await sold(rig, 5)
    everything = of_interest(rig)
    assert len(everything) == 10
    ids, cursor, polls = await told(rig)
    assert ids == everything
    assert polls == -(-10 // page)
    assert await told(rig, cursor) == ([], cursor, 1)


@pytest.mark.parametrize("page", [1, 3, 100])
async def test_events_that_come_meanwhile_are_told_next(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", page)
    await sold(rig, 3)
    first = await rig.provider.poll("")
    rig.double.world.sell_elsewhere()
    made = await rig.provider.start(rig.order(9))
    rig.double.world.pay(made.checkout_id)
    ids, _, _ = await told(rig, first.cursor)
    mine = [*(notice.event_id for notice in first.notices), *ids]
    assert [each for each in mine if each in of_interest(rig)] == [
        each for each in of_interest(rig) if "basket" not in str(rig.double.world.things[each])
    ]


async def test_a_week_of_downtime_is_recovered(rig: StripeRig) -> None:
    _, cursor, _ = await told(rig)
    payment_ids = await sold(rig, 7, days_apart=1)
    await rig.restart()
    ids, _, _ = await told(rig, cursor)
    assert ids == of_interest(rig)
    assert len(payment_ids) == 7


async def test_after_more_than_a_month_what_is_left_is_told(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", 3)
    await sold(rig, 1)
    _, cursor, _ = await told(rig)
    await sold(rig, 8, days_apart=5)  # forty days
    month_ago = rig.parts.now - 30 * DAY_SECONDS
    rig.double.world.forget_events(month_ago)
    ids, _, _ = await told(rig, cursor)
    assert ids == of_interest(rig)
    assert len(ids) == 12


async def test_nothing_is_counted_from_an_event_that_may_be_gone(rig: StripeRig) -> None:
    await sold(rig, 1)
    _, cursor, _ = await told(rig)
    rig.parts.now += 29 * DAY_SECONDS
    await sold(rig, 1)
    rig.double.requests.clear()
    await told(rig, cursor)
    # What Stripe answers then, it does not say.
    assert ["ending_before" in each.parameters for each in rig.double.requests] == [False]


async def test_an_event_that_is_gone_early_is_counted_from_by_its_time(rig: StripeRig) -> None:
    await sold(rig, 3, days_apart=1)
    _, cursor, _ = await told(rig)
    await sold(rig, 2, days_apart=1)
    last_id = cursor.partition(":")[2]
    del rig.double.world.things[last_id]
    ids, _, _ = await told(rig, cursor)
    assert ids == of_interest(rig, NOW + 2 * DAY_SECONDS)


async def test_an_endless_list_is_not_read_to_its_end(
    rig: StripeRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stripe_api, "PAGE", 1)
    monkeypatch.setattr(stripe_checkout, "MOST_PAGES", 4)
    await sold(rig, 5)
    ids, _, _ = await told(rig)
    assert ids == of_interest(rig)[-5:]
    assert "the oldest wait for a sweep" in caplog.text


async def test_an_event_that_nobody_can_read_hides_no_other(
    rig: StripeRig, caplog: pytest.LogCaptureFixture
) -> None:
    await sold(rig, 2)
    wrong = rig.double.world.events()[1]
    wrong["id"] = "evt not an id"
    ids, _, _ = await told(rig)
    assert ids == [each for each in of_interest(rig) if each != "evt not an id"]
    assert "cannot be read" in caplog.text


async def test_a_webhook_and_a_poll_tell_of_one_event_under_one_id(rig: StripeRig) -> None:
    await sold(rig, 2)
    rung = [
        notice
        for ring in await rig.rings()
        for notice in rig.provider.verify(ring.headers, ring.body)
    ]
    assert rung == list((await rig.provider.poll("")).notices)
    assert json.dumps(rung[0].event_id) in json.dumps(of_interest(rig))
