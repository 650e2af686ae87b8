"""Lives as they stand in the books, and until when each of them counts."""

from dataclasses import dataclass, replace
from typing import Any, Self

from bot.services.bonuses import Read
from bot.services.season_marks import Season

# Whoever forgets to end a live has ended it after so long.
MOST_LIVE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A streamer's session; `ended_at` is 0 while it runs (times in seconds, UTC).

    In the books it is 0 until somebody ends it, though the live may be over by itself: `as_of`.
    """

    guild_id: int
    live_id: int
    streamer_id: int
    season: int
    title: str
    started_at: int
    ended_at: int

    @property
    def ends_at(self) -> int:
        """Return when it ended or will have ended by itself: what is sent then is not part of it.

        With its season it ends as well; who looks at lives of one season need not ask.
        """
        return self.ended_at or self.started_at + MOST_LIVE_SECONDS

    def runs_at(self, now: int) -> bool:
        """Tell whether it is not over yet at an instant of its season (seconds, UTC)."""
        return not self.ended_at and now < self.ends_at

    def as_of(self, now: int) -> Self:
        """Return it as ended if it is over by itself at an instant (seconds, UTC)."""
        return self if self.runs_at(now) else replace(self, ended_at=self.ends_at)


async def find_live(
    read: Read, guild_id: int, streamer_id: int, season: int, live_id: int
) -> Live | None:
    """Return a live of a streamer in a season, None where there is none of that number."""
    condition = "streamer_id = ? AND season = ? AND live_id = ?"
    return _first(await _read(read, guild_id, condition, streamer_id, season, live_id))


async def live_before(read: Read, live: Live) -> Live | None:
    """Return the live that a streamer had before in the same season."""
    condition = "streamer_id = ? AND season = ? AND live_id < ? ORDER BY live_id DESC LIMIT 1"
    values = (live.streamer_id, live.season, live.live_id)
    return _first(await _read(read, live.guild_id, condition, *values))


async def latest_lives(
    read: Read, guild_id: int, streamer_id: int, season: int, most: int
) -> list[Live]:
    """Return the newest lives of a streamer in a season, the newest first."""
    condition = "streamer_id = ? AND season = ? ORDER BY live_id DESC LIMIT ?"
    return await _read(read, guild_id, condition, streamer_id, season, most)


async def live_started_by(read: Read, guild_id: int, key: str) -> Live | None:
    """Return the live that an intent started."""
    return _first(await _read(read, guild_id, "key = ?", key))


async def live_ended_by(read: Read, guild_id: int, key: str) -> Live | None:
    """Return the live that an intent ended."""
    return _first(await _read(read, guild_id, "end_key = ? AND end_key <> ''", key))


async def open_live(read: Read, guild_id: int, streamer_id: int) -> Live | None:
    """Return the live of a streamer that nobody ended, though it may be over by itself."""
    return _first(await _read(read, guild_id, "streamer_id = ? AND ended_at = 0", streamer_id))


async def over_at(read: Read, live: Live, season: Season) -> int:
    """Return when a live that nobody ended was over, in the season that the guild is in (UTC)."""
    if live.season == season.number:
        return live.ends_at
    rows: list[Any] = list(
        await read(
            "SELECT began_at FROM season WHERE guild_id = ? AND season = ?",
            (live.guild_id, live.season + 1),
        )
    )
    # A clock that was set back may have begun the next season before it.
    return max(min(live.ends_at, rows[0][0]), live.started_at)


async def _read(read: Read, guild_id: int, condition: str, *values: int | str) -> list[Live]:
    rows: list[Any] = list(
        await read(
            "SELECT live_id, streamer_id, season, title, started_at, ended_at FROM live"
            f" WHERE guild_id = ? AND {condition}",
            (guild_id, *values),
        )
    )
    return [
        Live(
            guild_id=guild_id,
            live_id=live_id,
            streamer_id=streamer_id,
            season=season,
            title=title,
            started_at=started_at,
            ended_at=ended_at,
        )
        for live_id, streamer_id, season, title, started_at, ended_at in rows
    ]


def _first(lives: list[Live]) -> Live | None:
    return lives[0] if lives else None
