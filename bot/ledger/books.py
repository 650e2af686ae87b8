"""The books of all guilds as one object: opened, read, written, listened to, closed."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite
from filelock import FileLock

from bot.errors import BooksUnreadable, StartError
from bot.ledger.database import (
    connect_reader,
    connect_writer,
    refuse_ancient_sqlite,
    take_lock,
    verify_schema,
    warn_of_old_sqlite,
)
from bot.ledger.migrations import migrate, migration_scripts, refuse_foreign
from bot.ledger.writer import BatchStatement, Procedure, Writer, is_unavailable

log = logging.getLogger(__name__)

RequestT = TypeVar("RequestT")
ResultT = TypeVar("ResultT")
EventT = TypeVar("EventT")

_READERS = 2


class Books:
    """One database file with one writer and a few readers; made by `open`."""

    def __init__(
        self,
        *,
        path: Path,
        lock: FileLock,
        connection: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        queue_limit: int,
    ) -> None:
        self.path = path
        self._lock = lock
        self._connection = connection
        self._readers = readers
        self._next_reader = cycle(readers)
        self._listeners: dict[type[Any], list[Callable[[Any], None]]] = {}
        self._writer = Writer(connection, on_commit=self._publish, queue_limit=queue_limit)

    @classmethod
    async def open(cls, path: Path, *, queue_limit: int = 2_000) -> Self:
        """Lock, open, migrate and verify the database, which is made if it is not there.

        Raises:
            StartError: it is in use, too new, damaged, no database, or cannot be written.
        """
        refuse_ancient_sqlite()
        warn_of_old_sqlite()
        lock = take_lock(path)
        opened: list[aiosqlite.Connection] = []
        try:
            connection = await connect_writer(path)
            opened.append(connection)
            scripts = migration_scripts()
            await refuse_foreign(connection, scripts)
            await migrate(connection, scripts)
            await verify_schema(connection, scripts)
            opened += [await connect_reader(path) for _ in range(_READERS)]
        except BaseException as error:
            for connection in opened:
                await connection.close()
            lock.release()
            if isinstance(error, sqlite3.Error):
                message = f"cannot open the books at {path}: {error}"
                raise StartError(message) from error
            raise
        return cls(
            path=path,
            lock=lock,
            connection=connection,
            readers=opened[1:],
            queue_limit=queue_limit,
        )

    async def close(self) -> None:
        """Write what still waits, close every connection and give the lock back."""
        try:
            await self._writer.close()
        finally:
            for connection in (*self._readers, self._connection):
                await connection.close()
            self._lock.release()

    async def read(
        self, sql: str, parameters: tuple[object, ...] | Mapping[str, object] = ()
    ) -> list[Any]:
        """Return all rows of one query; it sees every commit that was answered before.

        Raises:
            BooksUnreadable: the database cannot be read right now.
        """
        try:
            return list(await next(self._next_reader).execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            # A read that tries to write is a defect, not the machine's fault.
            if not is_unavailable(error) or error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                raise
            log.error("the books cannot be read: %s", error)  # noqa: TRY400 - one line says it
            raise BooksUnreadable from None

    def submit(
        self, statement: BatchStatement[RequestT, ResultT], request: RequestT
    ) -> asyncio.Future[ResultT]:
        """Queue hot work; see `Writer.submit`."""
        return self._writer.submit(statement, request)

    def do(self, procedure: Procedure[ResultT]) -> asyncio.Future[ResultT]:
        """Queue a procedure; see `Writer.do`."""
        return self._writer.do(procedure)

    def listen(self, event: type[EventT], listener: Callable[[EventT], None]) -> None:
        """Call `listener` with every fresh result of the class `event`, after its commit.

        A replay is no event: its first result was announced when it was booked.
        """
        self._listeners.setdefault(event, []).append(listener)

    def _publish(self, result: Any) -> None:
        listeners = self._listeners.get(result.__class__)
        if not listeners or getattr(result, "replayed", False):
            return
        for listener in listeners:
            try:
                listener(result)
            except Exception:  # a listener's defect must not reach the books
                log.exception("a listener of %s failed", type(result).__name__)
