"""Packs that a guild sells for money: their prices, their order, and Discord's numbers of them.

A pack is known by its coins. It belongs to the currency it is priced in, so a guild that comes back
with another currency begins without packs. Play mode has packs of its own, which cost nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import aiosqlite

from bot.currencies import Money
from bot.errors import UnknownPack
from bot.ledger.books import Books
from bot.paid_errors import (
    MoneyOutOfBounds,
    NoDefaultPrices,
    NoSuchPack,
    PackOutOfBounds,
    PaidModeOnly,
    SkuTaken,
    SkuWrong,
    TooManyPacks,
)
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.guilds import stored_settings
from bot.services.money import MOST_MINOR
from bot.services.orders import PACKS_COINS

# What fits into one of Discord's menus.
MOST_PACKS = 25
MOST_PACK_COINS = 1_000_000_000
_MOST_SNOWFLAKE = 2**63 - 1

# Usual prices, for owners who ask for them: about 1.4 cents a coin, as shops write prices.
_DEFAULT_COINS = (70, 350, 700, 1_400, 3_500, 7_000, 17_500)
_CENTS = (99, 499, 999, 1_999, 4_999, 9_999, 24_999)
DEFAULT_PRICES_MINOR = {
    "EUR": _CENTS,
    "USD": _CENTS,
    "GBP": _CENTS,
    "JPY": (150, 750, 1_500, 3_000, 7_500, 15_000, 37_500),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedPack:
    """A pack with its price in minor units; `position` counts from 1, `sku_id` 0 is none."""

    coins: int
    price_minor: int
    currency: str
    position: int
    hidden: bool
    sku_id: int

    @property
    def price(self) -> Money:
        """Return the price with its currency."""
        return Money(self.price_minor, self.currency)


@dataclass(frozen=True, slots=True)
class PacksChanged:
    """The packs of a guild as they are after a change."""

    guild_id: int
    packs: tuple[PricedPack, ...]


async def read_packs(read: Read, guild_id: int) -> tuple[PricedPack, ...]:
    """Return all packs in the guild's currency in their order; none for a guild that plays."""
    settings = await stored_settings(read, guild_id)
    if not settings.is_paid:
        return ()
    rows = await read(_PACKS_SQL, (guild_id, settings.currency))
    return tuple(
        PricedPack(
            coins=row[0],
            price_minor=row[1],
            currency=settings.currency,
            position=number,
            hidden=bool(row[2]),
            sku_id=row[3],
        )
        for number, row in enumerate(rows, start=1)
    )


_PACKS_SQL = """
SELECT coins, price_minor, hidden, sku_id FROM pack WHERE guild_id = ? AND currency = ?
 ORDER BY position, coins
"""


async def pack_coins(read: Read, guild_id: int) -> tuple[int, ...]:
    """Return the coins of every pack that a guild has, hidden ones too, whatever its mode."""
    if not (await stored_settings(read, guild_id)).is_paid:
        return PACKS_COINS
    return tuple(pack.coins for pack in await read_packs(read, guild_id))


async def find_pack(
    connection: aiosqlite.Connection, guild_id: int, coins: int
) -> PricedPack | None:
    """Return a pack that can be bought now, inside the transaction of an order."""
    packs = await read_packs(connection.execute_fetchall, guild_id)
    return next((pack for pack in packs if pack.coins == coins and not pack.hidden), None)


