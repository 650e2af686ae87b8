"""Days as people type them: “tomorrow”, “fri”, “24.12.”, “3 april”, “2026-12-24”.

`dateparser` knows the words of 200 languages, and guesses where it can: 20 is a day of this month,
2026-13-01 is 13 January, and of “fri 24.12.” it drops the friday. Here nothing is guessed, so what
it returns must say again every number and weekday that was typed.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

ENGLISH = ("en",)

_IN_DAYS = re.compile(r"in (\d{1,3}) days?")
_DOT_BETWEEN = re.compile(r"(?<=\d)\s*\.\s*(?=\d)")
_DOT_AFTER = re.compile(r"(?<=\d)\s*\.")
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
_WEEK_DAYS = 7


def days_in(text: str, today: date, languages: tuple[str, ...] = ENGLISH) -> tuple[date, ...]:
    """Return the days that a text can mean, seen from today: none, the one, or two.

    Two are an ambiguity (3/4), or a contradiction (the weekday of a date is another). A date
    without a year is the next one; today's own weekday is today in a week.
    """
    if in_days := _IN_DAYS.fullmatch(text):
        return (today + timedelta(days=int(in_days[1])),)
    if not any(character.isdecimal() for character in text):
        day = _named_day(text, today, languages)
        return () if day is None else (day,)
    # Whoever writes dots puts the day first; with other signs both ways are in use.
    orders = ("DMY",) if _DOT_BETWEEN.search(text) else ("DMY", "MDY")
    # With dots, 22.11. would be eleven minutes past ten.
    text = _DOT_AFTER.sub("", _DOT_BETWEEN.sub("/", text))
    days = {_dated_day(text, today, languages, order) for order in orders} - {None}
    days |= {other for day in days if day for other in _other_weekdays(text, day, today, languages)}
    return tuple(sorted(day for day in days if day))[:2]


def is_bare_weekday(text: str, today: date, languages: tuple[str, ...] = ENGLISH) -> bool:
    """Return whether a text is nothing but today's weekday, as in “fri” and “on friday”."""
    words = text.removeprefix("on ").split()
    return len(words) == 1 and days_in(text, today, languages) == (
        today + timedelta(days=_WEEK_DAYS),
    )


def names_zone(text: str, languages: tuple[str, ...] = ENGLISH) -> bool:
    """Return whether a text has a time zone in it, such as CET, Z or +02:00."""
    found = _parser(datetime(2000, 1, 1), "DMY", languages, ()).get_date_data(text).date_obj  # noqa: DTZ001 - wall time
    return found is not None and found.tzinfo is not None


def _named_day(text: str, today: date, languages: tuple[str, ...]) -> date | None:
    """Return the day of words without a number: tomorrow, fri, next friday."""
    # Such words depend on today's weekday alone, so they are read from a day that is like today,
    # and late in its month: “two” would be the second of a month, and is far off then.
    like_today = datetime(2002, 3, 25 + today.weekday())  # noqa: DTZ001 - wall time
    found = _parser(like_today, "DMY", languages, ()).get_date_data(text)
    if found.date_obj is None or found.date_obj.tzinfo or found.period != "day":
        return None
    days = (found.date_obj.date() - like_today.date()).days
    is_near = -_WEEK_DAYS <= days <= 2 * _WEEK_DAYS
    return today + timedelta(days=days) if is_near else None


def _dated_day(text: str, today: date, languages: tuple[str, ...], order: str) -> date | None:
    """Return the day of a date with numbers in it, if it says every one of them."""
    # A fixed leap year to read from: parsers are kept, and 29 February is a day.
    parser = _parser(datetime(2000, 1, 1), order, languages, ("day", "month"))  # noqa: DTZ001
    found = parser.get_date_data(text).date_obj
    if found is None or found.tzinfo:
        return None
    numbers = [int(digits) for digits in re.findall(r"\d+", text)]
    day, month, year = found.day, found.month, found.year
    if numbers[0] > 31 and len(numbers) == 3:  # noqa: PLR2004 - the year first
        return found.date() if numbers == [year, month, day] else None
    for years, months in product(((), (year,), (year % 100,)), ((), (month,))):
        if sorted(numbers) == sorted((day, *months, *years)):
            return found.date() if years else _next(today, month, day)
    return None


def _next(today: date, month: int, day: int) -> date:
    years = (year for year in count(today.year) if day <= monthrange(year, month)[1])
    return next(found for year in years if (found := date(year, month, day)) >= today)


def _other_weekdays(
    text: str, day: date, today: date, languages: tuple[str, ...]
) -> Iterator[date]:
    for word in _WORD.findall(text):
        named = _named_day(word, today, languages)
        if named is not None and named.weekday() != day.weekday():
            yield named


@lru_cache(64)
def _parser(
    base: datetime, order: str, languages: tuple[str, ...], required: tuple[str, ...]
) -> "DateDataParser":
    # It takes some 15 MB and a tenth of a second, which a bot without promotions can do without.
    from dateparser.date import DateDataParser  # noqa: PLC0415

    return DateDataParser(
        languages=list(languages),
        settings={
            "DATE_ORDER": order,
            # Not those that read times and what is glued together.
            "PARSERS": ["absolute-time"] if required else ["relative-time", "absolute-time"],
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": base,
            "REQUIRE_PARTS": list(required),
            "RETURN_TIME_AS_PERIOD": True,
            # Else it would ask the machine for its own.
            "TIMEZONE": "UTC",
        },
    )
