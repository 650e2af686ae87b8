"""Play money: a test purchase costs nothing and is paid the moment it is made."""

from typing import Self

from bot.payments.manual import OwnParts
from bot.payments.own_payments import OwnProvider
from bot.payments.provider import TEST_CURRENCY, CheckoutKind
from bot.settings import Settings


class PlayMoney(OwnProvider):
    """Test purchases as a provider of payments: a coin is a unit of the currency for tests."""

    name: str = "test"
    currencies: frozenset[str] | None = frozenset({TEST_CURRENCY})
    checkout_kind: CheckoutKind = CheckoutKind.NONE
    is_test: bool = True

    @classmethod
    def configured(cls, settings: Settings, parts: OwnParts) -> Self | None:
        """Return the provider; there is always play money."""
        del settings
        return cls(parts.own, parts.clock)
