"""When a process that is to be killed in the middle of a step dies."""

import contextlib
import os
import signal
from typing import Any
from unittest.mock import patch

import aiosqlite


class Fate:
    """Counts the points of a life and ends it at one of them; at 0 it never does."""

    def __init__(self, dies_at: int) -> None:
        self._passed = 0
        self._dies_at = dies_at
        self._is_new = True

    def point(self) -> None:
        """Pass one more point, or die there."""
        self._passed += 1
        if self._passed == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def happen(self) -> None:
        """Note that something was kept, or said to others, or heard from them."""
        self._is_new = True

    def new_point(self) -> None:
        """Pass a point, if a death there would differ from one at the last.

        Whoever is killed forgets all but what happened, so of points with nothing of that between
        them only the first counts.
        """
        if self._is_new:
            self._is_new = False
            self.point()


@contextlib.contextmanager
def statements_at(fate: Fate) -> Any:
    """Let every statement pass a point before it runs and, if it is kept, before that is known."""
    run = aiosqlite.Connection.execute_fetchall
    kept: dict[aiosqlite.Connection, int] = {}

    async def counted(self: aiosqlite.Connection, *arguments: Any) -> Any:
        fate.new_point()
        rows = await run(self, *arguments)
        if not self.in_transaction and self.total_changes != kept.get(self, 0):
            kept[self] = self.total_changes
            fate.happen()
            fate.new_point()
        return rows

    with patch.object(aiosqlite.Connection, "execute_fetchall", counted):
        yield
