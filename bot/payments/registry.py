"""Every way to pay, and those that this operator has set up."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.payments.discord_premium import DiscordPremium
from bot.payments.entitlements import Entitlements
from bot.payments.manual import Manual
from bot.payments.own_payments import OwnPayments
from bot.payments.provider import PaymentProvider
from bot.payments.stripe_checkout import StripeCheckout
from bot.payments.test_mode import PlayMoney
from bot.settings import Settings

# A new provider is one file and one line here.
PROVIDERS = (PlayMoney, Manual, StripeCheckout, DiscordPremium)


@dataclass(frozen=True, slots=True)
class ProviderParts:
    """What providers may need beyond their settings; each takes what it knows.

    `entitlements` is Discord's shop, None where no Discord client is at hand.
    """

    own: OwnPayments
    clock: Callable[[], int]
    entitlements: Entitlements | None = None


def configured_providers(settings: Settings, parts: ProviderParts) -> dict[str, PaymentProvider]:
    """Return the providers that the settings describe, by their names.

    Raises:
        SettingsWrong: one is described, but cannot be.
    """
    made = [provider.configured(settings, parts) for provider in PROVIDERS]
    return {provider.name: provider for provider in made if provider is not None}
