"""Moments as people type them: the instant that was meant, or a sentence that says what is odd."""

import subprocess
import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar_errors import (
    DayNotUnderstood,
    EndsBeforeStart,
    MomentAmbiguous,
    MomentNamesZone,
    MomentNotUnderstood,
    MomentTooFar,
    MomentTooLong,
    MomentWithoutTime,
    WindowTooLong,
    WindowTooShort,
)
from bot.errors import Refusal
from bot.services.moments import (
    Moment,
    MomentNote,
    is_read_by_habit,
    lasts_between,
    read_day,
    read_moment,
)
from bot.services.writing_habits import habits_of
from bot.texts import texts_for

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
ENGLISH = texts_for("en-US")


def at(text: str, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp())


NOW = at("2026-11-22T22:09:30")  # a Sunday


def read(text: str, now: int = NOW) -> Moment:
    return read_moment(text, BERLIN, now)


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("tomorrow 18:00", "2026-11-23 18:00"),
        ("Tomorrow at 6pm", "2026-11-23 18:00"),
        ("18:00 tomorrow", "2026-11-23 18:00"),
        ("tomorrow\n18:00", "2026-11-23 18:00"),
        ("tomorrow @ 18:00", "2026-11-23 18:00"),
        ("tomorrow noon", "2026-11-23 12:00"),
        ("today 23:30", "2026-11-22 23:30"),
        ("today 18:00", "2026-11-22 18:00"),
        ("yesterday 18:00", "2026-11-21 18:00"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00", "2026-12-24 18:00"),
        ("2026-12-24 18:00:00", "2026-12-24 18:00"),
        ("fri 20:00", "2026-11-27 20:00"),
        ("FRIDAY, 8 p.m.", "2026-11-27 20:00"),
        ("on friday at 8:15 pm", "2026-11-27 20:15"),
        ("20:00 friday", "2026-11-27 20:00"),
        ("in 3 days 18:00", "2026-11-25 18:00"),
        ("24.12. 18:00", "2026-12-24 18:00"),
        ("24. 12. 2027 18:00", "2027-12-24 18:00"),
        ("dec 24 9am", "2026-12-24 09:00"),
        ("December 1st at 6:00 pm", "2026-12-01 18:00"),
        ("18:00", "2026-11-23 18:00"),
        ("23:00", "2026-11-22 23:00"),
        ("22:10", "2026-11-22 22:10"),
        ("22:09", "2026-11-23 22:09"),
        ("at 23:00", "2026-11-22 23:00"),
        ("noon", "2026-11-23 12:00"),
        ("12am", "2026-11-23 00:00"),
        ("12 pm", "2026-11-23 12:00"),
        ("0:00", "2026-11-23 00:00"),
        ("now", "2026-11-22 22:10"),
        ("NOW", "2026-11-22 22:10"),
        ("in 2 hours", "2026-11-23 00:10"),
        ("in 1 day 4 hours", "2026-11-24 02:10"),
        ("in an hour", "2026-11-22 23:10"),
        ("in 0 minutes", "2026-11-22 22:10"),
        ("in 90 days", "2027-02-20 22:10"),
        ("in 2 weeks 18:00", "2026-12-06 18:00"),
        ("in a week at 9am", "2026-11-29 09:00"),
        ("midnight", "2026-11-23 00:00"),
        ("tonight 11pm", "2026-11-22 23:00"),
        ("tonight 20:00", "2026-11-22 20:00"),
        ("tonight 02:00", "2026-11-23 02:00"),
        ("18.30", "2026-11-23 18:30"),
        ("tomorrow 18.05", "2026-11-23 18:05"),
        ("24.12. 18.30", "2026-12-24 18:30"),
        ("fri 8.30 pm", "2026-11-27 20:30"),
        ("tomorrow 18：00", "2026-11-23 18:00"),
        ("１８：３０", "2026-11-23 18:30"),
    ],
)
def test_a_moment_is_read_as_people_type_it(typed: str, wall: str) -> None:
    moment = read(typed)
    assert moment == Moment(at(wall), datetime.fromisoformat(wall))
    assert moment.note_sentence(ENGLISH) is None


