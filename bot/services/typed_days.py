"""Days as people type them: “tomorrow”, “fri”, “24.12.”, “3 april”, “2026-12-24”.

`dateparser` knows the words of 200 languages, and guesses where it can: 20 is a day of this month,
2026-13-01 is 13 January, and of “fri 24.12.” it drops the friday. Here nothing is guessed, so what
it returns must say again every number and weekday that was typed. Where only habit decides which
number is the day, it is the reader's (`bot.services.writing_habits`), and can be told.
"""

import re
import threading
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count, product
from typing import TYPE_CHECKING

from bot.services.writing_habits import ENGLISH, Habits, Order

if TYPE_CHECKING:
    from dateparser.date import DateData, DateDataParser

_IN_DAYS = re.compile(r"in (?P<count>\d{1,3}|an?|one) (?P<unit>day|week)s?")
_DOT_BETWEEN = re.compile(r"(?<=\d)\s*\.\s*(?=\d)")
_DOT_AFTER = re.compile(r"(?<=\d)\s*\.")
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
# What some languages put before a weekday, and the library does not know.
_ON = ("on ", "am ")
_WEEK_DAYS = 7

# The library's parsers and caches are shared, and nobody promises that threads may share them.
_TURN = threading.Lock()


def days_in(text: str, today: date, habits: Habits = ENGLISH) -> tuple[date, ...]:
    """Return the days that a text can mean, seen from today: none, the one, or two.

    Two are an ambiguity (3/4 when no habit decides, a word of two languages), or a contradiction
    (the weekday of a date is another). A date without a year is the next one; today's own weekday
    is today in a week.
    """
    if in_days := _IN_DAYS.fullmatch(text):
        number = int(in_days["count"]) if in_days["count"].isdecimal() else 1
        unit_days = _WEEK_DAYS if in_days["unit"] == "week" else 1
        return (today + timedelta(days=number * unit_days),)
    if not any(character.isdecimal() for character in text):
        text = _without_on(text)
        named = {_named_day(text, today, language) for language in habits.languages}
        return tuple(sorted(day for day in named if day))[:2]
    is_dotted = _DOT_BETWEEN.search(text) is not None
    # With dots, 22.11. would be eleven minutes past ten.
    text = _DOT_AFTER.sub("", _DOT_BETWEEN.sub("/", text))
    days: set[date] = set()
    for language in habits.languages:
        dated = _dated_days(text, today, language, habits, is_dotted=is_dotted)
        days |= dated
        days |= {other for day in dated for other in _other_weekdays(text, day, today, language)}
    return tuple(sorted(days))[:2]


def is_by_habit(text: str, today: date, habits: Habits) -> bool:
    """Return whether only the reader's habit decides which number of a text is the day."""
    both = replace(habits, order=None)
    return len(days_in(text, today, habits)) == 1 and len(days_in(text, today, both)) > 1


def is_bare_weekday(text: str, today: date, habits: Habits = ENGLISH) -> bool:
    """Return whether a text is nothing but today's weekday, as in “fri” and “on friday”."""
    words = _without_on(text).split()
    return len(words) == 1 and days_in(text, today, habits) == (today + timedelta(days=_WEEK_DAYS),)


def names_zone(text: str) -> bool:
    """Return whether a text has a time zone in it, such as CET, Z or +02:00."""
    found = _read(text, datetime(2000, 1, 1), Order.DAY_FIRST, "en").date_obj  # noqa: DTZ001 - wall time
    return found is not None and found.tzinfo is not None


def _without_on(text: str) -> str:
    return next((text.removeprefix(word) for word in _ON if text.startswith(word)), text)


def _named_day(text: str, today: date, language: str) -> date | None:
    """Return the day of words without a number: tomorrow, fri, next friday."""
    # Such words depend on today's weekday alone, so they are read from a day that is like today,
    # and late in its month: “two” would be the second of a month, and is far off then.
    like_today = datetime(2002, 3, 25 + today.weekday())  # noqa: DTZ001 - wall time
    found = _read(text, like_today, Order.DAY_FIRST, language)
    if found.date_obj is None or found.date_obj.tzinfo or found.period != "day":
        return None
    days = (found.date_obj.date() - like_today.date()).days
    is_near = -_WEEK_DAYS <= days <= 2 * _WEEK_DAYS
    return today + timedelta(days=days) if is_near else None


def _dated_days(
    text: str, today: date, language: str, habits: Habits, *, is_dotted: bool
) -> set[date]:
    """Return the days of a date with numbers in it: by habit, or else by any order."""
    if is_dotted:
        return _found(_dated_day(text, today, language, habits.dotted_order))
    if habits.order is None:
        both = (_dated_day(text, today, language, order) for order in Order)
        return _found(*both)
    day = _dated_day(text, today, language, habits.order)
    return _found(day or _dated_day(text, today, language, habits.order.other))


def _found(*days: date | None) -> set[date]:
    return {day for day in days if day is not None}


def _dated_day(text: str, today: date, language: str, order: Order) -> date | None:
    """Return the day of a date with numbers in it, if it says every one of them."""
    # A fixed leap year to read from: parsers are kept, and 29 February is a day.
    found = _read(text, datetime(2000, 1, 1), order, language, ("day", "month")).date_obj  # noqa: DTZ001
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


def _other_weekdays(text: str, day: date, today: date, language: str) -> Iterator[date]:
    for word in _WORD.findall(text):
        named = _named_day(word, today, language)
        if named is not None and named.weekday() != day.weekday():
            yield named


def _read(
    text: str, base: datetime, order: Order, language: str, required: tuple[str, ...] = ()
) -> "DateData":
    with _TURN:
        return _parser(base, order, language, required).get_date_data(text)


@lru_cache(64)
def _parser(
    base: datetime, order: Order, language: str, required: tuple[str, ...]
) -> "DateDataParser":
    # It takes some 15 MB and a tenth of a second, which a bot without promotions can do without.
    from dateparser.date import DateDataParser  # noqa: PLC0415

    return DateDataParser(
        languages=[language],
        settings={
            "DATE_ORDER": str(order),
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
