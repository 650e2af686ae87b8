"""Payments whose truth lies in our own database and nowhere else: test purchases and cash.

Who keeps it stands behind `OwnPayments` (`bot/services/own_payments.py`); `OwnProvider` is all that
such providers have in common.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.errors import Refusal, TryAgain
from bot.payment_errors import PaymentUnknown, ProviderRefused, ProviderSilent, WebhooksUnknown
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)

PAGE = 100

_MOST_DIGITS = 19
_MOST_ID = 2**63 - 1  # as large as numbers are in the database


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPayment:
    """What our database knows of an order's payment; amounts in minor units of `currency`.

    Times are in seconds, UTC; `paid_at` is 0 as long as nobody saw any money.
    """

    guild_id: int
    order_id: int
    member_id: int
    amount_minor: int
    currency: str
    expires_at: int
    paid_at: int = 0
    refunded_minor: int = 0

    @property
    def payment_id(self) -> str:
        """Return the payment's name."""
        return own_payment_id(self.guild_id, self.order_id)


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A payment that was confirmed or given back, as the last of its changes; these count up."""

    change_id: int
    payment_id: str


class OwnPayments(Protocol):
    """The payments that nobody else knows of."""

    async def find(self, provider: str, payment_id: str) -> OwnPayment | None:
        """Return a payment, also one that an order still waits for; None when there is no order."""
        ...

    async def give_back(self, provider: str, payment_id: str, amount_minor: int, key: str) -> None:
        """Note that money went back (minor units); the same key again notes nothing more.

        Raises:
            PaymentUnknown: there is no such payment.
            RefundTooLarge: that is more than what is left of it.
        """
        ...

    async def changes(self, provider: str, after: int, limit: int) -> tuple[OwnChange, ...]:
        """Return the payments that were changed after a change of that number, oldest first."""
        ...


def own_payment_id(guild_id: int, order_id: int) -> str:
    """Return the name of an order's payment."""
    return f"{guild_id}-{order_id}"


def read_own_payment_id(payment_id: str) -> tuple[int, int] | None:
    """Return guild and order of a payment's name, None when it is no such name."""
    parts = payment_id.split("-")
    if not all(one.isascii() and one.isdecimal() and len(one) <= _MOST_DIGITS for one in parts):
        return None
    match [int(one) for one in parts]:
        case [int(guild_id), int(order_id)] if max(guild_id, order_id) <= _MOST_ID:
            return guild_id, order_id
        case _:
            return None


class OwnProvider:
    """A provider that asks our own database; what is made of it has a name and a checkout."""

    name: str
    order_seconds: int = ORDER_SECONDS
    currencies: frozenset[str] | None = None
    checkout_kind: CheckoutKind
    is_test: bool = False

    def __init__(self, own: OwnPayments, clock: Callable[[], int]) -> None:
        self._own = own
        self._clock = clock

    async def start(self, order: PayableOrder) -> Checkout:
        """Open a checkout, which is nothing but a name; see PaymentProvider.start."""
        checkout_id = own_payment_id(order.guild_id, order.order_id)
        return Checkout(kind=self.checkout_kind, checkout_id=checkout_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Refuse: nobody sends webhooks for what only we know."""
        del headers, body
        raise WebhooksUnknown

    async def poll(self, cursor: str) -> Polled:
        """Return what was confirmed or given back; see PaymentProvider.poll."""
        after = int(cursor) if cursor.isascii() and cursor.isdecimal() else 0
        try:
            changes = await self._own.changes(self.name, after, PAGE)
        except TryAgain as error:
            raise ProviderSilent from error
        return Polled(
            notices=tuple(Notice(f"change:{one.change_id}", one.payment_id) for one in changes),
            cursor=str(changes[-1].change_id) if changes else cursor,
            has_more=len(changes) >= PAGE,
        )

    async def payment(self, payment_id: str) -> Payment:
        """Return what our database says; see PaymentProvider.payment."""
        try:
            found = await self._own.find(self.name, payment_id)
        except TryAgain as error:
            raise ProviderSilent from error
        if found is None:
            raise PaymentUnknown
        is_paid = found.paid_at > 0
        return Payment(
            payment_id=found.payment_id,
            guild_id=found.guild_id,
            order_id=found.order_id,
            member_id=found.member_id,
            amount_minor=found.amount_minor,
            currency=found.currency,
            is_paid=is_paid,
            is_open=not is_paid and self._clock() < found.expires_at,
            paid_at=found.paid_at,
            refunded_minor=found.refunded_minor,
            is_test=self.is_test,
        )

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        """Note that money goes back by hand; see PaymentProvider.refund."""
        try:
            await self._own.give_back(self.name, payment_id, amount_minor, key)
        except TryAgain as error:
            raise ProviderSilent from error
        except Refusal as error:
            raise ProviderRefused(str(error)) from error

    async def settled(self, payment: Payment) -> None:
        """Need nothing: the truth is here already."""

    async def close(self) -> None:
        """Hold nothing that could be given back."""
