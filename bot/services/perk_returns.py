"""Begins the days of perks whose claims are paid, and takes their roles back at the end.

When a claim was paid stands in the claim itself, so no process can die between paying it and
beginning its days. A role that cannot be taken back is tried again, and admins are shown why.
"""

import logging

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.books import Books
from bot.payment_errors import ProviderRefused
from bot.payments.payout_ways import PayoutWays
from bot.payments.role_giver import RoleGiver
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.perk_rows import PerkGrant, read_grants

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 60
MOST_PAUSE_SECONDS = DAY_SECONDS
_MOST_DOUBLINGS = 12
_AT_ONCE = 20


class PerkReturns:
    """The job that begins and ends perks."""

    def __init__(self, books: Books, ways: PayoutWays, clock: Clock) -> None:
        self._books = books
        self._ways = ways
        self._clock = clock

    async def run(self) -> None:
        """Begin the days of what was paid, and take back the roles whose days are over."""
        try:
            await self._begin_paid()
            if self._ways.roles is not None:
                await self._take_due(self._ways.roles)
        except TryAgain as error:
            log.warning("perks are looked at later: %s", error)

    async def _begin_paid(self) -> None:
        # Nothing is written where nothing waits, which is nearly always.
        if not await self._books.read(_SETTLED_SQL):
            return

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(_FORGET_SQL)
            for row in list(await connection.execute_fetchall(_PAID_SQL)):
                await connection.execute_fetchall(_BEGIN_SQL, tuple(row))

        await self._books.do(write)

    async def _take_due(self, roles: RoleGiver) -> None:
        due = await read_grants(
            self._books.read,
            f"expires_at > 0 AND taken_at = 0 AND due_at <= ? AND NOT EXISTS ({_ON_ITS_WAY_SQL})"
            " ORDER BY due_at LIMIT ?",
            self._clock(),
            _AT_ONCE,
        )
        for grant in due:
            await self._take(roles, grant)

    async def _take(self, roles: RoleGiver, grant: PerkGrant) -> None:
        now = self._clock()
        try:
            if not await self._is_held_longer(grant, now):
                await roles.take(grant.guild_id, grant.streamer_id, grant.role_id)
        except (ProviderRefused, TryAgain) as error:
            log.warning("the perk of claim %d is taken back later: %s", grant.claim_id, error)
            refusal = error.reason if isinstance(error, ProviderRefused) else grant.refusal
            await self._note(grant, due_at=now + _pause_seconds(grant.tries), refusal=refusal)
        else:
            await self._note(grant, taken_at=now)

    async def _is_held_longer(self, grant: PerkGrant, now: int) -> bool:
        """Tell whether another perk gives the streamer the same role for longer."""
        found = await read_grants(
            self._books.read,
            "guild_id = ? AND streamer_id = ? AND role_id = ? AND taken_at = 0 AND expires_at > ?"
            " LIMIT 1",
            grant.guild_id,
            grant.streamer_id,
            grant.role_id,
            now,
        )
        return bool(found)

    async def _note(
        self, grant: PerkGrant, *, due_at: int = 0, refusal: str = "", taken_at: int = 0
    ) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "UPDATE perk_grant SET due_at = ?, refusal = ?, taken_at = ?, tries = tries + 1"
                " WHERE guild_id = ? AND claim_id = ?",
                (due_at, refusal, taken_at, grant.guild_id, grant.claim_id),
            )

        await self._books.do(write)


def _pause_seconds(tries: int) -> int:
    return min(FIRST_PAUSE_SECONDS * 2 ** min(tries, _MOST_DOUBLINGS), MOST_PAUSE_SECONDS)


_WAITING = """perk_grant AS g JOIN claim AS c
    ON c.guild_id = g.guild_id AND c.claim_id = g.claim_id
 WHERE g.expires_at = 0 AND c.state"""
# A role that is there counts as given, so while it is given again it must not go away.
_ON_ITS_WAY_SQL = f"""
SELECT 1 FROM {_WAITING} IN ('sending', 'paid') AND g.guild_id = perk_grant.guild_id
   AND g.streamer_id = perk_grant.streamer_id AND g.role_id = perk_grant.role_id
"""
_SETTLED_SQL = f"SELECT 1 FROM {_WAITING} IN ('paid', 'failed', 'rejected', 'cancelled') LIMIT 1"
# What came to nothing was never given.
_FORGET_SQL = f"""
DELETE FROM perk_grant WHERE (guild_id, claim_id) IN (
    SELECT g.guild_id, g.claim_id FROM {_WAITING} IN ('failed', 'rejected', 'cancelled'))
"""
_PAID_SQL = f"""
SELECT g.guild_id, g.claim_id FROM {_WAITING} = 'paid' ORDER BY g.guild_id, g.claim_id
"""
# Behind the days that the streamer has of the same role already.
_ENDS_SQL = f"""
SELECT MAX(begins_at) + g.days * {DAY_SECONDS} FROM (
    SELECT taken_at AS begins_at FROM claim_step
     WHERE guild_id = g.guild_id AND claim_id = g.claim_id AND state = 'paid'
    UNION ALL SELECT expires_at FROM perk_grant
     WHERE guild_id = g.guild_id AND streamer_id = g.streamer_id AND role_id = g.role_id
       AND taken_at = 0)
"""
_BEGIN_SQL = f"""
UPDATE perk_grant AS g SET expires_at = ({_ENDS_SQL}), due_at = ({_ENDS_SQL})
 WHERE guild_id = ? AND claim_id = ?
"""
