"""Stripe's provider over our double of Stripe; see `contract.py`."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path

import stripe
from pydantic import SecretStr
from typing_extensions import override

from bot.payments.provider import Checkout, PayableOrder, PaymentProvider
from bot.payments.stripe_amounts import to_stripe
from bot.payments.stripe_checkout import StripeCheckout
from bot.settings import Settings
from tests.payments.contract import Can, Rig, RigMaker, Ring
from tests.payments.stripe_double import KEY, Fault, StripeDouble, running_double
from tests.payments.stripe_world import WEBHOOK_SECRET

NOW = 1_800_000_000
GUILD_ID = 5_000


@dataclass
class StripeParts:
    """What the registry hands to providers, as far as Stripe's takes it; a clock to move."""

    now: int = NOW

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        return lambda: self.now


def stripe_settings(double: StripeDouble, **more: object) -> Settings:
    """Return the settings of a bot whose Stripe is the double."""
    values: dict[str, object] = {
        "stripe_secret_key": SecretStr(KEY),
        "stripe_webhook_secret": SecretStr(WEBHOOK_SECRET),
        "stripe_api_base": double.base,
        **more,
    }
    return Settings.model_validate(values)


class StripeRig(Rig):
    """A bot's Stripe provider, and the account it sells through."""

    name = "stripe"
    can = frozenset(Can)

    def __init__(self, double: StripeDouble, parts: StripeParts, currency: str) -> None:
        self.double = double
        self.parts = parts
        self.currency = currency
        self._provider = self._made()

    def _made(self) -> StripeCheckout:
        made = StripeCheckout.configured(stripe_settings(self.double), self.parts)
        assert made is not None
        return made

    @property
    @override
    def provider(self) -> PaymentProvider:
        return self._provider

    @override
    async def restart(self) -> None:
        await self._provider.close()
        self._provider = self._made()

    @override
    def order(self, order_id: int) -> PayableOrder:
        return PayableOrder(
            guild_id=GUILD_ID,
            order_id=order_id,
            member_id=600 + order_id,
            coins=700,
            price_minor=9_990,
            currency=self.currency,
            code=f"K7QM-{order_id:04}",
            title="700 coins in Flower Market",
            expires_at=NOW + StripeCheckout.order_seconds,
        )

    @override
    async def pay(self, order: PayableOrder, checkout: Checkout) -> str:
        return self.double.world.pay(checkout.checkout_id)

    @override
    async def rings(self) -> tuple[Ring, ...]:
        rang = tuple(self.double.world.rings)
        self.double.world.rings.clear()
        return rang

    @override
    async def go_down(self) -> None:
        self.double.lasting_fault = Fault.DOWN

    @override
    async def come_up(self) -> None:
        self.double.lasting_fault = None

    @override
    async def expire(self, order: PayableOrder, checkout: Checkout) -> None:
        self.double.world.expire(checkout.checkout_id)

    @override
    async def promise(self, order: PayableOrder, checkout: Checkout) -> str:
        return self.double.world.promise(checkout.checkout_id)

    @override
    async def money_arrives(self, payment_id: str) -> None:
        self.double.world.money_comes(payment_id, comes=True)

    @override
    async def money_stays_away(self, payment_id: str) -> None:
        self.double.world.money_comes(payment_id, comes=False)

    @override
    async def give_back(self, payment_id: str, amount_minor: int) -> None:
        self.double.world.give_back(payment_id, to_stripe(amount_minor, self.currency))

    @override
    async def fail_refunds(self, payment_id: str) -> None:
        self.double.world.set_refunds(payment_id, "failed")

    @override
    async def dispute(self, payment_id: str) -> None:
        self.double.world.dispute(payment_id)

    @override
    async def decide(self, payment_id: str, *, won: bool) -> None:
        self.double.world.set_disputes(payment_id, "won" if won else "lost")


@contextlib.asynccontextmanager
async def stripe_rig(currency: str = "EUR") -> AsyncGenerator[StripeRig]:
    """Start a double of Stripe and a provider that sells through it."""
    usual_seconds = stripe.HTTPClient.INITIAL_DELAY
    stripe.HTTPClient.INITIAL_DELAY = 0.001  # between the library's own tries
    parts = StripeParts()
    try:
        async with running_double(parts.clock) as double:
            rig = StripeRig(double, parts, currency)
            try:
                yield rig
            finally:
                await rig.provider.close()
    finally:
        stripe.HTTPClient.INITIAL_DELAY = usual_seconds


def _maker(currency: str) -> RigMaker:
    @contextlib.asynccontextmanager
    async def made(_folder: Path) -> AsyncGenerator[Rig]:
        async with stripe_rig(currency) as rig:
            yield rig

    return made


# A currency with cents, with none, with thousandths, and one that Stripe counts otherwise.
RIGS: dict[str, RigMaker] = {
    "stripe": _maker("EUR"),
    "stripe-yen": _maker("JPY"),
    "stripe-dinars": _maker("KWD"),
    "stripe-shillings": _maker("UGX"),
}
