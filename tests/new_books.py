"""Books that need no migrating: the database is migrated once in each process of the tests.

What migrations do is proven where they are the subject (`tests/ledger/test_migrations.py`), and
`Books.open` verifies a copy like any other file: a schema that is not theirs would be refused.
"""

from pathlib import Path

from bot.ledger.books import Books

_migrated: list[bytes] = []


async def open_books(path: Path) -> Books:
    """Open books as `Books.open` does; where there are none yet, begin with a migrated copy."""
    if not _is_there(path):
        await (await Books.open(path)).close()
        _keep(path)
    return await Books.open(path)


def _is_there(path: Path) -> bool:
    """Put a copy where nothing is, once there is one to take; return whether something is there."""
    if _migrated and not path.exists():
        path.write_bytes(_migrated[0])
    return path.exists()


def _keep(path: Path) -> None:
    _migrated.append(path.read_bytes())
