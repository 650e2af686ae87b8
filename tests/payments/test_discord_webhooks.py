"""What Discord posts to the webhook, and what others would like us to take for that."""

import json
from typing import Any

import pytest
from nacl.signing import SigningKey

from bot.payment_errors import EventUnreadable, SignatureWrong
from bot.payments.discord_webhooks import MOST_AGE_SECONDS, WebhookReader
from bot.payments.provider import Notice
from tests.conftest import MovableClock
from tests.payments.contract import Ring
from tests.payments.rigs_discord import PUBLIC_KEY, event, signed

DATA = {"id": "123", "type": 1, "sku_id": "6", "application_id": "5", "deleted": False}


@pytest.fixture
def reader(clock: MovableClock) -> WebhookReader:
    return WebhookReader(PUBLIC_KEY, clock)


def read(reader: WebhookReader, ring: Ring) -> tuple[Notice, ...]:
    return reader.read(ring.headers, ring.body)


@pytest.mark.parametrize(
    ("name", "event_id"),
    [
        ("ENTITLEMENT_CREATE", "created:123"),
        ("ENTITLEMENT_UPDATE", ""),
        ("ENTITLEMENT_DELETE", "deleted:123"),
    ],
)
def test_every_event_of_an_entitlement_rings(
    reader: WebhookReader, clock: MovableClock, name: str, event_id: str
) -> None:
    assert read(reader, signed(event(name, DATA), clock())) == (Notice(event_id, "123"),)


def test_a_ping_says_nothing(reader: WebhookReader, clock: MovableClock) -> None:
    ping = {"version": 1, "application_id": "5", "type": 0}
    assert read(reader, signed(ping, clock())) == ()


@pytest.mark.parametrize("name", ["APPLICATION_AUTHORIZED", "QUEST_USER_ENROLLMENT", "FLOWERS", ""])
def test_an_event_of_no_interest_says_nothing(
    reader: WebhookReader, clock: MovableClock, name: str
) -> None:
    assert read(reader, signed(event(name, {"id": "123"}), clock())) == ()


@pytest.mark.parametrize("seconds", [-MOST_AGE_SECONDS, -1, 0, 30, MOST_AGE_SECONDS])
def test_a_young_signature_is_good(
    reader: WebhookReader, clock: MovableClock, seconds: int
) -> None:
    assert read(reader, signed(event("ENTITLEMENT_CREATE", DATA), clock() - seconds))


@pytest.mark.parametrize("seconds", [-MOST_AGE_SECONDS - 1, MOST_AGE_SECONDS + 1, 10**9])
def test_a_stale_one_is_not_even_with_a_good_signature(
    reader: WebhookReader, clock: MovableClock, seconds: int
) -> None:
    with pytest.raises(SignatureWrong):
        read(reader, signed(event("ENTITLEMENT_CREATE", DATA), clock() - seconds))


def test_another_apps_signature_is_refused(reader: WebhookReader, clock: MovableClock) -> None:
    ring = signed(event("ENTITLEMENT_CREATE", DATA), clock(), SigningKey(bytes(32)))
    with pytest.raises(SignatureWrong):
        read(reader, ring)


def test_the_time_is_part_of_what_is_signed(reader: WebhookReader, clock: MovableClock) -> None:
    ring = signed(event("ENTITLEMENT_CREATE", DATA), clock())
    with pytest.raises(SignatureWrong):
        reader.read({**ring.headers, "x-signature-timestamp": str(clock() + 1)}, ring.body)


@pytest.mark.parametrize("timestamp", ["", "now", "-5", "1.5", "²", "9" * 500, " 1800000000"])
def test_a_time_that_is_none_is_refused_though_it_is_signed(
    reader: WebhookReader, clock: MovableClock, timestamp: str
) -> None:
    body = json.dumps(event("ENTITLEMENT_CREATE", DATA)).encode()
    key = SigningKey(bytes(range(32)))
    headers = {
        "x-signature-timestamp": timestamp,
        "x-signature-ed25519": key.sign(timestamp.encode() + body).signature.hex(),
    }
    assert clock()
    with pytest.raises(SignatureWrong):
        reader.read(headers, body)


@pytest.mark.parametrize("cut", [0, 1, 64, 127])
def test_a_signature_that_was_cut_is_refused(
    reader: WebhookReader, clock: MovableClock, cut: int
) -> None:
    ring = signed(event("ENTITLEMENT_CREATE", DATA), clock())
    short = ring.headers["x-signature-ed25519"][:cut]
    with pytest.raises(SignatureWrong):
        reader.read({**ring.headers, "x-signature-ed25519": short}, ring.body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"ENTITLEMENT_CREATE"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        {"type": 2},
        {"type": True},
        {"type": False},
        {"type": "1"},
        {"type": None},
        {"type": 1},
        {"type": 1, "event": []},
        {"type": 1, "event": {}},
        {"type": 1, "event": {"type": 5}},
        event("ENTITLEMENT_CREATE", None),
        event("ENTITLEMENT_CREATE", []),
        event("ENTITLEMENT_CREATE", {}),
        event("ENTITLEMENT_CREATE", {"id": 123}),
        event("ENTITLEMENT_CREATE", {"id": ""}),
        event("ENTITLEMENT_CREATE", {"id": "x"}),
        event("ENTITLEMENT_CREATE", {"id": "-5"}),
        event("ENTITLEMENT_CREATE", {"id": "٣"}),
        event("ENTITLEMENT_CREATE", {"id": "1" * 21}),
        event("ENTITLEMENT_CREATE", {"id": ["123"]}),
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_signed_and_yet_no_event_is_told_as_such(
    reader: WebhookReader, clock: MovableClock, body: Any
) -> None:
    with pytest.raises(EventUnreadable):
        read(reader, signed(body, clock()))


def test_of_two_values_for_one_name_the_same_counts_everywhere(
    reader: WebhookReader, clock: MovableClock
) -> None:
    body = b'{"type": 0, "type": 1, "event": {"type": "ENTITLEMENT_CREATE", "data": {"id": "7"}}}'
    assert read(reader, signed(body, clock())) == (Notice("created:7", "7"),)
