"""Packs of coins and the orders for them. In play mode a test purchase is credited at once."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import EconomyClosed, UnknownPack, WalletFull
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, find_replay, from_house, post, request_hash
from bot.ledger.pots import balance_of
from bot.services.clock import Clock
from bot.services.guilds import Guilds

TEST_PROVIDER = "test"

# What was promised when the order was made holds this long.
ORDER_SECONDS = 30 * 60

PACKS_COINS = (70, 350, 700, 1_400, 3_500, 7_000, 17_500)


@dataclass(frozen=True, slots=True)
class Pack:
    """A number of coins on offer, and the bonus coins that come with it now."""

    coins: int
    bonus_coins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReceipt:
    """A credited order: what was bought, what came with it, what the member can spend now."""

    guild_id: int
    order_id: int
    entry_id: int
    member_id: int
    coins: int
    bonus_coins: int
    balance_coins: int
    ordered_at: int
    replayed: bool


class Orders:
    """The service of packs and orders."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def packs(self, guild_id: int) -> tuple[Pack, ...]:
        """Return what is on offer now, smallest first.

        Raises:
            EconomyClosed: nothing is.
        """
        if not (await self._guilds.get(guild_id)).settings.open:
            raise EconomyClosed
        return _packs_now()

    async def buy_test(
        self, guild_id: int, member_id: int, order_id: int, coins: int
    ) -> OrderReceipt:
        """Credit a pack without money; the same order again returns the first receipt.

        Raises:
            UnknownPack, EconomyClosed, WalletFull: nothing was credited.
            KeyConflict: the order was for another pack or by another member.
        """
        pack = next((pack for pack in _packs_now() if pack.coins == coins), None)
        if pack is None:
            raise UnknownPack(coins)
        is_open = (await self._guilds.get(guild_id)).settings.open
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> OrderReceipt:
            return await _credit(
                connection, guild_id, member_id, order_id, pack, now=now, is_open=is_open
            )

        return await self._books.do(write)


def _packs_now() -> tuple[Pack, ...]:
    return tuple(Pack(coins, 0) for coins in PACKS_COINS)


async def _credit(
    connection: aiosqlite.Connection,
    guild_id: int,
    member_id: int,
    order_id: int,
    pack: Pack,
    *,
    now: int,
    is_open: bool,
) -> OrderReceipt:
    key = f"payment:{TEST_PROVIDER}:{order_id}"
    content = (member_id, pack.coins)
    posted = await find_replay(connection, guild_id, key, request_hash("purchase", *content))
    if posted is None:
        if not is_open:
            raise EconomyClosed
        if (
            await balance_of(connection, guild_id, member_id, Account.PAID) + pack.coins
            > MOST_AMOUNT
        ):
            raise WalletFull
        posted = await post(
            connection,
            Entry(
                guild_id=guild_id,
                key=key,
                kind="purchase",
                actor_id=member_id,
                posted_at=now,
                lines=(from_house(Account.SOLD, member_id, Account.PAID, pack.coins),),
                content=content,
            ),
        )
        await connection.execute_fetchall(
            "INSERT INTO purchase_order (guild_id, order_id, member_id, pack_coins, bonus_coins,"
            " provider, ordered_at, entry_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                guild_id,
                order_id,
                member_id,
                pack.coins,
                pack.bonus_coins,
                TEST_PROVIDER,
                now,
                posted.entry_id,
            ),
        )
    return OrderReceipt(
        guild_id=guild_id,
        order_id=order_id,
        entry_id=posted.entry_id,
        member_id=member_id,
        coins=pack.coins,
        bonus_coins=pack.bonus_coins,
        balance_coins=await balance_of(
            connection, guild_id, member_id, Account.PAID, Account.BONUS
        ),
        ordered_at=posted.posted_at,
        replayed=posted.replayed,
    )
