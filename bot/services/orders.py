"""Packs of coins and the orders for them. In play mode a test purchase is credited at once."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import EconomyClosed, UnknownPack
from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import (
    Entry,
    Posted,
    find_replay,
    post,
    request_hash,
)
from bot.ledger.pots import balance_of
from bot.payment_errors import PlayOver
from bot.services.bonuses import (
    Bonus,
    OrderBonus,
    best_bonus,
    note_bonus,
    open_windows,
    promised_coins,
    used_up,
)
from bot.services.clock import Clock
from bot.services.freezes import note_debt
from bot.services.guilds import Guilds, stored_settings
from bot.services.pack_lines import lines_of_coins, refuse_full

TEST_PROVIDER = "test"

# What was promised when the order was made holds this long.
ORDER_SECONDS = 30 * 60

PACKS_COINS = (70, 350, 700, 1_400, 3_500, 7_000, 17_500)


@dataclass(frozen=True, slots=True)
class Pack:
    """A number of coins on offer, and the bonus that comes with it now for whoever asks."""

    coins: int
    bonus: Bonus | None = None

    @property
    def bonus_coins(self) -> int:
        """Return the bonus coins."""
        return 0 if self.bonus is None else self.bonus.coins


@dataclass(frozen=True, slots=True)
class Offer:
    """What is on offer for a member now: packs, smallest first, and bonuses with nothing left."""

    packs: tuple[Pack, ...]
    used_up: tuple[Bonus, ...]


@dataclass(frozen=True, slots=True)
class LessBonus:
    """A purchase that was not made, as its bonus is less than the buyer could expect."""

    pack: Pack
    expected_coins: int


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

    async def packs(self, guild_id: int, member_id: int) -> tuple[Pack, ...]:
        """Return the packs that are on offer now for a member, smallest first.

        Raises:
            EconomyClosed: none is.
        """
        return (await self.offer(guild_id, member_id)).packs

    async def offer(self, guild_id: int, member_id: int) -> Offer:
        """Return what is on offer now for a member.

        Raises:
            EconomyClosed: nothing is.
        """
        if not (await self._guilds.get(guild_id)).settings.open:
            raise EconomyClosed
        windows = await open_windows(self._books.read, guild_id, member_id, self._clock())
        packs = tuple(Pack(coins, best_bonus(windows, coins)) for coins in PACKS_COINS)
        return Offer(packs, used_up(windows))

    async def buy_test(
        self,
        guild_id: int,
        member_id: int,
        order_id: int,
        coins: int,
        *,
        expected_bonus: int | None = None,
    ) -> OrderReceipt | LessBonus:
        """Credit a pack without money; the same order again returns the first receipt.

        `expected_bonus` is what the buyer was told (bonus coins), None when they were told nothing
        and expect the largest whole bonus of the windows open now. If there is less, nothing is
        credited and they are asked.

        Raises:
            UnknownPack, EconomyClosed, WalletFull: nothing was credited.
            PlayOver: the guild takes money by now; nothing was credited.
            KeyConflict: the order was for another pack or by another member.
        """
        if coins not in PACKS_COINS:
            raise UnknownPack(coins)
        is_open = (await self._guilds.get(guild_id)).settings.open
        wish = _Wish(guild_id, member_id, order_id, coins, expected_bonus)

        async def write(connection: aiosqlite.Connection) -> OrderReceipt | LessBonus:
            # The price is that of this instant, not of when the command waited for its turn.
            return await _credit(connection, wish, now=self._clock(), is_open=is_open)

        return await self._books.do(write)


@dataclass(frozen=True, slots=True)
class _Wish:
    guild_id: int
    member_id: int
    order_id: int
    coins: int
    expected_bonus: int | None

    @property
    def key(self) -> str:
        return f"payment:{TEST_PROVIDER}:{self.order_id}"

    @property
    def content(self) -> tuple[int, int]:
        return self.member_id, self.coins


async def _credit(
    connection: aiosqlite.Connection, wish: _Wish, *, now: int, is_open: bool
) -> OrderReceipt | LessBonus:
    replay = await find_replay(
        connection, wish.guild_id, wish.key, request_hash("purchase", *wish.content)
    )
    if replay is not None:
        return await _receipt(connection, wish, replay)
    if not is_open:
        raise EconomyClosed
    # An offer of the season before must not give for nothing what others pay for.
    if (await stored_settings(connection.execute_fetchall, wish.guild_id)).is_paid:
        raise PlayOver
    windows = await open_windows(connection.execute_fetchall, wish.guild_id, wish.member_id, now)
    bonus = best_bonus(windows, wish.coins)
    pack = Pack(wish.coins, bonus)
    expected = wish.expected_bonus
    if expected is None:
        expected = promised_coins(windows, wish.coins)
    if pack.bonus_coins < expected:
        return LessBonus(pack, expected)
    return await _receipt(connection, wish, await _post(connection, wish, pack, now))


async def _post(connection: aiosqlite.Connection, wish: _Wish, pack: Pack, now: int) -> Posted:
    guild_id, member_id = wish.guild_id, wish.member_id
    lines = list(await lines_of_coins(connection, guild_id, member_id, pack.coins))
    if pack.bonus is not None:
        await refuse_full(connection, guild_id, member_id, Account.BONUS, pack.bonus.coins)
        given = OrderBonus.of(
            pack.bonus,
            guild_id=guild_id,
            order_id=wish.order_id,
            member_id=member_id,
            coins=pack.coins,
            now=now,
        )
        lines.append(given.line_from_source(Account.BONUS))
        await note_bonus(connection, given)
    posted = await post(
        connection,
        Entry(
            guild_id=wish.guild_id,
            key=wish.key,
            kind="purchase",
            actor_id=wish.member_id,
            posted_at=now,
            lines=tuple(lines),
            content=wish.content,
        ),
    )
    await connection.execute_fetchall(
        "INSERT INTO purchase_order (guild_id, order_id, member_id, pack_coins, bonus_coins,"
        " provider, ordered_at, entry_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            wish.guild_id,
            wish.order_id,
            wish.member_id,
            pack.coins,
            pack.bonus_coins,
            TEST_PROVIDER,
            now,
            posted.entry_id,
        ),
    )
    await note_debt(connection, guild_id, member_id, now)
    return posted


async def _receipt(connection: aiosqlite.Connection, wish: _Wish, posted: Posted) -> OrderReceipt:
    rows = list(
        await connection.execute_fetchall(
            "SELECT bonus_coins FROM purchase_order WHERE guild_id = ? AND order_id = ?",
            (wish.guild_id, wish.order_id),
        )
    )
    return OrderReceipt(
        guild_id=wish.guild_id,
        order_id=wish.order_id,
        entry_id=posted.entry_id,
        member_id=wish.member_id,
        coins=wish.coins,
        bonus_coins=rows[0][0],
        balance_coins=await balance_of(
            connection, wish.guild_id, wish.member_id, Account.PAID, Account.BONUS
        ),
        ordered_at=posted.posted_at,
        replayed=posted.replayed,
    )
