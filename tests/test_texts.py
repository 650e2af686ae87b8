"""Texts: placeholders by their unit, numbers by their locale, English where nothing else is."""

from fractions import Fraction

import pytest

from bot.currencies import CoinPrice, Money
from bot.errors import NotEnoughCoins
from bot.texts import N_, SOURCE_LOCALE, texts_for

ENGLISH = texts_for(SOURCE_LOCALE)


@pytest.mark.parametrize(
    ("message", "values", "sentence"),
    [
        ("Nothing to fill in", {}, "Nothing to fill in"),
        ("You have {balance:coins}.", {"balance": 1}, "You have 1 coin."),
        ("You have {balance:coins}.", {"balance": 0}, "You have 0 coins."),
        ("You have {balance:coins}.", {"balance": 1_200}, "You have 1,200 coins."),
        ("{sum:diamonds}", {"sum": 1}, "1 diamond"),
        ("{sum:diamonds}", {"sum": 1_000_000}, "1,000,000 diamonds"),
        ("{sent:gifts}", {"sent": 1}, "1 gift"),
        ("{sent:gifts}", {"sent": 3}, "3 gifts"),
        ("Receipt {number:receipt}", {"number": 4_242}, "Receipt #4242"),
        ("{count} of {most}", {"count": 1_200, "most": 5_000}, "1,200 of 5,000"),
        ("{change}", {"change": -1_200}, "-1,200"),
        ("Until {end:until}", {"end": 1_800_000_000}, "Until <t:1800000000:R>"),
        ("At {begin:at}", {"begin": 1_800_000_000}, "At <t:1800000000:f>"),
        ("On {day:day}", {"day": 1_800_000_000}, "On <t:1800000000:D>"),
        ("{name} is here", {"name": "Mia"}, "Mia is here"),
        ("{{literally}} {name}", {"name": "Mia"}, "{literally} Mia"),
    ],
)
def test_a_placeholder_is_written_by_its_unit(
    message: str, values: dict[str, object], sentence: str
) -> None:
    assert ENGLISH(message, **values) == sentence


def test_what_people_typed_is_never_a_template() -> None:
    assert ENGLISH("“{name}”", name="{balance:coins} {0} %s") == "“{balance:coins} {0} %s”"


def test_a_missing_value_or_an_unknown_unit_is_a_defect() -> None:
    with pytest.raises(KeyError):
        ENGLISH("{balance:coins}")
    with pytest.raises(KeyError):
        ENGLISH("{balance:bananas}", balance=1)


def test_a_plural_form_fits_its_count() -> None:
    assert ENGLISH.plural("{count} entry", "{count} entries", 1) == "1 entry"
    assert ENGLISH.plural("{count} entry", "{count} entries", 1_000) == "1,000 entries"
    assert ENGLISH.plural("{count} of {who}", "{count} by {who}", 2, who="Mia") == "2 by Mia"


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", "1,234,567"),
        ("en-GB", "1,234,567"),
        ("de", "1.234.567"),
        ("pt-BR", "1.234.567"),
        ("es-419", "1,234,567"),
        ("hi", "12,34,567"),
        ("fr", "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"),
    ],
)
def test_numbers_are_grouped_as_the_reader_is_used_to(locale: str, written: str) -> None:
    assert texts_for(locale).number(1_234_567) == written
    assert texts_for(locale)("{n}", n=1_234_567) == written


# https://docs.discord.com/developers/reference#locales
LOCALES = """
id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi
th zh-CN ja zh-TW ko
"""


@pytest.mark.parametrize("locale", LOCALES.split())
def test_every_locale_of_discord_reads_something(locale: str) -> None:
    texts = texts_for(locale)
    assert texts.locale.language == locale.partition("-")[0]
    assert "7" in texts.coins(7)


@pytest.mark.parametrize("locale", ["xx-YY", "", "not a locale", "en-US-x-y-z", "123"])
def test_an_unknown_locale_reads_english(locale: str) -> None:
    assert texts_for(locale).coins(1_000) == "1,000 coins"


def test_texts_are_made_once_for_each_locale() -> None:
    assert texts_for("de") is texts_for("de")


def test_marking_a_message_changes_nothing() -> None:
    assert N_("You have {balance:coins}.") == "You have {balance:coins}."


# Texts that know what a coin costs.

EUROS = CoinPrice(Fraction(499, 350), "EUR")
PRICED = ENGLISH.priced(EUROS)


@pytest.mark.parametrize(
    ("message", "values", "playing", "selling"),
    [
        ("{x:coins}", {"x": 350}, "350 coins", "350 coins (€4.99)"),
        ("{x:coins}", {"x": 1}, "1 coin", "1 coin (€0.02)"),
        ("{x:coins}", {"x": 0}, "0 coins", "0 coins (€0.00)"),
        ("{x:amount}", {"x": 1_400}, "1,400", "1,400 coins (€19.96)"),
        ("{x:amount}", {"x": -5}, "-5", "-5 coins (-€0.08)"),
        ("{x:bare}", {"x": 1_400}, "1,400 coins", "1,400 coins"),
        ("{x}", {"x": 1_400}, "1,400", "1,400"),
        ("{x:diamonds}", {"x": 7}, "7 diamonds", "7 diamonds"),
        ("{x}", {"x": Money(999, "EUR")}, "€9.99", "€9.99"),
    ],
)
def test_an_amount_of_coins_stands_with_its_price_where_coins_have_one(
    message: str, values: dict[str, object], playing: str, selling: str
) -> None:
    assert ENGLISH(message, **values) == playing
    assert PRICED(message, **values) == selling


def test_a_refusal_reads_well_with_prices_and_without() -> None:
    refusal = NotEnoughCoins(40, 100)
    assert refusal.sentence(PRICED) == (
        "You have 40 coins (€0.58) and this costs 100 coins (€1.43). `/buy` gets more."
    )
    assert refusal.sentence(ENGLISH) == ("You have 40 coins and this costs 100. `/buy` gets more.")


def test_a_price_stands_behind_a_sign_of_coins_too() -> None:
    assert (PRICED.worth(350), PRICED.worth(-4)) == (" (€4.99)", " (-€0.06)")
    assert ENGLISH.worth(350) == ""


def test_prices_are_written_as_the_reader_is_used_to() -> None:
    german = texts_for("de").priced(EUROS)
    assert german.worth(350) == " (4,99\N{NO-BREAK SPACE}€)"


def test_texts_with_a_price_leave_those_without_as_they_are() -> None:
    assert texts_for(SOURCE_LOCALE).coins(350) == "350 coins"
    assert PRICED.priced(None).coins(350) == "350 coins"
    assert PRICED.priced(CoinPrice(Fraction(2), "USD")).coins(350) == "350 coins ($7.00)"
    assert ENGLISH.priced(None) is ENGLISH
    assert PRICED.priced(EUROS) is PRICED
