"""Moments as people type them: “tomorrow 18:00”, “fri 20:00”, “24.12. 18:00”, “in 2 hours”, “now”.

A moment is a day and a time of day on the guild's wall clock, or so long from now. The day is read
by `bot.services.typed_days`; nothing is guessed that the text does not say.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.calendar_errors import (
    DayNotUnderstood,
    EndsBeforeStart,
    MomentAmbiguous,
    MomentNamesZone,
    MomentNotUnderstood,
    MomentTooFar,
    MomentTooLong,
    MomentWithoutTime,
)
from bot.services.durations import (
    MOST_SHOWN_CHARACTERS,
    MOST_TYPED_CHARACTERS,
    check_lasts,
    seconds_in,
)
from bot.services.plain_text import plain
from bot.services.typed_days import days_in, is_bare_weekday, is_by_habit, names_zone
from bot.services.writing_habits import ENGLISH, Habits
from bot.services.zones import comes_twice, instant_of, is_skipped, wall_at
from bot.texts import N_, Texts

MOST_YEARS = 5
_MOST_AWAY = timedelta(days=MOST_YEARS * 366)

_DATE_T_TIME = re.compile(r"(?<=\d)t(?=\d)")
_CLOCK = re.compile(
    r"(?<![\w:.,+-])(?:at\s+)?"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?|(?P<full>\d{1,2})(?=\s*(?:[ap]\.?m|uhr))"
    r"|(?P<noon>noon)|(?P<midnight>midnight))"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?|\s*uhr\b)?(?![\w:+-])"
)
_DOTTED_CLOCK = re.compile(r"(?<![\d.])([01]?\d|2[0-3])\.([0-5]\d)(?![\d.])")

_TONIGHT = "tonight"
# What is typed on another keyboard: full-width signs as they are on this one, one for one.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class MomentNote(StrEnum):
    """What is odd about a wall time on the day that it is for."""

    SKIPPED = "skipped"
    TWICE = "twice"


_NOTES = {
    MomentNote.SKIPPED: N_("The clock jumps over {wall} that day, so it is {at:at}."),
    MomentNote.TWICE: N_("The clock shows {wall} twice that day; this is the first, {at:at}."),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (seconds, UTC), and the wall time that was asked for, in whole minutes."""

    at: int
    wall: datetime
    note: MomentNote | None = None

    def note_sentence(self, texts: Texts) -> str | None:
        """Return which instant was taken, and why, if the wall time left that open."""
        if self.note is None:
            return None
        return texts(_NOTES[self.note], wall=f"{self.wall:%H:%M}", at=self.at)


