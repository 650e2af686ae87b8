"""What the database refuses by itself, whoever writes: history cannot be rewritten."""

import sqlite3

import aiosqlite
import pytest

from bot.ledger.books import Books
from tests.ledger.conftest import book, contents, entry_of, granted, moved

# Rows of the features, put in by hand: their triggers must hold without any service.
FEATURE_ROWS = """
INSERT INTO gift VALUES (7, 20, 3, 10, 'petal', 1, 10, 10, 0, '', 1);
INSERT INTO claim (guild_id, claim_id, streamer_id, diamonds, state, requested_at)
 VALUES (7, 1, 20, 5, 'requested', 1);
INSERT INTO claim_step (guild_id, claim_id, step, key, state, actor_id, taken_at, note, entry_id)
 VALUES (7, 1, 1, 'claim:1', 'requested', 20, 1, '', NULL);
"""

REWRITES = [
    ("UPDATE entry SET note = 'nothing happened'", "entries cannot be changed"),
    ("UPDATE OR REPLACE entry SET entry_id = 1 WHERE entry_id = 2", "entries cannot be changed"),
    ("DELETE FROM entry WHERE entry_id = 1", "entries cannot be deleted"),
    (
        "INSERT OR REPLACE INTO entry VALUES (7, 1, 'new', 0, 'test', 10, 1, NULL, '')",
        "entries cannot be deleted",
    ),
    (
        "REPLACE INTO entry VALUES (7, 99, 'test:grant', 0, 'test', 10, 1, NULL, '')",
        "entries cannot be deleted",
    ),
    (
        (
            "INSERT INTO entry SELECT * FROM entry WHERE true"
            " ON CONFLICT (guild_id, entry_id) DO UPDATE SET note = 'changed'"
        ),
        "entries cannot be changed",
    ),
    ("UPDATE line SET amount = amount + 1", "lines cannot be changed"),
    ("DELETE FROM line", "lines cannot be deleted"),
    (
        "INSERT OR REPLACE INTO line VALUES (7, 1, 0, 0, 'granted', 10, 'bonus', 9)",
        "lines cannot be deleted",
    ),
    ("DELETE FROM pot WHERE owner_id = 10", "pots cannot be deleted"),
    ("INSERT OR REPLACE INTO pot VALUES (7, 10, 'bonus', 999, 1)", "pots cannot be deleted"),
    ("UPDATE gift SET coins = 1", "gifts cannot be changed"),
    ("DELETE FROM gift", "gifts cannot be deleted"),
    (
        "REPLACE INTO gift VALUES (7, 20, 3, 10, 'petal', 1, 1, 1, 0, '', 1)",
        "gifts cannot be deleted",
    ),
    ("UPDATE claim_step SET state = 'paid'", "steps of a claim cannot be changed"),
    ("DELETE FROM claim_step", "steps of a claim cannot be deleted"),
    ("DELETE FROM claim", "claims cannot be deleted"),
    (
        (
            "REPLACE INTO claim (guild_id, claim_id, streamer_id, diamonds, state, requested_at)"
            " VALUES (7, 1, 20, 1, 'paid', 1)"
        ),
        "claims cannot be deleted",
    ),
]


@pytest.mark.parametrize(("sql", "refusal"), REWRITES)
async def test_history_cannot_be_rewritten(
    books: Books, second: sqlite3.Connection, sql: str, refusal: str
) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    await book(books, entry_of(moved(30), key="test:move"))
    second.executescript(FEATURE_ROWS)
    before = contents(second)
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        second.execute(sql)
    assert contents(second) == before


async def test_the_bots_own_connection_cannot_replace_history_either(books: Books) -> None:
    await book(books, entry_of(granted(100)))

    async def replace(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall(
            "REPLACE INTO entry VALUES (7, 1, 'test:1', 0, 'other', 10, 1, NULL, '')"
        )

    with pytest.raises(sqlite3.IntegrityError, match="entries cannot be deleted"):
        await books.do(replace)
    assert await books.read("SELECT kind FROM entry") == [("test",)]


async def test_an_entry_is_reversed_at_most_once(books: Books) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    undo = entry_of(moved(10), key="test:undo", reverses_id=1)
    await book(books, undo)
    again = entry_of(moved(10), key="test:undo again", reverses_id=1)
    with pytest.raises(sqlite3.IntegrityError, match="reverses_id"):
        await book(books, again)
    assert await books.read("SELECT COUNT(*) FROM entry") == [(2,)]


async def test_every_line_counts_up_the_versions_of_both_pots(books: Books) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    await book(books, entry_of(moved(30), moved(30), key="test:move"))
    assert await books.read("SELECT owner_id, account, balance, version FROM pot") == [
        (0, "granted", -100, 1),
        (10, "bonus", 40, 3),
        (20, "earned_bonus", 60, 2),
    ]


async def test_receipt_numbers_count_up_by_themselves_in_each_guild(books: Books) -> None:
    for number in (1, 2):
        for guild_id in (7, 8):
            posted = await book(
                books, entry_of(granted(1), key=f"test:{number}", guild_id=guild_id)
            )
            assert posted.entry_id == number


async def test_a_gift_that_its_giver_cannot_pay_leaves_no_row(
    books: Books, second: sqlite3.Connection
) -> None:
    await book(books, entry_of(granted(9)))
    before = contents(second)
    done = second.execute(
        "INSERT INTO gift_request VALUES (0, 7, 'gift:1', 0, 10, 20, 'ladybird', 1, 10, 0, '', 1)"
        " RETURNING position"
    ).fetchall()
    assert done == []
    assert contents(second) == before
    assert second.execute("SELECT COUNT(*) FROM gift").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("count", "coins", "fee_percent"), [(0, 5, 0), (1, 0, 0), (1, -5, 0), (1, 5, 91), (1, 5, -1)]
)
async def test_a_gift_out_of_bounds_is_refused_by_the_database(
    books: Books, second: sqlite3.Connection, count: int, coins: int, fee_percent: int
) -> None:
    await book(books, entry_of(granted(100)))
    before = contents(second)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        second.execute(
            "INSERT INTO gift_request VALUES (0, 7, 'gift:1', 0, 10, 20, 'x', ?, ?, ?, '', 1)",
            (count, coins, fee_percent),
        )
    assert contents(second) == before
