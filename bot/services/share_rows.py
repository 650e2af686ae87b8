"""Agreements that have something to share, and what of a streamer's coins is others' already."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.disputed_gifts import DISPUTED_SQL
from bot.services.gift_sums import net_bonus_sql, net_paid_sql, not_undone_sql
from bot.services.hold_marks import hold_mark
from bot.services.kept_rates import others_parts
from bot.services.season_marks import season_entry_sql
from bot.services.settings import GuildSettings


@dataclass(frozen=True, slots=True)
class Reserved:
    """What lies with a streamer and is others', or can be with the next gift (coins).

    Of those, `kept` are to be taken from what keeps older rates: which change of rates that was
    from before, paid and bonus coins.
    """

    paid_coins: int = 0
    bonus_coins: int = 0
    kept: tuple[tuple[int, int, int], ...] = ()

    @property
    def coins(self) -> int:
        """Return the coins of both kinds."""
        return self.paid_coins + self.bonus_coins

    def __add__(self, other: "Reserved") -> "Reserved":
        return Reserved(
            self.paid_coins + other.paid_coins,
            self.bonus_coins + other.bonus_coins,
            self.kept + other.kept,
        )


async def reserved_coins(
    read: Read, guild_id: int, streamer_id: int, settings: GuildSettings, now: int
) -> Reserved:
    """Return what a conversion would leave to those a streamer shares with.

    It is the parts of all gifts that passed their hold which have not moved, and the odd coins that
    the next gift can make others': who converted those could not hand them over any more.
    """
    names = {"guild": guild_id, "member": streamer_id}
    rows: list[Any] = list(await read(_PARTS_SQL, names))
    if not rows:
        return Reserved()
    mark = await hold_mark(read, guild_id, settings.hold_days * DAY_SECONDS, now)
    reserved = Reserved()
    for (split_id, settled_id, until_id), parts in groupby(rows, key=lambda row: row[:3]):
        through = through_id(mark, settled_id, until_id)
        fresh: list[Any] = list(
            await read(
                _FRESH_SQL,
                {**names, "split": split_id, "after": settled_id, "through": through, "most": -1},
            )
        )
        has_more = not until_id or through < until_id or any(row[3] for row in fresh)
        reserved += _reserved_of(list(parts), fresh, has_more=has_more)
    return reserved


def through_id(mark: int, settled_id: int, until_id: int) -> int:
    """Return up to which entry an agreement's gifts are to be shared, where the hold is at `mark`.

    Until 0 it goes on.
    """
    return max(min(mark, until_id or mark), settled_id)


def _reserved_of(parts: list[Any], fresh: list[Any], *, has_more: bool) -> Reserved:
    """Return what is due of one agreement, and its odd coins as long as gifts can follow."""
    fresh_paid, fresh_bonus = sum(row[1] for row in fresh), sum(row[2] for row in fresh)
    due_paid = due_bonus = odd_paid = odd_bonus = 0
    for _, _, _, percent, shared_paid, shared_bonus, moved_paid, moved_bonus in parts:
        part_paid = (shared_paid + fresh_paid) * percent
        part_bonus = (shared_bonus + fresh_bonus) * percent
        due_paid += part_paid // 100 - moved_paid
        due_bonus += part_bonus // 100 - moved_bonus
        odd_paid += part_paid % 100
        odd_bonus += part_bonus % 100
    percents, (_, _, _, _, before_paid, before_bonus, *_) = [row[3] for row in parts], parts[0]
    kept = zip(
        [row[0] for row in fresh],
        others_parts(percents, before_paid, [row[1] for row in fresh]),
        others_parts(percents, before_bonus, [row[2] for row in fresh]),
        strict=True,
    )
    if has_more:
        due_paid, due_bonus = due_paid + odd_paid // 100, due_bonus + odd_bonus // 100
    return Reserved(due_paid, due_bonus, tuple(kept))


# An agreement has gifts to share as long as it holds, until all of its time are shared, as long as
# some of them wait, and as long as a part found no room. What a season before this one brought is
# over.
OPEN_SQL = f"""
    s.from_id >= {season_entry_sql("s.guild_id")}
