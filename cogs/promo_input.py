"""What admins type about promotions, read: bonuses, limits, and when windows open."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.calendar_errors import (
    EndsBeforeStart,
    MomentNotUnderstood,
    StartsInThePast,
    UntilWithoutRepeats,
)
from bot.promotion_errors import BonusOutOfBounds, EndNotUnderstood, NotAnAmount
from bot.services.clock import DAY_SECONDS
from bot.services.durations import MOST_TYPED_CHARACTERS, read_duration, seconds_in
from bot.services.moments import (
    Moment,
    is_read_by_habit,
    lasts_between,
    read_day,
    read_moment,
)
from bot.services.plain_text import plain
from bot.services.promotion_terms import MOST_BONUS_COINS, MOST_PERCENT
from bot.services.recurrence import LAST_WEEK, Kind, Recurrence
from bot.services.writing_habits import ENGLISH, Habits, habits_of

_MOST_SHOWN_CHARACTERS = 40
_MONTHS_SURE_WEEKS = 4

_GROUPED = r"\d{1,3}(?:[,. ']?\d{3})*"
_AMOUNT = re.compile(_GROUPED)
_BONUS = re.compile(rf"\+?\s*(?P<number>{_GROUPED})\s*(?:(?P<percent>%|percent)|coins?)?")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_UNTIL = re.compile(r"^(?:until|till?)\s+", re.IGNORECASE)


def read_bonus(text: str) -> tuple[int, int]:
    """Return the percent and the coins that “20%” or “50” mean; one of them is 0.

    Raises:
        BonusOutOfBounds: it is neither, or too little or too much.
    """
    typed = plain(text).casefold()
    found = _BONUS.fullmatch(typed) if len(typed) <= MOST_TYPED_CHARACTERS else None
    number = int(_digits(found["number"])) if found else 0
    most = MOST_PERCENT if found and found["percent"] else MOST_BONUS_COINS
    if found is None or not 1 <= number <= most:
        raise BonusOutOfBounds(MOST_PERCENT, MOST_BONUS_COINS)
    return (number, 0) if found["percent"] else (0, number)


def read_limit(text: str) -> int:
    """Return the number that a limit is set to; nothing typed is 0, which is no limit.

    Raises:
        NotAnAmount: it is no whole number, or too large.
    """
    typed = plain(text)
    if not typed:
        return 0
    is_short = len(typed) <= MOST_TYPED_CHARACTERS
    number = int(_digits(typed)) if is_short and _AMOUNT.fullmatch(typed) else -1
    if not 0 <= number <= MOST_BONUS_COINS:
        raise NotAnAmount(typed[:_MOST_SHOWN_CHARACTERS], MOST_BONUS_COINS)
    return number


def read_kind(text: str) -> Kind:
    """Return how often it repeats, of Discord's choices; of a forged one, once."""
    return Kind(text) if text in set(Kind) else Kind.ONCE


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTimes:
    """What an admin typed about when windows open; `until` is empty for good."""

    starts: str
    lasts: str
    kind: Kind
    until: str = ""
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TakenDay:
    """A day that was typed as two numbers, and which of the two days was taken."""

    typed: str
    day: date


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """The rule that was typed, and the days in it that only the reader's habit decided.

    `is_end_typed` says whether the end of a window was typed, rather than how long it lasts.
    """

    rule: Recurrence
    taken: tuple[TakenDay, ...] = ()
    is_end_typed: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what one admin typed: on the guild's wall clock, from now on (seconds, UTC)."""

    zone: ZoneInfo
    now: int
    habits: Habits = ENGLISH

    async def read(self, typed: TypedTimes, start: Moment | None = None) -> ReadTimes:
        """Return the rule that was typed; `start` is one that stays, however long past it is.

        Raises:
            Refusal: a text is not understood, or makes no window; see `bot.calendar_errors`.
        """
        # The words of a language take up to some tenths of a second when they are first read.
        return await asyncio.to_thread(self._read, typed, start)

    def _read(self, typed: TypedTimes, kept_start: Moment | None) -> ReadTimes:
        start = kept_start or read_moment(typed.starts, self.zone, self.now, habits=self.habits)
        if kept_start is None and start.at < self.now:
            raise StartsInThePast(start.at)
        end = self._end(typed, start)
        lasts_seconds = self._lasts(typed, start, end)
        until = self._until(typed)
        rule = rule_from(start, lasts_seconds, typed.kind, typed.weekdays, until)
        days = [
            (_without_until(typed.lasts), (start.wall + timedelta(seconds=lasts_seconds)).date()),
            *([(typed.starts, start.wall.date())] if kept_start is None else []),
            *([(_without_until(typed.until), until)] if until else []),
        ]
        return ReadTimes(rule, tuple(self._taken(days)), is_end_typed=end is not None)

    def _taken(self, days: list[tuple[str, date]]) -> Iterator[TakenDay]:
        for typed, day in days:
            if is_read_by_habit(typed, self.zone, self.now, self.habits):
                yield TakenDay(plain(typed), day)

    def _until(self, typed: TypedTimes) -> date | None:
        """Return the last day on which a window starts, None for good."""
        if not plain(typed.until):
            return None
        if typed.kind is Kind.ONCE:
            raise UntilWithoutRepeats
        until = _without_until(typed.until)
        return read_day(until, self.zone, self.now, habits=self.habits)

    def _lasts(self, times: TypedTimes, start: Moment, end: Moment | None) -> int:
        """Return how long a window lasts (seconds), from a duration or the moment of its end."""
        if end is None:
            return read_duration(_without_until(times.lasts))
        return lasts_between(start, end, self.zone, is_repeated=times.kind is not Kind.ONCE)

    def _end(self, times: TypedTimes, start: Moment) -> Moment | None:
        """Return the end that was typed, None if it was a duration."""
        typed = _without_until(times.lasts)
        # Of “20:00” people mean the clock; for twenty hours they write “20 hours”.
        if not _CLOCK.fullmatch(typed) and seconds_in(typed) is not None:
            return None
        try:
            return self._end_after(start, typed)
        except MomentNotUnderstood:
            raise EndNotUnderstood(typed[:_MOST_SHOWN_CHARACTERS]) from None

    def _end_after(self, start: Moment, typed: str) -> Moment:
        """Return the end: seen from now, or from the start where that is what makes a window.

        “fri 20:00” until “tomorrow 02:00” ends on Saturday, and “tomorrow 18:00” until “20:00” not
        tonight; a day that is named by its date stays that day. Of a start that is past and stays,
        the end is that of its own window.
        """
        is_ahead = start.at >= self.now
        seen_at = self.now if is_ahead else start.at
        end = read_moment(typed, self.zone, seen_at, habits=self.habits)
        if end.at > start.at:
            return end
        if is_ahead:
            later = read_moment(typed, self.zone, start.at, habits=self.habits)
            if start.at < later.at <= start.at + 7 * DAY_SECONDS:
                return later
        raise EndsBeforeStart(start.at, end.at)


def _without_until(typed: str) -> str:
    """Return what is behind an “until”, as forms and descriptions say that it is one."""
    return _UNTIL.sub("", plain(typed))


def rule_from(
    start: Moment, lasts_seconds: int, kind: Kind, weekdays: frozenset[int], until: date | None
) -> Recurrence:
    """Return a rule that begins with the window of a moment; its days follow from that day."""
    first = start.wall.date()
    week = (first.day - 1) // 7 + 1
    return Recurrence(
        kind=kind,
        first_date=first,
        start_time=start.wall.time(),
        lasts_seconds=lasts_seconds,
        weekdays=(weekdays or frozenset({first.weekday()})) if kind is Kind.WEEKLY else frozenset(),
        month_day=first.day,
        month_week=week if week <= _MONTHS_SURE_WEEKS else LAST_WEEK,
        weekday=first.weekday(),
        until_date=until,
    )


def habits_in(interaction: discord.Interaction[Any]) -> Habits:
    """Return how somebody writes days: as in their own language, then as in the guild's."""
    guild_locale = interaction.guild_locale
    own = str(interaction.locale)
    return habits_of(own, str(guild_locale)) if guild_locale else habits_of(own)
