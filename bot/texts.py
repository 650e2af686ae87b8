"""Every sentence a person reads, in the reader's language: gettext for words, Babel for numbers.

English is the source: a message is its own key. Placeholders name their unit, and the unit decides
how the value is written::

    texts("You have {balance:coins}.", balance=1)      # You have 1 coin.
    texts("Receipt {number:receipt}", number=42)       # Receipt #42
    texts("{count} of {most}", count=1200, most=5000)  # 1,200 of 5,000
    texts("Until {end:until}", end=1_800_000_000)      # Until <t:1800000000:R>
    texts("It costs {price}.", price=Money(499, "EUR"))  # It costs €4.99.

Where coins have a price, texts that know it (`priced`) write it behind every amount of coins::

    texts("You have {balance:coins}.", balance=350)    # You have 350 coins (€4.99).
    texts("You have {balance:coins}, not {asked:amount}.", balance=350, asked=700)
    # You have 350 coins (€4.99), not 700 coins (€9.98); in play mode: 350 coins, not 700.
    texts("{coins:bare} for {price}", coins=700, price=Money(999, "EUR"))  # 700 coins for €9.99

`bare` is for what the brackets would be wrong for: a pack whose own price stands beside it, or
which is only named; a rate; a part of a sum that has its price. Whoever uses it says which.
"""

import copy
import gettext
import string
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from typing_extensions import override

from bot.currencies import CoinPrice, Money, format_money

DOMAIN = "bouquet"
LOCALE_FOLDER = Path(__file__).parent / "locale"
SOURCE_LOCALE = "en-US"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a message for the catalogue that is looked up later."""
    return message


class Texts:
    """Texts, numbers and amounts in the language of one reader; made by `texts_for`."""

    coin_price: CoinPrice | None = None

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

    def priced(self, coin_price: CoinPrice | None) -> Self:
        """Return these texts for a guild where a coin costs that much, None where none is sold."""
        if coin_price == self.coin_price:
            return self
        # The catalogue and the numbers that were written are shared.
        other = copy.copy(self)
        other.coin_price = coin_price
        other._formatter = _Formatter(other)  # noqa: SLF001 - it is one of us
        return other

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
        """Return an amount of coins in words, with its price in brackets where coins have one."""
        return self.bare(amount) + self.worth(amount)

    def amount(self, amount: int) -> str:
        """Return an amount of coins behind another one: its number, in full where it has a price.

        A price behind a mere number could be taken for that of something else.
        """
        return self.number(amount) if self.coin_price is None else self.coins(amount)

    def bare(self, amount: int) -> str:
        """Return an amount of coins in words, without a price; see above when that is right."""
        return self.plural("{count} coin", "{count} coins", amount)

    def worth(self, amount: int) -> str:
        """Return what so many coins cost, in brackets behind them; nothing where they do not."""
        if self.coin_price is None:
            return ""
        return self(N_(" ({price})"), price=self.coin_price.of(amount))

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
            "amount": texts.amount,
            "bare": texts.bare,
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
