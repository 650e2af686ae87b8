"""What a streamer received and what became of it: sums, days, supporters."""

from dataclasses import dataclass

from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.season_marks import season_entry_sql
from bot.services.wallets import Wallet, Wallets

TOP_SUPPORTERS = 5


@dataclass(frozen=True, slots=True)
class DayEarned:
    """What was received on one UTC day, which begins at `starts_at` (coins, after the fee)."""

    starts_at: int
    coins: int
    gifts: int


@dataclass(frozen=True, slots=True)
class Supporter:
    """What one member sent (coins, before the fee)."""

    member_id: int
    coins: int
    gifts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """A streamer's earnings over the last days, and the pots as they are now."""

    days: tuple[DayEarned, ...]
    supporters: tuple[Supporter, ...]
    supporter_count: int
    gifts: int
    received_paid_coins: int
    received_bonus_coins: int
    fee_coins: int
    converted_coins: int
    made_diamonds: int
    wallet: Wallet

    @property
    def received_coins(self) -> int:
        """Return what arrived, after the fee (coins)."""
        return self.received_paid_coins + self.received_bonus_coins


class EarningsReports:
    """The service of earnings; only reads."""

    def __init__(self, books: Books, wallets: Wallets, clock: Clock) -> None:
        self._books = books
        self._wallets = wallets
        self._clock = clock

    async def report(self, guild_id: int, streamer_id: int, *, days: int = 7) -> Earnings:
        """Return the earnings of today and the days before, `days` in all (UTC days).

        What a season before this one brought does not count.
        """
        today = self._clock() // DAY_SECONDS
        since = (today - days + 1) * DAY_SECONDS
        key = (guild_id, streamer_id, since, guild_id)
        rows = await self._books.read(_BY_DAY_AND_GIVER_SQL, key)
        converted, diamonds = (await self._books.read(_CONVERTED_SQL, key))[0]
        supporters = _supporters(rows)
        return Earnings(
            days=_days(rows, range(today - days + 1, today + 1)),
            supporters=supporters[:TOP_SUPPORTERS],
            supporter_count=len(supporters),
            gifts=sum(row[2] for row in rows),
            received_paid_coins=sum(row[3] - row[5] for row in rows),
            received_bonus_coins=sum(row[4] - row[6] for row in rows),
            fee_coins=sum(row[5] + row[6] for row in rows),
            converted_coins=converted,
            made_diamonds=diamonds,
            wallet=await self._wallets.balance(guild_id, streamer_id),
        )


def _days(rows: list[tuple[int, ...]], days: range) -> tuple[DayEarned, ...]:
    coins = dict.fromkeys(days, 0)
    gifts = dict.fromkeys(days, 0)
    for day, _, count, paid, bonus, paid_fee, bonus_fee in rows:
        if day in coins:  # a clock set back may have left gifts of a day to come
            coins[day] += paid + bonus - paid_fee - bonus_fee
            gifts[day] += count
    return tuple(DayEarned(day * DAY_SECONDS, coins[day], gifts[day]) for day in days)


def _supporters(rows: list[tuple[int, ...]]) -> tuple[Supporter, ...]:
    coins: dict[int, int] = {}
    gifts: dict[int, int] = {}
    for _, giver_id, count, paid, bonus, _, _ in rows:
        coins[giver_id] = coins.get(giver_id, 0) + paid + bonus
        gifts[giver_id] = gifts.get(giver_id, 0) + count
    ranked = sorted(coins, key=lambda giver_id: (-coins[giver_id], giver_id))
    return tuple(Supporter(giver_id, coins[giver_id], gifts[giver_id]) for giver_id in ranked)


# The fee of each gift is computed as the triggers of migration 0004 did.
_BY_DAY_AND_GIVER_SQL = f"""
SELECT g.sent_at / {DAY_SECONDS}, g.giver_id, COUNT(*),
       SUM(g.coins - g.bonus_coins), SUM(g.bonus_coins),
       SUM((g.coins - g.bonus_coins) * g.fee_percent / 100),
       SUM(g.bonus_coins * g.fee_percent / 100)
  FROM gift AS g
 WHERE g.guild_id = ? AND g.streamer_id = ? AND g.sent_at >= ?
   AND g.entry_id > {season_entry_sql("?")}
   AND NOT EXISTS (SELECT 1 FROM gift_undo AS u
                    WHERE u.guild_id = g.guild_id AND u.streamer_id = g.streamer_id
                      AND u.entry_id = g.entry_id)
 GROUP BY 1, 2
"""

_CONVERTED_SQL = f"""
SELECT COALESCE(SUM(c.paid_coins + c.bonus_coins), 0), COALESCE(SUM(c.diamonds), 0)
  FROM conversion AS c
  JOIN entry AS e ON e.guild_id = c.guild_id AND e.entry_id = c.entry_id
 WHERE c.guild_id = ? AND c.streamer_id = ? AND e.posted_at >= ?
   AND c.entry_id > {season_entry_sql("?")}
"""
