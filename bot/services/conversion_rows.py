"""Keeps conversions with their exact rates for ever, and reads them again."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import aiosqlite

from bot.services.bonuses import Read
from bot.services.conversion_plans import Conversion, Part, Share, sum_of
from bot.services.kept_rates import take_from_kept


async def keep_conversion(
    connection: aiosqlite.Connection,
    guild_id: int,
    streamer_id: int,
    entry_id: int,
    parts: Sequence[Part],
) -> None:
    """Note a conversion that was posted as an entry, and take its coins from what kept a rate.

    Its row has the rates of its last part, which are those of all unless there are several.
    """
    names = (guild_id, streamer_id, entry_id)
    total, last = sum_of(parts), parts[-1].share
    await connection.execute_fetchall(
        "INSERT INTO conversion (guild_id, streamer_id, entry_id, paid_coins, bonus_coins,"
        " diamonds, paid_rate, bonus_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*names, *_values(total, last)),
    )
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            await connection.execute_fetchall(
                "INSERT INTO conversion_part (guild_id, streamer_id, entry_id, part, paid_coins,"
                " bonus_coins, diamonds, paid_rate, bonus_rate)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*names, number, *_values(part.conversion, part.share)),
            )
        if part.share.change_id:
            await take_from_kept(
                connection,
                guild_id,
                streamer_id,
                part.share.change_id,
                paid_coins=part.conversion.paid_coins,
                bonus_coins=part.conversion.bonus_coins,
            )


def _values(conversion: Conversion, share: Share) -> tuple[int | str, ...]:
    return (
        conversion.paid_coins,
        conversion.bonus_coins,
        conversion.diamonds,
        str(share.paid_rate),
        str(share.bonus_rate),
    )


async def read_parts(
    read: Read, guild_id: int, streamer_id: int, entry_id: int
) -> tuple[Part, ...]:
    """Return the parts of a conversion, each with the rates that it was done at."""
    names = (guild_id, streamer_id, entry_id)
    rows = list(await read(_PARTS_SQL, names)) or list(await read(_WHOLE_SQL, names))
    return tuple(_part(tuple(row)) for row in rows)


def _part(row: tuple[Any, ...]) -> Part:
    paid_coins, bonus_coins, diamonds, paid_rate, bonus_rate = row
    share = Share(
        paid_coins=paid_coins,
        bonus_coins=bonus_coins,
        paid_rate=Fraction(paid_rate),
        bonus_rate=Fraction(bonus_rate),
    )
    return Part(share, Conversion(paid_coins, bonus_coins, diamonds))


_COLUMNS = "paid_coins, bonus_coins, diamonds, paid_rate, bonus_rate"
_OF_ENTRY = "WHERE guild_id = ? AND streamer_id = ? AND entry_id = ?"
_WHOLE_SQL = f"SELECT {_COLUMNS} FROM conversion {_OF_ENTRY}"
_PARTS_SQL = f"SELECT {_COLUMNS} FROM conversion_part {_OF_ENTRY} ORDER BY part"
