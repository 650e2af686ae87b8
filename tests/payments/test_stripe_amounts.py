"""Amounts at Stripe: cents are cents, and the exceptions that its own pages name."""

import pytest

from bot.currencies import currencies, decimals_of
from bot.payment_errors import ProviderRefused
from bot.payments.stripe_amounts import from_stripe, to_stripe


@pytest.mark.parametrize(
    ("currency", "amount_minor", "at_stripe"),
    [
        ("EUR", 999, 999),
        ("USD", 1, 1),
        ("JPY", 500, 500),
        ("KWD", 5_120, 5_120),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("MGA", 500, 5),
        ("HUF", 1_045, 1_045),
    ],
)
def test_an_amount_is_what_stripe_means_by_it(
    currency: str, amount_minor: int, at_stripe: int
) -> None:
    assert to_stripe(amount_minor, currency) == at_stripe
    assert from_stripe(at_stripe, currency) == amount_minor


@pytest.mark.parametrize("currency", sorted(currencies()))
def test_what_is_charged_is_what_is_read_back(currency: str) -> None:
    amount_minor = 12 * 10 ** decimals_of(currency)
    assert from_stripe(to_stripe(amount_minor, currency), currency) == amount_minor


@pytest.mark.parametrize(("currency", "amount_minor"), [("KWD", 5_124), ("TND", 1), ("MGA", 150)])
def test_fractions_that_stripe_has_not_are_refused(currency: str, amount_minor: int) -> None:
    with pytest.raises(ProviderRefused, match=rf"{currency} amounts have to be multiples of 10"):
        to_stripe(amount_minor, currency)
