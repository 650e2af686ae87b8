"""Coins that a refund could still take back wait before they are converted.

Those are of gifts that have not passed the guild's hold, and of gifts behind a payment that is
disputed. What waits is what was received behind the hold's mark; of many gifts the sums of
`tallies` say it, and only what came or went since they were made is read one by one.
"""

from dataclasses import dataclass

from bot.ledger.buckets import buckets_sql
from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.disputed_gifts import disputed_coins
from bot.services.hold_marks import hold_mark
from bot.services.settings import GuildSettings


@dataclass(frozen=True, slots=True)
class Held:
    """What waits of a streamer's coins, by what paid for them; `until` is when the first are free.

    `until` is in seconds, UTC, and 0 when nothing waits for a time. `disputed_coins` of the paid
    ones wait for banks to decide, which nobody can tell the time of.
    """

    paid_coins: int = 0
    bonus_coins: int = 0
    until: int = 0
    disputed_coins: int = 0

    @property
    def coins(self) -> int:
        """Return the coins that wait."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True)
class _Coins:
    """Coins received, by what paid for them."""

    paid: int
    bonus: int

    def __add__(self, other: "_Coins") -> "_Coins":
        return _Coins(self.paid + other.paid, self.bonus + other.bonus)

    def __sub__(self, other: "_Coins") -> "_Coins":
        return _Coins(self.paid - other.paid, self.bonus - other.bonus)


async def held_coins(
    read: Read, guild_id: int, streamer_id: int, settings: GuildSettings, now: int
) -> Held:
    """Return what waits of the coins that a streamer received."""
    if not settings.is_paid and not settings.hold_days:
        return Held()  # nobody disputes play money
    hold_seconds = settings.hold_days * DAY_SECONDS
    mark = await hold_mark(read, guild_id, hold_seconds, now)
    disputed = await disputed_coins(read, guild_id, streamer_id, mark)
    received = _Received(read, guild_id, streamer_id)
    young = await received.after(mark)
    first_at = await received.first_after(mark) if young.paid or young.bonus else 0
    return Held(
        young.paid + disputed,
        young.bonus,
        # Nobody waits longer than for what comes now, also where a clock ran ahead.
        min(first_at, now) + hold_seconds if first_at else 0,
        disputed,
    )


class _Received:
    """What one streamer received, less what went back, by the entries it came with."""

    def __init__(self, read: Read, guild_id: int, streamer_id: int) -> None:
        self._read = read
        self._names = {"guild": guild_id, "member": streamer_id}

    async def after(self, mark: int) -> _Coins:
        """Return what came with gifts after an entry."""
        rows = list(await self._read(_TALLIED_SQL, self._names))
        tallied_id, released_id, newest_id, paid, bonus = rows[0]
        if mark >= tallied_id:
            return await self._between(mark, newest_id)
        tallied = _Coins(paid, bonus) - await self._gone_since(released_id, tallied_id)
        fresh = await self._between(tallied_id, newest_id)
        return tallied + fresh - await self._between(released_id, mark)

    async def first_after(self, mark: int) -> int:
        """Return when the first gift after an entry was sent (seconds, UTC), 0 without any."""
        rows = list(await self._read(_FIRST_SQL, {**self._names, "after": mark}))
        return rows[0][0] if rows else 0

    async def _between(self, after: int, through: int) -> _Coins:
        return await self._sum(_BETWEEN_SQL, after, through)

    async def _gone_since(self, released_id: int, tallied_id: int) -> _Coins:
        """Return what went back, since the sums were made, of gifts that they count as waiting."""
        return await self._sum(_GONE_SQL, released_id, tallied_id)

    async def _sum(self, sql: str, after: int, through: int) -> _Coins:
        if after >= through:
            return _Coins(0, 0)
        rows = list(await self._read(sql, {**self._names, "after": after, "through": through}))
        return _Coins(*rows[0])


_TALLIED_SQL = """
SELECT COALESCE(MAX(t.tallied_id), 0), COALESCE(MAX(t.released_id), 0),
       COALESCE((SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild), 0),
       COALESCE(SUM(s.paid_coins - s.released_paid_coins), 0),
       COALESCE(SUM(s.bonus_coins - s.released_bonus_coins), 0)
  FROM tally AS t LEFT JOIN earned_total AS s ON s.guild_id = t.guild_id
                                             AND s.streamer_id = :member
 WHERE t.guild_id = :guild
"""

_NEWEST = "(SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild)"


def _gift_lines_sql(through: str) -> str:
    """Return the table `received`: the lines of gifts after an entry, up to another."""
    return f"""
WITH RECURSIVE {buckets_sql(":after", through)}, received AS (
    SELECT e.entry_id, e.posted_at, l.target_account AS account, l.amount
      FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.target_owner_id = :member AND l.target_owner_id <> 0
       AND l.entry_id > :after AND l.entry_id <= {through}
      JOIN entry AS e ON e.guild_id = l.guild_id AND e.entry_id = l.entry_id AND e.kind = 'gift'
     WHERE NOT EXISTS (SELECT 1 FROM entry AS u
                        WHERE u.guild_id = e.guild_id AND u.reverses_id = e.entry_id)
)
"""


_BETWEEN_SQL = f"""{_gift_lines_sql(":through")}
SELECT COALESCE(SUM(amount) FILTER (WHERE account = 'earned_paid'), 0)
       - COALESCE((SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
                    WHERE r.guild_id = :guild AND r.streamer_id = :member
                      AND r.entry_id > :after AND r.entry_id <= :through), 0),
       COALESCE(SUM(amount) FILTER (WHERE account = 'earned_bonus'), 0)
  FROM received
"""
# Of a gift that went back altogether nothing waits.
_FIRST_SQL = f"""{_gift_lines_sql(_NEWEST)}
SELECT posted_at FROM received AS g
 WHERE account <> 'earned_paid'
    OR amount > COALESCE((SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
                           WHERE r.guild_id = :guild AND r.streamer_id = :member
                             AND r.entry_id = g.entry_id), 0)
 LIMIT 1
"""
_GONE_SQL = f"""
WITH RECURSIVE {buckets_sql(":through")}, gone AS (
    SELECT l.source_account AS account, l.amount
      FROM bucket CROSS JOIN line AS l
        ON l.guild_id = :guild AND l.entry_id >> 14 = bucket.number
       AND l.source_owner_id = :member AND l.source_owner_id <> 0 AND l.entry_id > :through
      JOIN entry AS e ON e.guild_id = l.guild_id AND e.entry_id = l.entry_id AND e.kind = 'undo'
     WHERE e.reverses_id > :after AND e.reverses_id <= :through
    UNION ALL
    SELECT 'earned_paid', r.coins - r.fee_coins FROM gift_return AS r
     WHERE r.guild_id = :guild AND r.streamer_id = :member AND r.return_id > :through
       AND r.entry_id > :after AND r.entry_id <= :through
)
SELECT COALESCE(SUM(amount) FILTER (WHERE account = 'earned_paid'), 0),
       COALESCE(SUM(amount) FILTER (WHERE account = 'earned_bonus'), 0)
  FROM gone
"""
