"""Puts an order for money into the books: everything that can be said against it, then the promise.

All of it is one transaction, in which price, bonus and limits are those of one instant.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import aiosqlite

from bot.errors import EconomyClosed, KeyConflict, UnknownPack
from bot.ledger.accounts import Account
from bot.payment_errors import DisputeOpen, NotForMoney, OrderClosed, ProviderGone, TooManyOrders
from bot.payments.provider import PaymentProvider
from bot.services.bonuses import OrderBonus, best_bonus, open_windows, promised_coins
from bot.services.declarations import require_declaration
from bot.services.freezes import has_dispute
from bot.services.guilds import stored_settings
from bot.services.money_orders import MoneyOrder, count_payable, find_order, insert_order
from bot.services.orders import LessBonus, Pack
from bot.services.pack_lines import refuse_full
from bot.services.packs import PricedPack, find_pack
from bot.services.payment_reviews import unassigned_payments
from bot.services.promises import promise, take_over
from bot.services.spending_limits import refuse_over

# Of one member in a guild; what waits counts against limits and holds what it was promised.
MOST_OPEN_ORDERS = 5

# Letters and digits that nobody confuses on paper or on the phone.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_HALF = 4


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order in the books; `bonus_from` are the codes of those whose promise it took over."""

    order: MoneyOrder
    bonus_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member asks for; `expected_bonus` is None when they were told nothing (coins)."""

    guild_id: int
    member_id: int
    order_id: int
    coins: int
    expected_bonus: int | None


async def make_order(
    connection: aiosqlite.Connection,
    wish: Wish,
    providers: Mapping[str, PaymentProvider],
    now: int,
) -> Ordered | LessBonus:
    """Put an order into the books, or find it there; less bonus than expected is asked about.

    Raises:
        Refusal: not for money, closed, unknown pack, no declaration, over a limit, disputed,
            wallet full, provider gone.
        KeyConflict: the order was for another pack or by another member.
    """
    read = connection.execute_fetchall
    found = await find_order(read, wish.guild_id, wish.order_id)
    if found is not None:
        return Ordered(_again(found, wish))
    provider, priced = await _for_sale(connection, wish, providers)
    await require_declaration(read, wish.guild_id, wish.member_id)
    if await has_dispute(connection, wish.guild_id, wish.member_id):
        raise DisputeOpen
    await refuse_full(connection, wish.guild_id, wish.member_id, Account.PAID, wish.coins)
    windows = await open_windows(read, wish.guild_id, wish.member_id, now)
    pack = Pack(wish.coins, best_bonus(windows, wish.coins))
    expected = wish.expected_bonus
    if expected is None:
        expected = promised_coins(windows, wish.coins)
    if pack.bonus_coins < expected:
        return LessBonus(pack, expected)
    await _refuse_too_much(connection, wish, priced, provider.name, now)
    return await _insert(connection, wish, priced, pack, provider, now)


async def _for_sale(
    connection: aiosqlite.Connection, wish: Wish, providers: Mapping[str, PaymentProvider]
) -> tuple[PaymentProvider, PricedPack]:
    """Return the guild's way to pay and the pack with its price, or refuse."""
    settings = await stored_settings(connection.execute_fetchall, wish.guild_id)
    if not settings.is_paid:
        raise NotForMoney
    if not settings.open:
        raise EconomyClosed
    provider = providers.get(settings.provider)
    if provider is None:
        raise ProviderGone(settings.provider)
    priced = await find_pack(connection, wish.guild_id, wish.coins)
    if priced is None:
        raise UnknownPack(wish.coins)
    return provider, priced


def _again(found: MoneyOrder, wish: Wish) -> MoneyOrder:
    """Return the order that was opened before under the same number."""
    if (found.member_id, found.coins) != (wish.member_id, wish.coins):
        message = f"order {wish.order_id} was made before with other content"
        raise KeyConflict(message)
    if found.state != "open":
        raise OrderClosed
    return found


async def _refuse_too_much(
    connection: aiosqlite.Connection, wish: Wish, priced: PricedPack, provider: str, now: int
) -> None:
    """Refuse an order over a limit, unless it only says where money belongs that came already."""
    read, member_id = connection.execute_fetchall, wish.member_id
    if priced.sku_id and await unassigned_payments(
        read, provider, member_id=member_id, sku_id=priced.sku_id
    ):
        return
    if await count_payable(read, wish.guild_id, member_id, now) >= MOST_OPEN_ORDERS:
        raise TooManyOrders(MOST_OPEN_ORDERS)
    await refuse_over(read, wish.guild_id, member_id, priced.price_minor, now)


async def _insert(
    connection: aiosqlite.Connection,
    wish: Wish,
    priced: PricedPack,
    pack: Pack,
    provider: PaymentProvider,
    now: int,
) -> Ordered:
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
    if pack.bonus is None:
        return Ordered(order)
    promised = OrderBonus.of(
        pack.bonus,
        guild_id=wish.guild_id,
        order_id=wish.order_id,
        member_id=wish.member_id,
        coins=wish.coins,
        now=now,
    )
    older = await take_over(connection, wish.guild_id, wish.member_id, promised.promotion_id, now)
    await promise(connection, promised)
    found = [
        await find_order(connection.execute_fetchall, wish.guild_id, order_id) for order_id in older
    ]
    return Ordered(order, tuple(each.code for each in found if each is not None))


def _new_code() -> str:
    """Return a code such as K7QM-2PXD: 40 bits, so that two alike are no event of this world."""
    halves = ("".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_HALF)) for _ in range(2))
    return "-".join(halves)
