"""What keeps the books right while everything happens at once, and how to take one of it out."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any
from unittest.mock import patch

import aiosqlite

from bot.services import payment_booking, payment_changes, settlement
from tests.proofs.fate import Fate


@contextlib.contextmanager
def statements_at(fate: Fate, *, are_loose: bool) -> Any:
    """Let every statement pass a point before and after it; loose ones are in no transaction."""
    run = aiosqlite.Connection.execute_fetchall
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

    async def counted(self: aiosqlite.Connection, sql: str, *parameters: Any) -> Any:
        fate.point()
        if are_loose and sql.startswith(frame):
            return []
        rows = await run(self, sql, *parameters)
        fate.point()
        return rows

    with patch.object(aiosqlite.Connection, "execute_fetchall", counted):
        yield


@contextlib.asynccontextmanager
async def _unlocked(self: settlement.Locks, *name: str) -> AsyncGenerator[None]:
    del self, name
    yield


async def _always_new(*_: Any) -> bool:
    return True


async def _never(*_: Any) -> bool:
    return False


PROTECTIONS: dict[str, Callable[[], Any]] = {
    "lock": lambda: patch.object(settlement.Locks, "hold", _unlocked),
    "inbox": contextlib.ExitStack,
    "transaction": contextlib.nullcontext,
    "disputes": lambda: patch.object(payment_changes, "_follow_disputes", _never),
    "": contextlib.nullcontext,
}


@contextlib.contextmanager
def missing(protection: str) -> Any:
    """Take one protection out."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(PROTECTIONS[protection]())
        if protection == "inbox":
            stack.enter_context(patch.object(payment_booking, "_note_event", _always_new))
            stack.enter_context(patch.object(settlement.Settlement, "_has_seen", _never))
        yield
