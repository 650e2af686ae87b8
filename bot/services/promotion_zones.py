"""Promotions under another time zone: what did not begin yet is made anew."""

from collections.abc import Iterator
from dataclasses import dataclass

import aiosqlite

from bot.services.bonuses import Read
from bot.services.guilds import SettingChanged
from bot.services.promotion_rows import Promotion, list_promotions
from bot.services.promotion_windows import drop_windows, make_windows
from bot.services.recurrence import Occurrence


@dataclass(frozen=True, slots=True)
class WindowMoved:
    """The next window of a promotion, before and after its guild's clock was set to another zone.

    `after` is None when it has no window to come any more.
    """

    promotion_id: int
    name: str
    before: Occurrence
    after: Occurrence | None


@dataclass(frozen=True, slots=True)
class ZoneChanged:
    """A guild's time zone before and after, and the windows that moved or were lost with it."""

    setting: SettingChanged
    moved: tuple[WindowMoved, ...]

    @property
    def before(self) -> str:
        """Return the name of the zone before."""
        return self.setting.before

    @property
    def after(self) -> str:
        """Return the name of the zone now."""
        return self.setting.after


async def follow_zone(
    connection: aiosqlite.Connection, setting: SettingChanged, now: int
) -> ZoneChanged:
    """Make the windows of a guild anew, in the transaction that changed its zone.

    What is open already in the new zone opens now: nobody could buy in it before.
    """
    read, guild_id = connection.execute_fetchall, setting.guild_id
    alive = await list_promotions(read, guild_id, over=False)
    before = await _next_windows(read, guild_id, now)
    for one in alive:
        await drop_windows(connection, guild_id, one.promotion_id, now)
    begun = await _starting(read, guild_id, now)
    for one in alive:
        await make_windows(connection, guild_id, one.promotion_id, now, from_at=now)
    opened = await _starting(read, guild_id, now)
    after = await _next_windows(read, guild_id, now) | {
        number: window for number, window in opened.items() if number not in begun
    }
    return ZoneChanged(setting, tuple(_moved(alive, before, after)))


_NEXT_SQL = """
SELECT promotion_id, local_date, MIN(starts_at), ends_at FROM promotion_window
 WHERE guild_id = ? AND starts_at > ? GROUP BY promotion_id
"""

_STARTING_SQL = """
SELECT promotion_id, local_date, starts_at, ends_at FROM promotion_window
 WHERE guild_id = ? AND starts_at = ? AND ends_at > starts_at
"""


async def _next_windows(read: Read, guild_id: int, now: int) -> dict[int, Occurrence]:
    """Return the next window of each promotion that has one to come."""
    return {row[0]: Occurrence(*row[1:]) for row in await read(_NEXT_SQL, (guild_id, now))}


async def _starting(read: Read, guild_id: int, now: int) -> dict[int, Occurrence]:
    """Return the windows that start at this very instant."""
    return {row[0]: Occurrence(*row[1:]) for row in await read(_STARTING_SQL, (guild_id, now))}


def _moved(
    promotions: tuple[Promotion, ...],
    before: dict[int, Occurrence],
    after: dict[int, Occurrence],
) -> Iterator[WindowMoved]:
    for one in promotions:
        number, earlier = one.promotion_id, before.get(one.promotion_id)
        later = after.get(number)
        if earlier is None or (
            later and (earlier.starts_at, earlier.ends_at) == (later.starts_at, later.ends_at)
        ):
            continue
        yield WindowMoved(number, one.plan.name, earlier, later)
