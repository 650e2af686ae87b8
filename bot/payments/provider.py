"""What every provider of payments can do, and how it speaks of what happened.

An event, whether it is brought by a webhook, a gateway or a poll, is only a doorbell: it says which
payment to look at. What is true of that payment is asked of the provider when the bell rings, and
what is booked follows from the answer alone. So events may come twice, late, shuffled or never.

A provider knows no books and no Discord. It raises the errors of `bot/payment_errors.py` only:
`ProviderSilent` when it cannot be asked right now, `ProviderRefused` when it says no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# What was promised when an order was made holds this long, unless a provider needs longer.
ORDER_SECONDS = 30 * 60

# A provider's clock, which stamps what is paid, and ours.
CLOCKS_APART_SECONDS = 60

# ISO 4217 has a code for tests, and one for payments whose price only the provider knows.
TEST_CURRENCY = "XTS"
NO_CURRENCY = "XXX"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableOrder:
    """An order as a provider needs to know it.

    `price_minor` counts the currency's smallest units (cents; yen have none smaller), `expires_at`
    is in seconds, UTC; `code` is what a person can write on a bank transfer; `title` is what the
    buyer reads at the provider; `sku_id` is Discord's number of the pack, 0 for none.
    """

    guild_id: int
    order_id: int
    member_id: int
    coins: int
    price_minor: int
    currency: str
    code: str
    title: str
    expires_at: int
    sku_id: int = 0


class CheckoutKind(StrEnum):
    """How a buyer gets to pay."""

    LINK = "link"  # a page of the provider's
    CODE = "code"  # by hand, naming the order's code
    NATIVE = "native"  # Discord's own button for the SKU
    NONE = "none"  # it is paid already: play money


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where an order can be paid; `checkout_id` is the provider's name of it, `url` its page."""

    kind: CheckoutKind
    checkout_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something happened to a payment; `event_id` tells a repeated notice from a new one.

    An empty `event_id` is nobody's event: we look by ourselves, and nothing is noted as seen.
    `payment_id` may also be a `checkout_id`, as long as there is no payment yet.
    """

    event_id: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class Polled:
    """The notices after a cursor, oldest first, where to go on, and whether there are more now."""

    notices: tuple[Notice, ...]
    cursor: str
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its provider sees it now; amounts in minor units of `currency`.

    `order_id` is 0 when the provider was not told; then `member_id` and `sku_id` say whose open
    order it is for. A payment that is neither paid nor `is_open` will never be paid any more.
    `lost_minor` was taken away by disputes that were lost, beyond what was refunded.
    """

    payment_id: str
    guild_id: int = 0
    order_id: int = 0
    member_id: int = 0
    sku_id: int = 0
    amount_minor: int
    currency: str
    is_paid: bool
    is_open: bool = False
    paid_at: int = 0
    refunded_minor: int = 0
    lost_minor: int = 0
    disputes_open: int = 0
    is_test: bool = False

    @property
    def taken_back_minor(self) -> int:
        """Return what the buyer has back, by refunds and lost disputes, at most all of it."""
        return min(self.refunded_minor + self.lost_minor, self.amount_minor)


class PaymentProvider(Protocol):
    """One way to pay. Every provider passes `tests/payments/contract.py`."""

    @property
    def name(self) -> str:
        """Return the word in the books, in settings and in logs; lower case, for ever."""
        ...

    @property
    def order_seconds(self) -> int:
        """Return how long an order waits for its money."""
        ...

    @property
    def currencies(self) -> frozenset[str] | None:
        """Return the ISO 4217 codes it takes, None for all."""
        ...

    async def start(self, order: PayableOrder) -> Checkout:
        """Open a checkout for an order; the same order again gives the same checkout.

        Raises:
            ProviderSilent, ProviderRefused: there is none, and nothing is owed.
        """
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Return what a webhook's request says, once its signature is known to be good.

        Header names are lower case. An event of no interest gives no notice.

        Raises:
            SignatureWrong: missing, bad, stale or of another mode; nothing of the body was read.
            EventUnreadable: signed, and yet no event.
            WebhooksUnknown: the provider sends none, or is not configured for them.
        """
        ...

    async def poll(self, cursor: str) -> Polled:
        """Return the notices after `cursor`, '' for as far back as the provider remembers.

        Raises:
            ProviderSilent: the cursor stays where it is.
        """
        ...

    async def payment(self, payment_id: str) -> Payment:
        """Return a payment's present state, also by the name of its checkout.

        Raises:
            ProviderSilent: it cannot be asked now.
            PaymentUnknown: the provider has none of that name.
        """
        ...

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        """Ask for money to be given back; the same key again asks for nothing more.

        Raises:
            ProviderSilent, ProviderRefused: nothing was asked for, or nobody knows; ask again with
                the same key.
        """
        ...

    async def settled(self, payment: Payment) -> None:
        """Hear that a paid payment is in the books; called after the commit, perhaps repeatedly.

        Raises:
            ProviderSilent: it is told again with the next notice or sweep.
        """
        ...

    async def close(self) -> None:
        """Give back what it holds; nothing is called afterwards."""
        ...
