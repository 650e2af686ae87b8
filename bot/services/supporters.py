"""Who supports a streamer most in a period."""

from dataclasses import dataclass

from bot.services.bonuses import Read
from bot.services.earnings_periods import Span
from bot.services.earnings_rows import Streamer
from bot.services.tally_rows import QUARTER_SECONDS

TOP_SUPPORTERS = 5


@dataclass(frozen=True, slots=True)
class Supporter:
    """What one member sent (coins, before the fee)."""

    member_id: int
    coins: int
    gifts: int


@dataclass(frozen=True, slots=True)
class Supporters:
    """The first of a streamer's supporters by what they sent, and how many there are."""

    top: tuple[Supporter, ...]
    count: int


async def read_supporters(
    read: Read, streamer: Streamer, span: Span, fresh_after: int, *, most: int = TOP_SUPPORTERS
) -> Supporters:
    """Return who sent most in a period; of equal ones, whoever is at Discord longer comes first.

    What is after the entry `fresh_after` is not summed up yet.
    """
    values = {
        **streamer.names,
        "fresh": fresh_after,
        "quarter": span.starts_at // QUARTER_SECONDS,
        "starts": span.starts_at,
        "ends": span.ends_at,
        "most": most,
    }
    rows = list(await read(_TOP_SQL, values))
    top = tuple(Supporter(member_id, coins, gifts) for member_id, coins, gifts, _ in rows)
    return Supporters(top, rows[0][3] if rows else 0)


# The sums know before which entry no gift of the period can be.
_TOP_SQL = """
SELECT g.giver_id, SUM(g.coins), COUNT(*), COUNT(*) OVER ()
  FROM gift AS g
 WHERE g.guild_id = :guild AND g.streamer_id = :member AND g.entry_id > :since
   AND g.entry_id >= MIN(:fresh + 1, COALESCE((
        SELECT MIN(q.first_entry_id) FROM earned_quarter AS q
         WHERE q.guild_id = :guild AND q.streamer_id = :member AND q.season = :season
           AND q.quarter >= :quarter), :fresh + 1))
   AND g.sent_at >= :starts AND g.sent_at < :ends
   AND NOT EXISTS (SELECT 1 FROM gift_undo AS u
                    WHERE u.guild_id = g.guild_id AND u.streamer_id = g.streamer_id
                      AND u.entry_id = g.entry_id)
 GROUP BY g.giver_id
 ORDER BY SUM(g.coins) DESC, g.giver_id LIMIT :most
"""
