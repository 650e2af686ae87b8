"""Claims for diamonds: requested, approved, paid by hand; or rejected, failed or cancelled.

A claim's diamonds are locked the moment it is requested. Every step is a row with who, when and
why; steps that end a claim without paying give the diamonds back in the same transaction.
"""

from dataclasses import dataclass
from enum import StrEnum

import aiosqlite

from bot.errors import (
    AmountOutOfBounds,
    ClaimMoved,
    ClaimNotFound,
    ClaimOverDayLimit,
    ClaimTooLarge,
    ClaimTooSmall,
    EconomyClosed,
    KeyConflict,
    NotEnoughDiamonds,
    NotYourButton,
    OwnClaim,
)
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Line, find_replay, post, request_hash, to_house
from bot.ledger.pots import balance_of
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.grants import check_reason
from bot.services.guilds import Guilds
from bot.services.season_marks import season_entry_sql
from bot.services.settings import GuildSettings

QUEUE_PAGE = 4
OWN_CLAIMS = 5


class ClaimState(StrEnum):
    """Where a claim stands.

    Paying by hand goes from approved to paid; `sending` and `failed` are for providers that pay by
    themselves.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    SENDING = "sending"
    PAID = "paid"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


# What each step needs the claim to be.
_STEPS_FROM = {
    ClaimState.APPROVED: {ClaimState.REQUESTED},
    ClaimState.REJECTED: {ClaimState.REQUESTED, ClaimState.APPROVED},
    ClaimState.CANCELLED: {ClaimState.REQUESTED},
    ClaimState.PAID: {ClaimState.APPROVED},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands; `note` is the last step's reason or reference."""

    guild_id: int
    claim_id: int
    streamer_id: int
    diamonds: int
    state: ClaimState
    requested_at: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClaimStepped:
    """A claim after a step that was just taken, or taken before under the same key."""

    claim: Claim
    entry_id: int | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class ClaimQueue:
    """Open claims by age, and the claim ids where the pages beside begin, if there are any."""

    claims: tuple[Claim, ...]
    after: int
    newer: int | None
    older: int | None


