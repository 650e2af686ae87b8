"""The writer on good days: what waits together is written together, answers follow the commit."""

import asyncio
from typing import Any

import aiosqlite
import pytest

from bot.errors import Busy, EconomyClosed
from bot.ledger.database import connect_writer
from bot.ledger.writer import Writer
from tests.ledger.notebook import REFUSED, WRITE, Notebook, Written, answers_of, insert


async def test_requests_that_wait_together_are_one_statement(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in range(100, 200)]
    release.set()
    assert await answers_of(*futures) == [Written(number) for number in range(100, 200)]
    assert notebook.count("\nINSERT INTO note") == 1
    assert notebook.count("BEGIN") == 0  # a statement alone is its own transaction
    assert notebook.numbers() == set(range(100, 200))


async def test_a_mixed_batch_shares_one_commit_and_keeps_its_order(notebook: Notebook) -> None:
    order: list[str] = []

    def noting(name: str, number: int) -> Any:
        async def procedure(connection: aiosqlite.Connection) -> Written:
            order.append(name)
            return await insert(number)(connection)

        return procedure

    release = await notebook.hold()
    futures = [
        notebook.writer.submit(WRITE, 1),
        notebook.writer.do(noting("first", 2)),
        notebook.writer.do(noting("second", 3)),
        notebook.writer.submit(WRITE, 2),  # written by the procedure just before
        notebook.writer.submit(WRITE, 4),
        notebook.writer.do(noting("third", 5)),
    ]
    release.set()
    assert await answers_of(*futures) == [
        Written(1),
        Written(2),
        Written(3),
        Written(2, replayed=True),
        Written(4),
        Written(5),
    ]
    assert order == ["first", "second", "third"]
    assert notebook.count("BEGIN") == 1
    # Two: the commit of what held the writer, and the one of all that waited.
    assert notebook.count("COMMIT") == 2


async def test_a_batch_has_a_limit(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in range(100, 700)]
    release.set()
    await answers_of(*futures)
    assert notebook.count("\nINSERT INTO note") == 3  # 256, 256 and 88
    assert notebook.numbers() == set(range(100, 700))


async def test_a_request_twice_in_one_batch_is_explained_as_a_replay(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in (1, 1, 2)]
    release.set()
    assert await answers_of(*futures) == [Written(1), Written(1, replayed=True), Written(2)]


async def test_a_refused_request_is_told_why_and_its_neighbours_stand(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in (1, REFUSED, 2)]
    release.set()
    first, refused, last = await answers_of(*futures)
    assert (first, last) == (Written(1), Written(2))
    assert isinstance(refused, EconomyClosed)
    assert notebook.numbers() == {1, 2}


async def test_a_refusing_procedure_takes_back_its_own_work_alone(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [
        notebook.writer.do(insert(1)),
        notebook.writer.do(insert(2, then=EconomyClosed())),
        notebook.writer.submit(WRITE, 3),
        notebook.writer.do(insert(4)),
    ]
    release.set()
    one, two, three, four = await answers_of(*futures)
    assert (one, three, four) == (Written(1), Written(3), Written(4))
    assert isinstance(two, EconomyClosed)
    assert notebook.numbers() == {1, 3, 4}
    assert notebook.count("BEGIN") == 1  # the refusal cost nobody a second transaction


async def test_nobody_is_told_before_the_commit(notebook: Notebook) -> None:
    seen: list[set[int]] = []
    connection = await connect_writer(notebook.path)
    writer = Writer(connection, on_commit=lambda _answer: seen.append(notebook.numbers()))
    future = writer.do(insert(1))
    future.add_done_callback(lambda _future: seen.append(notebook.numbers()))
    await future
    await writer.close()
    await connection.close()
    assert seen == [{1}, {1}]


async def test_what_was_refused_is_not_told(notebook: Notebook) -> None:
    await answers_of(
        notebook.writer.submit(WRITE, REFUSED),
        notebook.writer.do(insert(1, then=EconomyClosed())),
        notebook.writer.submit(WRITE, 2),
    )
    assert notebook.heard == [Written(2)]


async def test_a_procedure_may_have_nothing_to_say(notebook: Notebook) -> None:
    async def procedure(connection: aiosqlite.Connection) -> None:
        await insert(1)(connection)

    assert await notebook.writer.do(procedure) is None
    assert notebook.numbers() == {1}


@pytest.mark.parametrize("turns", range(12))
async def test_a_cancelled_caller_loses_its_answer_and_never_the_books(
    notebook: Notebook, turns: int
) -> None:
    async def call(number: int) -> Written:
        if number % 2:
            return await notebook.writer.do(insert(number))
        return await notebook.writer.submit(WRITE, number)

    callers = [asyncio.create_task(call(number)) for number in range(6)]
    for _ in range(turns):  # a little further into the batch each time
        await asyncio.sleep(0)
    for caller in callers[2:4]:
        caller.cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    await notebook.writer.do(insert(99))
    stayed = [0, 1, 4, 5]
    assert [answers[number] for number in stayed] == [Written(number) for number in stayed]
    # Cancelled before it was queued, the work is not done; after that it is, and it is told.
    written = notebook.numbers() - {99}
    assert written == ({0, 1, 4, 5} if turns == 0 else {0, 1, 2, 3, 4, 5})
    assert {each.number for each in notebook.heard} == notebook.numbers()


async def test_a_refusal_that_nobody_waits_for_harms_nobody(notebook: Notebook) -> None:
    release = await notebook.hold()
    refused = notebook.writer.do(insert(1, then=EconomyClosed()))
    stands = notebook.writer.do(insert(2))
    refused.cancel()
    release.set()
    assert await stands == Written(2)
    assert refused.cancelled()


async def test_work_that_is_cancelled_halfway_is_finished(notebook: Notebook) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def procedure(connection: aiosqlite.Connection) -> Written:
        await insert(1)(connection)
        begun.set()
        await release.wait()
        return await insert(2)(connection)

    future = notebook.writer.do(procedure)
    await begun.wait()
    future.cancel()
    release.set()
    await notebook.writer.do(insert(3))
    assert notebook.numbers() == {1, 2, 3}


async def test_a_full_queue_is_busy_until_there_is_room(notebook: Notebook) -> None:
    connection = await connect_writer(notebook.path)
    writer = Writer(connection, on_commit=notebook.heard.append, queue_limit=2)
    futures = [writer.submit(WRITE, 1), writer.do(insert(2))]
    with pytest.raises(Busy):
        writer.submit(WRITE, 3)
    with pytest.raises(Busy):
        writer.do(insert(3))
    await answers_of(*futures)
    assert await writer.submit(WRITE, 3) == Written(3)
    await writer.close()
    await connection.close()
    assert notebook.numbers() == {1, 2, 3}


async def test_closing_drains_the_queue_and_refuses_the_rest(notebook: Notebook) -> None:
    release = await notebook.hold()
    futures = [notebook.writer.submit(WRITE, number) for number in range(100, 700)]
    closing = asyncio.create_task(notebook.writer.close())
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        notebook.writer.submit(WRITE, 900)
    release.set()
    await closing
    assert all(future.done() for future in futures)
    assert notebook.numbers() == set(range(100, 700))


async def test_an_idle_writer_closes_and_closing_twice_is_harmless(notebook: Notebook) -> None:
    await asyncio.sleep(0)  # let it begin to wait
    await notebook.writer.close()
    await notebook.writer.close()
    assert notebook.numbers() == set()
