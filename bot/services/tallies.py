"""The job that sums up what streamers received, and lets gifts pass their hold.

It goes through each guild's entries in their order, a slice to a transaction, so that nobody who
gives a gift waits for it. What the sums do not have yet, readers add themselves (`holds`,
`earnings`): they are there to read little, and nothing is late or wrong without them.
"""

import json
import logging
from dataclasses import dataclass

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.guilds import stored_settings
from bot.services.hold_marks import hold_mark
from bot.services.tally_rows import STEPS_SECONDS, ReceivedRow, received_rows, released_again

log = logging.getLogger(__name__)

# About ten milliseconds of the writer's time.
SLICE_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class _Slice:
    """Entries of one guild and one season: after `after`, up to `through`."""

    guild_id: int
    after: int
    through: int
    released_id: int
    season: int


class Tallies:
    """The service that keeps sums close behind the books."""

    def __init__(self, books: Books, clock: Clock, *, slice_entries: int = SLICE_ENTRIES) -> None:
        self._books = books
        self._clock = clock
        self._slice_entries = slice_entries

    async def run(self) -> None:
        """Bring the sums of all guilds up to date, and release what has passed its hold."""
        try:
            for (guild_id,) in await self._books.read(_GUILDS_SQL):
                await self._run_safely(guild_id)
        except TryAgain as error:
            log.warning("earnings are summed up later: %s", error)

    async def _run_safely(self, guild_id: int) -> None:
        try:
            await self.run_guild(guild_id)
        except TryAgain:
            raise
        except Exception:
            # A defect of one guild must not keep the others' coins waiting.
            log.exception("earnings of guild %d cannot be summed up", guild_id)

    async def run_guild(self, guild_id: int) -> None:
        """Bring the sums of one guild up to date, and release what has passed its hold."""

        async def write(connection: aiosqlite.Connection) -> bool:
            return await self._slice(connection, guild_id)

        while await self._books.do(write):
            pass

    async def _slice(self, connection: aiosqlite.Connection, guild_id: int) -> bool:
        """Sum up the next slice, or release the next one; return whether there may be more."""
        part = await _next_slice(connection, guild_id, self._slice_entries)
        if part.through > part.after:
            # Without a hold, what is summed up has passed it as well: one pass does for both.
            is_released = (
                part.released_id == part.after
                and await self._mark(connection, part, part.through) >= part.through
            )
            await _tally(connection, part, is_released=is_released)
            return True
        through = await self._releasable(connection, part)
        if through <= part.released_id:
            return False
        await _release(connection, part, through)
        return True

    async def _releasable(self, connection: aiosqlite.Connection, part: _Slice) -> int:
        """Return up to which entry the next slice can be released."""
        through = min(part.after, part.released_id + self._slice_entries)
        mark = await self._mark(connection, part, through)
        if mark <= part.released_id:
            # A whole slice that a clock booked far ahead passes with what stands behind it.
            mark = await self._mark(connection, part, part.after)
        return min(through, mark)

    async def _mark(self, connection: aiosqlite.Connection, part: _Slice, through: int) -> int:
        read = connection.execute_fetchall
        settings = await stored_settings(read, part.guild_id)
        hold_seconds = settings.hold_days * DAY_SECONDS
        return await hold_mark(read, part.guild_id, hold_seconds, self._clock(), through=through)


async def _next_slice(connection: aiosqlite.Connection, guild_id: int, most_entries: int) -> _Slice:
    """Return what is to be summed up next; a slice ends where a season does."""
    rows = list(
        await connection.execute_fetchall(_NEXT_SQL, {"guild": guild_id, "most": most_entries})
    )
    return _Slice(guild_id, *rows[0])


async def _tally(connection: aiosqlite.Connection, part: _Slice, *, is_released: bool) -> None:
    rows = await received_rows(
        connection.execute_fetchall, part.guild_id, after=part.after, through=part.through
    )
    again = (
        [(row.streamer_id, row.net_paid_coins, row.bonus_coins) for row in rows]
        if is_released
        else await released_again(
            connection.execute_fetchall,
            part.guild_id,
            after=part.after,
            through=part.through,
            released_id=part.released_id,
        )
    )
    await _add_times(connection, part, rows)
    await _add_totals(
        connection,
        part.guild_id,
        [(row.streamer_id, row.gifts, row.net_paid_coins, row.bonus_coins, 0, 0) for row in rows]
        + [(streamer_id, 0, 0, 0, paid, bonus) for streamer_id, paid, bonus in again],
    )
    released_id = part.through if is_released else part.released_id
    await _note(connection, part.guild_id, part.through, released_id)


async def _release(connection: aiosqlite.Connection, part: _Slice, through: int) -> None:
    """Count gifts up to an entry as released, less what went back of them by now."""
    rows = await connection.execute_fetchall(
        _RELEASED_SQL,
        {"guild": part.guild_id, "after": part.released_id, "through": through},
    )
    await _add_totals(
        connection,
        part.guild_id,
        [(streamer_id, 0, 0, 0, paid, bonus) for streamer_id, paid, bonus in rows],
    )
    await _note(connection, part.guild_id, part.after, through)


