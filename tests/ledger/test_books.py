"""The books as one object: opened, read, listened to, closed."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import (
    BooksDamaged,
    BooksUnreadable,
    BouquetError,
    Busy,
    DatabaseInUse,
    DatabaseTooNew,
    StartError,
)
from bot.ledger.books import Books
from bot.ledger.posting import Posted
from tests.ledger.conftest import book, entry_of, granted, moved, open_raw


@dataclass(frozen=True)
class Rang:
    """A result that nobody can replay."""

    times: int


async def test_what_was_booked_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "books.sqlite3"
    first = await Books.open(path)
    await book(first, entry_of(granted(100)))
    await first.close()
    second = await Books.open(path)
    assert await second.read("SELECT balance FROM pot WHERE owner_id <> 0") == [(100,)]
    await second.close()


async def test_the_books_are_open_once(books: Books) -> None:
    with pytest.raises(DatabaseInUse):
        await Books.open(books.path)


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("PRAGMA user_version = 9999", DatabaseTooNew),
        ("DROP TRIGGER posting_is_posted", BooksDamaged),
        ("DROP TABLE streamer", BooksDamaged),
    ],
)
async def test_a_start_that_is_refused_leaves_the_books_free(
    tmp_path: Path, damage: str, error: type[BouquetError]
) -> None:
    path = tmp_path / "books.sqlite3"
    await (await Books.open(path)).close()
    with closing(open_raw(path)) as other:
        other.execute(damage)
    refusals: list[object] = []  # kept, since a forgotten lock would give itself back
    for _ in range(2):  # the second time would be told that the books are in use
        with pytest.raises(error) as refusal:
            await Books.open(path)
        refusals.append(refusal)


async def test_a_file_that_is_no_database_is_one_line_for_the_operator(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite3"
    path.write_bytes(b"not a database " * 1000)
    with pytest.raises(StartError, match=r"books\.sqlite3.*not a database"):
        await Books.open(path)


async def test_a_folder_in_the_databases_place_is_one_line_for_the_operator(
    tmp_path: Path,
) -> None:
    before = set(threading.enumerate())
    with pytest.raises(StartError, match="unable to open"):
        await Books.open(tmp_path)
    # A thread left behind would print a traceback under that line when the loop is closed.
    assert set(threading.enumerate()) <= before


async def test_a_database_that_is_locked_at_the_start_is_one_line_for_the_operator(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books.sqlite3"
    with closing(open_raw(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StartError, match="locked"):
            await Books.open(path)


async def test_a_reading_cannot_write(books: Books) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await books.read("INSERT INTO streamer VALUES (7, 20, 1, 1)")


async def test_a_file_that_cannot_be_read_any_more_is_told_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "books.sqlite3"
    await (await Books.open(path)).close()
    opened = await Books.open(path)
    with path.open("r+b") as file:  # as a failing disk does, under the open books
        file.seek(4_096)
        file.write(b"\xff" * (path.stat().st_size - 4_096))
    with pytest.raises(BooksUnreadable):
        await opened.read("SELECT * FROM pot")
    assert "the books cannot be read: database disk image is malformed" in caplog.text
    await opened.close()


async def test_a_query_that_is_wrong_is_a_defect_and_no_fault_of_the_machine(books: Books) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await books.read("SELECT * FROM nowhere")


async def test_a_reading_sees_every_commit_that_was_answered(books: Books) -> None:
    for number in range(1, 6):  # more than there are readers
        await book(books, entry_of(granted(1), key=f"test:{number}"))
        assert await books.read("SELECT COUNT(*) FROM entry WHERE guild_id = ?", (7,)) == [
            (number,)
        ]


async def test_a_listener_hears_a_fresh_commit_once_and_replays_never(books: Books) -> None:
    heard: list[Posted] = []
    books.listen(Posted, heard.append)
    entry = entry_of(granted(100))
    answers = await asyncio.gather(*(book(books, entry) for _ in range(5)))
    await book(books, replace(entry, posted_at=1))
    assert heard == [answers[0]]


async def test_a_listener_hears_only_what_it_asked_for(books: Books) -> None:
    posted: list[Posted] = []
    rung: list[Rang] = []
    books.listen(Posted, posted.append)
    books.listen(Rang, rung.append)

    async def ring(_connection: aiosqlite.Connection) -> Rang:
        return Rang(3)

    await books.do(ring)
    await books.do(ring)  # without `replayed` nothing is a replay
    assert (posted, rung) == ([], [Rang(3), Rang(3)])


async def test_a_listener_hears_nothing_of_a_refusal(books: Books) -> None:
    heard: list[Posted] = []
    books.listen(Posted, heard.append)
    with pytest.raises(BouquetError):
        await book(books, entry_of(moved(1)))
    assert heard == []


async def test_a_listener_is_told_after_the_commit(
    books: Books, second: sqlite3.Connection
) -> None:
    seen: list[object] = []

    def look(_posted: Posted) -> None:
        seen.append(second.execute("SELECT COUNT(*) FROM entry").fetchall())

    books.listen(Posted, look)
    await book(books, entry_of(granted(100)))
    assert seen == [[(1,)]]


async def test_a_failing_listener_harms_neither_books_nor_other_listeners(
    books: Books, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Posted] = []

    def fail(_posted: Posted) -> None:
        message = "a defect of a listener"
        raise RuntimeError(message)

    books.listen(Posted, fail)
    books.listen(Posted, heard.append)
    first = await book(books, entry_of(granted(1), key="test:1"))
    second = await book(books, entry_of(granted(1), key="test:2"))
    assert heard == [first, second]
    assert "a defect of a listener" in caplog.text


async def test_a_cancelled_callers_commit_is_heard_all_the_same(books: Books) -> None:
    heard: list[Posted] = []
    books.listen(Posted, heard.append)
    caller = asyncio.create_task(book(books, entry_of(granted(100), key="test:1")))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await book(books, entry_of(granted(1), key="test:2"))
    assert [posted.entry_id for posted in heard] == [1, 2]


async def test_closing_writes_what_waits_and_refuses_what_comes_later(tmp_path: Path) -> None:
    books = await Books.open(tmp_path / "books.sqlite3")
    callers = [
        asyncio.create_task(book(books, entry_of(granted(1), key=f"test:{number}")))
        for number in range(30)
    ]
    await asyncio.sleep(0)
    await books.close()
    assert len(await asyncio.gather(*callers)) == 30
    with pytest.raises(Busy):
        await book(books, entry_of(granted(1), key="test:late"))
    with closing(open_raw(books.path)) as other:
        assert other.execute("SELECT COUNT(*) FROM entry").fetchall() == [(30,)]


async def test_a_full_queue_is_told_to_try_again(tmp_path: Path) -> None:
    books = await Books.open(tmp_path / "books.sqlite3", queue_limit=3)
    answers = await asyncio.gather(
        *(book(books, entry_of(granted(1), key=f"test:{number}")) for number in range(5)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Posted] * 3 + [Busy] * 2
    assert not (await book(books, entry_of(granted(1), key="test:4"))).replayed
    await books.close()
