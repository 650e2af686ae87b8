"""The payments whose truth is ours: an admin confirms that money came, and notes that it went back.

Nothing is booked here. What is noted is the truth that the providers `manual` and `test` are asked
for, and the books follow it as they follow any other provider.
"""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.errors import AmountOutOfBounds, KeyConflict
from bot.ledger.accounts import MOST_AMOUNT
from bot.ledger.books import Books
from bot.payment_errors import (
    CodeUnknown,
    ConfirmedOtherwise,
    NotByHand,
    NothingPaid,
    OwnOrder,
    PaymentUnknown,
    RefundedAlready,
    RefundTooLarge,
)
from bot.payments.own_payments import OwnChange, OwnPayment, own_payment_id, read_own_payment_id
from bot.payments.provider import TEST_CURRENCY
from bot.services.bonuses import Read
from bot.services.clock import Clock

MANUAL_PROVIDER = "manual"

# Nobody of the guild: the bot was asked by way of the provider.
_NOBODY = 0
_MOST_TYPED = 40

# A test purchase is paid by being credited; a row of its own comes with the first refund.
_FIND_SQL = f"""
SELECT o.guild_id, o.order_id, o.member_id, o.expires_at, o.price_minor, o.currency,
       COALESCE(p.amount_minor, CASE WHEN o.provider = 'test' THEN o.pack_coins END),
       COALESCE(p.currency, CASE WHEN o.provider = 'test' THEN '{TEST_CURRENCY}' END),
       COALESCE(p.paid_at, CASE WHEN o.provider = 'test' AND o.entry_id IS NOT NULL
                                THEN o.ordered_at END, 0),
       COALESCE(p.refunded_minor, 0), p.change_id IS NOT NULL
  FROM purchase_order AS o LEFT JOIN own_payment AS p USING (guild_id, order_id)
 WHERE o.guild_id = ? AND o.order_id = ? AND o.provider = ?
"""
_INSERT_SQL = """
INSERT INTO own_payment (guild_id, order_id, provider, amount_minor, currency, paid_at,
                         refunded_minor, confirmed_by, changed_by, changed_at, change_id, note)
VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?,
        (SELECT COALESCE(MAX(change_id), 0) + 1 FROM own_payment), ?)
"""
_GIVE_BACK_SQL = """
UPDATE own_payment SET refunded_minor = refunded_minor + ?, changed_by = ?, changed_at = ?,
       change_id = (SELECT MAX(change_id) + 1 FROM own_payment)
 WHERE guild_id = ? AND order_id = ?
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """A payment, and whether it has a row of its own."""

    payment: OwnPayment
    is_stored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refund:
    guild_id: int
    order_id: int
    provider: str
    amount_minor: int
    key: str
    given_by: int
    note: str


class OwnPaymentBook:
    """The service of payments by hand; it is also what their providers ask."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def find(self, provider: str, payment_id: str) -> OwnPayment | None:
        """Return a payment, also one that an order still waits for; None when there is no order.

        Raises:
            BooksUnreadable: nobody can tell now.
        """
        place = read_own_payment_id(payment_id)
        if place is None:
            return None
        found = await _find(self._books.read, *place, provider)
        return None if found is None else found.payment

    async def changes(self, provider: str, after: int, limit: int) -> tuple[OwnChange, ...]:
        """Return what was confirmed or given back after a change of that number, oldest first.

        Raises:
            BooksUnreadable: nobody can tell now.
        """
        rows = await self._books.read(
            "SELECT change_id, guild_id, order_id FROM own_payment"
            " WHERE provider = ? AND change_id > ? ORDER BY change_id LIMIT ?",
            (provider, after, limit),
        )
        return tuple(OwnChange(row[0], own_payment_id(row[1], row[2])) for row in rows)

    async def order_of_code(self, guild_id: int, typed: str) -> OwnPayment:
        """Return what is known of the payment for the order with that code, however it is typed.

        Raises:
            CodeUnknown: no order of the guild has it.
            NotByHand: its buyer pays in another way.
        """
        code = plain_code(typed)
        rows = await self._books.read(
            "SELECT order_id FROM purchase_order WHERE guild_id = ? AND code = ?", (guild_id, code)
        )
        if not code or not rows:
            raise CodeUnknown((code or typed)[:_MOST_TYPED])
        found = await _find(self._books.read, guild_id, rows[0][0], MANUAL_PROVIDER)
        if found is None:
            raise NotByHand
        return found.payment

    async def confirm(
        self,
        guild_id: int,
        order_id: int,
        admin_id: int,
        *,
        amount_minor: int,
        currency: str,
        note: str = "",
    ) -> OwnPayment:
        """Note that an admin saw the money for an order (minor units); once more changes nothing.

        Raises:
            AmountOutOfBounds, NotByHand, OwnOrder, ConfirmedOtherwise: nothing was noted.
        """
        if not 1 <= amount_minor <= MOST_AMOUNT:
            raise AmountOutOfBounds(1, MOST_AMOUNT)

        async def write(connection: aiosqlite.Connection) -> OwnPayment:
            found = await _found(connection, guild_id, order_id, MANUAL_PROVIDER)
            payment = found.payment
            if payment.member_id == admin_id:
                raise OwnOrder
            if found.is_stored:
                if (payment.amount_minor, payment.currency) != (amount_minor, currency):
                    raise ConfirmedOtherwise
                return payment
            now = self._clock()
            values = (guild_id, order_id, MANUAL_PROVIDER, amount_minor, currency, now)
            await connection.execute_fetchall(_INSERT_SQL, (*values, admin_id, admin_id, now, note))
            return (await _found(connection, guild_id, order_id, MANUAL_PROVIDER)).payment

        return await self._books.do(write)

    async def reverse(
        self,
        guild_id: int,
        order_id: int,
        admin_id: int,
        *,
        key: str,
        amount_minor: int | None = None,
        note: str = "",
    ) -> OwnPayment:
        """Note that an admin gave `amount_minor` back by hand, or all that is left when None.

        Raises:
            AmountOutOfBounds, NotByHand, NothingPaid, RefundedAlready, RefundTooLarge: nothing was
                noted.
            KeyConflict: the key was used for another amount.
        """

        async def write(connection: aiosqlite.Connection) -> OwnPayment:
            payment = (await _found(connection, guild_id, order_id, MANUAL_PROVIDER)).payment
            given = await _given(connection, guild_id, order_id, key)
            left = payment.amount_minor - payment.refunded_minor
            amount = left if amount_minor is None else amount_minor
            if amount_minor is None and given is not None:
                # The same request again: all that was left then.
                amount = given
            refund = _Refund(
                guild_id=guild_id,
                order_id=order_id,
                provider=MANUAL_PROVIDER,
                amount_minor=amount,
                key=key,
                given_by=admin_id,
                note=note,
            )
            return await _give_back(connection, refund, self._clock())

        return await self._books.do(write)

    async def give_back(self, provider: str, payment_id: str, amount_minor: int, key: str) -> None:
        """Note that money goes back because the provider was asked to; see `OwnPayments`.

        Raises:
            PaymentUnknown, NothingPaid, RefundedAlready, RefundTooLarge, AmountOutOfBounds: nothing
                was noted.
            KeyConflict: the key was used for another amount.
        """
        place = read_own_payment_id(payment_id)
        if place is None:
            raise PaymentUnknown
        refund = _Refund(
            guild_id=place[0],
            order_id=place[1],
            provider=provider,
            amount_minor=amount_minor,
            key=key,
            given_by=_NOBODY,
            note="",
        )

        async def write(connection: aiosqlite.Connection) -> None:
            if await _find(connection.execute_fetchall, *place, provider) is None:
                raise PaymentUnknown
            await _give_back(connection, refund, self._clock())

        await self._books.do(write)


