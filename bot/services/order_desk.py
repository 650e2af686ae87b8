"""Orders for money as admins see them: those that wait to be confirmed, and one by its code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.currencies import Money
from bot.ledger.books import Books
from bot.payment_errors import CodeUnknown
from bot.services.bonuses import Read
from bot.services.money_orders import MoneyOrder, find_by_code, find_order
from bot.services.own_payments import MANUAL_PROVIDER, plain_code
from bot.services.season_marks import season_entry_sql

DESK_PAGE = 5
_MOST_CHOICES = 25
_MOST_TYPED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPayment:
    """What came in for an order, and what of it went back (minor units of `currency`).

    `coins_back` are those of the pack that went back with it, `bonus_back` those of its bonus.
    """

    payment_id: str
    amount_minor: int
    back_minor: int
    currency: str
    disputes_open: int
    is_test: bool
    paid_at: int
    coins_back: int
    bonus_back: int
    unspent_back: int
    gift_back: int
    debt_back: int

    @property
    def left_minor(self) -> int:
        """Return what can still be given back."""
        return max(self.amount_minor - self.back_minor, 0)

    @property
    def left(self) -> Money:
        """Return what can still be given back, with its currency."""
        return Money(self.left_minor, self.currency)


@dataclass(frozen=True, slots=True)
class OrderRefund:
    """Money that an admin gave back, and why; `sent_at` is 0 while nobody knows of an answer.

    Times are in seconds, UTC.
    """

    amount: Money
    reason: str
    admin_id: int
    sent_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOrder:
    """An order, and its payment once there is one; `is_past` in a season whose books are closed.

    `refunds` are those that admins asked for here, the latest last; providers may know of more.
    """

    order: MoneyOrder
    payment: OrderPayment | None
    is_past: bool
    refunds: tuple[OrderRefund, ...]

    @property
    def price(self) -> Money:
        """Return what the order costs."""
        return Money(self.order.price_minor, self.order.currency)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Orders that wait for an admin to see their money, oldest first, `count` of them in all.

    A page begins behind an order: `newer` is where the next one does, `older` where the one before
    this does, None where there is none.
    """

    orders: tuple[MoneyOrder, ...]
    count: int
    after: int
    older: int | None
    newer: int | None


