"""Reads from the books what happened to a member's paid coins, in the terms of `lots`."""

from typing import Any

import aiosqlite

from bot.ledger.buckets import buckets_sql
from bot.services.gift_sums import paid_fee_sql
from bot.services.lots import Bought, Happening, Lots, PaidGift, Returned, Spent, Taken, Undone

# A purchase and a gift may have several lines on the pot, such as the fee.
_HAPPENED_SQL = f"""
WITH RECURSIVE {buckets_sql(":since")}, moved AS (
    SELECT l.entry_id, l.amount FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.target_owner_id = :member AND l.target_owner_id <> 0 AND l.target_account = 'paid'
    UNION ALL
    SELECT l.entry_id, -l.amount FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.source_owner_id = :member AND l.source_owner_id <> 0 AND l.source_account = 'paid'
)
SELECT e.entry_id, e.kind, COALESCE(e.reverses_id, 0), SUM(m.amount)
  FROM moved AS m JOIN entry AS e ON e.guild_id = :guild AND e.entry_id = m.entry_id
 WHERE e.entry_id > :since
 GROUP BY e.entry_id ORDER BY e.entry_id
"""

_ORDERS_SQL = """
SELECT entry_id, order_id FROM purchase_order
 WHERE guild_id = :guild AND member_id = :member AND entry_id > :since
UNION ALL
SELECT c.entry_id, c.order_id FROM lot_change AS c
  JOIN purchase_order AS o USING (guild_id, order_id)
 WHERE c.guild_id = :guild AND o.member_id = :member AND c.entry_id > :since
"""

_RETURNED_SQL = """
SELECT r.return_id, r.order_id, r.entry_id, r.coins
  FROM gift_return AS r JOIN purchase_order AS o USING (guild_id, order_id)
 WHERE r.guild_id = :guild AND o.member_id = :member AND r.return_id > :since
"""


async def read_lots(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, since_entry_id: int
) -> Lots:
    """Return a member's lots of the season that began after an entry."""
    values = {"guild": guild_id, "member": member_id, "since": since_entry_id}
    orders = dict[int, int](
        [tuple(row) for row in await connection.execute_fetchall(_ORDERS_SQL, values)]
    )
    happened = [
        (entry_id, _happening(entry_id, kind, reverses_id, coins, orders))
        for entry_id, kind, reverses_id, coins in await connection.execute_fetchall(
            _HAPPENED_SQL, values
        )
    ]
    happened += [
        (return_id, Returned(order_id, gift_id, coins))
        for return_id, order_id, gift_id, coins in await connection.execute_fetchall(
            _RETURNED_SQL, values
        )
    ]
    happened.sort(key=lambda each: each[0])
    return Lots(happening for _, happening in happened)


def _happening(
    entry_id: int, kind: str, reverses_id: int, coins: int, orders: dict[int, int]
) -> Happening:
    if kind == "gift":
        return Spent(entry_id, -coins)
    if kind == "undo":
        return Undone(reverses_id)
    # What is left came with an order or went with one; no other kind touches paid coins.
    return Bought(orders[entry_id], coins) if coins > 0 else Taken(orders[entry_id], -coins)


# A gift is found by its streamer, who is the target of its lines.
_GIFTS_SQL = f"""
SELECT g.entry_id, g.streamer_id, g.coins - g.bonus_coins,
       {paid_fee_sql("g")},
       COALESCE((SELECT SUM(r.coins) FROM gift_return AS r
                  WHERE r.guild_id = g.guild_id AND r.streamer_id = g.streamer_id
                    AND r.entry_id = g.entry_id), 0)
  FROM json_each(:gifts) AS wanted
  JOIN line AS l ON l.guild_id = :guild AND l.entry_id = wanted.value
                AND l.target_account = 'earned_paid'
  JOIN gift AS g ON g.guild_id = l.guild_id AND g.streamer_id = l.target_owner_id
                AND g.entry_id = l.entry_id
 WHERE g.entry_id > :mark
    OR EXISTS (SELECT 1 FROM disputed_gift AS d
                WHERE d.guild_id = g.guild_id AND d.streamer_id = g.streamer_id
                  AND d.entry_id = g.entry_id AND d.order_id = :order)
"""


async def read_held_gifts(
    connection: aiosqlite.Connection,
    guild_id: int,
    order_id: int,
    *,
    gift_ids_json: str,
    hold_mark: int,
) -> list[PaidGift]:
    """Return those of the gifts that have not passed their hold, by the mark or by a dispute."""
    rows: list[Any] = list(
        await connection.execute_fetchall(
            _GIFTS_SQL,
            {"guild": guild_id, "order": order_id, "gifts": gift_ids_json, "mark": hold_mark},
        )
    )
    return [
        PaidGift(
            gift_id=gift_id,
            streamer_id=streamer_id,
            coins=coins,
            fee_coins=fee_coins,
            returned_coins=returned_coins,
        )
        for gift_id, streamer_id, coins, fee_coins, returned_coins in rows
    ]
