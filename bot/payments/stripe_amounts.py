"""What an amount is called at Stripe: its smallest unit is not always that of ISO 4217.

Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal and special cases).
"""

from bot.payment_errors import ProviderRefused

# For the sake of old integrations Stripe counts hundredths of crowns and shillings that have none,
# and whole ariary although ISO 4217 gives them two decimals.
_STRIPE_HUNDREDTHS = frozenset({"ISK", "UGX"})
_STRIPE_WHOLE = frozenset({"MGA"})
# Fils and the like: banks round them, so Stripe wants the last of the three digits to be a zero.
_IN_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe(amount_minor: int, currency: str) -> int:
    """Return an amount (ISO 4217 minor units) as Stripe counts it.

    Raises:
        ProviderRefused: Stripe has no such fraction of the currency.
    """
    if currency in _STRIPE_HUNDREDTHS:
        return amount_minor * 100
    step = 100 if currency in _STRIPE_WHOLE else 10 if currency in _IN_TENS else 1
    if amount_minor % step:
        reason = f"{currency} amounts have to be multiples of {step} of their smallest unit."
        raise ProviderRefused(reason)
    return amount_minor // step if currency in _STRIPE_WHOLE else amount_minor


def from_stripe(amount: int, currency: str) -> int:
    """Return an amount as Stripe counts it in ISO 4217 minor units, rounded down."""
    if currency in _STRIPE_HUNDREDTHS:
        return amount // 100
    return amount * 100 if currency in _STRIPE_WHOLE else amount
