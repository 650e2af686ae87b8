"""Giving money back: the provider is asked, and what it says then is booked like all the rest."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.ledger.books import Books
from bot.payment_errors import (
    CodeUnknown,
    NothingPaid,
    ProviderGone,
    RefundedAlready,
    RefundTooLarge,
)
from bot.payments.provider import Notice, PaymentProvider
from bot.services.money_orders import MoneyOrder, find_by_code
from bot.services.payment_booking import Settled
from bot.services.settlement import Locks, Settlement


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A refund that the provider took on (minor units), and what was booked of it so far."""

    order: MoneyOrder
    amount_minor: int
    settled: Settled


class Refunds:
    """The service of refunds; it never books by itself."""

    def __init__(
        self,
        books: Books,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
    ) -> None:
        self._books = books
        self._providers = providers
        self._settlement = settlement
        self._locks = Locks()

    def turn(self, guild_id: int, request_id: int) -> AbstractAsyncContextManager[None]:
        """Wait for a request's turn and keep it for the block, so that nobody else asks for it."""
        return self._locks.hold(str(guild_id), str(request_id))

    def can_ask(self, provider: str) -> bool:
        """Tell whether a provider of that name is configured."""
        return provider in self._providers

    async def ask(
        self,
        guild_id: int,
        code: str,
        *,
        key: str,
        amount_minor: int | None = None,
        is_again: bool = False,
    ) -> RefundAsked:
        """Ask an order's provider to give back `amount_minor`, or all that is left when None.

        `is_again` says that it was asked before and nobody knows what it made of it: then the
        provider alone can tell, as what is left may be what that left.

        Raises:
            CodeUnknown, NothingPaid, RefundedAlready, RefundTooLarge, ProviderGone,
                ProviderRefused: nothing went.
            ProviderSilent: it may have; the same key again asks for nothing more.
        """
        order = await find_by_code(self._books.read, guild_id, code)
        if order is None:
            raise CodeUnknown(code)
        rows = await self._books.read(
            "SELECT payment_id, amount_minor - refunded_minor - lost_minor FROM payment"
            " WHERE guild_id = ? AND order_id = ?",
            (guild_id, order.order_id),
        )
        if not rows:
            raise NothingPaid
        payment_id, left_minor = rows[0]
        amount = left_minor if amount_minor is None else amount_minor
        if left_minor <= 0 and not is_again:
            raise RefundedAlready
        if amount > left_minor and not is_again:
            raise RefundTooLarge
        provider = self._providers.get(order.provider)
        if provider is None:
            raise ProviderGone(order.provider)
        await provider.refund(payment_id, amount, key)
        settled = await self._settlement.settle(order.provider, Notice("", payment_id))
        return RefundAsked(order, amount, settled)
