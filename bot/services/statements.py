"""A streamer's statement of a month: opening balance, every change, closing balance.

It covers everything that happened in the month, also in seasons that are over: the entry that ended
a season is one of its rows. Both balances are sums of the lines of the books, the rows are read
apart from them, page by page; where the two do not meet, there is no statement.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.earnings_errors import MonthToCome, StatementUnsound
from bot.ledger.books import Books
from bot.ledger.history import entry_ids_from
from bot.services.clock import Clock
from bot.services.guilds import Guilds
from bot.services.season_marks import current_season
from bot.services.statement_months import Month, read_month
from bot.services.statement_rows import (
    PAGE_ENTRIES,
    Pots,
    StatementRow,
    pots_after,
    rows_of,
)

log = logging.getLogger(__name__)

MOST_MONTHS_OFFERED = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What stands above and below the rows of a statement (times in seconds, UTC).

    Its entries are those after `after_entry_id` up to `last_entry_id`. What happened up to
    `season_entry_id` belongs to seasons that are over.
    """

    guild_id: int
    streamer_id: int
    month: Month
    zone: ZoneInfo
    starts_at: int
    ends_at: int
    made_at: int
    after_entry_id: int
    last_entry_id: int
    season_entry_id: int
    opening: Pots
    closing: Pots

    @property
    def is_over(self) -> bool:
        """Tell whether its month is over, so that nothing will be added to it."""
        return self.ends_at <= self.made_at


class Statements:
    """The service of statements; only reads."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def read_month(self, guild_id: int, streamer_id: int, typed: str) -> Month:
        """Return the month that was typed; when nothing was, the latest that is over.

        For whoever had nothing before this month, it is this one.

        Raises:
            MonthUnreadable: it is no month.
        """
        now = Month.at(self._clock(), await self.zone(guild_id))
        if typed:
            return read_month(typed, now.moved(-1))
        months = await self.months(guild_id, streamer_id)
        return now.moved(-1) if len(months) > 1 else now

    async def months(self, guild_id: int, streamer_id: int) -> tuple[Month, ...]:
        """Return the months that a streamer may want a statement of, newest first."""
        first_ids = await entry_ids_from(self._books, guild_id, streamer_id, 1, 1)
        if not first_ids:
            return ()
        rows = await self._books.read(
            "SELECT posted_at FROM entry WHERE guild_id = ? AND entry_id = ?",
            (guild_id, first_ids[0]),
        )
        zone = await self.zone(guild_id)
        first, month = Month.at(rows[0][0], zone), Month.at(self._clock(), zone)
        offered = (month.moved(-back) for back in range(MOST_MONTHS_OFFERED))
        return tuple(each for each in offered if each >= first)

    async def zone(self, guild_id: int) -> ZoneInfo:
        """Return the time zone whose calendar the months are of."""
        return ZoneInfo((await self._guilds.get(guild_id)).settings.timezone)

    async def open(self, guild_id: int, streamer_id: int, month: Month) -> Statement:
        """Return what stands around the rows of a month, which `rows` then gives.

        Raises:
            MonthToCome: it did not begin yet.
        """
        zone, now = await self.zone(guild_id), self._clock()
        starts_at, ends_at = month.begins_at(zone), month.ends_at(zone)
        if starts_at > now:
            raise MonthToCome(str(month))
        after = await self._last_before(guild_id, starts_at)
        last = await self._last_before(guild_id, ends_at)
        opening = await pots_after(self._books, guild_id, streamer_id, after, since=Pots())
        return Statement(
            guild_id=guild_id,
            streamer_id=streamer_id,
            month=month,
            zone=zone,
            starts_at=starts_at,
            ends_at=ends_at,
            made_at=now,
            after_entry_id=after,
            last_entry_id=last,
            season_entry_id=(await current_season(self._books.read, guild_id)).entry_id,
            opening=opening,
            closing=await pots_after(
                self._books, guild_id, streamer_id, last, since=opening, since_id=after
            ),
        )

    async def rows(self, statement: Statement) -> AsyncIterator[list[StatementRow]]:
        """Yield the rows of a statement in the order of the books, a page at a time.

        Raises:
            StatementUnsound: after the last page, when they do not lead to the closing balance;
                whoever got them must not hand them out.
        """
        guild_id, streamer_id = statement.guild_id, statement.streamer_id
        first, balance = statement.after_entry_id + 1, statement.opening
        while entry_ids := await self._entry_ids(statement, first):
            rows = await rows_of(self._books, guild_id, streamer_id, entry_ids, balance)
            if rows:
                balance = rows[-1].balance
                yield rows
            first = entry_ids[-1] + 1
        if balance != statement.closing:
            log.error(
                "statement %s of %s in guild %s leads to %s, not to %s",
                *(statement.month, streamer_id, guild_id, balance, statement.closing),
            )
            raise StatementUnsound

    async def _entry_ids(self, statement: Statement, first: int) -> list[int]:
        found = await entry_ids_from(
            self._books, statement.guild_id, statement.streamer_id, first, PAGE_ENTRIES
        )
        return [entry_id for entry_id in found if entry_id <= statement.last_entry_id]

    async def _last_before(self, guild_id: int, instant: int) -> int:
        """Return the last entry that was booked before an instant (seconds, UTC), 0 if none was."""
        return (await self._books.read(_LAST_BEFORE_SQL, {"guild": guild_id, "at": instant}))[0][0]


# Entries stand in the order of time, without a gap. Steps of halving length from the beginning find
# the same entry however long the books have grown since, even where a clock was once put back: so
# every month begins where the one before ends.
_LAST_BEFORE_SQL = """
WITH RECURSIVE reached (entry_id, step) AS (
    SELECT 0, 1 << 50
    UNION ALL
    SELECT entry_id + IIF(
               EXISTS (SELECT 1 FROM entry AS e
                        WHERE e.guild_id = :guild AND e.entry_id = reached.entry_id + step
                          AND e.posted_at < :at), step, 0),
           step >> 1
      FROM reached WHERE step > 0
)
SELECT entry_id FROM reached WHERE step = 0
"""
