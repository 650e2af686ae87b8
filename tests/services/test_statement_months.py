"""Months of a statement: typed, moved, and begun on the guild's own wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.earnings_errors import MonthUnreadable
from bot.services.statement_months import Month, read_month

pytestmark = pytest.mark.proof("streamer")


def utc(*values: int) -> int:
    return int(datetime(*values, tzinfo=UTC).timestamp())  # pyright: ignore[reportArgumentType]


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert Month(2026, 12).moved(1) == Month(2027, 1)
    assert Month(2027, 1).moved(-1) == Month(2026, 12)
    assert Month(2026, 3).moved(-27) == Month(2023, 12)
    assert Month(2026, 12) < Month(2027, 1)
    assert str(Month(2026, 3)) == "2026-03"


@pytest.mark.parametrize(
    ("zone", "starts_at", "ends_at"),
    [
        ("UTC", utc(2026, 3, 1), utc(2026, 4, 1)),
        ("Europe/Berlin", utc(2026, 2, 28, 23), utc(2026, 3, 31, 22)),
        ("America/New_York", utc(2026, 3, 1, 5), utc(2026, 4, 1, 4)),
    ],
)
def test_a_month_begins_and_ends_at_the_zones_own_midnight(
    zone: str, starts_at: int, ends_at: int
) -> None:
    march, clock = Month(2026, 3), ZoneInfo(zone)
    assert (march.begins_at(clock), march.ends_at(clock)) == (starts_at, ends_at)
    assert Month.at(starts_at, clock) == Month.at(ends_at - 1, clock) == march
    assert Month.at(starts_at - 1, clock) == Month(2026, 2)
    assert Month.at(ends_at, clock) == Month(2026, 4)


def test_a_month_without_a_first_midnight_begins_where_the_clock_jumps() -> None:
    # Havana's clocks went from midnight to one o'clock on 1 April 2012.
    zone = ZoneInfo("America/Havana")
    assert Month(2012, 4).begins_at(zone) == utc(2012, 4, 1, 5)
    assert Month(2012, 3).ends_at(zone) == utc(2012, 4, 1, 5)


@pytest.mark.parametrize("typed", ["2026-03", " 2026-3 ", "2026-03\n"])
def test_a_month_is_read_as_it_is_typed(typed: str) -> None:
    assert read_month(typed, Month(2026, 1)) == Month(2026, 3)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "March",
        "2026",
        "2026-13",
        "2026-0",
        "0000-05",
        "9999-12",
        "2026-03-01",
        "٢٠٢٦-٠٣",
        "-1-1",
    ],
)
def test_what_is_no_month_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(MonthUnreadable, match="type it like 2026-01"):
        read_month(typed, Month(2026, 1))


def test_a_long_text_is_not_told_back_in_full() -> None:
    with pytest.raises(MonthUnreadable) as refused:
        read_month("x" * 5_000, Month(2026, 1))
    assert len(str(refused.value)) < 150
