"""Requesting a claim: what may be asked for, what it is worth, and the diamonds it locks."""

import math
from dataclasses import dataclass

import aiosqlite

from bot.claim_errors import (
    ClaimantFrozen,
    ClaimWhileDisputed,
    ClaimWhileOwing,
    ClaimWorthTooMuch,
)
from bot.errors import (
    ClaimOverDayLimit,
    ClaimTooLarge,
    ClaimTooSmall,
    EconomyClosed,
    KeyConflict,
    NotEnoughDiamonds,
)
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.posting import Entry, Line, Posted, find_replay, post, request_hash
from bot.ledger.pots import balance_of
from bot.services.claim import ClaimStepped
from bot.services.claim_days import claimed_since
from bot.services.claim_rows import NewStep, load_claim, record_step, taken_before
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.clock import DAY_SECONDS
from bot.services.freezes import debt_of, has_dispute
from bot.services.guilds import stored_settings
from bot.services.settings import GuildSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """A request for a claim on its way into the books; `asked` None means all there is.

    `actor_id` is the streamer, or an admin who asks for somebody who left the server, and says why.
    What is not for money has no worth in it, whatever diamonds are worth.
    """

    guild_id: int
    key: str
    streamer_id: int
    actor_id: int
    asked: int | None
    reason: str
    now: int
    is_for_money: bool = True

    async def write(self, connection: aiosqlite.Connection) -> ClaimStepped:
        """Lock the diamonds and write the claim down, or return what was done under the key."""
        if await taken_before(connection.execute_fetchall, self.guild_id, self.key) is not None:
            return await self._replay(connection)
        settings = await stored_settings(connection.execute_fetchall, self.guild_id)
        if not settings.open:
            raise EconomyClosed
        await self._refuse_frozen(connection)
        diamonds = await self._checked_diamonds(connection, settings)
        claim_id = await self._insert(connection, diamonds, settings)
        posted = await self._post(connection, diamonds)
        await record_step(
            connection,
            self.guild_id,
            NewStep(
                claim_id=claim_id,
                key=self.key,
                action=ClaimAction.REQUEST,
                state=ClaimState.REQUESTED,
                actor_id=self.actor_id,
                taken_at=self.now,
                note=self.reason,
                diamonds=diamonds,
                entry_id=posted.entry_id,
            ),
        )
        claim = await load_claim(connection.execute_fetchall, self.guild_id, claim_id)
        return ClaimStepped(claim, ClaimAction.REQUEST, posted.entry_id, replayed=False)

    @property
    def _content(self) -> tuple[object, ...]:
        # Requests of a streamer's own have the content that they always had.
        is_own = self.actor_id == self.streamer_id
        on_behalf = () if is_own else (self.actor_id, self.reason)
        return (self.streamer_id, self.asked, *on_behalf)

    async def _replay(self, connection: aiosqlite.Connection) -> ClaimStepped:
        content_hash = request_hash("claim", *self._content)
        posted = await find_replay(connection, self.guild_id, self.key, content_hash)
        taken = await taken_before(connection.execute_fetchall, self.guild_id, self.key)
        if posted is None or taken is None:
            message = f"key {self.key} was used before for a step of a claim"
            raise KeyConflict(message)
        claim = await load_claim(connection.execute_fetchall, self.guild_id, taken.claim_id)
        return ClaimStepped(claim, ClaimAction.REQUEST, posted.entry_id, replayed=True)

    async def _refuse_frozen(self, connection: aiosqlite.Connection) -> None:
        is_disputed = await has_dispute(connection, self.guild_id, self.streamer_id)
        debt = await debt_of(connection, self.guild_id, self.streamer_id)
        if (is_disputed or debt) and self.actor_id != self.streamer_id:
            raise ClaimantFrozen
        if is_disputed:
            raise ClaimWhileDisputed
        if debt:
            raise ClaimWhileOwing(debt)

    async def _checked_diamonds(
        self, connection: aiosqlite.Connection, settings: GuildSettings
    ) -> int:
        balance = await balance_of(connection, self.guild_id, self.streamer_id, Account.DIAMONDS)
        left, frees_at = await self._left_today(connection, settings)
        least, most = settings.claim_least, settings.claim_most_per_day
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

    async def _left_today(
        self, connection: aiosqlite.Connection, settings: GuildSettings
    ) -> tuple[int, int]:
        """Return the diamonds left of the day's limit, and when its oldest claim leaves it."""
        claimed, oldest = await claimed_since(
            connection.execute_fetchall, self.guild_id, self.streamer_id, self.now - DAY_SECONDS
        )
        return max(0, settings.claim_most_per_day - claimed), oldest + DAY_SECONDS

    async def _insert(
        self, connection: aiosqlite.Connection, diamonds: int, settings: GuildSettings
    ) -> int:
        amount_minor, currency = worth_of(diamonds, settings) if self.is_for_money else (0, "")
        rows = await connection.execute_fetchall(
            "INSERT INTO claim (guild_id, claim_id, streamer_id, diamonds, state, requested_at,"
            " amount_minor, currency) SELECT ?1, COALESCE(MAX(claim_id), 0) + 1, ?2, ?3,"
            " 'requested', ?4, ?5, ?6 FROM claim WHERE guild_id = ?1 RETURNING claim_id",
            (self.guild_id, self.streamer_id, diamonds, self.now, amount_minor, currency),
        )
        return int(next(iter(rows))[0])

    async def _post(self, connection: aiosqlite.Connection, diamonds: int) -> Posted:
        streamer_id = self.streamer_id
        line = Line(streamer_id, Account.DIAMONDS, streamer_id, Account.CLAIMED, diamonds)
        return await post(
            connection,
            Entry(
                guild_id=self.guild_id,
                key=self.key,
                kind="claim",
                actor_id=self.actor_id,
                posted_at=self.now,
                lines=(line,),
                content=self._content,
                note=self.reason,
            ),
        )


def worth_of(diamonds: int, settings: GuildSettings) -> tuple[int, str]:
    """Return what diamonds are worth in minor units, rounded down, and the currency.

    That is 0 and '' in play mode, and where the guild gave diamonds no value.

    Raises:
        ClaimWorthTooMuch: more money than the books take.
    """
    value = settings.diamond_value_minor
    if not settings.is_paid or not value:
        return 0, ""
    amount_minor = math.floor(diamonds * value)
    if amount_minor > MOST_AMOUNT:
        raise ClaimWorthTooMuch(math.floor(MOST_AMOUNT / value))
    return amount_minor, settings.currency
