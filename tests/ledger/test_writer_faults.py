"""The writer on bad days: poisoned rows, defects, a locked database, a full disk."""

import re
import resource
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

import aiosqlite
import pytest

from bot.errors import BooksUnavailable, EconomyClosed
from tests.ledger.notebook import DEFECT, POISON, WRITE, Notebook, Written, answers_of, insert


@contextmanager
def locked(notebook: Notebook, how: str) -> Generator[None]:
    """Hold the database's lock as a second process would."""
    with closing(sqlite3.connect(notebook.path, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield
        other.execute("ROLLBACK")


async def test_a_poisoned_row_harms_only_itself(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in (1, 2, POISON, 3, 1)]
    release.set()
    one, two, poisoned, three, again = await answers_of(*futures)
    assert (one, two, three) == (Written(1), Written(2), Written(3))
    assert again == Written(1, replayed=True)
    assert isinstance(poisoned, sqlite3.IntegrityError)
    assert notebook.numbers() == {1, 2, 3}
    assert set(notebook.heard) == {None, Written(1), Written(2), Written(3), again}


async def test_a_poisoned_row_in_a_mixed_batch_harms_only_itself(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [
        notebook.writer.do(insert(1)),
        notebook.writer.submit(WRITE, 2),
        notebook.writer.submit(WRITE, POISON),
        notebook.writer.do(insert(3)),
    ]
    release.set()
    one, two, poisoned, three = await answers_of(*futures)
    assert (one, two, three) == (Written(1), Written(2), Written(3))
    assert isinstance(poisoned, sqlite3.IntegrityError)
    assert notebook.numbers() == {1, 2, 3}


async def test_a_second_try_forgets_what_the_first_one_answered(notebook: Notebook) -> None:
    tries: list[int] = []

    async def late(connection: aiosqlite.Connection) -> Written:
        tries.append(len(tries))
        if len(tries) == 1:
            raise EconomyClosed
        return await insert(1)(connection)

    release = await notebook.hold()
    futures = [
        notebook.writer.do(late),
        notebook.writer.submit(WRITE, 1),  # written in the first try, taken in the second
        notebook.writer.do(insert(2)),
        notebook.writer.submit(WRITE, POISON),
    ]
    release.set()
    first, second, *_ = await answers_of(*futures)
    assert (first, second) == (Written(1), Written(1, replayed=True))


@pytest.mark.parametrize("error", [sqlite3.IntegrityError("no"), RuntimeError("a defect")])
async def test_a_failing_procedure_harms_only_itself(notebook: Notebook, error: Exception) -> None:
    release = await notebook.hold()
    futures = [
        notebook.writer.do(insert(1)),
        notebook.writer.do(insert(2, then=error)),
        notebook.writer.do(insert(POISON)),
        notebook.writer.do(insert(3)),
    ]
    release.set()
    one, two, poisoned, three = await answers_of(*futures)
    assert (one, three) == (Written(1), Written(3))
    assert two is error
    assert isinstance(poisoned, sqlite3.IntegrityError)
    assert notebook.numbers() == {1, 3}


async def test_a_procedure_that_ends_the_transaction_harms_only_itself(notebook: Notebook) -> None:
    async def procedure(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall("ROLLBACK")

    release = await notebook.hold()
    futures = [
        notebook.writer.do(insert(1)),
        notebook.writer.do(procedure),
        notebook.writer.submit(WRITE, 2),
    ]
    release.set()
    one, failed, two = await answers_of(*futures)
    assert (one, two) == (Written(1), Written(2))
    assert isinstance(failed, sqlite3.OperationalError)
    assert notebook.numbers() == {1, 2}


@pytest.mark.parametrize("with_procedure", [True, False])
async def test_a_defect_in_one_requests_row_harms_only_itself(
    notebook: Notebook, *, with_procedure: bool
) -> None:
    release = await notebook.hold()
    futures: list[Any] = [notebook.writer.submit(WRITE, number) for number in (1, DEFECT, 2)]
    if with_procedure:
        futures.append(notebook.writer.do(insert(3)))
    release.set()
    one, defect, two, *rest = await answers_of(*futures)
    assert (one, two) == (Written(1), Written(2))
    assert rest == [Written(3)] * with_procedure
    assert isinstance(defect, RuntimeError)


async def test_what_follows_a_defect_is_committed(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.do(insert(1)), notebook.writer.submit(WRITE, DEFECT)]
    release.set()
    await answers_of(*futures)
    assert await notebook.writer.submit(WRITE, 2) == Written(2)
    # An open transaction would have taken it, and lost it with the process.
    assert 2 in notebook.numbers()


async def test_a_writer_that_cannot_even_roll_back_answers_all_the_same(
    notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    await notebook.connection.close()
    failed = await answers_of(notebook.writer.do(insert(1)), notebook.writer.submit(WRITE, 2))
    assert all(isinstance(each, ValueError) for each in failed)
    assert "in a way nobody foresaw" in caplog.text


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
async def test_a_locked_database_is_told_to_try_again_and_the_next_command_works(
    notebook: Notebook, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    await notebook.connection.execute_fetchall("PRAGMA busy_timeout = 1")
    with locked(notebook, how):
        alone = await answers_of(notebook.writer.submit(WRITE, 1), notebook.writer.submit(WRITE, 2))
        mixed = await answers_of(notebook.writer.submit(WRITE, 3), notebook.writer.do(insert(4)))
    assert [type(each) for each in alone + mixed] == [BooksUnavailable] * 4
    assert caplog.text.count("the books cannot be written: database is locked") == 2
    assert notebook.heard == []
    assert await answers_of(notebook.writer.submit(WRITE, 1), notebook.writer.do(insert(4))) == [
        Written(1),
        Written(4),
    ]
    assert notebook.numbers() == {1, 4}


async def _fill(connection: aiosqlite.Connection) -> None:
    await connection.execute_fetchall(
        "INSERT INTO note SELECT value, value FROM json_each(?)",
        (str(list(range(-100_000, 0))),),
    )


async def _stop_growing(notebook: Notebook) -> None:
    """Leave the file no more pages than it has, as a full disk does."""
    ((pages,),) = await notebook.connection.execute_fetchall("PRAGMA page_count")
    await notebook.connection.execute_fetchall(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_is_told_to_try_again_and_the_next_command_works(
    notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    await _stop_growing(notebook)
    release = await notebook.hold()
    futures = [notebook.writer.do(insert(1)), notebook.writer.do(_fill)]
    release.set()
    answers = await answers_of(*futures)
    assert [type(each) for each in answers] == [BooksUnavailable] * 2
    assert re.search("the books cannot be written: database or disk is full", caplog.text)
    assert not notebook.connection.in_transaction
    assert notebook.numbers() == set()
    assert await notebook.writer.do(insert(1)) == Written(1)  # small enough for the page there is
    await notebook.connection.execute_fetchall("PRAGMA max_page_count = 1000000")
    await notebook.writer.do(_fill)
    assert len(notebook.numbers()) == 100_001


async def test_a_full_disk_in_the_hot_statement_is_told_to_try_again(notebook: Notebook) -> None:
    await _stop_growing(notebook)
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, -number - 2) for number in range(1_500)]
    release.set()
    answers = await answers_of(*futures)
    failed = [each for each in answers if isinstance(each, BooksUnavailable)]
    written = [each for each in answers if isinstance(each, Written)]
    assert len(failed) > 0
    assert len(failed) + len(written) == len(futures)
    assert notebook.numbers() == {each.number for each in written}


@contextmanager
def file_size_limit(size_bytes: int) -> Generator[None]:
    """Let no file of this process grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_log_that_cannot_grow_is_told_to_try_again_and_the_next_command_works(
    notebook: Notebook,
) -> None:
    await notebook.writer.do(insert(1))
    log_bytes = notebook.path.with_name("notes.sqlite3-wal").stat().st_size
    with file_size_limit(log_bytes):
        answers = await answers_of(notebook.writer.submit(WRITE, 2), notebook.writer.do(insert(3)))
    assert [type(each) for each in answers] == [BooksUnavailable] * 2
    assert notebook.numbers() == {1}
    assert await notebook.writer.submit(WRITE, 2) == Written(2)
    assert notebook.numbers() == {1, 2}
