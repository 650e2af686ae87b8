"""What is to be announced of windows, noted in the outbox beside what it tells of."""

import json
from collections.abc import Iterable

import aiosqlite

from bot.services.notices import MAY_BE_SENT_SQL

# Ending is told in the last tenth, but at least so long before.
LEAST_ENDING_SECONDS = 10 * 60

# The instant from which a window `w` is about to end.
ENDING_AT_SQL = f"(w.ends_at - MAX({LEAST_ENDING_SECONDS}, (w.ends_at - w.starts_at) / 10))"


async def note_notices(
    connection: aiosqlite.Connection, kind: str, windows: Iterable[tuple[int, int]], now: int
) -> None:
    """Put announcements into the outbox, for promotions whose terms say where they are told.

    `windows` are ids of guilds and windows; `kind` is "started", "ending", or "ended" for what was
    announced before.
    """
    values = {"windows": json.dumps([tuple(each) for each in windows]), "kind": kind, "now": now}
    if values["windows"] != "[]":
        await connection.execute_fetchall(_NOTE_SQL, values)


async def note_resumed(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> None:
    """Note that a window is open which began while its promotion was paused."""
    began = await connection.execute_fetchall(_UNTOLD_SQL, (now, guild_id, promotion_id, now))
    await note_notices(connection, "started", [(row[0], row[1]) for row in began], now)


async def note_again(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> None:
    """Let what could not be said of a window that is open be said: its admin mended the place."""
    values = {"guild": guild_id, "promotion": promotion_id, "now": now}
    await connection.execute_fetchall(_AGAIN_SQL, values)


# Where a window is told is up to the terms as they are now; a change of the place has to work at
# once. Of a window that is over, whatever was said is changed, also when its promotion is over.
_NOTE_SQL = f"""
INSERT INTO outbox (guild_id, outbox_id, kind, window_id, state, due_at, terms_id)
SELECT w.guild_id,
       (SELECT COALESCE(MAX(outbox_id), 0) FROM outbox AS o WHERE o.guild_id = w.guild_id)
           + ROW_NUMBER() OVER (PARTITION BY w.guild_id ORDER BY w.window_id),
       :kind, w.window_id, 'waiting', :now, p.terms_id
  FROM json_each(:windows) AS told
  JOIN promotion_window AS w ON w.guild_id = told.value ->> 0 AND w.window_id = told.value ->> 1
  JOIN promotion AS p USING (guild_id, promotion_id)
  JOIN promotion_terms AS t ON t.guild_id = p.guild_id AND t.promotion_id = p.promotion_id
                           AND t.terms_id = p.terms_id
 WHERE CASE :kind
       WHEN 'ended' THEN EXISTS (
           SELECT 1 FROM outbox AS o
            WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id AND {MAY_BE_SENT_SQL})
       ELSE p.state = 'active' AND t.channel_id <> 0 AND (:kind = 'started' OR t.tells_ending = 1)
       END
ON CONFLICT (guild_id, window_id, kind) DO NOTHING
"""

# What is resumed when it is about to end is said to have begun, and that alone.
_UNTOLD_SQL = f"""
UPDATE promotion_window AS w SET told_ending = MAX(w.told_ending, ?1 >= {ENDING_AT_SQL})
 WHERE w.guild_id = ?2 AND w.promotion_id = ?3 AND w.state = 'running' AND w.ends_at > ?4
   AND NOT EXISTS (SELECT 1 FROM outbox AS o
                    WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id)
RETURNING guild_id, window_id
"""

# Said elsewhere it is another message, so it has another number, which Discord knows it by. Once it
# was to be told that a window is about to end, that it began is told no more.
_AGAIN_SQL = """
UPDATE outbox SET outbox_id = (SELECT MAX(outbox_id) + 1 FROM outbox WHERE guild_id = :guild),
       state = 'waiting', due_at = :now, tries = 0, why = ''
 WHERE (guild_id, outbox_id) IN (
    SELECT o.guild_id, o.outbox_id
      FROM promotion_window AS w CROSS JOIN outbox AS o USING (guild_id, window_id)
     WHERE w.guild_id = :guild AND w.promotion_id = :promotion
       AND w.starts_at <= :now AND w.ends_at > :now
       AND o.kind IN ('started', 'ending') AND o.state = 'given_up'
       AND NOT EXISTS (
           SELECT 1 FROM outbox AS later
            WHERE later.guild_id = o.guild_id AND later.window_id = o.window_id
              AND o.kind = 'started' AND later.kind = 'ending')
     LIMIT 1)
"""
