"""Cards, wallets and banks by way of Stripe: a page of Stripe's to pay at, webhooks and polling."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from pydantic import SecretStr

from bot.errors import SettingsWrong
from bot.payment_errors import (
    EventUnreadable,
    PaymentUnknown,
    ProviderRefused,
    SignatureWrong,
    WebhooksUnknown,
)
from bot.payments import stripe_state
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)
from bot.payments.stripe_amounts import to_stripe
from bot.payments.stripe_events import is_live, notices_of, order_named
from bot.payments.stripe_state import FAILED_REFUNDS
from bot.settings import Settings

if TYPE_CHECKING:
    import stripe
    from stripe.params import EventListParams
    from stripe.params.checkout import SessionCreateParams

    from bot.payments.stripe_api import StripeApi

log = logging.getLogger(__name__)

# Stripe keeps a page open for 30 minutes at least, counted by its own clock from when the request
# got there. So an order waits a little longer, and its bonus is promised as long as it can be paid.
_CLOCKS_APART_SECONDS = 5 * 60
# Events are kept for 30 days; from an older one nothing can be counted on.
_EVENTS_KEPT_SECONDS = 29 * 24 * 60 * 60
MOST_PAGES = 1_000


class StripeParts(Protocol):
    """What this provider takes of what the registry hands to all."""

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        ...


class StripeCheckout:
    """Stripe as a provider of payments."""

    name = "stripe"
    order_seconds = ORDER_SECONDS + _CLOCKS_APART_SECONDS
    currencies: frozenset[str] | None = None  # what an account takes, Stripe knows

    def __init__(
        self,
        api: "StripeApi",
        clock: Callable[[], int],
        *,
        webhook_secret: SecretStr | None,
        is_live: bool,
        public_url: str | None,
    ) -> None:
        self._api = api
        self._clock = clock
        self._webhook_secret = webhook_secret
        self._is_live = is_live
        self._public_url = public_url

    @classmethod
    def configured(cls, settings: Settings, parts: StripeParts) -> Self | None:
        """Return the provider as the settings describe it, None when they do not.

        Raises:
            SettingsWrong: there is a key, but not the library that it is for.
        """
        if settings.stripe_secret_key is None:
            return None
        try:
            # Only who takes money through Stripe needs its library, and the memory that it takes.
            from bot.payments.stripe_api import StripeApi  # noqa: PLC0415
        except ModuleNotFoundError:
            message = (
                "BOUQUET_STRIPE_SECRET_KEY is set, but Stripe's library is not installed:"
                " pip install 'stripe>=16,<17' adds it"
            )
            raise SettingsWrong(message) from None
        key = settings.stripe_secret_key.get_secret_value()
        return cls(
            StripeApi(key, base=settings.stripe_api_base),
            parts.clock,
            webhook_secret=settings.stripe_webhook_secret,
            is_live=settings.stripe_is_live,
            public_url=settings.web_public_url,
        )

    async def start(self, order: PayableOrder) -> Checkout:
        """Open a page at Stripe; see PaymentProvider.start."""
        # Stripe returns the first answer to whatever comes again under a key, so everything that is
        # sent has to follow from the order alone.
        session = await self._api.open_checkout(
            self._checkout_params(order), f"order:{order.guild_id}:{order.order_id}"
        )
        return Checkout(kind=CheckoutKind.LINK, checkout_id=session.id, url=session.url or "")

    def _checkout_params(self, order: PayableOrder) -> "SessionCreateParams":
        marks = {
            "guild_id": str(order.guild_id),
            "order_id": str(order.order_id),
            "code": order.code,
        }
        return {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": to_stripe(order.price_minor, order.currency),
                        "product_data": {"name": order.title},
                    },
                }
            ],
            "client_reference_id": f"{order.guild_id}-{order.order_id}",
            "metadata": marks,
            # Refunds and disputes lead to the payment, not to the page.
            "payment_intent_data": {"metadata": marks, "description": order.title},
            # In the buyer's own currency the amount would no longer be the order's.
            "adaptive_pricing": {"enabled": False},
            "expires_at": order.expires_at,
            "success_url": self._return_url(order, "paid"),
            "cancel_url": self._return_url(order, "cancelled"),
        }

    def _return_url(self, order: PayableOrder, outcome: str) -> str:
        if self._public_url is None:
            return f"https://discord.com/channels/{order.guild_id}"
        return f"{self._public_url}/return/{outcome}"

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Read a webhook's request; see PaymentProvider.verify."""
        if self._webhook_secret is None:
            raise WebhooksUnknown
        from bot.payments.stripe_api import signed_event  # noqa: PLC0415 - loaded by `configured`

        secret = self._webhook_secret.get_secret_value()
        event = signed_event(body, headers.get("stripe-signature"), secret)
        if is_live(event) is not self._is_live:
            raise SignatureWrong
        return notices_of(cast("Mapping[str, Any]", event))

    async def poll(self, cursor: str) -> Polled:
        """List events after the last one; see PaymentProvider.poll."""
        since, _, last_id = cursor.partition(":")
        if last_id and int(since) > self._clock() - _EVENTS_KEPT_SECONDS:
            try:
                events, has_more = await self._api.events({"ending_before": last_id})
            except PaymentUnknown:
                # The event is gone all the same, so time is what is left to count by.
                events, has_more = await self._oldest_events(since)
        else:
            events, has_more = await self._oldest_events(since)
        if not events:
            return Polled((), cursor)
        notices = [notice for event in reversed(events) for notice in _heard(event)]
        return Polled(tuple(notices), f"{events[0]['created']}:{events[0]['id']}", has_more)

    async def _oldest_events(self, since: str) -> tuple[list[dict[str, Any]], bool]:
        """Return the oldest page of events, newest first, and whether there are newer ones."""
        where: EventListParams = {"created": {"gte": int(since)}} if since else {}
        events, has_older = await self._api.events(where)
        has_newer = False
        for _ in range(MOST_PAGES):
            if not has_older:
                break
            older: EventListParams = {**where, "starting_after": events[-1]["id"]}
            events, has_older = await self._api.events(older)
            has_newer = True
        else:
            log.warning("Stripe lists too many events to read; the oldest wait for a sweep")
        return events, has_newer

    async def payment(self, payment_id: str) -> Payment:
        """Ask for a payment or a checkout; see PaymentProvider.payment.

        What is not ours counts as unknown: others may sell through the same account.
        """
        if payment_id.startswith("cs_"):
            session = await self._api.checkout(payment_id)
            intent = cast("stripe.PaymentIntent | None", session.payment_intent)  # it is expanded
            return await self._state_of(intent, session)
        if payment_id.startswith("pi_"):
            return await self._state_of(await self._api.intent(payment_id), None)
        raise PaymentUnknown

    async def _state_of(
        self, intent: "stripe.PaymentIntent | None", session: "stripe.checkout.Session | None"
    ) -> Payment:
        owner = intent or session
        order = None if owner is None else order_named(_marks_of(owner))
        if order is None:
            raise PaymentUnknown
        if intent is None:
            return stripe_state.untried(cast("stripe.checkout.Session", session), order)
        if intent.status == "succeeded":
            refunds, disputes = await self._api.taken_back(intent.id)
            return stripe_state.paid(intent, order, refunds, disputes)
        return stripe_state.unpaid(intent, order, session or await self._api.checkout_of(intent.id))

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        """Ask Stripe to give money back; see PaymentProvider.refund."""
        payment = await self.payment(payment_id)
        if not payment.is_paid:
            raise ProviderRefused("Nothing was paid yet.")
        # Stripe forgets keys after a day, so the key is also written on the refund itself.
        for refund in await self._api.refunds(payment.payment_id):
            if _marks_of(refund).get("key") == key:
                if refund.status in FAILED_REFUNDS:
                    raise ProviderRefused("The bank sent this refund back.")
                return
        await self._api.give_back(
            {
                "payment_intent": payment.payment_id,
                "amount": to_stripe(amount_minor, payment.currency),
                "reason": "requested_by_customer",
                "metadata": {"key": key},
            },
            f"refund:{key}",
        )

    async def settled(self, payment: Payment) -> None:
        """Do nothing: Stripe need not know."""

    async def close(self) -> None:
        """Close the connections to Stripe."""
        await self._api.close()


def _heard(event: dict[str, Any]) -> tuple[Notice, ...]:
    try:
        return notices_of(event)
    except EventUnreadable:
        # One that nobody can read must not hide those that follow; a sweep sees what it was about.
        log.warning("Stripe listed an event that cannot be read: %r", str(event.get("id"))[:64])
        return ()


def _marks_of(owner: "stripe.PaymentIntent | stripe.checkout.Session | stripe.Refund") -> Any:
    marks = owner.metadata
    return {} if marks is None else marks.to_dict()
