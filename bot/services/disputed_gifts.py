"""Gifts behind a disputed payment: as long as it is open they do not pass their hold.

Which gifts those are is decided by when the dispute began, not by when it is decided: a bank takes
weeks, and what a streamer could not convert before must still be there if it is lost.
"""

import aiosqlite

from bot.services.bonuses import Read
from bot.services.lots import GiftPart


async def hold_gifts(
    connection: aiosqlite.Connection, guild_id: int, order_id: int, parts: tuple[GiftPart, ...]
) -> None:
    """Let these parts of gifts wait for the end of an order's dispute, and no others."""
    await release_gifts(connection, guild_id, order_id)
    for part in parts:
        await connection.execute_fetchall(
            "INSERT INTO disputed_gift (guild_id, streamer_id, entry_id, order_id, coins,"
            " fee_coins) VALUES (?, ?, ?, ?, ?, ?)",
            (guild_id, part.streamer_id, part.gift_id, order_id, part.coins, part.fee_coins),
        )


async def release_gifts(connection: aiosqlite.Connection, guild_id: int, order_id: int) -> None:
    """Let the gifts behind an order wait for nothing but their own hold any more."""
    await connection.execute_fetchall(
        "DELETE FROM disputed_gift WHERE guild_id = ? AND order_id = ?", (guild_id, order_id)
    )


async def disputed_coins(read: Read, guild_id: int, streamer_id: int, mark: int) -> int:
    """Return the coins a streamer has of disputed gifts up to the hold's mark.

    Younger ones wait for their own hold already. The fee is the guild's and not counted.
    """
    rows = list(await read(_DISPUTED_SQL, (guild_id, streamer_id, mark)))
    return rows[0][0]


# A gift that was taken back is nobody's any more.
_DISPUTED_SQL = """
SELECT COALESCE(SUM(d.coins - d.fee_coins), 0)
  FROM disputed_gift AS d
 WHERE d.guild_id = ?1 AND d.streamer_id = ?2 AND d.entry_id <= ?3
   AND NOT EXISTS (SELECT 1 FROM entry AS u
                    WHERE u.guild_id = d.guild_id AND u.reverses_id = d.entry_id)
"""
