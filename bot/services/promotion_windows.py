"""Windows as rows: made from wall time eight weeks ahead, remade when rules or zone change."""

from zoneinfo import ZoneInfo

import aiosqlite

from bot.services.clock import DAY_SECONDS
from bot.services.recurrence import MOST_BACK_SECONDS, Occurrence, Recurrence, occurrences
from bot.services.zones import wall_at

AHEAD_SECONDS = 8 * 7 * DAY_SECONDS


def occurrences_from(
    recurrence: Recurrence, zone: ZoneInfo, *, since: int, now: int
) -> list[Occurrence]:
    """Return what is open now or starts within eight weeks, but nothing that began before `since`.

    `since` is when the rule was made, in seconds UTC like `now`: no rule reaches back.
    """
    found = occurrences(
        recurrence,
        zone,
        from_date=wall_at(max(since, now - MOST_BACK_SECONDS), zone).date(),
        to_date=wall_at(now + AHEAD_SECONDS, zone).date(),
    )
    return [one for one in found if one.starts_at >= since and one.ends_at > now]


async def make_windows(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, zone: ZoneInfo, now: int
) -> None:
    """Write the windows that are missing; those that are there already stay as they are.

    One that would overlap a window that began under an earlier rule is left out: caps count by
    window, and nobody was promised two at once.
    """
    rows = await connection.execute_fetchall(
        "SELECT t.terms_id, t.recurrence, t.set_at FROM promotion AS p"
        " JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)"
        " WHERE p.guild_id = ? AND p.promotion_id = ? AND p.state <> 'over'",
        (guild_id, promotion_id),
    )
    for terms_id, recurrence, set_at in rows:
        rule = Recurrence.from_json(recurrence)
        for one in occurrences_from(rule, zone, since=set_at, now=now):
            await connection.execute_fetchall(
                _MAKE_SQL,
                {
                    "guild": guild_id,
                    "promotion": promotion_id,
                    "terms": terms_id,
                    "local_date": one.local_date,
                    "starts_at": one.starts_at,
                    "ends_at": one.ends_at,
                },
            )


_MAKE_SQL = """
INSERT INTO promotion_window (guild_id, window_id, promotion_id, terms_id, local_date, starts_at,
                              ends_at, state)
SELECT :guild,
       (SELECT COALESCE(MAX(window_id), 0) + 1 FROM promotion_window WHERE guild_id = :guild),
       :promotion, :terms, :local_date, :starts_at, :ends_at, 'scheduled'
 WHERE NOT EXISTS (
    SELECT 1 FROM promotion_window
     WHERE guild_id = :guild AND promotion_id = :promotion
       AND starts_at < :ends_at AND ends_at > :starts_at)
ON CONFLICT (guild_id, promotion_id, local_date) DO NOTHING
"""


async def drop_windows(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> None:
    """Take away the windows that did not begin yet, by the clock and not by what jobs noted."""
    await connection.execute_fetchall(
        "DELETE FROM promotion_window"
        " WHERE guild_id = ? AND promotion_id = ? AND state = 'scheduled' AND starts_at > ?",
        (guild_id, promotion_id, now),
    )


async def close_window(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, now: int
) -> int | None:
    """End the window that is open now and return its id, or None; it lasted until this instant."""
    rows = list(
        await connection.execute_fetchall(
            "UPDATE promotion_window SET ends_at = ?"
            " WHERE guild_id = ? AND promotion_id = ? AND starts_at <= ? AND ends_at > ?"
            " RETURNING window_id",
            (now, guild_id, promotion_id, now, now),
        )
    )
    return rows[0][0] if rows else None
