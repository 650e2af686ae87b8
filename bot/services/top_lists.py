"""The job that lists the first supporters of streamers who received very many gifts."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books
from bot.ledger.database import connect_reader
from bot.services.clock import Clock
from bot.services.earnings_periods import Period, Span, span_of
from bot.services.earnings_rows import Streamer, read_snapshot, read_streamer
from bot.services.guilds import Guilds
from bot.services.supporters import MOST_READ_GIFTS, Supporters, look_through
from bot.services.tally_rows import HOUR_SECONDS

log = logging.getLogger(__name__)


class TopLists:
    """The service that makes those lists; what it reads, it reads beside everybody else."""

    def __init__(
        self,
        books: Books,
        guilds: Guilds,
        clock: Clock,
        *,
        most_read_gifts: int = MOST_READ_GIFTS,
    ) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock
        self._most_read_gifts = most_read_gifts

    async def run(self) -> None:
        """Make every list anew that anybody could need."""
        connection = await connect_reader(self._books.path)
        try:
            # Seconds over a long query of its own: the books' readers would keep others waiting.
            async def read(
                sql: str, values: tuple[object, ...] | Mapping[str, object] = ()
            ) -> Iterable[Any]:
                return await connection.execute_fetchall(sql, values)

            for guild_id, streamer_id in await read(_MANY_SQL, (self._most_read_gifts,)):
                await self._try_streamer(read, guild_id, streamer_id)
        except TryAgain as error:
            log.warning("supporters are listed later: %s", error)
        finally:
            await connection.close()

    async def _try_streamer(self, read: Any, guild_id: int, streamer_id: int) -> None:
        """Make the lists of one streamer, or tell the log why not: the others' must not wait."""
        try:
            streamer = await read_streamer(read, guild_id, streamer_id)
            zone = ZoneInfo((await self._guilds.get(guild_id)).settings.timezone)
            for period in Period:
                await self._make(read, streamer, period, zone)
        except TryAgain:
            raise
        except Exception:
            log.exception("supporters of %d in %d cannot be listed", streamer_id, guild_id)

    async def _make(self, read: Any, streamer: Streamer, period: Period, zone: ZoneInfo) -> None:
        now = self._clock()
        span = span_of(period, now=now, first_at=streamer.first_at or now, zone=zone)
        times = [(span.starts_at, span.ends_at)]
        snapshot = await read_snapshot(read, streamer, times, [], step_seconds=HOUR_SECONDS)
        if snapshot.sums[0].gifts <= self._most_read_gifts:
            return
        found = await look_through(read, streamer, span, fresh_after=snapshot.fresh_after)
        await self._keep(streamer, period, span, found, now)

    async def _keep(
        self, streamer: Streamer, period: Period, span: Span, found: Supporters, now: int
    ) -> None:
        top = [(each.member_id, each.coins, each.gifts) for each in found.top]

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO top_list (guild_id, streamer_id, season, period, starts_at, made_at,"
                " supporters, top) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " starts_at = excluded.starts_at, made_at = excluded.made_at,"
                " supporters = excluded.supporters, top = excluded.top",
                (
                    streamer.guild_id,
                    streamer.streamer_id,
                    streamer.season,
                    period,
                    span.starts_at,
                    now,
                    found.count,
                    json.dumps(top),
                ),
            )

        await self._books.do(write)


_MANY_SQL = "SELECT guild_id, streamer_id FROM earned_total WHERE gifts > ?"
