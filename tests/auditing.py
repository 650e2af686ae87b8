"""Audits books again and again: what `audit` finds, without the price of a new connection.

A connection reads the schema and plans every check anew, which takes twenty times as long as the
checks over the few rows of a test. What `audit` does itself is proven in `tests/ledger/test_audit`.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bot.ledger.audit import Check
from bot.services.proofs import FULL_AUDIT


class Auditor:
    """Reads what is committed in one file, on a connection that it keeps."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA query_only = 1")

    def findings(self, checks: Iterable[Check] = FULL_AUDIT) -> list[str]:
        """Return what does not hold, and where."""
        return [
            f"{check.holds}: {' '.join(map(str, row))}"
            for check in checks
            for row in self._connection.execute(check.sql).fetchall()
        ]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def findings_in(path: Path) -> list[str]:
    """Return what does not hold in a file, on a connection that is not kept."""
    auditor = Auditor(path)
    try:
        return auditor.findings()
    finally:
        auditor.close()
