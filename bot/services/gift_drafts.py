"""Large gifts wait for their giver's yes: kept in the database, so that a restart forgets none."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import NotEnoughCoins, NotYourButton, OldButton
from bot.ledger.books import Books
from bot.services.catalogue import Gift, find_gift
from bot.services.clock import Clock
from bot.services.gifts import GiftReceipt, GiftRequest, Gifts, check_gift
from bot.services.guilds import Guilds

# The ephemeral question can be answered as long as Discord lets its message be edited.
DRAFT_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class GiftDraft:
    """A gift so large that its giver is asked first (coins)."""

    guild_id: int
    draft_id: int
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
            Refusal: a rule says no; see `send`.
        """
        guild = await self._guilds.get(request.guild_id)
        gift, coins = check_gift(guild, request)
        if coins < guild.settings.confirm_from:
            return await self._gifts.send(request)
        await self._refuse_unaffordable(request, coins)
        return await self._draft(request, draft_id, gift, coins)

    async def find(self, guild_id: int, draft_id: int, giver_id: int) -> GiftDraft:
        """Return a draft that its giver is about to answer.

        Raises:
            OldButton: it was cancelled, or too long ago.
            NotYourButton: it is somebody else's.
        """
        rows = await self._books.read(
            "SELECT giver_id, streamer_id, gift, count, message, drafted_at FROM gift_draft"
            " WHERE guild_id = ? AND draft_id = ?",
            (guild_id, draft_id),
        )
        if not rows or self._clock() - rows[0][5] > DRAFT_SECONDS:
            raise OldButton
        owner_id, streamer_id, code, count, message, _ = rows[0]
        if owner_id != giver_id:
            raise NotYourButton
        gift = find_gift(code)
        return GiftDraft(guild_id, draft_id, streamer_id, gift, count, gift.coins * count, message)

    async def discard(self, draft: GiftDraft) -> None:
        """Forget a draft whose giver said no."""

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "DELETE FROM gift_draft WHERE guild_id = ? AND draft_id = ?",
                (draft.guild_id, draft.draft_id),
            )

        await self._books.do(write)

    async def purge(self) -> None:
        """Forget the drafts that nobody can answer any more."""
        oldest = self._clock() - DRAFT_SECONDS

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "DELETE FROM gift_draft WHERE drafted_at < ?", (oldest,)
            )

        await self._books.do(write)

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
        row = (
            request.guild_id,
            draft_id,
            request.giver_id,
            request.streamer.member_id,
            gift.code,
            request.count,
            request.message,
            self._clock(),
        )

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO gift_draft VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                row,
            )

        await self._books.do(write)
        return GiftDraft(
            request.guild_id,
            draft_id,
            request.streamer.member_id,
            gift,
            request.count,
            coins,
            request.message,
        )
