"""A year of windows in every zone that changes its clock, against a calendar that is walked.

The oracle shares nothing with the bot: it asks a zone what its clock shows at every hour of UTC,
goes minute by minute where that changes, and finds wall times by looking where they were shown.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.services.recurrence import Kind, Occurrence, Recurrence, next_occurrences, occurrences

pytestmark = pytest.mark.proof("promotions")

YEAR = 2026
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DATES = [date(YEAR, 1, 1) + n * DAY for n in range(365)]
# The year with room at both ends, in UTC as people write it there.
BEGINS, ENDS = datetime(YEAR - 1, 12, 20), datetime(YEAR + 1, 4, 20)  # noqa: DTZ001 - named above
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC too


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one change of a zone's clock to the next: its wall time is UTC plus the offset."""

    begins: datetime
    ends: datetime
    offset: timedelta


def offset_at(zone: ZoneInfo, instant: datetime) -> timedelta:
    shown = instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return shown - instant


@cache
def stretches(name: str) -> list[Stretch]:
    """Walk the year through a zone's clock."""
    zone = ZoneInfo(name)
    found: list[Stretch] = []
    begins, offset = BEGINS, offset_at(zone, BEGINS)
    hour = BEGINS
    while hour < ENDS:
        if offset_at(zone, hour + HOUR) != offset:
            minute = hour
            while offset_at(zone, minute) == offset:
                minute += MINUTE
            found.append(Stretch(begins, minute, offset))
            begins, offset = minute, offset_at(zone, minute)
        hour += HOUR
    return [*found, Stretch(begins, ENDS, offset)]


def changing_zones() -> list[str]:
    names = sorted(available_timezones() - {"localtime", "Factory"})
    first = datetime(YEAR, 1, 1)  # noqa: DTZ001 - UTC
    # No clock is changed for less than a week.
    days = [first + n * DAY for n in range(0, 365, 6)]
    return [name for name in names if len({offset_at(ZoneInfo(name), day) for day in days}) > 1]


CHANGING = changing_zones()


def shown_first(name: str, wall: datetime) -> datetime:
    """Return when a clock first shows a wall time, or would, had nobody set it forward."""
    all_stretches = stretches(name)
    for stretch in all_stretches:
        if stretch.begins <= wall - stretch.offset < stretch.ends:
            return wall - stretch.offset
    for before, after in pairwise(all_stretches):
        if before.ends + before.offset <= wall < after.begins + after.offset:
            return wall - before.offset
    raise AssertionError(wall)


def passed_first(name: str, wall: datetime) -> datetime:
    """Return when a clock first shows a wall time or a later one."""
    for stretch in stretches(name):
        if wall < stretch.ends + stretch.offset:
            return max(stretch.begins, wall - stretch.offset)
    raise AssertionError(wall)


def expected(name: str, rule: Recurrence, day: date) -> Occurrence:
    wall = datetime.combine(day, rule.start_time)
    lasts = timedelta(seconds=rule.lasts_seconds)
    starts = shown_first(name, wall)
    ends = passed_first(name, wall + lasts)
    if ends <= starts:
        ends = starts + lasts
    return Occurrence(
        day.isoformat(),
        int((starts - EPOCH).total_seconds()),
        int((ends - EPOCH).total_seconds()),
    )


def days_of(rule: Recurrence) -> list[date]:
    """Return the days of a rule as a wall calendar has them."""
    match rule.kind:
        case Kind.ONCE:
            return [rule.first_date]
        case Kind.DAILY:
            return DATES
        case Kind.WEEKLY:
            return [day for day in DATES if day.weekday() in rule.weekdays]
        case Kind.MONTHLY_DAY:
            return [day for day in DATES if day.day == rule.month_day]
        case Kind.MONTHLY_WEEKDAY:
            pages = [calendar.monthcalendar(YEAR, month) for month in range(1, 13)]
            columns = [
                [week[rule.weekday] for week in page if week[rule.weekday]] for page in pages
            ]
            at = rule.month_week - 1 if rule.month_week > 0 else rule.month_week
            return [date(YEAR, n + 1, column[at]) for n, column in enumerate(columns)]


