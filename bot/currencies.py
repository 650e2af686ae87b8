"""The world's currencies in use, and how an amount of one is written.

Amounts are integers of the currency's minor unit as ISO 4217 counts it: cents, fils, whole yen.
Which currencies are in use and what they are called comes from CLDR by way of Babel. How many
decimals they have does not: CLDR says how many people write (none for Serbian dinars), ISO 4217
how many a price has (two), and a payment is off by a hundred when the two are mixed up.
"""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import NumberPattern

# ISO 4217, list one: every other currency in use has two decimals.
_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905 - a table
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905 - the same


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money in minor units of its currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class CoinPrice:
    """What one coin costs in a guild, in minor units of its currency, without any discount.

    Neither the discount of a large pack nor a promotion lowers it, as the key principles on in-game
    virtual currencies ask for (EU consumer protection network, CPC, 21 March 2025, principle 1).
    """

    minor: Fraction
    currency: str

    def of(self, coins: int) -> Money:
        """Return what so many coins cost, rounded up to the minor unit, with their sign."""
        minor = math.ceil(abs(coins) * self.minor)
        return Money(minor if coins > 0 else -minor, self.currency)


@cache
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes of the currencies that are somewhere legal tender today."""
    tenders: Mapping[str, list[tuple[str, Any, Any, bool]]] = get_global("territory_currencies")
    return frozenset(
        code
        for of_territory in tenders.values()
        for code, _, until, is_tender in of_territory
        if until is None and is_tender
    )


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency's amounts have: 0, 2 or 3."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def format_money(minor: int, currency: str, locale: Locale) -> str:
    """Return an amount of minor units as people of the locale write it, with all its decimals."""
    decimals = decimals_of(currency)
    value = Decimal(minor).scaleb(-decimals)
    return _pattern(locale, decimals).apply(
        value, locale, currency=currency, currency_digits=False, decimal_quantization=False
    )


@lru_cache(256)
def _pattern(locale: Locale, decimals: int) -> NumberPattern:
    pattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern
