"""Whether the books can still be written, asked by trying."""

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books


async def are_books_writable(books: Books) -> bool:
    """Tell whether a transaction reaches the disk now; it changes nothing."""

    async def write(connection: aiosqlite.Connection) -> None:
        # An empty transaction would write no page, and so not notice a full disk.
        rows = list(await connection.execute_fetchall("PRAGMA user_version"))
        await connection.execute_fetchall(f"PRAGMA user_version = {int(rows[0][0])}")

    try:
        await books.do(write)
    except TryAgain:
        return False
    return True
