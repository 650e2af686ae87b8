"""How a season ends: promotions are taken off, then one entry leaves every pot exactly zero."""

from typing import Any

import aiosqlite

from bot.ledger.accounts import HOUSE_ID, MOST_AMOUNT, Account
from bot.ledger.posting import request_hash
from bot.paid_errors import ClaimsOpen, DisputesOpen, OrdersOpen, StillOwed
from bot.services.money_orders import payable_sql
from bot.services.promotion_budgets import return_budget
from bot.services.promotion_steps import What, note_step
from bot.services.promotion_windows import close_window, drop_windows


async def refuse_open_claims(connection: aiosqlite.Connection, guild_id: int) -> None:
    """Raise ClaimsOpen when streamers still wait to be paid."""
    (count,) = await _row(
        connection,
        "SELECT COUNT(*) FROM claim WHERE guild_id = ?"
        " AND state IN ('requested', 'approved', 'sending')",
        guild_id,
    )
    if count:
        raise ClaimsOpen(count)


async def refuse_open_orders(connection: aiosqlite.Connection, guild_id: int, now: int) -> None:
    """Raise OrdersOpen when money may still come that was asked for in this season."""
    count, until = await _row(
        connection,
        "SELECT COUNT(*), MAX(expires_at) FROM purchase_order AS o"
        f" WHERE guild_id = ? AND {payable_sql('o')}",
        guild_id,
        now,
    )
    if count:
        raise OrdersOpen(count, until)


async def refuse_owing(connection: aiosqlite.Connection, guild_id: int) -> None:
    """Refuse while members have coins or diamonds, owe coins, or may come to owe them.

    Raises:
        StillOwed, DisputesOpen: with the numbers.
    """
    (disputes,) = await _row(
        connection,
        "SELECT COUNT(*) FROM payment WHERE guild_id = ? AND disputes_open > 0",
        guild_id,
    )
    if disputes:
        raise DisputesOpen(disputes)
    coins, diamonds, debt = await _row(connection, _OWED_SQL, guild_id)
    if coins or diamonds or debt:
        raise StillOwed(coins, diamonds, debt)


# Members' ids are above zero; what a promotion may still give is nobody's yet.
_OWED_SQL = """
SELECT COALESCE(SUM(balance) FILTER (WHERE asset = 'coin' AND account <> 'debt'), 0),
       COALESCE(SUM(balance) FILTER (WHERE asset = 'diamond'), 0),
       COALESCE(-SUM(balance) FILTER (WHERE account = 'debt'), 0)
  FROM pot JOIN account USING (account)
 WHERE guild_id = ? AND owner_id > 0
"""


async def end_promotions(
    connection: aiosqlite.Connection, guild_id: int, admin_id: int, now: int
) -> int:
    """Take every promotion off for good, as cancelling each would; return how many there were."""
    rows = list(
        await connection.execute_fetchall(
            "UPDATE promotion SET state = 'over' WHERE guild_id = ? AND state <> 'over'"
            " RETURNING promotion_id",
            (guild_id,),
        )
    )
    for (promotion_id,) in rows:
        await drop_windows(connection, guild_id, promotion_id, now)
        await close_window(connection, guild_id, promotion_id, now)
        await return_budget(connection, guild_id, promotion_id, actor_id=admin_id, now=now)
        await note_step(
            connection, guild_id, promotion_id, What.CANCELLED, done_by=admin_id, now=now
        )
    return len(rows)


async def end_splits(
    connection: aiosqlite.Connection, guild_id: int, owner_id: int, now: int
) -> None:
    """End every agreement to share and every proposal: they are of what this season brings.

    Agreements are ended here as well, as where nothing was booked since they began, no entry tells
    them from those of the next season.
    """
    await connection.execute_fetchall(
        "UPDATE split SET state = 'ended', ended_at = ?1, ended_by = ?2, until_id = IIF("
        "state = 'active', (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?3), 0)"
        " WHERE guild_id = ?3 AND state <> 'ended'",
        (now, owner_id, guild_id),
    )


async def archive(
    connection: aiosqlite.Connection, guild_id: int, season: int, owner_id: int, now: int
) -> int:
    """Post the entry that leaves every pot of the guild at zero; return the books' last entry.

    Where there is nothing to move, nothing is posted, and 0 means books without any entry. A large
    guild has hundreds of thousands of lines, so the database makes them itself from the pots; they
    are lines like all others, with the same triggers over them.
    """
    kind = "season"
    if (await _row(connection, _FULL_POTS_SQL, guild_id))[0]:
        await connection.execute_fetchall(
            "INSERT INTO entry (guild_id, entry_id, key, request_hash, kind, actor_id, posted_at)"
            " SELECT ?1, COALESCE(MAX(entry_id), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM entry"
            " WHERE guild_id = ?1",
            (guild_id, f"{kind}:{season}", request_hash(kind, season), kind, owner_id, now),
        )
        await connection.execute_fetchall(_ARCHIVE_SQL, {"guild": guild_id, "most": MOST_AMOUNT})
    left = (await _row(connection, _FULL_POTS_SQL, guild_id))[0]
    assert left == 0, f"{left} pots of guild {guild_id} are not empty after the season"
    return (await _row(connection, _LAST_ENTRY_SQL, guild_id))[0]


_FULL_POTS_SQL = "SELECT COUNT(*) FROM pot WHERE guild_id = ? AND balance <> 0"
_LAST_ENTRY_SQL = "SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?"

# What a pot is above zero goes to the archive, what it is below zero comes from there, in parts no
# larger than a line can be, as the house's pots may be larger. All pots of an asset sum to zero, so
# the archive is zero in the end too. (A table with triggers is filled from a copy of what was
# selected, so the pots are read before the first line moves one.)
_ARCHIVE_SQL = f"""
WITH RECURSIVE part (owner_id, account, archive, rest) AS (
    SELECT p.owner_id, p.account,
           CASE a.asset WHEN 'coin' THEN '{Account.ARCHIVED}'
                        ELSE '{Account.ARCHIVED_DIAMONDS}' END, p.balance
      FROM pot AS p JOIN account AS a USING (account)
     WHERE p.guild_id = :guild AND p.balance <> 0
    UNION ALL
    SELECT owner_id, account, archive, rest - :most FROM part WHERE rest > :most
    UNION ALL
    SELECT owner_id, account, archive, rest + :most FROM part WHERE rest < -:most
)
INSERT INTO line (guild_id, entry_id, number, source_owner_id, source_account, target_owner_id,
                  target_account, amount)
SELECT :guild, (SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild),
       ROW_NUMBER() OVER () - 1,
       CASE WHEN rest > 0 THEN owner_id ELSE {HOUSE_ID} END,
       CASE WHEN rest > 0 THEN account ELSE archive END,
       CASE WHEN rest > 0 THEN {HOUSE_ID} ELSE owner_id END,
       CASE WHEN rest > 0 THEN archive ELSE account END,
       MIN(ABS(rest), :most)
  FROM part
"""


async def _row(connection: aiosqlite.Connection, sql: str, *values: int) -> Any:
    return next(iter(await connection.execute_fetchall(sql, values)))
