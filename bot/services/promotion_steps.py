"""Who did what to a promotion, and when: a trail for the admins who come after."""

from dataclasses import dataclass
from enum import StrEnum

import aiosqlite

from bot.ledger.accounts import HOUSE_ID
from bot.services.bonuses import Read

# Whoever does what happens by the clock.
BY_CLOCK_ID = HOUSE_ID


class What(StrEnum):
    """What was done to a promotion."""

    CREATED = "created"
    EDITED = "edited"
    PAUSED = "paused"
    RESUMED = "resumed"
    WINDOW_ENDED = "window_ended"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, by whom (`BY_CLOCK_ID` is nobody), and when (seconds, UTC)."""

    what: What
    done_by: int
    done_at: int


async def note_step(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    what: What,
    *,
    done_by: int,
    now: int,
) -> None:
    """Keep what is done, inside the transaction that does it."""
    await connection.execute_fetchall(
        "INSERT INTO promotion_step (guild_id, promotion_id, step, what, done_by, done_at)"
        " SELECT ?1, ?2, COALESCE(MAX(step), 0) + 1, ?3, ?4, ?5"
        " FROM promotion_step WHERE guild_id = ?1 AND promotion_id = ?2",
        (guild_id, promotion_id, what, done_by, now),
    )


async def last_step(read: Read, guild_id: int, promotion_id: int) -> Step:
    """Return the latest of what was done to a promotion; each has one, as somebody made it."""
    rows = await read(
        "SELECT what, done_by, done_at FROM promotion_step"
        " WHERE guild_id = ? AND promotion_id = ? ORDER BY step DESC LIMIT 1",
        (guild_id, promotion_id),
    )
    what, done_by, done_at = next(iter(rows))
    return Step(What(what), done_by, done_at)
