"""Books what providers say of payments: what should be booked minus what is.

A notice only says which payment to look at. Its present state is asked for under a lock, since an
old answer that arrives late would undo a refund, and one transaction notes the notice, checks the
order and books the difference. So notices may come twice, late, shuffled, at once, or never: a poll
or a sweep gets there too.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books
from bot.payment_errors import PaymentUnknown, ProviderUnknown
from bot.payments.provider import Notice, Payment, PaymentProvider
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.money_orders import FIRST_PLACE, MoneyOrder, find_order, overdue_orders, place_of
from bot.services.payment_booking import Outcome, Settled, book, close_order
from bot.services.payment_defects import keep_defect, kept_defects
from bot.services.payment_reviews import ReviewReason, unassigned_payments

log = logging.getLogger(__name__)

# Disputes come up to 120 days after a payment; those that are open may last longer.
SWEEP_SECONDS = 120 * DAY_SECONDS
_OVERDUE_AT_ONCE = 50
_OVERDUE_PAGES = 10
# A provider that did not answer so often is asked no more in this round.
_MOST_SILENCES = 3


class Locks:
    """A lock for each name, there as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._users: dict[tuple[str, str], int] = {}

    @asynccontextmanager
    async def hold(self, *name: str) -> AsyncGenerator[None]:
        """Wait for a name's turn and keep it for the block."""
        key = (name[0], name[1])
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]