class OrderDesk:
    """The service behind the desk; only reads."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def waiting(self, guild_id: int, *, after: int = 0) -> WaitingPage:
        """Return the orders paid by hand that still wait, from behind the order `after` on."""
        rows = await self._books.read(_WAITING_SQL, (guild_id,))
        numbers = [row[0] for row in rows]
        behind = [number for number in numbers if number > after]
        shown, before = behind[:DESK_PAGE], numbers[: len(numbers) - len(behind)]
        orders = await self.numbered(guild_id, shown)
        return WaitingPage(
            orders=tuple(orders[number] for number in shown if number in orders),
            count=len(numbers),
            after=after,
            older=_begin_before(before) if before else None,
            newer=shown[-1] if len(behind) > DESK_PAGE else None,
        )

    async def numbered(self, guild_id: int, order_ids: Iterable[int]) -> dict[int, MoneyOrder]:
        """Return orders by their numbers, as far as there are any."""
        found = [await find_order(self._books.read, guild_id, one) for one in order_ids]
        return {order.order_id: order for order in found if order is not None}

    async def find(self, guild_id: int, typed: str) -> DeskOrder:
        """Return the order with a code, however it is typed.

        Raises:
            CodeUnknown: no order of the guild has it.
        """
        code = plain_code(typed)
        order = await find_by_code(self._books.read, guild_id, code) if code else None
        if order is None:
            raise CodeUnknown((code or typed)[:_MOST_TYPED])
        return DeskOrder(
            order=order,
            payment=await read_payment(self._books.read, guild_id, order.order_id),
            is_past=await self._is_past(order),
            refunds=await self._refunds(order),
        )

    async def to_confirm(self, guild_id: int, typed: str) -> tuple[MoneyOrder, ...]:
        """Return orders that wait to be confirmed and have what was typed in their code."""
        return await self._like(guild_id, typed, _LIKE_WAITING_SQL)

    async def to_refund(self, guild_id: int, typed: str) -> tuple[MoneyOrder, ...]:
        """Return orders of which money can go back, newest first, by what their code has."""
        return await self._like(guild_id, typed, _LIKE_PAID_SQL)

    async def _like(self, guild_id: int, typed: str, sql: str) -> tuple[MoneyOrder, ...]:
        letters = "".join(one for one in typed.upper() if one.isascii() and one.isalnum())
        rows = await self._books.read(sql, (guild_id, letters, _MOST_CHOICES))
        orders = await self.numbered(guild_id, [row[0] for row in rows])
        return tuple(orders.values())

    async def _refunds(self, order: MoneyOrder) -> tuple[OrderRefund, ...]:
        rows = await self._books.read(
            "SELECT amount_minor, reason, asked_by, sent_at FROM refund_request"
            " WHERE guild_id = ? AND order_id = ? AND tried_at > 0"
            " ORDER BY sent_at = 0 DESC, tried_at DESC, request_id DESC LIMIT ?",
            (order.guild_id, order.order_id, DESK_PAGE),
        )
        return tuple(
            OrderRefund(Money(row[0], order.currency), row[1], row[2], row[3])
            for row in reversed(list(rows))
        )

    async def _is_past(self, order: MoneyOrder) -> bool:
        if order.entry_id is None:
            return False
        rows = await self._books.read(
            f"SELECT {season_entry_sql('?')}",
            (order.guild_id,),
        )
        return order.entry_id <= rows[0][0]


def _begin_before(before: list[int]) -> int:
    """Return behind which order the page before this one begins, 0 for the first page."""
    return before[-DESK_PAGE - 1] if len(before) > DESK_PAGE else 0


async def read_payment(read: Read, guild_id: int, order_id: int) -> OrderPayment | None:
    """Return what came in for an order and what went back, None before anything was credited."""
    rows: list[Any] = list(await read(_PAYMENT_SQL, (guild_id, order_id)))
    if not rows:
        return None
    row = rows[0]
    return OrderPayment(
        payment_id=row[0],
        amount_minor=row[1],
        back_minor=min(row[2], row[1]),
        currency=row[3],
        disputes_open=row[4],
        is_test=bool(row[5]),
        paid_at=row[6],
        coins_back=row[7],
        bonus_back=row[8],
        unspent_back=row[9],
        gift_back=row[10],
        debt_back=row[11],
    )


# Where money was seen already, and was not the price, a payment waits for a person.
_OPEN_SQL = f"""
SELECT o.order_id FROM purchase_order AS o
 WHERE o.guild_id = ? AND o.state = 'open' AND o.provider = '{MANUAL_PROVIDER}'
   AND NOT EXISTS (SELECT 1 FROM own_payment AS p
                    WHERE p.guild_id = o.guild_id AND p.order_id = o.order_id)
"""
_WAITING_SQL = f"{_OPEN_SQL} ORDER BY o.order_id"
_LIKE_WAITING_SQL = (
    f"{_OPEN_SQL} AND instr(replace(o.code, '-', ''), ?) > 0 ORDER BY o.order_id LIMIT ?"
)
_LIKE_PAID_SQL = """
SELECT o.order_id FROM purchase_order AS o JOIN payment AS p USING (guild_id, order_id)
 WHERE o.guild_id = ? AND o.code <> '' AND instr(replace(o.code, '-', ''), ?) > 0
   AND p.refunded_minor + p.lost_minor < p.amount_minor ORDER BY o.order_id DESC LIMIT ?
"""
_PAYMENT_SQL = """
SELECT p.payment_id, p.amount_minor, p.refunded_minor + p.lost_minor, p.currency, p.disputes_open,
       p.is_test, p.paid_at, COALESCE(SUM(c.coins), 0), COALESCE(SUM(c.bonus_coins), 0),
       COALESCE(SUM(c.unspent_coins), 0), COALESCE(SUM(c.gift_coins), 0),
       COALESCE(SUM(c.debt_coins), 0)
  FROM payment AS p LEFT JOIN lot_change AS c USING (guild_id, order_id)
 WHERE p.guild_id = ? AND p.order_id = ? GROUP BY p.order_id
"""
