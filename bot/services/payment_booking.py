"""What one payment's present state means for the books, inside one transaction."""

from dataclasses import dataclass, replace
from enum import StrEnum

import aiosqlite

from bot.errors import WalletFull
from bot.ledger.accounts import Account
from bot.ledger.posting import Entry, Line, from_house, post
from bot.payments.provider import (
    CLOCKS_APART_SECONDS,
    NO_CURRENCY,
    TEST_CURRENCY,
    Notice,
    Payment,
)
from bot.services.freezes import note_debt
from bot.services.letters import write_letter
from bot.services.money_orders import (
    MoneyOrder,
    find_by_checkout,
    find_order,
    set_state,
    waiting_orders,
)
from bot.services.pack_lines import lines_of_coins, refuse_full
from bot.services.payment_changes import counts_as_bonus, follow, note_payment
from bot.services.payment_reviews import (
    ReviewReason,
    note_review,
    settle_review,
    unassigned_payments,
)
from bot.services.promises import due_bonus, find_promise, free_for, note_due, release
from bot.services.season_marks import current_season

# Nobody: the payment was credited by itself after all.
_BY_ITSELF = 0


class Outcome(StrEnum):
    """What a notice led to."""

    NOTHING = "nothing"  # all of it was booked before
    CREDITED = "credited"
    CHANGED = "changed"  # a refund, a dispute, or the end of one
    CLOSED = "closed"  # the order will not be paid any more
    REVIEW = "review"  # a person has to look at it


@dataclass(frozen=True, slots=True)
class Settled:
    """What a notice led to, and for which order; zeros when there is none."""

    outcome: Outcome
    guild_id: int = 0
    order_id: int = 0
    reason: ReviewReason | None = None  # why a person has to look at it, or had to

    @property
    def is_news(self) -> bool:
        """Tell whether there may be somebody to tell."""
        return self.outcome in {Outcome.CREDITED, Outcome.CHANGED, Outcome.REVIEW}


async def book(
    connection: aiosqlite.Connection, provider: str, notice: Notice, payment: Payment, now: int
) -> Settled:
    """Book the difference between what a payment is and what the books have of it."""
    if notice.event_id and not await _note_event(connection, provider, notice, now):
        return Settled(Outcome.NOTHING)
    order = await _order_of(connection, provider, payment, now)
    if order is None:
        return await _keep(connection, provider, payment, ReviewReason.UNKNOWN_ORDER, None, now)
    if not payment.is_paid:
        return await _unpaid(connection, order, payment, now)
    wrong = await _what_is_wrong(connection, provider, payment, order)
    if wrong is not None:
        return await _keep(connection, provider, payment, wrong, order, now)
    return await _paid(connection, provider, payment, order, now)


async def _note_event(
    connection: aiosqlite.Connection, provider: str, notice: Notice, now: int
) -> bool:
    """Note a notice as seen; return whether it is new."""
    rows = await connection.execute_fetchall(
        "INSERT INTO payment_event (provider, event_id, payment_id, received_at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING event_id",
        (provider, notice.event_id, notice.payment_id, now),
    )
    return bool(list(rows))


async def _order_of(
    connection: aiosqlite.Connection, provider: str, payment: Payment, now: int
) -> MoneyOrder | None:
    """Return the order that a payment is for: the one it settled, named, or was opened for."""
    read = connection.execute_fetchall
    rows = list(
        await read(
            "SELECT guild_id, order_id FROM payment WHERE provider = ? AND payment_id = ?",
            (provider, payment.payment_id),
        )
    )
    guild_id, order_id = rows[0] if rows else (payment.guild_id, payment.order_id)
    if order_id:
        order = await find_order(read, guild_id, order_id)
        # What names an order of another provider was made by somebody else.
        return order if order is not None and order.provider == provider else None
    if payment.sku_id:
        return await _waiting_order(connection, provider, payment, now)
    return await find_by_checkout(read, provider, payment.payment_id)


async def _waiting_order(
    connection: aiosqlite.Connection, provider: str, payment: Payment, now: int
) -> MoneyOrder | None:
    """Return the order that its buyer must have meant, None when there is no telling."""
    read, who = connection.execute_fetchall, (payment.member_id, payment.sku_id)
    asked = await unassigned_payments(read, provider, member_id=who[0], sku_id=who[1])
    # Whoever was asked where it belongs answers with an order that is newer than the payment.
    is_asked = payment.payment_id in asked
    orders = await waiting_orders(
        read,
        provider,
        sku_id=payment.sku_id,
        member_id=payment.member_id,
        ordered_before=now if is_asked else payment.paid_at + CLOCKS_APART_SECONDS,
        open_after=now if is_asked else payment.paid_at - CLOCKS_APART_SECONDS,
    )
    # The same thing was on offer in two servers, and the shop does not tell which button it was.
    is_clear = is_asked or len({order.guild_id for order in orders}) == 1
    return orders[0] if orders and is_clear else None


async def _keep(
    connection: aiosqlite.Connection,
    provider: str,
    payment: Payment,
    reason: ReviewReason,
    order: MoneyOrder | None,
    now: int,
) -> Settled:
    """Keep money that fits no order for a person; what is not there is nobody's concern."""
    guild_id, order_id = (order.guild_id, order.order_id) if order else (payment.guild_id, 0)
    if not payment.is_paid or payment.taken_back_minor == payment.amount_minor:
        return Settled(Outcome.NOTHING, guild_id, order_id, reason)
    if payment.sku_id and not await _is_pack(connection, payment.sku_id):
        return Settled(Outcome.NOTHING)  # something else that the app sells
    await note_review(
        connection, provider, payment, reason, guild_id=guild_id, order_id=order_id, now=now
    )
    return Settled(Outcome.REVIEW, guild_id, order_id, reason)


