"""What admins type about promotions: bonuses and limits, and what is neither."""

import threading
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from discord import Locale

from bot.calendar_errors import (
    EndsBeforeStart,
    MomentTooLong,
    StartsInThePast,
    UntilWithoutRepeats,
)
from bot.promotion_errors import BonusOutOfBounds, EndNotUnderstood, NotAnAmount
from bot.services.durations import read_duration
from bot.services.moments import Moment, read_moment
from bot.services.recurrence import Kind
from bot.services.writing_habits import Habits, habits_of
from bot.texts import texts_for
from cogs.promo_input import Reader, TakenDay, TypedTimes, habits_in, read_bonus, read_limit
from cogs.promo_words import lasts_typed, lasts_words

UTC = ZoneInfo("UTC")
# Friday, 15 January 2027, 08:00.
NOW = 1_800_000_000
HOUR = 60 * 60


def typed(**values: Any) -> TypedTimes:
    known: dict[str, Any] = {"starts": "today 18:00", "lasts": "2 hours", "kind": Kind.ONCE}
    return TypedTimes(**known | values)


@pytest.mark.parametrize(
    ("text", "percent", "coins"),
    [
        ("20%", 20, 0),
        (" + 20 % ", 20, 0),
        ("1,000 percent", 1_000, 0),
        ("50", 0, 50),
        ("1 coin", 0, 1),
        ("1.000.000.000 coins", 0, 1_000_000_000),
        ("007%", 7, 0),
    ],
)
def test_a_bonus_is_a_percentage_or_a_number_of_coins(text: str, percent: int, coins: int) -> None:
    assert read_bonus(text) == (percent, coins)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%",
        "0",
        "0%",
        "-1",
        "1001%",
        "1,000,000,001",
        "1.5",
        "20%%",
        "20 % coins",
        "5 gifts",
        "9" * 10_000,
    ],
)
def test_everything_else_is_no_bonus(text: str) -> None:
    with pytest.raises(BonusOutOfBounds):
        read_bonus(text)


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("  ", 0), ("0", 0), ("500", 500), ("10 000", 10_000)]
)
def test_nothing_and_zero_are_no_limit(text: str, number: int) -> None:
    assert read_limit(text) == number


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "1e3", "many", "1000000001", "9" * 100, "9" * 10_000]
)
def test_everything_else_is_no_limit_either(text: str) -> None:
    with pytest.raises(NotAnAmount):
        read_limit(text)


@pytest.mark.parametrize(
    ("seconds", "typed", "words"),
    [
        (60, "1m", "1 minute"),
        (7_200, "2h", "2 hours"),
        (90 * 86_400, "90d", "90 days"),
        (86_400 + 3_600 + 1_800, "1d 1h 30m", "1 day 1 hour 30 minutes"),
    ],
)
def test_a_duration_is_written_as_it_is_read(seconds: int, typed: str, words: str) -> None:
    assert lasts_typed(seconds) == typed
    assert read_duration(typed) == seconds
    assert lasts_words(texts_for("en-US"), seconds) == words


async def test_words_are_read_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def noting(text: str, *values: Any, **more: Any) -> Moment:
        threads.append(threading.get_ident())
        return read_moment(text, *values, **more)

    monkeypatch.setattr("cogs.promo_input.read_moment", noting)
    await Reader(UTC, NOW).read(typed(lasts="22:00"))
    assert len(threads) == 2
    assert threading.get_ident() not in threads


@pytest.mark.parametrize(
    ("own", "guild", "habits"),
    [
        (Locale.american_english, Locale.german, habits_of("en-US", "de")),
        (Locale.german, Locale.american_english, habits_of("de")),
        (Locale.british_english, None, habits_of("en-GB")),
    ],
)
def test_words_are_those_of_the_reader_and_of_the_guild(
    own: Locale, guild: Locale | None, habits: Habits
) -> None:
    interaction: Any = SimpleNamespace(locale=own, guild_locale=guild)
    assert habits_in(interaction) == habits


async def test_days_that_habit_decided_are_told() -> None:
    read = await Reader(UTC, NOW, habits_of("en-GB")).read(
        typed(starts="3/4 18:00", lasts="4/4 18:00", kind=Kind.WEEKLY, until="5/6/2027")
    )
    assert (read.rule.first_date, read.rule.until_date) == (date(2027, 4, 3), date(2027, 6, 5))
    assert read.taken == (
        TakenDay("3/4 18:00", date(2027, 4, 3)),
        TakenDay("5/6/2027", date(2027, 6, 5)),
    )


