"""Proves the books: every check is a query that must find nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.ledger.database import connect_reader


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold, in words, and the query that lists where it does not.

    Each row of the query says what is wrong: its values are joined for the report.
    """

    holds: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a check does not hold."""

    check: Check
    details: str


LEDGER_CHECKS = (
    Check(
        "every balance is the sum of its lines, and every version their number",
        """
        WITH moved AS (
            SELECT guild_id, target_owner_id AS owner_id, target_account AS account,
                   SUM(amount) AS amount, COUNT(*) AS lines
              FROM line GROUP BY 1, 2, 3
            UNION ALL
            SELECT guild_id, source_owner_id, source_account, -SUM(amount), COUNT(*)
              FROM line GROUP BY 1, 2, 3
        ), said AS (
            SELECT guild_id, owner_id, account, balance, version, NULL AS amount, NULL AS lines
              FROM pot
            UNION ALL
            SELECT guild_id, owner_id, account, NULL, NULL, amount, lines FROM moved
        )
        -- One pass, as SQLite compares every row with every other one in a full join without index.
        SELECT 'guild', guild_id, 'owner', owner_id, account, 'has', SUM(balance), 'version',
               SUM(version), 'lines say', SUM(amount), 'version', SUM(lines)
          FROM said GROUP BY guild_id, owner_id, account
        HAVING SUM(balance) IS NOT SUM(amount) OR SUM(version) IS NOT SUM(lines)
        """,
    ),
    Check(
        "all pots of an asset sum to zero in every guild",
        """
        SELECT 'guild', p.guild_id, a.asset, 'sums to', SUM(p.balance)
          FROM pot AS p LEFT JOIN account AS a USING (account)
         GROUP BY p.guild_id, a.asset HAVING SUM(p.balance) <> 0 OR a.asset IS NULL
        """,
    ),
    Check(
        "only the house's pots and debts are below zero, and owners fit their accounts",
        """
        SELECT 'guild', p.guild_id, 'owner', p.owner_id, p.account, 'has', p.balance
          FROM pot AS p LEFT JOIN account AS a USING (account)
         WHERE a.house IS NOT (p.owner_id = 0)
            OR (p.owner_id <> 0 AND p.balance <> 0 AND (p.balance < 0) <> (p.account = 'debt'))
        """,
    ),
    Check(
        "receipt numbers count up without a gap in every guild",
        """
        SELECT 'guild', guild_id, 'has', COUNT(*), 'entries numbered', MIN(entry_id), 'to',
               MAX(entry_id)
          FROM entry GROUP BY guild_id
        HAVING MIN(entry_id) <> 1 OR MAX(entry_id) <> COUNT(*)
        """,
    ),
    Check(
        "every entry has lines, and every line an entry",
        """
        SELECT 'guild', guild_id, 'entry', entry_id, 'has no line' FROM entry AS e
         WHERE NOT EXISTS (SELECT 1 FROM line AS l
                            WHERE l.guild_id = e.guild_id AND l.entry_id = e.entry_id)
        UNION ALL
        SELECT 'guild', guild_id, 'line of', entry_id, 'has no entry' FROM line AS l
         WHERE NOT EXISTS (SELECT 1 FROM entry AS e
                            WHERE e.guild_id = l.guild_id AND e.entry_id = l.entry_id)
        """,
    ),
    Check(
        "a reversal mirrors the entry it reverses",
        """
        SELECT 'guild', r.guild_id, 'entry', r.entry_id, 'does not mirror', r.reverses_id
          FROM entry AS r
         WHERE r.reverses_id IS NOT NULL AND EXISTS (
            SELECT SUM(amount) FROM (
                SELECT source_owner_id, source_account, target_owner_id, target_account, amount
                  FROM line WHERE guild_id = r.guild_id AND entry_id = r.entry_id
                UNION ALL
                SELECT target_owner_id, target_account, source_owner_id, source_account, -amount
                  FROM line WHERE guild_id = r.guild_id AND entry_id = r.reverses_id)
             GROUP BY source_owner_id, source_account, target_owner_id, target_account
            HAVING SUM(amount) <> 0)
        """,
    ),
)

# What a crash could have touched is among the last entries of each guild, so a start looks there.
_RECENT_ENTRIES = 50

# The end of a season touches all pots in one entry; the nightly audit looks at all of them.
_RECENT_POTS = 1_000

RECENT_CHECKS = (
    Check(
        "the pots touched last are the sums of their lines",
        f"""
        WITH RECURSIVE guild AS (
            SELECT guild_id, MAX(entry_id) AS newest FROM entry GROUP BY guild_id
        ), bucket AS (
            SELECT guild_id, newest >> 14 AS number FROM guild
            UNION ALL
            SELECT guild_id, number - 1 FROM bucket WHERE number > 0
        ), recent AS (
            SELECT l.guild_id, l.source_owner_id AS owner_id, l.source_account AS account
              FROM guild JOIN line AS l USING (guild_id)
             WHERE l.source_owner_id <> 0 AND l.entry_id > newest - {_RECENT_ENTRIES}
            UNION
            SELECT l.guild_id, l.target_owner_id, l.target_account
              FROM guild JOIN line AS l USING (guild_id)
             WHERE l.target_owner_id <> 0 AND l.entry_id > newest - {_RECENT_ENTRIES}
             LIMIT {_RECENT_POTS}
        ), moved AS (
            SELECT r.guild_id, r.owner_id, r.account, l.amount
              FROM recent AS r JOIN bucket AS b USING (guild_id)
             CROSS JOIN line AS l INDEXED BY line_target
                ON l.guild_id = r.guild_id AND l.entry_id >> 14 = b.number
               AND l.target_owner_id = r.owner_id AND l.target_owner_id <> 0
               AND l.target_account = r.account
            UNION ALL
            SELECT r.guild_id, r.owner_id, r.account, -l.amount
              FROM recent AS r JOIN bucket AS b USING (guild_id)
             CROSS JOIN line AS l INDEXED BY line_source
                ON l.guild_id = r.guild_id AND l.entry_id >> 14 = b.number
               AND l.source_owner_id = r.owner_id AND l.source_owner_id <> 0
               AND l.source_account = r.account
        ), expected AS (
            SELECT guild_id, owner_id, account, SUM(amount) AS balance FROM moved GROUP BY 1, 2, 3
        )
        SELECT 'guild', e.guild_id, 'owner', e.owner_id, e.account, 'has', p.balance, 'lines say',
               e.balance
          FROM expected AS e LEFT JOIN pot AS p USING (guild_id, owner_id, account)
         WHERE p.balance IS NOT e.balance
        """,
    ),
)


async def audit(path: Path, checks: Iterable[Check]) -> list[Finding]:
    """Run the checks over the committed books and return what they find.

    It reads on a connection of its own, so it can run beside the bot, and never writes. Each check
    is one query and sees one moment; no snapshot is held across checks, which would grow the WAL.
    """
    findings: list[Finding] = []
    connection = await connect_reader(path)
    try:
        for check in checks:
            rows = await connection.execute_fetchall(check.sql)
            findings += [Finding(check, " ".join(map(str, row))) for row in rows]
    finally:
        await connection.close()
    return findings
