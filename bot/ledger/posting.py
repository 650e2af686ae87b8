"""Entries and lines as values, and the one statement that posts them."""

import json
from dataclasses import dataclass
from hashlib import blake2b

import aiosqlite

from bot.errors import KeyConflict, Overdrawn
from bot.ledger.accounts import HOUSE_ID, Account


@dataclass(frozen=True, slots=True)
class Line:
    """An amount that moves from one pot to another (coins or diamonds, at least 1)."""

    source_owner_id: int
    source: Account
    target_owner_id: int
    target: Account
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One booking: what, by whom, when (seconds, UTC), and its lines.

    `key` names the intent and is unique in the guild for ever; `content` is everything that makes
    two requests the same, so that a replay can be told from a conflict.
    """

    guild_id: int
    key: str
    kind: str
    actor_id: int
    posted_at: int
    lines: tuple[Line, ...]
    content: tuple[object, ...]
    reverses_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an entry stands in the books; `replayed` when its key had been posted before."""

    entry_id: int
    posted_at: int
    replayed: bool


def from_house(account: Account, owner_id: int, target: Account, amount: int) -> Line:
    """Return a line from one of the house's pots to a member's."""
    return Line(HOUSE_ID, account, owner_id, target, amount)


def to_house(owner_id: int, source: Account, account: Account, amount: int) -> Line:
    """Return a line from a member's pot to one of the house's."""
    return Line(owner_id, source, HOUSE_ID, account, amount)


def request_hash(*content: object) -> int:
    """Return 64 bits that tell one request's content from another's; stable for ever."""
    digest = blake2b(repr(content).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


_POST_SQL = """
INSERT INTO posting (guild_id, key, request_hash, kind, actor_id, posted_at, reverses_id, note,
                     lines)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING (SELECT entry_id FROM entry AS e WHERE e.guild_id = posting.guild_id
                                             AND e.key = posting.key)
"""


async def post(connection: aiosqlite.Connection, entry: Entry) -> Posted:
    """Post an entry inside the caller's transaction; the same entry again is a replay.

    Raises:
        KeyConflict: the key was used with other content.
        Overdrawn: a member's pot has less than the lines take from it.
    """
    content_hash = request_hash(entry.kind, *entry.content)
    lines = [
        (line.source_owner_id, line.source, line.target_owner_id, line.target, line.amount)
        for line in entry.lines
    ]
    rows = list(
        await connection.execute_fetchall(
            _POST_SQL,
            (
                entry.guild_id,
                entry.key,
                content_hash,
                entry.kind,
                entry.actor_id,
                entry.posted_at,
                entry.reverses_id,
                entry.note,
                json.dumps(lines),
            ),
        )
    )
    if rows:
        return Posted(rows[0][0], entry.posted_at, replayed=False)
    posted = await find_replay(connection, entry.guild_id, entry.key, content_hash)
    if posted is None:
        message = f"entry {entry.key} takes more than a pot has"
        raise Overdrawn(message)
    return posted


async def find_replay(
    connection: aiosqlite.Connection, guild_id: int, key: str, content_hash: int
) -> Posted | None:
    """Return the entry that was posted under `key`, or None.

    Raises:
        KeyConflict: it was posted with other content.
    """
    rows = list(
        await connection.execute_fetchall(
            "SELECT entry_id, posted_at, request_hash FROM entry WHERE guild_id = ? AND key = ?",
            (guild_id, key),
        )
    )
    if not rows:
        return None
    entry_id, posted_at, stored_hash = rows[0]
    if stored_hash != content_hash:
        message = f"key {key} was used before with other content"
        raise KeyConflict(message)
    return Posted(entry_id, posted_at, replayed=True)