async def _is_pack(connection: aiosqlite.Connection, sku_id: int) -> bool:
    rows = await connection.execute_fetchall(
        "SELECT 1 FROM pack WHERE sku_id = ? LIMIT 1", (sku_id,)
    )
    return bool(list(rows))


async def _what_is_wrong(
    connection: aiosqlite.Connection, provider: str, payment: Payment, order: MoneyOrder
) -> ReviewReason | None:
    rows = list(
        await connection.execute_fetchall(
            "SELECT provider, payment_id FROM payment WHERE guild_id = ? AND order_id = ?",
            (order.guild_id, order.order_id),
        )
    )
    if rows:
        is_same = tuple(rows[0]) == (provider, payment.payment_id)
        return None if is_same else ReviewReason.SECOND_PAYMENT
    if order.entry_id is None and not await _is_of_this_season(connection, order):
        return ReviewReason.OTHER_SEASON
    asked = (order.price_minor, order.currency)
    # Play money has no price, and some prices only the provider knows.
    is_priced = payment.currency not in {NO_CURRENCY, TEST_CURRENCY}
    if is_priced and (payment.amount_minor, payment.currency) != asked:
        return ReviewReason.WRONG_AMOUNT
    return None


async def _is_of_this_season(connection: aiosqlite.Connection, order: MoneyOrder) -> bool:
    """Tell whether an order may still be credited: the books of a past season are closed."""
    season = await current_season(connection.execute_fetchall, order.guild_id)
    return order.ordered_at >= season.began_at


async def _unpaid(
    connection: aiosqlite.Connection, order: MoneyOrder, payment: Payment, now: int
) -> Settled:
    """Close an order whose payment will never come, so that its promise goes back."""
    if payment.is_open or order.state != "open":
        return Settled(Outcome.NOTHING, order.guild_id, order.order_id)
    await close_order(connection, order, now)
    return Settled(Outcome.CLOSED, order.guild_id, order.order_id)


async def close_order(connection: aiosqlite.Connection, order: MoneyOrder, now: int) -> None:
    """Let an order wait no longer; the bonus it was promised goes back."""
    promised = await find_promise(connection, order.guild_id, order.order_id)
    if promised is not None:
        await release(connection, promised, now)
    await set_state(connection, order, "closed")


async def _paid(
    connection: aiosqlite.Connection,
    provider: str,
    payment: Payment,
    order: MoneyOrder,
    now: int,
) -> Settled:
    is_new = order.entry_id is None
    if is_new:
        try:
            order = await _credit(connection, payment, order, now)
        except WalletFull:
            reason = ReviewReason.WALLET_FULL
            return await _keep(connection, provider, payment, reason, order, now)
        await settle_review(connection, provider, payment.payment_id, by_id=_BY_ITSELF, now=now)
    await note_payment(connection, provider, payment, order, now)
    is_changed = await follow(connection, payment, order, now)
    if is_new:
        return Settled(Outcome.CREDITED, order.guild_id, order.order_id)
    outcome = Outcome.CHANGED if is_changed else Outcome.NOTHING
    return Settled(outcome, order.guild_id, order.order_id)


async def _credit(
    connection: aiosqlite.Connection, payment: Payment, order: MoneyOrder, now: int
) -> MoneyOrder:
    """Book the coins, with the promised bonus if the money came in time; the receipt goes out."""
    guild_id, order_id, member_id = order.guild_id, order.order_id, order.member_id
    due = await due_bonus(connection, order, is_late=payment.paid_at > order.expires_at)
    bonus_coins = due.coins
    lines = [*await _pack_lines(connection, payment, order, bonus_coins), *due.lines]
    await free_for(connection, due, now)
    posted = await post(
        connection,
        Entry(
            guild_id=guild_id,
            key=f"payment:{order.provider}:{order_id}",
            kind="purchase",
            actor_id=member_id,
            posted_at=now,
            lines=tuple(lines),
            content=(member_id, order.coins),
        ),
    )
    await note_due(connection, due)
    await connection.execute_fetchall(
        "UPDATE purchase_order SET state = 'credited', entry_id = ?, bonus_coins = ?"
        " WHERE guild_id = ? AND order_id = ?",
        (posted.entry_id, bonus_coins, guild_id, order_id),
    )
    await note_debt(connection, guild_id, member_id, now)
    debt_coins = sum(line.amount for line in lines if line.target is Account.DEBT)
    await write_letter(
        connection,
        guild_id,
        member_id,
        "receipt",
        subject=str(order_id),
        facts={
            "code": order.code,
            "coins": order.coins,
            "bonus_coins": bonus_coins,
            "lost_bonus_coins": order.bonus_coins - bonus_coins,
            "debt_coins": debt_coins,
            "price_minor": order.price_minor,
            "currency": order.currency,
            "provider": order.provider,
            "entry_id": posted.entry_id,
            "is_test": payment.is_test,
        },
        now=now,
    )
    return replace(order, state="credited", entry_id=posted.entry_id, bonus_coins=bonus_coins)


async def _pack_lines(
    connection: aiosqlite.Connection, payment: Payment, order: MoneyOrder, bonus_coins: int
) -> tuple[Line, ...]:
    """Return the lines of the pack itself; where money counts, a test brings bonus coins only."""
    guild_id, member_id, coins = order.guild_id, order.member_id, order.coins
    if await counts_as_bonus(connection, payment, order):
        await refuse_full(connection, guild_id, member_id, Account.BONUS, coins + bonus_coins)
        return (from_house(Account.GRANTED, member_id, Account.BONUS, coins),)
    await refuse_full(connection, guild_id, member_id, Account.BONUS, bonus_coins)
    return await lines_of_coins(connection, guild_id, member_id, coins)
