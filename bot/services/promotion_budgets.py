"""Budgets of promotions: pots that bonuses are drawn from, filled and emptied by admins.

A budget is for all windows together, and a window keeps the budget that it began with. So while one
is open, the pot has what its own terms and those of the next windows need; what is left over goes
back when it has ended. What a window without a budget gives counts too, as far as there is any.
"""

from dataclasses import dataclass

import aiosqlite

from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.posting import Entry, Line, post
from bot.promotion_errors import BudgetSpent
from bot.services.bonuses import Read, budget_owner


@dataclass(frozen=True, slots=True)
class _Need:
    """What a promotion's pot has and should have (bonus coins), and which terms say so."""

    terms_id: int
    given_coins: int
    pot_coins: int
    pot_version: int
    needed_coins: int


async def refuse_spent_budget(
    read: Read, guild_id: int, promotion_id: int, budget_coins: int
) -> None:
    """Refuse a budget (bonus coins, 0 is none) that is less than what was given already.

    Raises:
        BudgetSpent: it is.
    """
    rows = await read(
        "SELECT bonus_coins FROM promotion_total WHERE guild_id = ? AND promotion_id = ?",
        (guild_id, promotion_id),
    )
    given = sum(row[0] for row in rows)
    if budget_coins and budget_coins < given:
        raise BudgetSpent(given)


async def set_budget(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, *, admin_id: int, now: int
) -> None:
    """Set aside what the terms that are new need, beside those of a window that is open."""
    need = await _need(connection, guild_id, promotion_id, now)
    key = f"budget:{promotion_id}:{need.terms_id}"
    await _fill(connection, guild_id, promotion_id, need, key=key, actor_id=admin_id, now=now)


async def settle_budget(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> None:
    """Give back what a window that has ended needed and later ones do not."""
    need = await _need(connection, guild_id, promotion_id, now)
    # What was given may go back, so no sum tells one time from another; the pot's own count does.
    key = f"budget:{promotion_id}:{need.terms_id}:after:v{need.pot_version}"
    await _fill(connection, guild_id, promotion_id, need, key=key, actor_id=HOUSE_ID, now=now)


async def return_budget(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, *, actor_id: int, now: int
) -> None:
    """Give back what is left of the budget of a promotion that is over."""
    need = await _need(connection, guild_id, promotion_id, now)
    key = f"budget:{promotion_id}:over"
    await _fill(connection, guild_id, promotion_id, need, key=key, actor_id=actor_id, now=now)


async def _need(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> _Need:
    values = {"guild": guild_id, "promotion": promotion_id, "now": now}
    rows = list(await connection.execute_fetchall(_NEED_SQL, values))
    return _Need(*rows[0])


_NEED_SQL = """
SELECT p.terms_id, COALESCE(g.bonus_coins, 0), COALESCE(b.balance, 0), COALESCE(b.version, 0),
       MAX(0, CASE p.state WHEN 'over' THEN 0 ELSE
           MAX(t.budget_coins,
               COALESCE((SELECT MAX(begun.budget_coins)
                           FROM promotion_window AS w JOIN promotion_terms AS begun
                                USING (guild_id, promotion_id, terms_id)
                          WHERE w.guild_id = p.guild_id AND w.promotion_id = p.promotion_id
                            AND w.starts_at <= :now AND w.ends_at > :now), 0))
           - COALESCE(g.bonus_coins, 0) END)
  FROM promotion AS p JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)
  LEFT JOIN promotion_total AS g ON g.guild_id = p.guild_id AND g.promotion_id = p.promotion_id
  LEFT JOIN pot AS b ON b.guild_id = p.guild_id AND b.owner_id = -p.promotion_id
                    AND b.account = 'budget'
 WHERE p.guild_id = :guild AND p.promotion_id = :promotion
"""


async def _fill(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    need: _Need,
    *,
    key: str,
    actor_id: int,
    now: int,
) -> None:
    """Put what is missing into the promotion's pot, or take out what is too much."""
    coins = need.needed_coins - need.pot_coins
    if coins == 0:
        return
    owner_id = budget_owner(promotion_id)
    line = Line(HOUSE_ID, Account.PROMOTED, owner_id, Account.BUDGET, coins)
    if coins < 0:
        line = Line(owner_id, Account.BUDGET, HOUSE_ID, Account.PROMOTED, -coins)
    await post(
        connection,
        Entry(
            guild_id=guild_id,
            key=key,
            kind="budget",
            actor_id=actor_id,
            posted_at=now,
            lines=(line,),
            content=(promotion_id, coins),
        ),
    )