def test_todays_weekday_is_today_as_long_as_the_time_is_to_come() -> None:
    assert read("sun 23:00").wall.date() == date(2026, 11, 22)
    assert read("on sunday at 23:00").wall.date() == date(2026, 11, 22)
    assert read("sun 21:00").wall.date() == date(2026, 11, 29)
    assert read("next sunday 23:00").wall.date() == date(2026, 11, 29)


def test_a_time_that_is_right_now_is_now() -> None:
    assert read("22:10", at("2026-11-22T22:10")).at == at("2026-11-22T22:10")
    assert read("now", at("2026-11-22T22:10")).at == at("2026-11-22T22:10")


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "banana",
            "banana 18:00",
            "18",
            "2026",
            "5",
            "1800000000",
            "may",
            "may 18:00",
            "<t:5>",
        ),
        *(
            "fri 20",
            "friday at 8",
            "tomorrow 18",
            "20h",
            "18h30",
            "18.30.15",
            "25.30",
            "half past six",
        ),
        *("25:00", "18:60", "24:00", "13pm", "0pm", "0:30 am", "18:00:30", "2 pm 18:00"),
        *("2026-02-30 18:00", "31.11. 18:00", "2026-13-01 18:00", "24 18:00", "midnight 18:00"),
        *("18:00-20:00", "from 18:00 to 20:00", "2 hours", "in -2 hours", "in a while"),
        *("next week 18:00", "tomorrow evening", "tonight", "@everyone", "x" * 100),
    ],
)
def test_what_is_no_moment_is_refused_with_two_examples(typed: str) -> None:
    with pytest.raises(MomentNotUnderstood, match=r"“tomorrow 18:00” or “fri 20:00”") as refused:
        read(typed)
    assert refused.value.text == typed[:60]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("tomorrow", "2026-11-23"),
        ("today", "2026-11-22"),
        ("fri", "2026-11-27"),
        ("24.12.", "2026-12-24"),
        ("18.12", "2026-12-18"),
        ("fri 18.12", "2026-12-18"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_a_day_without_a_time_is_told_as_it_was_understood(typed: str, day: str) -> None:
    with pytest.raises(MomentWithoutTime, match=f"I read “{typed}” as {day}"):
        read(typed)


def test_two_readings_are_both_told() -> None:
    with pytest.raises(MomentAmbiguous, match="2027-03-04 18:00 or 2027-04-03 18:00"):
        read("3/4 18:00")
    with pytest.raises(MomentAmbiguous, match="2026-11-27 18:00 or 2026-12-24 18:00"):
        read("fri 24.12. 18:00")
    with pytest.raises(MomentAmbiguous, match="2026-11-27 00:00 or 2026-11-28 00:00"):
        read("fri midnight")


@pytest.mark.parametrize(
    ("locale", "wall"),
    [
        ("en-US", "2027-03-04 18:00"),
        ("en-GB", "2027-04-03 18:00"),
        ("de", "2027-04-03 18:00"),
        ("sv-SE", "2027-04-03 18:00"),
        ("ja", "2027-03-04 18:00"),
    ],
)
def test_the_readers_habit_decides_which_number_is_the_day(locale: str, wall: str) -> None:
    habits = habits_of(locale)
    for typed in ("3/4 18:00", "18:00 3-4-2027", "03/04/2027 at 6pm"):
        assert read_moment(typed, BERLIN, NOW, habits=habits).wall == datetime.fromisoformat(wall)
        assert is_read_by_habit(typed, BERLIN, NOW, habits)
    assert str(read_day("3/4", BERLIN, NOW, habits=habits)) == wall[:10]


@pytest.mark.parametrize(
    "typed",
    [
        *("24/12 18:00", "3/3 18:00", "3.4. 18:00", "3 april 18:00", "2027-04-03 18:00"),
        *("fri 18:00", "18:00", "now", "in 2 hours", "2 hours", "", "banana"),
    ],
)
def test_whatever_has_one_reading_is_no_matter_of_habit(typed: str) -> None:
    for locale in ("en-US", "de"):
        assert not is_read_by_habit(typed, BERLIN, NOW, habits_of(locale))


def test_a_contradiction_is_told_whatever_the_habit() -> None:
    with pytest.raises(MomentAmbiguous, match="2026-11-27 18:00 or 2026-12-24 18:00"):
        read_moment("fri 24.12. 18:00", BERLIN, NOW, habits=habits_of("de"))


def test_no_text_is_too_long_to_be_refused_at_once() -> None:
    for typed in ("fri 1 " * 20_000, "x" * 101):
        with pytest.raises(MomentTooLong, match="longer than 100 characters"):
            read(typed)
        with pytest.raises(MomentTooLong):
            read_day(typed, BERLIN, NOW)
    assert read("tomorrow" + " " * 10_000 + "18:00") == read("tomorrow 18:00")


@pytest.mark.parametrize("reading", ["2027-03-04 18:00", "2027-04-03 18:00"])
def test_what_is_told_can_be_typed_just_like_that(reading: str) -> None:
    assert read(reading).wall == datetime.fromisoformat(reading)


@pytest.mark.parametrize(
    "typed",
    ["18:00Z", "18:00 CET", "tomorrow 18:00 UTC", "tomorrow 18:00+02:00", "2026-12-24T18:00:00Z"],
)
def test_another_zone_is_refused_and_not_dropped(typed: str) -> None:
    with pytest.raises(MomentNamesZone, match="times here follow Europe/Berlin"):
        read(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2126-12-24 18:00", "2126-12-24"),
        ("0001-01-01 00:00", "0001-01-01"),
        ("9999-12-31 23:59", "9999-12-31"),
        ("in 9999 weeks", "2218-07-12"),
    ],
)
def test_what_is_years_away_is_a_slip(typed: str, day: str) -> None:
    with pytest.raises(MomentTooFar, match=f"as {day}, which is more than 5 years away"):
        read(typed)


