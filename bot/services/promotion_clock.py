"""What happens by the clock: windows begin and end exactly once, and what is to be said is noted.

Every step is one transaction that takes what is due with one UPDATE and writes its announcement
beside it, so a kill between any two steps loses and doubles nothing, and of several processes each
window has one. Prices never wait for this: they read the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import aiosqlite

from bot.ledger.books import Books
from bot.services.clock import Clock
from bot.services.guilds import Guilds
from bot.services.promotion_windows import make_windows

# Ending is told in the last tenth, but at least so long before.
LEAST_ENDING_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many windows a look at the clock began, ended and found to have been missed."""

    started: int
    ended: int
    missed: int


class PromotionClock:
    """The service behind the jobs of promotions."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def tick(self) -> Ticked:
        """Begin and end what is due, and note what is to be announced."""

        async def write(connection: aiosqlite.Connection) -> Ticked:
            return await _tick(connection, self._clock())

        return await self._books.do(write)

    async def next_due_at(self) -> int | None:
        """Return the next instant at which something begins or ends (seconds, UTC), if any."""
        rows = await self._books.read(_NEXT_SQL)
        return rows[0][0]

    async def extend(self) -> None:
        """Make the windows of the next eight weeks, promotion by promotion."""
        rows = await self._books.read(
            "SELECT guild_id, promotion_id FROM promotion WHERE state <> 'over'"
        )
        for guild_id, promotion_id in rows:
            await self._extend(guild_id, promotion_id)

    async def _extend(self, guild_id: int, promotion_id: int) -> None:
        zone = ZoneInfo((await self._guilds.get(guild_id)).settings.timezone)

        async def write(connection: aiosqlite.Connection) -> None:
            await make_windows(connection, guild_id, promotion_id, zone, self._clock())

        await self._books.do(write)


_NEXT_SQL = """
SELECT MIN(due) FROM (
    SELECT MIN(starts_at) AS due FROM promotion_window WHERE state = 'scheduled'
     UNION ALL
    SELECT MIN(ends_at) FROM promotion_window WHERE state = 'running')
"""


async def _tick(connection: aiosqlite.Connection, now: int) -> Ticked:
    # Whatever was wholly missed is noted first, so that nothing of it is announced.
    missed = await _rows(
        connection,
        "UPDATE promotion_window SET state = 'missed'"
        " WHERE state = 'scheduled' AND ends_at <= ? RETURNING window_id",
        now,
    )
    started = await _rows(
        connection,
        "UPDATE promotion_window SET state = 'running'"
        " WHERE state = 'scheduled' AND starts_at <= ? RETURNING guild_id, window_id",
        now,
    )
    ended = await _rows(
        connection,
        "UPDATE promotion_window SET state = 'ended'"
        " WHERE state = 'running' AND ends_at <= ? RETURNING window_id",
        now,
    )
    ending = await _rows(connection, _ENDING_SQL, now, now)
    await _note(connection, "started", started, now)
    await _note(connection, "ending", ending, now)
    return Ticked(len(started), len(ended), len(missed))


_ENDING_SQL = f"""
UPDATE promotion_window AS w SET told_ending = 1
 WHERE w.state = 'running' AND w.told_ending = 0 AND w.ends_at > ?
   AND w.ends_at - MAX({LEAST_ENDING_SECONDS}, (w.ends_at - w.starts_at) / 10)
       BETWEEN w.starts_at + 1 AND ?
RETURNING guild_id, window_id
"""


async def _rows(connection: aiosqlite.Connection, sql: str, *parameters: int) -> list[Any]:
    return list(await connection.execute_fetchall(sql, parameters))


async def _note(
    connection: aiosqlite.Connection, kind: str, windows: Iterable[Any], now: int
) -> None:
    """Put announcements into the outbox, for windows whose terms say where they are told."""
    for guild_id, window_id in windows:
        await connection.execute_fetchall(
            _NOTE_SQL, {"guild": guild_id, "window": window_id, "kind": kind, "now": now}
        )


_NOTE_SQL = """
INSERT INTO outbox (guild_id, outbox_id, kind, window_id, state, due_at)
SELECT :guild, (SELECT COALESCE(MAX(outbox_id), 0) + 1 FROM outbox WHERE guild_id = :guild),
       :kind, :window, 'waiting', :now
  FROM promotion_window AS w
  JOIN promotion AS p USING (guild_id, promotion_id)
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = w.terms_id
 WHERE w.guild_id = :guild AND w.window_id = :window AND p.state = 'active'
   AND t.channel_id <> 0 AND (:kind = 'started' OR t.tells_ending = 1)
ON CONFLICT (guild_id, window_id, kind) DO NOTHING
"""
