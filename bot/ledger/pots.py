"""Reading balances inside a transaction of the writer."""

import aiosqlite

from bot.ledger.accounts import Account


async def balance_of(
    connection: aiosqlite.Connection, guild_id: int, owner_id: int, *accounts: Account
) -> int:
    """Return what an owner's pots of these accounts hold together; 0 where there is none yet."""
    marks = ", ".join("?" * len(accounts))
    rows = list(
        await connection.execute_fetchall(
            "SELECT COALESCE(SUM(balance), 0) FROM pot"
            f" WHERE guild_id = ? AND owner_id = ? AND account IN ({marks})",
            (guild_id, owner_id, *accounts),
        )
    )
    return int(rows[0][0])
