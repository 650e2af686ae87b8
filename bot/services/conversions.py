"""Earned coins become diamonds, by exact fractions, rounded down; the odd coins stay."""

import math
from dataclasses import dataclass
from fractions import Fraction

import aiosqlite

from bot.errors import (
    ConvertsToNothing,
    EconomyClosed,
    NotEnoughEarned,
    NothingToConvert,
    WalletFull,
    YieldsNothing,
)
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, find_replay, from_house, post, request_hash, to_house
from bot.ledger.pots import balance_of
from bot.paid_errors import CoinsDisputed, CoinsOnHold
from bot.services.clock import Clock
from bot.services.guilds import Guilds
from bot.services.holds import held_coins
from bot.services.settings import GuildSettings


@dataclass(frozen=True, slots=True)
class Conversion:
    """What converting would take and yield: coins by what paid for them, diamonds."""

    paid_coins: int
    bonus_coins: int
    diamonds: int

    @property
    def coins(self) -> int:
        """Return the coins that are taken."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionReceipt:
    """A conversion in the books, at which rates, and what is left (coins, diamonds)."""

    guild_id: int
    entry_id: int
    streamer_id: int
    coins: int
    diamonds: int
    paid_rate: Fraction
    bonus_rate: Fraction
    rest_coins: int
    balance_diamonds: int
    replayed: bool


def plan_conversion(
    *, paid: int, bonus: int, asked: int, paid_rate: Fraction, bonus_rate: Fraction
) -> Conversion:
    """Return what `asked` coins yield, paid coins first, never taking a coin that yields nothing.

    With one rate for both kinds they are converted as one sum, so that no odd coin is left on each
    side. With two rates each kind is rounded down by itself.
    """
    if paid_rate == bonus_rate:
        taken, diamonds = _exchange(asked, paid_rate)
        from_paid = min(paid, taken)
        return Conversion(from_paid, taken - from_paid, diamonds)
    paid_taken, paid_diamonds = _exchange(min(paid, asked), paid_rate)
    bonus_taken, bonus_diamonds = _exchange(min(bonus, asked - paid_taken), bonus_rate)
    return Conversion(paid_taken, bonus_taken, paid_diamonds + bonus_diamonds)


def _exchange(coins: int, rate: Fraction) -> tuple[int, int]:
    """Return the fewest coins that yield as many diamonds as `coins` do, and those diamonds."""
    diamonds = math.floor(coins * rate)
    return (math.ceil(diamonds / rate) if diamonds else 0, diamonds)


class Conversions:
    """The service of conversions."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def convert(
        self, *, guild_id: int, key: str, streamer_id: int, coins: int | None
    ) -> ConversionReceipt:
        """Convert `coins` earned coins, or all when None; the same key again is a replay.

        Raises:
            EconomyClosed, NothingToConvert, NotEnoughEarned, CoinsOnHold, CoinsDisputed,
                ConvertsToNothing, YieldsNothing, WalletFull: nothing changed.
            KeyConflict: the key was used for another conversion.
        """
        settings = (await self._guilds.get(guild_id)).settings
        job = _Job(guild_id, key, streamer_id, coins, settings, self._clock())
        return await self._books.do(job.write)

    async def quotes(
        self, guild_id: int, streamer_id: int, typed: str
    ) -> tuple[tuple[int, int], ...]:
        """Return the coins that the typed number and that all would take, and their diamonds."""
        settings = (await self._guilds.get(guild_id)).settings
        rows = await self._books.read(
            "SELECT account, balance FROM pot WHERE guild_id = ? AND owner_id = ?"
            " AND account IN ('earned_paid', 'earned_bonus')",
            (guild_id, streamer_id),
        )
        pots: dict[str, int] = dict(rows)
        held = await held_coins(self._books.read, guild_id, streamer_id, settings, self._clock())
        paid = max(pots.get(Account.EARNED_PAID, 0) - held.paid_coins, 0)
        bonus = max(pots.get(Account.EARNED_BONUS, 0) - held.bonus_coins, 0)
        wanted = {int(typed[:18])} if typed.isascii() and typed.isdigit() else set[int]()
        return tuple(
            (plan.coins, plan.diamonds)
            for coins in sorted(wanted | {paid + bonus})
            if 1 <= coins <= paid + bonus and (plan := _plan(settings, paid, bonus, coins)).diamonds
        )


