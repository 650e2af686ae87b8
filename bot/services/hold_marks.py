"""Up to which entry a guild's gifts have passed their hold.

Gifts pass it in the order of the entries, once everything up to them is older than the hold. A
purchase stands in the books before the gifts that it paid for, so that a gift waits for the later
of both, and nobody has to know which purchase that was.

Where a clock ran ahead when something was booked, its time says nothing: it came before what stands
behind it, and passes with the first of those. So it holds nothing back, and is released no sooner
than something that came after it.
"""

import aiosqlite

from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.season_marks import season_entry_sql

# No clock that is kept right is set back by more; a time that is less ahead counts like others.
AHEAD_SECONDS = DAY_SECONDS


async def hold_mark(
    read: Read, guild_id: int, hold_seconds: int, now: int, *, through: int | None = None
) -> int:
    """Return the last entry whose gifts have passed their hold at an instant (seconds, UTC).

    What is noted as released is so for ever, and what a season before this one brought is over.
    With `through` nobody looks further than that entry.
    """
    values = {
        "guild": guild_id,
        "since": now - hold_seconds,
        "latest": now + AHEAD_SECONDS,
        "through": through,
    }
    rows = list(await read(_MARK_SQL, values))
    return rows[0][0]


async def keep_mark(
    connection: aiosqlite.Connection, guild_id: int, hold_seconds: int, now: int
) -> int:
    """Note what has passed a hold, so that nothing holds it again; return the mark."""
    mark = await hold_mark(connection.execute_fetchall, guild_id, hold_seconds, now)
    await connection.execute_fetchall(
        "INSERT INTO tally (guild_id, tallied_id, released_id, passed_id) VALUES (?, 0, 0, ?)"
        " ON CONFLICT DO UPDATE SET passed_id = MAX(passed_id, excluded.passed_id)",
        (guild_id, mark),
    )
    return mark


# One after the other is looked at from what is noted, which a job keeps close behind. The mark is
# the last one that is old enough before the first that is not.
_MARK_SQL = f"""
WITH bound AS (
    SELECT MAX(COALESCE((SELECT MAX(released_id, passed_id) FROM tally WHERE guild_id = :guild), 0),
               {season_entry_sql(":guild")}) AS after,
           COALESCE(:through, (SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild), 0)
               AS through
), looked AS (
    SELECT bound.after, COALESCE(
        (SELECT e.entry_id - 1 FROM entry AS e
          WHERE e.guild_id = :guild AND e.posted_at > :since AND e.posted_at <= :latest
            AND e.entry_id > bound.after AND e.entry_id <= bound.through
          ORDER BY e.entry_id LIMIT 1),
        bound.through) AS through
      FROM bound
)
SELECT COALESCE(
    (SELECT e.entry_id FROM entry AS e
      WHERE e.guild_id = :guild AND e.posted_at <= :since
        AND e.entry_id > looked.after AND e.entry_id <= looked.through
      ORDER BY e.entry_id DESC LIMIT 1),
    looked.after)
  FROM looked
"""