async def test_an_end_that_habit_decided_is_told() -> None:
    read = await Reader(UTC, NOW, habits_of("en-US")).read(
        typed(starts="2027-02-28 18:00", lasts="3/4 20:00")
    )
    assert read.rule.lasts_seconds == (4 * 24 + 2) * HOUR
    assert read.taken == (TakenDay("3/4 20:00", date(2027, 3, 4)),)


async def test_a_start_that_stays_may_be_past_and_is_not_read_again() -> None:
    start = Moment(NOW - 30 * 24 * HOUR, datetime(2026, 12, 16, 8))  # noqa: DTZ001 - wall time
    reader = Reader(UTC, NOW)
    read = await reader.read(typed(starts="3/4 soon", kind=Kind.DAILY), start)
    assert (read.rule.first_date, read.rule.start_time) == (date(2026, 12, 16), time(8))
    with pytest.raises(StartsInThePast, match=r"<t:1799906400:f>"):
        await reader.read(typed(starts="2027-01-14 06:00"))


async def test_a_last_day_of_what_comes_once_is_refused() -> None:
    reader = Reader(UTC, NOW)
    for until in ("31 january", "banana"):
        with pytest.raises(UntilWithoutRepeats):
            await reader.read(typed(until=until))
    assert (await reader.read(typed(until=" "))).rule.until_date is None


@pytest.mark.parametrize("field", ["starts", "lasts", "until"])
async def test_a_text_of_any_length_is_refused_for_its_length(field: str) -> None:
    with pytest.raises(MomentTooLong):
        await Reader(UTC, NOW).read(typed(kind=Kind.DAILY, **{field: "fri 1h " * 2_000}))


@pytest.mark.parametrize(
    ("starts", "lasts", "lasts_minutes"),
    [
        ("2027-03-28 02:15", "02:45", 30),
        ("2027-03-28 01:00", "02:30", 90),
        ("2027-03-28 01:00", "03:30", 150),
        ("2027-10-31 02:15", "02:45", 30),
    ],
)
async def test_what_repeats_lasts_as_it_was_typed_also_from_a_night_with_an_odd_clock_on(
    starts: str, lasts: str, lasts_minutes: int
) -> None:
    read = await Reader(ZoneInfo("Europe/Berlin"), NOW).read(
        typed(starts=starts, lasts=lasts, kind=Kind.DAILY)
    )
    assert read.rule.lasts_seconds == lasts_minutes * 60


async def test_a_single_window_of_such_a_night_ends_when_the_admin_is_told() -> None:
    """The clock jumps over 02:30, so it is 03:30: two and a half hours by the clock."""
    read = await Reader(ZoneInfo("Europe/Berlin"), NOW).read(
        typed(starts="2027-03-28 01:00", lasts="02:30")
    )
    assert read.rule.lasts_seconds == 150 * 60


@pytest.mark.parametrize(
    ("lasts", "seconds", "is_end"),
    [
        ("until 22:00", 4 * HOUR, True),
        ("Till  22.00", 4 * HOUR, True),
        ("22:00", 4 * HOUR, True),
        ("midnight", 6 * HOUR, True),
        ("until tomorrow 02:00", 8 * HOUR, True),
        ("2 hours", 2 * HOUR, False),
        ("until 2 hours", 2 * HOUR, False),
    ],
)
async def test_an_end_is_told_from_a_length(lasts: str, seconds: int, *, is_end: bool) -> None:
    read = await Reader(UTC, NOW).read(typed(lasts=lasts))
    assert (read.rule.lasts_seconds, read.is_end_typed) == (seconds, is_end)


async def test_only_until_is_no_end() -> None:
    for lasts in ("until", "until ", "till"):
        with pytest.raises(EndNotUnderstood):
            await Reader(UTC, NOW).read(typed(lasts=lasts))


@pytest.mark.parametrize(
    ("lasts", "hours"), [("22:00", 4), ("tomorrow 02:00", 8), ("sat 18:00", 24), ("in 1 hour", 1)]
)
async def test_the_end_of_a_start_that_stays_is_seen_from_that_start(
    lasts: str, hours: int
) -> None:
    # The same Friday of four weeks ago, at 18:00.
    wall = datetime(2026, 12, 18, 18)  # noqa: DTZ001 - wall time
    start = Moment(NOW + 10 * HOUR - 28 * 24 * HOUR, wall)
    read = await Reader(UTC, NOW).read(typed(lasts=lasts, kind=Kind.WEEKLY), start)
    assert read.rule.lasts_seconds == hours * HOUR


async def test_an_end_before_a_start_that_stays_is_refused() -> None:
    start = Moment(NOW - HOUR, datetime(2027, 1, 15, 7))  # noqa: DTZ001 - wall time
    with pytest.raises(EndsBeforeStart):
        await Reader(UTC, NOW).read(typed(lasts="2027-01-15 06:00"), start)
