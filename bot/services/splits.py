"""Agreements to share: a streamer proposes, everybody named agrees, and anyone in it can end it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiosqlite

from bot.errors import GiftToBot, KeyConflict, MemberLeft, NotAStreamerYourself
from bot.ledger.books import Books
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.guilds import Guilds, Person
from bot.services.letters import write_letters
from bot.services.split_rows import STATE_SQL, Split, SplitState, one_split, read_splits
from bot.split_errors import (
    SplitBegan,
    SplitGone,
    SplitNotChosen,
    SplitNotYours,
    SplitPercent,
    SplitTooLarge,
    SplitWithNobody,
    SplitWithOneself,
    SplitWithTwice,
)

MOST_PERCENT = 90


@dataclass(frozen=True, slots=True)
class SplitParts:
    """Somebody who is to get a part, and how many percent."""

    person: Person
    percent: int


def check_parts(streamer_id: int, parts: Sequence[SplitParts]) -> None:
    """Refuse parts that cannot be agreed on.

    Raises:
        SplitWithNobody, SplitWithOneself, SplitWithTwice, SplitPercent, SplitTooLarge, GiftToBot,
            MemberLeft: they cannot.
    """
    if not parts:
        raise SplitWithNobody
    seen: set[int] = set()
    for part in parts:
        person = part.person
        if person.member_id == streamer_id:
            raise SplitWithOneself
        if person.is_bot:
            raise GiftToBot
        if not person.is_member:
            raise MemberLeft(person.name)
        if person.member_id in seen:
            raise SplitWithTwice(person.name)
        if not 1 <= part.percent <= MOST_PERCENT:
            raise SplitPercent(1, MOST_PERCENT)
        seen.add(person.member_id)
    total = sum(part.percent for part in parts)
    if total > MOST_PERCENT:
        raise SplitTooLarge(MOST_PERCENT, total)


class Splits:
    """The service of agreements to share."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def propose(
        self, *, guild_id: int, key: str, streamer: Person, parts: Sequence[SplitParts]
    ) -> Split:
        """Propose to share; it begins when everybody named agreed. The same key is a replay.

        Raises:
            As `check_parts`, and NotAStreamerYourself: nothing is proposed.
            KeyConflict: the key was used for another proposal.
        """
        if not (await self._guilds.get(guild_id)).is_streamer(streamer):
            raise NotAStreamerYourself
        check_parts(streamer.member_id, parts)
        wanted = {part.person.member_id: part.percent for part in parts}

        async def write(connection: aiosqlite.Connection) -> Split:
            read = connection.execute_fetchall
            found = await read_splits(read, guild_id, "s.key = ?", key)
            if found:
                if {each.member_id: each.percent for each in found[0].members} != wanted:
                    message = f"key {key} was used for another split"
                    raise KeyConflict(message)
                return found[0]
            return await self._insert(connection, guild_id, key, streamer.member_id, wanted)

        return await self._books.do(write)

    async def _insert(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        key: str,
        streamer_id: int,
        wanted: dict[int, int],
    ) -> Split:
        rows = await connection.execute_fetchall(
            "INSERT INTO split (guild_id, split_id, streamer_id, key, state, proposed_at)"
            " SELECT ?1, COALESCE(MAX(split_id), 0) + 1, ?2, ?3, 'proposed', ?4 FROM split"
            " WHERE guild_id = ?1 RETURNING split_id",
            (guild_id, streamer_id, key, self._clock()),
        )
        split_id = next(iter(rows))[0]
        for member_id, percent in wanted.items():
            await connection.execute_fetchall(
                "INSERT INTO split_member (guild_id, split_id, member_id, percent)"
                " VALUES (?, ?, ?, ?)",
                (guild_id, split_id, member_id, percent),
            )
        split = await one_split(connection.execute_fetchall, guild_id, split_id)
        await self._tell(
            connection, replace(split, ended_by=streamer_id), "split_proposed", self._clock()
        )
        return split

    async def agree(self, guild_id: int, split_id: int, member_id: int) -> Split:
        """Agree to get a part; with the last one the agreement begins and ends the one before.

        Raises:
            SplitGone, SplitNotYours: nothing changed.
        """

        async def write(connection: aiosqlite.Connection) -> Split:
            read = connection.execute_fetchall
            split = await one_split(read, guild_id, split_id)
            if split.state is SplitState.ENDED:
                raise SplitGone
            if all(member.member_id != member_id for member in split.members):
                raise SplitNotYours
            await connection.execute_fetchall(
                "UPDATE split_member SET agreed_at = ? WHERE guild_id = ? AND split_id = ?"
                " AND member_id = ? AND agreed_at = 0",
                (self._clock(), guild_id, split_id, member_id),
            )
            split = await one_split(read, guild_id, split_id)
            if split.state is SplitState.PROPOSED and all(
                member.agreed_at for member in split.members
            ):
                await self._begin(connection, split)
            return await one_split(read, guild_id, split_id)

        return await self._books.do(write)

    async def _begin(self, connection: aiosqlite.Connection, split: Split) -> None:
        now = self._clock()
        for other in await read_splits(
            connection.execute_fetchall,
            split.guild_id,
            # A proposal that this one overtook must not come true long after.
            "s.streamer_id = ? AND (s.state = 'active' OR s.state = 'proposed' AND s.split_id < ?)",
            split.streamer_id,
            split.split_id,
        ):
            await self._finish(connection, other, split.streamer_id, now)
        await connection.execute_fetchall(_BEGIN_SQL, (now, split.guild_id, split.split_id))
        await self._tell(connection, split, "split_began", now)

    async def decline(self, guild_id: int, split_id: int, member_id: int) -> Split:
        """Take a proposal off; a no that comes too late ends nothing.

        Raises:
            SplitBegan, SplitGone, SplitNotYours: nothing changed.
        """
        return await self._end(guild_id, split_id, member_id, only_proposed=True)

    async def end(self, guild_id: int, split_id: int | None, member_id: int) -> Split:
        """End an agreement, or take a proposal off; what was received until now is still shared.

        With None it is the only one that the member is in.

        Raises:
            SplitGone, SplitNotChosen, SplitNotYours: nothing changed.
        """
        return await self._end(guild_id, split_id, member_id, only_proposed=False)

    async def _end(
        self, guild_id: int, split_id: int | None, member_id: int, *, only_proposed: bool
    ) -> Split:
        async def write(connection: aiosqlite.Connection) -> Split:
            read = connection.execute_fetchall
            if split_id is None:
                split = await _only_split(read, guild_id, member_id)
            else:
                split = await one_split(read, guild_id, split_id)
            if not split.is_of(member_id):
                raise SplitNotYours
            if split.state is SplitState.ENDED:
                raise SplitGone
            if only_proposed and split.state is SplitState.ACTIVE:
                raise SplitBegan
            return await self._finish(connection, split, member_id, self._clock())

        return await self._books.do(write)

    async def _finish(
        self, connection: aiosqlite.Connection, split: Split, member_id: int, now: int
    ) -> Split:
        """End an agreement or a proposal, and let the others in it know."""
        await connection.execute_fetchall(
            _END_SQL, (now, member_id, split.guild_id, split.split_id)
        )
        ended = await one_split(connection.execute_fetchall, split.guild_id, split.split_id)
        kind = "split_ended" if split.state is SplitState.ACTIVE else "split_declined"
        await self._tell(connection, ended, kind, now)
        return ended

    async def of(self, guild_id: int, member_id: int) -> tuple[Split, ...]:
        """Return the agreements of a member that hold or are proposed, the own ones first."""
        found = await read_splits(self._books.read, guild_id, _OF_SQL, member_id, member_id)
        return tuple(sorted(found, key=lambda split: split.streamer_id != member_id))

    async def find(self, guild_id: int, split_id: int) -> Split:
        """Return an agreement.

        Raises:
            SplitGone: there is none of that number.
        """
        return await one_split(self._books.read, guild_id, split_id)

    async def _tell(
        self, connection: aiosqlite.Connection, split: Split, kind: str, now: int
    ) -> None:
        """Let everybody in it know what became of it, except who did it."""
        people = [split.streamer_id, *(member.member_id for member in split.members)]
        await write_letters(
            connection,
            split.guild_id,
            [person for person in people if person != split.ended_by],
            kind,
            subject=str(split.split_id),
            facts={
                "streamer_id": str(split.streamer_id),
                "members": [[str(each.member_id), each.percent] for each in split.members],
                "by": str(split.ended_by),
            },
            now=now,
        )


async def _only_split(read: Read, guild_id: int, member_id: int) -> Split:
    found = await read_splits(read, guild_id, _OF_SQL, member_id, member_id)
    if not found:
        raise SplitGone
    if len(found) > 1:
        raise SplitNotChosen(len(found))
    return found[0]


_OF_SQL = f"""{STATE_SQL} <> 'ended' AND (s.streamer_id = ? OR EXISTS (
    SELECT 1 FROM split_member AS own WHERE own.guild_id = s.guild_id
       AND own.split_id = s.split_id AND own.member_id = ?))"""
_BEGIN_SQL = """
UPDATE split SET state = 'active', began_at = ?1,
       from_id = (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?2),
       settled_id = (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?2)
 WHERE guild_id = ?2 AND split_id = ?3
"""
_END_SQL = """
UPDATE split SET state = 'ended', ended_at = ?1, ended_by = ?2,
       until_id = IIF(state = 'active',
                      (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = ?3), 0)
 WHERE guild_id = ?3 AND split_id = ?4
"""
