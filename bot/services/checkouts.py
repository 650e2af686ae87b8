"""Opening orders for money: the price and the bonus are promised, then the provider is asked.

The order is in the books before any provider hears of it, so no payment ever finds no order. What
a provider does not answer is closed again at once: nobody saw a way to pay, and nothing is owed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import aiosqlite

from bot.errors import EconomyClosed, KeyConflict, Told, UnknownPack
from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.payment_errors import (
    DisputeOpen,
    NotForMoney,
    NothingOnOffer,
    OrderClosed,
    ProviderGone,
)
from bot.payments.provider import Checkout, CheckoutKind, PaymentProvider
from bot.services.bonuses import OrderBonus, best_bonus, open_windows, promised_coins
from bot.services.clock import Clock
from bot.services.declarations import require_declaration
from bot.services.freezes import has_dispute
from bot.services.guilds import stored_settings
from bot.services.money_orders import MoneyOrder, find_order, insert_order, payable
from bot.services.orders import LessBonus, Pack
from bot.services.pack_lines import refuse_full
from bot.services.packs import PricedPack, find_pack, read_packs
from bot.services.promises import promise
from bot.services.settlement import Settlement
from bot.services.spending_limits import refuse_over

# The provider that sells what it has a number of.
DISCORD_PROVIDER = "discord"

# Letters and digits that nobody confuses on paper or on the phone.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_HALF = 4


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that waits for its money, and where to pay; nowhere when it is paid already."""

    order: MoneyOrder
    checkout: Checkout


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that is for sale, and the bonus that comes with it now for whoever asks."""

    priced: PricedPack
    pack: Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    guild_id: int
    member_id: int
    order_id: int
    coins: int
    expected_bonus: int | None
    title: str


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
        wish = _Wish(
            guild_id=guild_id,
            member_id=member_id,
            order_id=order_id,
            coins=coins,
            expected_bonus=expected_bonus,
            title=title,
        )

        async def write(connection: aiosqlite.Connection) -> MoneyOrder | LessBonus:
            return await self._order(connection, wish)

        ordered = await self._books.do(write)
        if isinstance(ordered, LessBonus):
            return ordered
        return await self._start(ordered, title)

    async def _order(self, connection: aiosqlite.Connection, wish: _Wish) -> MoneyOrder | LessBonus:
        found = await find_order(connection.execute_fetchall, wish.guild_id, wish.order_id)
        if found is not None:
            return _again(found, wish)
        now = self._clock()
        settings = await stored_settings(connection.execute_fetchall, wish.guild_id)
        if not settings.is_paid:
            raise NotForMoney
        if not settings.open:
            raise EconomyClosed
        provider = self._providers.get(settings.provider)
        if provider is None:
            raise ProviderGone(settings.provider)
        priced = await find_pack(connection, wish.guild_id, wish.coins)
        if priced is None:
            raise UnknownPack(wish.coins)
        await require_declaration(connection.execute_fetchall, wish.guild_id, wish.member_id)
        if await has_dispute(connection, wish.guild_id, wish.member_id):
            raise DisputeOpen
        await refuse_full(connection, wish.guild_id, wish.member_id, Account.PAID, wish.coins)
        windows = await open_windows(
            connection.execute_fetchall, wish.guild_id, wish.member_id, now
        )
        pack = Pack(wish.coins, best_bonus(windows, wish.coins))
        expected = wish.expected_bonus
        if expected is None:
            expected = promised_coins(windows, wish.coins)
        if pack.bonus_coins < expected:
            return LessBonus(pack, expected)
        await refuse_over(
            connection.execute_fetchall, wish.guild_id, wish.member_id, priced.price_minor, now
        )
        return await _insert(connection, wish, priced, pack, provider, now)

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


def _again(found: MoneyOrder, wish: _Wish) -> MoneyOrder:
    """Return the order that was opened before under the same number."""
    if (found.member_id, found.coins) != (wish.member_id, wish.coins):
        message = f"order {wish.order_id} was made before with other content"
        raise KeyConflict(message)
    if found.state != "open":
        raise OrderClosed
    return found


async def _insert(
    connection: aiosqlite.Connection,
    wish: _Wish,
    priced: PricedPack,
    pack: Pack,
    provider: PaymentProvider,
    now: int,
) -> MoneyOrder:
    order = MoneyOrder(
        guild_id=wish.guild_id,
        order_id=wish.order_id,
        member_id=wish.member_id,
        coins=wish.coins,
        bonus_coins=pack.bonus_coins,
        price_minor=priced.price_minor,
        currency=priced.currency,
        provider=provider.name,
        code=_new_code(),
        checkout_id="",
        sku_id=priced.sku_id,
        state="open",
        ordered_at=now,
        expires_at=now + provider.order_seconds,
        entry_id=None,
    )
    await insert_order(connection, order)
    if pack.bonus is not None:
        promised = OrderBonus.of(
            pack.bonus,
            guild_id=wish.guild_id,
            order_id=wish.order_id,
            member_id=wish.member_id,
            coins=wish.coins,
            now=now,
        )
        await promise(connection, promised)
    return order


def _new_code() -> str:
    """Return a code such as K7QM-2PXD: 40 bits, so that two alike are no event of this world."""
    halves = ("".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_HALF)) for _ in range(2))
    return "-".join(halves)
