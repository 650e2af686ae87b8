"""Every sentence a person reads, in the reader's language: gettext for words, Babel for numbers.

English is the source: a message is its own key. Placeholders name their unit, and the unit decides
how the value is written::

    texts("You have {balance:coins}.", balance=1)      # You have 1 coin.
    texts("Receipt {number:receipt}", number=42)       # Receipt #42
    texts("{count} of {most}", count=1200, most=5000)  # 1,200 of 5,000
    texts("Until {end:until}", end=1_800_000_000)      # Until <t:1800000000:R>
    texts("It costs {price}.", price=Money(499, "EUR"))  # It costs €4.99.
"""

import gettext
import string
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from typing_extensions import override

from bot.currencies import Money, format_money

DOMAIN = "bouquet"
LOCALE_FOLDER = Path(__file__).parent / "locale"
SOURCE_LOCALE = "en-US"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a message for the catalogue that is looked up later."""
    return message


class Texts:
    """Texts, numbers and amounts in the language of one reader; made by `texts_for`."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._catalogue = gettext.translation(
            DOMAIN, LOCALE_FOLDER, languages=[str(locale), locale.language], fallback=True
        )
        self._formatter = _Formatter(self)
        self._number = lru_cache(4096)(self._write_number)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return `message` translated, with its placeholders filled in."""
        return self.fill(self._catalogue.gettext(message), values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the form of the message that fits `count`, which is also a placeholder."""
        return self.fill(self._catalogue.ngettext(one, many, count), {"count": count, **values})

    @property
    def is_spoken(self) -> bool:
        """Tell whether there are texts in this language, rather than English in its place."""
        is_source = self.locale.language == SOURCE_LOCALE.partition("-")[0]
        return is_source or isinstance(self._catalogue, gettext.GNUTranslations)

    def number(self, value: int) -> str:
        """Return a whole number as the locale groups it."""
        return self._number(value)

    def fill(self, template: str, values: Mapping[str, object]) -> str:
        """Return an already translated template with its placeholders filled in."""
        return self._formatter.vformat(template, (), values) if "{" in template else template

    def coins(self, amount: int) -> str:
        """Return an amount of coins in words."""
        return self.plural("{count} coin", "{count} coins", amount)

    def diamonds(self, amount: int) -> str:
        """Return an amount of diamonds in words."""
        return self.plural("{count} diamond", "{count} diamonds", amount)

    def gifts(self, amount: int) -> str:
        """Return a number of gifts in words."""
        return self.plural("{count} gift", "{count} gifts", amount)

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of money, given in minor units, as the locale writes it."""
        return format_money(minor, currency, self.locale)

    def _write_number(self, value: int) -> str:
        return format_decimal(value, locale=self.locale)


class _Formatter(string.Formatter):
    """Writes placeholder values by the unit that the placeholder names."""

    def __init__(self, texts: Texts) -> None:
        self._money = texts.money
        self._units: dict[str, Callable[[int], str]] = {
            "": texts.number,
            "coins": texts.coins,
            "diamonds": texts.diamonds,
            "gifts": texts.gifts,
            "receipt": lambda number: f"#{number}",
            # Discord writes these in each reader's own language and time zone.
            "at": lambda seconds: f"<t:{seconds}:f>",
            "day": lambda seconds: f"<t:{seconds}:D>",
            "until": lambda seconds: f"<t:{seconds}:R>",
        }

    @override
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, int):
            return self._units[format_spec](value)
        if isinstance(value, Money):
            return self._money(value.minor, value.currency)
        return format(value, format_spec)


@lru_cache(64)
def texts_for(locale: str) -> Texts:
    """Return the texts for a Discord locale such as `en-US`; unknown ones read English."""
    try:
        return Texts(Locale.parse(locale, sep="-"))
    except (UnknownLocaleError, ValueError):
        return Texts(Locale.parse(SOURCE_LOCALE, sep="-"))