class Packs:
    """The service of packs with prices; every change returns all packs as they are then."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def offered(self, guild_id: int) -> tuple[PricedPack, ...]:
        """Return the packs that can be bought, in their order; none in play mode."""
        return tuple(pack for pack in await self.all(guild_id) if not pack.hidden)

    async def all(self, guild_id: int) -> tuple[PricedPack, ...]:
        """Return all packs, hidden ones too, in their order; none in play mode."""
        return await read_packs(self._books.read, guild_id)

    async def coins(self, guild_id: int) -> tuple[int, ...]:
        """Return the coins of every pack, hidden ones too, whatever the guild's mode."""
        return await pack_coins(self._books.read, guild_id)

    async def price(self, guild_id: int, coins: int) -> Money:
        """Return what a pack costs that can be bought.

        Raises:
            UnknownPack: there is none of that many coins, or none any more.
        """
        for pack in await self.offered(guild_id):
            if pack.coins == coins:
                return pack.price
        raise UnknownPack(coins)

    async def put(
        self, guild_id: int, admin_id: int, coins: int, price_minor: int
    ) -> tuple[PricedPack, ...]:
        """Price a pack: a new one comes last, one that is there keeps all but its price.

        Raises:
            PaidModeOnly, PackOutOfBounds, MoneyOutOfBounds, TooManyPacks: nothing changed.
        """

        async def write(connection: aiosqlite.Connection) -> PacksChanged:
            currency = await _currency(connection, guild_id)
            _check(coins, Money(price_minor, currency))
            packs = await read_packs(connection.execute_fetchall, guild_id)
            is_new = all(pack.coins != coins for pack in packs)
            if is_new and len(packs) >= MOST_PACKS:
                raise TooManyPacks(MOST_PACKS)
            await self._insert(connection, guild_id, admin_id, coins, Money(price_minor, currency))
            return await _changed(connection, guild_id)

        return (await self._books.do(write)).packs

    async def put_defaults(self, guild_id: int, admin_id: int) -> tuple[PricedPack, ...]:
        """Price the usual packs as the table of the guild's currency says; others stay.

        Raises:
            PaidModeOnly, NoDefaultPrices, TooManyPacks: nothing changed.
        """

        async def write(connection: aiosqlite.Connection) -> PacksChanged:
            currency = await _currency(connection, guild_id)
            prices = DEFAULT_PRICES_MINOR.get(currency)
            if prices is None:
                raise NoDefaultPrices(currency)
            have = {p.coins for p in await read_packs(connection.execute_fetchall, guild_id)}
            missing = [
                (coins, Money(price_minor, currency))
                for coins, price_minor in zip(_DEFAULT_COINS, prices, strict=True)
                if coins not in have
            ]
            if len(have) + len(missing) > MOST_PACKS:
                raise TooManyPacks(MOST_PACKS)
            for coins, price in missing:
                await self._insert(connection, guild_id, admin_id, coins, price)
            return await _changed(connection, guild_id)

        return (await self._books.do(write)).packs

    async def hide(self, guild_id: int, admin_id: int, coins: int) -> tuple[PricedPack, ...]:
        """Offer a pack no more; orders that were made stay.

        Raises:
            PaidModeOnly, NoSuchPack: nothing changed.
        """
        return await self._set(guild_id, admin_id, coins, "hidden", 1)

    async def show(self, guild_id: int, admin_id: int, coins: int) -> tuple[PricedPack, ...]:
        """Offer a hidden pack again.

        Raises:
            PaidModeOnly, NoSuchPack: nothing changed.
        """
        return await self._set(guild_id, admin_id, coins, "hidden", 0)

    async def set_sku(
        self, guild_id: int, admin_id: int, coins: int, sku_id: int
    ) -> tuple[PricedPack, ...]:
        """Sell a pack under a SKU of Discord's, 0 for none.

        Raises:
            PaidModeOnly, NoSuchPack, SkuWrong, SkuTaken: nothing changed.
        """
        if not 0 <= sku_id <= _MOST_SNOWFLAKE:
            raise SkuWrong

        def check(packs: tuple[PricedPack, ...]) -> None:
            for pack in packs:
                if sku_id and pack.sku_id == sku_id and pack.coins != coins:
                    raise SkuTaken(pack.coins)

        return await self._set(guild_id, admin_id, coins, "sku_id", sku_id, check)

    async def move(
        self, guild_id: int, admin_id: int, coins: int, position: int
    ) -> tuple[PricedPack, ...]:
        """Put a pack at a position, from 1; beyond the last means last.

        Raises:
            PaidModeOnly, NoSuchPack: nothing changed.
        """

        async def write(connection: aiosqlite.Connection) -> PacksChanged:
            packs = await _packs_with(connection, guild_id, coins)
            order = [pack.coins for pack in packs if pack.coins != coins]
            order.insert(max(position, 1) - 1, coins)
            for number, each in enumerate(order, start=1):
                await self._update(connection, guild_id, admin_id, each, "position", number)
            return await _changed(connection, guild_id)

        return (await self._books.do(write)).packs

    async def _set(
        self,
        guild_id: int,
        admin_id: int,
        coins: int,
        column: str,
        value: int,
        check: Callable[[tuple[PricedPack, ...]], None] | None = None,
    ) -> tuple[PricedPack, ...]:
        async def write(connection: aiosqlite.Connection) -> PacksChanged:
            packs = await _packs_with(connection, guild_id, coins)
            if check is not None:
                check(packs)
            await self._update(connection, guild_id, admin_id, coins, column, value)
            return await _changed(connection, guild_id)

        return (await self._books.do(write)).packs

    async def _insert(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        coins: int,
        price: Money,
    ) -> None:
        await connection.execute_fetchall(
            "INSERT INTO pack (guild_id, coins, price_minor, currency, position, hidden, sku_id,"
            " set_by, set_at)"
            " SELECT ?1, ?2, ?3, ?4, COALESCE(MAX(position), 0) + 1, 0, 0, ?5, ?6 FROM pack"
            " WHERE guild_id = ?1 AND currency = ?4"
            " ON CONFLICT DO UPDATE SET price_minor = excluded.price_minor,"
            " set_by = excluded.set_by, set_at = excluded.set_at",
            (guild_id, coins, price.minor, price.currency, admin_id, self._clock()),
        )

    async def _update(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        coins: int,
        column: str,
        value: int,
    ) -> None:
        currency = await _currency(connection, guild_id)
        await connection.execute_fetchall(
            f"UPDATE pack SET {column} = ?, set_by = ?, set_at = ?"
            f" WHERE guild_id = ? AND coins = ? AND currency = ? AND {column} <> ?",
            (value, admin_id, self._clock(), guild_id, coins, currency, value),
        )


def _check(coins: int, price: Money) -> None:
    if not 1 <= coins <= MOST_PACK_COINS:
        raise PackOutOfBounds(1, MOST_PACK_COINS)
    if not 1 <= price.minor <= MOST_MINOR:
        raise MoneyOutOfBounds(Money(1, price.currency), Money(MOST_MINOR, price.currency))


async def _currency(connection: aiosqlite.Connection, guild_id: int) -> str:
    settings = await stored_settings(connection.execute_fetchall, guild_id)
    if not settings.is_paid:
        raise PaidModeOnly
    return settings.currency


async def _changed(connection: aiosqlite.Connection, guild_id: int) -> PacksChanged:
    return PacksChanged(guild_id, await read_packs(connection.execute_fetchall, guild_id))


async def _packs_with(
    connection: aiosqlite.Connection, guild_id: int, coins: int
) -> tuple[PricedPack, ...]:
    await _currency(connection, guild_id)
    packs = await read_packs(connection.execute_fetchall, guild_id)
    if all(pack.coins != coins for pack in packs):
        raise NoSuchPack(coins)
    return packs
