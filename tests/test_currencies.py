"""Which currencies there are, how many decimals they have, and how amounts are written."""

from fractions import Fraction

import pytest

from bot.currencies import CoinPrice, Money, currencies, decimals_of
from bot.texts import texts_for


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "KWD", "RSD", "XOF", "ZWG"])
def test_a_currency_in_use_is_one(code: str) -> None:
    assert code in currencies()


@pytest.mark.parametrize("code", ["DEM", "XAU", "XTS", "XXX", "BTC", "", "eur", "CHE"])
def test_what_nobody_pays_with_is_none(code: str) -> None:
    assert code not in currencies()


@pytest.mark.parametrize(
    ("code", "decimals"),
    # CLDR says that people write RSD and IQD without decimals; their prices have two and three.
    [("EUR", 2), ("RSD", 2), ("MGA", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("IQD", 3)],
)
def test_decimals_are_those_of_iso_4217(code: str, decimals: int) -> None:
    assert decimals_of(code) == decimals


@pytest.mark.parametrize(
    ("money", "locale", "written"),
    [
        (Money(499, "EUR"), "en-US", "€4.99"),
        (Money(499, "EUR"), "de", "4,99\xa0€"),
        (Money(123_456_700, "RSD"), "de", "1.234.567,00\xa0RSD"),
        (Money(150, "JPY"), "ja", "￥150"),
        (Money(1_250, "KWD"), "en-US", "KWD1.250"),
        (Money(5, "USD"), "en-US", "$0.05"),
        (Money(0, "USD"), "en-US", "$0.00"),
        (Money(499, "EUR"), "xx-unknown", "€4.99"),
    ],
)
def test_money_is_written_with_all_its_decimals(money: Money, locale: str, written: str) -> None:
    texts = texts_for(locale)
    assert texts.money(money.minor, money.currency) == written
    assert texts("{price}", price=money) == written


@pytest.mark.parametrize(
    ("coins", "minor"),
    [
        (0, 0),
        (1, 2),
        (280, 400),
        (700, 1_000),
        (1_400, 1_999),
        (1_401, 2_001),
        (-1, -2),
        (-280, -400),
        (-1_400, -1_999),
    ],
)
def test_what_coins_cost_is_rounded_up_and_keeps_their_sign(coins: int, minor: int) -> None:
    price = CoinPrice(Fraction(1_999, 1_400), "EUR")
    assert price.of(coins) == Money(minor, "EUR")


def test_what_many_coins_cost_is_exact() -> None:
    price = CoinPrice(Fraction(10**12, 3), "EUR")
    assert price.of(10**9 + 1) == Money((10**21 + 10**12 + 2) // 3, "EUR")
