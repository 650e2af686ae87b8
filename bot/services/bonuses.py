"""What a pack brings a member at one instant: the best single bonus of the windows open then.

The same question is asked when prices are shown and inside the purchase's transaction, and only
the clock decides which windows are open; what jobs have noted of them so far does not matter.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.posting import Line, from_house
from bot.services.promotion_terms import Terms, Usage, bonus_of, full_bonus

# Asks for rows: a reader's `read`, or the connection inside a transaction.
Read = Callable[[str, tuple[object, ...] | Mapping[str, object]], Awaitable[Iterable[Any]]]


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


def budget_owner(promotion_id: int) -> int:
    """Return who owns a promotion's budget: a number that no member and no house can have."""
    return -promotion_id


async def open_windows(
    read: Read, guild_id: int, member_id: int, now: int
) -> tuple[OpenWindow, ...]:
    """Return the windows in which `now` lies (seconds, UTC), with what the member had of each.

    What the member's own orders that wait were promised of a promotion counts as free: the next
    order takes it over, so that nobody holds a budget with many orders (see `promises.take_over`).
    """
    has_bought = bool(list(await read(_BOUGHT_SQL, (guild_id, member_id))))
    rows = await read(_OPEN_SQL, (guild_id, member_id, now))
    return tuple(
        OpenWindow(
            promotion_id=row[0],
            window_id=row[1],
            name=row[2],
            ends_at=row[3],
            terms=terms_from_row(row[4:12]),
            usage=Usage(row[12], row[13], has_bought or bool(row[14])),
            budget_left=row[15],
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


# Play money of a season before was no purchase.
_BOUGHT_SQL = """
SELECT 1 FROM purchase_order
 WHERE guild_id = ?1 AND member_id = ?2
   AND entry_id > COALESCE((SELECT CAST(value AS INTEGER) FROM guild_setting
                             WHERE guild_id = ?1 AND name = 'season_entry_id'), 0)
 LIMIT 1
"""

# What is left of a budget is what the window's own terms promise in all, less what was given in
# all: whatever an admin changed since it began. The pot has that, see `settle_budget`. Windows of
# a promotion that is over have ended, so only a pause is asked for; an order of before may still be
# paid, and the budget that is asked for it then has nothing, as what an own order holds goes to the
# house. What is promised to others' orders that wait for their money is as good as used; an own one
# that another promotion promises a bonus counts as a purchase, so that two opened at once bring one
# bonus for a first purchase.
_OPEN_SQL = f"""
WITH own AS MATERIALIZED (
    SELECT promotion_id, SUM(bonus_coins) AS coins,
           SUM(bonus_coins * from_budget) AS budget_coins
      FROM order_promise INDEXED BY order_promise_member
     WHERE guild_id = ?1 AND member_id = ?2 AND state = 'open'
     GROUP BY promotion_id
)
SELECT w.promotion_id, w.window_id, p.name, w.ends_at,
       t.{TERMS_COLUMNS.replace(", ", ", t.")},
       (SELECT COALESCE(SUM(o.bonus_coins), 0) FROM order_bonus AS o
         WHERE o.guild_id = ?1 AND o.window_id = w.window_id AND o.member_id = ?2),
       (SELECT COUNT(*) FROM order_bonus AS o
         WHERE o.guild_id = ?1 AND o.window_id = w.window_id AND o.member_id = ?2),
       EXISTS (SELECT 1 FROM own WHERE own.promotion_id <> w.promotion_id),
       MAX(MIN(COALESCE(b.balance, 0) + IIF(p.state = 'over', 0, COALESCE(own.budget_coins, 0)),
               t.budget_coins - COALESCE(g.bonus_coins, 0) + COALESCE(own.coins, 0)), 0)
  FROM promotion_window AS w
  JOIN promotion AS p USING (guild_id, promotion_id)
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = w.terms_id
  LEFT JOIN own ON own.promotion_id = w.promotion_id
  LEFT JOIN promotion_total AS g ON g.guild_id = w.guild_id AND g.promotion_id = w.promotion_id
  LEFT JOIN pot AS b ON b.guild_id = w.guild_id AND b.owner_id = -w.promotion_id
                    AND b.account = 'budget'
 WHERE w.guild_id = ?1 AND w.starts_at <= ?3 AND w.ends_at > ?3 AND p.state <> 'paused'
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBonus:
    """The bonus of one order, with the window that gives it and the instant whose price it is."""

    guild_id: int
    order_id: int
    member_id: int
    promotion_id: int
    window_id: int
    bonus_percent: int
    bonus_coins: int
    pack_coins: int
    priced_at: int
    from_budget: bool

    @classmethod
    def of(
        cls, bonus: Bonus, *, guild_id: int, order_id: int, member_id: int, coins: int, now: int
    ) -> Self:
        """Return the bonus as it goes with an order for a pack of `coins`, made now."""
        return cls(
            guild_id=guild_id,
            order_id=order_id,
            member_id=member_id,
            promotion_id=bonus.promotion_id,
            window_id=bonus.window_id,
            bonus_percent=bonus.percent,
            bonus_coins=bonus.coins,
            pack_coins=coins,
            priced_at=now,
            from_budget=bonus.from_budget,
        )

    def line_from_source(self, target: Account) -> Line:
        """Return the line that brings it to the member: out of the budget if there is one."""
        if self.from_budget:
            owner_id = budget_owner(self.promotion_id)
            return Line(owner_id, Account.BUDGET, self.member_id, target, self.bonus_coins)
        return from_house(Account.PROMOTED, self.member_id, target, self.bonus_coins)


async def note_bonus(connection: aiosqlite.Connection, given: OrderBonus) -> None:
    """Keep with a credited order which window gave what, at which instant (seconds, UTC)."""
    await connection.execute_fetchall(
        "INSERT INTO order_bonus (guild_id, order_id, member_id, promotion_id, window_id,"
        " bonus_percent, bonus_coins, pack_coins, priced_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            given.guild_id,
            given.order_id,
            given.member_id,
            given.promotion_id,
            given.window_id,
            given.bonus_percent,
            given.bonus_coins,
            given.pack_coins,
            given.priced_at,
        ),
    )
