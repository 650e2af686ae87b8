"""A process that begins due windows and claims announcements; it prints what it claimed.

It lifts the lock file, which keeps a second process from the books: here there shall be several.
"""

import asyncio
import sys
from pathlib import Path
from unittest.mock import patch

from filelock import FileLock

from bot.ledger.books import Books
from bot.services.economy import Economy


async def _tick(path: Path, now: int, number: int) -> None:
    own_lock = FileLock(f"{path}.lock{number}")
    own_lock.acquire()
    # No person waits here, and four processes on a busy machine may want the books for a while.
    patience = patch.dict("bot.ledger.database._WRITER_PRAGMAS", busy_timeout=60_000)
    with patience, patch("bot.ledger.books.take_lock", return_value=own_lock):
        books = await Books.open(path)
    try:
        await _work(Economy.over(books, lambda: now))
    finally:
        # Books that are left open would keep the process alive, and the test waiting for its end.
        await books.close()


async def _work(economy: Economy) -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    started = (await economy.promotion_clock.tick()).started
    print(f"started {started}", flush=True)
    while claimed := await economy.outbox.claim():
        for notice in claimed:
            print(f"claimed {notice.guild_id}:{notice.nonce}", flush=True)
            await economy.outbox.sent(notice, 1)


if __name__ == "__main__":
    asyncio.run(_tick(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
