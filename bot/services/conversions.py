"""Earned coins become diamonds, by exact fractions, rounded down; the odd coins stay.

What is asked for is looked at before it is booked: a large conversion waits for its streamer's yes,
and one that was shown is booked as it was shown or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
from bot.rate_errors import TooFewAtEachRate, YieldChanged
from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.conversion_plans import Part, Share, plan_parts, sum_of
from bot.services.conversion_rows import keep_conversion, read_parts
from bot.services.guilds import Guilds, stored_settings
from bot.services.hold_marks import keep_mark
from bot.services.holds import Held, held_coins
from bot.services.kept_rates import read_shares
from bot.services.settings import GuildSettings
from bot.services.share_rows import Reserved, reserved_coins
from bot.services.shares import move_shares
from bot.split_errors import SharesWait


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionReceipt:
    """A conversion in the books, at which rates, and what is left (coins, diamonds).

    `odd_coins` of those asked for were too few for one more diamond. `rest_coins` are all that is
    left, of which `held` wait, and `reserved_coins` are for those the streamer shares with.
    """

    guild_id: int
    entry_id: int
    streamer_id: int
    coins: int
    diamonds: int
    parts: tuple[Part, ...]
    odd_coins: int
    rest_coins: int
    held: Held
    reserved_coins: int
    balance_diamonds: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionOffer:
    """A conversion that waits for a yes: what it takes and yields, and what would be left."""

    streamer_id: int
    asked: int
    coins: int
    diamonds: int
    parts: tuple[Part, ...]
    odd_coins: int
    rest_coins: int
    held: Held
    reserved_coins: int


class Conversions:
    """The service of conversions."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def ask(
        self, *, guild_id: int, key: str, streamer_id: int, coins: int | None
    ) -> ConversionReceipt | ConversionOffer:
        """Convert `coins` earned coins, or all when None; so many as ask first are only offered.

        Raises:
            As `convert`.
        """
        return await self._do(guild_id, key, streamer_id, coins, is_confirmed=False)

    async def convert(
        self,
        *,
        guild_id: int,
        key: str,
        streamer_id: int,
        coins: int | None,
        promised_diamonds: int | None = None,
    ) -> ConversionReceipt:
        """Convert `coins` earned coins, or all when None; the same key again is a replay.

        With `promised_diamonds` it yields as many as were shown, or nothing is converted.

        Raises:
            EconomyClosed, NothingToConvert, NotEnoughEarned, CoinsOnHold, CoinsDisputed,
                SharesWait, ConvertsToNothing, TooFewAtEachRate, YieldsNothing, WalletFull,
                YieldChanged: nothing changed.
            KeyConflict: the key was used for another conversion.
        """
        done = await self._do(guild_id, key, streamer_id, coins, promised_diamonds)
        assert isinstance(done, ConversionReceipt), "what is confirmed is not offered again"
        return done

    async def _do(
        self,
        guild_id: int,
        key: str,
        streamer_id: int,
        coins: int | None,
        promised_diamonds: int | None = None,
        *,
        is_confirmed: bool = True,
    ) -> ConversionReceipt | ConversionOffer:
        job = _Job(
            guild_id, key, streamer_id, coins, promised_diamonds, is_confirmed, self._clock()
        )
        return await self._books.do(job.write)

    async def quotes(
        self, guild_id: int, streamer_id: int, typed: str
    ) -> tuple[tuple[int, int], ...]:
        """Return the coins that the typed number and that all would take, and their diamonds."""
        settings = (await self._guilds.get(guild_id)).settings
        standing = await _look(self._books.read, guild_id, streamer_id, settings, self._clock())
        wanted = {int(typed[:18])} if typed.isascii() and typed.isdigit() else set[int]()
        plans = [
            sum_of(plan_parts(standing.shares, coins))
            for coins in sorted(wanted | {standing.free_coins})
            if 1 <= coins <= standing.free_coins
        ]
        return tuple((plan.coins, plan.diamonds) for plan in plans if plan.diamonds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What a streamer has earned (coins), and what of it can be converted, by its rates."""

    earned_coins: int
    free_coins: int
    held: Held
    reserved: Reserved
    shares: tuple[Share, ...]


async def _look(
    read: Read, guild_id: int, streamer_id: int, settings: GuildSettings, now: int
) -> _Standing:
    rows = await read(
        "SELECT account, balance FROM pot WHERE guild_id = ? AND owner_id = ?"
        " AND account IN ('earned_paid', 'earned_bonus')",
        (guild_id, streamer_id),
    )
    pots = dict[str, int]([(row[0], row[1]) for row in rows])
    held = await held_coins(read, guild_id, streamer_id, settings, now)
    reserved = await reserved_coins(read, guild_id, streamer_id, settings, now)
    paid = pots.get(Account.EARNED_PAID, 0) - held.paid_coins - reserved.paid_coins
    bonus = pots.get(Account.EARNED_BONUS, 0) - held.bonus_coins - reserved.bonus_coins
    paid, bonus = max(paid, 0), max(bonus, 0)
    return _Standing(
        earned_coins=sum(pots.values()),
        free_coins=paid + bonus,
        held=held,
        reserved=reserved,
        shares=await read_shares(
            read,
            guild_id,
            streamer_id,
            settings,
            paid_coins=paid,
            bonus_coins=bonus,
            others=reserved.kept,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """One conversion on its way into the books."""

    guild_id: int
    key: str
    streamer_id: int
    asked: int | None
    promised_diamonds: int | None
    is_confirmed: bool
    now: int

    async def write(self, connection: aiosqlite.Connection) -> ConversionReceipt | ConversionOffer:
        read = connection.execute_fetchall
        # What is at hand of a guild may be older than this one's turn to write.
        settings = await stored_settings(read, self.guild_id)
        content_hash = request_hash("conversion", self.streamer_id, self.asked)
        replay = await find_replay(connection, self.guild_id, self.key, content_hash)
        if replay is not None:
            # Of all that was there once, nobody remembers how much was odd.
            return await self._receipt(
                connection, replay.entry_id, settings, self.asked, replayed=True
            )
        if not settings.open:
            raise EconomyClosed
        hold_seconds = settings.hold_days * DAY_SECONDS
        await self._share(connection, hold_seconds)
        standing = await _look(read, self.guild_id, self.streamer_id, settings, self.now)
        asked = self._checked(standing)
        parts = plan_parts(standing.shares, asked)
        total = sum_of(parts)
        if not self.is_confirmed and total.coins >= settings.convert_confirm_from:
            return ConversionOffer(
                streamer_id=self.streamer_id,
                asked=asked,
                coins=total.coins,
                diamonds=total.diamonds,
                parts=parts,
                odd_coins=asked - total.coins,
                rest_coins=standing.earned_coins - total.coins,
                held=standing.held,
                reserved_coins=standing.reserved.coins,
            )
        if total.diamonds == 0:
            self._refuse_nothing(standing, asked)
        if self.promised_diamonds not in {None, total.diamonds}:
            raise YieldChanged(total.coins, total.diamonds)
        await self._check_room(connection, total.diamonds)
        if settings.is_paid or settings.hold_days:
            # Where the clock is set back, a refund could otherwise take it out of other gifts.
            await keep_mark(connection, self.guild_id, hold_seconds, self.now)
        posted = await post(connection, self._entry(parts))
        await keep_conversion(connection, self.guild_id, self.streamer_id, posted.entry_id, parts)
        return await self._receipt(connection, posted.entry_id, settings, asked, replayed=False)

    async def _share(self, connection: aiosqlite.Connection, hold_seconds: int) -> None:
        """Let those who share in these coins have theirs first."""
        while await move_shares(
            connection, self.guild_id, self.streamer_id, hold_seconds, self.now
        ):
            pass

    def _checked(self, standing: _Standing) -> int:
        """Return how many coins are meant, all that are free when nobody said."""
        free, held = standing.free_coins, standing.held
        asked = free if self.asked is None else self.asked
        if standing.earned_coins == 0:
            raise NothingToConvert
        # Less than what is there and more than what is free: the rest waits.
        if free == 0 or free < asked <= standing.earned_coins:
            if not held.coins:
                raise SharesWait(free, standing.reserved.coins)
            if not held.until:
                raise CoinsDisputed(free, held.coins)
            raise CoinsOnHold(free, held.coins, held.until)
        if not 1 <= asked <= free:
            raise NotEnoughEarned(free, asked)
        return asked

    def _refuse_nothing(self, standing: _Standing, asked: int) -> None:
        rates = [
            share.paid_rate if share.paid_coins else share.bonus_rate for share in standing.shares
        ]
        yielding = list(filter(None, rates))
        if not yielding:
            raise YieldsNothing
        if len(yielding) > 1:
            raise TooFewAtEachRate(asked)
        raise ConvertsToNothing(asked, str(yielding[0]))

    async def _check_room(self, connection: aiosqlite.Connection, diamonds: int) -> None:
        # With those in claims, so that a claim's diamonds can always come back.
        owed = await self._balance(connection, Account.DIAMONDS, Account.CLAIMED)
        if owed + diamonds > MOST_AMOUNT:
            raise WalletFull

    def _entry(self, parts: Sequence[Part]) -> Entry:
        streamer_id, total = self.streamer_id, sum_of(parts)
        lines = [
            to_house(streamer_id, account, Account.CONVERTED, coins)
            for account, coins in (
                (Account.EARNED_PAID, total.paid_coins),
                (Account.EARNED_BONUS, total.bonus_coins),
            )
            if coins
        ]
        lines.append(from_house(Account.MINTED, streamer_id, Account.DIAMONDS, total.diamonds))
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
        self,
        connection: aiosqlite.Connection,
        entry_id: int,
        settings: GuildSettings,
        asked: int | None,
        *,
        replayed: bool,
    ) -> ConversionReceipt:
        read = connection.execute_fetchall
        parts = await read_parts(read, self.guild_id, self.streamer_id, entry_id)
        total = sum_of(parts)
        standing = await _look(read, self.guild_id, self.streamer_id, settings, self.now)
        return ConversionReceipt(
            guild_id=self.guild_id,
            entry_id=entry_id,
            streamer_id=self.streamer_id,
            coins=total.coins,
            diamonds=total.diamonds,
            parts=parts,
            odd_coins=0 if asked is None else asked - total.coins,
            rest_coins=standing.earned_coins,
            held=standing.held,
            reserved_coins=standing.reserved.coins,
            balance_diamonds=await self._balance(connection, Account.DIAMONDS),
            replayed=replayed,
        )

    async def _balance(self, connection: aiosqlite.Connection, *accounts: Account) -> int:
        return await balance_of(connection, self.guild_id, self.streamer_id, *accounts)
