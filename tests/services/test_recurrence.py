"""Rules of windows: which wall dates, at which instants, and never two at once."""

from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar_errors import WindowTooLong, WindowTooShort
from bot.services.recurrence import (
    MONTH_WEEKS,
    Kind,
    Occurrence,
    Recurrence,
    next_occurrences,
    occurrences,
    overlaps_itself,
)

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
FIRST = date(2026, 1, 1)  # a Thursday


def rule(kind: Kind = Kind.DAILY, start: str = "18:00", **values: Any) -> Recurrence:
    known: dict[str, Any] = {
        "first_date": FIRST,
        "start_time": time.fromisoformat(start),
        "lasts_seconds": 2 * HOUR,
    }
    return Recurrence(kind=kind, **known | values)


def found(
    recurrence: Recurrence, first: str, last: str, zone: ZoneInfo = BERLIN
) -> list[Occurrence]:
    dates = (date.fromisoformat(first), date.fromisoformat(last))
    return list(occurrences(recurrence, zone, from_date=dates[0], to_date=dates[1]))


def days(recurrence: Recurrence, first: str = "2026-01-01", last: str = "2026-12-31") -> list[str]:
    return [one.local_date[5:] for one in found(recurrence, first, last)]


def shown(one: Occurrence, zone: ZoneInfo = BERLIN) -> tuple[str, str]:
    start, end = (datetime.fromtimestamp(each, zone) for each in (one.starts_at, one.ends_at))
    return start.isoformat(" ", "minutes"), end.isoformat(" ", "minutes")


def only(recurrence: Recurrence, day: str, zone: ZoneInfo = BERLIN) -> tuple[str, str]:
    (one,) = found(recurrence, day, day, zone)
    return shown(one, zone)


def test_once_is_on_its_first_date_alone() -> None:
    once = rule(Kind.ONCE, first_date=date(2026, 5, 4))
    assert days(once) == ["05-04"]
    assert days(once, "2026-05-05") == []
    assert days(once, last="2026-05-03") == []


def test_daily_is_every_day_from_the_first_date_to_the_last() -> None:
    daily = rule(first_date=date(2026, 2, 27), until_date=date(2026, 3, 2))
    assert days(daily) == ["02-27", "02-28", "03-01", "03-02"]
    assert days(daily, "2026-03-02") == ["03-02"]
    assert days(daily, "2026-03-03") == []


def test_weekly_is_on_its_weekdays() -> None:
    weekly = rule(Kind.WEEKLY, weekdays=frozenset({4, 6}))
    assert days(weekly, last="2026-01-12") == ["01-02", "01-04", "01-09", "01-11"]
    assert days(weekly, "2026-01-04", "2026-01-09") == ["01-04", "01-09"]


def test_monthly_by_day_leaves_out_months_without_that_day() -> None:
    assert days(rule(Kind.MONTHLY_DAY, month_day=31)) == [
        *("01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31")
    ]
    leap = rule(Kind.MONTHLY_DAY, month_day=29)
    assert "02-29" in days(leap, "2028-01-01", "2028-12-31")
    assert len(days(leap)) == 11


@pytest.mark.parametrize(
    ("week", "weekday", "dates"),
    [
        (1, 0, ["01-05", "02-02", "03-02"]),
        (2, 4, ["01-09", "02-13", "03-13"]),
        (4, 3, ["01-22", "02-26", "03-26"]),
        (-1, 4, ["01-30", "02-27", "03-27"]),
        (-1, 6, ["01-25", "02-22", "03-29"]),
    ],
)
def test_monthly_by_weekday_counts_from_either_end(
    week: int, weekday: int, dates: list[str]
) -> None:
    monthly = rule(Kind.MONTHLY_WEEKDAY, month_week=week, weekday=weekday)
    assert days(monthly, last="2026-03-31") == dates


def test_both_ends_are_what_the_wall_clock_says_in_summer_and_winter() -> None:
    assert only(rule(), "2026-01-15") == ("2026-01-15 18:00+01:00", "2026-01-15 20:00+01:00")
    assert only(rule(), "2026-07-15") == ("2026-07-15 18:00+02:00", "2026-07-15 20:00+02:00")


def test_a_window_over_a_change_of_the_clock_ends_by_the_clock() -> None:
    night = rule(start="22:00", lasts_seconds=8 * HOUR)
    (spring,) = found(night, "2026-03-28", "2026-03-28")
    (autumn,) = found(night, "2026-10-24", "2026-10-24")
    assert shown(spring) == ("2026-03-28 22:00+01:00", "2026-03-29 06:00+02:00")
    assert shown(autumn) == ("2026-10-24 22:00+02:00", "2026-10-25 06:00+01:00")
    assert spring.ends_at - spring.starts_at == 7 * HOUR
    assert autumn.ends_at - autumn.starts_at == 9 * HOUR


