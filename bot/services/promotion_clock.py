"""What happens by the clock: windows begin and end exactly once, and what is to be said is noted.

Every step is one transaction that takes what is due with one UPDATE and writes its announcement
beside it, so a kill between any two steps loses and doubles nothing, and of several processes each
window has one. Prices never wait for this: they read the clock.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.promotion_endings import retire, settle_budgets
from bot.services.promotion_notices import ENDING_AT_SQL, note_notices
from bot.services.promotion_windows import AHEAD_SECONDS, make_windows

# What is taken in one transaction, so that a purchase never waits long behind it.
_TAKEN_AT_ONCE = 100
_EXTENDED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many windows a look at the clock began, ended and found to have been missed."""

    started: int
    ended: int
    missed: int


class PromotionClock:
    """The service behind the jobs of promotions."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def tick(self) -> Ticked:
        """Begin and end what is due, and note what is to be announced."""
        started = ended = missed = 0
        is_more = True
        while is_more:
            part, is_more = await self._books.do(self._tick)
            started += part.started
            ended += part.ended
            missed += part.missed
        return Ticked(started, ended, missed)

    async def next_due_at(self) -> int | None:
        """Return the next instant at which something begins or ends (seconds, UTC), if any."""
        rows = await self._books.read(_NEXT_SQL)
        return rows[0][0]

    async def extend(self) -> None:
        """Make windows eight weeks ahead, give or take a day, for the promotions that lack them.

        Those that had their last window are over.
        """
        rows = await self._books.read(
            "SELECT guild_id, promotion_id FROM promotion"
            " WHERE made_until <= ? AND state <> 'over'",
            (self._clock() + AHEAD_SECONDS - DAY_SECONDS,),
        )
        for first in range(0, len(rows), _EXTENDED_AT_ONCE):
            some = rows[first : first + _EXTENDED_AT_ONCE]
            await asyncio.gather(*(self._extend(*row) for row in some))

    async def _extend(self, guild_id: int, promotion_id: int) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            now = self._clock()
            await make_windows(connection, guild_id, promotion_id, now)
            await retire(connection, guild_id, promotion_id, now)

        await self._books.do(write)

    async def _tick(self, connection: aiosqlite.Connection) -> tuple[Ticked, bool]:
        """Take a part of what is due, and return whether there may be more."""
        now = self._clock()
        # A clock that was ahead for a while may have found missed what is still to come.
        await _rows(connection, _UNMISS_SQL, now)
        # Whatever was wholly missed is noted first, so that nothing of it is announced.
        missed = await _rows(connection, _MISSED_SQL, now)
        started = await _rows(connection, _STARTED_SQL, now)
        ended = await _rows(connection, _ENDED_SQL, now)
        ending = await _rows(connection, _ENDING_SQL, now)
        await note_notices(connection, "started", started, now)
        await note_notices(connection, "ending", ending, now)
        await note_notices(connection, "ended", ((row[0], row[2]) for row in ended), now)
        await settle_budgets(connection, missed + [row[:2] for row in ended], now)
        is_more = max(map(len, (missed, started, ended, ending))) == _TAKEN_AT_ONCE
        return Ticked(len(started), len(ended), len(missed)), is_more


_NEXT_SQL = """
SELECT MIN(due) FROM (
    SELECT MIN(starts_at) AS due FROM promotion_window WHERE state = 'scheduled'
     UNION ALL
    SELECT MIN(ends_at) FROM promotion_window WHERE state = 'running')
"""


def _taking(change: str, condition: str, ids: str) -> str:
    """Return the SQL that changes some of the windows that a condition holds for."""
    return f"""
UPDATE promotion_window AS w SET {change}
 WHERE (guild_id, window_id) IN (
    SELECT w.guild_id, w.window_id FROM promotion_window AS w
     WHERE {condition} LIMIT {_TAKEN_AT_ONCE})
RETURNING {ids}
"""


_UNMISS_SQL = """
UPDATE promotion_window SET state = 'scheduled' WHERE state = 'missed' AND ends_at > :now
"""

_MISSED_SQL = _taking(
    "state = 'missed'",
    "w.state = 'scheduled' AND w.starts_at <= :now AND w.ends_at <= :now",
    "guild_id, promotion_id",
)

# What begins when it is about to end already tells that once.
_STARTED_SQL = _taking(
    f"state = 'running', told_ending = :now >= {ENDING_AT_SQL}",
    "w.state = 'scheduled' AND w.starts_at <= :now AND w.ends_at > :now",
    "guild_id, window_id",
)

_ENDED_SQL = _taking(
    "state = 'ended'",
    "w.state = 'running' AND w.ends_at <= :now",
    "guild_id, promotion_id, window_id",
)

# A pause over this instant lets it be told afterwards.
_ENDING_SQL = _taking(
    "told_ending = 1",
    "w.state = 'running' AND w.told_ending = 0 AND w.ends_at > :now"
    f" AND {ENDING_AT_SQL} BETWEEN w.starts_at + 1 AND :now"
    " AND EXISTS (SELECT 1 FROM promotion AS p WHERE p.guild_id = w.guild_id"
    " AND p.promotion_id = w.promotion_id AND p.state = 'active')",
    "guild_id, window_id",
)


async def _rows(connection: aiosqlite.Connection, sql: str, now: int) -> list[Any]:
    return [tuple(row) for row in await connection.execute_fetchall(sql, {"now": now})]
