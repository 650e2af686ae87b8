"""Coins that a refund could still take back wait before they are converted.

Those are of gifts younger than the guild's hold, and of gifts behind a payment that is disputed.
"""

from dataclasses import dataclass

from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.disputed_gifts import disputed_coins
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


async def held_coins(
    read: Read, guild_id: int, streamer_id: int, settings: GuildSettings, now: int
) -> Held:
    """Return what waits of the coins that a streamer received: gifts younger than the hold."""
    if not settings.is_paid and not settings.hold_days:
        return Held()  # nobody disputes play money
    hold_seconds = settings.hold_days * DAY_SECONDS
    disputed = await disputed_coins(read, guild_id, streamer_id, now - hold_seconds)
    if not hold_seconds:
        return Held(disputed, disputed_coins=disputed)
    rows = list(await read(_HELD_SQL, (guild_id, streamer_id, now - hold_seconds)))
    paid, bonus, first = rows[0]
    return Held(paid + disputed, bonus, first + hold_seconds if first else 0, disputed)


# Entries are booked in the order of time, so the first young one is found by halving, and of the
# gifts only the young ones are read. The fee of each is computed as its triggers did.
_IS_OLD = """(SELECT e.posted_at <= ?3 FROM entry AS e
              WHERE e.guild_id = ?1 AND e.entry_id = (low + high + 1) / 2)"""
_HELD_SQL = f"""
WITH RECURSIVE halved (low, high) AS (
    SELECT 0, COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?1
    UNION ALL
    SELECT IIF({_IS_OLD}, (low + high + 1) / 2, low),
           IIF({_IS_OLD}, high, (low + high + 1) / 2 - 1)
      FROM halved WHERE low < high
)
SELECT COALESCE(SUM(g.coins - g.bonus_coins - (g.coins - g.bonus_coins) * g.fee_percent / 100
                    - COALESCE((SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
                                 WHERE r.guild_id = g.guild_id AND r.streamer_id = g.streamer_id
                                   AND r.entry_id = g.entry_id), 0)), 0),
       COALESCE(SUM(g.bonus_coins - g.bonus_coins * g.fee_percent / 100), 0),
       COALESCE(MIN(g.sent_at), 0)
  FROM gift AS g
 WHERE g.guild_id = ?1 AND g.streamer_id = ?2 AND g.sent_at > ?3
   AND g.entry_id > (SELECT low FROM halved WHERE low = high)
   AND NOT EXISTS (SELECT 1 FROM gift_undo AS u
                    WHERE u.guild_id = g.guild_id AND u.streamer_id = g.streamer_id
                      AND u.entry_id = g.entry_id)
"""
