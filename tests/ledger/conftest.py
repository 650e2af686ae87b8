"""What the tests of the books share: entries in one line, and a second connection to the file."""

import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.database import connect_writer
from bot.ledger.posting import Entry, Line, Posted, from_house, post
from bot.ledger.writer import Writer
from tests.ledger.notebook import TABLE, Notebook

GUILD_ID = 7
MEMBER_ID = 10
STREAMER_ID = 20


def entry_of(*lines: Line, key: str = "test:1", **other: object) -> Entry:
    """Return an entry of these lines; what a test does not say is the same for all."""
    values: dict[str, object] = {
        "guild_id": GUILD_ID,
        "kind": "test",
        "actor_id": MEMBER_ID,
        "posted_at": 1_800_000_000,
        "content": (),
        **other,
    }
    return Entry(key=key, lines=lines, **values)  # pyright: ignore[reportArgumentType]


async def book(books: Books, entry: Entry) -> Posted:
    """Post an entry through the writer."""

    async def write(connection: aiosqlite.Connection) -> Posted:
        return await post(connection, entry)

    return await books.do(write)


def granted(coins: int, owner_id: int = MEMBER_ID) -> Line:
    """Return the line that gives bonus coins to a member."""
    return from_house(Account.GRANTED, owner_id, Account.BONUS, coins)


def moved(coins: int) -> Line:
    """Return the line that moves bonus coins from the member to the streamer."""
    return Line(MEMBER_ID, Account.BONUS, STREAMER_ID, Account.EARNED_BONUS, coins)


def open_raw(path: Path) -> sqlite3.Connection:
    """Return a connection as somebody with an SQL prompt and the right pragma has it."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


def contents(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return every entry, line and pot there is, to compare before and after."""
    return [
        row
        for table in ("entry", "line", "pot")
        for row in connection.execute(f"SELECT '{table}', * FROM {table}").fetchall()
    ]


# What the books' own trigger does with a line, without asking whether it may be.
MOVES = """
CREATE TRIGGER moves AFTER INSERT ON line
BEGIN
    INSERT INTO pot
    VALUES (NEW.guild_id, NEW.source_owner_id, NEW.source_account, -NEW.amount, 1)
    ON CONFLICT DO UPDATE SET balance = balance - NEW.amount, version = version + 1;
    INSERT INTO pot
    VALUES (NEW.guild_id, NEW.target_owner_id, NEW.target_account, NEW.amount, 1)
    ON CONFLICT DO UPDATE SET balance = balance + NEW.amount, version = version + 1;
END
"""


def unguard(connection: sqlite3.Connection) -> None:
    """Let a test do damage: lines still move balances, but nothing is refused any more."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in rows:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(MOVES)
    connection.execute("PRAGMA ignore_check_constraints = ON")


@pytest.fixture
def second(books: Books) -> Iterator[sqlite3.Connection]:
    """Another connection to the open books."""
    with closing(open_raw(books.path)) as connection:
        yield connection


@pytest.fixture
async def notebook(tmp_path: Path) -> AsyncGenerator[Notebook]:
    """A writer over one small table; what it tells is kept."""
    path = tmp_path / "notes.sqlite3"
    connection = await connect_writer(path)
    await connection.execute_fetchall(TABLE)
    heard: list[Any] = []
    writer = Writer(connection, on_commit=heard.append)
    notebook = Notebook(path, connection, writer, heard)
    yield notebook
    await writer.close()
    await connection.close()
