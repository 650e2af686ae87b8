"""Windows as rows: made from wall time eight weeks ahead, remade when rules or zone change."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import aiosqlite

from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.recurrence import MOST_BACK_SECONDS, Occurrence, Recurrence, occurrences
from bot.services.settings import TIMEZONE, settings_from_rows
from bot.services.zones import wall_at

AHEAD_SECONDS = 8 * 7 * DAY_SECONDS

# What was to begin just now still does: whoever saves a promotion reads its preview first.
READING_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule on a guild's wall clock, and since when it holds (seconds, UTC).

    Nothing starts before `from_at`. What was to start before the rule was made is left out, unless
    that was while it was read.
    """

    recurrence: Recurrence
    zone: ZoneInfo
    made_at: int
    from_at: int


def missing_windows(
    rule: Rule, there: Iterable[Occurrence], now: int, *, to_date: date = date.max
) -> Iterator[Occurrence]:
    """Yield the windows that a rule has from `now` on (seconds, UTC) besides those there are.

    This one function is behind every preview and everything that is saved. A promotion has one
    window on a wall date. A window begins when an earlier one that it would overlap ends: caps
    count by window, and nobody was promised two at once.
    """
    kept = tuple(there)
    dates = {one.local_date for one in kept}
    oldest = rule.made_at - READING_SECONDS
    # Two days more, for the zone and for a clock that was set back.
    back_seconds = rule.recurrence.lasts_seconds + 2 * DAY_SECONDS
    first = wall_at(max(oldest, now - back_seconds), rule.zone).date()
    for one in occurrences(rule.recurrence, rule.zone, from_date=first, to_date=to_date):
        if one.local_date in dates or one.starts_at < oldest:
            continue
        earlier = (each.ends_at for each in kept if _overlap(each, one))
        starts_at = max(one.starts_at, rule.from_at, *earlier)
        if max(starts_at, now) < one.ends_at:
            yield replace(one, starts_at=starts_at)


def _overlap(one: Occurrence, other: Occurrence) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def windows_ahead(rule: Rule, there: Iterable[Occurrence], now: int) -> Iterator[Occurrence]:
    """Yield the window of `there` that is open now, if one is, and all that are missing."""
    kept = tuple(there)
    yield from (one for one in kept if one.starts_at <= now < one.ends_at)
    yield from missing_windows(rule, kept, now)


async def zone_in(read: Read, guild_id: int) -> ZoneInfo:
    """Return the zone of a guild, as it is inside the transaction that asks."""
    rows = await read(
        "SELECT name, value FROM guild_setting WHERE guild_id = ? AND name = ?",
        (guild_id, TIMEZONE.name),
    )
    return ZoneInfo(settings_from_rows([(row[0], row[1]) for row in rows]).timezone)


async def begun_windows(
    read: Read, guild_id: int, promotion_id: int, now: int
) -> tuple[Occurrence, ...]:
    """Return the windows of the last months that began, which no change of the rules touches."""
    known = await _known_windows(read, guild_id, promotion_id, now)
    return tuple(one for one in known if one.starts_at <= now)


async def _known_windows(
    read: Read, guild_id: int, promotion_id: int, now: int
) -> tuple[Occurrence, ...]:
    oldest = wall_at(now - MOST_BACK_SECONDS, ZoneInfo("UTC")).date()
    rows = await read(
        "SELECT local_date, starts_at, ends_at FROM promotion_window"
        " WHERE guild_id = ? AND promotion_id = ? AND local_date >= ? ORDER BY starts_at",
        (guild_id, promotion_id, oldest.isoformat()),
    )
    return tuple(Occurrence(*row) for row in rows)


async def make_windows(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    now: int,
    *,
    from_at: int = 0,
) -> None:
    """Write the windows of the next eight weeks; those that are there already stay as they are.

    None starts before `from_at`, nor before the rule was made (seconds, UTC).
    """
    read = connection.execute_fetchall
    rows = await read(
        "SELECT t.terms_id, t.recurrence, t.set_at FROM promotion AS p"
        " JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)"
        " WHERE p.guild_id = ? AND p.promotion_id = ? AND p.state <> 'over'",
        (guild_id, promotion_id),
    )
    for terms_id, recurrence, set_at in rows:
        rule = Rule(
            recurrence=Recurrence.from_json(recurrence),
            zone=await zone_in(read, guild_id),
            made_at=set_at,
            from_at=max(from_at, set_at),
        )
        until = now + AHEAD_SECONDS
        there = await _known_windows(read, guild_id, promotion_id, now)
        to_date = wall_at(until, rule.zone).date()
        made = missing_windows(rule, there, now, to_date=to_date)
        values = {
            "guild": guild_id,
            "promotion": promotion_id,
            "terms": terms_id,
            "windows": json.dumps([(one.local_date, one.starts_at, one.ends_at) for one in made]),
            "until": until,
        }
        await connection.execute_fetchall(_MAKE_SQL, values)
        await connection.execute_fetchall(_MADE_SQL, values)


_MAKE_SQL = """
INSERT INTO promotion_window (guild_id, window_id, promotion_id, terms_id, local_date, starts_at,
                              ends_at, state)
SELECT :guild,
       (SELECT COALESCE(MAX(window_id), 0) FROM promotion_window WHERE guild_id = :guild)
           + made.key + 1,
       :promotion, :terms, made.value ->> 0, made.value ->> 1, made.value ->> 2, 'scheduled'
  FROM json_each(:windows) AS made
"""

_MADE_SQL = """
UPDATE promotion SET made_until = :until WHERE guild_id = :guild AND promotion_id = :promotion
"""


async def drop_windows(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> None:
    """Take away the windows that did not begin yet, by the clock and not by what jobs noted.

    A clock that was ahead for a while may have let some begin that are still to come. What was
    bought or said in those stays, and so do they.
    """
    key = (guild_id, promotion_id, now)
    await connection.execute_fetchall(_UNDO_SQL, key)
    await connection.execute_fetchall(
        "DELETE FROM promotion_window"
        " WHERE guild_id = ? AND promotion_id = ? AND state = 'scheduled' AND starts_at > ?",
        key,
    )


_UNDO_SQL = """
UPDATE promotion_window AS w SET state = 'scheduled', told_ending = 0
 WHERE w.guild_id = ? AND w.promotion_id = ? AND w.state <> 'scheduled' AND w.starts_at > ?
   AND NOT EXISTS (SELECT 1 FROM order_bonus AS o
                    WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id)
   AND NOT EXISTS (SELECT 1 FROM outbox AS o
                    WHERE o.guild_id = w.guild_id AND o.window_id = w.window_id)
"""


async def close_window(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> int | None:
    """End the window that is open now and return its id, or None; it lasted until this instant.

    It began by the clock, whether or not a job saw that yet: it was not missed.
    """
    rows = list(
        await connection.execute_fetchall(
            "UPDATE promotion_window SET ends_at = ?,"
            " state = CASE state WHEN 'scheduled' THEN 'running' ELSE state END"
            " WHERE guild_id = ? AND promotion_id = ? AND starts_at <= ? AND ends_at > ?"
            " RETURNING window_id",
            (now, guild_id, promotion_id, now, now),
        )
    )
    return rows[0][0] if rows else None
