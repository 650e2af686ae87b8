"""Who may look at whose earnings: streamers at their own, admins at all, others at what is public.

What is public is what was received and from whom; holds, diamonds, claims and statements never are.
"""

import aiosqlite

from bot.earnings_errors import EarningsPrivate
from bot.errors import AdminsOnly, NotAStreamer, NotAStreamerYourself
from bot.ledger.books import Books
from bot.services.clock import Clock
from bot.services.guilds import Guilds, Person


class EarningsAccess:
    """The service of who may look."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def set_public(self, guild_id: int, streamer: Person, *, is_public: bool) -> None:
        """Let everybody see what a streamer receives, or nobody but admins any more.

        Raises:
            NotAStreamerYourself: they are none and never received anything.
        """
        if not await self._has_earnings(guild_id, streamer):
            raise NotAStreamerYourself
        key, now = (guild_id, streamer.member_id), self._clock()

        async def write(connection: aiosqlite.Connection) -> None:
            if is_public:
                await connection.execute_fetchall(
                    "INSERT INTO public_earnings VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (*key, now),
                )
            else:
                await connection.execute_fetchall(
                    "DELETE FROM public_earnings WHERE guild_id = ? AND streamer_id = ?", key
                )

        await self._books.do(write)

    async def is_public(self, guild_id: int, streamer_id: int) -> bool:
        """Tell whether everybody may see what a streamer receives."""
        rows = await self._books.read(
            "SELECT 1 FROM public_earnings WHERE guild_id = ? AND streamer_id = ?",
            (guild_id, streamer_id),
        )
        return bool(rows)

    async def sees_all(
        self, guild_id: int, asker_id: int, streamer: Person, *, is_admin: bool
    ) -> bool:
        """Tell whether the asker may see all of a streamer's report, rather than what is public.

        Raises:
            NotAStreamerYourself, NotAStreamer: there is nothing to see.
            EarningsPrivate: the asker may see nothing of it.
        """
        is_own = asker_id == streamer.member_id
        if not await self._has_earnings(guild_id, streamer):
            raise NotAStreamerYourself if is_own else NotAStreamer(streamer.name)
        if is_own or is_admin:
            return True
        if not await self.is_public(guild_id, streamer.member_id):
            raise EarningsPrivate(streamer.name)
        return False

    async def refuse_strangers(
        self, guild_id: int, asker_id: int, streamer: Person, *, is_admin: bool
    ) -> None:
        """Let alone the streamer and admins on, as to a statement.

        Raises:
            AdminsOnly: the asker is neither.
            NotAStreamerYourself, NotAStreamer: there is nothing to see.
        """
        if asker_id != streamer.member_id and not is_admin:
            raise AdminsOnly
        await self.sees_all(guild_id, asker_id, streamer, is_admin=is_admin)

    async def _has_earnings(self, guild_id: int, streamer: Person) -> bool:
        """Tell whether somebody is a streamer, or was one and received something."""
        if (await self._guilds.get(guild_id)).is_streamer(streamer):
            return True
        rows = await self._books.read(_EVER_SQL, (guild_id, streamer.member_id))
        return bool(rows)


_EVER_SQL = """
SELECT 1 FROM pot WHERE guild_id = ? AND owner_id = ?
   AND account IN ('earned_paid', 'earned_bonus', 'diamonds') LIMIT 1
"""