def test_a_time_that_is_skipped_says_which_instant_was_taken() -> None:
    moment = read("28.3.2027 02:30")
    assert moment.at == at("2027-03-28T03:30")
    assert moment.wall == datetime.fromisoformat("2027-03-28 02:30")
    assert moment.note is MomentNote.SKIPPED
    assert moment.note_sentence(ENGLISH) == (
        f"The clock jumps over 02:30 that day, so it is <t:{moment.at}:f>."
    )


def test_a_time_that_comes_twice_says_that_the_first_was_taken() -> None:
    moment = read("31.10.2027 02:30")
    assert moment.at == at("2027-10-31T02:30")
    assert moment.note is MomentNote.TWICE
    assert moment.note_sentence(ENGLISH) == (
        f"The clock shows 02:30 twice that day; this is the first, <t:{moment.at}:f>."
    )


def test_from_now_is_exact_also_in_the_hour_that_comes_twice() -> None:
    first = at("2027-10-31T02:30")
    assert read("now", first + HOUR).at == first + HOUR
    assert read("now", first + HOUR).wall.fold == 1
    assert read("in 1 hour", first).at == first + HOUR
    assert read("in 1 hour", first).note is None


@pytest.mark.parametrize(
    ("locale", "typed", "english"),
    [
        ("de", "morgen 18:00", "tomorrow 18:00"),
        ("de", "Morgen um 18 Uhr", "tomorrow 18:00"),
        ("de", "am Freitag um 20:30 Uhr", "fri 20:30"),
        ("de", "sonntag 23:00", "sun 23:00"),
        ("de", "am sonntag 23:00", "sun 23:00"),
        ("de", "24. Dezember 18:00", "24 dec 18:00"),
        ("fr", "demain à 18:00", "tomorrow 18:00"),
        ("es-ES", "mañana a las 18:00", "tomorrow 18:00"),
        ("pt-BR", "sexta-feira 20:00", "fri 20:00"),
        ("no", "i morgen 18:00", "tomorrow 18:00"),
        ("pl", "jutro 18:00", "tomorrow 18:00"),
        ("ru", "завтра 18:00", "tomorrow 18:00"),
        ("ja", "明日 18:00", "tomorrow 18:00"),
        ("zh-TW", "明天 18:00", "tomorrow 18:00"),
        ("ko", "내일 18:00", "tomorrow 18:00"),
    ],
)
def test_the_words_of_the_reader_are_read(locale: str, typed: str, english: str) -> None:
    assert read_moment(typed, BERLIN, NOW, habits=habits_of(locale)) == read(english)
    with pytest.raises(MomentNotUnderstood):
        read(typed.casefold().replace("um 18 uhr", "um 18:00"))