def edges(name: str) -> set[time]:
    """Return the times of day at which a zone's clock is changed, and those it is changed to."""
    return {
        wall.time()
        for before, after in pairwise(stretches(name))
        for wall in (before.ends + before.offset, after.begins + after.offset)
    }


def middles(name: str) -> set[time]:
    """Return a time of day amid each stretch that a zone skips or shows twice."""
    found: set[time] = set()
    for before, after in pairwise(stretches(name)):
        change = after.offset - before.offset
        found.add((before.ends + before.offset + change / 2).time())
    return found


def rules(name: str) -> Iterator[Recurrence]:
    """Yield rules of every kind, at plain times and at those that a zone is odd about."""

    def rule(kind: Kind, start: time, lasts: timedelta, **values: Any) -> Recurrence:
        known: dict[str, Any] = {"first_date": DATES[0], "until_date": DATES[-1]}
        seconds = int(lasts.total_seconds())
        return Recurrence(kind=kind, start_time=start, lasts_seconds=seconds, **known | values)

    yield rule(Kind.DAILY, time(18), 2 * HOUR)
    for start in sorted(middles(name)):
        yield rule(Kind.DAILY, start, 20 * MINUTE)
    for start in sorted({time(0), time(18)} | edges(name) | middles(name)):
        yield rule(Kind.WEEKLY, start, 2 * HOUR, weekdays=frozenset({0}))
        yield rule(Kind.WEEKLY, start, DAY, weekdays=frozenset({5, 6}))
        for day in (1, 29, 31):
            yield rule(Kind.MONTHLY_DAY, start, 36 * HOUR, month_day=day)
        for week in (1, 4, -1):
            yield rule(Kind.MONTHLY_WEEKDAY, start, 45 * MINUTE, month_week=week, weekday=6)
        for stretch in stretches(name):
            near = (stretch.ends + stretch.offset).date()
            for day in (near - DAY, near, near + DAY):
                if day.year == YEAR:
                    yield rule(Kind.ONCE, start, 26 * HOUR, first_date=day)


@pytest.mark.parametrize("name", CHANGING)
def test_every_window_of_the_year_is_there_once_at_the_time_on_the_wall(name: str) -> None:
    zone = ZoneInfo(name)
    for rule in rules(name):
        windows = list(occurrences(rule, zone, from_date=DATES[0], to_date=DATES[-1]))
        assert windows == [expected(name, rule, day) for day in days_of(rule)], rule
        assert len({window.local_date for window in windows}) == len(windows)
        assert all(one.starts_at < one.ends_at for one in windows)
        assert all(one.ends_at <= two.starts_at for one, two in pairwise(windows))


@pytest.mark.parametrize("name", CHANGING)
def test_whole_days_leave_no_second_between_them_and_share_none(name: str) -> None:
    """Windows are half-open: the end of one is the start of the next."""
    rule = Recurrence(
        kind=Kind.DAILY, first_date=DATES[0], start_time=time(0), lasts_seconds=24 * 60 * 60
    )
    windows = occurrences(rule, ZoneInfo(name), from_date=DATES[0], to_date=DATES[-1])
    assert {two.starts_at - one.ends_at for one, two in pairwise(windows)} == {0}


def test_looking_ahead_day_by_day_finds_each_window_once() -> None:
    rule = Recurrence(
        kind=Kind.WEEKLY,
        first_date=DATES[0],
        start_time=time(2, 30),
        lasts_seconds=60 * 60,
        weekdays=frozenset({0, 6}),
    )
    for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"):
        zone = ZoneInfo(name)
        seen: dict[str, Occurrence] = {}
        for day in DATES:
            now = int((datetime.combine(day, time(12)) - EPOCH).total_seconds())
            for window in next_occurrences(rule, zone, now, 3):
                assert seen.setdefault(window.local_date, window) == window
        in_year = [window for window in seen.values() if window.local_date < f"{YEAR + 1}"]
        assert in_year == [
            expected(name, rule, day) for day in days_of(rule) if day > date(YEAR, 1, 1)
        ]


def test_the_zones_that_lose_a_midnight_elsewhere_are_all_here() -> None:
    assert len(CHANGING) > 150
    assert {"Europe/Berlin", "Africa/Cairo", "America/Nuuk", "Australia/Lord_Howe"} < set(CHANGING)
