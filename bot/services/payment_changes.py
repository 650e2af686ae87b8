"""Follows a settled payment: refunds and lost disputes take coins back, open disputes freeze."""

from typing import Any

import aiosqlite

from bot.ledger.accounts import Account
from bot.payments.provider import Payment
from bot.services.clock import DAY_SECONDS
from bot.services.disputed_gifts import hold_gifts, release_gifts
from bot.services.freezes import end_dispute, freeze_for_dispute
from bot.services.guilds import stored_settings
from bot.services.hold_marks import hold_mark
from bot.services.letters import write_letter
from bot.services.money_orders import MoneyOrder
from bot.services.reversals import (
    CreditedOrder,
    LotChanged,
    follow_payment,
    gifts_at_stake,
)
from bot.services.settings import GuildSettings


async def counts_as_bonus(
    connection: aiosqlite.Connection, payment: Payment, order: MoneyOrder
) -> bool:
    """Tell whether an order brings bonus coins alone: a test payment where money counts."""
    return (
        payment.is_test
        and (await stored_settings(connection.execute_fetchall, order.guild_id)).is_paid
    )


async def note_payment(
    connection: aiosqlite.Connection, provider: str, payment: Payment, order: MoneyOrder, now: int
) -> None:
    """Keep what the provider said last; whether it counts as a test was decided when it came."""
    is_test = await counts_as_bonus(connection, payment, order)
    await connection.execute_fetchall(
        "INSERT INTO payment (guild_id, order_id, provider, payment_id, amount_minor, currency,"
        " refunded_minor, lost_minor, disputes_open, is_test, paid_at, checked_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (guild_id, order_id) DO UPDATE SET refunded_minor = excluded.refunded_minor,"
        " lost_minor = excluded.lost_minor, disputes_open = excluded.disputes_open,"
        " checked_at = excluded.checked_at",
        (
            order.guild_id,
            order.order_id,
            provider,
            payment.payment_id,
            payment.amount_minor,
            payment.currency,
            payment.refunded_minor,
            payment.lost_minor,
            payment.disputes_open,
            int(is_test),
            payment.paid_at,
            now,
        ),
    )


async def follow(
    connection: aiosqlite.Connection, payment: Payment, order: MoneyOrder, now: int
) -> bool:
    """Book refunds and disputes of a credited order; return whether there was anything to book."""
    settings = await stored_settings(connection.execute_fetchall, order.guild_id)
    assert order.entry_id is not None
    if order.entry_id <= settings.season_entry_id:
        return False  # its coins went with the season that is over
    credited = await _credited(connection, order, settings, now)
    changed = await follow_payment(
        connection,
        credited,
        taken_back_minor=payment.taken_back_minor,
        amount_minor=payment.amount_minor,
        now=now,
    )
    if changed is not None:
        await _tell_of_change(connection, order, changed, now)
    is_news = await _follow_disputes(connection, payment, order, now) or changed is not None
    await _hold_disputed(connection, payment, order, settings, now, is_news=is_news)
    return is_news


async def _hold_disputed(
    connection: aiosqlite.Connection,
    payment: Payment,
    order: MoneyOrder,
    settings: GuildSettings,
    now: int,
    *,
    is_news: bool,
) -> None:
    """Keep the gifts behind an open dispute from passing their hold, and no longer than that.

    Which those are is decided when it begins: a hold that is changed meanwhile changes nothing.
    """
    if not payment.disputes_open:
        await release_gifts(connection, order.guild_id, order.order_id)
        return
    if not is_news:
        return
    credited = await _credited(connection, order, settings, now)
    at_stake = await gifts_at_stake(connection, credited)
    await hold_gifts(connection, order.guild_id, order.order_id, at_stake)


async def _credited(
    connection: aiosqlite.Connection, order: MoneyOrder, settings: GuildSettings, now: int
) -> CreditedOrder:
    rows = list(
        await connection.execute_fetchall(
            "SELECT is_test FROM payment WHERE guild_id = ? AND order_id = ?",
            (order.guild_id, order.order_id),
        )
    )
    is_bonus = bool(rows[0][0])
    return CreditedOrder(
        guild_id=order.guild_id,
        order_id=order.order_id,
        member_id=order.member_id,
        coins=0 if is_bonus else order.coins,
        bonus_coins=order.bonus_coins + (order.coins if is_bonus else 0),
        bonus_source=Account.GRANTED if is_bonus else Account.PROMOTED,
        hold_mark=await hold_mark(
            connection.execute_fetchall,
            order.guild_id,
            settings.hold_days * DAY_SECONDS,
            now,
        ),
        season_entry_id=settings.season_entry_id,
    )


async def _tell_of_change(
    connection: aiosqlite.Connection, order: MoneyOrder, changed: LotChanged, now: int
) -> None:
    """Let the buyer know, and every streamer whose gifts paid for a part of it."""
    subject = f"{order.order_id}:{changed.number}"
    facts: dict[str, Any] = {
        "code": order.code,
        "coins": abs(changed.coins),
        "bonus_coins": abs(changed.bonus_coins),
        "unspent_coins": abs(changed.unspent_coins),
        "gift_coins": sum(part.coins for part in changed.gifts),
        "debt_coins": abs(changed.debt_coins),
    }
    kind = "refunded" if changed.coins > 0 or changed.bonus_coins > 0 else "restored"
    guild_id = order.guild_id
    await write_letter(
        connection, guild_id, order.member_id, kind, subject=subject, facts=facts, now=now
    )
    streamers = dict.fromkeys(part.streamer_id for part in changed.gifts)
    for streamer_id in streamers:
        parts = [part for part in changed.gifts if part.streamer_id == streamer_id]
        coins = sum(part.coins - part.fee_coins for part in parts)
        await write_letter(
            connection,
            guild_id,
            streamer_id,
            "gift_returned",
            subject=subject,
            facts={"coins": coins, "gifts": len(parts)},
            now=now,
        )


async def _follow_disputes(
    connection: aiosqlite.Connection, payment: Payment, order: MoneyOrder, now: int
) -> bool:
    """Freeze the buyer while a dispute is open; return whether that changed."""
    guild_id, member_id, order_id = order.guild_id, order.member_id, order.order_id
    if payment.disputes_open:
        is_changed = await freeze_for_dispute(connection, guild_id, member_id, order_id, now)
        kind = "dispute_opened"
    else:
        is_changed = await end_dispute(connection, guild_id, member_id, order_id)
        kind = "dispute_closed"
    if is_changed:
        await write_letter(
            connection,
            guild_id,
            member_id,
            kind,
            subject=f"{order_id}:{now}",
            facts={"code": order.code},
            now=now,
        )
    return is_changed
