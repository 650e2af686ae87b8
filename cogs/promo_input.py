"""What admins type about promotions, read: bonuses, limits, and when windows open."""

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.calendar_errors import EndsBeforeStart, MomentNotUnderstood, StartsInThePast
from bot.promotion_errors import BonusOutOfBounds, EndNotUnderstood, NotAnAmount
from bot.services.clock import DAY_SECONDS
from bot.services.durations import read_duration, seconds_in
from bot.services.moments import Moment, lasts_between, read_day, read_moment
from bot.services.plain_text import plain
from bot.services.promotion_terms import MOST_BONUS_COINS, MOST_PERCENT
from bot.services.recurrence import LAST_WEEK, Kind, Recurrence

# More than any bonus, day or duration needs.
MOST_TYPED_CHARACTERS = 100
_MOST_SHOWN_CHARACTERS = 40
_MONTHS_SURE_WEEKS = 4

_GROUPED = r"\d{1,3}(?:[,. ']?\d{3})*"
_AMOUNT = re.compile(_GROUPED)
_BONUS = re.compile(rf"\+?\s*(?P<number>{_GROUPED})\s*(?:(?P<percent>%|percent)|coins?)?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")


def read_bonus(text: str) -> tuple[int, int]:
    """Return the percent and the coins that “20%” or “50” mean; one of them is 0.

    Raises:
        BonusOutOfBounds: it is neither, or too little or too much.
    """
    found = _BONUS.fullmatch(plain(text).casefold())
    number = int(_digits(found["number"])) if found else 0
    most = MOST_PERCENT if found and found["percent"] else MOST_BONUS_COINS
    if found is None or not 1 <= number <= most:
        raise BonusOutOfBounds(MOST_PERCENT, MOST_BONUS_COINS)
    return (number, 0) if found["percent"] else (0, number)


def read_limit(text: str) -> int:
    """Return the number that a limit is set to; nothing typed is 0, which is no limit.

    Raises:
        NotAnAmount: it is no whole number, or too large.
    """
    typed = plain(text)
    if not typed:
        return 0
    number = int(_digits(typed)) if _AMOUNT.fullmatch(typed) else -1
    if not 0 <= number <= MOST_BONUS_COINS:
        raise NotAnAmount(typed[:_MOST_SHOWN_CHARACTERS], MOST_BONUS_COINS)
    return number


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTimes:
    """What an admin typed about when windows open; `until` is empty for good."""

    starts: str
    lasts: str
    kind: Kind
    until: str = ""
    weekdays: frozenset[int] = frozenset()


def read_times(typed: TypedTimes, zone: ZoneInfo, now: int) -> Recurrence:
    """Return the rule that was typed, seen from `now` (seconds, UTC).

    Raises:
        Refusal: a text is not understood, or makes no window; see `bot.calendar_errors`.
    """
    start = read_moment(typed.starts, zone, now)
    if start.at < now:
        raise StartsInThePast
    lasts_seconds = _lasts(typed.lasts, start, zone, now)
    until = read_until(typed.until, zone, now) if typed.kind is not Kind.ONCE else None
    return rule_from(start, lasts_seconds, typed.kind, typed.weekdays, until)


def rule_from(
    start: Moment, lasts_seconds: int, kind: Kind, weekdays: frozenset[int], until: date | None
) -> Recurrence:
    """Return a rule that begins with the window of a moment; its days follow from that day."""
    first = start.wall.date()
    week = (first.day - 1) // 7 + 1
    return Recurrence(
        kind=kind,
        first_date=first,
        start_time=start.wall.time(),
        lasts_seconds=lasts_seconds,
        weekdays=(weekdays or frozenset({first.weekday()})) if kind is Kind.WEEKLY else frozenset(),
        month_day=first.day,
        month_week=week if week <= _MONTHS_SURE_WEEKS else LAST_WEEK,
        weekday=first.weekday(),
        until_date=until,
    )


def read_until(text: str, zone: ZoneInfo, now: int) -> date | None:
    """Return the last day on which a window starts, None for good."""
    return read_day(text, zone, now) if plain(text) else None


def read_lasts(text: str, start: Moment, zone: ZoneInfo, now: int) -> int:
    """Return how long a window lasts (seconds), from a duration or from the moment of its end."""
    return _lasts(text, start, zone, now)


def _lasts(text: str, start: Moment, zone: ZoneInfo, now: int) -> int:
    typed = plain(text)
    # Of “20:00” people mean the clock; for twenty hours they write “20 hours”.
    if not _CLOCK.fullmatch(typed) and seconds_in(typed) is not None:
        return read_duration(typed)
    try:
        end = _end(typed, start, zone, now)
    except MomentNotUnderstood:
        raise EndNotUnderstood(typed[:_MOST_SHOWN_CHARACTERS]) from None
    return lasts_between(start, end, zone)


def _end(typed: str, start: Moment, zone: ZoneInfo, now: int) -> Moment:
    """Return the end: seen from now, or from the start where that is what makes a window.

    “fri 20:00” until “tomorrow 02:00” ends on Saturday, and “tomorrow 18:00” until “20:00” not
    tonight; a day that is named by its date stays that day.
    """
    end = read_moment(typed, zone, now)
    if end.at <= start.at:
        later = read_moment(typed, zone, start.at)
        if start.at < later.at <= start.at + 7 * DAY_SECONDS:
            return later
        raise EndsBeforeStart(start.at, end.at)
    return end
