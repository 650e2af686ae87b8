"""A writer over one small table, to watch it at work without the books."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import EconomyClosed
from bot.ledger.writer import BatchStatement, Writer

# The table takes whole numbers under a thousand, each once.
TABLE = "CREATE TABLE note (number INTEGER PRIMARY KEY CHECK (number < 1000), position INTEGER)"
POISON = 1_000
DEFECT = -1
REFUSED = 13

Procedure = Callable[[aiosqlite.Connection], Awaitable[Any]]


@dataclass(frozen=True)
class Written:
    """The answer to a number that was written down, or had been."""

    number: int
    replayed: bool = False


def _to_row(number: int) -> tuple[object, ...]:
    if number == DEFECT:
        message = "a defect in the code that makes rows"
        raise RuntimeError(message)
    return (number,)


async def _explain(connection: aiosqlite.Connection, number: int) -> Written:
    rows = await connection.execute_fetchall("SELECT 1 FROM note WHERE number = ?", (number,))
    if not list(rows):
        raise EconomyClosed
    return Written(number, replayed=True)


# Leaves out what is written already, and the number that its rule refuses.
WRITE: BatchStatement[int, Written] = BatchStatement(
    sql=f"""
INSERT INTO note (number, position)
SELECT value ->> 0, key FROM json_each(?) WHERE value ->> 0 <> {REFUSED}
ON CONFLICT DO NOTHING RETURNING position, number
""",
    to_row=_to_row,
    to_result=lambda number, _row: Written(number),
    explain=_explain,
)


def insert(number: int, *, then: Exception | None = None) -> Procedure:
    """Return a procedure that writes a number, and may raise after it."""

    async def procedure(connection: aiosqlite.Connection) -> Written:
        await connection.execute_fetchall("INSERT INTO note VALUES (?, NULL)", (number,))
        if then is not None:
            raise then
        return Written(number)

    return procedure


class Notebook:
    """The writer, what it told after its commits, and the statements it ran."""

    def __init__(
        self, path: Path, connection: aiosqlite.Connection, writer: Writer, heard: list[Any]
    ) -> None:
        self.path = path
        self.connection = connection
        self.writer = writer
        self.heard = heard
        self.statements: list[str] = []

    async def hold(self) -> asyncio.Event:
        """Keep the writer at work until the event is set, so that others wait together."""
        begun, release = asyncio.Event(), asyncio.Event()

        async def procedure(_connection: aiosqlite.Connection) -> None:
            begun.set()
            await release.wait()

        self.writer.do(procedure)
        await begun.wait()
        await self.connection.set_trace_callback(self.statements.append)  # pyright: ignore[reportUnknownMemberType]
        return release

    def numbers(self) -> set[int]:
        """Return what is committed, as another process sees it."""
        with closing(sqlite3.connect(self.path)) as other:
            return {row[0] for row in other.execute("SELECT number FROM note").fetchall()}

    def count(self, word: str) -> int:
        """Return how many statements since `hold` began with that word."""
        return sum(each.startswith(word) for each in self.statements)


async def answers_of(*futures: asyncio.Future[Any]) -> list[Any]:
    """Return the results, and the errors in their places."""
    return await asyncio.gather(*futures, return_exceptions=True)
