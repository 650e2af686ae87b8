"""Talks to Stripe through its own library, and says in our words what goes wrong.

The library comes with the extra `stripe`, so nothing imports this module before a key is set.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import stripe

from bot.payment_errors import (
    EventUnreadable,
    PaymentUnknown,
    ProviderRefused,
    ProviderSilent,
    SignatureWrong,
)
from bot.payments.stripe_events import EVENT_TYPES

if TYPE_CHECKING:
    from stripe.params import EventListParams, RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

log = logging.getLogger(__name__)

T = TypeVar("T")

# Somebody waits for the first answer, and a repeated request is the same request: keys see to that.
TRY_SECONDS = 15
RETRIES = 2
PAGE = 100
SIGNATURE_SECONDS = 5 * 60
_MOST_REASON = 200
# Stripe blames our key: no business of the buyer's, and nothing that a buyer can mend.
_OUR_FAULT = (stripe.AuthenticationError, stripe.PermissionError)
_NO = (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError)


class StripeApi:
    """One account at Stripe. `base` is another server that speaks its API, None for Stripe's."""

    # What Stripe says no by, where it can refuse.
    no_errors: tuple[type[stripe.StripeError], ...] = _NO

    def __init__(self, key: str, *, base: str | None = None) -> None:
        # It would write an id of this machine into the operator's home and send it along.
        stripe.enable_telemetry = False
        # It logs every request, and to whom DEBUG is shown also buyers' names and addresses.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self._key = key
        self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=TRY_SECONDS))
        self._client = stripe.StripeClient(
            key,
            http_client=self._http,
            base_addresses={} if base is None else {"api": base},
            max_network_retries=RETRIES,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    async def open_checkout(
        self, params: "SessionCreateParams", key: str
    ) -> stripe.checkout.Session:
        """Open a checkout; the same key again returns the first one."""
        sessions = self._client.v1.checkout.sessions
        return await self._ask(
            sessions.create_async(params, {"idempotency_key": key}), can_refuse=True
        )

    async def checkout(self, checkout_id: str) -> stripe.checkout.Session:
        """Return a checkout, with its payment and that one's charge inside.

        Raises:
            PaymentUnknown: there is none.
        """
        sessions = self._client.v1.checkout.sessions
        expand = ["payment_intent.latest_charge"]
        return await self._ask(sessions.retrieve_async(checkout_id, {"expand": expand}))

    async def checkout_of(self, payment_id: str) -> stripe.checkout.Session | None:
        """Return the checkout that a payment belongs to, None when it has none."""
        sessions = self._client.v1.checkout.sessions
        found = await self._ask(sessions.list_async({"payment_intent": payment_id, "limit": 1}))
        return found.data[0] if found.data else None

    async def intent(self, payment_id: str) -> stripe.PaymentIntent:
        """Return a payment, with its charge inside.

        Raises:
            PaymentUnknown: there is none.
        """
        intents = self._client.v1.payment_intents
        return await self._ask(intents.retrieve_async(payment_id, {"expand": ["latest_charge"]}))

    async def refunds(self, payment_id: str) -> list[stripe.Refund]:
        """Return all refunds of a payment."""
        return await self._ask(self._all_refunds(payment_id))

    async def taken_back(
        self, payment_id: str
    ) -> tuple[Sequence[stripe.Refund], Sequence[stripe.Dispute]]:
        """Return all refunds and disputes of a payment."""
        both = asyncio.gather(self._all_refunds(payment_id), self._all_disputes(payment_id))
        return await self._ask(both)

    async def _all_refunds(self, payment_id: str) -> list[stripe.Refund]:
        found = await self._client.v1.refunds.list_async(
            {"payment_intent": payment_id, "limit": PAGE}
        )
        return [refund async for refund in found.auto_paging_iter()]

    async def _all_disputes(self, payment_id: str) -> list[stripe.Dispute]:
        found = await self._client.v1.disputes.list_async(
            {"payment_intent": payment_id, "limit": PAGE}
        )
        return [dispute async for dispute in found.auto_paging_iter()]

    async def give_back(self, params: "RefundCreateParams", key: str) -> None:
        """Ask for a refund; the same key again asks for nothing more."""
        refunds = self._client.v1.refunds
        await self._ask(refunds.create_async(params, {"idempotency_key": key}), can_refuse=True)

    async def events(self, where: "EventListParams") -> tuple[list[dict[str, Any]], bool]:
        """Return a page of events, newest first as Stripe lists them, and whether there are more.

        Raises:
            PaymentUnknown: the event that `where` counts from is gone.
        """
        params: EventListParams = {**where, "types": list(EVENT_TYPES), "limit": PAGE}
        found = await self._ask(self._client.v1.events.list_async(params))
        return [event.to_dict() for event in found.data], found.has_more

    async def _ask(self, call: Awaitable[T], *, can_refuse: bool = False) -> T:
        """Return the answer to a question, or to a request that Stripe can refuse.

        Raises:
            ProviderSilent, ProviderRefused, PaymentUnknown: there is none; what the library says
                is left behind, as it carries requests and answers along.
        """
        try:
            return await call
        except stripe.StripeError as error:
            told = self._in_our_words(error, can_refuse=can_refuse)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The library wraps what happens before an answer begins, not what cuts it short.
            log.warning("Stripe's answer broke off: %s", type(error).__name__)
            told = ProviderSilent()
        raise told  # outside of the handler, so that the library's error is not chained to it

    def _in_our_words(self, error: stripe.StripeError, *, can_refuse: bool) -> Exception:
        kind, status, request = type(error).__name__, error.http_status, error.request_id
        if isinstance(error, _OUR_FAULT):
            log.error("Stripe refuses the key: %s, status %s, request %s", kind, status, request)
            return ProviderSilent()
        if error.code == "resource_missing" and not can_refuse:
            return PaymentUnknown()
        log.warning("Stripe answered %s, status %s, request %s", kind, status, request)
        if can_refuse and isinstance(error, self.no_errors):
            return ProviderRefused(self._reason(error))
        return ProviderSilent()

    def _reason(self, error: stripe.StripeError) -> str:
        reason = " ".join((error.user_message or type(error).__name__).split())
        reason = reason.replace(self._key, "…")
        return reason if len(reason) <= _MOST_REASON else reason[: _MOST_REASON - 1] + "…"


def signed_event(body: bytes, header: str | None, secret: str) -> object:
    """Return the JSON of a webhook's body, once its signature is known to be good.

    Raises:
        SignatureWrong: missing, bad, or older than five minutes; the body was not parsed.
        EventUnreadable: it is not JSON.
    """
    try:
        # The library gives its last parameter no type.
        stripe.WebhookSignature.verify_header(  # pyright: ignore[reportUnknownMemberType]
            body, header, secret, SIGNATURE_SECONDS
        )
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        # Also bytes that are no text, and signatures that no comparison takes.
        raise SignatureWrong from None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise EventUnreadable from None
