"""Refunds that admins ask for: looked at before they are sent, and kept with who asked, and why.

The provider is asked under the request's number, so pressing twice gives money back once. That it
is about to be asked is committed first; when its answer is lost it is asked again by itself, until
it says what became of it (`refund_retries`). A request that nobody sent is forgotten after a day.
"""

from dataclasses import dataclass

import aiosqlite

from bot.currencies import Money
from bot.errors import AlreadyUsed, OldButton
from bot.ledger.books import Books
from bot.payment_errors import (
    NothingPaid,
    ProviderGone,
    RefundedAlready,
    RefundIsDiscords,
    RefundTooLarge,
    RefundWaits,
)
from bot.services.checkouts import DISCORD_PROVIDER
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.grants import check_reason
from bot.services.money import parse_money
from bot.services.money_orders import find_order
from bot.services.order_desk import DeskOrder, OrderDesk, OrderPayment, read_payment
from bot.services.plain_text import plain
from bot.services.refund_retries import find_request, send_kept
from bot.services.refunds import Refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """A refund that can be sent, and what it would take back (coins of the pack and its bonus)."""

    request_id: int
    found: DeskOrder
    amount: Money
    coins: int
    bonus_coins: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSent:
    """A refund that the provider took on, and what the books have of it so far.

    Coins: `unspent`, out of gifts (`gift`), and what the buyer owes now (`debt`); all are zero as
    long as the provider is at work on it.
    """

    code: str
    provider: str
    member_id: int
    amount: Money
    reason: str
    is_booked: bool
    coins: int
    bonus_coins: int
    unspent_coins: int
    gift_coins: int
    debt_coins: int


class RefundRequests:
    """The service of refunds that admins ask for."""

    def __init__(self, books: Books, clock: Clock, desk: OrderDesk, refunds: Refunds) -> None:
        self._books = books
        self._clock = clock
        self._desk = desk
        self._refunds = refunds

    async def ask(
        self,
        guild_id: int,
        request_id: int,
        admin_id: int,
        *,
        code: str,
        reason: str,
        typed: str | None,
        locale: str,
    ) -> RefundRequest:
        """Keep a refund of what was typed, or of all that is left, for the admin to look at.

        Raises:
            ReasonMissing, CodeUnknown, NothingPaid, RefundedAlready, RefundIsDiscords, RefundWaits,
                ProviderGone, NotMoney, MoneyOutOfBounds, RefundTooLarge: nothing was kept.
        """
        reason = check_reason(plain(reason))
        found = await self._desk.find(guild_id, code)
        payment = found.payment
        if payment is None:
            raise NothingPaid
        if payment.left_minor == 0:
            raise RefundedAlready
        if found.order.provider == DISCORD_PROVIDER:
            raise RefundIsDiscords
        if not self._refunds.can_ask(found.order.provider):
            raise ProviderGone(found.order.provider)
        if any(not refund.sent_at for refund in found.refunds):
            raise RefundWaits  # what is left to give back depends on what became of it
        amount_minor = payment.left_minor
        if typed is not None:
            amount_minor = parse_money(typed, payment.currency, locale)
        if amount_minor > payment.left_minor:
            raise RefundTooLarge
        coins, bonus_coins = _coins_due(found, payment, amount_minor)
        await self._keep(guild_id, request_id, found.order.order_id, amount_minor, reason, admin_id)
        return RefundRequest(
            request_id=request_id,
            found=found,
            amount=Money(amount_minor, payment.currency),
            coins=coins,
            bonus_coins=bonus_coins,
            reason=reason,
        )

    async def send(self, guild_id: int, admin_id: int, request_id: int) -> RefundSent:
        """Ask the provider to give back what was looked at.

        Raises:
            OldButton: the admin has no such request.
            AlreadyUsed: it was sent before.
            RefundedAlready, RefundTooLarge, ProviderGone, ProviderRefused: nothing went.
            RefundUnanswered: it may have; it is asked for again by itself, and never twice.
        """
        async with self._refunds.turn(guild_id, request_id):
            return await self._send(guild_id, admin_id, request_id)

    async def _send(self, guild_id: int, admin_id: int, request_id: int) -> RefundSent:
        kept = await find_request(self._books.read, guild_id, request_id)
        if kept is None or kept.asked_by != admin_id:
            raise OldButton
        if kept.sent_at:
            raise AlreadyUsed
        order = await find_order(self._books.read, guild_id, kept.order_id)
        before = await read_payment(self._books.read, guild_id, kept.order_id)
        assert order is not None, "a request is for an order"
        assert before is not None, "a request is for a payment"
        await send_kept(self._books, self._refunds, kept, order, self._clock)
        after = await read_payment(self._books.read, guild_id, kept.order_id)
        assert after is not None
        if kept.tried_at and before.back_minor == after.back_minor >= kept.amount_minor:
            raise AlreadyUsed  # it went when it was asked for first
        return RefundSent(
            code=order.code,
            provider=order.provider,
            member_id=order.member_id,
            amount=Money(kept.amount_minor, before.currency),
            reason=kept.reason,
            is_booked=after.back_minor > before.back_minor,
            coins=after.coins_back - before.coins_back,
            bonus_coins=after.bonus_back - before.bonus_back,
            unspent_coins=after.unspent_back - before.unspent_back,
            gift_coins=after.gift_back - before.gift_back,
            debt_coins=after.debt_back - before.debt_back,
        )

    async def _keep(
        self,
        guild_id: int,
        request_id: int,
        order_id: int,
        amount_minor: int,
        reason: str,
        admin_id: int,
    ) -> None:
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "DELETE FROM refund_request WHERE guild_id = ? AND tried_at = 0 AND asked_at <= ?",
                (guild_id, now - DAY_SECONDS),
            )
            # The same interaction may come twice.
            await connection.execute_fetchall(
                "INSERT INTO refund_request (guild_id, request_id, order_id, amount_minor, reason,"
                " asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (guild_id, request_id, order_id, amount_minor, reason, admin_id, now),
            )

        await self._books.do(write)


def _coins_due(found: DeskOrder, payment: OrderPayment, amount_minor: int) -> tuple[int, int]:
    """Return the coins and the bonus coins that a refund would take back, as it is booked."""
    if found.is_past:
        return 0, 0  # they went with the season that is over
    order, back_minor = found.order, payment.back_minor + amount_minor
    coins = 0 if payment.is_test else order.coins
    bonus_coins = order.bonus_coins + (order.coins if payment.is_test else 0)
    return (
        max(coins * back_minor // payment.amount_minor - payment.coins_back, 0),
        max(bonus_coins * back_minor // payment.amount_minor - payment.bonus_back, 0),
    )
