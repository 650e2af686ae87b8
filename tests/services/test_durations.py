"""Durations: what people type for how long, within the bounds of a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_errors import DurationNotUnderstood, WindowTooLong, WindowTooShort
from bot.errors import Refusal
from bot.services.durations import check_lasts, read_duration, seconds_in

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("2h", 2 * HOUR),
        ("2 H", 2 * HOUR),
        ("2 hours", 2 * HOUR),
        ("1 hour", HOUR),
        ("an hour", HOUR),
        ("3 hrs", 3 * HOUR),
        ("90 min", 90 * MINUTE),
        ("90min", 90 * MINUTE),
        ("45m", 45 * MINUTE),
        ("1 minute", MINUTE),
        ("1 day 4 hours", DAY + 4 * HOUR),
        ("1 day, 4 hours", DAY + 4 * HOUR),
        ("1 day and 4 hours", DAY + 4 * HOUR),
        ("1d4h30m", DAY + 4 * HOUR + 30 * MINUTE),
        ("a week", 7 * DAY),
        ("one day", DAY),
        ("2 wks", 14 * DAY),
        ("1.5 hours", 90 * MINUTE),
        ("1,5 hours", 90 * MINUTE),
        ("1.99 min", MINUTE),
        ("2:30", 150 * MINUTE),
        ("0:45", 45 * MINUTE),
        ("48:00", 2 * DAY),
        ("1h30", 90 * MINUTE),
        ("  2\n hours ", 2 * HOUR),
        ("90 days", 90 * DAY),
    ],
)
def test_a_duration_is_read_as_people_type_it(typed: str, seconds: int) -> None:
    assert read_duration(typed) == seconds


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2",
        "h",
        "a",
        "-2h",
        "2 h 2",
        "2 months",
        "30 seconds",
        "2:60",
        "2:3",
        "½ hour",
        "two hours",
        "until friday",
        "and 2h",
        "12345 h",
        "1.234 h",
        "2h" + " " * 5 + "x" * 3_000,
    ],
)
def test_what_is_no_duration_is_refused_with_two_examples(typed: str) -> None:
    with pytest.raises(DurationNotUnderstood, match=r"“2 hours” or “1 day 4 hours”") as refused:
        read_duration(typed)
    assert len(refused.value.text) <= 60


@pytest.mark.parametrize("typed", ["0 min", "0:00", "0.5 min"])
def test_less_than_a_minute_is_too_short(typed: str) -> None:
    with pytest.raises(WindowTooShort):
        read_duration(typed)


@pytest.mark.parametrize("typed", ["91 days", "2161 hours", "9999 weeks", "90 days 1 min"])
def test_more_than_ninety_days_is_too_long(typed: str) -> None:
    with pytest.raises(WindowTooLong, match="up to 90 days"):
        read_duration(typed)


def test_the_bounds_themselves_are_within() -> None:
    check_lasts(MINUTE)
    check_lasts(90 * DAY)
    for outside in (MINUTE - 1, 90 * DAY + 1):
        with pytest.raises(Refusal):
            check_lasts(outside)


@given(st.text() | st.text("0123456789 :.,hdwmandayours"))
def test_any_text_is_a_duration_within_bounds_or_refused(typed: str) -> None:
    try:
        seconds = read_duration(typed)
    except Refusal:
        return
    assert MINUTE <= seconds <= 90 * DAY
    assert seconds % MINUTE == 0


@given(st.integers(0, 12), st.integers(0, 23), st.integers(1, 59))
def test_parts_add_up(days: int, hours: int, minutes: int) -> None:
    total = days * DAY + hours * HOUR + minutes * MINUTE
    assert read_duration(f"{days} days {hours} hours {minutes} minutes") == total
    assert read_duration(f"{days}d{hours}h{minutes}m") == total
    assert read_duration(f"{days * 24 + hours}:{minutes:02}") == total


def test_a_text_of_any_length_is_refused_at_once() -> None:
    for typed in ("1m " * 34, "1m " * 4_000, "1" * 10_000):
        with pytest.raises(DurationNotUnderstood):
            read_duration(typed)
        assert seconds_in(typed) is None