class Claims:
    """The service of claims."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def request(
        self, *, guild_id: int, key: str, streamer_id: int, diamonds: int | None
    ) -> ClaimStepped:
        """Ask to be paid for `diamonds`, or for all when None, within the day's limit.

        Raises:
            EconomyClosed, AmountOutOfBounds, ClaimTooSmall, NotEnoughDiamonds, ClaimTooLarge,
                ClaimOverDayLimit: nothing was claimed.
            KeyConflict: the key was used for another claim.
        """
        settings = (await self._guilds.get(guild_id)).settings
        if diamonds is not None and not 1 <= diamonds <= MOST_AMOUNT:
            raise AmountOutOfBounds(1, MOST_AMOUNT)
        job = _Request(guild_id, key, streamer_id, diamonds, settings, self._clock())
        return await self._books.do(job.write)

    async def approve(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int
    ) -> ClaimStepped:
        """Approve a requested claim.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim: nothing changed.
        """
        return await self._step(guild_id, key, admin_id, claim_id, ClaimState.APPROVED, "")

    async def reject(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int, reason: str
    ) -> ClaimStepped:
        """Reject an unpaid claim for a reason that its streamer reads; the diamonds go back.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, ReasonMissing: nothing changed.
        """
        note = check_reason(reason)
        return await self._step(guild_id, key, admin_id, claim_id, ClaimState.REJECTED, note)

    async def mark_paid(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int, reference: str
    ) -> ClaimStepped:
        """Record that an approved claim was paid, with the payment's reference.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, ReasonMissing: nothing changed.
        """
        note = check_reason(reference)
        return await self._step(guild_id, key, admin_id, claim_id, ClaimState.PAID, note)

    async def cancel(
        self, *, guild_id: int, key: str, streamer_id: int, claim_id: int
    ) -> ClaimStepped:
        """Take back an own claim that nobody handled yet; the diamonds go back.

        Raises:
            ClaimNotFound, ClaimMoved, NotYourButton: nothing changed.
        """
        return await self._step(guild_id, key, streamer_id, claim_id, ClaimState.CANCELLED, "")

    async def own(self, guild_id: int, streamer_id: int) -> tuple[Claim, ...]:
        """Return a streamer's latest claims, newest first."""
        rows = await self._books.read(
            f"{_CLAIMS_SQL} WHERE c.guild_id = ? AND c.streamer_id = ?"
            " ORDER BY c.claim_id DESC LIMIT ?",
            (guild_id, streamer_id, OWN_CLAIMS),
        )
        return tuple(_claim(row) for row in rows)

    async def queue(self, guild_id: int, *, after: int = 0) -> ClaimQueue:
        """Return the open claims that follow the claim `after`, oldest first."""
        rows = await self._books.read(
            f"{_CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id > ? AND {_OPEN_SQL}"
            " ORDER BY c.claim_id LIMIT ?",
            (guild_id, after, QUEUE_PAGE + 1),
        )
        if not rows and after:
            return await self.queue(guild_id)  # the last page was emptied: back to the first
        claims = tuple(_claim(row) for row in rows)
        newer = claims[QUEUE_PAGE - 1].claim_id if len(claims) > QUEUE_PAGE else None
        older = await self._page_before(guild_id, after) if after else None
        return ClaimQueue(claims[:QUEUE_PAGE], after, newer, older)

    async def find(self, guild_id: int, claim_id: int) -> Claim:
        """Return a claim.

        Raises:
            ClaimNotFound: there is none of that number.
        """
        rows = await self._books.read(
            f"{_CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id = ?", (guild_id, claim_id)
        )
        if not rows:
            raise ClaimNotFound(claim_id)
        return _claim(rows[0])

    async def _page_before(self, guild_id: int, after: int) -> int:
        rows = await self._books.read(
            f"SELECT claim_id FROM claim AS c WHERE c.guild_id = ? AND c.claim_id <= ?"
            f" AND {_OPEN_SQL} ORDER BY c.claim_id DESC LIMIT 1 OFFSET ?",
            (guild_id, after, QUEUE_PAGE),
        )
        return int(rows[0][0]) if rows else 0

    async def _step(
        self,
        guild_id: int,
        key: str,
        actor_id: int,
        claim_id: int,
        state: ClaimState,
        note: str,
    ) -> ClaimStepped:
        job = _Step(guild_id, key, actor_id, claim_id, state, note, self._clock())
        return await self._books.do(job.write)


_OPEN_SQL = "c.state IN ('requested', 'approved', 'sending')"

# Claims that were given back, or that belong to another season, do not count towards the limit.
_COUNTING_SQL = f"""
SELECT COALESCE(SUM(c.diamonds), 0), COALESCE(MIN(c.requested_at), 0)
  FROM claim AS c
 WHERE c.guild_id = ? AND c.streamer_id = ? AND c.requested_at > ?
   AND c.state IN ('requested', 'approved', 'sending', 'paid')
   AND EXISTS (SELECT 1 FROM claim_step AS s
                WHERE s.guild_id = c.guild_id AND s.claim_id = c.claim_id AND s.step = 1
                  AND s.entry_id > {season_entry_sql("c.guild_id")})
"""

_CLAIMS_SQL = """
SELECT c.guild_id, c.claim_id, c.streamer_id, c.diamonds, c.state, c.requested_at,
       (SELECT s.note FROM claim_step AS s
         WHERE s.guild_id = c.guild_id AND s.claim_id = c.claim_id ORDER BY s.step DESC LIMIT 1)
  FROM claim AS c
"""


def _claim(row: tuple[int, int, int, int, str, int, str]) -> Claim:
    guild_id, claim_id, streamer_id, diamonds, state, requested_at, note = row
    return Claim(
        guild_id, claim_id, streamer_id, diamonds, ClaimState(state), requested_at, note or ""
    )


