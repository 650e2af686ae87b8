"""Taking a step with a claim: who may, from where, and what comes of it."""

from dataclasses import dataclass

import aiosqlite

from bot.claim_errors import (
    ApprovedByYou,
    ClaimChanged,
    FirstClaimByHand,
    OwnRequest,
    PartOutOfBounds,
)
from bot.errors import ClaimMoved, KeyConflict, NotYourButton, OwnClaim
from bot.services.claim import BANK, Claim, ClaimStepped
from bot.services.claim_bookings import book_step
from bot.services.claim_days import day_diamonds
from bot.services.claim_rows import NewStep, TakenStep, load_claim, taken_before
from bot.services.claim_states import FIRST_OF, ClaimAction, next_state
from bot.services.guilds import stored_settings

# What a provider did is noted under the admin who let it; what a person says of it, under them.
_BY_PROVIDER = frozenset({ClaimAction.SENT, ClaimAction.FAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepJob:
    """A step of an existing claim on its way into the books.

    `asked` is how many diamonds are paid or sent, None for all that is left. `provider` begins to
    send them, from its account `payer`. `seen_step` is the number of the claim's last step that
    whoever acts has seen, 0 where it does not matter what was done meanwhile.
    """

    guild_id: int
    key: str
    claim_id: int
    action: ClaimAction
    now: int
    actor_id: int = 0
    note: str = ""
    asked: int | None = None
    provider: str = ""
    payer: str = ""
    seen_step: int = 0

    async def write(self, connection: aiosqlite.Connection) -> ClaimStepped:
        """Take the step, or return what was done under the key."""
        claim = await load_claim(connection.execute_fetchall, self.guild_id, self.claim_id)
        taken = await taken_before(connection.execute_fetchall, self.guild_id, self.key)
        if taken is not None:
            return self._replay(claim, taken)
        self._check_actor(claim)
        if next_state(claim.state, self.action) is None:
            raise ClaimMoved(self.claim_id, claim.state)
        if claim.changed_since(self.seen_step):
            raise ClaimChanged(self.claim_id)
        diamonds = self._diamonds(claim)
        action = await self._what_comes_of_it(connection, claim, diamonds)
        actor_id = await self._who(connection)
        state = next_state(claim.state, action)
        assert state is not None, f"{action} is not allowed where {self.action} is"
        step = NewStep(
            claim_id=self.claim_id,
            key=self.key,
            action=action,
            state=state,
            actor_id=actor_id,
            taken_at=self.now,
            note=self.note,
            diamonds=diamonds,
        )
        return await book_step(connection, claim, step, provider=self.provider, payer=self.payer)

    def _replay(self, claim: Claim, taken: TakenStep) -> ClaimStepped:
        asked = (self.claim_id, self.action, self.note)
        is_same = (taken.claim_id, taken.action.whole, taken.note) == asked
        is_same_actor = self._is_providers or taken.actor_id == self.actor_id
        is_same_part = self.asked is None or self.asked == taken.diamonds
        if not (is_same and is_same_actor and is_same_part):
            message = f"key {self.key} was used before with other content"
            raise KeyConflict(message)
        return ClaimStepped(claim, taken.action, taken.entry_id, replayed=True)

    @property
    def _is_providers(self) -> bool:
        return self.action in _BY_PROVIDER and not self.actor_id

    def _check_actor(self, claim: Claim) -> None:
        is_own = claim.streamer_id == self.actor_id
        if self.action is ClaimAction.CANCEL:
            if not is_own:
                raise NotYourButton
        elif is_own:
            raise OwnClaim
        if self.action is ClaimAction.APPROVE and claim.requested_by == self.actor_id:
            raise OwnRequest
        # A bank's file is by hand: a person reads the name before the money goes.
        begins_by_itself = self.action is ClaimAction.BEGIN_SENDING and self.provider != BANK
        if begins_by_itself and claim.is_first:
            raise FirstClaimByHand(claim.claim_id)

    def _diamonds(self, claim: Claim) -> int:
        """Return the diamonds that the step is about; an approval is about none."""
        if self.action is ClaimAction.APPROVE:
            return 0
        if self.action in {ClaimAction.SENT, ClaimAction.NOT_SENT}:
            return claim.sending_diamonds
        if self.asked is not None and not 1 <= self.asked <= claim.left_diamonds:
            raise PartOutOfBounds(claim.left_diamonds, self.asked)
        return claim.left_diamonds if self.asked is None else self.asked

    async def _what_comes_of_it(
        self, connection: aiosqlite.Connection, claim: Claim, diamonds: int
    ) -> ClaimAction:
        """Return the action, or the one in its place that leaves the claim open."""
        if self.action is ClaimAction.APPROVE:
            is_partial = await self._needs_another(connection, claim)
        else:
            is_partial = diamonds < claim.left_diamonds
        return FIRST_OF.get(self.action, self.action) if is_partial else self.action

    async def _needs_another(self, connection: aiosqlite.Connection, claim: Claim) -> bool:
        """Tell whether another admin has to approve it after this one."""
        settings = await stored_settings(connection.execute_fetchall, self.guild_id)
        least = settings.claim_two_approvals_from
        # Several smaller ones within a day add up, or one admin could approve any number of them.
        if not least or await day_diamonds(connection.execute_fetchall, claim) < least:
            return False
        first_id = await self._last_actor(connection, ClaimAction.APPROVE_FIRST)
        if first_id == self.actor_id:
            raise ApprovedByYou(claim.claim_id, least)
        return first_id is None

    async def _who(self, connection: aiosqlite.Connection) -> int:
        if not self._is_providers:
            return self.actor_id
        sender_id = await self._last_actor(connection, ClaimAction.BEGIN_SENDING)
        return self.actor_id if sender_id is None else sender_id

    async def _last_actor(
        self, connection: aiosqlite.Connection, action: ClaimAction
    ) -> int | None:
        rows = list(
            await connection.execute_fetchall(
                "SELECT actor_id FROM claim_step WHERE guild_id = ? AND claim_id = ?"
                " AND action = ? ORDER BY step DESC LIMIT 1",
                (self.guild_id, self.claim_id, action),
            )
        )
        return rows[0][0] if rows else None
