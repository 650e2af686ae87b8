"""How people write days: in which words, and whether 3/4 is in April or in March.

Babel knows it of every language (CLDR, the pattern of a month and its day). What somebody writes is
read by the habits of the languages they read; English words are understood by everybody.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from babel import Locale, UnknownLocaleError

_ENGLISH = "en"

# The languages of Discord, as `dateparser` calls them.
# https://docs.discord.com/developers/reference#locales
_KNOWN = frozenset(
    [
        *("bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hi", "hr", "hu", "id", "it", "ja"),
        *("ko", "lt", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
    ]
)
_OTHER_NAMES = {"no": "nb"}


class Order(StrEnum):
    """Which of the numbers of a day comes first, as `dateparser` calls it."""

    DAY_FIRST = "DMY"
    MONTH_FIRST = "MDY"

    @property
    def other(self) -> "Order":
        """Return the other way round."""
        return Order.MONTH_FIRST if self is Order.DAY_FIRST else Order.DAY_FIRST


@dataclass(frozen=True, slots=True)
class Habits:
    """The languages whose words are read, and the order of 3/4 (None: who knows) and of 3.4."""

    languages: tuple[str, ...] = (_ENGLISH,)
    order: Order | None = None
    dotted_order: Order = Order.DAY_FIRST


ENGLISH = Habits()


@lru_cache(256)
def habits_of(*locales: str) -> Habits:
    """Return the habits of somebody who reads these Discord locales; the first decides the order.

    Dots put the day first, except in languages that write the month first with dots themselves
    (Hungarian, Korean). Unknown locales, and those without a language that is read, add nothing.
    """
    found = [locale for locale in map(_parsed, locales) if locale is not None]
    languages = dict.fromkeys(_OTHER_NAMES.get(one.language, one.language) for one in found)
    read = (*(each for each in languages if each in _KNOWN and each != _ENGLISH), _ENGLISH)
    pattern = str(found[0].datetime_skeletons["Md"]) if found else ""
    order = Order.MONTH_FIRST if pattern.find("M") < pattern.find("d") else Order.DAY_FIRST
    return Habits(
        languages=read,
        order=order if found else None,
        dotted_order=order if "." in pattern else Order.DAY_FIRST,
    )


def _parsed(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
