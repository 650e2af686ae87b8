"""Opening orders for money: the price and the bonus are promised, then the provider is asked.

The order is in the books before any provider hears of it, so no payment ever finds no order. What
a provider does not answer is closed again at once: nobody saw a way to pay, and nothing is owed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import aiosqlite

from bot.errors import EconomyClosed, Told, WalletFull
from bot.ledger.books import Books
from bot.payment_errors import (
    NotForMoney,
    NothingOnOffer,
    OrderClosed,
    OrderNotYours,
    ProviderGone,
)
from bot.payments.provider import Checkout, CheckoutKind, PaymentProvider
from bot.services.bonuses import best_bonus, open_windows
from bot.services.clock import Clock
from bot.services.guilds import stored_settings
from bot.services.money_orders import MoneyOrder, find_order, payable
from bot.services.new_orders import Ordered, Wish, make_order
from bot.services.orders import LessBonus, Pack
from bot.services.packs import PricedPack, read_packs
from bot.services.settlement import Settlement

# The provider that sells what it has a number of.
DISCORD_PROVIDER = "discord"


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that waits for its money, and where to pay; nowhere when it is paid already.

    `bonus_from` are the codes of older orders whose promised bonus this one took over.
    """

    order: MoneyOrder
    checkout: Checkout
    bonus_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that is for sale, and the bonus that comes with it now for whoever asks."""

    priced: PricedPack
    pack: Pack


class Checkouts:
    """The service that opens orders for money."""

    def __init__(
        self,
        books: Books,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
    ) -> None:
        self._books = books
        self._clock = clock
        self._providers = providers
        self._settlement = settlement

    async def offers(self, guild_id: int, member_id: int) -> tuple[Offer, ...]:
        """Return what is for sale now for a member, in the guild's order.

        Raises:
            NotForMoney, EconomyClosed, NothingOnOffer: nothing is.
        """
        read = self._books.read
        settings = await stored_settings(read, guild_id)
        if not settings.is_paid:
            raise NotForMoney
        if not settings.open:
            raise EconomyClosed
        windows = await open_windows(read, guild_id, member_id, self._clock())
        found = tuple(
            Offer(pack, Pack(pack.coins, best_bonus(windows, pack.coins)))
            for pack in await read_packs(read, guild_id)
            # Discord's button needs its own number of the pack.
            if not pack.hidden and (pack.sku_id or settings.provider != DISCORD_PROVIDER)
        )
        if not found:
            raise NothingOnOffer
        return found

    async def open(
        self,
        guild_id: int,
        member_id: int,
        order_id: int,
        coins: int,
        *,
        title: str,
        expected_bonus: int | None = None,
    ) -> OpenOrder | LessBonus:
        """Open an order for a pack; the same order again returns where to pay for it.

        `expected_bonus` is what the buyer was told (bonus coins), None when they were told nothing
        and expect the largest whole bonus of the windows open now; `title` is what they read at the
        provider.

        Raises:
            Refusal: not for money, closed, unknown pack, no declaration, over a limit, disputed,
                wallet full, provider gone or refusing; nothing is owed.
            ProviderSilent: nothing is owed; the buyer may try again.
            KeyConflict: the order was for another pack or by another member.
        """
        wish = Wish(
            guild_id=guild_id,
            member_id=member_id,
            order_id=order_id,
            coins=coins,
            expected_bonus=expected_bonus,
        )

        async def write(connection: aiosqlite.Connection) -> Ordered | LessBonus:
            return await make_order(connection, wish, self._providers, self._clock())

        ordered = await self._books.do(write)
        if isinstance(ordered, LessBonus):
            return ordered
        opened = await self._start(ordered.order, title)
        return replace(opened, bonus_from=ordered.bonus_from)

    async def cancel(self, guild_id: int, member_id: int, order_id: int) -> MoneyOrder:
        """Let a member's own order wait no longer; return it as it is then.

        It may turn out to be paid: then it is credited, and stays. Money that comes later all the
        same is credited like that of any order whose time has passed.

        Raises:
            OrderNotYours: the member has no such order.
            OrderClosed: it does not wait any more.
            WalletFull: it is paid, and its coins wait for room in the wallet.
            ProviderSilent: nobody knows whether it was paid; nothing changed.
        """
        order = await find_order(self._books.read, guild_id, order_id)
        if order is None or order.member_id != member_id:
            raise OrderNotYours
        if order.state == "closed":
            raise OrderClosed
        if order.state == "open":
            await self._settlement.cancel(order)
        left = await find_order(self._books.read, guild_id, order_id)
        assert left is not None, "orders stay"
        if left.state == "open":
            raise WalletFull  # it is paid, and waits for room
        return left

    async def _start(self, order: MoneyOrder, title: str) -> OpenOrder:
        provider = self._providers.get(order.provider)
        if provider is None:
            raise ProviderGone(order.provider)
        if order.sku_id and await self._settlement.bring_home(order):
            paid = Checkout(kind=CheckoutKind.NONE, checkout_id=order.checkout_id)
            return OpenOrder(replace(order, state="credited"), paid)
        try:
            checkout = await provider.start(payable(order, title))
        except Told:
            await self._settlement.close_unstarted(order)
            raise
        if checkout.checkout_id != order.checkout_id:
            await self._keep_checkout(order, checkout)
        return OpenOrder(replace(order, checkout_id=checkout.checkout_id), checkout)

    async def _keep_checkout(self, order: MoneyOrder, checkout: Checkout) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE purchase_order SET checkout_id = ? WHERE guild_id = ? AND order_id = ?",
                (checkout.checkout_id, order.guild_id, order.order_id),
            )

        await self._books.do(write)
