"""Brings the database up to the newest numbered script, each in one transaction with its number."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files

import aiosqlite

from bot.errors import DatabaseTooNew
from bot.ledger.database import verify_schema

log = logging.getLogger(__name__)

_NAME = re.compile(r"(\d{4})_\w+\.sql")
_COMMENT = re.compile(r"--.*|/\*(?s:.*?)\*/")


def migration_scripts() -> list[str]:
    """Return the scripts in order; the first one is number 1.

    Raises:
        ValueError: the numbers have a gap, or two scripts share one.
    """
    folder = files("migrations") / "sqlite"
    named = sorted((path.name, path) for path in folder.iterdir() if path.name.endswith(".sql"))
    numbers = [int(match[1]) if (match := _NAME.fullmatch(name)) else 0 for name, _ in named]
    if numbers != list(range(1, len(named) + 1)):
        message = f"migrations must be named 0001_what.sql and count up without a gap: {numbers}"
        raise ValueError(message)
    return [path.read_text(encoding="utf-8") for _, path in named]


async def migrate(connection: aiosqlite.Connection, scripts: list[str]) -> None:
    """Apply the scripts that the database does not have yet.

    Raises:
        DatabaseTooNew: the database has more of them than this code knows.
        sqlite3.Error: a script failed; its transaction was rolled back.
    """
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    version = int(rows[0][0])
    if version > len(scripts):
        message = (
            f"the database is at version {version}, this Bouquet knows {len(scripts)}; "
            "start the newer Bouquet that made it, or restore a backup"
        )
        raise DatabaseTooNew(message)
    for number, script in enumerate(scripts[version:], start=version + 1):
        await _apply(connection, number, script)
        log.info("the database is at version %d", number)


async def refuse_foreign(connection: aiosqlite.Connection, scripts: list[str]) -> None:
    """Refuse a file that is another program's database before anything in it is changed.

    Raises:
        BooksDamaged: its tables are not those of the version that it says it has.
    """
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    await verify_schema(connection, scripts[: int(rows[0][0])])


async def _apply(connection: aiosqlite.Connection, number: int, script: str) -> None:
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        # executescript() would commit the open transaction, so statements go one by one.
        for statement in statements_of(script):
            await connection.execute_fetchall(statement)
        await connection.execute_fetchall(f"PRAGMA user_version = {number:d}")
        await connection.execute_fetchall("COMMIT")
    except BaseException:
        if connection.in_transaction:
            await connection.execute_fetchall("ROLLBACK")
        raise


def statements_of(script: str) -> Iterator[str]:
    """Split a script into statements; semicolons inside triggers do not end one."""
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if _COMMENT.sub("", statement).strip():
        message = f"a migration ends in an unfinished statement: {statement.strip()[:80]!r}"
        raise ValueError(message)