def _plan(settings: GuildSettings, paid: int, bonus: int, asked: int) -> Conversion:
    return plan_conversion(
        paid=paid,
        bonus=bonus,
        asked=asked,
        paid_rate=settings.paid_rate,
        bonus_rate=settings.bonus_rate,
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """One conversion on its way into the books."""

    guild_id: int
    key: str
    streamer_id: int
    asked: int | None
    settings: GuildSettings
    now: int

    async def write(self, connection: aiosqlite.Connection) -> ConversionReceipt:
        content_hash = request_hash("conversion", self.streamer_id, self.asked)
        replay = await find_replay(connection, self.guild_id, self.key, content_hash)
        if replay is not None:
            return await self._receipt(connection, replay.entry_id, replayed=True)
        if not self.settings.open:
            raise EconomyClosed
        conversion = await self._plan(connection)
        posted = await post(connection, self._entry(conversion))
        await connection.execute_fetchall(
            "INSERT INTO conversion (guild_id, streamer_id, entry_id, paid_coins, bonus_coins,"
            " diamonds, paid_rate, bonus_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.guild_id,
                self.streamer_id,
                posted.entry_id,
                conversion.paid_coins,
                conversion.bonus_coins,
                conversion.diamonds,
                str(self.settings.paid_rate),
                str(self.settings.bonus_rate),
            ),
        )
        return await self._receipt(connection, posted.entry_id, replayed=False)

    async def _plan(self, connection: aiosqlite.Connection) -> Conversion:
        held = await held_coins(
            connection.execute_fetchall, self.guild_id, self.streamer_id, self.settings, self.now
        )
        earned_paid = await self._balance(connection, Account.EARNED_PAID)
        earned_bonus = await self._balance(connection, Account.EARNED_BONUS)
        paid = max(earned_paid - held.paid_coins, 0)
        bonus = max(earned_bonus - held.bonus_coins, 0)
        asked = paid + bonus if self.asked is None else self.asked
        if earned_paid + earned_bonus == 0:
            raise NothingToConvert
        # Less than what is there and more than what is free: the rest waits.
        if paid + bonus == 0 or paid + bonus < asked <= earned_paid + earned_bonus:
            if not held.until:
                raise CoinsDisputed(paid + bonus, held.coins)
            raise CoinsOnHold(paid + bonus, held.coins, held.until)
        if not 1 <= asked <= paid + bonus:
            raise NotEnoughEarned(paid + bonus, asked)
        conversion = _plan(self.settings, paid, bonus, asked)
        if conversion.diamonds == 0:
            rate = self.settings.paid_rate if paid else self.settings.bonus_rate
            raise ConvertsToNothing(asked, str(rate)) if rate else YieldsNothing
        # With those in claims, so that a claim's diamonds can always come back.
        held = await self._balance(connection, Account.DIAMONDS, Account.CLAIMED)
        if held + conversion.diamonds > MOST_AMOUNT:
            raise WalletFull
        return conversion

    def _entry(self, conversion: Conversion) -> Entry:
        streamer_id = self.streamer_id
        lines = [
            to_house(streamer_id, account, Account.CONVERTED, coins)
            for account, coins in (
                (Account.EARNED_PAID, conversion.paid_coins),
                (Account.EARNED_BONUS, conversion.bonus_coins),
            )
            if coins
        ]
        lines.append(from_house(Account.MINTED, streamer_id, Account.DIAMONDS, conversion.diamonds))
        return Entry(
            guild_id=self.guild_id,
            key=self.key,
            kind="conversion",
            actor_id=streamer_id,
            posted_at=self.now,
            lines=tuple(lines),
            content=(streamer_id, self.asked),
        )

    async def _receipt(
        self, connection: aiosqlite.Connection, entry_id: int, *, replayed: bool
    ) -> ConversionReceipt:
        rows = list(
            await connection.execute_fetchall(
                "SELECT paid_coins + bonus_coins, diamonds, paid_rate, bonus_rate FROM conversion"
                " WHERE guild_id = ? AND streamer_id = ? AND entry_id = ?",
                (self.guild_id, self.streamer_id, entry_id),
            )
        )
        coins, diamonds, paid_rate, bonus_rate = rows[0]
        return ConversionReceipt(
            guild_id=self.guild_id,
            entry_id=entry_id,
            streamer_id=self.streamer_id,
            coins=coins,
            diamonds=diamonds,
            paid_rate=Fraction(paid_rate),
            bonus_rate=Fraction(bonus_rate),
            rest_coins=await self._balance(connection, Account.EARNED_PAID, Account.EARNED_BONUS),
            balance_diamonds=await self._balance(connection, Account.DIAMONDS),
            replayed=replayed,
        )

    async def _balance(self, connection: aiosqlite.Connection, *accounts: Account) -> int:
        return await balance_of(connection, self.guild_id, self.streamer_id, *accounts)
