"""What is done when windows have ended: budgets are settled, promotions without more are over."""

import json
from collections.abc import Iterable

import aiosqlite

from bot.services.clock import DAY_SECONDS
from bot.services.promotion_budgets import return_budget, settle_budget
from bot.services.promotion_rows import OVER, change_state, list_promotions
from bot.services.promotion_steps import BY_CLOCK_ID, What, note_step
from bot.services.promotion_windows import Rule, missing_windows, zone_in
from bot.services.recurrence import Occurrence, Recurrence

# So long after its last window a promotion can still be given another day, and a clock that was
# ahead can be set back.
REST_SECONDS = DAY_SECONDS


async def settle_budgets(
    connection: aiosqlite.Connection, promotions: Iterable[tuple[int, int]], now: int
) -> None:
    """Settle the budgets of promotions (ids of guild and promotion) that had a window end."""
    keys = json.dumps([tuple(each) for each in promotions])
    for row in await connection.execute_fetchall(_UNSETTLED_SQL, (keys,)):
        await settle_budget(connection, row[0], row[1], now)


# Few have a pot at all, and of those the terms were seldom changed while a window was open.
_UNSETTLED_SQL = """
SELECT DISTINCT p.guild_id, p.promotion_id
  FROM json_each(?) AS ended
  JOIN promotion AS p ON p.guild_id = ended.value ->> 0 AND p.promotion_id = ended.value ->> 1
  JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)
  JOIN pot AS b ON b.guild_id = p.guild_id AND b.owner_id = -p.promotion_id
               AND b.account = 'budget'
  LEFT JOIN promotion_total AS g ON g.guild_id = p.guild_id AND g.promotion_id = p.promotion_id
 WHERE p.state <> 'over'
   AND b.balance <> MAX(t.budget_coins - COALESCE(g.bonus_coins, 0), 0)
"""


async def retire_all(connection: aiosqlite.Connection, guild_id: int, now: int) -> None:
    """Let all promotions of a guild be over that had their last window, to make room."""
    for one in await list_promotions(connection.execute_fetchall, guild_id, over=False):
        await retire(connection, guild_id, one.promotion_id, now, rest_seconds=0)


async def retire(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    now: int,
    *,
    rest_seconds: int = REST_SECONDS,
) -> None:
    """Let a promotion be over that had its last window; the rest of its budget goes back.

    One whose windows were lost before any began is left to its admins.
    """
    read = connection.execute_fetchall
    rows = await read(_LAST_SQL, (guild_id, promotion_id, now - rest_seconds))
    for recurrence, set_at, *last in rows:
        rule = Rule(
            recurrence=Recurrence.from_json(recurrence),
            zone=await zone_in(read, guild_id),
            made_at=set_at,
            from_at=set_at,
        )
        if next(missing_windows(rule, [Occurrence(*last)], now), None) is not None:
            continue
        await change_state(connection, guild_id, promotion_id, OVER)
        await return_budget(connection, guild_id, promotion_id, actor_id=BY_CLOCK_ID, now=now)
        await note_step(connection, guild_id, promotion_id, What.OVER, done_by=BY_CLOCK_ID, now=now)


# The last window there is, if it ended long enough ago.
_LAST_SQL = """
SELECT t.recurrence, t.set_at, w.local_date, w.starts_at, w.ends_at
  FROM promotion AS p
  JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)
  JOIN promotion_window AS w USING (guild_id, promotion_id)
 WHERE p.guild_id = ? AND p.promotion_id = ? AND p.state <> 'over'
   AND w.local_date = (SELECT MAX(other.local_date) FROM promotion_window AS other
                        WHERE other.guild_id = p.guild_id
                          AND other.promotion_id = p.promotion_id)
   AND w.ends_at <= ?
"""
