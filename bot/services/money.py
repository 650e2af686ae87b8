"""Amounts of money as people type and read them.

A number is read by what it can only mean, not by the reader's country alone: a German who types
4.99 means 4,99. Only where a point or comma could be both, the reader's locale decides.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from babel import Locale
from babel.numbers import get_decimal_symbol

from bot.currencies import Money, currencies, decimals_of, format_money
from bot.paid_errors import MoneyOutOfBounds, NotMoney, UnknownCurrency
from bot.texts import SOURCE_LOCALE, texts_for

__all__ = [
    "MOST_MINOR",
    "Money",
    "currencies",
    "currencies_like",
    "decimals_of",
    "find_currency",
    "format_money",
    "parse_money",
]

# As the table `pack` has it (minor units).
MOST_MINOR = 1_000_000_000_000

_MOST_TYPED = 40
# What separates thousands somewhere, and decimals nowhere: blanks and apostrophes.
_BLANKS = re.compile(r"[\s'’٬]")
_GROUPS = {
    mark: re.compile(rf"[0-9]{{1,3}}(?:[{mark}][0-9]{{2,3}})*[{mark}][0-9]{{3}}") for mark in ".,"
}
_THOUSAND = 3


def find_currency(typed: str) -> str:
    """Return the ISO 4217 code of a currency.

    Raises:
        UnknownCurrency: it is none that is in use.
    """
    code = typed.strip().upper()
    if code not in currencies():
        raise UnknownCurrency(typed[:_MOST_TYPED])
    return code


def currencies_like(typed: str, locale: str, most: int = 25) -> tuple[tuple[str, str], ...]:
    """Return codes and names of the currencies whose code or name has what was typed in it."""
    wanted = typed.strip().casefold()
    return tuple(each for each in _named(locale) if wanted in " ".join(each).casefold())[:most]


@lru_cache(64)
def _named(locale: str) -> tuple[tuple[str, str], ...]:
    names = cast("Mapping[str, str]", texts_for(locale).locale.currencies)
    return tuple((code, names.get(code, code)) for code in sorted(currencies()))


def parse_money(
    typed: str, currency: str, locale: str, *, least: int = 1, most: int = MOST_MINOR
) -> int:
    """Return the minor units that somebody of a Discord locale typed, such as `4.99`.

    Raises:
        NotMoney: it is no amount of this currency, or has too many decimals.
        MoneyOutOfBounds: it is below `least` or above `most` (minor units).
    """
    babel_locale = texts_for(locale).locale
    minor = None
    if len(typed) <= _MOST_TYPED:
        minor = _minor_of(_bare(typed, currency, babel_locale), decimals_of(currency), babel_locale)
    if minor is None:
        # A price such as shops have it, in any currency.
        example = Money(499 if decimals_of(currency) else 500, currency)
        raise NotMoney(typed[:_MOST_TYPED], currency, example)
    if not least <= minor <= most:
        raise MoneyOutOfBounds(Money(least, currency), Money(most, currency))
    return minor


def _bare(typed: str, currency: str, locale: Locale) -> str:
    """Return what was typed with plain digits, without the currency and without blanks."""
    text = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in typed)
    found = _signed(currency, locale).fullmatch(text.replace("٫", "."))
    return _BLANKS.sub("", found[1]) if found else ""


@lru_cache(256)
def _signed(currency: str, locale: Locale) -> re.Pattern[str]:
    here, english = (
        cast("Mapping[str, str]", each.currency_symbols).get(currency, currency)
        for each in (locale, texts_for(SOURCE_LOCALE).locale)
    )
    signs = {currency, here, english}
    if not english[-1].isalpha():
        signs.add(english[-1])  # who types CA$ in Canada?
    sign = "|".join(re.escape(each) for each in sorted(signs, key=len, reverse=True))
    return re.compile(rf"\s*(?:{sign})?(.*?)(?:{sign})?\s*", re.IGNORECASE | re.DOTALL)


def _minor_of(text: str, decimals: int, locale: Locale) -> int | None:
    """Return the minor units of digits, points and commas, None when they are no amount."""
    marks = [each for each in text if each in ".,"]
    if not marks:
        return _joined(text, "", decimals)
    mark = marks[-1]
    whole, _, part = text.rpartition(mark)
    if len(marks) == 1 and len(part) == _THOUSAND:
        # One thousand, or decimals: the reader's country says which.
        if mark != get_decimal_symbol(locale):
            return _joined(_ungrouped(text), "", decimals)
    elif marks.count(mark) > 1:
        return _joined(_ungrouped(text), "", decimals)
    if not 1 <= len(part) <= decimals:
        return None
    return _joined(_ungrouped(whole), part, decimals)


def _ungrouped(whole: str) -> str:
    """Return a whole number without the marks between its groups, '' when they are no groups."""
    marks = set(whole) & set(".,")
    if not marks:
        return whole or "0"
    if len(marks) > 1:
        return ""
    mark = marks.pop()
    return whole.replace(mark, "") if _GROUPS[mark].fullmatch(whole) else ""


def _joined(whole: str, part: str, decimals: int) -> int | None:
    digits = whole + part.ljust(decimals, "0")
    return int(digits) if whole and digits.isascii() and digits.isdigit() else None
