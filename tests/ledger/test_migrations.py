"""Scripts in numbered order, each in one transaction with its number."""

import re
import sqlite3
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import DatabaseTooNew
from bot.ledger.audit import LEDGER_CHECKS, audit
from bot.ledger.database import connect_writer, verify_schema
from bot.ledger.migrations import migrate, migration_scripts, statements_of
from bot.ledger.posting import post
from tests.ledger.conftest import entry_of, granted, moved

ONE = "CREATE TABLE one (value INTEGER) STRICT;\n"
TWO = "CREATE TABLE two (value INTEGER) STRICT;\n"

Folder = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Let the migrations be what a test puts there, by name."""
    scripts = tmp_path / "sqlite"
    scripts.mkdir()

    def files(_package: str) -> Path:
        return tmp_path

    monkeypatch.setattr("bot.ledger.migrations.files", files)

    def fill(**texts: str) -> None:
        for name, text in texts.items():
            (scripts / f"{name.removeprefix('_')}.sql").write_text(text, encoding="utf-8")

    return fill


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncGenerator[aiosqlite.Connection]:
    opened = await connect_writer(tmp_path / "books.sqlite3")
    yield opened
    await opened.close()


async def state_of(connection: aiosqlite.Connection) -> tuple[int, list[str]]:
    """Return the version, and the tables there are."""
    ((version,),) = await connection.execute_fetchall("PRAGMA user_version")
    tables = await connection.execute_fetchall("SELECT name FROM sqlite_schema ORDER BY name")
    return version, [row[0] for row in tables]


def test_scripts_come_in_the_order_of_their_numbers(folder: Folder, tmp_path: Path) -> None:
    folder(_0002_second=TWO, _0001_first=ONE)
    (tmp_path / "sqlite" / "readme.txt").write_text("not a script", encoding="utf-8")
    assert migration_scripts() == [ONE, TWO]


@pytest.mark.parametrize(
    "names",
    [
        ["_0002_second"],
        ["_0001_first", "_0003_third"],
        ["_0001_first", "_0001_other"],
        ["_0001_first", "_2_second"],
        ["_0001_first", "_0002-second"],
        ["_0001_first", "_notes"],
    ],
)
def test_a_gap_a_double_or_a_wrong_name_is_refused(folder: Folder, names: list[str]) -> None:
    folder(**dict.fromkeys(names, ONE))
    with pytest.raises(ValueError, match="count up without a gap"):
        migration_scripts()


def test_the_real_scripts_say_why_they_are_there() -> None:
    scripts = migration_scripts()
    assert len(scripts) >= 5
    assert all(script.startswith("-- ") for script in scripts)


async def test_every_script_is_applied_once(connection: aiosqlite.Connection) -> None:
    await migrate(connection, [ONE])
    assert await state_of(connection) == (1, ["one"])
    await migrate(connection, [ONE, TWO])
    await migrate(connection, [ONE, TWO])
    assert await state_of(connection) == (2, ["one", "two"])


async def test_a_database_of_a_newer_version_is_refused_untouched(
    connection: aiosqlite.Connection,
) -> None:
    await migrate(connection, [ONE, TWO])
    with pytest.raises(DatabaseTooNew, match="version 2, this Bouquet knows 1"):
        await migrate(connection, [ONE])
    assert await state_of(connection) == (2, ["one", "two"])


@pytest.mark.parametrize(
    ("failing", "error"),
    [
        (TWO + "INSERT INTO nowhere VALUES (1);\n", sqlite3.OperationalError),
        (TWO + "INSERT INTO two VALUES ('word');\n", sqlite3.IntegrityError),
        (TWO + "INSERT INTO two VALUES (1)", ValueError),
    ],
)
async def test_a_failing_script_is_rolled_back_with_its_version(
    connection: aiosqlite.Connection, failing: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await migrate(connection, [ONE, failing])
    assert await state_of(connection) == (1, ["one"])
    assert not connection.in_transaction


async def test_a_script_that_ends_its_own_transaction_is_not_counted(
    connection: aiosqlite.Connection,
) -> None:
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        await migrate(connection, [ONE, "COMMIT;\n" + ONE])
    assert await state_of(connection) == (1, ["one"])


async def test_a_corrected_script_is_applied_after_its_failure(
    connection: aiosqlite.Connection,
) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await migrate(connection, [ONE, TWO + "INSERT INTO nowhere VALUES (1);\n"])
    await migrate(connection, [ONE, TWO])
    assert await state_of(connection) == (2, ["one", "two"])


async def test_a_filled_database_keeps_its_books_through_the_later_scripts(
    connection: aiosqlite.Connection, tmp_path: Path
) -> None:
    scripts = migration_scripts()
    await migrate(connection, scripts[:1])
    await connection.execute_fetchall("BEGIN")
    await post(connection, entry_of(granted(100), key="test:grant"))
    await post(connection, entry_of(moved(40), key="test:move"))
    await connection.execute_fetchall("COMMIT")
    before = list(await connection.execute_fetchall("SELECT * FROM pot"))
    await migrate(connection, scripts)
    await verify_schema(connection, scripts)
    assert list(await connection.execute_fetchall("SELECT * FROM pot")) == before
    assert await audit(tmp_path / "books.sqlite3", LEDGER_CHECKS) == []


async def test_what_promotions_gave_and_who_made_them_is_carried_over(
    connection: aiosqlite.Connection,
) -> None:
    scripts = migration_scripts()
    await migrate(connection, scripts[:6])
    for rows in (
        "promotion_terms VALUES (7, 1, 1, 20, 0, '', 0, 0, 0, 0, 0, '', 0, 0, 0, '', 500, 10)",
        "promotion_terms VALUES (7, 1, 2, 30, 0, '', 0, 0, 0, 0, 0, '', 0, 0, 0, '', 501, 20)",
        "promotion VALUES (7, 1, 'Happy Hour', 'active', 2, 'key', 500, 10)",
        "order_bonus VALUES (7, 1, 11, 1, 1, 20, 14, 70, 15)",
        "order_bonus VALUES (7, 2, 11, 1, 1, 20, 140, 700, 16)",
        "order_bonus VALUES (7, 3, 12, 1, 1, 20, 14, 70, 17)",
    ):
        await connection.execute_fetchall(f"INSERT INTO {rows}")
    await migrate(connection, scripts)
    total = "SELECT promotion_id, buyers, pack_coins, bonus_coins FROM promotion_total"
    assert list(await connection.execute_fetchall(total)) == [(1, 2, 840, 168)]
    steps = await connection.execute_fetchall("SELECT what, done_by, done_at FROM promotion_step")
    assert list(steps) == [("created", 500, 10), ("edited", 501, 20)]
    made = await connection.execute_fetchall("SELECT made_until FROM promotion")
    assert list(made) == [(0,)]  # so that the first look goes through all of them


async def test_payments_that_wait_for_a_person_are_carried_over(
    connection: aiosqlite.Connection,
) -> None:
    scripts = migration_scripts()
    await migrate(connection, scripts[:8])
    for row in (
        "(7, 1, 'bank', 'a', 'wrong_amount', 5, 11, 12, 499, 'EUR', 13, 14, 15, 'sent back')",
        "(0, 2, 'shop', 'b', 'unknown_order', 0, 16, 17, 1, 'XXX', 18, 0, 0, '')",
    ):
        await connection.execute_fetchall(f"INSERT INTO payment_review VALUES {row}")
    before = list(await connection.execute_fetchall("SELECT * FROM payment_review"))
    await migrate(connection, scripts)
    await verify_schema(connection, scripts)
    assert list(await connection.execute_fetchall("SELECT * FROM payment_review")) == before


async def test_steps_and_payments_of_claims_are_carried_over(
    connection: aiosqlite.Connection,
) -> None:
    scripts = migration_scripts()
    await migrate(connection, scripts[:10])
    for rows in (
        "claim VALUES (7, 1, 20, 200, 'paid', 10)",
        "claim VALUES (7, 2, 20, 100, 'rejected', 11)",
        "claim_step VALUES (7, 1, 1, 'a', 'requested', 20, 10, '', 5)",
        "claim_step VALUES (7, 1, 2, 'b', 'approved', 1, 12, '', NULL)",
        "claim_step VALUES (7, 1, 3, 'c', 'paid', 2, 13, 'transfer', 6)",
        "claim_step VALUES (7, 2, 1, 'd', 'requested', 20, 11, '', 7)",
        "claim_step VALUES (7, 2, 2, 'e', 'rejected', 1, 14, 'twice', 8)",
    ):
        await connection.execute_fetchall(f"INSERT INTO {rows}")
    await migrate(connection, scripts)
    await verify_schema(connection, scripts)
    steps = await connection.execute_fetchall("SELECT key, action, diamonds FROM claim_step")
    assert list(steps) == [
        ("a", "request", 200),
        ("b", "approve", 0),
        ("c", "pay", 200),
        ("d", "request", 100),
        ("e", "reject", 100),
    ]
    payments = await connection.execute_fetchall("SELECT * FROM claim_payment")
    assert list(payments) == [(7, 1, 1, 200, 0, "transfer", "manual", 13, 2, 6)]
    claims = await connection.execute_fetchall(
        "SELECT claim_id, provider, amount_minor, currency, sending_diamonds FROM claim"
    )
    assert list(claims) == [(1, "manual", 0, "", 0), (2, "", 0, "", 0)]


TRIGGER = """CREATE TRIGGER t AFTER INSERT ON one BEGIN
    -- a semicolon; in a comment
    INSERT INTO two VALUES (';');
    SELECT CASE WHEN 1 THEN 2 END;
END;
"""


WRAPPED = "CREATE TABLE one (\n    value INTEGER -- whole; no fractions\n);\n"
TEXT = "INSERT INTO one VALUES ('a;\nb');\n"


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("", []),
        ("-- nothing; yet\n", []),
        (ONE + TWO, [ONE, TWO]),
        (WRAPPED + TWO, [WRAPPED, TWO]),
        (ONE + TRIGGER + TWO, [ONE, TRIGGER, TWO]),
        (TEXT + TWO, [TEXT, TWO]),
        ("SELECT 1; SELECT 2;\n", ["SELECT 1;", "SELECT 2;"]),
        (ONE + "-- the end; really\n", [ONE]),
        (ONE + "-- without a last line break", [ONE]),
        (ONE + "/* the end;\n really */\n", [ONE]),
    ],
)
def test_a_script_is_split_into_statements(script: str, statements: list[str]) -> None:
    assert [each.strip() for each in statements_of(script)] == [each.strip() for each in statements]


@pytest.mark.parametrize("tail", ["SELECT 1", "CREATE TRIGGER t AFTER INSERT ON one BEGIN"])
def test_an_unfinished_statement_is_refused_by_its_words(tail: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(tail))):
        list(statements_of(ONE + tail))
