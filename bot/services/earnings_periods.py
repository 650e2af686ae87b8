"""The periods of earnings on the guild's wall clock: their days, and the time they compare with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.services.clock import DAY_SECONDS
from bot.services.live_rows import Live
from bot.services.tally_rows import HOUR_SECONDS, QUARTER_SECONDS
from bot.services.zones import day_begins_at, wall_at

# About what one picture can show; a longer time goes by months, and by years after ten of them.
MOST_STEPS = 120
_MOST_SAME_SECONDS = 7 * DAY_SECONDS


class Period(StrEnum):
    """How far back earnings are looked at."""

    TODAY = "today"
    WEEK = "7"
    FOUR_WEEKS = "28"
    QUARTER_YEAR = "90"
    MONTH = "month"
    ALL = "all"


class Step(StrEnum):
    """What one bar of a span is."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


_DAYS_BACK = {Period.TODAY: 0, Period.WEEK: 6, Period.FOUR_WEEKS: 27, Period.QUARTER_YEAR: 89}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period as it is now on the clock of `zone`, or a live; all in seconds, UTC.

    A period goes in quarters of an hour, a live to the second. Each step goes from one of `starts`
    to before the next one, the last to before `ends_at`. `before_starts_at` to before
    `before_ends_at` is what it is compared with, nothing if both are 0: as long as what is over of
    the period, and just before it, to the full hour; or the live before.
    """

    period: Period | None
    zone: ZoneInfo
    step: Step
    starts: tuple[int, ...]
    ends_at: int
    before_starts_at: int = 0
    before_ends_at: int = 0
    live: Live | None = None

    @property
    def starts_at(self) -> int:
        """Return when the period begins."""
        return self.starts[0]

    @property
    def lasts_seconds(self) -> int:
        """Return how long it is."""
        return self.ends_at - self.starts_at

    @property
    def steps(self) -> Iterator[tuple[int, int]]:
        """Return when each step begins and ends."""
        return zip(self.starts, (*self.starts[1:], self.ends_at), strict=True)


def span_of(period: Period, *, now: int, first_at: int, zone: ZoneInfo) -> Span:
    """Return a period at an instant; `first_at` is when there was anything first (seconds, UTC)."""
    today = wall_at(now, zone).date()
    ends_at = day_begins_at(today + timedelta(days=1), zone)
    if period is Period.ALL:
        step, dates = _steps(wall_at(min(first_at, now), zone).date(), today)
        starts = tuple(day_begins_at(day, zone) for day in dates)
        return Span(period=period, zone=zone, step=step, starts=starts, ends_at=ends_at)
    first = _first_day(period, today)
    starts = tuple(day_begins_at(day, zone) for day in _days(first, today))
    before_starts_at = day_begins_at(_first_day_before(period, first), zone)
    passed_seconds = -(-(now + 1 - starts[0]) // HOUR_SECONDS) * HOUR_SECONDS
    return Span(
        period=period,
        zone=zone,
        step=Step.DAY,
        starts=starts,
        ends_at=ends_at,
        before_starts_at=before_starts_at,
        # The month before may be a shorter one.
        before_ends_at=min(before_starts_at + passed_seconds, starts[0]),
    )


def _first_day(period: Period, today: date) -> date:
    if period is Period.MONTH:
        return today.replace(day=1)
    return today - timedelta(days=_DAYS_BACK[period])


def _first_day_before(period: Period, first: date) -> date:
    if period is Period.MONTH:
        return (first - timedelta(days=1)).replace(day=1)
    return first - timedelta(days=_DAYS_BACK[period] + 1)


def _steps(first: date, last: date) -> tuple[Step, list[date]]:
    days = _days(first, last)
    if len(days) <= MOST_STEPS:
        return Step.DAY, days
    months = [day for day in _days(first.replace(day=1), last) if day.day == 1]
    if len(months) <= MOST_STEPS:
        return Step.MONTH, months
    return Step.YEAR, [date(year, 1, 1) for year in range(first.year, last.year + 1)][-MOST_STEPS:]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=back) for back in range((last - first).days + 1)]


def offsets_of(span: Span, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """Return the parts of a period whose clock is ahead of UTC by the same number of seconds.

    Each is when it begins and ends (seconds, UTC) and that number.
    """
    yield from _offsets(span.starts_at, span.ends_at, zone)


def _offsets(starts_at: int, ends_at: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    offset_seconds = _offset(starts_at, zone)
    lasts_seconds = ends_at - starts_at
    is_same = offset_seconds == _offset(ends_at - 1, zone)
    if lasts_seconds <= QUARTER_SECONDS or (is_same and lasts_seconds <= _MOST_SAME_SECONDS):
        yield starts_at, ends_at, offset_seconds
        return
    # At full hours as long as that can be: the sums of hours are a quarter of the rows.
    step_seconds = HOUR_SECONDS if lasts_seconds >= 2 * HOUR_SECONDS else QUARTER_SECONDS
    middle = starts_at + lasts_seconds // (2 * step_seconds) * step_seconds
    yield from _offsets(starts_at, middle, zone)
    yield from _offsets(middle, ends_at, zone)


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
