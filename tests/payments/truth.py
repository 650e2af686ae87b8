"""A payment service in a few lines, which always knows the truth, and a provider that asks it.

It stands for any provider where a test is about what the bot does with the answers. What the real
ones do is tested against their own peers; see `contract.py`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.payment_errors import PaymentUnknown, ProviderSilent, WebhooksUnknown
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)


@dataclass
class Truth:
    """What really happened to every payment, and the events it rang for."""

    payments: dict[str, Payment] = field(default_factory=dict[str, Payment])
    events: list[Notice] = field(default_factory=list[Notice])
    orders: dict[str, PayableOrder] = field(default_factory=dict[str, PayableOrder])
    refunds: dict[str, int] = field(default_factory=dict[str, int])

    def set(self, payment_id: str, **values: object) -> Notice:
        """Change a payment and ring for it."""
        self.payments[payment_id] = replace(self.payments[payment_id], **values)  # pyright: ignore[reportArgumentType]
        return self.ring(payment_id)

    def ring(self, payment_id: str) -> Notice:
        """Tell that something happened."""
        notice = Notice(f"event-{len(self.events) + 1}", payment_id)
        self.events.append(notice)
        return notice

    def pay(self, order: PayableOrder, payment_id: str, at: int, **values: object) -> Notice:
        """Let a buyer pay an order in full, unless `values` say otherwise."""
        payment = Payment(
            payment_id=payment_id,
            guild_id=order.guild_id,
            order_id=order.order_id,
            amount_minor=order.price_minor,
            currency=order.currency,
            is_paid=True,
            paid_at=at,
        )
        self.payments[payment_id] = payment
        return self.set(payment_id, **values)


@dataclass
class HeldAnswer:
    """An answer that was looked up and has not arrived."""

    looked_up: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


class TruthProvider:
    """Asks the truth; can be silent, and can hold an answer back until a test lets it go."""

    currencies = None

    def __init__(self, truth: Truth, *, name: str = "truth") -> None:
        self.name = name
        self.order_seconds = ORDER_SECONDS
        self.truth = truth
        self.is_silent = False
        self.is_deaf = False  # answers, and does not hear what is settled
        self.asked: list[str] = []
        self.told: list[str] = []
        # How often it still answers before it is silent; None: as often as it is asked.
        self.answers_left: int | None = None
        self._held: dict[str, HeldAnswer] = {}

    def hold(self, payment_id: str) -> "HeldAnswer":
        """Hold the next answer about a payment back until the test lets it go."""
        held = self._held[payment_id] = HeldAnswer()
        return held

    async def start(self, order: PayableOrder) -> Checkout:
        self._refuse_silent()
        checkout_id = f"checkout-{order.order_id}"
        self.truth.orders[checkout_id] = order
        url = f"https://pay.example/{checkout_id}"
        return Checkout(kind=CheckoutKind.LINK, checkout_id=checkout_id, url=url)

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:  # noqa: ARG002 - rings by itself
        raise WebhooksUnknown

    async def poll(self, cursor: str) -> Polled:
        self._refuse_silent()
        read = int(cursor or 0)
        page = self.truth.events[read : read + 3]
        after = read + len(page)
        return Polled(tuple(page), str(after), has_more=after < len(self.truth.events))

    async def payment(self, payment_id: str) -> Payment:
        self._refuse_silent()
        if self.answers_left is not None:
            self.is_silent = self.answers_left <= 1
            self.answers_left -= 1
        self.asked.append(payment_id)
        answer = self._look_up(payment_id)
        if held := self._held.pop(payment_id, None):
            held.looked_up.set()
            await held.let_go.wait()
        return answer

    def _look_up(self, payment_id: str) -> Payment:
        if payment_id in self.truth.payments:
            return self.truth.payments[payment_id]
        order = self.truth.orders.get(payment_id)
        if order is None:
            raise PaymentUnknown(payment_id)
        for payment in self.truth.payments.values():
            if payment.order_id == order.order_id:
                return payment
        return Payment(
            payment_id=payment_id,
            guild_id=order.guild_id,
            order_id=order.order_id,
            amount_minor=order.price_minor,
            currency=order.currency,
            is_paid=False,
        )

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        self._refuse_silent()
        if key not in self.truth.refunds:
            self.truth.refunds[key] = amount_minor
            before = self.truth.payments[payment_id].refunded_minor
            self.truth.set(payment_id, refunded_minor=before + amount_minor)

    async def settled(self, payment: Payment) -> None:
        if self.is_deaf:
            raise ProviderSilent
        self._refuse_silent()
        self.told.append(payment.payment_id)

    async def close(self) -> None:
        """Hold nothing."""

    def _refuse_silent(self) -> None:
        if self.is_silent:
            raise ProviderSilent
