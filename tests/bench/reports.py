"""`/earnings` over 1,000,000 gifts of 100,000 members: periods, lives, how long the loop waits.

Once with a hundred streamers who share the gifts, and once with a single one who got them all.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS
from bot.services.earnings_periods import Period
from bot.services.economy import Economy
from tests.bench.figures import Figure
from tests.bench.load import GUILD_ID

GIFTS = 1_000_000
MEMBERS = 100_000
_DAYS = 90
_FIRST_MEMBER_ID = 1_500_000_000_000_000_000
_FIRST_STREAMER_ID = 1_400_000_000_000_000_000
# A live of six hours in the middle of it, which begins and ends at no quarter of an hour.
_LIVE_DAYS_AGO = 45
_LIVE_SECONDS = 6 * 60 * 60
_LIVE_EDGE_SECONDS = 7 * 60
_MOST_SECONDS = 0.020
_LOOKS = 100
_SEED = 6
_FILL_SQL = """
INSERT INTO gift_request (position, guild_id, key, request_hash, giver_id, streamer_id, gift, count,
                          coins, fee_percent, message, sent_at)
VALUES (0, ?, ?, 1, ?, ?, 'petal', 1, ?, 10, '', ?)
"""


async def earnings(folder: Path) -> list[Figure]:
    """Measure the slowest percent of reports against 20 ms, and the longest wait of the loop."""
    figures: list[Figure] = []
    for streamers in (100, 1):
        path = folder / f"reports-{streamers}.sqlite3"
        await (await Books.open(path)).close()
        await asyncio.to_thread(_fill, path, streamers)
        books = await Books.open(path)
        figures += await _look(Economy.over(books), streamers)
        await books.close()
    return figures


async def _look(economy: Economy, streamers: int) -> list[Figure]:
    await economy.rates.change_hold(GUILD_ID, 1, 30)
    started = time.perf_counter()
    await economy.tallies.run()
    tallied = time.perf_counter()
    await economy.top_lists.run()
    listed = time.perf_counter()
    print(
        f"{GIFTS:,} gifts to {streamers} streamers: summed up in {tallied - started:.0f} s,"
        f" supporters listed in {listed - tallied:.1f} s"
    )
    slowest = longest = 0.0
    for period in (*Period, None):
        seconds, waited = await _times(economy, streamers, period)
        name = period or "a live"
        print(f"  {name:>6}: median {seconds[_LOOKS // 2]:.4f} s, p99 {seconds[-2]:.4f} s")
        slowest, longest = max(slowest, seconds[-2]), max(longest, waited)
    name = f"earnings_{streamers}_streamers" if streamers > 1 else "earnings_one_streamer"
    return [
        Figure(f"{name}_p99_vs_20_ms", slowest / _MOST_SECONDS, 1, at_least=False),
        Figure(f"{name}_loop_wait_vs_20_ms", longest / _MOST_SECONDS, 1, at_least=False),
    ]


async def _times(
    economy: Economy, streamers: int, period: Period | None
) -> tuple[list[float], float]:
    """Return how long reports took, in order, and how long nothing else had its turn at most.

    They are of a period, or of each streamer's live.
    """
    watching = asyncio.create_task(_watch())
    seconds: list[float] = []
    for number in range(_LOOKS):
        streamer = number % streamers
        chosen = period or streamer + 1
        started = time.perf_counter()
        await economy.earnings.report(GUILD_ID, _FIRST_STREAMER_ID + streamer, chosen)
        seconds.append(time.perf_counter() - started)
    watching.cancel()
    return sorted(seconds), await watching


async def _watch() -> float:
    """Return the longest time between two turns of the loop, once this is cancelled."""
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.001), now
    except asyncio.CancelledError:
        return longest


def _fill(path: Path, streamers: int) -> None:
    """Write books in one transaction: everybody gets coins, and then the gifts of ninety days."""
    chance = Random(_SEED)
    now = int(time.time())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA recursive_triggers=ON")
        connection.execute("BEGIN")
        for member in range(MEMBERS):
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?, 1, 'grant', 1, ?, NULL, '')",
                (GUILD_ID, member + 1, f"fill:{member}", now - (_DAYS + 1) * DAY_SECONDS),
            )
            connection.execute(
                "INSERT INTO line VALUES (?, ?, 0, 0, 'sold', ?, 'paid', 1000000)",
                (GUILD_ID, member + 1, _FIRST_MEMBER_ID + member),
            )
        for number in range(GIFTS):
            connection.execute(
                _FILL_SQL,
                (
                    GUILD_ID,
                    f"gift:{number}",
                    _FIRST_MEMBER_ID + chance.randrange(MEMBERS),
                    _FIRST_STREAMER_ID + chance.randrange(streamers),
                    chance.randrange(1, 50),
                    now - _DAYS * DAY_SECONDS + number * _DAYS * DAY_SECONDS // GIFTS,
                ),
            )
        began_at = (now - _LIVE_DAYS_AGO * DAY_SECONDS) // DAY_SECONDS * DAY_SECONDS
        began_at += _LIVE_EDGE_SECONDS
        for streamer in range(streamers):
            connection.execute(
                "INSERT INTO live VALUES (?, ?, ?, 1, ?, 'Songs', ?, ?, '')",
                (
                    GUILD_ID,
                    streamer + 1,
                    _FIRST_STREAMER_ID + streamer,
                    f"live:{streamer}",
                    began_at,
                    began_at + _LIVE_SECONDS,
                ),
            )
        connection.execute("COMMIT")
