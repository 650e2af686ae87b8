"""Reads Stripe's events: which payment each one is about, and nothing else.

Events are plain JSON here, as they may come in any version of Stripe's API that a webhook was set
up with. Only ids are read, which have their places in all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from bot.payment_errors import EventUnreadable
from bot.payments.provider import Notice

# Where in the event's object the payment is named. Checkouts and payments carry our own marks, so
# those of a shop that shares the account are told apart at once.
_OURS_ONLY = {
    "checkout.session.completed": "payment_intent",
    "checkout.session.async_payment_succeeded": "payment_intent",
    "checkout.session.async_payment_failed": "payment_intent",
    "checkout.session.expired": "payment_intent",
    "payment_intent.succeeded": "id",
}
_ANYBODYS = (
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "radar.early_fraud_warning.created",
)
EVENT_TYPES = (*_OURS_ONLY, *_ANYBODYS)  # Stripe lists at most 20 types at once

# An id goes into the books and into addresses, so nothing else may look like one.
_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_MOST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OrderName:
    """Which order something at Stripe is for."""

    guild_id: int
    order_id: int


def is_id(value: object) -> bool:
    """Return whether a value can be the id of something at Stripe."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def order_named(metadata: object) -> OrderName | None:
    """Return the order that something's metadata names, None for what is not ours."""
    if not isinstance(metadata, Mapping):
        return None
    marks = cast("Mapping[str, Any]", metadata)
    guild_id, order_id = _number(marks.get("guild_id")), _number(marks.get("order_id"))
    if guild_id is None or order_id is None:
        return None
    return OrderName(guild_id, order_id)


def _number(value: object) -> int | None:
    if not isinstance(value, str) or _NUMBER.fullmatch(value) is None:
        return None
    return int(value) if int(value) <= _MOST_NUMBER else None


def is_live(event: object) -> bool:
    """Return whether an event is about real money.

    Raises:
        EventUnreadable: it does not say, so it is no event.
    """
    if isinstance(event, Mapping):
        live = cast("Mapping[str, Any]", event).get("livemode")
        if isinstance(live, bool):
            return live
    raise EventUnreadable


def notices_of(event: Mapping[str, Any]) -> tuple[Notice, ...]:
    """Return what an event is a doorbell for: one payment, or none that is ours to look at.

    Raises:
        EventUnreadable: it lacks what every event has.
    """
    event_id, kind = event.get("id"), event.get("type")
    if event.get("object") != "event" or not is_id(event_id) or not isinstance(kind, str):
        raise EventUnreadable
    if kind not in EVENT_TYPES:
        return ()
    payment_id = _payment_of(kind, _subject_of(event))
    return () if payment_id is None else (Notice(str(event_id), payment_id),)


def _subject_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    data = event.get("data")
    subject = cast("Mapping[str, Any]", data).get("object") if isinstance(data, Mapping) else None
    if not isinstance(subject, Mapping):
        raise EventUnreadable
    return cast("Mapping[str, Any]", subject)


def _payment_of(kind: str, subject: Mapping[str, Any]) -> str | None:
    place = _OURS_ONLY.get(kind)
    if place is not None and order_named(subject.get("metadata")) is None:
        return None
    named = subject.get(place or "payment_intent")
    if named is None and kind.startswith("checkout."):
        named = subject.get("id")  # a checkout that ends before anybody tried to pay
    if named is None:
        return None  # an old kind of charge, which no checkout makes
    if isinstance(named, Mapping):
        named = cast("Mapping[str, Any]", named).get("id")
    if not is_id(named):
        raise EventUnreadable
    return str(named)
