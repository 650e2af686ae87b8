"""The end of a season in a large guild: 100,000 members with four pots each, one transaction."""

import time
from collections.abc import Awaitable
from pathlib import Path

import aiosqlite

from bot.ledger.audit import RECENT_CHECKS, audit
from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from bot.services.seasons import PaidSetup
from tests.bench.figures import Figure
from tests.bench.load import GUILD_ID

MEMBERS = 100_000
_FIRST_ID = 1_500_000_000_000_000_000
_POTS = (
    ("granted", "bonus"),
    ("promoted", "paid"),
    ("granted", "earned_bonus"),
    ("minted", "diamonds"),
)
_SETUP = PaidSetup(
    currency="EUR",
    provider="manual",
    terms_url="https://example.org/terms",
    privacy_url="https://example.org/privacy",
    support_url="https://example.org/support",
    text_version=1,
)
_FILL_SQL = """
WITH RECURSIVE member (number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM member WHERE number < :members
), lines AS (
    SELECT json_group_array(json_array(0, :source, :first + number, :target, 100 + number)) AS all_
      FROM member
)
INSERT INTO posting (guild_id, key, request_hash, kind, actor_id, posted_at, note, lines)
SELECT :guild, :target, 1, 'fill', 1, 1, '', all_ FROM lines
"""


async def end_of_season(folder: Path) -> list[Figure]:
    """Measure what ending a season costs against what it cost to fill its pots."""
    books = await Books.open(folder / "season.sqlite3")
    economy = Economy.over(books)
    filling = await _timed(books.do(_fill))
    ending = await _timed(economy.seasons.begin_paid(GUILD_ID, 1, _SETUP))
    starting = await _timed(audit(books.path, RECENT_CHECKS))
    auditing = await _timed(audit(books.path, FULL_AUDIT))
    await books.close()
    print(
        f"{MEMBERS:,} members with {len(_POTS)} pots each: filled in {filling:.1f} s, season ended"
        f" in {ending:.1f} s, checked at start in {starting:.1f} s, audited in {auditing:.1f} s"
    )
    return [
        Figure("season_end_vs_filling", ending / filling, 3, at_least=False),
        Figure("audit_after_season_vs_filling", auditing / filling, 6, at_least=False),
    ]


async def _fill(connection: aiosqlite.Connection) -> None:
    for source, target in _POTS:
        await connection.execute_fetchall(
            _FILL_SQL,
            {
                "guild": GUILD_ID,
                "members": MEMBERS,
                "first": _FIRST_ID,
                "source": source,
                "target": target,
            },
        )


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started
