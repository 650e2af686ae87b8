"""Reads what Discord posts to the app's webhook, once the signature is known to be good.

Discord signs with Ed25519 (docs: Webhook Events, Validating Security Request Headers), which
Python's own library does not have. PyNaCl is small, wraps libsodium and nothing else, and is what
Discord's documentation and discord.py know.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from bot.payment_errors import EventUnreadable, SignatureWrong
from bot.payments.provider import Notice

# Discord repeats an event that was not answered for ten minutes.
MOST_AGE_SECONDS = 15 * 60

_SIGNATURE_BYTES = 64
_MOST_DIGITS = 20
_PING, _EVENT = 0, 1
# What an event tells of an entitlement, as the notice's id has it.
_WORDS = {
    "ENTITLEMENT_CREATE": "created",
    "ENTITLEMENT_UPDATE": "updated",
    "ENTITLEMENT_DELETE": "deleted",
}


class WebhookReader:
    """Reads webhooks of the app with this public key (64 hexadecimal digits)."""

    def __init__(self, public_key: str, clock: Callable[[], int]) -> None:
        self._key = VerifyKey(bytes.fromhex(public_key))
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Return what a request says.

        Raises:
            SignatureWrong: missing, bad or stale; nothing of the body was read.
            EventUnreadable: it is no event.
        """
        check_signature(self._key, headers, body, self._clock())
        return read_event(body)


def check_signature(key: VerifyKey, headers: Mapping[str, str], body: bytes, now: int) -> None:
    """Refuse a body that Discord did not sign for this app a short while ago (seconds, UTC).

    Raises:
        SignatureWrong: missing, bad or stale.
    """
    timestamp = headers.get("x-signature-timestamp", "")
    try:
        signature = bytes.fromhex(headers.get("x-signature-ed25519", ""))
    except ValueError:
        signature = b""
    if len(signature) != _SIGNATURE_BYTES or not _is_number(timestamp):
        raise SignatureWrong
    try:
        key.verify(timestamp.encode() + body, signature)
    except BadSignatureError:
        raise SignatureWrong from None
    if abs(now - int(timestamp)) > MOST_AGE_SECONDS:
        raise SignatureWrong


def read_event(body: bytes) -> tuple[Notice, ...]:
    """Return what a webhook's body says; a ping and what is no purchase say nothing.

    Raises:
        EventUnreadable: it is no event.
    """
    try:
        sent = _object(json.loads(body))
    except (ValueError, RecursionError):
        raise EventUnreadable from None
    kind = sent.get("type")
    # Python takes true for 1.
    if not isinstance(kind, int) or isinstance(kind, bool) or kind not in {_PING, _EVENT}:
        raise EventUnreadable
    if kind == _PING:
        return ()
    event = _object(sent.get("event"))
    name = event.get("type")
    if not isinstance(name, str):
        raise EventUnreadable
    if name not in _WORDS:
        return ()
    return (_notice(name, event),)


def _notice(name: str, event: dict[str, Any]) -> Notice:
    entitlement_id = _object(event.get("data")).get("id")
    if not isinstance(entitlement_id, str) or not _is_number(entitlement_id):
        raise EventUnreadable
    # Discord's events have no ids. There is one creation and one deletion; of updates there may be
    # many, and each is looked at.
    word = _WORDS[name]
    event_id = "" if word == "updated" else f"{word}:{entitlement_id}"
    return Notice(event_id, entitlement_id)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EventUnreadable
    return cast("dict[str, Any]", value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
