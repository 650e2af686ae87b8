"""Calendar months on a guild's wall clock, as statements are made of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from typing_extensions import override

from bot.earnings_errors import MonthUnreadable
from bot.services.plain_text import plain
from bot.services.zones import instant_reached, wall_at

_TYPED = re.compile(r"([0-9]{4})-([0-9]{1,2})")
_MOST_SHOWN_CHARACTERS = 40

# Discord was not there before, and a wall clock ends with the year 9999.
_FIRST_YEAR = 2015
_LAST_YEAR = 9998
_MONTHS = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar; it is written like 2026-11."""

    year: int
    number: int

    @override
    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @classmethod
    def at(cls, instant: int, zone: ZoneInfo) -> Self:
        """Return the month that a zone's calendar shows at an instant (seconds, UTC)."""
        wall = wall_at(instant, zone)
        return cls(wall.year, wall.month)

    def moved(self, months: int) -> "Month":
        """Return the month so many months later, or earlier when below zero."""
        year, number = divmod(self.year * _MONTHS + self.number - 1 + months, _MONTHS)
        return Month(year, number + 1)

    def begins_at(self, zone: ZoneInfo) -> int:
        """Return the instant (seconds, UTC) at which it begins on a zone's clock."""
        return instant_reached(datetime(self.year, self.number, 1), zone)  # noqa: DTZ001 - wall time

    def ends_at(self, zone: ZoneInfo) -> int:
        """Return the instant (seconds, UTC) at which the next one begins."""
        return self.moved(1).begins_at(zone)


def read_month(typed: str, example: Month) -> Month:
    """Return the month that was typed like 2026-11.

    Raises:
        MonthUnreadable: it is none; the example is told.
    """
    found = _TYPED.fullmatch(plain(typed))
    if found is not None:
        year, number = map(int, found.groups())
        if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= _MONTHS:
            return Month(year, number)
    raise MonthUnreadable(plain(typed)[:_MOST_SHOWN_CHARACTERS], str(example))