def plain_code(typed: str) -> str:
    """Return an order's code as it is stored, '' when what was typed cannot be one."""
    letters = "".join(one for one in typed.upper() if one.isascii() and one.isalnum())
    half = len(letters) // 2
    return f"{letters[:half]}-{letters[half:]}" if half else ""


async def _find(read: Read, guild_id: int, order_id: int, provider: str) -> _Found | None:
    rows: list[Any] = list(await read(_FIND_SQL, (guild_id, order_id, provider)))
    if not rows:
        return None
    row = rows[0]
    # As long as nobody saw money, what is known of it is what was asked for.
    payment = OwnPayment(
        guild_id=row[0],
        order_id=row[1],
        member_id=row[2],
        expires_at=row[3],
        amount_minor=row[4] if row[6] is None else row[6],
        currency=row[5] if row[7] is None else row[7],
        paid_at=row[8],
        refunded_minor=row[9],
    )
    return _Found(payment, is_stored=bool(row[10]))


async def _found(
    connection: aiosqlite.Connection, guild_id: int, order_id: int, provider: str
) -> _Found:
    found = await _find(connection.execute_fetchall, guild_id, order_id, provider)
    if found is None:
        raise NotByHand
    return found


async def _given(
    connection: aiosqlite.Connection, guild_id: int, order_id: int, key: str
) -> int | None:
    """Return what was given back under a key before, None when nothing was."""
    rows = list(
        await connection.execute_fetchall(
            "SELECT amount_minor FROM own_refund WHERE guild_id = ? AND order_id = ? AND key = ?",
            (guild_id, order_id, key),
        )
    )
    return rows[0][0] if rows else None


async def _give_back(connection: aiosqlite.Connection, refund: _Refund, now: int) -> OwnPayment:
    place = refund.guild_id, refund.order_id
    found = await _found(connection, *place, refund.provider)
    given = await _given(connection, *place, refund.key)
    if given is not None:
        if given != refund.amount_minor:
            message = f"refund {refund.key} was made before with another amount"
            raise KeyConflict(message)
        return found.payment
    _check_refund(found.payment, refund)
    if not found.is_stored:
        await _store(connection, found.payment, refund, now)
    await connection.execute_fetchall(
        "INSERT INTO own_refund (guild_id, order_id, key, amount_minor, given_by, given_at, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*place, refund.key, refund.amount_minor, refund.given_by, now, refund.note),
    )
    await connection.execute_fetchall(
        _GIVE_BACK_SQL, (refund.amount_minor, refund.given_by, now, *place)
    )
    return (await _found(connection, *place, refund.provider)).payment


def _check_refund(payment: OwnPayment, refund: _Refund) -> None:
    if not payment.paid_at:
        raise NothingPaid
    left = payment.amount_minor - payment.refunded_minor
    if not left:
        raise RefundedAlready
    if refund.amount_minor > left:
        raise RefundTooLarge
    if refund.amount_minor < 1:
        raise AmountOutOfBounds(1, left)


async def _store(
    connection: aiosqlite.Connection, payment: OwnPayment, refund: _Refund, now: int
) -> None:
    """Give a test purchase a row of its own, which says that it was paid when it was made."""
    values = (payment.guild_id, payment.order_id, refund.provider, payment.amount_minor)
    more = (payment.currency, payment.paid_at, _NOBODY, refund.given_by, now, "")
    await connection.execute_fetchall(_INSERT_SQL, (*values, *more))
