"""What entries brought streamers and took from them again, in quarters of an hour."""

from dataclasses import dataclass
from typing import Any

from bot.ledger.buckets import buckets_sql
from bot.services.bonuses import Read
from bot.services.gift_sums import fee_sql

# The clocks of all time zones are apart by whole quarters of an hour, of most by whole hours.
QUARTER_SECONDS, HOUR_SECONDS = STEPS_SECONDS = (15 * 60, 60 * 60)

# No guild comes to have so many entries.
BEYOND_ENTRIES = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRow:
    """What one quarter of an hour, which begins at `at` (seconds, UTC), brought a streamer.

    Coins are after the fee. A gift that was taken back counts below zero where it had counted
    above; `returned_coins` is what refunds took then, of gifts of whatever time. Its gifts and
    refunds are from the first entry to the last one.
    """

    streamer_id: int
    at: int
    gifts: int
    paid_coins: int
    bonus_coins: int
    fee_coins: int
    returned_coins: int
    first_entry_id: int
    last_entry_id: int

    @property
    def net_paid_coins(self) -> int:
        """Return what was received from paid coins, less what refunds took."""
        return self.paid_coins - self.returned_coins


async def received_rows(
    read: Read, guild_id: int, *, after: int, through: int
) -> list[ReceivedRow]:
    """Return what the entries after one and up to another brought every streamer of a guild."""
    values = {"guild": guild_id, "after": after, "through": through}
    return _rows(list(await read(_ALL_SQL, values)))


async def received_rows_of(
    read: Read, guild_id: int, streamer_id: int, *, after: int
) -> list[ReceivedRow]:
    """Return what the entries after one brought a streamer."""
    values = {"guild": guild_id, "member": streamer_id, "after": after}
    return _rows(list(await read(_ONE_SQL, values)))


async def released_again(
    read: Read, guild_id: int, *, after: int, through: int, released_id: int
) -> list[tuple[int, int, int]]:
    """Return what entries took from gifts that had passed their hold: streamer, paid, bonus coins.

    The coins are below zero.
    """
    values = {"guild": guild_id, "after": after, "through": through, "released": released_id}
    return [(row[0], row[1], row[2]) for row in await read(_AGAIN_SQL, values)]


def _rows(rows: list[Any]) -> list[ReceivedRow]:
    return [
        ReceivedRow(
            streamer_id=streamer_id,
            at=quarter * QUARTER_SECONDS,
            gifts=gifts,
            paid_coins=paid,
            bonus_coins=bonus,
            fee_coins=fee,
            returned_coins=returned,
            first_entry_id=first,
            last_entry_id=last,
        )
        for streamer_id, quarter, gifts, paid, bonus, fee, returned, first, last in rows
    ]


# A line of a gift brings coins (+1), one of its undoing takes them where they were brought (-1),
# one of a refund takes them where it is. Of a gift's lines to its streamer, who has the row in
# `gift`, the one that is always there counts the gift and its fee.
_SUM_SQL = f"""
SELECT m.member_id, m.at / {QUARTER_SECONDS},
       SUM(m.sign * m.counts),
       SUM(m.sign * m.amount * (m.account = 'earned_paid')),
       SUM(m.sign * m.amount * (m.account = 'earned_bonus')),
       SUM(m.sign * m.counts * m.fee_coins),
       SUM((1 - ABS(m.sign)) * m.amount),
       MIN(m.gift_id), MAX(m.gift_id)
  FROM (SELECT moved.*, COALESCE(moved.account = IIF(g.coins > g.bonus_coins, 'earned_paid',
                                                     'earned_bonus'), 0) AS counts,
               COALESCE({fee_sql("g")}, 0) AS fee_coins
          FROM moved LEFT JOIN gift AS g ON g.guild_id = :guild AND g.streamer_id = moved.member_id
                                        AND g.entry_id = moved.gift_id AND moved.sign <> 0) AS m
 GROUP BY 1, 2
"""
_ALL_SQL = f"""
WITH moved (member_id, account, amount, gift_id, at, sign) AS (
    SELECT l.target_owner_id, l.target_account, l.amount, e.entry_id, e.posted_at, 1
      FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
     WHERE e.guild_id = :guild AND e.entry_id > :after AND e.entry_id <= :through
       AND e.kind = 'gift' AND l.target_owner_id <> 0
    UNION ALL
    SELECT l.source_owner_id, l.source_account, l.amount, g.entry_id, g.posted_at, -1
      FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
      JOIN entry AS g ON g.guild_id = e.guild_id AND g.entry_id = e.reverses_id
     WHERE e.guild_id = :guild AND e.entry_id > :after AND e.entry_id <= :through
       AND e.kind = 'undo' AND l.source_owner_id <> 0
    UNION ALL
    SELECT l.source_owner_id, l.source_account, l.amount, e.entry_id, e.posted_at, 0
      FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
     WHERE e.guild_id = :guild AND e.entry_id > :after AND e.entry_id <= :through
       AND e.kind = 'refund' AND l.source_account = 'earned_paid'
)
{_SUM_SQL}"""

_ONE_SQL = f"""
WITH RECURSIVE {buckets_sql(":after")}, moved (member_id, account, amount, gift_id, at, sign) AS (
    SELECT l.target_owner_id, l.target_account, l.amount, e.entry_id, e.posted_at, 1
      FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.target_owner_id = :member AND l.target_owner_id <> 0 AND l.entry_id > :after
      JOIN entry AS e ON e.guild_id = l.guild_id AND e.entry_id = l.entry_id AND e.kind = 'gift'
    UNION ALL
    SELECT l.source_owner_id, l.source_account, l.amount, g.entry_id, g.posted_at, -1
      FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.source_owner_id = :member AND l.source_owner_id <> 0 AND l.entry_id > :after
      JOIN entry AS e ON e.guild_id = l.guild_id AND e.entry_id = l.entry_id AND e.kind = 'undo'
      JOIN entry AS g ON g.guild_id = e.guild_id AND g.entry_id = e.reverses_id
    UNION ALL
    SELECT l.source_owner_id, l.source_account, l.amount, e.entry_id, e.posted_at, 0
      FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.source_owner_id = :member AND l.source_owner_id <> 0 AND l.entry_id > :after
       AND l.source_account = 'earned_paid'
      JOIN entry AS e ON e.guild_id = l.guild_id AND e.entry_id = l.entry_id AND e.kind = 'refund'
)
{_SUM_SQL}"""

_AGAIN_SQL = """
SELECT member_id, -SUM(amount * (account = 'earned_paid')),
       -SUM(amount * (account = 'earned_bonus'))
  FROM (SELECT l.source_owner_id AS member_id, l.source_account AS account, l.amount
          FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
         WHERE e.guild_id = :guild AND e.entry_id > :after AND e.entry_id <= :through
           AND e.kind = 'undo' AND e.reverses_id <= :released AND l.source_owner_id <> 0
        UNION ALL
        SELECT r.streamer_id, 'earned_paid', r.coins - r.fee_coins
          FROM gift_return AS r
         WHERE r.guild_id = :guild AND r.return_id > :after AND r.return_id <= :through
           AND r.entry_id <= :released)
 GROUP BY member_id
"""
