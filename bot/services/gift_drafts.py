"""Large gifts wait for their giver's yes: kept in the database, so that a restart forgets none."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import (
    AlreadyUsed,
    KeyConflict,
    NotEnoughCoins,
    OldButton,
    Refusal,
)
from bot.ledger.books import Books
from bot.services.catalogue import Gift, find_gift
from bot.services.clock import Clock
from bot.services.drafts import DraftTable
from bot.services.gifts import GiftReceipt, GiftRequest, Gifts, check_gift, tidied
from bot.services.guilds import Guilds, Person

# The ephemeral question can be answered as long as Discord lets its message be edited.
DRAFT_SECONDS = 15 * 60

_TABLE = DraftTable(
    "gift_draft", "giver_id", "key, streamer_id, gift, count, coins, message", DRAFT_SECONDS
)


@dataclass(frozen=True, slots=True)
class GiftDraft:
    """A gift so large that its giver is asked first, at a price in coins.

    `key` is the intent under which it will be booked, so that many a yes is one gift.
    """

    guild_id: int
    draft_id: int
    key: str
    giver_id: int
    streamer_id: int
    gift: Gift
    count: int
    coins: int
    message: str


class GiftDrafts:
    """The service that asks before a large gift is sent."""

    def __init__(self, books: Books, guilds: Guilds, gifts: Gifts, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._gifts = gifts
        self._clock = clock

    async def offer(self, request: GiftRequest, draft_id: int) -> GiftReceipt | GiftDraft:
        """Send a gift, or keep it as a draft when it is so large that the giver is asked first.

        Raises:
            Refusal: a rule says no; see `Gifts.send`.
            KeyConflict: the draft was used for another gift.
        """
        request = tidied(request)
        guild = await self._guilds.get(request.guild_id)
        try:
            gift, coins = check_gift(guild, request)
        except Refusal:
            first = await self._gifts.first_receipt(request)
            if first is None:
                raise
            return first
        if coins < guild.settings.confirm_from:
            return await self._gifts.send(request)
        first = await self._gifts.first_receipt(request)
        if first is not None:
            return first
        await self._refuse_unaffordable(request, coins)
        return await self._draft(request, draft_id, gift, coins)

    async def find(self, guild_id: int, draft_id: int, giver_id: int) -> GiftDraft:
        """Return a draft that its giver is about to answer.

        Raises:
            OldButton: it was cancelled, is too long ago, or has another price now.
            NotYourButton: it is somebody else's.
        """
        row = await _TABLE.find(self._books, self._clock, guild_id, draft_id, giver_id)
        key, streamer_id, code, count, coins, message = row
        gift = find_gift(code)
        if coins != gift.coins * count:
            raise OldButton  # the price changed since the giver was asked
        return GiftDraft(
            guild_id, draft_id, key, giver_id, streamer_id, gift, count, coins, message
        )

    async def send(self, draft: GiftDraft, streamer: Person) -> GiftReceipt:
        """Send a draft's gift, unless its giver said no meanwhile; a second yes is a replay.

        Raises:
            OldButton: the giver said no.
            Refusal, TryAgain: a rule or the books say no; see `Gifts.send`.
        """
        book = await self._gifts.booking(
            GiftRequest(
                guild_id=draft.guild_id,
                key=draft.key,
                giver_id=draft.giver_id,
                streamer=streamer,
                gift=draft.gift.code,
                count=draft.count,
                message=draft.message,
            )
        )

        async def write(connection: aiosqlite.Connection) -> GiftReceipt:
            if not await _TABLE.is_waiting(connection, draft.guild_id, draft.draft_id):
                raise OldButton
            return await book(connection)

        return await self._books.do(write)

    async def discard(self, draft: GiftDraft) -> None:
        """Forget a draft whose giver said no.

        Raises:
            AlreadyUsed: the giver said yes before, so the gift is sent.
        """

        async def write(connection: aiosqlite.Connection) -> None:
            sent = await connection.execute_fetchall(
                "SELECT 1 FROM entry WHERE guild_id = ? AND key = ?",
                (draft.guild_id, draft.key),
            )
            if list(sent):
                raise AlreadyUsed
            await _TABLE.discard(connection, draft.guild_id, draft.draft_id)

        await self._books.do(write)

    async def purge(self) -> None:
        """Forget the drafts that nobody can answer any more."""
        await _TABLE.purge(self._books, self._clock)

    async def _refuse_unaffordable(self, request: GiftRequest, coins: int) -> None:
        """Spare the giver a question whose answer could only be no."""
        rows = await self._books.read(
            "SELECT COALESCE(SUM(balance), 0) FROM pot WHERE guild_id = ? AND owner_id = ?"
            " AND account IN ('bonus', 'paid')",
            (request.guild_id, request.giver_id),
        )
        if rows[0][0] < coins:
            raise NotEnoughCoins(rows[0][0], coins)

    async def _draft(
        self, request: GiftRequest, draft_id: int, gift: Gift, coins: int
    ) -> GiftDraft:
        draft = GiftDraft(
            request.guild_id,
            draft_id,
            request.key,
            request.giver_id,
            request.streamer.member_id,
            gift,
            request.count,
            coins,
            request.message,
        )
        row = (
            draft.key,
            draft.giver_id,
            draft.streamer_id,
            gift.code,
            draft.count,
            coins,
            draft.message,
        )
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO gift_draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (draft.guild_id, draft_id, *row, now),
            )
            kept = await connection.execute_fetchall(
                "SELECT key, giver_id, streamer_id, gift, count, coins, message FROM gift_draft"
                " WHERE guild_id = ? AND draft_id = ?",
                (draft.guild_id, draft_id),
            )
            if [tuple(each) for each in kept] != [row]:
                message = f"draft {draft_id} was used before with other content"
                raise KeyConflict(message)

        await self._books.do(write)
        return draft