def read_moment(text: str, zone: ZoneInfo, now: int, *, habits: Habits = ENGLISH) -> Moment:
    """Return the moment that a text means, seen from `now` (seconds, UTC).

    A time alone and a weekday are the next there are; “now” and “in 2 hours” are rounded up to the
    next minute. The words of days and the order of 3/4 are those of the writer's habits.

    The first text takes some tenths of a second, each later one a few milliseconds: not for the
    event loop.

    Raises:
        MomentNotUnderstood, MomentWithoutTime, MomentAmbiguous, MomentNamesZone, MomentTooFar,
        MomentTooLong: the text does not say one moment of the next (or last) five years.
    """
    reading = _Reading(text, zone, now, habits)
    seconds = _seconds_from_now(reading.text)
    if seconds is None:
        return reading.at_the_clock()
    at = -(-now // 60) * 60 + seconds
    wall = wall_at(at, zone)
    reading.check_near(wall.date())
    return Moment(at, wall)


def read_day(text: str, zone: ZoneInfo, now: int, *, habits: Habits = ENGLISH) -> date:
    """Return the wall date that a text without a time of day means, seen from `now`.

    Raises:
        DayNotUnderstood, MomentAmbiguous, MomentTooFar, MomentTooLong: it does not say one day.
    """
    reading = _Reading(text, zone, now, habits)
    days = days_in(reading.text, reading.today, habits)
    if not days:
        raise DayNotUnderstood(reading.typed)
    return reading.only(days, time_shown="")


def is_read_by_habit(text: str, zone: ZoneInfo, now: int, habits: Habits) -> bool:
    """Return whether a text that was read could be another day for somebody of other habits.

    Raises:
        MomentTooLong: nobody reads a text of that length.
    """
    reading = _Reading(text, zone, now, habits)
    return is_by_habit(_around(_CLOCK.search(reading.text), reading.text), reading.today, habits)


def lasts_between(start: Moment, end: Moment, zone: ZoneInfo, *, is_repeated: bool = False) -> int:
    """Return how long a window lasts on the wall clock, from one moment to another (seconds).

    What is repeated lasts as it was typed, however odd the clock is in its first night.

    Raises:
        EndsBeforeStart, WindowTooShort, WindowTooLong: it cannot be a window.
    """
    if end.at <= start.at:
        raise EndsBeforeStart(start.at, end.at)
    # What the clock shows at the end, also if what was asked for is skipped.
    shown = wall_at(end.at, zone)
    if is_repeated and end.wall > start.wall:
        shown = end.wall
    lasts_seconds = int((shown - start.wall).total_seconds())
    check_lasts(lasts_seconds)
    return lasts_seconds


def _seconds_from_now(text: str) -> int | None:
    if text == "now":
        return 0
    return seconds_in(text.removeprefix("in ")) if text.startswith("in ") else None


def _around(clock: re.Match[str] | None, text: str) -> str:
    """Return a text without its time of day."""
    return text if clock is None else (text[: clock.start()] + text[clock.end() :]).strip(" ,")


class _Reading:
    """A text while it is read."""

    def __init__(self, text: str, zone: ZoneInfo, now: int, habits: Habits) -> None:
        typed = plain(text)
        # Time grows with length, and no moment is longer.
        if len(typed) > MOST_TYPED_CHARACTERS:
            raise MomentTooLong(MOST_TYPED_CHARACTERS)
        self.typed = typed[:MOST_SHOWN_CHARACTERS]
        self.zone = zone
        self.now = now
        self.today = wall_at(now, zone).date()
        self.habits = habits
        text = typed.translate(_FULL_WIDTH).casefold()
        self.text = self._with_colon(_DATE_T_TIME.sub(" ", text))

    def _with_colon(self, text: str) -> str:
        """Return a text in which 18.30 is 18:30, unless there is a clock or all of it is a day."""
        if _DOTTED_CLOCK.search(text) is None or _CLOCK.search(text) is not None:
            return text
        is_day = len(days_in(text, self.today, self.habits)) == 1
        return text if is_day else _DOTTED_CLOCK.sub(r"\1:\2", text)

    def at_the_clock(self) -> Moment:
        """Return the moment of a day and a time of day."""
        clocks = list(_CLOCK.finditer(self.text))
        if len(clocks) != 1:
            raise self._refusal(self.text)
        clock = _time_of(clocks[0])
        rest = _around(clocks[0], self.text)
        if clock is None:
            raise MomentNotUnderstood(self.typed)
        day = self._day(rest, clock)
        if clocks[0]["midnight"] and rest not in {"", _TONIGHT}:
            # The midnight of a day is for some its first minute, and for some its last.
            raise MomentAmbiguous(self.typed, f"{day} 00:00", f"{day + timedelta(days=1)} 00:00")
        wall = datetime.combine(day, clock)
        note = None
        if is_skipped(wall, self.zone):
            note = MomentNote.SKIPPED
        elif comes_twice(wall, self.zone):
            note = MomentNote.TWICE
        return Moment(instant_of(wall, self.zone), wall, note)

    def _day(self, rest: str, clock: time) -> date:
        is_ahead = instant_of(datetime.combine(self.today, clock), self.zone) >= self.now
        if rest == _TONIGHT and clock.hour >= 12:  # noqa: PLR2004 - before noon it is past midnight
            return self.today
        if rest in {"", _TONIGHT}:
            return self.today if is_ahead else self.today + timedelta(days=1)
        if is_ahead and is_bare_weekday(rest, self.today, self.habits):
            return self.today
        days = days_in(rest, self.today, self.habits)
        if not days:
            raise self._refusal(rest)
        return self.only(days, time_shown=f" {clock:%H:%M}")

    def only(self, days: tuple[date, ...], *, time_shown: str) -> date:
        """Return the only day there is, if it is near."""
        day, *others = days
        if others:
            first, second = f"{day}{time_shown}", f"{others[0]}{time_shown}"
            raise MomentAmbiguous(self.typed, first, second)
        self.check_near(day)
        return day

    def check_near(self, day: date) -> None:
        """Refuse what is years away: a slip of the fingers more often than a plan."""
        if abs(day - self.today) > _MOST_AWAY:
            raise MomentTooFar(self.typed, day.isoformat(), MOST_YEARS)

    def _refusal(self, rest: str) -> Exception:
        if names_zone(self.text):
            return MomentNamesZone(self.typed, self.zone.key)
        days = days_in(rest, self.today, self.habits) if rest == self.text else ()
        if days:
            return MomentWithoutTime(self.typed, days[0].isoformat())
        return MomentNotUnderstood(self.typed)


def _time_of(clock: re.Match[str]) -> time | None:
    """Return the time of day, or None for one that no clock shows."""
    if clock["noon"] or clock["midnight"]:
        return time(12 if clock["noon"] else 0)
    hour, minute = int(clock["hour"] or clock["full"]), int(clock["minute"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a dial
            return None
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
