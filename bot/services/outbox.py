"""What is to be said in a channel: claimed for a while, sent with a nonce, tried again later."""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.services.bonuses import TERMS_COLUMNS, terms_from_row
from bot.services.clock import Clock
from bot.services.promotion_terms import Terms

# Nobody else tries to send what was claimed so short ago. Discord remembers nonces longer.
LEASE_SECONDS = 60
FIRST_PAUSE_SECONDS = 15
MOST_PAUSE_SECONDS = 60 * 60
_CLAIMED_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say, with all that stands in it; `nonce` is the same at every try."""

    guild_id: int
    outbox_id: int
    kind: str
    tries: int
    channel_id: int
    role_id: int
    admin_id: int
    promotion_id: int
    window_id: int
    name: str
    text: str
    starts_at: int
    ends_at: int
    terms: Terms

    @property
    def nonce(self) -> str:
        """Return what Discord tells one message from another by."""
        return f"{self.outbox_id}:{self.window_id}"


class Outbox:
    """The service of announcements; it knows what to say, not how."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def claim(self) -> tuple[Notice, ...]:
        """Return what is due now, the longest due first, and keep others from sending it too."""

        async def write(connection: aiosqlite.Connection) -> tuple[Notice, ...]:
            now = self._clock()
            await connection.execute_fetchall(_OVERTAKEN_SQL, (now,))
            claimed = await connection.execute_fetchall(
                _CLAIM_SQL, (now + LEASE_SECONDS, now, _CLAIMED_AT_ONCE)
            )
            return tuple([await _notice(connection, *key) for key in claimed])

        return await self._books.do(write)

    async def sent(self, notice: Notice, message_id: int) -> None:
        """Note that Discord has it."""
        await self._settle(notice, "sent", message_id)

    async def try_later(self, notice: Notice) -> None:
        """Try again after a pause that doubles; what nobody needs any more is given up."""
        pause_seconds = min(FIRST_PAUSE_SECONDS * 2 ** (notice.tries - 1), MOST_PAUSE_SECONDS)
        due_at = self._clock() + pause_seconds
        if due_at >= notice.ends_at:
            await self._settle(notice, "given_up", 0)
            return

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE outbox SET due_at = ? WHERE guild_id = ? AND outbox_id = ?",
                (due_at, notice.guild_id, notice.outbox_id),
            )

        await self._books.do(write)

    async def give_up(self, notice: Notice) -> None:
        """Note that the channel takes no messages, and tell the admin who set it, once."""

        async def write(connection: aiosqlite.Connection) -> None:
            await _end(connection, notice, "given_up", 0)
            if notice.kind != "unsendable":
                await connection.execute_fetchall(
                    _REPORT_SQL,
                    {
                        "guild": notice.guild_id,
                        "window": notice.window_id,
                        "now": self._clock(),
                    },
                )

        await self._books.do(write)

    async def _settle(self, notice: Notice, state: str, message_id: int) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await _end(connection, notice, state, message_id)

        await self._books.do(write)


async def _end(
    connection: aiosqlite.Connection, notice: Notice, state: str, message_id: int
) -> None:
    await connection.execute_fetchall(
        "UPDATE outbox SET state = ?, message_id = ? WHERE guild_id = ? AND outbox_id = ?",
        (state, message_id, notice.guild_id, notice.outbox_id),
    )


async def _notice(connection: aiosqlite.Connection, guild_id: int, outbox_id: int) -> Notice:
    rows: list[Any] = list(await connection.execute_fetchall(_NOTICE_SQL, (guild_id, outbox_id)))
    row = rows[0]
    return Notice(
        guild_id=guild_id,
        outbox_id=outbox_id,
        kind=row[0],
        tries=row[1],
        channel_id=row[2],
        role_id=row[3],
        admin_id=row[4],
        promotion_id=row[5],
        window_id=row[6],
        name=row[7],
        text=row[8],
        starts_at=row[9],
        ends_at=row[10],
        terms=terms_from_row(row[11:]),
    )


# What a window was to be announced with is not said once the window is over.
_OVERTAKEN_SQL = """
UPDATE outbox SET state = 'given_up'
 WHERE state = 'waiting' AND kind <> 'unsendable' AND EXISTS (
    SELECT 1 FROM promotion_window AS w
     WHERE w.guild_id = outbox.guild_id AND w.window_id = outbox.window_id AND w.ends_at <= ?)
"""

_CLAIM_SQL = """
UPDATE outbox SET due_at = ?, tries = tries + 1
 WHERE (guild_id, outbox_id) IN (
    SELECT guild_id, outbox_id FROM outbox WHERE state = 'waiting' AND due_at <= ?
     ORDER BY due_at LIMIT ?)
RETURNING guild_id, outbox_id
"""

_NOTICE_SQL = f"""
SELECT o.kind, o.tries, t.channel_id, t.role_id, t.set_by, w.promotion_id, w.window_id, p.name,
       t.announcement, w.starts_at, w.ends_at, t.{TERMS_COLUMNS.replace(", ", ", t.")}
  FROM outbox AS o
  JOIN promotion_window AS w USING (guild_id, window_id)
  JOIN promotion AS p ON p.guild_id = w.guild_id AND p.promotion_id = w.promotion_id
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = w.terms_id
 WHERE o.guild_id = ? AND o.outbox_id = ?
"""

# Once for each version of the terms: who changes the channel wants to hear of the new one.
_REPORT_SQL = """
INSERT INTO outbox (guild_id, outbox_id, kind, window_id, state, due_at)
SELECT :guild, (SELECT MAX(outbox_id) + 1 FROM outbox WHERE guild_id = :guild),
       'unsendable', :window, 'waiting', :now
  FROM promotion_window AS w
 WHERE w.guild_id = :guild AND w.window_id = :window AND NOT EXISTS (
    SELECT 1 FROM outbox AS o JOIN promotion_window AS earlier USING (guild_id, window_id)
     WHERE o.guild_id = :guild AND o.kind = 'unsendable'
       AND earlier.promotion_id = w.promotion_id AND earlier.terms_id = w.terms_id)
"""
