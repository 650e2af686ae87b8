"""When windows open: rules over wall dates, and the instants that a zone makes of them.

The dates of a rule come from `dateutil.rrule`, which sees dates and nothing else; clocks that are
set forward and back are the business of `bot.services.zones` alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from bot.services.clock import DAY_SECONDS
from bot.services.durations import MOST_LASTS_DAYS, check_lasts
from bot.services.zones import instant_of, instant_reached, wall_at

LAST_WEEK = -1
MONTH_WEEKS = (1, 2, 3, 4, LAST_WEEK)

# Two days more than the longest window, for the zone and for a clock that was set back: what is
# open at an instant began no earlier than that.
MOST_BACK_SECONDS = (MOST_LASTS_DAYS + 2) * DAY_SECONDS

# A leap day and every length of month are within five years of any day.
_ALL_DISTANCES = timedelta(days=5 * 366)


class Kind(StrEnum):
    """How often a window opens."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly_day"
    MONTHLY_WEEKDAY = "monthly_weekday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """When windows open on the wall clock, and for how long; the zone is not part of it.

    `weekdays` (0 is Monday) are for weekly; `month_day` for monthly by day, and a month without
    that day has no window; `month_week` (1 to 4, or -1 for the last) and `weekday` for monthly by
    weekday. Nothing starts before `first_date`, or after `until_date` if there is one. The `fold`
    of `start_time` counts for a single window only: the second 02:30 of a night that has two.

    Raises:
        WindowTooShort, WindowTooLong: `lasts_seconds` is under a minute or over 90 days.
    """

    kind: Kind
    first_date: date
    start_time: time
    lasts_seconds: int
    weekdays: frozenset[int] = frozenset()
    month_day: int = 1
    month_week: int = 1
    weekday: int = 0
    until_date: date | None = None

    def __post_init__(self) -> None:
        """Refuse what no form may let through."""
        check_lasts(self.lasts_seconds)
        assert self.start_time == self.start_time.replace(second=0, microsecond=0, tzinfo=None)
        assert self.kind is not Kind.WEEKLY or self.weekdays
        assert self.weekdays <= set(range(7))
        assert 1 <= self.month_day <= 31  # noqa: PLR2004 - the days of a month
        assert self.month_week in MONTH_WEEKS
        assert self.weekday in range(7)

    def to_json(self) -> str:
        """Write it as text; the same rule is always the same text."""
        values: dict[str, Any] = {
            "kind": self.kind,
            "first_date": self.first_date.isoformat(),
            "start_time": self.start_time.isoformat("minutes"),
            "fold": self.start_time.fold,
            "lasts_seconds": self.lasts_seconds,
            "weekdays": sorted(self.weekdays),
            "month_day": self.month_day,
            "month_week": self.month_week,
            "weekday": self.weekday,
            "until_date": self.until_date and self.until_date.isoformat(),
        }
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        until = values["until_date"]
        return cls(
            kind=Kind(values["kind"]),
            first_date=date.fromisoformat(values["first_date"]),
            start_time=time.fromisoformat(values["start_time"]).replace(fold=values["fold"]),
            lasts_seconds=values["lasts_seconds"],
            weekdays=frozenset(values["weekdays"]),
            month_day=values["month_day"],
            month_week=values["month_week"],
            weekday=values["weekday"],
            until_date=until and date.fromisoformat(until),
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A window of a rule: the wall date it starts on (ISO), and its instants (seconds, UTC)."""

    local_date: str
    starts_at: int
    ends_at: int


def occurrences(
    recurrence: Recurrence, zone: ZoneInfo, *, from_date: date, to_date: date
) -> Iterator[Occurrence]:
    """Yield the windows that start on the wall dates from `from_date` to `to_date`, both included.

    An admin who writes “daily 18:00, for 2 hours” expects 18:00 to 20:00 on every clock of the
    server, so both ends are wall times, and a window that the clock is set back or forward in takes
    an hour more or less in real time.

    - A start that comes twice is the first. A start that is skipped is where a clock that nobody
      set forward would show it: 02:30 becomes 03:30 (`instant_of`).
    - An end that comes twice is the first; an end that is skipped is the jump itself, which is the
      instant the clock passes it (`instant_reached`). As no clock shows an end later than it says,
      no window reaches into the next one.
    - If that end is not after the start, which only a start within the gap (or within the second
      hour of two) can bring about, the window keeps its length instead: 02:15 to 02:45 of that
      night is 03:15 to 03:45. So no window is ever empty.
    - A wall date that a zone leaves out as a whole (Apia, 30 December 2011) has no window.
    """
    for day in _dates(recurrence, from_date, to_date):
        wall = datetime.combine(day, recurrence.start_time)
        if recurrence.kind is not Kind.ONCE:
            wall = wall.replace(fold=0)
        starts_at = instant_of(wall, zone)
        if wall_at(starts_at, zone) - wall < timedelta(days=1):
            yield Occurrence(day.isoformat(), starts_at, _end(wall, starts_at, recurrence, zone))


def _end(wall: datetime, starts_at: int, recurrence: Recurrence, zone: ZoneInfo) -> int:
    end = wall + timedelta(seconds=recurrence.lasts_seconds)
    ends_at = instant_reached(end, zone)
    return ends_at if ends_at > starts_at else starts_at + recurrence.lasts_seconds


def next_occurrences(
    recurrence: Recurrence, zone: ZoneInfo, now: int, count: int
) -> tuple[Occurrence, ...]:
    """Return the first `count` windows that are not over at `now` (seconds, UTC)."""
    from_date = wall_at(now - MOST_BACK_SECONDS, zone).date()
    found = occurrences(recurrence, zone, from_date=from_date, to_date=date.max)
    return tuple(islice((one for one in found if one.ends_at > now), count))


def overlaps_itself(recurrence: Recurrence) -> bool:
    """Return whether a window would still be open when the next one starts, on the wall clock."""
    lasts = timedelta(seconds=recurrence.lasts_seconds)
    first = recurrence.first_date
    dates = _dates(recurrence, first, first + _ALL_DISTANCES)
    return any(later - earlier < lasts for earlier, later in pairwise(dates))


def _dates(recurrence: Recurrence, from_date: date, to_date: date) -> Iterator[date]:
    until = recurrence.until_date or date.max
    if recurrence.kind is Kind.ONCE:
        until = recurrence.first_date
    rule = rrule(
        **_pattern(recurrence),
        # Every rule has each of its days, so it may as well begin with the days that are asked for.
        dtstart=_midnight(max(recurrence.first_date, from_date)),
        until=_midnight(min(until, to_date)),
    )
    return (each.date() for each in rule)


def _pattern(recurrence: Recurrence) -> dict[str, Any]:
    if recurrence.kind is Kind.WEEKLY:
        return {"freq": WEEKLY, "byweekday": sorted(recurrence.weekdays)}
    if recurrence.kind is Kind.MONTHLY_DAY:
        return {"freq": MONTHLY, "bymonthday": recurrence.month_day}
    if recurrence.kind is Kind.MONTHLY_WEEKDAY:
        day = weekday(recurrence.weekday, recurrence.month_week)
        return {"freq": MONTHLY, "byweekday": day}
    # A single day is every day, until that day.
    return {"freq": DAILY}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)
