"""Perks: roles that diamonds get a streamer for some days, offered by admins and asked by claims.

A perk is promised when its claim is made, as it was offered then, and given when the claim is paid.
`perk_returns` takes it back.
"""

import aiosqlite

from bot.ledger.accounts import MOST_AMOUNT
from bot.ledger.books import Books
from bot.payout_errors import PerkInvalid, PerkUnknown, TooManyPerks
from bot.services.claim import ClaimStepped
from bot.services.claim_requests import ClaimRequest
from bot.services.clock import Clock
from bot.services.perk_rows import PERK_COLUMNS, Perk, PerkGrant, read_grants, read_perks

MOST_PERKS = 25
MOST_NAME_CHARACTERS = 80
MOST_DAYS = 365
_MOST_REFUSED = 10

_COUNT_SQL = """
SELECT COALESCE(MAX(perk_id), 0), COUNT(*) FILTER (WHERE state = 'offered')
  FROM perk WHERE guild_id = ?
"""


class Perks:
    """The service of perks."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def offer(
        self, guild_id: int, admin_id: int, *, name: str, role_id: int, diamonds: int, days: int
    ) -> Perk:
        """Offer a role for some diamonds and days.

        Raises:
            PerkInvalid, TooManyPerks: nothing is offered.
        """
        is_name = 1 <= len(name) <= MOST_NAME_CHARACTERS
        if not (is_name and 1 <= diamonds <= MOST_AMOUNT and 1 <= days <= MOST_DAYS):
            raise PerkInvalid
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> Perk:
            rows = list(await connection.execute_fetchall(_COUNT_SQL, (guild_id,)))
            last_id, offered = rows[0]
            if offered >= MOST_PERKS:
                raise TooManyPerks(MOST_PERKS)
            perk = Perk(guild_id, last_id + 1, name, role_id, diamonds, days)
            await connection.execute_fetchall(
                "INSERT INTO perk (guild_id, perk_id, name, role_id, diamonds, days, state,"
                " offered_by, offered_at) VALUES (?, ?, ?, ?, ?, ?, 'offered', ?, ?)",
                (guild_id, perk.perk_id, name, role_id, diamonds, days, admin_id, now),
            )
            return perk

        return await self._books.do(write)

    async def retire(self, guild_id: int, perk_id: int) -> Perk:
        """Offer a perk no more; who has it, or asked for it, keeps it for its days.

        Raises:
            PerkUnknown: there is none of that number on offer.
        """

        async def write(connection: aiosqlite.Connection) -> Perk:
            rows = await connection.execute_fetchall(
                "UPDATE perk SET state = 'retired' WHERE guild_id = ? AND perk_id = ?"
                f" AND state = 'offered' RETURNING {PERK_COLUMNS}",
                (guild_id, perk_id),
            )
            for row in rows:
                return Perk(*row)
            raise PerkUnknown(perk_id)

        return await self._books.do(write)

    async def claim(
        self, *, guild_id: int, key: str, streamer_id: int, perk_id: int
    ) -> ClaimStepped:
        """Claim a perk for its diamonds; an admin looks at it like at any claim.

        Raises:
            PerkUnknown: it is not on offer.
            EconomyClosed, ClaimWhileDisputed, ClaimWhileOwing, ClaimTooSmall, NotEnoughDiamonds,
                ClaimTooLarge, ClaimOverDayLimit, ClaimWorthTooMuch: nothing was claimed.
            KeyConflict: the key was used for another claim.
        """
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> ClaimStepped:
            perk = await _find(connection, guild_id, perk_id)
            request = ClaimRequest(
                guild_id=guild_id,
                key=key,
                streamer_id=streamer_id,
                actor_id=streamer_id,
                asked=perk.diamonds,
                reason="",
                now=now,
                is_for_money=False,
            )
            stepped = await request.write(connection)
            if not stepped.replayed:
                await _promise(connection, perk, stepped.claim.claim_id, streamer_id)
            return stepped

        return await self._books.do(write)

    async def offered(self, guild_id: int) -> tuple[Perk, ...]:
        """Return what is on offer, the cheapest first."""
        return await read_perks(
            self._books.read,
            "guild_id = ? AND state = 'offered' ORDER BY diamonds, perk_id",
            guild_id,
        )

    async def granted(self, guild_id: int, claim_id: int) -> PerkGrant | None:
        """Return the perk that a claim asks for, None when it asks for none."""
        found = await read_grants(
            self._books.read, "guild_id = ? AND claim_id = ?", guild_id, claim_id
        )
        return found[0] if found else None

    async def held(self, guild_id: int, streamer_id: int) -> tuple[PerkGrant, ...]:
        """Return the perks that a streamer has now, the one that ends first at the front."""
        return await read_grants(
            self._books.read,
            "guild_id = ? AND streamer_id = ? AND expires_at > 0 AND taken_at = 0"
            " ORDER BY expires_at",
            guild_id,
            streamer_id,
        )

    async def refused(self, guild_id: int) -> tuple[PerkGrant, ...]:
        """Return the perks whose roles could not be taken back, for admins to mend."""
        return await read_grants(
            self._books.read,
            "guild_id = ? AND expires_at > 0 AND taken_at = 0 AND refusal <> ''"
            " ORDER BY expires_at LIMIT ?",
            guild_id,
            _MOST_REFUSED,
        )


async def _find(connection: aiosqlite.Connection, guild_id: int, perk_id: int) -> Perk:
    found = await read_perks(
        connection.execute_fetchall, "guild_id = ? AND perk_id = ?", guild_id, perk_id
    )
    if not found:
        raise PerkUnknown(perk_id)
    return found[0]


async def _promise(
    connection: aiosqlite.Connection, perk: Perk, claim_id: int, streamer_id: int
) -> None:
    # Asked only now, since a claim of before it was retired comes again with the same answer.
    if not perk.is_offered:
        raise PerkUnknown(perk.perk_id)
    await connection.execute_fetchall(
        "INSERT INTO perk_grant (guild_id, claim_id, streamer_id, perk_id, role_id, days)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (perk.guild_id, claim_id, streamer_id, perk.perk_id, perk.role_id, perk.days),
    )
