"""Days as people type them: every usual form, and nothing that would be a guess."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.typed_days import days_in, is_bare_weekday, is_by_habit, names_zone
from bot.services.writing_habits import Habits, habits_of

SUNDAY = date(2026, 11, 22)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", "2026-11-22"),
        ("tomorrow", "2026-11-23"),
        ("day after tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-21"),
        ("in 3 days", "2026-11-25"),
        ("in 2 weeks", "2026-12-06"),
        ("in a week", "2026-11-29"),
        ("in 1 day", "2026-11-23"),
        ("fri", "2026-11-27"),
        ("friday", "2026-11-27"),
        ("on friday", "2026-11-27"),
        ("next friday", "2026-11-27"),
        ("last friday", "2026-11-20"),
        ("sunday", "2026-11-29"),
        ("24.12.", "2026-12-24"),
        ("24.12", "2026-12-24"),
        ("24. 12. 2026", "2026-12-24"),
        ("24.12.27", "2027-12-24"),
        ("22.11.", "2026-11-22"),
        ("21.11.", "2027-11-21"),
        ("1.1.", "2027-01-01"),
        ("29.2.", "2028-02-29"),
        ("24/12", "2026-12-24"),
        ("12/24", "2026-12-24"),
        ("3/3", "2027-03-03"),
        ("2026-12-24", "2026-12-24"),
        ("2026/12/04", "2026-12-04"),
        ("dec 24", "2026-12-24"),
        ("24 december", "2026-12-24"),
        ("december 24th, 2027", "2027-12-24"),
        ("1st of may", "2027-05-01"),
        ("thu 24.12.", "2026-12-24"),
        ("friday, 25 december", "2026-12-25"),
        ("2019-01-01", "2019-01-01"),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, day: str) -> None:
    assert [each.isoformat() for each in days_in(typed, SUNDAY)] == [day]


@pytest.mark.parametrize(
    "typed",
    [
        *("", "-", "banana", "on", "a", "one", "two", "ten", "week", "weekend", "second friday"),
        *("may", "may 2027", "24", "24th", "the 24th", "5", "2026", "20261224", "1800000000"),
        *("fri 20", "tomorrow 18", "in 3 days 18", "18.30", "in two weeks", "next week", "tonight"),
        *("2026-02-30", "31.11.", "29.2.2027", "24.13.", "13/13", "0/5", "2026-13-01", "12.24."),
        *("tomorrow friday", "24 dec dec", "friday next week", "24.12.2026 24.12.2026", "1 2 3 4"),
        *("1st - 5 feb", "99 3 24", "2026 31 3"),
        *("tomorrow utc", "24.12. CET", "2026-12-24 +02:00", "٢٤", "²"),
    ],
)
def test_nothing_is_guessed(typed: str) -> None:
    assert days_in(typed, SUNDAY) == ()


def test_a_day_and_a_month_that_could_be_the_other_are_both_told() -> None:
    third_of_april, fourth_of_march = date(2027, 4, 3), date(2027, 3, 4)
    assert days_in("3/4", SUNDAY) == (fourth_of_march, third_of_april)
    assert days_in("3-4-2027", SUNDAY) == (fourth_of_march, third_of_april)
    assert days_in("3.4.", SUNDAY) == (third_of_april,)
    assert days_in("3 apr", SUNDAY) == (third_of_april,)


def test_a_weekday_that_is_not_that_of_the_date_is_told() -> None:
    assert days_in("fri 24.12.", SUNDAY) == (date(2026, 11, 27), date(2026, 12, 24))


def test_number_words_are_no_days_on_any_day_of_a_month() -> None:
    words = ("a", "an", "one", "two", "three", "four", "five", "six", "ten", "eleven", "twelve")
    for days in range(31):
        today = SUNDAY + timedelta(days=days)
        assert {days_in(word, today) for word in words} == {()}


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_is_the_next_there_is_from_any_day(weekday: int) -> None:
    for days in range(7):
        today = SUNDAY + timedelta(days=days)
        for typed in (WEEKDAYS[weekday], WEEKDAYS[weekday][:3], f"on {WEEKDAYS[weekday]}"):
            (day,) = days_in(typed, today)
            assert day.weekday() == weekday
            assert 1 <= (day - today).days <= 7
            assert is_bare_weekday(typed, today) == (weekday == today.weekday())


def test_only_a_weekday_alone_is_a_bare_weekday() -> None:
    assert is_bare_weekday("sun", SUNDAY)
    assert not is_bare_weekday("next sunday", SUNDAY)
    assert not is_bare_weekday("29.11.", SUNDAY + timedelta(days=1))
    assert not is_bare_weekday("fri", SUNDAY)


@settings(deadline=None)
@given(st.dates(date(2026, 11, 22), date(2030, 12, 31)))
def test_every_day_is_read_in_every_usual_form(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    forms = [
        *(f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{number}.{month}.{year}", f"{day:%d.%m.%y}"),
        *(f"{number} {day:%B} {year}", f"{day:%b} {number} {year}", f"{day:%a} {day:%d.%m.%Y}"),
    ]
    if day - SUNDAY < timedelta(days=365):
        forms += [f"{number}.{month}.", f"{day:%d.%m}", f"{number} {day:%b}", f"{day:%B} {number}"]
    assert {form: days_in(form, SUNDAY) for form in forms} == dict.fromkeys(forms, (day,))


@settings(deadline=None)
@given(st.dates(date(2026, 11, 22), date(2030, 12, 31)))
def test_a_date_with_slashes_is_certain_or_told_in_both_ways(day: date) -> None:
    is_certain = day.day > 12 or day.day == day.month
    for form in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%d-%m-%Y}"):
        days = days_in(form, SUNDAY)
        assert day in days
        assert len(days) == (1 if is_certain else 2)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("morgen", "2026-11-23"),
        ("übermorgen", "2026-11-24"),
        ("freitag", "2026-11-27"),
        ("24. dezember", "2026-12-24"),
        ("tomorrow", "2026-11-23"),
    ],
)
def test_other_languages_can_be_read_beside_english(typed: str, day: str) -> None:
    assert [each.isoformat() for each in days_in(typed, SUNDAY, Habits(("en", "de")))] == [day]
    assert days_in("demain", SUNDAY, Habits(("en", "de"))) == ()


LOCALES = (
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl"),
    *("no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi"),
    *("th", "zh-CN", "ja", "zh-TW", "ko"),
)
ENGLISH_TEXTS = (
    *("today", "tomorrow", "day after tomorrow", "next friday", "on friday", "in 3 days"),
    *("2026-12-24", "24.12.2026", "dec 24", "24 december 2027", "1st of may", "24/12", "12/24"),
    *WEEKDAYS,
    *(day[:3] for day in WEEKDAYS),
    *(f"20 {date(2027, month, 1):%b}".casefold() for month in range(1, 13)),
)


@pytest.mark.parametrize("locale", LOCALES)
def test_english_is_read_by_everybody(locale: str) -> None:
    """No word of English means another day to a reader of another language of Discord."""
    read = {typed: days_in(typed, SUNDAY, habits_of(locale)) for typed in ENGLISH_TEXTS}
    assert read == {typed: days_in(typed, SUNDAY) for typed in ENGLISH_TEXTS}
    assert {len(days) for days in read.values()} == {1}


def test_dots_put_the_day_first_except_where_they_put_the_month_first() -> None:
    for locale, day in (("en-US", date(2027, 4, 3)), ("de", date(2027, 4, 3)),
                        ("ko", date(2027, 3, 4)), ("hu", date(2027, 3, 4))):  # fmt: skip
        assert days_in("3. 4.", SUNDAY, habits_of(locale)) == (day,)
        assert not is_by_habit("3. 4.", SUNDAY, habits_of(locale))


def test_a_date_that_only_the_other_order_has_is_that_date() -> None:
    for locale in ("en-US", "en-GB"):
        for typed in ("24/12", "12/24"):
            assert days_in(typed, SUNDAY, habits_of(locale)) == (date(2026, 12, 24),)
            assert not is_by_habit(typed, SUNDAY, habits_of(locale))


def test_a_word_that_two_languages_read_in_two_ways_is_told_in_both() -> None:
    both = (date(2026, 11, 28), date(2026, 11, 29))
    # The Saturday of a Czech guild is the Sunday of its German reader.
    assert days_in("so", SUNDAY, habits_of("de", "cs")) == both
    assert days_in("so", SUNDAY, habits_of("cs")) == both[:1]
    assert days_in("so", SUNDAY, habits_of("de")) == both[1:]


def test_many_threads_read_what_one_reads() -> None:
    texts = [("de", "morgen"), ("fr", "demain"), ("en-US", "3/4"), ("en-GB", "3/4"), ("ja", "明日")]
    texts += [("ru", "завтра"), ("es-ES", "viernes"), ("it", "domani"), ("tr", "cuma")]

    def read(text: tuple[str, str]) -> tuple[date, ...]:
        return days_in(text[1], SUNDAY, habits_of(text[0]))

    alone = [read(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, texts * 10)) == alone * 10


def test_a_zone_in_a_text_is_seen() -> None:
    assert names_zone("tomorrow 18:00 UTC")
    assert names_zone("18:00+02:00")
    assert names_zone("18:00 CET")
    assert not names_zone("tomorrow 18:00")
    assert not names_zone("banana")