class Settlement:
    """The service that settles payments of all providers."""

    def __init__(
        self, books: Books, clock: Clock, providers: Mapping[str, PaymentProvider]
    ) -> None:
        self._books = books
        self._clock = clock
        self._providers = providers
        self._locks = Locks()
        # Behind which overdue order the last round stopped.
        self._place = FIRST_PLACE

    async def settle(self, provider_name: str, notice: Notice) -> Settled:
        """Look at the payment that a notice is about and book what is missing.

        Raises:
            ProviderUnknown: no provider of that name is configured.
            TryAgain: the provider or the books cannot be asked now; let the notice come again.
        """
        try:
            return await self._settle(provider_name, notice)
        except PaymentUnknown:
            log.warning("%s knows no payment %s", provider_name, notice.payment_id)
            return Settled(Outcome.NOTHING)

    async def _settle(self, provider_name: str, notice: Notice) -> Settled:
        provider = self._provider(provider_name)
        if notice.event_id and await self._has_seen(provider_name, notice.event_id):
            return Settled(Outcome.NOTHING)
        async with self._locks.hold(provider_name, notice.payment_id):
            payment = await provider.payment(notice.payment_id)
            if payment.payment_id == notice.payment_id:
                return await self._book(provider, notice, payment)
        # It was named by its checkout; what counts is the lock of the payment itself.
        return await self._settle(provider_name, Notice(notice.event_id, payment.payment_id))

    async def _book(self, provider: PaymentProvider, notice: Notice, payment: Payment) -> Settled:
        async def write(connection: aiosqlite.Connection) -> Settled:
            return await book(connection, provider.name, notice, payment, self._clock())

        settled = await self._books.do(write)
        if payment.is_paid and settled.outcome is not Outcome.REVIEW:
            await self._tell(provider, payment)
        return settled

    async def _tell(self, provider: PaymentProvider, payment: Payment) -> None:
        try:
            await provider.settled(payment)
        except (TryAgain, PaymentUnknown):
            # The coins are booked, and it is told again with the next notice or sweep.
            log.warning("%s hears of payment %s later", provider.name, payment.payment_id)

    async def bring_home(self, order: MoneyOrder) -> bool:
        """Credit an order with a payment that came before it and named no guild; return whether.

        Raises:
            TryAgain: the provider or the books cannot be asked now.
        """
        for payment_id in await unassigned_payments(
            self._books.read, order.provider, member_id=order.member_id, sku_id=order.sku_id
        ):
            settled = await self.settle(order.provider, Notice("", payment_id))
            if settled.outcome is Outcome.CREDITED and settled.order_id == order.order_id:
                return True
        return False

    async def poll(self, provider_name: str) -> int:
        """Settle what a provider lists since the last time; return how many notices there were.

        The cursor moves on only behind what was settled, so nothing is lost by stopping anywhere.
        What fails by a defect is kept for a person and for the sweep; it holds up nobody else.

        Raises:
            TryAgain: the provider or the books cannot be asked now; the next poll goes on there.
        """
        provider = self._provider(provider_name)
        rows = await self._books.read(
            "SELECT cursor FROM payment_cursor WHERE provider = ?", (provider_name,)
        )
        cursor = rows[0][0] if rows else ""
        count = 0
        while True:
            polled = await provider.poll(cursor)
            for notice in polled.notices:
                await self._settle_or_keep(provider, notice)
            count += len(polled.notices)
            if polled.cursor != cursor:
                await self._keep_cursor(provider_name, polled.cursor)
            cursor = polled.cursor
            if not polled.has_more:
                return count

    async def _settle_or_keep(self, provider: PaymentProvider, notice: Notice) -> None:
        try:
            await self.settle(provider.name, notice)
        except TryAgain:
            raise
        except Exception:
            log.exception("payment %s of %s cannot be settled", notice.payment_id, provider.name)
            await keep_defect(self._books, provider, notice.payment_id, self._clock())

    async def sweep(self, provider_name: str) -> int:
        """Look again at every payment that could still change; return how many did.

        Raises:
            TryAgain: the provider or the books cannot be asked now.
        """
        rows = await self._books.read(
            "SELECT payment_id FROM payment"
            " WHERE provider = ? AND (paid_at > ? OR disputes_open > 0) ORDER BY paid_at",
            (provider_name, self._clock() - SWEEP_SECONDS),
        )
        changed = 0
        failure: TryAgain | None = None
        defects = await kept_defects(self._books.read, provider_name)
        for payment_id in dict.fromkeys([*(row[0] for row in rows), *defects]):
            try:
                settled = await self.settle(provider_name, Notice("", payment_id))
            except TryAgain as error:
                failure = error
            except Exception:
                log.exception("payment %s of %s cannot be settled", payment_id, provider_name)
            else:
                changed += settled.outcome is not Outcome.NOTHING
        if failure is not None:
            raise failure
        return changed

    async def close_overdue(self) -> int:
        """Let orders wait no longer whose time has passed, unless their provider says otherwise.

        A provider that cannot be asked keeps its orders waiting, so no promise is broken for it.
        Each round goes on where the last one stopped, so that none of them keeps others waiting.
        """
        closed = 0
        silences: Counter[str] = Counter()
        for _ in range(_OVERDUE_PAGES):
            orders = await overdue_orders(
                self._books.read, self._clock(), self._place, _OVERDUE_AT_ONCE
            )
            for order in orders:
                self._place = place_of(order)
                if silences[order.provider] < _MOST_SILENCES:
                    closed += await self._close_overdue(order, silences)
            if len(orders) < _OVERDUE_AT_ONCE:
                self._place = FIRST_PLACE
                break
        return closed

    async def _close_overdue(self, order: MoneyOrder, silences: Counter[str]) -> bool:
        try:
            return await self._look_and_close(order)
        except TryAgain:
            silences[order.provider] += 1
        except Exception:
            log.exception("order %d of guild %d cannot be closed", order.order_id, order.guild_id)
        return False

    async def _look_and_close(self, order: MoneyOrder) -> bool:
        if order.provider not in self._providers:
            return await self.close(order)
        if not order.checkout_id:
            return await self.close_unstarted(order)
        try:
            settled = await self._settle(order.provider, Notice("", order.checkout_id))
        except PaymentUnknown:
            return await self.close(order)
        if settled.reason is None:
            return settled.outcome is Outcome.CLOSED
        # What only waits for room in the wallet was paid in time, and keeps its bonus; money that
        # went back waits for nothing.
        if settled.outcome is Outcome.REVIEW and settled.reason is ReviewReason.WALLET_FULL:
            return False
        return await self.close(order)

    async def cancel(self, order: MoneyOrder) -> bool:
        """Let an order wait no longer, as its buyer does not want it; return whether it did.

        What turns out to be paid is credited instead.

        Raises:
            TryAgain: the provider or the books cannot be asked now.
        """
        if order.provider in self._providers and order.checkout_id:
            settled = await self.settle(order.provider, Notice("", order.checkout_id))
            if settled.reason is ReviewReason.WALLET_FULL:
                return False
        return await self.close(order)

    async def close(self, order: MoneyOrder) -> bool:
        """Let an order wait no longer that nobody can pay; return whether it still did."""
        return await self._close(order, is_started=True)

    async def close_unstarted(self, order: MoneyOrder) -> bool:
        """Close an order unless somebody was shown where to pay for it; return whether it was."""
        return await self._close(order, is_started=False)

    async def _close(self, order: MoneyOrder, *, is_started: bool) -> bool:
        async def write(connection: aiosqlite.Connection) -> bool:
            found = await find_order(connection.execute_fetchall, order.guild_id, order.order_id)
            if found is None or found.state != "open" or (found.checkout_id and not is_started):
                return False
            await close_order(connection, found, self._clock())
            return True

        return await self._books.do(write)

    def _provider(self, name: str) -> PaymentProvider:
        provider = self._providers.get(name)
        if provider is None:
            raise ProviderUnknown(name)
        return provider

    async def _has_seen(self, provider_name: str, event_id: str) -> bool:
        rows = await self._books.read(
            "SELECT 1 FROM payment_event WHERE provider = ? AND event_id = ?",
            (provider_name, event_id),
        )
        return bool(rows)

    async def _keep_cursor(self, provider_name: str, cursor: str) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO payment_cursor (provider, cursor, polled_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET cursor = excluded.cursor,"
                " polled_at = excluded.polled_at",
                (provider_name, cursor, self._clock()),
            )

        await self._books.do(write)
