"""The file: its lock, its pragmas, its schema."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.errors import BooksDamaged, DatabaseInUse, StartError
from bot.ledger.books import Books
from bot.ledger.database import (
    connect_reader,
    connect_writer,
    refuse_ancient_sqlite,
    take_lock,
    verify_schema,
    warn_of_old_sqlite,
)
from bot.ledger.migrations import migration_scripts

HOLD_LOCK = """
import sys
from filelock import FileLock
lock = FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_is_taken_once_and_can_be_given_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "books.sqlite3"
    first = take_lock(path)
    with pytest.raises(DatabaseInUse, match=r"books\.sqlite3 is in use by another Bouquet"):
        take_lock(path)
    first.release()
    take_lock(path).release()


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, f"{path}.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseInUse):
            take_lock(path)
        process.kill()
    take_lock(path).release()


def test_a_folder_that_cannot_be_made_is_one_line_for_the_operator(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"cannot write in .*file"):
        take_lock(tmp_path / "file" / "books.sqlite3")


async def test_the_writer_has_the_pragmas_that_durability_needs(tmp_path: Path) -> None:
    connection = await connect_writer(tmp_path / "books.sqlite3")
    found: dict[str, object] = {}
    for name in ("journal_mode", "synchronous", "recursive_triggers", "query_only"):
        ((found[name],),) = await connection.execute_fetchall(f"PRAGMA {name}")
    await connection.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "recursive_triggers": 1,
        "query_only": 0,
    }


@pytest.mark.parametrize(
    "sql", ["DELETE FROM guild_setting", "DROP TABLE streamer", "PRAGMA user_version = 1"]
)
async def test_a_reader_cannot_write(books: Books, sql: str) -> None:
    reader = await connect_reader(books.path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await reader.execute_fetchall(sql)
    await reader.close()


async def test_a_database_that_refuses_a_pragma_is_not_used() -> None:
    before = set(threading.enumerate())
    # A database in memory has no write-ahead log.
    with pytest.raises(BooksDamaged, match="answers memory to PRAGMA journal_mode, not wal"):
        await connect_writer(Path(":memory:"))
    for thread in set(threading.enumerate()) - before:
        thread.join(5)  # an unclosed connection would keep its thread for ever
        assert not thread.is_alive()


async def test_the_schema_that_the_migrations_made_is_as_expected(
    books: Books, second: sqlite3.Connection
) -> None:
    second.execute("ANALYZE")  # SQLite's own tables are not ours to judge
    reader = await connect_reader(books.path)
    await verify_schema(reader, migration_scripts())
    await reader.close()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DROP TRIGGER line_stays", "trigger line_stays"),
        (
            (
                "DROP TRIGGER line_stays; CREATE TRIGGER line_stays BEFORE DELETE ON line"
                " BEGIN SELECT 1; END"
            ),
            "trigger line_stays",
        ),
        ("DROP INDEX entry_reverses", "index entry_reverses"),
        ("DROP VIEW gift_request", "(view gift_request|trigger gift_request_is_posted)"),
        ("DROP TABLE claim_step", "(table claim_step|trigger claim_step_(is_final|stays))"),
        ("ALTER TABLE streamer ADD COLUMN note TEXT", "table streamer"),
        ("CREATE TABLE extra (value INTEGER)", "table extra"),
        ("CREATE INDEX extra ON line (amount)", "index extra"),
        (
            "CREATE TRIGGER extra AFTER INSERT ON gift BEGIN UPDATE pot SET balance = 0; END",
            "trigger extra",
        ),
        (
            "CREATE TRIGGER sqliteXtra AFTER INSERT ON gift BEGIN UPDATE pot SET balance = 0; END",
            "trigger sqliteXtra",
        ),
    ],
)
async def test_what_differs_in_the_schema_is_named(
    books: Books, second: sqlite3.Connection, damage: str, named: str
) -> None:
    second.executescript(damage)
    reader = await connect_reader(books.path)
    try:
        with pytest.raises(BooksDamaged, match=f"the {named} in the database"):
            await verify_schema(reader, migration_scripts())
    finally:
        await reader.close()


@pytest.mark.parametrize(
    ("version", "is_old"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 3), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_an_sqlite_with_the_wal_bug_is_warned_of(
    version: tuple[int, int, int], caplog: pytest.LogCaptureFixture, *, is_old: bool
) -> None:
    assert warn_of_old_sqlite(version) is is_old
    assert ("SQLite {}.{}.{} has".format(*version) in caplog.text) is is_old


def test_an_sqlite_that_does_not_know_the_sql_is_refused() -> None:
    refuse_ancient_sqlite((3, 39, 0))
    with pytest.raises(StartError, match=r"SQLite 3\.37\.2 is too old"):
        refuse_ancient_sqlite((3, 37, 2))
