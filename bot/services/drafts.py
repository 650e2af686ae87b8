"""What a person was asked about and did not answer yet: one table a kind, each row its owner's."""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.errors import NotYourButton, OldButton
from bot.ledger.books import Books
from bot.services.clock import Clock


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table of drafts, the column that says whose each is, and how long each can be answered."""

    name: str
    owner_column: str
    columns: str
    most_seconds: int

    async def find(
        self, books: Books, clock: Clock, guild_id: int, draft_id: int, owner_id: int
    ) -> tuple[Any, ...]:
        """Return the columns of a draft that its owner is about to answer.

        Raises:
            OldButton: it was discarded, is too long ago, or is later than the clock says.
            NotYourButton: it is somebody else's.
        """
        rows = await books.read(
            f"SELECT drafted_at, {self.owner_column}, {self.columns} FROM {self.name}"
            " WHERE guild_id = ? AND draft_id = ?",
            (guild_id, draft_id),
        )
        if not rows or not 0 <= clock() - rows[0][0] <= self.most_seconds:
            raise OldButton
        _, found_owner_id, *values = rows[0]
        if found_owner_id != owner_id:
            raise NotYourButton
        return tuple(values)

    async def is_waiting(
        self, connection: aiosqlite.Connection, guild_id: int, draft_id: int
    ) -> bool:
        """Return whether nobody discarded it, inside the transaction that answers it."""
        return await self.waiting(connection, guild_id, draft_id) is not None

    async def waiting(
        self, connection: aiosqlite.Connection, guild_id: int, draft_id: int
    ) -> tuple[Any, ...] | None:
        """Return the columns of a draft inside the transaction that answers it; None without it."""
        rows = await connection.execute_fetchall(
            f"SELECT {self.columns} FROM {self.name} WHERE guild_id = ? AND draft_id = ?",
            (guild_id, draft_id),
        )
        return next((tuple(row) for row in rows), None)

    async def discard(self, connection: aiosqlite.Connection, guild_id: int, draft_id: int) -> None:
        """Forget a draft."""
        await connection.execute_fetchall(
            f"DELETE FROM {self.name} WHERE guild_id = ? AND draft_id = ?", (guild_id, draft_id)
        )

    async def purge(self, books: Books, clock: Clock) -> None:
        """Forget the drafts that nobody can answer any more."""
        oldest = clock() - self.most_seconds

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                f"DELETE FROM {self.name} WHERE drafted_at < ?", (oldest,)
            )

        await books.do(write)
