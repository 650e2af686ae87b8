"""Who can neither give nor receive gifts now: a dispute about money is open, or coins are owed.

The trigger of migration 0008 asks the table for every gift; what is written here decides.
"""

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.pots import balance_of
from bot.payment_errors import CoinsOwed, GiverFrozen, StreamerFrozen
from bot.services.bonuses import Read

# A debt belongs to no single order.
_NO_ORDER = 0


async def freeze_for_dispute(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, order_id: int, now: int
) -> bool:
    """Freeze a buyer as long as the dispute about an order is open; return whether that is new."""
    rows = await connection.execute_fetchall(
        "INSERT INTO frozen (guild_id, member_id, reason, order_id, frozen_at)"
        " VALUES (?, ?, 'dispute', ?, ?) ON CONFLICT DO NOTHING RETURNING order_id",
        (guild_id, member_id, order_id, now),
    )
    return bool(list(rows))


async def end_dispute(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, order_id: int
) -> bool:
    """Note that no dispute about an order is open any more; return whether one was."""
    rows = await connection.execute_fetchall(
        "DELETE FROM frozen WHERE guild_id = ? AND member_id = ? AND reason = 'dispute'"
        " AND order_id = ? RETURNING order_id",
        (guild_id, member_id, order_id),
    )
    return bool(list(rows))


async def note_debt(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, now: int
) -> None:
    """Freeze whoever owes coins, and nobody who does not; after every entry that moves a debt."""
    if await debt_of(connection, guild_id, member_id):
        await connection.execute_fetchall(
            "INSERT INTO frozen (guild_id, member_id, reason, order_id, frozen_at)"
            " VALUES (?, ?, 'debt', ?, ?) ON CONFLICT DO NOTHING",
            (guild_id, member_id, _NO_ORDER, now),
        )
    else:
        await connection.execute_fetchall(
            "DELETE FROM frozen WHERE guild_id = ? AND member_id = ? AND reason = 'debt'",
            (guild_id, member_id),
        )


async def debt_of(connection: aiosqlite.Connection, guild_id: int, member_id: int) -> int:
    """Return the coins a member owes, 0 for most."""
    return -await balance_of(connection, guild_id, member_id, Account.DEBT)


async def has_dispute(connection: aiosqlite.Connection, guild_id: int, member_id: int) -> bool:
    """Tell whether a dispute about one of a member's orders is open, inside a transaction."""
    return await is_disputed(connection.execute_fetchall, guild_id, member_id)


async def is_disputed(read: Read, guild_id: int, member_id: int) -> bool:
    """Tell whether a dispute about one of a member's orders is open."""
    rows = await read(
        "SELECT 1 FROM frozen WHERE guild_id = ? AND member_id = ? AND reason = 'dispute' LIMIT 1",
        (guild_id, member_id),
    )
    return bool(list(rows))


async def refuse_frozen(
    connection: aiosqlite.Connection, guild_id: int, giver_id: int, streamer_id: int
) -> None:
    """Raise GiverFrozen, CoinsOwed or StreamerFrozen when that is why a gift was not booked."""
    if await has_dispute(connection, guild_id, giver_id):
        raise GiverFrozen
    if debt := await debt_of(connection, guild_id, giver_id):
        raise CoinsOwed(debt)
    if await has_dispute(connection, guild_id, streamer_id):
        raise StreamerFrozen
