"""Gifts behind a disputed payment: as long as it is open they do not pass their hold.

Which gifts those are is decided by when the dispute began, not by when it is decided: a bank takes
weeks, and what a streamer could not convert before must still be there if it is lost.
"""

import aiosqlite

from bot.services.bonuses import Read
from bot.services.gift_sums import paid_fee_sql
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
    rows = list(
        await read(
            f"SELECT COALESCE(SUM(coins), 0) FROM ({DISPUTED_SQL}) WHERE entry_id <= :mark",
            {"guild": guild_id, "member": streamer_id, "mark": mark},
        )
    )
    return rows[0][0]


# What the disputed parts of a streamer's gifts brought, gift by gift. Several payments can stand
# behind one, and their parts of its fee would be rounded down each: it is that of all together,
# after what went back. A gift that was taken back is nobody's any more.
DISPUTED_SQL = f"""
SELECT entry_id,
       coins - (fee_coins * (returned_coins + coins) / paid_coins
                - fee_coins * returned_coins / paid_coins) AS coins
  FROM (SELECT d.entry_id, SUM(d.coins) AS coins, g.coins - g.bonus_coins AS paid_coins,
               {paid_fee_sql("g")} AS fee_coins,
               COALESCE((SELECT SUM(r.coins) FROM gift_return AS r
                          WHERE r.guild_id = g.guild_id AND r.streamer_id = g.streamer_id
                            AND r.entry_id = g.entry_id), 0) AS returned_coins
          FROM disputed_gift AS d JOIN gift AS g USING (guild_id, streamer_id, entry_id)
         WHERE d.guild_id = :guild AND d.streamer_id = :member
           AND NOT EXISTS (SELECT 1 FROM entry AS u
                            WHERE u.guild_id = d.guild_id AND u.reverses_id = d.entry_id)
         GROUP BY d.entry_id)
"""
