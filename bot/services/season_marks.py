"""Where a guild's season began in its books, for whatever must not reach back behind it.

The mark is the last entry of the season before, 0 when there was none: what belongs to
the season has a greater one. It is asked inside the transaction, as what is at hand of a guild may
be older than its turn to write.
"""

from dataclasses import dataclass
from typing import Any

from bot.services.bonuses import Read
from bot.services.settings import PLAY


def season_entry_sql(guild: str) -> str:
    """Return the SQL of a guild's mark; `guild` is the SQL of the guild's id."""
    return f"(SELECT COALESCE(MAX(entry_id), 0) FROM season WHERE guild_id = {guild})"


@dataclass(frozen=True, slots=True)
class Season:
    """A guild's season: its number, its mode, the last entry before it, its beginning (UTC)."""

    number: int
    mode: str
    entry_id: int
    began_at: int


# The first season has no row.
FIRST_SEASON = Season(1, PLAY, 0, 0)


async def current_season(read: Read, guild_id: int) -> Season:
    """Return the season that a guild is in, as the transaction sees it."""
    return await _last_season(read, "guild_id = ?", guild_id)


async def season_before(read: Read, guild_id: int, at: int) -> Season:
    """Return the season that a guild was in just before an instant (seconds, UTC).

    So it is the season of whatever ended then: what is open when a season ends, ends with it.
    """
    return await _last_season(read, "guild_id = ? AND began_at < ?", guild_id, at)


async def _last_season(read: Read, condition: str, *values: int) -> Season:
    rows: list[Any] = list(
        await read(
            f"SELECT season, mode, entry_id, began_at FROM season WHERE {condition}"
            " ORDER BY season DESC LIMIT 1",
            values,
        )
    )
    return Season(*rows[0]) if rows else FIRST_SEASON
