"""Lives: a streamer's sessions, one at a time, of at most a day and of one season."""

from dataclasses import dataclass, replace

import aiosqlite

from bot.errors import EconomyClosed, KeyConflict, NotAStreamerYourself
from bot.ledger.books import Books
from bot.live_errors import LiveEndedItself, LiveRuns, LiveTitleTooLong, NotLive
from bot.services.clock import Clock
from bot.services.guilds import Guild, Guilds, Person
from bot.services.live_rows import (
    MOST_LIVE_SECONDS,
    Live,
    latest_lives,
    live_ended_by,
    live_started_by,
    open_live,
    over_at,
)
from bot.services.plain_text import plain
from bot.services.season_marks import Season, current_season

MOST_TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class LiveStarted:
    """A live that began."""

    live: Live
    replayed: bool


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """A live that its streamer ended."""

    live: Live
    replayed: bool


class Lives:
    """The service of lives; what one of them brought is told by `earnings`."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def start(
        self, *, guild_id: int, key: str, streamer: Person, title: str = ""
    ) -> LiveStarted:
        """Begin a live; one that was forgotten and is over by itself is written down as ended.

        The same key again returns the first result, whatever became of the live.

        Raises:
            EconomyClosed, NotAStreamerYourself, LiveTitleTooLong, LiveRuns: nothing began.
            KeyConflict: the key was used for another live.
        """
        title = plain(title)
        guild = await self._guilds.get(guild_id)

        async def write(connection: aiosqlite.Connection) -> LiveStarted:
            read, streamer_id = connection.execute_fetchall, streamer.member_id
            first = await live_started_by(read, guild_id, key)
            if first is not None:
                if (first.streamer_id, first.title) != (streamer_id, title):
                    message = f"key {key} was used for another live"
                    raise KeyConflict(message)
                return LiveStarted(first, replayed=True)
            _check(guild, streamer, title)
            season = await current_season(read, guild_id)
            await self._make_room(connection, guild_id, streamer_id, season)
            live = await self._insert(connection, guild_id, key, streamer_id, season, title)
            return LiveStarted(live, replayed=False)

        return await self._books.do(write)

    async def end(self, *, guild_id: int, key: str, streamer_id: int) -> LiveEnded:
        """End the live of a streamer; the same key again returns the first result.

        Raises:
            NotLive, LiveEndedItself: there is none to end.
            KeyConflict: the key was used for another live.
        """

        async def write(connection: aiosqlite.Connection) -> LiveEnded:
            read = connection.execute_fetchall
            first = await live_ended_by(read, guild_id, key)
            if first is not None:
                if first.streamer_id != streamer_id:
                    message = f"key {key} was used for the live of another streamer"
                    raise KeyConflict(message)
                return LiveEnded(first, replayed=True)
            live = await open_live(read, guild_id, streamer_id)
            season = await current_season(read, guild_id)
            if live is None or live.season != season.number:
                raise NotLive
            now = self._clock()
            if not live.runs_at(now):
                raise LiveEndedItself(live.ends_at, MOST_LIVE_SECONDS // 3_600)
            # A clock that was set back cannot end it before it began.
            ended = replace(live, ended_at=max(now, live.started_at))
            await _close(connection, ended, key)
            return LiveEnded(ended, replayed=False)

        return await self._books.do(write)

    async def latest(self, guild_id: int, streamer_id: int, most: int) -> list[Live]:
        """Return the newest lives of a streamer in this season, the newest first."""
        read, now = self._books.read, self._clock()
        season = await current_season(read, guild_id)
        lives = await latest_lives(read, guild_id, streamer_id, season.number, most)
        return [live.as_of(now) for live in lives]

    async def _make_room(
        self, connection: aiosqlite.Connection, guild_id: int, streamer_id: int, season: Season
    ) -> None:
        """Write down that a forgotten live is over, or refuse another one while it runs."""
        read = connection.execute_fetchall
        live = await open_live(read, guild_id, streamer_id)
        if live is None:
            return
        if live.season == season.number and live.runs_at(self._clock()):
            raise LiveRuns(live.started_at)
        await _close(connection, replace(live, ended_at=await over_at(read, live, season)), "")

    async def _insert(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        key: str,
        streamer_id: int,
        season: Season,
        title: str,
    ) -> Live:
        now = self._clock()
        rows = await connection.execute_fetchall(
            "INSERT INTO live (guild_id, live_id, streamer_id, season, key, title, started_at)"
            " SELECT ?1, COALESCE(MAX(live_id), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM live"
            " WHERE guild_id = ?1 RETURNING live_id",
            (guild_id, streamer_id, season.number, key, title, now),
        )
        return Live(
            guild_id=guild_id,
            live_id=next(iter(rows))[0],
            streamer_id=streamer_id,
            season=season.number,
            title=title,
            started_at=now,
            ended_at=0,
        )


def _check(guild: Guild, streamer: Person, title: str) -> None:
    """Refuse whoever could receive no gift, and a title that is too long."""
    if not guild.settings.open:
        raise EconomyClosed
    if not guild.is_streamer(streamer):
        raise NotAStreamerYourself
    if len(title) > MOST_TITLE_CHARACTERS:
        raise LiveTitleTooLong(MOST_TITLE_CHARACTERS, len(title))


async def _close(connection: aiosqlite.Connection, ended: Live, key: str) -> None:
    await connection.execute_fetchall(
        "UPDATE live SET ended_at = ?, end_key = ? WHERE guild_id = ? AND live_id = ?",
        (ended.ended_at, key, ended.guild_id, ended.live_id),
    )
