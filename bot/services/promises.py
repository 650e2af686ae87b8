"""The bonus that an order was promised while it waits for its money.

The coins leave the promotion's budget at once and wait in the member's pot `promised`, so what was
promised is there when the money comes, and no budget is ever overspent. When the order is closed
without money they go back.
"""

from dataclasses import astuple, fields
from typing import Any

import aiosqlite

from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.posting import Entry, Line, post, to_house
from bot.services.bonuses import OrderBonus, budget_owner, note_bonus


async def promise(connection: aiosqlite.Connection, promised: OrderBonus) -> None:
    """Set the bonus of an order aside."""
    await connection.execute_fetchall(
        "INSERT INTO order_promise (guild_id, order_id, member_id, promotion_id, window_id,"
        " bonus_percent, bonus_coins, pack_coins, priced_at, from_budget, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        astuple(promised),
    )
    line = promised.line_from_source(Account.PROMISED)
    await _post(connection, "promise", promised, line, promised.member_id, promised.priced_at)


async def find_promise(
    connection: aiosqlite.Connection, guild_id: int, order_id: int
) -> OrderBonus | None:
    """Return what an order is still promised, or None."""
    rows = list(
        await connection.execute_fetchall(
            "SELECT guild_id, order_id, member_id, promotion_id, window_id, bonus_percent,"
            " bonus_coins, pack_coins, priced_at, from_budget FROM order_promise"
            " WHERE guild_id = ? AND order_id = ? AND state = 'open'",
            (guild_id, order_id),
        )
    )
    return _promised(tuple(rows[0])) if rows else None


def kept_line(promised: OrderBonus) -> Line:
    """Return the line that keeps a promise, for the entry that credits the order."""
    member_id = promised.member_id
    return Line(member_id, Account.PROMISED, member_id, Account.BONUS, promised.bonus_coins)


async def note_kept(connection: aiosqlite.Connection, kept: OrderBonus) -> None:
    """Note that the order's entry, which has the promise's line, gave the bonus."""
    await _set_state(connection, kept, "kept")
    await note_bonus(connection, kept)


async def release(connection: aiosqlite.Connection, released: OrderBonus, now: int) -> None:
    """Give the coins back to the budget they came from, or to the house when that is over."""
    await _set_state(connection, released, "released")
    member_id, coins = released.member_id, released.bonus_coins
    line = to_house(member_id, Account.PROMISED, Account.PROMOTED, coins)
    if released.from_budget and await _is_alive(connection, released):
        owner_id = budget_owner(released.promotion_id)
        line = Line(member_id, Account.PROMISED, owner_id, Account.BUDGET, coins)
    await _post(connection, "release", released, line, HOUSE_ID, now)


def _promised(row: tuple[Any, ...]) -> OrderBonus:
    *numbers, from_budget = row
    return OrderBonus(**dict(zip(_FIELDS, numbers, strict=True)), from_budget=bool(from_budget))


_FIELDS = [field.name for field in fields(OrderBonus)][:-1]


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
