"""`python -m bot payments`: what the operator does about payments that fit no order."""

import sqlite3
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.currencies import decimals_of
from bot.errors import DatabaseInUse, StartError, Told
from bot.ledger.books import Books
from bot.payments.provider import NO_CURRENCY
from bot.services.clock import utc_now
from bot.services.payment_reviews import REVIEW_REASONS, PaymentReviews
from bot.services.plain_text import plain
from bot.services.waiting_payments import WaitingPayment, read_waiting
from bot.texts import SOURCE_LOCALE, texts_for


async def print_waiting(path: Path) -> int:
    """Print every payment that waits for a person; return 1 when any does, else 0."""
    _check_books(path)
    try:
        waiting = await read_waiting(path)
    except sqlite3.Error as error:
        message = f"{path} cannot be read as books: {error}"
        raise StartError(message) from None
    for payment in waiting:
        print("\n".join(_lines(payment)))
    count = len(waiting) or "none"
    print(f"payments in {path}: {count} {'wait' if len(waiting) > 1 else 'waits'}")
    return 1 if waiting else 0


async def settle_waiting(path: Path, review_id: int, note: str) -> int:
    """Take a payment off the list, with a note for the books; return 0 once that is done."""
    _check_books(path)
    try:
        books = await Books.open(path)
    except DatabaseInUse:
        return _say_no(
            "the bot is running, and it alone writes the books; settle it by the letter that it"
            " sent you, or stop the bot first"
        )
    try:
        reviews = PaymentReviews(books, utc_now)
        kept = await reviews.settle_as_operator(review_id, note)
    except Told as told:
        return _say_no(str(told))
    finally:
        await books.close()
    print(f"payment #{review_id} is settled: {kept}")
    return 0


def _check_books(path: Path) -> None:
    if not path.exists():
        message = f"there are no books at {path}"
        raise StartError(message)


def _say_no(why: str) -> int:
    print(f"Nothing is settled: {why}", file=sys.stderr)
    return 1


def _lines(payment: WaitingPayment) -> tuple[str, str, str]:
    """Return a payment as it is printed; what a provider named is kept to its line."""
    since = datetime.fromtimestamp(payment.noted_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    reason = texts_for(SOURCE_LOCALE)(REVIEW_REASONS[payment.reason])
    about = {
        "guild": payment.guild_id,
        "order": payment.order_id,
        "buyer": payment.buyer_id,
        "SKU": payment.sku_id,
    }
    return (
        f"#{payment.review_id}  {since}  {_amount(payment)}  {reason}",
        f"    {payment.provider} payment {plain(payment.payment_id)}",
        "    " + "  ".join(f"{name} {number or '-'}" for name, number in about.items()),
    )


def _amount(payment: WaitingPayment) -> str:
    if payment.currency == NO_CURRENCY:
        return "price not told"
    amount = Decimal(payment.amount_minor).scaleb(-decimals_of(payment.currency))
    return f"{amount} {payment.currency}"
