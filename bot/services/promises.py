"""The bonus that an order was promised while it waits for its money.

The coins leave the promotion's budget at once and wait in the member's pot `promised`, so what was
promised is there when the money comes, and no budget is ever overspent. When the order is closed
without money they go back. Of one promotion a member has one promise, with the newest order: the
older ones can still be paid, and bring their bonus as far as it is still there then.
"""

from dataclasses import astuple, dataclass, fields, replace
from typing import Any

import aiosqlite

from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.posting import Entry, Line, post, to_house
from bot.services.bonuses import OrderBonus, budget_owner, note_bonus, open_windows
from bot.services.money_orders import MoneyOrder
from bot.services.promotion_terms import bonus_of


async def promise(connection: aiosqlite.Connection, promised: OrderBonus) -> None:
    """Set the bonus of an order aside."""
    await connection.execute_fetchall(
        f"INSERT INTO order_promise ({_COLUMNS}, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        astuple(promised),
    )
    line = promised.line_from_source(Account.PROMISED)
    await _post(connection, "promise", promised, line, promised.member_id, promised.priced_at)


async def find_promise(
    connection: aiosqlite.Connection, guild_id: int, order_id: int
) -> OrderBonus | None:
    """Return what an order is still promised, or None."""
    return await _find(connection, guild_id, order_id, "open")


async def take_over(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, promotion_id: int, now: int
) -> tuple[int, ...]:
    """Let a member's orders that wait hold nothing of a promotion any more; return which did."""
    rows = await connection.execute_fetchall(
        f"SELECT {_COLUMNS} FROM order_promise INDEXED BY order_promise_member"
        " WHERE guild_id = ? AND member_id = ? AND promotion_id = ? AND state = 'open'"
        " ORDER BY order_id",
        (guild_id, member_id, promotion_id),
    )
    held = [_promised(tuple(row)) for row in rows]
    for promised in held:
        await release(connection, promised, now)
    return tuple(promised.order_id for promised in held)


@dataclass(frozen=True, slots=True)
class DueBonus:
    """The bonus that comes with an order's money: set aside for it, or given as it is still there.

    `promised` is what it was promised, and `bonus` what it brings, None for nothing.
    """

    promised: OrderBonus | None
    bonus: OrderBonus | None

    @property
    def coins(self) -> int:
        """Return the bonus coins it brings."""
        return self.bonus.bonus_coins if self.bonus else 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the line that brings it, for the entry that credits the order."""
        bonus = self.bonus
        if bonus is None:
            return ()
        if self.promised is None:
            return (bonus.line_from_source(Account.BONUS),)
        member_id = bonus.member_id
        return (Line(member_id, Account.PROMISED, member_id, Account.BONUS, bonus.bonus_coins),)


async def due_bonus(
    connection: aiosqlite.Connection, order: MoneyOrder, *, is_late: bool
) -> DueBonus:
    """Return what comes with an order's money, which came too late for a promise or did not."""
    promised = await find_promise(connection, order.guild_id, order.order_id)
    if is_late:
        return DueBonus(promised, None)
    return DueBonus(promised, promised or await _still_there(connection, order))


async def _still_there(connection: aiosqlite.Connection, order: MoneyOrder) -> OrderBonus | None:
    """Return what is left for an order of a promise that went back, at the price of its instant.

    A newer order may have taken it over, or the order was closed before its money was seen.
    """
    released = await _find(connection, order.guild_id, order.order_id, "released")
    if released is None:
        return None
    windows = await open_windows(
        connection.execute_fetchall, order.guild_id, order.member_id, released.priced_at
    )
    for window in windows:
        if window.window_id == released.window_id:
            left = bonus_of(window.terms, released.pack_coins, window.usage, window.budget_left)
            coins = min(left, released.bonus_coins)
            from_budget = window.terms.budget_coins > 0
            return replace(released, bonus_coins=coins, from_budget=from_budget) if coins else None
    return None


async def free_for(connection: aiosqlite.Connection, due: DueBonus, now: int) -> None:
    """Make room for the bonus that is about to be posted; what comes late gives its promise back.

    An order that is paid goes before the newer one that took its promise over and is not.
    """
    if due.bonus is None:
        if due.promised is not None:
            await release(connection, due.promised, now)
    elif due.promised is None:
        bonus = due.bonus
        await take_over(connection, bonus.guild_id, bonus.member_id, bonus.promotion_id, now)


async def note_due(connection: aiosqlite.Connection, due: DueBonus) -> None:
    """Note that the order's entry, which has the bonus's line, gave it."""
    if due.bonus is None:
        return
    if due.promised is not None:
        await _set_state(connection, due.promised, "kept")
    await note_bonus(connection, due.bonus)


async def release(connection: aiosqlite.Connection, released: OrderBonus, now: int) -> None:
    """Give the coins back to the budget they came from, or to the house when that is over."""
    await _set_state(connection, released, "released")
    member_id, coins = released.member_id, released.bonus_coins
    line = to_house(member_id, Account.PROMISED, Account.PROMOTED, coins)
    if released.from_budget and await _is_alive(connection, released):
        owner_id = budget_owner(released.promotion_id)
        line = Line(member_id, Account.PROMISED, owner_id, Account.BUDGET, coins)
    await _post(connection, "release", released, line, HOUSE_ID, now)


async def _find(
    connection: aiosqlite.Connection, guild_id: int, order_id: int, state: str
) -> OrderBonus | None:
    rows = list(
        await connection.execute_fetchall(
            f"SELECT {_COLUMNS} FROM order_promise"
            " WHERE guild_id = ? AND order_id = ? AND state = ?",
            (guild_id, order_id, state),
        )
    )
    return _promised(tuple(rows[0])) if rows else None


def _promised(row: tuple[Any, ...]) -> OrderBonus:
    *numbers, from_budget = row
    return OrderBonus(**dict(zip(_FIELDS, numbers, strict=True)), from_budget=bool(from_budget))


_FIELDS = [field.name for field in fields(OrderBonus)][:-1]
_COLUMNS = ", ".join([*_FIELDS, "from_budget"])


async def _is_alive(connection: aiosqlite.Connection, released: OrderBonus) -> bool:
    rows = await connection.execute_fetchall(
        "SELECT 1 FROM promotion WHERE guild_id = ? AND promotion_id = ? AND state <> 'over'",
        (released.guild_id, released.promotion_id),
    )
    return bool(list(rows))


async def _set_state(connection: aiosqlite.Connection, promised: OrderBonus, state: str) -> None:
    await connection.execute_fetchall(
        "UPDATE order_promise SET state = ? WHERE guild_id = ? AND order_id = ?",
        (state, promised.guild_id, promised.order_id),
    )


async def _post(
    connection: aiosqlite.Connection,
    kind: str,
    promised: OrderBonus,
    line: Line,
    actor_id: int,
    now: int,
) -> None:
    await post(
        connection,
        Entry(
            guild_id=promised.guild_id,
            key=f"{kind}:{promised.order_id}",
            kind=kind,
            actor_id=actor_id,
            posted_at=now,
            lines=(line,),
            content=(line.amount,),
        ),
    )
