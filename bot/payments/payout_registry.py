"""Every way to pay streamers, and those that this operator has set up."""

from dataclasses import dataclass

from bot.payments.manual_payouts import ManualPayouts
from bot.payments.payout_provider import PayoutProvider
from bot.payments.role_giver import RoleGiver
from bot.payments.role_payouts import RolePayouts
from bot.payments.stripe_connect import StripeConnect
from bot.settings import Settings

# A new provider is one file and one line here; the first is the default.
PAYOUT_PROVIDERS = (ManualPayouts, StripeConnect, RolePayouts)


@dataclass(frozen=True, slots=True)
class PayoutParts:
    """What providers may need beyond their settings; `roles` is None without a Discord client."""

    roles: RoleGiver | None = None


def configured_payouts(settings: Settings, parts: PayoutParts) -> dict[str, PayoutProvider]:
    """Return the providers that the settings describe, by their names.

    Raises:
        SettingsWrong: one is described, but cannot be.
    """
    made = [provider.configured(settings, parts) for provider in PAYOUT_PROVIDERS]
    return {provider.name: provider for provider in made if provider is not None}