@pytest.mark.parametrize(
    ("start", "lasts_minutes", "shown_start", "shown_end"),
    [
        ("01:30", 30, "01:30+01:00", "03:00+02:00"),
        ("01:30", 60, "01:30+01:00", "03:00+02:00"),  # its end is skipped: it is the jump
        ("01:30", 90, "01:30+01:00", "03:00+02:00"),
        ("01:30", 120, "01:30+01:00", "03:30+02:00"),
        ("02:00", 30, "03:00+02:00", "03:30+02:00"),
        ("02:15", 30, "03:15+02:00", "03:45+02:00"),  # wholly skipped: it keeps its length
        ("02:30", 30, "03:30+02:00", "04:00+02:00"),
        ("02:30", 60, "03:30+02:00", "04:30+02:00"),
        ("02:30", 90, "03:30+02:00", "04:00+02:00"),  # its end is there: it ends then
        ("03:00", 30, "03:00+02:00", "03:30+02:00"),
    ],
)
def test_no_window_is_empty_in_the_night_that_skips_an_hour(
    start: str, lasts_minutes: int, shown_start: str, shown_end: str
) -> None:
    window = only(rule(start=start, lasts_seconds=lasts_minutes * MINUTE), "2026-03-29")
    assert window == (f"2026-03-29 {shown_start}", f"2026-03-29 {shown_end}")


@pytest.mark.parametrize(
    ("start", "lasts_minutes", "shown_start", "shown_end"),
    [
        ("01:30", 60, "01:30+02:00", "02:30+02:00"),
        ("02:15", 30, "02:15+02:00", "02:45+02:00"),
        ("02:30", 30, "02:30+02:00", "03:00+01:00"),
        ("03:00", 30, "03:00+01:00", "03:30+01:00"),
    ],
)
def test_what_comes_twice_is_the_first(
    start: str, lasts_minutes: int, shown_start: str, shown_end: str
) -> None:
    window = only(rule(start=start, lasts_seconds=lasts_minutes * MINUTE), "2026-10-25")
    assert window == (f"2026-10-25 {shown_start}", f"2026-10-25 {shown_end}")


def test_a_single_window_can_start_the_second_time() -> None:
    second = time(2, 30, fold=1)
    values: dict[str, Any] = {"first_date": date(2026, 10, 25), "start_time": second}
    once = rule(Kind.ONCE, lasts_seconds=15 * MINUTE, **values)
    daily = rule(Kind.DAILY, lasts_seconds=15 * MINUTE, **values)
    assert only(once, "2026-10-25") == ("2026-10-25 02:30+01:00", "2026-10-25 02:45+01:00")
    assert only(daily, "2026-10-25") == ("2026-10-25 02:30+02:00", "2026-10-25 02:45+02:00")


def test_a_date_that_a_zone_left_out_has_no_window() -> None:
    apia = ZoneInfo("Pacific/Apia")  # which went from 29 to 31 December 2011
    daily = rule(first_date=date(2011, 12, 28), lasts_seconds=DAY)
    windows = found(daily, "2011-12-28", "2012-01-01", apia)
    assert [one.local_date for one in windows] == [
        *("2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01")
    ]
    assert [one.ends_at <= two.starts_at for one, two in pairwise(windows)] == [True] * 3


def test_a_gap_over_midnight_leaves_the_window_to_its_date() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # which jumps from 23:00 to 24:00 on 28 March 2026
    window = only(rule(start="23:30", lasts_seconds=HOUR), "2026-03-28", nuuk)
    assert window == ("2026-03-29 00:30-01:00", "2026-03-29 01:30-01:00")


def test_the_next_windows_begin_with_one_that_is_open() -> None:
    (today,) = found(rule(), "2026-06-10", "2026-06-10")
    for now in (today.ends_at - 1, today.starts_at, today.starts_at - 1):
        assert next_occurrences(rule(), BERLIN, now, 2)[0] == today
    later = next_occurrences(rule(), BERLIN, today.ends_at, 3)
    assert [one.local_date for one in later] == ["2026-06-11", "2026-06-12", "2026-06-13"]


def test_the_next_windows_of_a_far_rule_are_its_first() -> None:
    far = rule(Kind.MONTHLY_DAY, first_date=date(2040, 1, 31), month_day=31)
    assert [one.local_date for one in next_occurrences(far, BERLIN, 1_800_000_000, 2)] == [
        *("2040-01-31", "2040-03-31")
    ]


def test_the_longest_window_is_found_while_it_is_open() -> None:
    once = rule(Kind.ONCE, lasts_seconds=90 * DAY)
    (window,) = found(once, "2026-01-01", "2026-01-01")
    assert next_occurrences(once, BERLIN, window.ends_at - 1, 5) == (window,)
    assert next_occurrences(once, BERLIN, window.ends_at, 5) == ()


