"""Payments that wait for a person, of all guilds and of none: what the operator looks through."""

from dataclasses import dataclass
from pathlib import Path

from bot.ledger.database import connect_reader
from bot.services.payment_reviews import ReviewReason


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPayment:
    """A payment that waits (minor units of `currency`); zeros where nobody knows.

    `noted_at` is when it was kept, in UTC; buyer and SKU are the order's where it has one.
    """

    review_id: int
    guild_id: int
    provider: str
    payment_id: str
    reason: ReviewReason
    order_id: int
    buyer_id: int
    sku_id: int
    amount_minor: int
    currency: str
    noted_at: int


async def read_waiting(path: Path) -> tuple[WaitingPayment, ...]:
    """Return all payments that wait, the oldest first.

    It reads on a connection of its own, which needs no lock: the bot may run meanwhile.

    Raises:
        sqlite3.Error: the file cannot be read as books.
    """
    connection = await connect_reader(path)
    try:
        rows = list(await connection.execute_fetchall(_SQL))
    finally:
        await connection.close()
    return tuple(
        WaitingPayment(
            review_id=row[0],
            guild_id=row[1],
            provider=row[2],
            payment_id=row[3],
            reason=ReviewReason(row[4]),
            order_id=row[5],
            buyer_id=row[6],
            sku_id=row[7],
            amount_minor=row[8],
            currency=row[9],
            noted_at=row[10],
        )
        for row in rows
    )


_SQL = """
SELECT r.review_id, r.guild_id, r.provider, r.payment_id, r.reason, r.order_id,
       COALESCE(o.member_id, r.member_id), COALESCE(NULLIF(r.sku_id, 0), o.sku_id, 0),
       r.amount_minor, r.currency, r.noted_at
  FROM payment_review AS r LEFT JOIN purchase_order AS o USING (guild_id, order_id)
 WHERE r.settled_at = 0 ORDER BY r.review_id
"""
