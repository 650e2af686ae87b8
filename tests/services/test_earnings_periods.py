"""Periods of earnings: days of the guild's clock, and what each is compared with."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.services.earnings_periods import Period, Span, Step, offsets_of, span_of

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 24 * 60 * 60


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def span(period: Period, now: str, *, first: str = "2026-01-01", zone: ZoneInfo = BERLIN) -> Span:
    return span_of(period, now=at(now, zone), first_at=at(first, zone), zone=zone)


def test_today_goes_from_midnight_to_midnight_and_compares_with_yesterday_until_now() -> None:
    today = span(Period.TODAY, "2026-11-30 18:20")
    assert today.starts == (at("2026-11-30"),)
    assert today.ends_at == at("2026-12-01")
    assert today.before_starts_at == at("2026-11-29")
    assert today.before_ends_at == at("2026-11-29 19:00")  # the hour that it is


@pytest.mark.parametrize(
    ("period", "days"), [(Period.WEEK, 7), (Period.FOUR_WEEKS, 28), (Period.QUARTER_YEAR, 90)]
)
def test_days_back_compare_with_as_many_days_before_them(period: Period, days: int) -> None:
    zone = ZoneInfo("UTC")
    back = span(period, "2026-08-31 12:00", zone=zone)
    assert len(back.starts) == days
    assert back.starts[-1] == at("2026-08-31", zone)
    assert back.starts_at - back.before_starts_at == days * DAY
    assert back.before_ends_at - back.before_starts_at == (days - 1) * DAY + 13 * 3_600


def test_a_day_of_a_changing_clock_is_as_long_as_it_is() -> None:
    week = span(Period.WEEK, "2026-10-26 12:00")
    lengths = [(end - start) / 3_600 for start, end in week.steps]
    assert lengths == [24, 24, 24, 24, 24, 25, 24]


def test_a_month_compares_with_as_much_of_the_month_before() -> None:
    month = span(Period.MONTH, "2026-06-10 10:00")
    assert (month.starts_at, len(month.starts)) == (at("2026-06-01"), 10)
    assert month.before_starts_at == at("2026-05-01")
    assert month.before_ends_at == at("2026-05-10 11:00")


def test_a_shorter_month_before_ends_where_it_ends() -> None:
    month = span(Period.MONTH, "2026-03-31 20:00")
    assert month.before_starts_at == at("2026-02-01")
    assert month.before_ends_at == at("2026-03-01")


def test_all_goes_by_days_then_months_then_years() -> None:
    days = span(Period.ALL, "2026-04-01 12:00")
    assert (days.step, len(days.starts)) == (Step.DAY, 91)
    months = span(Period.ALL, "2027-04-15 12:00", first="2026-02-20")
    assert (months.step, len(months.starts)) == (Step.MONTH, 15)
    assert months.starts_at == at("2026-02-01")
    years = span(Period.ALL, "2046-04-15 12:00", first="2026-02-20")
    assert (years.step, len(years.starts)) == (Step.YEAR, 21)
    assert (years.before_starts_at, years.before_ends_at) == (0, 0)


def test_all_of_a_clock_that_was_ahead_is_today() -> None:
    assert span(Period.ALL, "2026-04-01", first="2026-04-03").starts == (at("2026-04-01"),)


def test_an_instant_lies_in_one_step_or_in_none() -> None:
    week = span(Period.WEEK, "2026-10-26 12:00")

    def step_of(instant: int) -> list[int]:
        return [number for number, (start, end) in enumerate(week.steps) if start <= instant < end]

    assert step_of(at("2026-10-20")) == [0]
    assert step_of(at("2026-10-26 23:59")) == [6]
    assert step_of(at("2026-10-19 23:59")) == []
    assert step_of(week.ends_at) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
def test_offsets_are_those_of_the_clock_at_every_quarter_of_an_hour(zone: str) -> None:
    wall = ZoneInfo(zone)
    year = span_of(Period.ALL, now=at("2026-12-31"), first_at=at("2026-01-01"), zone=wall)
    offsets = list(offsets_of(year, wall))
    assert offsets[0][0] == year.starts_at
    assert offsets[-1][1] == year.ends_at
    assert all(one[1] == next_one[0] for one, next_one in pairwise(offsets))
    for starts_at, ends_at, offset_seconds in offsets:
        for instant in range(starts_at, ends_at, 900):
            shown = datetime.fromtimestamp(instant, wall).utcoffset()
            assert shown is not None
            assert shown.total_seconds() == offset_seconds


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/New_York"])
def test_where_the_clock_is_whole_hours_off_offsets_begin_at_full_hours(zone: str) -> None:
    wall = ZoneInfo(zone)
    for day in range(1, 29):
        first = at(f"2026-02-{day:02}", wall)
        everything = span_of(Period.ALL, now=at("2026-11-30", wall), first_at=first, zone=wall)
        assert all(
            start % 3_600 == end % 3_600 == 0 for start, end, _ in offsets_of(everything, wall)
        )
