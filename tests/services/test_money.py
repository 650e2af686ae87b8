"""Amounts of money are read by what they can only mean, and refused where they mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.currencies import Money, currencies
from bot.paid_errors import MoneyOutOfBounds, NotMoney, UnknownCurrency
from bot.services.money import MOST_MINOR, currencies_like, find_currency, parse_money
from bot.texts import texts_for

READ = [
    ("4.99", "EUR", "en-US", 499),
    ("4.99", "EUR", "de", 499),  # nobody means 499 euros
    ("4,99", "EUR", "en-US", 499),
    ("4,9", "EUR", "de", 490),
    ("€4.99", "EUR", "de", 499),
    ("4,99 €", "EUR", "de", 499),
    (" eur 5 ", "EUR", "de", 500),
    ("5 EUR", "EUR", "fr", 500),
    ("$5", "CAD", "en-US", 500),
    ("CA$5", "CAD", "en-US", 500),
    ("5 $CA", "CAD", "fr", 500),
    (".99", "EUR", "en-US", 99),
    ("50", "EUR", "en-US", 5_000),
    ("1,234", "EUR", "en-US", 123_400),
    ("1.234", "EUR", "de", 123_400),
    ("1,234.50", "EUR", "de", 123_450),
    ("1.234,50", "EUR", "en-US", 123_450),
    ("1\u202f234,50", "EUR", "fr", 123_450),
    ("1'234.50", "CHF", "de", 123_450),
    ("1,23,456.5", "INR", "hi", 12_345_650),
    ("1.234.567", "EUR", "en-US", 123_456_700),
    ("٤٫٩٩", "EUR", "ar", 499),
    ("500", "JPY", "ja", 500),
    ("1,500", "JPY", "ja", 1_500),
    ("¥1500", "JPY", "en-US", 1_500),
    ("1.25", "KWD", "de", 1_250),
    ("1.250", "KWD", "en-US", 1_250),
    ("1,250", "KWD", "de", 1_250),
    ("1.250", "KWD", "de", 1_250_000),
    ("1,234.567", "KWD", "de", 1_234_567),
]


@pytest.mark.parametrize(("typed", "currency", "locale", "minor"), READ)
def test_money_is_read_as_it_can_only_be_meant(
    typed: str, currency: str, locale: str, minor: int
) -> None:
    assert parse_money(typed, currency, locale) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "locale"),
    [
        *((typed, "EUR", "en-US") for typed in ("", " ", "€", ".", ",", "-5", "+5", "5.", "5,")),
        *((typed, "EUR", "de") for typed in ("ten", "1e5", "1_000", "½", "0x1", "5.5.5", "1..2")),
        *((typed, "EUR", "en-US") for typed in ("4.999", "1.234", "1,234.567", "1,2345", "1,23,4")),
        ("1,234.567,8", "EUR", "de"),
        ("12,34,567,8.1", "EUR", "de"),
        ("$5", "EUR", "en-US"),
        ("5 USD", "EUR", "en-US"),
        ("5.00", "JPY", "ja"),
        ("1.5", "JPY", "en-US"),
        ("1.2345", "KWD", "en-US"),
        ("0" * 40 + "5", "EUR", "en-US"),
    ],
)
def test_what_is_no_amount_is_refused_with_an_example(
    typed: str, currency: str, locale: str
) -> None:
    with pytest.raises(NotMoney) as refusal:
        parse_money(typed, currency, locale, least=0)
    assert refusal.value.value == typed[:40]
    example = texts_for(locale).money(refusal.value.example.minor, currency)
    assert parse_money(example, currency, locale) == refusal.value.example.minor


@pytest.mark.parametrize("typed", ["0", "0.01", "10.01", "99999999999999"])
def test_money_out_of_its_bounds_is_refused_with_them(typed: str) -> None:
    with pytest.raises(MoneyOutOfBounds) as refusal:
        parse_money(typed, "EUR", "en-US", least=2, most=1_000)
    assert (refusal.value.least, refusal.value.most) == (Money(2, "EUR"), Money(1_000, "EUR"))


@given(
    minor=st.integers(0, MOST_MINOR),
    currency=st.sampled_from(sorted(currencies())),
    locale=st.sampled_from(
        ["en-US", "de", "fr", "ja", "hi", "sv-SE", "pt-BR", "pl", "de-CH", "da"]
    ),
)
def test_whatever_is_written_is_read_back(minor: int, currency: str, locale: str) -> None:
    written = texts_for(locale).money(minor, currency)
    assert parse_money(written, currency, locale, least=0) == minor


@pytest.mark.parametrize("typed", ["eur", " EUR "])
def test_a_currency_is_found_by_its_letters(typed: str) -> None:
    assert find_currency(typed) == "EUR"


@pytest.mark.parametrize("typed", ["", "euro", "DEM", "XTS", "€" * 90])
def test_an_unknown_currency_is_refused(typed: str) -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        find_currency(typed)
    assert refusal.value.value == typed[:40]


def test_currencies_are_suggested_by_letters_and_by_name() -> None:
    assert currencies_like("eur", "en-US") == (("EUR", "Euro"),)
    assert ("JPY", "Japanischer Yen") in currencies_like("yen", "de")
    assert len(currencies_like("", "en-US")) == 25
