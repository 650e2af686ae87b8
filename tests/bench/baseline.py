"""The baseline of the gift figures: the same rows, written with the stdlib's sqlite3 in one thread.

It has the project's own tables and indexes, made by its migrations, without the triggers and views;
pragmas are the same. What the triggers do is done statement by statement: look at the balance,
write the entry with the hash of its content, the gift and its line, update both pots.
"""

import sqlite3
import time
from pathlib import Path

from bot.ledger.migrations import migration_scripts, statements_of
from bot.ledger.posting import request_hash
from tests.bench.load import COINS, GIVER_IDS, GUILD_ID, Sent

_ENTRY = """
INSERT INTO entry (guild_id, entry_id, key, request_hash, kind, actor_id, posted_at)
VALUES (?, ?, ?, ?, 'gift', ?, ?)
"""
_CREDIT = """
INSERT INTO pot (guild_id, owner_id, account, balance, version) VALUES (?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET balance = balance + excluded.balance, version = version + 1
"""
_DEBIT = """
UPDATE pot SET balance = balance - ?, version = version + 1
 WHERE guild_id = ? AND owner_id = ? AND account = ?
"""


class Baseline:
    """A database with bare tables, and the code that writes gifts into it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode = wal",
            "synchronous = FULL",
            "cache_size = -65536",
            "wal_autocheckpoint = 10000",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        for script in migration_scripts():
            for statement in statements_of(script):
                self._connection.execute(statement)
        # The tables of today stay, and nothing that works by itself.
        kept = "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view')"
        for kind, name in self._connection.execute(f"{kept} ORDER BY type").fetchall():
            self._connection.execute(f"DROP {kind} IF EXISTS {name}")
        self._connection.executemany(
            "INSERT INTO pot VALUES (?, ?, 'paid', ?, 1)",
            [(GUILD_ID, giver_id, COINS) for giver_id in GIVER_IDS],
        )
        self._entry_id = 0

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def send(self, gifts: list[Sent], batch: int) -> float:
        """Write the gifts, `batch` to a commit, and return the seconds it took."""
        started = time.perf_counter()
        for first in range(0, len(gifts), batch):
            self._connection.execute("BEGIN IMMEDIATE")
            for gift in gifts[first : first + batch]:
                self._write(gift)
            self._connection.execute("COMMIT")
        return time.perf_counter() - started

    def _write(self, gift: Sent) -> None:
        execute = self._connection.execute
        now = int(time.time())
        pots: dict[str, int] = dict(
            execute(
                "SELECT account, balance FROM pot"
                " WHERE guild_id = ? AND owner_id = ? AND account IN ('bonus', 'paid')",
                (GUILD_ID, gift.giver_id),
            ).fetchall()
        )
        bonus = min(gift.coins, pots.get("bonus", 0))
        assert pots.get("paid", 0) >= gift.coins - bonus
        content = (gift.giver_id, gift.streamer_id, gift.code, 1, "")
        content_hash = request_hash("gift", *content)
        self._entry_id += 1
        execute(_ENTRY, (GUILD_ID, self._entry_id, gift.key, content_hash, gift.giver_id, now))
        execute(
            "INSERT INTO gift VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?)",
            (
                GUILD_ID,
                gift.streamer_id,
                self._entry_id,
                gift.giver_id,
                gift.code,
                1,
                gift.coins,
                bonus,
                now,
            ),
        )
        execute(
            "INSERT INTO line VALUES (?, ?, 2, ?, 'paid', ?, 'earned_paid', ?)",
            (GUILD_ID, self._entry_id, gift.giver_id, gift.streamer_id, gift.coins),
        )
        execute(_DEBIT, (gift.coins, GUILD_ID, gift.giver_id, "paid"))
        execute(_CREDIT, (GUILD_ID, gift.streamer_id, "earned_paid", gift.coins))
