"""What an admin sees of a claim before paying it: the streamer's record beside its own story."""

from dataclasses import dataclass

from bot.services.bonuses import Read
from bot.services.claim import Claim, ClaimStep
from bot.services.claim_rows import load_claim, load_steps
from bot.services.freezes import is_disputed
from bot.services.season_marks import season_entry_sql


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamerRecord:
    """What a streamer's earnings of this season rest on, and what became of all their claims.

    Coins are those that givers spent. `largest_id` gave the most of them, 0 where nobody gave any;
    `returned_coins` went back to buyers out of gifts; of the converted coins some were bonus.
    """

    paid_claims: int
    paid_diamonds: int
    returned_claims: int
    first_claim_at: int
    received_coins: int
    largest_id: int
    largest_coins: int
    returned_coins: int
    converted_coins: int
    converted_bonus_coins: int
    is_disputed: bool
    debt_coins: int

    @property
    def largest_percent(self) -> int:
        """Return the share of the largest supporter, rounded down."""
        return 100 * self.largest_coins // max(self.received_coins, 1)

    @property
    def bonus_percent(self) -> int:
        """Return the share of bonus coins in what was converted, rounded down."""
        return 100 * self.converted_bonus_coins // max(self.converted_coins, 1)


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim with everything that was done with it, and its streamer's record."""

    claim: Claim
    steps: tuple[ClaimStep, ...]
    record: StreamerRecord


async def read_card(read: Read, guild_id: int, claim_id: int) -> ClaimCard:
    """Return a claim's card.

    Raises:
        ClaimNotFound: there is none of that number.
    """
    claim = await load_claim(read, guild_id, claim_id)
    steps = await load_steps(read, guild_id, claim_id)
    return ClaimCard(claim, steps, await read_record(read, guild_id, claim.streamer_id))


async def read_record(read: Read, guild_id: int, streamer_id: int) -> StreamerRecord:
    """Return a streamer's record."""
    key = (guild_id, streamer_id)
    paid_claims, returned_claims, first_at = await _row(read, _CLAIMS_SQL, *key)
    (paid_diamonds,) = await _row(read, _PAID_SQL, *key)
    supporters = list(await read(_SUPPORTERS_SQL, (*key, guild_id)))
    largest_id, largest_coins, received_coins = supporters[0] if supporters else (0, 0, 0)
    (returned_coins,) = await _row(read, _RETURNED_SQL, *key, guild_id)
    converted_coins, bonus_coins = await _row(read, _CONVERTED_SQL, *key, guild_id)
    (debt_coins,) = await _row(read, _DEBT_SQL, *key)
    return StreamerRecord(
        paid_claims=paid_claims,
        paid_diamonds=paid_diamonds,
        returned_claims=returned_claims,
        first_claim_at=first_at,
        received_coins=received_coins,
        largest_id=largest_id,
        largest_coins=largest_coins,
        returned_coins=returned_coins,
        converted_coins=converted_coins,
        converted_bonus_coins=bonus_coins,
        is_disputed=await is_disputed(read, guild_id, streamer_id),
        debt_coins=debt_coins,
    )


async def _row(read: Read, sql: str, *values: int) -> tuple[int, ...]:
    return tuple(next(iter(await read(sql, values))))


_CLAIMS_SQL = """
SELECT COUNT(*) FILTER (WHERE state = 'paid'), COUNT(*) FILTER (WHERE state IN ('rejected',
       'failed')), COALESCE(MIN(requested_at), 0)
  FROM claim WHERE guild_id = ? AND streamer_id = ?
"""
_PAID_SQL = """
SELECT COALESCE(SUM(p.diamonds), 0)
  FROM claim AS c JOIN claim_payment AS p USING (guild_id, claim_id)
 WHERE c.guild_id = ? AND c.streamer_id = ?
"""
_SUPPORTERS_SQL = f"""
SELECT giver_id, SUM(coins) AS given, SUM(SUM(coins)) OVER ()
  FROM gift AS g
 WHERE guild_id = ? AND streamer_id = ? AND entry_id > {season_entry_sql("?")}
   AND NOT EXISTS (SELECT 1 FROM gift_undo AS u
                    WHERE u.guild_id = g.guild_id AND u.streamer_id = g.streamer_id
                      AND u.entry_id = g.entry_id)
 GROUP BY giver_id ORDER BY given DESC, giver_id LIMIT 1
"""
_RETURNED_SQL = f"""
SELECT COALESCE(SUM(coins), 0) FROM gift_return
 WHERE guild_id = ? AND streamer_id = ? AND entry_id > {season_entry_sql("?")}
"""
_CONVERTED_SQL = f"""
SELECT COALESCE(SUM(paid_coins + bonus_coins), 0), COALESCE(SUM(bonus_coins), 0) FROM conversion
 WHERE guild_id = ? AND streamer_id = ? AND entry_id > {season_entry_sql("?")}
"""
_DEBT_SQL = """
SELECT COALESCE(-SUM(balance), 0) FROM pot
 WHERE guild_id = ? AND owner_id = ? AND account = 'debt'
"""