def test_the_wall_clock_is_that_of_the_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")  # where it is Monday already
    assert read_moment("tomorrow 18:00", tokyo, NOW).at == at("2026-11-24T18:00", tokyo)


@settings(deadline=None)
@given(
    st.text()
    | st.text("0123456789:./- apmtfrisndecoworhu")
    | st.lists(
        st.sampled_from(
            (
                "tomorrow",
                "fri",
                "24.12.",
                "18:00",
                "in 2 hours",
                "at",
                "3/4",
                "8",
                "pm",
                "dec",
                "UTC",
            )
        )
    ).map(" ".join)
)
def test_any_text_is_a_moment_or_refused(typed: str) -> None:
    try:
        moment = read(typed)
    except Refusal:
        return
    assert moment.at % MINUTE == 0
    assert abs(moment.at - NOW) < 6 * 366 * DAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31.12.", "2026-12-31"),
        ("31 December", "2026-12-31"),
        ("2027-01-31", "2027-01-31"),
        ("in 30 days", "2026-12-22"),
        ("tomorrow", "2026-11-23"),
        ("today", "2026-11-22"),
    ],
)
def test_a_day_alone_is_read_as_people_type_it(typed: str, day: str) -> None:
    assert read_day(typed, BERLIN, NOW) == date.fromisoformat(day)


def test_a_day_that_is_none_is_refused_with_two_examples() -> None:
    for typed in ("", "banana", "tomorrow 18:00", "24", "2026-02-30"):
        with pytest.raises(DayNotUnderstood, match=r"“31 december” or “in 30 days”"):
            read_day(typed, BERLIN, NOW)
    with pytest.raises(MomentAmbiguous, match=r"could be 2027-03-04 or 2027-04-03\."):
        read_day("3/4", BERLIN, NOW)
    with pytest.raises(MomentTooFar):
        read_day("2062-12-24", BERLIN, NOW)
    assert read_day("31 december", BERLIN, NOW).month == 12


def test_a_window_lasts_as_long_as_the_clock_says() -> None:
    def lasts(start: str, end: str) -> int:
        return lasts_between(read(start), read(end), BERLIN)

    assert lasts("fri 20:00", "fri 22:30") == 150 * MINUTE
    assert lasts("now", "in 2 hours") == 2 * HOUR
    assert lasts("27.3.2027 18:00", "28.3.2027 18:00") == DAY  # 23 hours for a stopwatch
    assert lasts("30.10.2027 18:00", "31.10.2027 18:00") == DAY  # 25 hours for a stopwatch
    assert lasts("28.3.2027 01:00", "28.3.2027 02:30") == 150 * MINUTE  # ends at 03:30
    assert lasts("1.12.2026 18:00", "1.3.2027 18:00") == 90 * DAY


def test_an_end_that_is_not_after_the_start_says_both() -> None:
    start = read("fri 20:00")
    with pytest.raises(EndsBeforeStart, match=rf"end at <t:{start.at - HOUR}:f>.*<t:{start.at}:f>"):
        lasts_between(start, read("fri 19:00"), BERLIN)
    with pytest.raises(EndsBeforeStart):
        lasts_between(start, start, BERLIN)


def test_a_window_has_bounds() -> None:
    start = read("fri 20:00")
    with pytest.raises(WindowTooShort):
        lasts_between(start, Moment(start.at + 30, start.wall), BERLIN)
    with pytest.raises(WindowTooLong):
        lasts_between(start, read("2027-02-25 20:01"), BERLIN)


def test_the_library_is_loaded_with_the_first_day_that_is_read_and_without_a_warning() -> None:
    lines = [
        "import sys, zoneinfo",
        "from bot.services.moments import read_moment",
        "zone = zoneinfo.ZoneInfo('Europe/Berlin')",
        "read_moment('18:00', zone, 1_800_000_000)",
        "assert 'dateparser' not in sys.modules",
        "read_moment('fri 18:00', zone, 1_800_000_000)",
        "assert 'dateparser' in sys.modules",
    ]
    subprocess.run([sys.executable, "-W", "error", "-c", "\n".join(lines)], check=True)


def test_the_instant_is_in_utc() -> None:
    assert datetime.fromtimestamp(read("fri 20:00").at, UTC).hour == 19