async def _add_times(
    connection: aiosqlite.Connection, part: _Slice, rows: list[ReceivedRow]
) -> None:
    values = [
        (
            row.streamer_id,
            step_seconds,
            row.at // step_seconds,
            row.gifts,
            row.paid_coins,
            row.bonus_coins,
            row.fee_coins,
            row.returned_coins,
            row.first_entry_id,
            row.last_entry_id,
        )
        for row in rows
        for step_seconds in STEPS_SECONDS
    ]
    await connection.execute_fetchall(
        _TIMES_SQL,
        {"guild": part.guild_id, "season": part.season, "rows": json.dumps(values)},
    )


async def _add_totals(
    connection: aiosqlite.Connection, guild_id: int, rows: list[tuple[int, ...]]
) -> None:
    await connection.execute_fetchall(_TOTALS_SQL, {"guild": guild_id, "rows": json.dumps(rows)})


async def _note(
    connection: aiosqlite.Connection, guild_id: int, tallied_id: int, released_id: int
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO tally (guild_id, tallied_id, released_id, passed_id) VALUES (?, ?, ?, 0)"
        " ON CONFLICT DO UPDATE SET tallied_id = excluded.tallied_id,"
        " released_id = excluded.released_id",
        (guild_id, tallied_id, released_id),
    )


# From one guild to the next by the key; DISTINCT would look at every entry. Where nothing is new
# and nothing waits for its hold, the writer has nothing to do.
_GUILDS_SQL = """
WITH RECURSIVE guild (guild_id) AS (
    SELECT MIN(guild_id) FROM entry
    UNION ALL
    SELECT (SELECT MIN(e.guild_id) FROM entry AS e WHERE e.guild_id > guild.guild_id)
      FROM guild WHERE guild_id IS NOT NULL
)
SELECT g.guild_id FROM guild AS g LEFT JOIN tally AS t USING (guild_id)
 WHERE g.guild_id IS NOT NULL
   AND ((SELECT MAX(e.entry_id) FROM entry AS e WHERE e.guild_id = g.guild_id)
            > COALESCE(t.tallied_id, 0)
        OR t.released_id < t.tallied_id)
"""

_NEXT_SQL = """
WITH mark AS (
    SELECT COALESCE(MAX(tallied_id), 0) AS tallied_id, COALESCE(MAX(released_id), 0) AS released_id
      FROM tally WHERE guild_id = :guild
)
SELECT tallied_id,
       MIN(tallied_id + :most,
           COALESCE((SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild), 0),
           COALESCE((SELECT MIN(entry_id) FROM season
                      WHERE guild_id = :guild AND entry_id > tallied_id), tallied_id + :most)),
       released_id,
       COALESCE((SELECT MAX(season) FROM season
                  WHERE guild_id = :guild AND entry_id <= tallied_id), 1)
  FROM mark
"""

_TIMES_SQL = """
INSERT INTO earned_time (guild_id, streamer_id, season, step_seconds, step, gifts, paid_coins,
                         bonus_coins, fee_coins, returned_coins, first_entry_id, last_entry_id)
SELECT :guild, r.value ->> 0, :season, r.value ->> 1, r.value ->> 2, SUM(r.value ->> 3),
       SUM(r.value ->> 4), SUM(r.value ->> 5), SUM(r.value ->> 6), SUM(r.value ->> 7),
       MIN(r.value ->> 8), MAX(r.value ->> 9)
  FROM json_each(:rows) AS r WHERE true
 GROUP BY r.value ->> 0, r.value ->> 1, r.value ->> 2
ON CONFLICT DO UPDATE SET gifts = gifts + excluded.gifts,
    paid_coins = paid_coins + excluded.paid_coins, bonus_coins = bonus_coins + excluded.bonus_coins,
    fee_coins = fee_coins + excluded.fee_coins,
    returned_coins = returned_coins + excluded.returned_coins,
    first_entry_id = MIN(first_entry_id, excluded.first_entry_id),
    last_entry_id = MAX(last_entry_id, excluded.last_entry_id)
"""

_TOTALS_SQL = """
INSERT INTO earned_total (guild_id, streamer_id, gifts, paid_coins, bonus_coins,
                          released_paid_coins, released_bonus_coins)
SELECT :guild, r.value ->> 0, SUM(r.value ->> 1), SUM(r.value ->> 2), SUM(r.value ->> 3),
       SUM(r.value ->> 4), SUM(r.value ->> 5)
  FROM json_each(:rows) AS r WHERE true GROUP BY r.value ->> 0
ON CONFLICT DO UPDATE SET gifts = gifts + excluded.gifts,
    paid_coins = paid_coins + excluded.paid_coins,
    bonus_coins = bonus_coins + excluded.bonus_coins,
    released_paid_coins = released_paid_coins + excluded.released_paid_coins,
    released_bonus_coins = released_bonus_coins + excluded.released_bonus_coins
"""

_RELEASED_SQL = """
SELECT l.target_owner_id,
       SUM(CASE WHEN l.target_account = 'earned_paid' THEN l.amount - COALESCE((
            SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
             WHERE r.guild_id = l.guild_id AND r.streamer_id = l.target_owner_id
               AND r.entry_id = l.entry_id), 0) ELSE 0 END),
       SUM(CASE WHEN l.target_account = 'earned_bonus' THEN l.amount ELSE 0 END)
  FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
 WHERE e.guild_id = :guild AND e.entry_id > :after AND e.entry_id <= :through
   AND e.kind = 'gift' AND l.target_owner_id <> 0
   AND NOT EXISTS (SELECT 1 FROM entry AS u
                    WHERE u.guild_id = e.guild_id AND u.reverses_id = e.entry_id)
 GROUP BY l.target_owner_id
"""
