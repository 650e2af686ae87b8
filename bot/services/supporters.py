"""Who supports a streamer most in a period or a live.

That is read gift by gift. Of very many gifts it takes longer than anybody should wait, so for those
streamers a job makes lists now and then, and the report says from when they are.
"""

import json
from dataclasses import dataclass

from bot.services.bonuses import Read
from bot.services.earnings_periods import Span
from bot.services.earnings_rows import Streamer
from bot.services.gift_sums import not_undone_sql
from bot.services.tally_rows import BEYOND_ENTRIES, HOUR_SECONDS, QUARTER_SECONDS

MOST_LISTED = 25

# Looked through in a few milliseconds.
MOST_READ_GIFTS = 2_000

# A list that is older counts no more; the job makes new ones much sooner.
LIST_SECONDS = 60 * 60


@dataclass(frozen=True, slots=True)
class Supporter:
    """What one member sent (coins, before the fee)."""

    member_id: int
    coins: int
    gifts: int


@dataclass(frozen=True, slots=True)
class Supporters:
    """The first of a streamer's supporters by what they sent, and how many there are.

    `made_at` is from when that is (seconds, UTC), 0 when it is from now.
    """

    top: tuple[Supporter, ...]
    count: int
    made_at: int = 0


async def read_supporters(
    read: Read, streamer: Streamer, span: Span, *, gifts: int, fresh_after: int, now: int
) -> Supporters:
    """Return who sent most in a span that had so many gifts, from a list if those are many.

    There are lists of periods only; a live is short enough to be looked through.

    What is after the entry `fresh_after` is not summed up yet. Of equal supporters, whoever is at
    Discord longer comes first.
    """
    if gifts > MOST_READ_GIFTS and span.period is not None:
        listed = await _read_list(read, streamer, span, now)
        if listed is not None:
            return listed
    return await look_through(read, streamer, span, fresh_after=fresh_after)


async def look_through(
    read: Read, streamer: Streamer, span: Span, *, fresh_after: int
) -> Supporters:
    """Return who sent most in a span, gift by gift, however many there are."""
    step_seconds = HOUR_SECONDS if span.live is None else QUARTER_SECONDS
    values = {
        **streamer.names,
        "fresh": fresh_after,
        "step_seconds": step_seconds,
        "first_step": span.starts_at // step_seconds,
        "last_step": span.ends_at // step_seconds,
        "starts": span.starts_at,
        "ends": span.ends_at,
        "most": MOST_LISTED,
    }
    rows = list(await read(_TOP_SQL, values))
    top = tuple(Supporter(member_id, coins, gifts) for member_id, coins, gifts, _ in rows)
    return Supporters(top, rows[0][3] if rows else 0)


async def _read_list(read: Read, streamer: Streamer, span: Span, now: int) -> Supporters | None:
    values = {
        **streamer.names,
        "period": span.period,
        "starts": span.starts_at,
        "oldest": now - LIST_SECONDS,
    }
    rows = list(await read(_LIST_SQL, values))
    if not rows:
        return None
    made_at, count, top = rows[0]
    return Supporters(tuple(Supporter(*each) for each in json.loads(top)), count, made_at)


# The sums know between which entries the gifts of their steps are; what is fresh comes after them.
_TOP_SQL = f"""
WITH part (first, last) AS (
    SELECT MIN(t.first_entry_id), MIN(MAX(t.last_entry_id), :fresh)
      FROM earned_time AS t
     WHERE t.guild_id = :guild AND t.streamer_id = :member AND t.season = :season
       AND t.step_seconds = :step_seconds AND t.step BETWEEN :first_step AND :last_step
    UNION ALL
    SELECT :fresh + 1, {BEYOND_ENTRIES}
)
SELECT g.giver_id, SUM(g.coins), COUNT(*), COUNT(*) OVER ()
  FROM part AS p CROSS JOIN gift AS g
    ON g.guild_id = :guild AND g.streamer_id = :member
   AND g.entry_id BETWEEN p.first AND p.last
 WHERE g.sent_at >= :starts AND g.sent_at < :ends
   AND {not_undone_sql("g")}
 GROUP BY g.giver_id
 ORDER BY SUM(g.coins) DESC, g.giver_id LIMIT :most
"""

_LIST_SQL = """
SELECT made_at, supporters, top FROM top_list
 WHERE guild_id = :guild AND streamer_id = :member AND season = :season AND period = :period
   AND starts_at = :starts AND made_at > :oldest
"""
