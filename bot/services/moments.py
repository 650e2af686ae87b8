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
    MomentWithoutTime,
)
from bot.services.durations import MOST_SHOWN_CHARACTERS, check_lasts, seconds_in
from bot.services.plain_text import plain
from bot.services.typed_days import ENGLISH, days_in, is_bare_weekday, names_zone
from bot.services.zones import comes_twice, instant_of, is_skipped, wall_at
from bot.texts import N_, Texts

MOST_YEARS = 5
_MOST_AWAY = timedelta(days=MOST_YEARS * 366)

_DATE_T_TIME = re.compile(r"(?<=\d)t(?=\d)")
_CLOCK = re.compile(
    r"(?<![\w:.,+-])(?:at\s+)?"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::00)?|(?P<full>\d{1,2})(?=\s*[ap]\.?m)|(?P<noon>noon))"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?![\w:+-])"
)


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


def read_moment(
    text: str, zone: ZoneInfo, now: int, *, languages: tuple[str, ...] = ENGLISH
) -> Moment:
    """Return the moment that a text means, seen from `now` (seconds, UTC).

    A time alone and a weekday are the next there are; “now” and “in 2 hours” are rounded up to the
    next minute. Languages are those of `dateparser` (“en”, “de”), for the words of days.

    Raises:
        MomentNotUnderstood, MomentWithoutTime, MomentAmbiguous, MomentNamesZone, MomentTooFar: the
            text does not say one moment of the next (or last) five years.
    """
    reading = _Reading(text, zone, now, languages)
    seconds = _seconds_from_now(reading.text)
    if seconds is None:
        return reading.at_the_clock()
    at = -(-now // 60) * 60 + seconds
    wall = wall_at(at, zone)
    reading.check_near(wall.date())
    return Moment(at, wall)


def read_day(text: str, zone: ZoneInfo, now: int, *, languages: tuple[str, ...] = ENGLISH) -> date:
    """Return the wall date that a text without a time of day means, seen from `now`.

    Raises:
        DayNotUnderstood, MomentAmbiguous, MomentTooFar: the text does not say one such day.
    """
    reading = _Reading(text, zone, now, languages)
    days = days_in(reading.text, reading.today, languages)
    if not days:
        raise DayNotUnderstood(reading.typed)
    return reading.only(days, time_shown="")


def lasts_between(start: Moment, end: Moment, zone: ZoneInfo) -> int:
    """Return how long a window lasts on the wall clock, from one moment to another (seconds).

    Raises:
        EndsBeforeStart, WindowTooShort, WindowTooLong: it cannot be a window.
    """
    if end.at <= start.at:
        raise EndsBeforeStart(start.at, end.at)
    # What the clock shows at the end, also if what was asked for is skipped.
    lasts_seconds = int((wall_at(end.at, zone) - start.wall).total_seconds())
    check_lasts(lasts_seconds)
    return lasts_seconds


def _seconds_from_now(text: str) -> int | None:
    if text == "now":
        return 0
    return seconds_in(text.removeprefix("in ")) if text.startswith("in ") else None


class _Reading:
    """A text while it is read."""

    def __init__(self, text: str, zone: ZoneInfo, now: int, languages: tuple[str, ...]) -> None:
        kept = plain(text)
        self.typed = kept[:MOST_SHOWN_CHARACTERS]
        # No moment is longer; what is cut off would only cost time.
        self.text = _DATE_T_TIME.sub(" ", kept[: 2 * MOST_SHOWN_CHARACTERS].casefold())
        self.zone = zone
        self.now = now
        self.today = wall_at(now, zone).date()
        self.languages = languages

    def at_the_clock(self) -> Moment:
        """Return the moment of a day and a time of day."""
        clocks = list(_CLOCK.finditer(self.text))
        if len(clocks) != 1:
            raise self._refusal(self.text)
        clock = _time_of(clocks[0])
        rest = (self.text[: clocks[0].start()] + self.text[clocks[0].end() :]).strip(" ,")
        if clock is None:
            raise MomentNotUnderstood(self.typed)
        wall = datetime.combine(self._day(rest, clock), clock)
        note = None
        if is_skipped(wall, self.zone):
            note = MomentNote.SKIPPED
        elif comes_twice(wall, self.zone):
            note = MomentNote.TWICE
        return Moment(instant_of(wall, self.zone), wall, note)

    def _day(self, rest: str, clock: time) -> date:
        is_ahead = instant_of(datetime.combine(self.today, clock), self.zone) >= self.now
        if not rest:
            return self.today if is_ahead else self.today + timedelta(days=1)
        if is_ahead and is_bare_weekday(rest, self.today, self.languages):
            return self.today
        days = days_in(rest, self.today, self.languages)
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
        if names_zone(self.text, self.languages):
            return MomentNamesZone(self.typed, self.zone.key)
        days = days_in(rest, self.today, self.languages) if rest == self.text else ()
        if days:
            return MomentWithoutTime(self.typed, days[0].isoformat())
        return MomentNotUnderstood(self.typed)


def _time_of(clock: re.Match[str]) -> time | None:
    """Return the time of day, or None for one that no clock shows."""
    if clock["noon"]:
        return time(12)
    hour, minute = int(clock["hour"] or clock["full"]), int(clock["minute"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a dial
            return None
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None
