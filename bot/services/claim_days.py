"""What a streamer claimed within a day, which claims are measured by: all of them add up."""

from bot.services.bonuses import Read
from bot.services.claim import Claim
from bot.services.clock import DAY_SECONDS
from bot.services.season_marks import season_entry_sql

# What was given back, and what belongs to another season, does not count; parts paid of it do.
_COUNTING_SQL = f"""
SELECT COALESCE(SUM(diamonds), 0), COALESCE(MIN(requested_at), 0) FROM (
    SELECT c.requested_at,
           CASE WHEN c.state IN ('requested', 'approved', 'sending', 'paid') THEN c.diamonds
                ELSE (SELECT SUM(p.diamonds) FROM claim_payment AS p
                       WHERE p.guild_id = c.guild_id AND p.claim_id = c.claim_id) END AS diamonds
      FROM claim AS c INDEXED BY claim_streamer
     WHERE c.guild_id = ? AND c.streamer_id = ? AND c.requested_at > ? AND c.claim_id < ?
       AND EXISTS (SELECT 1 FROM claim_step AS s
                    WHERE s.guild_id = c.guild_id AND s.claim_id = c.claim_id AND s.step = 1
                      AND s.entry_id > {season_entry_sql("c.guild_id")}))
 WHERE diamonds > 0
"""
_ALL = 2**63 - 1


async def claimed_since(
    read: Read, guild_id: int, streamer_id: int, since: int, *, before_id: int = _ALL
) -> tuple[int, int]:
    """Return the diamonds of a streamer's claims after `since`, and when the oldest was made (UTC).

    Only claims before `before_id` count.
    """
    rows = await read(_COUNTING_SQL, (guild_id, streamer_id, since, before_id))
    diamonds, oldest = next(iter(rows))
    return diamonds, oldest


async def day_diamonds(read: Read, claim: Claim) -> int:
    """Return the diamonds of a claim with its streamer's others of the 24 hours before it."""
    earlier, _ = await claimed_since(
        read,
        claim.guild_id,
        claim.streamer_id,
        claim.requested_at - DAY_SECONDS,
        before_id=claim.claim_id,
    )
    return claim.diamonds + earlier