async def _load(connection: aiosqlite.Connection, guild_id: int, claim_id: int) -> Claim:
    rows = list(
        await connection.execute_fetchall(
            f"{_CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id = ?", (guild_id, claim_id)
        )
    )
    if not rows:
        raise ClaimNotFound(claim_id)
    return _claim(tuple(rows[0]))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step that was taken under a key before."""

    claim_id: int
    state: str
    actor_id: int
    note: str
    entry_id: int | None


async def _taken_before(connection: aiosqlite.Connection, guild_id: int, key: str) -> _Taken | None:
    rows = list(
        await connection.execute_fetchall(
            "SELECT claim_id, state, actor_id, note, entry_id FROM claim_step"
            " WHERE guild_id = ? AND key = ?",
            (guild_id, key),
        )
    )
    return _Taken(*rows[0]) if rows else None


async def _record(
    connection: aiosqlite.Connection,
    claim: Claim,
    key: str,
    actor_id: int,
    now: int,
    entry_id: int | None,
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO claim_step (guild_id, claim_id, step, key, state, actor_id, taken_at, note,"
        " entry_id) SELECT ?1, ?2, COALESCE(MAX(step), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8"
        " FROM claim_step WHERE guild_id = ?1 AND claim_id = ?2",
        (
            claim.guild_id,
            claim.claim_id,
            key,
            claim.state,
            actor_id,
            now,
            claim.note,
            entry_id,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Request:
    """A request for a claim on its way into the books."""

    guild_id: int
    key: str
    streamer_id: int
    asked: int | None
    settings: GuildSettings
    now: int

    async def write(self, connection: aiosqlite.Connection) -> ClaimStepped:
        taken = await _taken_before(connection, self.guild_id, self.key)
        if taken is not None:
            return await self._replay(connection, taken)
        if not self.settings.open:
            raise EconomyClosed
        diamonds = await self._checked_diamonds(connection)
        claim = Claim(
            self.guild_id,
            await self._next_id(connection),
            self.streamer_id,
            diamonds,
            ClaimState.REQUESTED,
            self.now,
        )
        posted = await post(
            connection,
            Entry(
                guild_id=self.guild_id,
                key=self.key,
                kind="claim",
                actor_id=self.streamer_id,
                posted_at=self.now,
                lines=(
                    Line(
                        self.streamer_id,
                        Account.DIAMONDS,
                        self.streamer_id,
                        Account.CLAIMED,
                        diamonds,
                    ),
                ),
                content=(self.streamer_id, self.asked),
            ),
        )
        await connection.execute_fetchall(
            "INSERT INTO claim (guild_id, claim_id, streamer_id, diamonds, state, requested_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self.guild_id, claim.claim_id, self.streamer_id, diamonds, claim.state, self.now),
        )
        await _record(connection, claim, self.key, self.streamer_id, self.now, posted.entry_id)
        return ClaimStepped(claim, posted.entry_id, replayed=False)

    async def _replay(self, connection: aiosqlite.Connection, taken: _Taken) -> ClaimStepped:
        content_hash = request_hash("claim", self.streamer_id, self.asked)
        posted = await find_replay(connection, self.guild_id, self.key, content_hash)
        if posted is None:
            message = f"key {self.key} was used before for a step of a claim"
            raise KeyConflict(message)
        claim = await _load(connection, self.guild_id, taken.claim_id)
        return ClaimStepped(claim, posted.entry_id, replayed=True)

    async def _checked_diamonds(self, connection: aiosqlite.Connection) -> int:
        balance = await balance_of(connection, self.guild_id, self.streamer_id, Account.DIAMONDS)
        left, frees_at = await self._left_today(connection)
        least, most = self.settings.claim_least, self.settings.claim_most_per_day
        # Without a number as much as may be claimed now is meant, or on another day.
        wanted = self.asked
        if wanted is None:
            wanted = min(balance, left if left >= least else most)
        if wanted < least:
            raise ClaimTooSmall(least, wanted)
        if wanted > balance:
            raise NotEnoughDiamonds(balance, wanted)
        if wanted > most:
            raise ClaimTooLarge(most)
        if wanted > left:
            raise ClaimOverDayLimit(most, left, frees_at)
        return wanted

    async def _left_today(self, connection: aiosqlite.Connection) -> tuple[int, int]:
        """Return the diamonds left of the day's limit, and when its oldest claim leaves it."""
        rows = list(
            await connection.execute_fetchall(
                _COUNTING_SQL, (self.guild_id, self.streamer_id, self.now - DAY_SECONDS)
            )
        )
        claimed, oldest = rows[0]
        return max(0, self.settings.claim_most_per_day - claimed), oldest + DAY_SECONDS

    async def _next_id(self, connection: aiosqlite.Connection) -> int:
        rows = list(
            await connection.execute_fetchall(
                "SELECT COALESCE(MAX(claim_id), 0) + 1 FROM claim WHERE guild_id = ?",
                (self.guild_id,),
            )
        )
        return int(rows[0][0])


