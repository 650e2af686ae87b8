"""Payments that a defect of ours kept from being booked: kept for a person, and for the sweep."""

import logging
from dataclasses import replace

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books
from bot.payment_errors import PaymentUnknown
from bot.payments.provider import NO_CURRENCY, Payment, PaymentProvider
from bot.services.bonuses import Read
from bot.services.letters import NO_GUILD
from bot.services.money_orders import find_order
from bot.services.payment_reviews import ReviewReason, note_review

log = logging.getLogger(__name__)


async def keep_defect(books: Books, provider: PaymentProvider, payment_id: str, now: int) -> None:
    """Keep a payment that cannot be booked, unless it is in the books, where the sweep finds it.

    Raises:
        TryAgain: the provider or the books cannot be asked now.
    """
    payment = await _payment(provider, payment_id)
    if not payment.is_paid or 0 < payment.amount_minor == payment.taken_back_minor:
        return

    async def write(connection: aiosqlite.Connection) -> None:
        if await _is_booked(connection, provider.name, payment.payment_id):
            return
        read = connection.execute_fetchall
        order = await find_order(read, payment.guild_id, payment.order_id)
        await note_review(
            connection,
            provider.name,
            payment,
            ReviewReason.DEFECT,
            guild_id=order.guild_id if order else NO_GUILD,
            order_id=order.order_id if order else 0,
            now=now,
        )

    await books.do(write)


async def kept_defects(read: Read, provider: str) -> tuple[str, ...]:
    """Return the payments that a defect kept from being booked and that nobody dealt with."""
    rows = await read(
        "SELECT payment_id FROM payment_review WHERE provider = ? AND reason = ?"
        " AND settled_at = 0 ORDER BY review_id",
        (provider, ReviewReason.DEFECT),
    )
    return tuple(row[0] for row in rows)


async def _payment(provider: PaymentProvider, payment_id: str) -> Payment:
    """Return a payment without its SKU, as its buyer need not be asked where it belongs."""
    try:
        return replace(await provider.payment(payment_id), sku_id=0)
    except TryAgain:
        raise
    except PaymentUnknown:
        log.warning("%s knows no payment %s any more", provider.name, payment_id)
    except Exception:
        # That its answer cannot be read may be the defect itself; then it may well be money.
        log.exception("payment %s of %s cannot be read", payment_id, provider.name)
    return Payment(payment_id=payment_id, amount_minor=0, currency=NO_CURRENCY, is_paid=True)


async def _is_booked(connection: aiosqlite.Connection, provider: str, payment_id: str) -> bool:
    rows = await connection.execute_fetchall(
        "SELECT 1 FROM payment WHERE provider = ? AND payment_id = ?", (provider, payment_id)
    )
    return bool(list(rows))
