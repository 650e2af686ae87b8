"""How long something lasts, as people type it."""

import re
from fractions import Fraction

from bot.calendar_errors import DurationNotUnderstood, WindowTooLong, WindowTooShort
from bot.services.clock import DAY_SECONDS
from bot.services.plain_text import plain

LEAST_LASTS_SECONDS = 60
MOST_LASTS_DAYS = 90
MOST_SHOWN_CHARACTERS = 60
# More than any day, time or duration needs.
MOST_TYPED_CHARACTERS = 100

_UNITS_SECONDS = {"m": 60, "h": 60 * 60, "d": DAY_SECONDS, "w": 7 * DAY_SECONDS}
_CLOCK = re.compile(r"(\d{1,4})[:h]([0-5]\d)")
_PART = re.compile(
    r"(?P<count>\d{1,4}(?:[.,]\d{1,2})?|an?\b|one\b)\s*"
    r"(?:(?P<w>w(?:ks?|eeks?)?)|(?P<d>d(?:ays?)?)|(?P<h>h(?:rs?|ours?)?)|(?P<m>m(?:ins?|inutes?)?))"
    r"(?:\s*(?:,|and\b)\s*|\s+|(?=\d)|$)"
)


def read_duration(text: str) -> int:
    """Return the seconds that “2h”, “90 min”, “1 day 4 hours”, “1.5 hours” or “2:30” mean.

    Raises:
        DurationNotUnderstood: it is none of these.
        WindowTooShort, WindowTooLong: it is under a minute or over 90 days.
    """
    typed = plain(text)
    seconds = seconds_in(typed)
    if seconds is None:
        raise DurationNotUnderstood(typed[:MOST_SHOWN_CHARACTERS])
    check_lasts(seconds)
    return seconds


def check_lasts(lasts_seconds: int) -> None:
    """Refuse a window that lasts less than a minute or more than 90 days.

    Raises:
        WindowTooShort, WindowTooLong: it does.
    """
    if lasts_seconds < LEAST_LASTS_SECONDS:
        raise WindowTooShort
    if lasts_seconds > MOST_LASTS_DAYS * DAY_SECONDS:
        raise WindowTooLong(MOST_LASTS_DAYS)


def seconds_in(text: str) -> int | None:
    """Return the seconds that a text means, whole minutes rounded down, or None for no duration."""
    text = text.casefold().strip()
    if len(text) > MOST_TYPED_CHARACTERS:
        return None
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * _UNITS_SECONDS["h"] + int(clock[2]) * _UNITS_SECONDS["m"]
    total, at = Fraction(0), 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        total += _count(part["count"]) * _UNITS_SECONDS[str(part.lastgroup)]
        at = part.end()
    return int(total / 60) * 60 if at else None


def _count(text: str) -> Fraction:
    return Fraction(text.replace(",", ".")) if text[0].isdigit() else Fraction(1)
