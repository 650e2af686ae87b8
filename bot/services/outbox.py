"""What is to be said in a channel: claimed for a while, sent with a nonce, tried again later."""

from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.services.clock import Clock
from bot.services.notices import Notice, Why, read_notice

# Nobody else tries to send what was claimed so short ago. Discord remembers nonces longer.
LEASE_SECONDS = 60
FIRST_PAUSE_SECONDS = 15
MOST_PAUSE_SECONDS = 60 * 60
# What no window's end ends, letters and changes of what was sent, is tried for about two days.
MOST_TRIES = 60
_CLAIMED_AT_ONCE = 20
_OF_OPEN_WINDOWS = {"started", "ending"}


class Outbox:
    """The service of announcements; it knows what to say, not how."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def claim(self, most: int = _CLAIMED_AT_ONCE) -> tuple[Notice, ...]:
        """Return what is due now, the longest due first, and keep others from sending it too.

        Of one window nothing is handed out while something earlier may be on its way.
        """

        async def write(connection: aiosqlite.Connection) -> tuple[Notice, ...]:
            now = self._clock()
            values = {"now": now, "lease": now + LEASE_SECONDS, "most": most}
            await connection.execute_fetchall(_UNWANTED_SQL, values)
            failed = await connection.execute_fetchall(_OVERTAKEN_SQL, values)
            for guild_id, outbox_id, why in failed:
                if why == Why.UNREACHED:
                    await _report(connection, guild_id, outbox_id, why, now)
            claimed = await connection.execute_fetchall(_CLAIM_SQL, values)
            return tuple([await read_notice(connection, *key) for key in claimed])

        return await self._books.do(write)

    async def sent(self, notice: Notice, message_id: int, *, is_role_missed: bool = False) -> None:
        """Note that Discord has it; that it mentioned no role, the admin is told once."""
        why = Why.ROLE if is_role_missed else Why.NOTHING
        await self._settle(notice, "sent", why, message_id)

    async def try_later(self, notice: Notice) -> None:
        """Try again after a pause that doubles; what is too late then is given up and told."""
        pause_seconds = min(FIRST_PAUSE_SECONDS * 2 ** (notice.tries - 1), MOST_PAUSE_SECONDS)
        due_at = self._clock() + pause_seconds
        is_too_late = notice.tries >= MOST_TRIES
        if notice.kind in _OF_OPEN_WINDOWS:
            is_too_late = due_at >= notice.ends_at
        if is_too_late:
            await self._settle(notice, "given_up", Why.UNREACHED)
            return

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE outbox SET due_at = ? WHERE guild_id = ? AND outbox_id = ?",
                (due_at, notice.guild_id, notice.outbox_id),
            )

        await self._books.do(write)

    async def give_up(self, notice: Notice, why: Why) -> None:
        """Note that the place takes no messages, and tell the admin who chose it, once."""
        await self._settle(notice, "given_up", why)

    async def _settle(self, notice: Notice, state: str, why: Why, message_id: int = 0) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE outbox SET state = ?, message_id = ?, why = IIF(kind = 'unsendable', why,"
                " ?) WHERE guild_id = ? AND outbox_id = ?",
                (state, message_id, why, notice.guild_id, notice.outbox_id),
            )
            if why and notice.kind in _OF_OPEN_WINDOWS:
                await _report(connection, notice.guild_id, notice.outbox_id, why, self._clock())

        await self._books.do(write)


async def _report(
    connection: aiosqlite.Connection, guild_id: int, outbox_id: int, why: str, now: int
) -> None:
    """Have a letter written to the admin who set the place of an announcement."""
    values: dict[str, Any] = {"guild": guild_id, "outbox": outbox_id, "why": why, "now": now}
    await connection.execute_fetchall(_REPORT_SQL, values)


# What may be on its way right now is left alone: `due_at` is when its claim ends.
_AT_REST_SQL = "(o.due_at <= :now OR o.due_at > :lease)"

# Who is told that a window ends need not be told that it began; and the terms may have changed.
_UNWANTED_SQL = f"""
UPDATE outbox AS o SET state = 'given_up', why = 'unwanted'
 WHERE o.state = 'waiting' AND o.kind IN ('started', 'ending') AND {_AT_REST_SQL} AND (
    o.kind = 'started' AND EXISTS (
        SELECT 1 FROM outbox AS later
         WHERE later.guild_id = o.guild_id AND later.window_id = o.window_id
           AND later.kind = 'ending')
    OR EXISTS (
        SELECT 1 FROM promotion_window AS w
          JOIN promotion AS p USING (guild_id, promotion_id)
          JOIN promotion_terms AS t ON t.guild_id = p.guild_id AND t.terms_id = p.terms_id
                                   AND t.promotion_id = p.promotion_id
         WHERE w.guild_id = o.guild_id AND w.window_id = o.window_id
           AND (t.channel_id = 0 OR o.kind = 'ending' AND t.tells_ending = 0)))
