"""Cash and bank transfers: the buyer names the order's code, an admin confirms that money came."""

from collections.abc import Callable
from typing import Protocol, Self

from bot.payments.own_payments import OwnPayments, OwnProvider
from bot.payments.provider import CheckoutKind
from bot.settings import Settings

_DAY_SECONDS = 24 * 60 * 60


class OwnParts(Protocol):
    """What these providers take of what the registry hands to all."""

    @property
    def own(self) -> OwnPayments:
        """Return the payments that nobody else knows of."""
        ...

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        ...


class Manual(OwnProvider):
    """Payments by hand."""

    name: str = "manual"
    # A transfer takes up to three working days between some banks, more over a weekend and a
    # holiday, and then somebody has to look at the account. A bonus that was promised must wait.
    order_seconds: int = 7 * _DAY_SECONDS
    checkout_kind: CheckoutKind = CheckoutKind.CODE

    @classmethod
    def configured(cls, settings: Settings, parts: OwnParts) -> Self | None:
        """Return the provider, which needs no settings: an admin chooses it or does not."""
        del settings
        return cls(parts.own, parts.clock)
