"""Orders for money as rows: found by their number, their code, their checkout, or by who waits."""

from dataclasses import astuple, dataclass
from typing import Any

import aiosqlite

from bot.payments.provider import PayableOrder
from bot.services.bonuses import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyOrder:
    """An order for a pack; the price is in minor units of `currency`, times in seconds, UTC.

    `state` is open (waits for its money), credited, or closed (nothing came in time).
    """

    guild_id: int
    order_id: int
    member_id: int
    coins: int
    bonus_coins: int
    price_minor: int
    currency: str
    provider: str
    code: str
    checkout_id: str
    sku_id: int
    state: str
    ordered_at: int
    expires_at: int
    entry_id: int | None


_COLUMNS = (
    "guild_id, order_id, member_id, pack_coins, bonus_coins, price_minor, currency, provider, code,"
    " checkout_id, sku_id, state, ordered_at, expires_at, entry_id"
)
_BY_ID_SQL = f"SELECT {_COLUMNS} FROM purchase_order WHERE guild_id = ? AND order_id = ?"
_BY_CODE_SQL = f"SELECT {_COLUMNS} FROM purchase_order WHERE guild_id = ? AND code = ?"
_BY_CHECKOUT_SQL = f"SELECT {_COLUMNS} FROM purchase_order WHERE provider = ? AND checkout_id = ?"
# A provider that was told no order: the member's orders that waited when they paid, newest first.
_WAITING_SQL = f"""
SELECT {_COLUMNS} FROM purchase_order
 WHERE provider = ? AND sku_id = ? AND member_id = ? AND ordered_at <= ? AND expires_at >= ?
   AND entry_id IS NULL
 ORDER BY state = 'open' DESC, ordered_at DESC
"""
# Who cancels an order may still have its page open, and who pays there is credited. What is paid by
# hand an admin sees first.
_PAYABLE = (
    "(state = 'open' OR (state = 'closed' AND checkout_id <> '' AND provider <> 'manual'"
    " AND expires_at > ?))"
)
_COUNT_PAYABLE_SQL = f"""
SELECT COUNT(*) FROM purchase_order WHERE guild_id = ? AND member_id = ? AND {_PAYABLE}
"""
_OVERDUE_SQL = f"""
SELECT {_COLUMNS} FROM purchase_order
 WHERE state = 'open' AND expires_at <= ? AND (expires_at, order_id, guild_id) > (?, ?, ?)
 ORDER BY expires_at, order_id, guild_id LIMIT ?
"""


# Before all places.
FIRST_PLACE = (0, 0, 0)


async def find_order(read: Read, guild_id: int, order_id: int) -> MoneyOrder | None:
    """Return an order by its number, None when there is none."""
    return _first(await _rows(read, _BY_ID_SQL, (guild_id, order_id)))


async def find_by_code(read: Read, guild_id: int, code: str) -> MoneyOrder | None:
    """Return an order by the code that a person writes on a transfer."""
    return _first(await _rows(read, _BY_CODE_SQL, (guild_id, code)))


async def find_by_checkout(read: Read, provider: str, checkout_id: str) -> MoneyOrder | None:
    """Return the order that a provider's checkout is for."""
    return _first(await _rows(read, _BY_CHECKOUT_SQL, (provider, checkout_id)))


async def waiting_orders(
    read: Read, provider: str, *, sku_id: int, member_id: int, ordered_before: int, open_after: int
) -> tuple[MoneyOrder, ...]:
    """Return what a payment can be for whose provider knows only who paid for what, newest first.

    Those are the orders that were made before an instant and waited after another (seconds, UTC).
    """
    values = (provider, sku_id, member_id, ordered_before, open_after)
    return tuple(_order(row) for row in await _rows(read, _WAITING_SQL, values))


async def count_payable(read: Read, guild_id: int, member_id: int, now: int) -> int:
    """Return how many of a member's orders can be paid by now (seconds, UTC), wanted or not."""
    rows = await _rows(read, _COUNT_PAYABLE_SQL, (guild_id, member_id, now))
    return rows[0][0]


def payable_sql(orders: str) -> str:
    """Return the SQL of what can still be paid; `orders` is the table's name, a `?` takes now."""
    columns = ("state", "checkout_id", "provider", "expires_at")
    condition = _PAYABLE
    for column in columns:
        condition = condition.replace(f"{column} ", f"{orders}.{column} ")
    return condition


async def overdue_orders(
    read: Read, now: int, after: tuple[int, int, int], most: int
) -> tuple[MoneyOrder, ...]:
    """Return open orders whose time has passed, behind a place, the longest overdue first."""
    return tuple(_order(row) for row in await _rows(read, _OVERDUE_SQL, (now, *after, most)))


def place_of(order: MoneyOrder) -> tuple[int, int, int]:
    """Return an order's place among those whose time has passed."""
    return order.expires_at, order.order_id, order.guild_id


async def _rows(read: Read, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await read(sql, values)]


def _first(rows: list[tuple[Any, ...]]) -> MoneyOrder | None:
    return _order(rows[0]) if rows else None


def _order(row: tuple[Any, ...]) -> MoneyOrder:
    return MoneyOrder(
        guild_id=row[0],
        order_id=row[1],
        member_id=row[2],
        coins=row[3],
        bonus_coins=row[4],
        price_minor=row[5],
        currency=row[6],
        provider=row[7],
        code=row[8],
        checkout_id=row[9],
        sku_id=row[10],
        state=row[11],
        ordered_at=row[12],
        expires_at=row[13],
        entry_id=row[14],
    )


def payable(order: MoneyOrder, title: str) -> PayableOrder:
    """Return an order as its provider needs to know it."""
    return PayableOrder(
        guild_id=order.guild_id,
        order_id=order.order_id,
        member_id=order.member_id,
        coins=order.coins,
        price_minor=order.price_minor,
        currency=order.currency,
        code=order.code,
        title=title,
        expires_at=order.expires_at,
        sku_id=order.sku_id,
    )


async def insert_order(connection: aiosqlite.Connection, order: MoneyOrder) -> None:
    """Store a new order."""
    marks = ", ".join("?" * _COLUMNS.count(",")) + ", ?"
    await connection.execute_fetchall(
        f"INSERT INTO purchase_order ({_COLUMNS}) VALUES ({marks})", astuple(order)
    )


async def set_state(connection: aiosqlite.Connection, order: MoneyOrder, state: str) -> None:
    """Let an open order be closed, or a closed one open again."""
    await connection.execute_fetchall(
        "UPDATE purchase_order SET state = ? WHERE guild_id = ? AND order_id = ?",
        (state, order.guild_id, order.order_id),
    )
