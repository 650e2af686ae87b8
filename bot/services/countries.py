"""The countries of the world by their ISO 3166 codes, with the names that a reader knows."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from bot.paid_errors import UnknownCountry
from bot.texts import SOURCE_LOCALE, texts_for

# CLDR has codes that are no countries: unions, tests, unknown, and what ISO 3166 only reserves for
# parts of countries that have codes of their own. Kosovo (XK) is no ISO code, but people live there
# and the payment services know it.
_NO_COUNTRIES = frozenset(
    "AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split()  # noqa: SIM905 - a table
)

_CODE_LENGTH = 2
_MOST_TYPED = 100


@lru_cache(64)
def countries(locale: str) -> dict[str, str]:
    """Return the codes of all countries with their names in the language of a Discord locale."""
    names = cast("Mapping[str, str]", texts_for(locale).locale.territories)
    return {
        code: names[code]
        for code in sorted(names)
        if len(code) == _CODE_LENGTH and code.isalpha() and code not in _NO_COUNTRIES
    }


def find_country(typed: str, locale: str) -> str:
    """Return the code of a country that somebody typed by its code or by a name.

    Names are those in the language of a Discord locale, and the English ones.

    Raises:
        UnknownCountry: there is none of that name.
    """
    wanted = typed.strip().casefold()
    if wanted.upper() in countries(locale):
        return wanted.upper()
    for names in (countries(locale), countries(SOURCE_LOCALE)):
        for code, name in names.items():
            if name.casefold() == wanted:
                return code
    raise UnknownCountry(typed[:_MOST_TYPED])


def countries_like(typed: str, locale: str, most: int = 25) -> tuple[tuple[str, str], ...]:
    """Return codes and names of countries, those first whose name begins with what was typed."""
    wanted = typed.strip().casefold()
    found = [
        (code, name)
        for code, name in countries(locale).items()
        if wanted in name.casefold() or wanted == code.casefold()
    ]
    found.sort(key=lambda each: (not each[1].casefold().startswith(wanted), each[1]))
    return tuple(found[:most])