AND (s.state = 'active' OR s.settled_id < s.until_id
     OR EXISTS (SELECT 1 FROM split_wait AS w
                 WHERE w.guild_id = s.guild_id AND w.split_id = s.split_id)
     OR EXISTS (SELECT 1 FROM split_member AS p
                 WHERE p.guild_id = s.guild_id AND p.split_id = s.split_id
                   AND (p.paid_coins < s.paid_coins * p.percent / 100
                        OR p.bonus_coins < s.bonus_coins * p.percent / 100)))
"""

# What waited comes again with what is new, once its dispute is decided. A gift counts with what is
# left of it. Each is looked up by its key: a streamer may have received a million.
GIFTS_SQL = f"""
SELECT g.entry_id, {net_paid_sql("g")} AS paid_coins, {net_bonus_sql("g")} AS bonus_coins,
       EXISTS (SELECT 1 FROM disputed_gift AS d
                WHERE d.guild_id = g.guild_id AND d.streamer_id = g.streamer_id
                  AND d.entry_id = g.entry_id) AS is_disputed,
       g.entry_id <= :after AS is_waiting
  FROM (SELECT * FROM (
            SELECT g.entry_id FROM gift AS g
             WHERE g.guild_id = :guild AND g.streamer_id = :member
               AND g.entry_id > :after AND g.entry_id <= :through AND {not_undone_sql("g")}
             ORDER BY g.entry_id LIMIT :most)
        UNION ALL
        SELECT g.entry_id FROM split_wait AS w CROSS JOIN gift AS g
            ON g.guild_id = w.guild_id AND g.streamer_id = :member AND g.entry_id = w.entry_id
         WHERE w.guild_id = :guild AND w.split_id = :split AND {not_undone_sql("g")}
           AND NOT EXISTS (SELECT 1 FROM disputed_gift AS d
                            WHERE d.guild_id = :guild AND d.streamer_id = :member
                              AND d.entry_id = w.entry_id)) AS found
 CROSS JOIN gift AS g ON g.guild_id = :guild AND g.streamer_id = :member
                     AND g.entry_id = found.entry_id
 ORDER BY g.entry_id LIMIT :most
"""

_PARTS_SQL = f"""
SELECT s.split_id, s.settled_id, s.until_id, m.percent, s.paid_coins, s.bonus_coins,
       m.paid_coins, m.bonus_coins
  FROM split AS s JOIN split_member AS m USING (guild_id, split_id)
 WHERE s.guild_id = :guild AND s.streamer_id = :member AND s.state <> 'proposed' AND {OPEN_SQL}
 ORDER BY s.split_id
"""

# What would be shared now, and how many gifts would wait for a bank after it, by the change of
# rates that gifts are from before. What no bank decides about of those that wait is not held, so
# that others' parts of it must be left.
_FRESH_SQL = f"""
WITH found AS ({GIFTS_SQL}), looked AS (
    SELECT entry_id, paid_coins, bonus_coins, is_disputed FROM found
    UNION ALL
    SELECT g.entry_id, {net_paid_sql("g")}, {net_bonus_sql("g")}, 1
      FROM split_wait AS w CROSS JOIN gift AS g
        ON g.guild_id = w.guild_id AND g.streamer_id = :member AND g.entry_id = w.entry_id
     WHERE w.guild_id = :guild AND w.split_id = :split AND {not_undone_sql("g")}
       AND EXISTS (SELECT 1 FROM disputed_gift AS d
                    WHERE d.guild_id = :guild AND d.streamer_id = :member
                      AND d.entry_id = w.entry_id)
)
SELECT (SELECT MIN(k.change_id) FROM kept_rate AS k
         WHERE k.guild_id = :guild AND k.streamer_id = :member AND k.entry_id >= l.entry_id),
       SUM(l.paid_coins - COALESCE(d.coins, 0)), SUM(l.bonus_coins), SUM(l.is_disputed)
  FROM looked AS l LEFT JOIN ({DISPUTED_SQL}) AS d USING (entry_id)
 GROUP BY 1 ORDER BY 1 NULLS LAST
"""
