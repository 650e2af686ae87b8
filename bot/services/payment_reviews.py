"""Money that fits no order: kept for a person to look at, never credited by itself."""

import logging
from dataclasses import dataclass
from enum import StrEnum

import aiosqlite

from bot.ledger.books import Books
from bot.payment_errors import ReviewNotFound, ReviewSettled
from bot.payments.provider import Payment
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.grants import check_reason
from bot.services.letters import NO_GUILD
from bot.services.plain_text import plain
from bot.services.review_letters import write_review_letters
from bot.texts import N_

log = logging.getLogger(__name__)

# Who settled a payment: an admin is above zero, nobody (the bot by itself) is zero, and an
# operator, who need not be of any server, is below: minus their id, or this where it is not known.
OPERATOR_ID = -1

_LIST_MOST = 20


class ReviewReason(StrEnum):
    """Why a payment was not credited."""

    UNKNOWN_ORDER = "unknown_order"
    WRONG_AMOUNT = "wrong_amount"
    SECOND_PAYMENT = "second_payment"
    WALLET_FULL = "wallet_full"
    OTHER_SEASON = "other_season"
    DEFECT = "defect"


# What a person reads, by the reasons' values.
REVIEW_REASONS: dict[str, str] = {
    ReviewReason.UNKNOWN_ORDER: N_("It names no order that is known here."),
    ReviewReason.WRONG_AMOUNT: N_("The amount is not the price of its order."),
    ReviewReason.SECOND_PAYMENT: N_("Its order was paid before."),
    ReviewReason.WALLET_FULL: N_("The buyer's wallet cannot hold the coins."),
    ReviewReason.OTHER_SEASON: N_("Its order is from a season that is over."),
    ReviewReason.DEFECT: N_(
        "A defect of this bot kept it from being credited; its log says which."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A payment that waits for a person; the amount is in minor units of `currency`."""

    guild_id: int
    review_id: int
    provider: str
    payment_id: str
    reason: ReviewReason
    order_id: int
    amount_minor: int
    currency: str
    noted_at: int


async def note_review(
    connection: aiosqlite.Connection,
    provider: str,
    payment: Payment,
    reason: ReviewReason,
    *,
    guild_id: int,
    order_id: int,
    now: int,
) -> None:
    """Keep a payment for a person to look at, and let those know who can; once a payment."""
    rows = list(
        await connection.execute_fetchall(
            "INSERT INTO payment_review (guild_id, review_id, provider, payment_id, reason,"
            " order_id, member_id, sku_id, amount_minor, currency, noted_at)"
            " VALUES (?, (SELECT COALESCE(MAX(review_id), 0) + 1 FROM payment_review),"
            " ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING review_id",
            (
                guild_id,
                provider,
                payment.payment_id,
                reason,
                order_id,
                payment.member_id,
                payment.sku_id,
                payment.amount_minor,
                payment.currency,
                now,
            ),
        )
    )
    if not rows:
        return
    log.warning("payment %s of %s is kept for review: %s", payment.payment_id, provider, reason)
    facts = {
        "guild_id": guild_id,
        "review_id": rows[0][0],
        "reason": reason.value,
        "payment_id": payment.payment_id,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        # Discord's shop does not tell for which server somebody paid, so they are asked.
        "asked_id": payment.member_id if guild_id == NO_GUILD and payment.sku_id else 0,
    }
    await write_review_letters(connection, facts, now)


async def unassigned_payments(
    read: Read, provider: str, *, member_id: int, sku_id: int
) -> tuple[str, ...]:
    """Return the payments of a member for an SKU that no order was found for."""
    rows = await read(
        "SELECT payment_id FROM payment_review WHERE guild_id = ? AND provider = ?"
        " AND member_id = ? AND sku_id = ? AND settled_at = 0 ORDER BY review_id",
        (NO_GUILD, provider, member_id, sku_id),
    )
    return tuple(row[0] for row in rows)


async def settle_review(
    connection: aiosqlite.Connection, provider: str, payment_id: str, *, by_id: int, now: int
) -> None:
    """Take a payment off the list: it was credited after all, or a person dealt with it."""
    await connection.execute_fetchall(
        "UPDATE payment_review SET settled_by = ?, settled_at = ?"
        " WHERE provider = ? AND payment_id = ? AND settled_at = 0",
        (by_id, now, provider, payment_id),
    )


class PaymentReviews:
    """The service of the review list."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def waiting(self, guild_id: int) -> tuple[Review, ...]:
        """Return what waits for a person in a guild, the oldest first."""
        rows = await self._books.read(
            "SELECT guild_id, review_id, provider, payment_id, reason, order_id, amount_minor,"
            " currency, noted_at FROM payment_review WHERE guild_id = ? AND settled_at = 0"
            " ORDER BY review_id LIMIT ?",
            (guild_id, _LIST_MOST),
        )
        return tuple(
            Review(
                guild_id=row[0],
                review_id=row[1],
                provider=row[2],
                payment_id=row[3],
                reason=ReviewReason(row[4]),
                order_id=row[5],
                amount_minor=row[6],
                currency=row[7],
                noted_at=row[8],
            )
            for row in rows
        )

    async def number_of(self, guild_id: int, provider: str, payment_id: str) -> int | None:
        """Return under which number a payment waits in a guild, None when it does not."""
        rows = await self._books.read(
            "SELECT review_id FROM payment_review WHERE guild_id = ? AND provider = ?"
            " AND payment_id = ? AND settled_at = 0",
            (guild_id, provider, payment_id),
        )
        return rows[0][0] if rows else None

    async def dismiss(self, guild_id: int, admin_id: int, review_id: int, note: str) -> None:
        """Take a payment off the list, as an admin dealt with it; why stays in the books.

        Raises:
            ReviewNotFound: nothing of that number waits in this guild.
        """

        async def write(connection: aiosqlite.Connection) -> None:
            rows = await connection.execute_fetchall(
                "UPDATE payment_review SET settled_by = ?, settled_at = ?, note = ?"
                " WHERE guild_id = ? AND review_id = ? AND settled_at = 0 RETURNING review_id",
                (admin_id, self._clock(), note, guild_id, review_id),
            )
            if not list(rows):
                raise ReviewNotFound(review_id)

        await self._books.do(write)

    async def settle_as_operator(self, review_id: int, note: str, operator_id: int = 0) -> str:
        """Take a payment of any guild, or of none, off the list; return the note as it is kept.

        `operator_id` is 0 where nobody can tell which operator it is.

        Raises:
            ReasonMissing: the note says nothing, or too much.
            ReviewSettled: nothing of that number waits.
        """
        note = check_reason(plain(note))

        async def write(connection: aiosqlite.Connection) -> None:
            rows = await connection.execute_fetchall(
                "UPDATE payment_review SET settled_by = ?, settled_at = ?, note = ?"
                " WHERE review_id = ? AND settled_at = 0 RETURNING review_id",
                (-operator_id or OPERATOR_ID, self._clock(), note, review_id),
            )
            if not list(rows):
                raise ReviewSettled(review_id)

        await self._books.do(write)
        return note
