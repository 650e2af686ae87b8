"""Attempts to make, lose or change money with SQL alone: the database refuses each of them."""

import json
import sqlite3

import pytest

from bot.ledger.audit import LEDGER_CHECKS, audit
from bot.ledger.books import Books
from tests.ledger.conftest import GUILD_ID, book, contents, entry_of, granted

POST = """
INSERT INTO posting (guild_id, key, request_hash, kind, actor_id, posted_at, note, lines)
VALUES (7, 'raw:1', 0, 'raw', 10, 1, '', ?) RETURNING guild_id
"""

UNKNOWN_OR_MIXED = "a line joins unknown accounts, two assets or the wrong owners"

BAD_LINES = [
    pytest.param([[10, "bonus", 10, "diamonds", 5]], UNKNOWN_OR_MIXED, id="coins to diamonds"),
    pytest.param([[0, "minted", 10, "bonus", 5]], UNKNOWN_OR_MIXED, id="diamonds to coins"),
    pytest.param([[10, "bonus", 20, "gold", 5]], UNKNOWN_OR_MIXED, id="unknown target"),
    pytest.param([[0, "bonus", 20, "bonus", 5]], UNKNOWN_OR_MIXED, id="house has member pot"),
    pytest.param([[10, "bonus", 20, "fee", 5]], UNKNOWN_OR_MIXED, id="fee of a member"),
    pytest.param([[None, "granted", 10, "bonus", 5]], "NOT NULL", id="no owner"),
    pytest.param([[10, "bonus", 20, "bonus", 0]], "CHECK", id="zero"),
    pytest.param([[10, "bonus", 20, "bonus", -5]], "CHECK", id="negative"),
    pytest.param([[0, "granted", 10, "bonus", 10**15 + 1]], "CHECK", id="over the ceiling"),
    pytest.param([[0, "granted", 10, "bonus", 2**63]], "cannot store REAL", id="over 64 bits"),
    pytest.param([[0, "granted", 10, "bonus", 1.5]], "cannot store REAL", id="a fraction"),
    pytest.param([[0, "granted", 10, "bonus", "five"]], "cannot store TEXT", id="a word"),
    pytest.param([[0, "granted", 10, "bonus", None]], "NOT NULL", id="no amount"),
    pytest.param([], "an entry needs at least one line", id="no line"),
    pytest.param({}, "an entry needs at least one line", id="no array"),
    pytest.param(None, "an entry needs at least one line", id="null"),
]


@pytest.mark.parametrize(("lines", "refusal"), BAD_LINES)
async def test_a_bad_line_is_refused_and_nothing_stands(
    books: Books, second: sqlite3.Connection, lines: object, refusal: str
) -> None:
    await book(books, entry_of(granted(100)))
    before = contents(second)
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        second.execute(POST, (json.dumps(lines),))
    assert contents(second) == before


async def test_an_entry_without_any_lines_value_is_refused(
    books: Books, second: sqlite3.Connection
) -> None:
    await book(books, entry_of(granted(100)))
    with pytest.raises(sqlite3.IntegrityError, match="an entry needs at least one line"):
        second.execute(POST, (None,))


async def test_one_bad_line_among_good_ones_spoils_its_entry_alone(
    books: Books, second: sqlite3.Connection
) -> None:
    await book(books, entry_of(granted(100)))
    before = contents(second)
    lines = [[10, "bonus", 20, "earned_bonus", 5], [10, "bonus", 20, "diamonds", 5]]
    with pytest.raises(sqlite3.IntegrityError, match=UNKNOWN_OR_MIXED):
        second.execute(POST, (json.dumps(lines),))
    assert contents(second) == before


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([[10, "bonus", 20, "bonus", 101]], id="one line"),
        pytest.param([[10, "bonus", 20, "bonus", 60], [10, "bonus", 0, "fee", 41]], id="two lines"),
        pytest.param([[11, "bonus", 20, "bonus", 1]], id="a pot that is not there"),
        pytest.param([[10, "paid", 20, "paid", 1]], id="the other pot"),
        pytest.param([[10, "gold", 20, "bonus", 5]], id="a pot of no account"),
        pytest.param([[10, "gold", 20, "gold", 5]], id="both of no account"),
        pytest.param([[10, None, 20, None, 5]], id="no account"),
        pytest.param([[10, "granted", 20, "bonus", 5]], id="a pot of the house"),
        pytest.param([[0, "granted", 11, "bonus", 5], [11, "bonus", 20, "bonus", 5]], id="chained"),
    ],
)
async def test_what_a_member_does_not_have_is_skipped_without_a_trace(
    books: Books, second: sqlite3.Connection, lines: list[object]
) -> None:
    await book(books, entry_of(granted(100)))
    before = contents(second)
    assert second.execute(POST, (json.dumps(lines),)).fetchall() == []
    assert contents(second) == before


async def test_coins_of_another_guild_cannot_be_drawn(
    books: Books, second: sqlite3.Connection
) -> None:
    await book(books, entry_of(granted(100), guild_id=GUILD_ID + 1))
    lines = json.dumps([[10, "bonus", 20, "earned_bonus", 1]])
    assert second.execute(POST, (lines,)).fetchall() == []


RAW_LINES = [
    pytest.param("10, 'bonus', 20, 'earned_bonus', 101", "CHECK", id="overdraft"),
    pytest.param("10, 'paid', 20, 'earned_paid', 1", "CHECK", id="no such pot"),
    pytest.param("10, 'bonus', 20, 'earned_bonus', -5", "CHECK", id="negative"),
    pytest.param("10, 'bonus', 20, 'diamonds', 5", ".", id="coins to diamonds"),
    pytest.param("0, 'granted', 20, 'diamonds', 5", ".", id="house coins to diamonds"),
    pytest.param("10, 'bonus', 20, 'gold', 5", ".", id="unknown account"),
    pytest.param("0, 'bonus', 20, 'bonus', 5", ".", id="house has a member's pot"),
    pytest.param("10, 'bonus', 20, 'fee', 5", ".", id="member has a house pot"),
]


@pytest.mark.parametrize(("values", "refusal"), RAW_LINES)
async def test_a_line_put_in_by_hand_is_refused_too(
    books: Books, second: sqlite3.Connection, values: str, refusal: str
) -> None:
    await book(books, entry_of(granted(100)))
    before = contents(second)
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        second.execute(f"INSERT INTO line VALUES (7, 1, 9, {values})")
    assert contents(second) == before


async def test_a_full_pot_takes_nothing_more(books: Books, second: sqlite3.Connection) -> None:
    await book(books, entry_of(granted(10**15)))
    before = contents(second)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        second.execute(POST, (json.dumps([[0, "granted", 10, "bonus", 1]]),))
    assert contents(second) == before
    assert await audit(books.path, LEDGER_CHECKS) == []


async def test_a_taken_key_is_skipped_without_a_trace(
    books: Books, second: sqlite3.Connection
) -> None:
    await book(books, entry_of(granted(100), key="raw:1"))
    before = contents(second)
    lines = json.dumps([[0, "granted", 10, "bonus", 5]])
    assert second.execute(POST, (lines,)).fetchall() == []
    assert contents(second) == before
