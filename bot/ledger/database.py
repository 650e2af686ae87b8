"""Opening the database file: the lock against a second process, the pragmas, what is verified."""

import logging
import sqlite3
from functools import lru_cache
from pathlib import Path

import aiosqlite
from filelock import FileLock, Timeout

from bot.errors import BooksDamaged, DatabaseInUse, StartError

log = logging.getLogger(__name__)

# A person waits three seconds at most, so a lock held by somebody else is given up well before.
BUSY_TIMEOUT_MILLISECONDS = 1_000

# Negative means KiB: 64 MiB keep the pages of some hundred thousand pots at hand.
_WRITER_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: what was answered survives a power cut
    "recursive_triggers": 1,  # without it INSERT OR REPLACE walks past the delete triggers
    "busy_timeout": BUSY_TIMEOUT_MILLISECONDS,
    "cache_size": -64 * 1024,
    "mmap_size": 0,  # no memory map while the WAL-reset bug (below) is around
    # 40 MB of log before pages are copied back: pages that many gifts touch are then copied once.
    # With the default of 1,000 a gift in large books costs a third more.
    "wal_autocheckpoint": 10_000,
}
_READER_PRAGMAS: dict[str, str | int] = {
    "query_only": 1,
    "busy_timeout": BUSY_TIMEOUT_MILLISECONDS,
    "mmap_size": 0,
}

_OLDEST = (3, 39, 0)

# https://sqlite.org/wal.html#walresetbug: versions that have the fix, or its backport.
_WAL_FIXED_IN = (3, 51, 3)
_WAL_BACKPORTS = ((3, 50, 7), (3, 44, 6))


def take_lock(path: Path) -> FileLock:
    """Take the lock file beside the database, so that one process alone writes.

    Raises:
        DatabaseInUse: another process has it.
        StartError: the folder cannot be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock", timeout=0)
        lock.acquire()
    except Timeout:
        message = f"{path} is in use by another Bouquet; stop that one first"
        raise DatabaseInUse(message) from None
    except OSError as error:
        message = f"cannot write in {path.parent}: {error.strerror}"
        raise StartError(message) from None
    return lock


async def connect_writer(path: Path) -> aiosqlite.Connection:
    """Open the one connection that writes and checkpoints."""
    return await _connect(path, _WRITER_PRAGMAS)


async def connect_reader(path: Path) -> aiosqlite.Connection:
    """Open a connection that cannot write."""
    return await _connect(path, _READER_PRAGMAS)


async def _connect(path: Path, pragmas: dict[str, str | int]) -> aiosqlite.Connection:
    # When a file cannot be opened, aiosqlite leaves its thread behind, which then complains about
    # the closed event loop; so that is found out without it.
    sqlite3.connect(path).close()
    # The pragmas themselves can meet a lock, and Python's own patience is five seconds.
    connection = await aiosqlite.connect(
        path, isolation_level=None, timeout=BUSY_TIMEOUT_MILLISECONDS / 1_000
    )
    try:
        for name, value in pragmas.items():
            await connection.execute_fetchall(f"PRAGMA {name} = {value}")
        await _verify_pragmas(connection, pragmas)
    except BaseException:
        # An unclosed connection keeps its thread, and with it the process, alive.
        await connection.close()
        raise
    return connection


async def _verify_pragmas(connection: aiosqlite.Connection, pragmas: dict[str, str | int]) -> None:
    for name, value in pragmas.items():
        rows = list(await connection.execute_fetchall(f"PRAGMA {name}"))
        # A build without memory maps answers `mmap_size` with no row at all.
        if rows and rows[0][0] != value:
            message = f"the database answers {rows[0][0]} to PRAGMA {name}, not {value}"
            raise BooksDamaged(message)


async def verify_schema(connection: aiosqlite.Connection, scripts: list[str]) -> None:
    """Compare every table, index, view and trigger with what the migrations make.

    Raises:
        BooksDamaged: something is missing, changed or added; the message names it.
    """
    expected = _schema_after(tuple(scripts))
    rows = await connection.execute_fetchall(_SCHEMA_SQL)
    found = {(row[0], row[1]): row[2] for row in rows}
    for name in expected.keys() | found.keys():
        if expected.get(name) != found.get(name):
            message = f"the {name[0]} {name[1]} in the database is not what the migrations made"
            raise BooksDamaged(message)


# SQLite keeps names that begin so for itself; in LIKE a bare underscore would match any letter.
_SCHEMA_SQL = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"


# A start looks before and after it migrates, and mostly there was nothing to migrate.
@lru_cache(maxsize=8)
def _schema_after(scripts: tuple[str, ...]) -> dict[tuple[str, str], str]:
    fresh = sqlite3.connect(":memory:")
    try:
        for script in scripts:
            fresh.executescript(script)
        return {(row[0], row[1]): row[2] for row in fresh.execute(_SCHEMA_SQL)}
    finally:
        fresh.close()


def refuse_ancient_sqlite(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> None:
    """Refuse an SQLite that does not know the SQL of the books.

    Raises:
        StartError: it is older than 3.39, the first one with FULL JOIN.
    """
    if version < _OLDEST:
        message = f"SQLite {'.'.join(map(str, version))} is too old; Bouquet needs 3.39 or newer"
        raise StartError(message)


def warn_of_old_sqlite(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Log a warning when this SQLite has the WAL-reset bug; return whether it has."""
    fixed = version >= _WAL_FIXED_IN or any(
        version[:2] == backport[:2] and version >= backport for backport in _WAL_BACKPORTS
    )
    if not fixed:
        log.warning(
            "SQLite %s has the WAL-reset bug (sqlite.org/wal.html#walresetbug); Bouquet writes and "
            "checkpoints through one connection, which avoids it. 3.51.3 and newer have the fix.",
            ".".join(map(str, version)),
        )
    return not fixed
