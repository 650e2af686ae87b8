"""What is to be said to one person: written with what it tells of, sent with a nonce, once.

A row is written in the transaction that books what it tells of, so that no receipt is lost and none
is told that did not happen. Sending is somebody else's: claim, then say whether it went out.
"""

import json
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.services.clock import Clock

# Letters of this guild are about no server in particular, or about one that `facts` name.
NO_GUILD = 0

# Letters to this member go to whoever owns the server; those of no guild to the operator, who may
# be several people and so gets them by way of `hand_on`.
OWNER = 0

# Nobody else tries to send what was claimed so short ago.
LEASE_SECONDS = 60
FIRST_PAUSE_SECONDS = 30
MOST_PAUSE_SECONDS = 6 * 60 * 60
_MOST_TRIES = 12
_CLAIMED_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something to tell one person; `facts` is what stands in it, by names that the kind has."""

    guild_id: int
    letter_id: int
    member_id: int
    kind: str
    facts: dict[str, Any]
    tries: int

    @property
    def is_for_operator(self) -> bool:
        """Tell whether it is for whoever runs the bot, and still to be handed on to them."""
        return (self.guild_id, self.member_id) == (NO_GUILD, OWNER)

    @property
    def about_id(self) -> int:
        """Return the guild that it tells of, also where its reader is none of its members."""
        return self.facts.get("guild_id", self.guild_id)

    @property
    def nonce(self) -> str:
        """Return what Discord tells one message from another by; within its 25 characters."""
        return f"l{self.guild_id:x}:{self.letter_id:x}"


async def write_letter(
    connection: aiosqlite.Connection,
    guild_id: int,
    member_id: int,
    kind: str,
    *,
    subject: str,
    facts: dict[str, Any],
    now: int,
) -> None:
    """Note inside the caller's transaction what a person is to be told; once for each subject."""
    await write_letters(
        connection, guild_id, [member_id], kind, subject=subject, facts=facts, now=now
    )


async def write_letters(
    connection: aiosqlite.Connection,
    guild_id: int,
    member_ids: list[int],
    kind: str,
    *,
    subject: str,
    facts: dict[str, Any],
    now: int,
) -> None:
    """Note the same for many people at once, as `write_letter` does for one."""
    await connection.execute_fetchall(
        "INSERT INTO letter (guild_id, letter_id, member_id, kind, subject, facts, state, due_at)"
        " SELECT :guild, (SELECT COALESCE(MAX(letter_id), 0) FROM letter WHERE guild_id = :guild)"
        " + 1 + m.key, m.value, :kind, :subject, :facts, 'waiting', :now"
        " FROM json_each(:members) AS m WHERE true"
        " ON CONFLICT (guild_id, member_id, kind, subject) DO NOTHING",
        {
            "guild": guild_id,
            "members": json.dumps(member_ids),
            "kind": kind,
            "subject": subject,
            "facts": json.dumps(facts),
            "now": now,
        },
    )


class Letters:
    """The service of letters; it knows what to say and to whom, not how."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def claim(self) -> tuple[Letter, ...]:
        """Return what is due now, the longest due first, and keep others from sending it too."""

        async def write(connection: aiosqlite.Connection) -> tuple[Letter, ...]:
            now = self._clock()
            rows = await connection.execute_fetchall(
                _CLAIM_SQL, (now + LEASE_SECONDS, now, _CLAIMED_AT_ONCE)
            )
            return tuple(_letter(tuple(row)) for row in rows)

        if not await self._books.read(
            "SELECT 1 FROM letter WHERE state = 'waiting' AND due_at <= ? LIMIT 1", (self._clock(),)
        ):
            return ()
        return await self._books.do(write)

    async def sent(self, letter: Letter) -> None:
        """Note that Discord has it."""
        await self._end(letter, "sent")

    async def give_up(self, letter: Letter) -> None:
        """Note that the person takes no messages; everything it says can also be looked up."""
        await self._end(letter, "given_up")

    async def hand_on(self, letter: Letter, member_ids: tuple[int, ...]) -> None:
        """Write a letter anew to each of these instead, so that each gets it once."""

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(_HAND_ON_SQL, (letter.guild_id, letter.letter_id))
            subject = str(letter.letter_id)
            for member_id in member_ids:
                await write_letter(
                    connection,
                    letter.guild_id,
                    member_id,
                    letter.kind,
                    subject=subject,
                    facts=letter.facts,
                    now=self._clock(),
                )

        await self._books.do(write)

    async def try_later(self, letter: Letter) -> None:
        """Try again after a pause that doubles, a dozen times."""
        if letter.tries >= _MOST_TRIES:
            await self.give_up(letter)
            return
        pause_seconds = min(FIRST_PAUSE_SECONDS * 2 ** (letter.tries - 1), MOST_PAUSE_SECONDS)
        due_at = self._clock() + pause_seconds

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE letter SET due_at = ? WHERE guild_id = ? AND letter_id = ?",
                (due_at, letter.guild_id, letter.letter_id),
            )

        await self._books.do(write)

    async def _end(self, letter: Letter, state: str) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE letter SET state = ? WHERE guild_id = ? AND letter_id = ?",
                (state, letter.guild_id, letter.letter_id),
            )

        await self._books.do(write)


def _letter(row: tuple[Any, ...]) -> Letter:
    guild_id, letter_id, member_id, kind, facts, tries = row
    return Letter(
        guild_id=guild_id,
        letter_id=letter_id,
        member_id=member_id,
        kind=kind,
        facts=json.loads(facts),
        tries=tries,
    )


_HAND_ON_SQL = "UPDATE letter SET state = 'sent' WHERE guild_id = ? AND letter_id = ?"
_CLAIM_SQL = """
UPDATE letter SET due_at = ?, tries = tries + 1
 WHERE (guild_id, letter_id) IN (
    SELECT guild_id, letter_id FROM letter WHERE state = 'waiting' AND due_at <= ?
     ORDER BY due_at LIMIT ?)
RETURNING guild_id, letter_id, member_id, kind, facts, tries
"""
