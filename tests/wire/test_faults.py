"""A database that is locked, full, overloaded or slow, and commands that come too late."""

import contextlib
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiosqlite
import pytest

from bot.errors import Busy
from cogs.answers import DEFER_AFTER_SECONDS
from tests.wire.paying_out import open_claim
from tests.wire.sentences import BUSY, DEFECT, TOO_LATE, UNAVAILABLE
from tests.wire.town import EPHEMERAL, Action, Outcome, Town, text_of, until

Fault = Callable[[Town], AbstractAsyncContextManager[None]]
Do = Callable[[Town], Action]


async def pragma(town: Town, statement: str) -> int:
    """Run a pragma on the connection that writes and return its first value."""

    async def write(connection: aiosqlite.Connection) -> int:
        (row,) = await connection.execute_fetchall(f"PRAGMA {statement}")
        return row[0]

    return await town.books.do(write)


@contextlib.asynccontextmanager
async def locked(town: Town) -> AsyncGenerator[None]:
    """Let another process be in the middle of a write."""
    # How long SQLite waits for the other one is not what is tested.
    await pragma(town, "busy_timeout = 1")
    other = sqlite3.connect(town.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextlib.asynccontextmanager
async def full(town: Town) -> AsyncGenerator[None]:
    """Let the file not grow any more, and fill what is left of it."""
    pages = await pragma(town, "page_count")
    await pragma(town, f"max_page_count = {pages}")
    with contextlib.suppress(sqlite3.OperationalError):
        await town.books.do(fill)
    try:
        yield
    finally:
        await pragma(town, f"max_page_count = {2**30}")


async def fill(connection: aiosqlite.Connection) -> None:
    """Try to take more pages than there are; what is free is in reach of one entry's size."""
    await connection.execute_fetchall("CREATE TABLE ballast AS SELECT zeroblob(5000) AS nothing")


WAYS: dict[str, Do] = {
    "buy": lambda town: town.type("Mia", "buy", pack=70),
    "gift": lambda town: town.type("Mia", "gift", streamer="Luna", gift="tulip"),
    "ask": lambda town: town.type("Mia", "gift", streamer="Luna", gift="cottage"),
    "convert": lambda town: town.type("Luna", "convert", coins=100),
    "claim": lambda town: town.type("Luna", "claim request", diamonds=100),
    "grant": lambda town: town.type("Ada", "economy grant", member="Mia", coins=5, reason="a song"),
    "settings": lambda town: town.type("Ada", "economy settings", setting="fee_percent", value="5"),
    "streamers": lambda town: town.type("Ada", "economy streamers", add="Noor"),
}


@pytest.fixture
async def busy_town(town: Town) -> Town:
    """A town in which everything can be done."""
    await town.grant("Mia", 50_000)
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert", coins=500)
    return town


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the operator was told of as an error."""
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("do", WAYS.values(), ids=WAYS)
async def test_a_locked_database_books_nothing_logs_once_and_recovers(
    busy_town: Town, do: Do, caplog: pytest.LogCaptureFixture
) -> None:
    async with locked(busy_town):
        await busy_town.refuses(do(busy_town), UNAVAILABLE)
    assert errors(caplog) == ["the books cannot be written: database is locked"]
    outcome = await do(busy_town)
    assert outcome.outcome == "answered"
    assert outcome.text not in {UNAVAILABLE, DEFECT}


async def test_a_locked_database_can_still_be_read(busy_town: Town) -> None:
    async with locked(busy_town):
        assert "**50,000 coins**" in (await busy_town.type("Mia", "wallet")).text
        assert "1,000 coins" in (await busy_town.type("Luna", "earnings show")).text
        assert "Petal" in (await busy_town.type("Luna", "history")).text


@pytest.mark.parametrize("name", ["gift", "grant"])
async def test_a_full_disk_books_nothing_logs_once_and_recovers(
    busy_town: Town, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    do = WAYS[name]
    async with full(busy_town):
        # The last page has room for a few entries more.
        told = await until_refused(busy_town, do, caplog)
        assert told.text == UNAVAILABLE
        assert told.is_private
        assert errors(caplog) == ["the books cannot be written: database or disk is full"]
        assert "coins" in (await busy_town.type("Mia", "wallet")).text
    before = await busy_town.entries()
    outcome = await do(busy_town)
    assert outcome.text != UNAVAILABLE
    assert await busy_town.entries() == before + 1


async def until_refused(town: Town, do: Do, caplog: pytest.LogCaptureFixture) -> Outcome:
    """Do something until it is refused, and see that this time it booked nothing."""
    for _ in range(200):
        before = await town.everything()
        caplog.clear()
        outcome = await do(town)
        if outcome.text == UNAVAILABLE:
            assert await town.everything() == before
            return outcome
    pytest.fail("the file never got full")


async def test_a_full_queue_asks_to_try_again_in_a_moment(busy_town: Town) -> None:
    async def nothing(_connection: aiosqlite.Connection) -> None:
        return

    waiting: list[Any] = []
    async with busy_town.slow_books():
        with contextlib.suppress(Busy):
            while True:
                waiting.append(busy_town.books.do(nothing))
        await busy_town.refuses(WAYS["gift"](busy_town), BUSY)
        await busy_town.refuses(WAYS["buy"](busy_town), BUSY)
    for future in waiting:
        await future
    assert not (await WAYS["gift"](busy_town)).is_private


# Slow: what takes longer than a second is deferred


async def deferred(town: Town, action: Action) -> Outcome:
    """Do something with slow books: Discord hears "thinking" first, and then the answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cogs.answers.DEFER_AFTER_SECONDS", 0)  # at once instead of after a second
        async with town.slow_books():
            arrival, task = await town.arrived(action)
            await until(arrival.response.is_done)
    return await task


async def last_seen(town: Town, person: str, text: str) -> dict[str, Any]:
    """Wait until a person sees a message with that text and return it."""
    while True:
        for message in await town.visible(person):
            if text in text_of(message):
                return message


def test_what_is_slow_is_deferred_well_before_discord_gives_up() -> None:
    assert 0.5 <= DEFER_AFTER_SECONDS <= 2


async def test_a_slow_private_answer_arrives_in_private(busy_town: Town) -> None:
    bought = await deferred(busy_town, WAYS["buy"](busy_town))
    assert bought.outcome == "answered"
    assert "70 coins for you" in bought.text
    assert bought.is_private
    assert not [m for m in await busy_town.visible("Noor") if "for you" in text_of(m)]


async def test_a_slow_gift_arrives_for_all(busy_town: Town) -> None:
    sent = await deferred(busy_town, WAYS["gift"](busy_town))
    assert "**Tulip**" in sent.text
    assert not sent.is_private
    assert sent.labels == ["Send again", "Undo"]
    assert sent.message in await busy_town.visible("Noor")


async def test_a_slow_gift_that_is_refused_is_refused_in_private(busy_town: Town) -> None:
    seen_by_all = await busy_town.visible("Noor")
    before = await busy_town.everything()
    await deferred(busy_town, busy_town.type("Theo", "gift", streamer="Luna", gift="tulip"))
    refusal = await last_seen(busy_town, "Theo", "You have 0 coins and this costs 15.")
    assert refusal["flags"] & EPHEMERAL
    # Nothing is left of "thinking", which everybody saw.
    assert await busy_town.visible("Noor") == seen_by_all
    assert await busy_town.everything() == before


async def test_a_slow_question_before_a_large_gift_is_asked_in_private(busy_town: Town) -> None:
    seen_by_all = await busy_town.visible("Noor")
    await deferred(busy_town, WAYS["ask"](busy_town))
    question = await last_seen(busy_town, "Mia", "Send this gift?")
    assert question["flags"] & EPHEMERAL
    assert await busy_town.visible("Noor") == seen_by_all


async def test_a_slow_press_still_replaces_its_message(busy_town: Town) -> None:
    offer = await busy_town.type("Mia", "buy")
    bought = await deferred(busy_town, busy_town.press("Mia", offer.message, offer.button("70")))
    assert bought.message["id"] == offer.message["id"]
    assert "70 coins for you" in bought.text
    assert bought.is_private


async def test_a_slow_press_that_is_refused_leaves_its_message(busy_town: Town) -> None:
    sent = await WAYS["gift"](busy_town)
    await busy_town.type("Luna", "convert")
    undo = busy_town.press("Mia", sent.message, sent.button("Undo"))
    refused = await deferred(busy_town, undo)
    assert refused.text.startswith("The streamer has already converted these coins")
    assert refused.is_private
    assert sent.message in await busy_town.visible("Noor")


async def test_a_slow_yes_shows_the_receipt_and_the_card(busy_town: Town) -> None:
    question = await WAYS["ask"](busy_town)
    yes = busy_town.press("Mia", question.message, question.button("Send it"))
    sent = await deferred(busy_town, yes)
    assert sent.message["id"] == question.message["id"]
    assert "Sent. Receipt #" in sent.text
    card = await last_seen(busy_town, "Noor", "Rose Cottage")
    assert not card["flags"] & EPHEMERAL


async def test_what_was_booked_slowly_is_never_called_unbooked(busy_town: Town) -> None:
    await busy_town.type("Luna", "claim request", diamonds=100)
    queue = await open_claim(busy_town, 1)
    async with busy_town.slow_books():
        _, press = await busy_town.arrived(
            busy_town.press("Ada", queue.message, queue.button("Approve #1"))
        )
        busy_town.clock.advance(2.9)
    approved = await press
    assert "✅ approved, to be paid" in approved.text


# Late: what Discord brought so late that the answer would miss its three seconds


async def test_a_command_that_arrives_too_late_books_nothing(
    busy_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(busy_town, monkeypatch, seconds=2.6)
    for do in WAYS.values():
        await busy_town.refuses(do(busy_town), TOO_LATE)


async def test_a_command_that_arrives_just_in_time_is_served(
    busy_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await late(busy_town, monkeypatch, seconds=2.4)
    for do in WAYS.values():
        assert (await do(busy_town)).text != TOO_LATE


async def late(town: Town, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    """Let everything take longer on its way from Discord than what came before."""
    now = town.clock().timestamp
    monkeypatch.setattr(town.freshness, "_clock", lambda: now() + seconds)
