"""The one task that writes: what waits together is written together, answers follow the commit.

Callers only wait on a future, so a cancelled caller loses its answer and never the books. The queue
is bounded: when it is full, callers are told to try again.
"""

import asyncio
import json
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

import aiosqlite

from bot.errors import BooksUnavailable, Busy, Told, WalletFull

log = logging.getLogger(__name__)

RequestT = TypeVar("RequestT")
ResultT = TypeVar("ResultT")

# Work that is a few statements; runs in a savepoint of its own, may refuse by raising.
Procedure = Callable[[aiosqlite.Connection], Awaitable[ResultT]]

_UNAVAILABLE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)


# json.dumps would make an encoder a batch, as soon as it is told anything.
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True, eq=False)
class BatchStatement(Generic[RequestT, ResultT]):
    """One statement that does hot work for many requests at once.

    `sql` takes a JSON array of rows and returns, for every request that was done, a row led by its
    position in that array. `explain` is asked about the others: it
    returns the first result of a replay, or raises what the caller is told.
    """

    sql: str
    to_row: Callable[[RequestT], tuple[object, ...]]
    to_result: Callable[[RequestT, Any], ResultT]
    explain: Callable[[aiosqlite.Connection, RequestT], Awaitable[ResultT]]


class _Unit:
    """One piece of waiting work, and where its answer goes."""

    __slots__ = ("answer", "future", "procedure", "request", "statement")

    def __init__(
        self,
        future: asyncio.Future[Any],
        statement: BatchStatement[Any, Any] | None,
        request: Any,
        procedure: Procedure[Any] | None,
    ) -> None:
        self.future = future
        self.statement = statement
        self.request = request
        self.procedure = procedure
        self.answer: Any = None  # a result, or the exception that is the answer


class Writer:
    """Owns the write connection; see the module's docstring."""

    def __init__(
        self,
        connection: aiosqlite.Connection,
        *,
        on_commit: Callable[[Any], None],
        queue_limit: int = 2_000,
        batch_limit: int = 256,
    ) -> None:
        self._connection = connection
        self._on_commit = on_commit
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._waiting: deque[_Unit] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(), name="ledger writer")

    async def close(self) -> None:
        """Write what still waits, then stop; later work is refused as busy."""
        self._closing = True
        self._wake.set()
        # A cancelled closer must not take the writer, and what waits for it, along.
        await asyncio.shield(self._task)

    def submit(
        self, statement: BatchStatement[RequestT, ResultT], request: RequestT
    ) -> asyncio.Future[ResultT]:
        """Queue a request of a batch statement and return the future of its answer.

        Raises:
            Busy: the queue is full.
        """
        return self._enqueue(statement, request, None)

    def do(self, procedure: Procedure[ResultT]) -> asyncio.Future[ResultT]:
        """Queue a procedure and return the future of its answer.

        Raises:
            Busy: the queue is full.
        """
        return self._enqueue(None, None, procedure)

    def _enqueue(
        self,
        statement: BatchStatement[Any, Any] | None,
        request: Any,
        procedure: Procedure[Any] | None,
    ) -> asyncio.Future[Any]:
        if self._closing or len(self._waiting) >= self._queue_limit:
            raise Busy
        future: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append(_Unit(future, statement, request, procedure))
        self._wake.set()
        return future

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            size = min(len(self._waiting), self._batch_limit)
            units = [self._waiting.popleft() for _ in range(size)]
            try:
                await self._write(units)
            except Exception as error:  # the writer must outlive any defect in one batch
                log.exception("a batch of %d failed in a way nobody foresaw", len(units))
                _answer_all(units, error)
            self._settle(units)

    async def _write(self, units: list[_Unit]) -> None:
        """Write the units in one transaction; when one of them spoils it, each in its own."""
        try:
            await self._write_together(units)
        except Exception as error:  # noqa: BLE001 - a defect must leave no transaction open either
            # SQLITE_FULL leaves the transaction open, SQLITE_IOERR has rolled it back.
            await self._roll_back()
            if is_unavailable(error):
                log.error("the books cannot be written: %s", error)  # noqa: TRY400 - one line says it
                _answer_all(units, BooksUnavailable())
            elif len(units) == 1:
                units[0].answer = _answer_to(error)
            else:
                for unit in units:
                    await self._write([unit])

    async def _write_together(self, units: list[_Unit]) -> None:
        for unit in units:
            unit.answer = None  # a second try must not see what the first one left
        first = units[0].statement
        if first is not None and all(unit.statement is first for unit in units):
            # A statement alone is its own transaction: one turn of the thread for all of them.
            await self._run_statement(first, units)
            return
        await self._connection.execute_fetchall("BEGIN IMMEDIATE")
        for statement, group in groupby(units, key=lambda unit: unit.statement):
            if statement is None:
                for unit in group:
                    await self._run_procedure(unit)
            else:
                await self._run_statement(statement, list(group))
        await self._connection.execute_fetchall("COMMIT")

    async def _run_statement(self, statement: BatchStatement[Any, Any], units: list[_Unit]) -> None:
        to_row = statement.to_row
        rows = [to_row(unit.request) for unit in units]
        done = await self._connection.execute_fetchall(statement.sql, (_encode(rows),))
        for row in done:
            position: int = row[0]
            unit = units[position]
            unit.answer = statement.to_result(unit.request, row)
        for unit in units:
            if unit.answer is None:
                unit.answer = await self._explain(statement, unit.request)

    async def _explain(self, statement: BatchStatement[Any, Any], request: Any) -> Any:
        try:
            return await statement.explain(self._connection, request)
        except Exception as error:  # noqa: BLE001 - whatever it raises answers this request alone
            return error

    async def _run_procedure(self, unit: _Unit) -> None:
        assert unit.procedure is not None
        await self._connection.execute_fetchall("SAVEPOINT unit")
        try:
            unit.answer = await unit.procedure(self._connection)
        except sqlite3.Error as error:
            if is_unavailable(error):
                raise
            unit.answer = _answer_to(error)
        except Exception as error:  # noqa: BLE001 - a refusal or a defect: never the neighbours'
            unit.answer = error
        else:
            await self._connection.execute_fetchall("RELEASE unit")
            return
        await self._connection.execute_fetchall("ROLLBACK TO unit")
        await self._connection.execute_fetchall("RELEASE unit")

    async def _roll_back(self) -> None:
        if self._connection.in_transaction:
            await self._connection.execute_fetchall("ROLLBACK")

    def _settle(self, units: list[_Unit]) -> None:
        for unit in units:
            answer, future = unit.answer, unit.future
            if isinstance(answer, Exception):
                if not isinstance(answer, Told):
                    log.debug("refused by the books: %s", answer)
                if not future.done():
                    future.set_exception(answer)
                continue
            if not future.done():
                future.set_result(answer)
            self._on_commit(answer)


def _answer_to(error: Exception) -> Exception:
    """Return what the caller is told about an error of its own statement."""
    return WalletFull() if "pot_within_bounds" in str(error) else error


def is_unavailable(error: Exception) -> bool:
    """Tell whether an error is the machine's fault: disk full, locked, failing."""
    code: int = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in _UNAVAILABLE_CODES


def _answer_all(units: list[_Unit], error: Exception) -> None:
    for unit in units:
        unit.answer = error