@pytest.mark.parametrize(
    ("values", "most_days"),
    [
        ({"kind": Kind.DAILY}, 1),
        ({"kind": Kind.WEEKLY, "weekdays": frozenset({3})}, 7),
        ({"kind": Kind.WEEKLY, "weekdays": frozenset({0, 1})}, 1),
        ({"kind": Kind.WEEKLY, "weekdays": frozenset({0, 6})}, 1),
        ({"kind": Kind.WEEKLY, "weekdays": frozenset({0, 3})}, 3),
        ({"kind": Kind.MONTHLY_DAY, "month_day": 28}, 28),
        ({"kind": Kind.MONTHLY_DAY, "month_day": 29}, 29),
        ({"kind": Kind.MONTHLY_DAY, "month_day": 30}, 30),
        ({"kind": Kind.MONTHLY_DAY, "month_day": 31}, 31),
        ({"kind": Kind.MONTHLY_WEEKDAY, "weekday": 2}, 28),
        ({"kind": Kind.MONTHLY_WEEKDAY, "weekday": 2, "month_week": -1}, 28),
    ],
)
def test_a_rule_overlaps_itself_when_it_lasts_longer_than_it_pauses(
    values: dict[str, Any], most_days: int
) -> None:
    assert not overlaps_itself(rule(**values, lasts_seconds=most_days * DAY))
    assert overlaps_itself(rule(**values, lasts_seconds=most_days * DAY + MINUTE))


def test_a_single_window_never_overlaps_itself() -> None:
    assert not overlaps_itself(rule(Kind.ONCE, lasts_seconds=90 * DAY))
    assert not overlaps_itself(rule(lasts_seconds=90 * DAY, until_date=FIRST))
    assert overlaps_itself(rule(lasts_seconds=2 * DAY, until_date=date(2026, 1, 2)))


def test_a_window_has_bounds() -> None:
    with pytest.raises(WindowTooShort):
        rule(lasts_seconds=59)
    with pytest.raises(WindowTooLong):
        rule(lasts_seconds=90 * DAY + 1)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": Kind.WEEKLY},
        {"weekdays": frozenset({7})},
        {"month_day": 0},
        {"month_day": 32},
        {"month_week": 5},
        {"month_week": 0},
        {"weekday": 7},
        {"start": "18:00:30"},
    ],
)
def test_what_no_form_may_let_through_is_a_defect(values: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        rule(**values)


RULES = st.builds(
    Recurrence,
    kind=st.sampled_from(Kind),
    first_date=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    start_time=st.builds(time, st.integers(0, 23), st.integers(0, 59), fold=st.integers(0, 1)),
    lasts_seconds=st.integers(60, DAY) | st.integers(60, 90 * DAY),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    month_day=st.integers(1, 31),
    month_week=st.sampled_from(MONTH_WEEKS),
    weekday=st.integers(0, 6),
    until_date=st.none() | st.dates(date(2024, 1, 1), date(2032, 12, 31)),
)
ZONES = st.sampled_from(
    (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Nuuk",
        "Africa/Cairo",
        "Africa/Casablanca",
        "America/Santiago",
        "Asia/Beirut",
        "Pacific/Apia",
        "Antarctica/Troll",
    )
).map(ZoneInfo)


@given(RULES)
def test_a_rule_is_read_as_it_was_written(recurrence: Recurrence) -> None:
    read = Recurrence.from_json(recurrence.to_json())
    assert read == recurrence
    assert read.start_time.fold == recurrence.start_time.fold
    assert read.to_json() == recurrence.to_json()


@settings(deadline=None)
@given(RULES, ZONES)
def test_windows_are_in_order_whole_and_apart(recurrence: Recurrence, zone: ZoneInfo) -> None:
    windows = found(recurrence, "2024-06-01", "2026-06-01", zone)
    assert all(one.starts_at < one.ends_at for one in windows)
    assert len({one.local_date for one in windows}) == len(windows)
    if not overlaps_itself(recurrence):
        assert all(one.ends_at <= two.starts_at for one, two in pairwise(windows))


@settings(deadline=None)
@given(RULES, ZONES, st.dates(date(2025, 1, 1), date(2026, 1, 1)))
def test_a_span_of_dates_can_be_asked_for_in_parts(
    recurrence: Recurrence, zone: ZoneInfo, middle: date
) -> None:
    whole = found(recurrence, "2025-01-01", "2026-01-02", zone)
    after = date.fromordinal(middle.toordinal() + 1).isoformat()
    parts = found(recurrence, "2025-01-01", middle.isoformat(), zone)
    assert parts + found(recurrence, after, "2026-01-02", zone) == whole


@settings(deadline=None)
@given(RULES)
def test_overlaps_are_those_that_the_windows_show(recurrence: Recurrence) -> None:
    windows = found(recurrence, "2024-01-01", "2036-12-31", UTC_ZONE)
    overlapping = any(one.ends_at > two.starts_at for one, two in pairwise(windows))
    assert overlaps_itself(recurrence) == overlapping
