"""What a pack brings a member at one instant: the best single bonus of the windows open then.

The same question is asked when prices are shown and inside the purchase's transaction, and only
the clock decides which windows are open; what jobs have noted of them so far does not matter.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.posting import Line, from_house
from bot.services.promotion_terms import Terms, Usage, bonus_of, full_bonus

# Asks for rows: a reader's `read`, or the connection inside a transaction.
Read = Callable[[str, tuple[object, ...]], Awaitable[Iterable[Any]]]


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that is open now, as one member meets it."""

    promotion_id: int
    window_id: int
    name: str
    ends_at: int
    terms: Terms
    usage: Usage
    budget_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """The bonus that a pack brings a member now.

    `full_coins` is what it would be without caps and budget; `left_coins` and `left_uses` are what
    the member can still have of this window, None where that has no limit.
    """

    promotion_id: int
    window_id: int
    name: str
    percent: int
    coins: int
    full_coins: int
    ends_at: int
    left_coins: int | None
    left_uses: int | None
    from_budget: bool

    @property
    def is_partial(self) -> bool:
        """Return whether a cap or the budget leaves less than the whole bonus."""
        return self.coins < self.full_coins

    def line_to(self, member_id: int) -> Line:
        """Return the line that gives it: out of the promotion's budget if there is one."""
        if self.from_budget:
            owner_id = budget_owner(self.promotion_id)
            return Line(owner_id, Account.BUDGET, member_id, Account.BONUS, self.coins)
        return from_house(Account.PROMOTED, member_id, Account.BONUS, self.coins)


def budget_owner(promotion_id: int) -> int:
    """Return who owns a promotion's budget: a number that no member and no house can have."""
    return -promotion_id


async def open_windows(
    read: Read, guild_id: int, member_id: int, now: int
) -> tuple[OpenWindow, ...]:
    """Return the windows in which `now` lies (seconds, UTC), with what the member had of each."""
    bought = await read(
        "SELECT 1 FROM purchase_order WHERE guild_id = ? AND member_id = ?"
        " AND entry_id IS NOT NULL LIMIT 1",
        (guild_id, member_id),
    )
    has_bought = bool(list(bought))
    rows = await read(_OPEN_SQL, (member_id, member_id, guild_id, now, now))
    return tuple(
        OpenWindow(
            promotion_id=row[0],
            window_id=row[1],
            name=row[2],
            ends_at=row[3],
            terms=terms_from_row(row[4:12]),
            usage=Usage(row[12], row[13], has_bought),
            budget_left=row[14],
        )
        for row in rows
    )


# The order of `terms_from_row`.
TERMS_COLUMNS = (
    "bonus_percent, bonus_coins, packs, least_coins, first_purchase, member_coins, member_uses,"
    " budget_coins"
)


def terms_from_row(row: Iterable[Any]) -> Terms:
    """Return the terms that a row of `TERMS_COLUMNS` says."""
    percent, coins, packs, least, first, member_coins, member_uses, budget = row
    return Terms(
        bonus_percent=percent,
        bonus_coins=coins,
        packs=tuple(json.loads(packs)),
        least_coins=least,
        first_purchase=bool(first),
        member_coins=member_coins,
        member_uses=member_uses,
        budget_coins=budget,
    )


# What is left of a budget is what the window's own terms promise in all, less what was given in
# all: whatever an admin changed since it began. The pot has that, see `settle_budget`. Windows of
# a promotion that is over have ended, so only a pause is asked for.
_OPEN_SQL = f"""
SELECT w.promotion_id, w.window_id, p.name, w.ends_at,
       t.{TERMS_COLUMNS.replace(", ", ", t.")},
       (SELECT COALESCE(SUM(o.bonus_coins), 0) FROM order_bonus AS o
         WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id AND o.member_id = ?),
       (SELECT COUNT(*) FROM order_bonus AS o
         WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id AND o.member_id = ?),
       MAX(MIN(COALESCE(b.balance, 0), t.budget_coins - COALESCE(g.bonus_coins, 0)), 0)
  FROM promotion_window AS w
  JOIN promotion AS p USING (guild_id, promotion_id)
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = w.terms_id
  LEFT JOIN promotion_total AS g ON g.guild_id = w.guild_id AND g.promotion_id = w.promotion_id
  LEFT JOIN pot AS b ON b.guild_id = w.guild_id AND b.owner_id = -w.promotion_id
                    AND b.account = 'budget'
 WHERE w.guild_id = ? AND w.starts_at <= ? AND w.ends_at > ? AND p.state <> 'paused'
 ORDER BY w.promotion_id
"""


def best_bonus(windows: Iterable[OpenWindow], pack_coins: int) -> Bonus | None:
    """Return the largest single bonus for a pack, the oldest promotion's among equals, or None."""
    best: Bonus | None = None
    for window in windows:
        bonus = _bonus(window, pack_coins)
        if bonus.coins > (0 if best is None else best.coins):
            best = bonus
    return best


def promised_coins(windows: Iterable[OpenWindow], pack_coins: int) -> int:
    """Return the bonus coins that somebody expects of a pack who was told nothing about it.

    That is the largest whole bonus, whatever is left of caps and budgets; only what is for a first
    purchase is nothing to expect of another one.
    """
    return max((full_bonus(one.terms, pack_coins) for one in windows if _is_for(one)), default=0)


def used_up(windows: Iterable[OpenWindow]) -> tuple[Bonus, ...]:
    """Return the bonuses of which a member had all that each may have in one window."""
    bonuses = (_bonus(one, 0) for one in windows if _is_for(one))
    return tuple(bonus for bonus in bonuses if 0 in {bonus.left_coins, bonus.left_uses})


def _is_for(window: OpenWindow) -> bool:
    return not (window.terms.first_purchase and window.usage.has_bought)


def _bonus(window: OpenWindow, pack_coins: int) -> Bonus:
    terms, usage = window.terms, window.usage
    coins = bonus_of(terms, pack_coins, usage, window.budget_left)
    return Bonus(
        promotion_id=window.promotion_id,
        window_id=window.window_id,
        name=window.name,
        percent=terms.bonus_percent,
        coins=coins,
        full_coins=full_bonus(terms, pack_coins),
        ends_at=window.ends_at,
        left_coins=max(terms.member_coins - usage.coins, 0) if terms.member_coins else None,
        left_uses=max(terms.member_uses - usage.uses, 0) if terms.member_uses else None,
        from_budget=terms.budget_coins > 0,
    )


async def note_bonus(
    connection: aiosqlite.Connection,
    bonus: Bonus,
    *,
    guild_id: int,
    order_id: int,
    member_id: int,
    pack_coins: int,
    priced_at: int,
) -> None:
    """Keep with an order which window gave what, at which instant (seconds, UTC)."""
    await connection.execute_fetchall(
        "INSERT INTO order_bonus (guild_id, order_id, member_id, promotion_id, window_id,"
        " bonus_percent, bonus_coins, pack_coins, priced_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guild_id,
            order_id,
            member_id,
            bonus.promotion_id,
            bonus.window_id,
            bonus.percent,
            bonus.coins,
            pack_coins,
            priced_at,
        ),
    )
