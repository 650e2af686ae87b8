"""What providers need to know of streamers to pay them, and nothing else; it can be erased.

It stands in one table, which the streamer and the admins who pay can see. No log, no letter and no
claim has a copy. While a payout is on its way its account stays as it is, since who asks again for
an answer that was lost must ask for the same.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import aiosqlite

from bot.ledger.books import Books
from bot.payments.manual_payouts import ManualPayouts
from bot.payments.payout_provider import Payee, Streamer
from bot.payments.payout_ways import PayoutWays
from bot.payout_errors import NoPayeePage, PayeeBusy, PayeeInPlay, PayeeTooLong
from bot.services.clock import Clock
from bot.services.guilds import Guilds

MOST_REFERENCE_CHARACTERS = 200
MANUAL = ManualPayouts.name


@dataclass(frozen=True, slots=True)
class PayeeReference:
    """How a provider knows a streamer; `set_at` is in seconds, UTC."""

    provider: str
    reference: str
    set_at: int


class Payees:
    """The service of payee data."""

    def __init__(self, books: Books, guilds: Guilds, ways: PayoutWays, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._ways = ways
        self._clock = clock

    async def references(self, guild_id: int, member_id: int) -> tuple[PayeeReference, ...]:
        """Return all that is known of a streamer, for themselves or an admin who pays."""
        rows = await self._books.read(
            "SELECT provider, reference, set_at FROM payee WHERE guild_id = ? AND member_id = ?"
            " ORDER BY provider",
            (guild_id, member_id),
        )
        return tuple(PayeeReference(*row) for row in rows)

    async def account(self, guild_id: int, member_id: int, provider: str) -> str:
        """Return how one provider knows a streamer, '' for not at all."""
        found = await self.references(guild_id, member_id)
        return next((each.reference for each in found if each.provider == provider), "")

    async def by_hand(self, guild_id: int, member_ids: Iterable[int]) -> dict[int, str]:
        """Return what streamers wrote for whoever pays by hand, of those who did."""
        rows = await self._books.read(
            "SELECT member_id, reference FROM payee WHERE guild_id = ? AND provider = ?"
            " AND member_id IN (SELECT value FROM json_each(?))",
            (guild_id, MANUAL, json.dumps(list(member_ids))),
        )
        return dict(rows)

    async def state(self, guild_id: int, member_id: int, provider: str) -> Payee:
        """Return whether a streamer can be paid by a provider that is set up.

        Raises:
            ProviderSilent: it cannot be asked now.
            NoPayeePage: it is not set up.
        """
        account = await self.account(guild_id, member_id, provider)
        streamer = Streamer(guild_id=guild_id, member_id=member_id, account=account)
        if provider not in self._ways.providers:
            raise NoPayeePage
        return await self._ways.providers[provider].payee(streamer)

    async def set_manual(self, guild_id: int, member_id: int, reference: str) -> None:
        """Keep what a streamer wrote for whoever pays by hand.

        Raises:
            PayeeInPlay, PayeeTooLong: nothing was kept.
        """
        await self._refuse_play(guild_id)
        if not 1 <= len(reference) <= MOST_REFERENCE_CHARACTERS:
            raise PayeeTooLong(MOST_REFERENCE_CHARACTERS)
        await self._keep(guild_id, member_id, MANUAL, reference)

    async def invite(self, guild_id: int, member_id: int, provider: str) -> Payee:
        """Return a streamer as the provider knows them now, with a page to go on if needed.

        Raises:
            PayeeInPlay, NoPayeePage, PayeeBusy, ProviderSilent, ProviderRefused: there is none.
        """
        await self._refuse_play(guild_id)
        way = self._ways.providers.get(provider)
        if way is None or not way.serves(guild_id):
            raise NoPayeePage
        before = await self.account(guild_id, member_id, provider)
        payee = await way.invite(Streamer(guild_id=guild_id, member_id=member_id, account=before))
        if payee.account not in {"", before}:
            await self._keep(guild_id, member_id, provider, payee.account)
        return payee

    async def erase(self, guild_id: int, member_id: int) -> bool:
        """Forget all that is known of a streamer; return whether there was anything.

        Raises:
            PayeeBusy: a payout to them is on its way.
        """

        async def write(connection: aiosqlite.Connection) -> bool:
            await _refuse_busy(connection, guild_id, member_id)
            gone = await connection.execute_fetchall(
                "DELETE FROM payee WHERE guild_id = ? AND member_id = ? RETURNING provider",
                (guild_id, member_id),
            )
            return bool(list(gone))

        return await self._books.do(write)

    def invites(self, guild_id: int) -> tuple[str, ...]:
        """Return the providers that pay in a guild and have a page for streamers."""
        return tuple(
            name
            for name, provider in self._ways.providers.items()
            if provider.has_page and provider.serves(guild_id)
        )

    async def _refuse_play(self, guild_id: int) -> None:
        if not (await self._guilds.get(guild_id)).settings.is_paid:
            raise PayeeInPlay

    async def _keep(self, guild_id: int, member_id: int, provider: str, reference: str) -> None:
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> None:
            if provider != MANUAL:
                await _refuse_busy(connection, guild_id, member_id)
            await connection.execute_fetchall(
                "INSERT INTO payee (guild_id, member_id, provider, reference, set_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " reference = excluded.reference, set_at = excluded.set_at",
                (guild_id, member_id, provider, reference, now),
            )

        await self._books.do(write)


async def _refuse_busy(connection: aiosqlite.Connection, guild_id: int, member_id: int) -> None:
    rows = await connection.execute_fetchall(
        "SELECT 1 FROM claim WHERE guild_id = ? AND streamer_id = ? AND state = 'sending' LIMIT 1",
        (guild_id, member_id),
    )
    if list(rows):
        raise PayeeBusy