# The entry that a step posts: its kind, and where the locked diamonds go.
_GIVES_BACK = {ClaimState.REJECTED: "claim_rejected", ClaimState.CANCELLED: "claim_cancelled"}


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of an existing claim on its way into the books."""

    guild_id: int
    key: str
    actor_id: int
    claim_id: int
    state: ClaimState
    note: str
    now: int

    async def write(self, connection: aiosqlite.Connection) -> ClaimStepped:
        claim = await _load(connection, self.guild_id, self.claim_id)
        taken = await _taken_before(connection, self.guild_id, self.key)
        if taken is not None:
            return self._replay(claim, taken)
        self._check(claim)
        moved = Claim(
            self.guild_id,
            self.claim_id,
            claim.streamer_id,
            claim.diamonds,
            self.state,
            claim.requested_at,
            self.note,
        )
        entry_id = await self._post(connection, moved)
        await connection.execute_fetchall(
            "UPDATE claim SET state = ? WHERE guild_id = ? AND claim_id = ?",
            (self.state, self.guild_id, self.claim_id),
        )
        await _record(connection, moved, self.key, self.actor_id, self.now, entry_id)
        return ClaimStepped(moved, entry_id, replayed=False)

    def _replay(self, claim: Claim, taken: _Taken) -> ClaimStepped:
        asked = (self.claim_id, self.state, self.actor_id, self.note)
        if (taken.claim_id, taken.state, taken.actor_id, taken.note) != asked:
            message = f"key {self.key} was used before with other content"
            raise KeyConflict(message)
        return ClaimStepped(claim, taken.entry_id, replayed=True)

    def _check(self, claim: Claim) -> None:
        is_own = claim.streamer_id == self.actor_id
        if self.state is ClaimState.CANCELLED:
            if not is_own:
                raise NotYourButton
        elif is_own:
            raise OwnClaim
        if claim.state not in _STEPS_FROM[self.state]:
            raise ClaimMoved(self.claim_id, claim.state)

    async def _post(self, connection: aiosqlite.Connection, claim: Claim) -> int | None:
        """Post the diamonds' way back or out; an approval moves nothing."""
        streamer_id = claim.streamer_id
        if self.state is ClaimState.PAID:
            kind = "claim_paid"
            line = to_house(streamer_id, Account.CLAIMED, Account.PAID_OUT, claim.diamonds)
        elif self.state in _GIVES_BACK:
            kind = _GIVES_BACK[self.state]
            line = Line(streamer_id, Account.CLAIMED, streamer_id, Account.DIAMONDS, claim.diamonds)
        else:
            return None
        posted = await post(
            connection,
            Entry(
                guild_id=self.guild_id,
                key=f"{kind}:{self.claim_id}",
                kind=kind,
                actor_id=self.actor_id,
                posted_at=self.now,
                lines=(line,),
                content=(self.claim_id,),
                note=self.note,
            ),
        )
        return posted.entry_id