"""

# What a window was to be announced with is not said once the window is over.
_OVERTAKEN_SQL = f"""
UPDATE outbox AS o SET state = 'given_up', why = CASE
    WHEN EXISTS (
        SELECT 1 FROM promotion_window AS w JOIN promotion AS p USING (guild_id, promotion_id)
         WHERE w.guild_id = o.guild_id AND w.window_id = o.window_id AND p.state = 'paused')
    THEN 'unwanted' WHEN o.tries = 0 THEN 'late' ELSE 'unreached' END
 WHERE o.state = 'waiting' AND o.kind IN ('started', 'ending') AND {_AT_REST_SQL} AND EXISTS (
    SELECT 1 FROM promotion_window AS w
     WHERE w.guild_id = o.guild_id AND w.window_id = o.window_id AND w.ends_at <= :now)
RETURNING guild_id, outbox_id, why
"""

# Of a promotion that is paused nothing is said until it goes on; admins hear of their channels, and
# what was said of a window that is over is changed. Places are those of the terms now.
_CLAIM_SQL = """
UPDATE outbox AS claimed SET due_at = :lease, tries = tries + 1,
       terms_id = CASE WHEN kind NOT IN ('started', 'ending') THEN terms_id ELSE (
           SELECT p.terms_id
             FROM promotion_window AS w JOIN promotion AS p USING (guild_id, promotion_id)
            WHERE w.guild_id = claimed.guild_id AND w.window_id = claimed.window_id) END
 WHERE (guild_id, outbox_id) IN (
    SELECT o.guild_id, o.outbox_id FROM outbox AS o
     WHERE o.state = 'waiting' AND o.due_at <= :now
       AND (o.kind IN ('unsendable', 'ended') OR NOT EXISTS (
            SELECT 1 FROM promotion_window AS w JOIN promotion AS p USING (guild_id, promotion_id)
             WHERE w.guild_id = o.guild_id AND w.window_id = o.window_id AND p.state = 'paused'))
       AND (o.kind NOT IN ('ending', 'ended') OR NOT EXISTS (
            SELECT 1 FROM outbox AS earlier
             WHERE earlier.guild_id = o.guild_id AND earlier.window_id = o.window_id
               AND earlier.kind IN ('started', 'ending') AND earlier.state = 'waiting'
               AND earlier.due_at > :now AND earlier.due_at <= :lease))
     ORDER BY o.due_at LIMIT :most)
RETURNING guild_id, outbox_id
"""

# A place that is closed is told once for each version of the terms: who changes it wants to hear of
# the new one. That Discord took nothing is news each time. A letter of the same window that says
# something else gives way.
_REPORT_SQL = """
INSERT INTO outbox (guild_id, outbox_id, kind, window_id, state, due_at, terms_id, why)
SELECT said.guild_id, (SELECT MAX(outbox_id) + 1 FROM outbox WHERE guild_id = :guild),
       'unsendable', said.window_id, 'waiting', :now, said.terms_id, :why
  FROM outbox AS said JOIN promotion_window AS w USING (guild_id, window_id)
 WHERE said.guild_id = :guild AND said.outbox_id = :outbox AND NOT EXISTS (
    SELECT 1 FROM promotion_window AS earlier CROSS JOIN outbox AS o USING (guild_id, window_id)
     WHERE earlier.guild_id = w.guild_id AND earlier.promotion_id = w.promotion_id
       AND o.kind = 'unsendable' AND o.terms_id = said.terms_id AND o.why = :why
       AND (:why <> 'unreached' OR o.window_id = said.window_id))
ON CONFLICT (guild_id, window_id, kind) DO UPDATE SET
    outbox_id = excluded.outbox_id, state = excluded.state, due_at = excluded.due_at, tries = 0,
    message_id = 0, terms_id = excluded.terms_id, why = excluded.why
"""
