"""Claims for diamonds: requested, approved, paid by hand or by a provider; or given back.

A claim's diamonds are locked the moment it is requested. Every step is a row with who, when and
why; steps that end a claim without paying give what is left back in the same transaction.
"""

from bot.claim_errors import StillMember
from bot.errors import AmountOutOfBounds, ClaimNotFound, OwnClaim
from bot.ledger.accounts import MOST_AMOUNT
from bot.ledger.books import Books
from bot.services.claim import (
    BANK,
    BY_HAND,
    Claim,
    ClaimSending,
    ClaimStep,
    ClaimStepped,
    sending_of,
)
from bot.services.claim_queue import ClaimQueue, QueueFilter, read_queue
from bot.services.claim_requests import ClaimRequest
from bot.services.claim_rows import (
    CLAIMS_SQL,
    TakenStep,
    claim_of,
    load_claim,
    load_steps,
    taken_before,
)
from bot.services.claim_states import ClaimAction
from bot.services.claim_steps import StepJob
from bot.services.clock import Clock
from bot.services.grants import MOST_REASON_CHARACTERS, check_reason
from bot.services.guilds import Person

OWN_CLAIMS = 5


class Claims:
    """The service of claims."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def request(
        self, *, guild_id: int, key: str, streamer_id: int, diamonds: int | None
    ) -> ClaimStepped:
        """Ask to be paid for `diamonds`, or for all when None, within the day's limit.

        Raises:
            EconomyClosed, ClaimWhileDisputed, ClaimWhileOwing, AmountOutOfBounds, ClaimTooSmall,
                NotEnoughDiamonds, ClaimTooLarge, ClaimOverDayLimit, ClaimWorthTooMuch: nothing
                was claimed.
            KeyConflict: the key was used for another claim.
        """
        if diamonds is not None and not 1 <= diamonds <= MOST_AMOUNT:
            raise AmountOutOfBounds(1, MOST_AMOUNT)
        job = ClaimRequest(
            guild_id=guild_id,
            key=key,
            streamer_id=streamer_id,
            actor_id=streamer_id,
            asked=diamonds,
            reason="",
            now=self._clock(),
        )
        return await self._books.do(job.write)

    async def request_for(
        self, *, guild_id: int, key: str, admin_id: int, streamer: Person, reason: str
    ) -> ClaimStepped:
        """Ask for all that is owed to somebody who left the server, and say why.

        Another admin has to approve it.

        Raises:
            StillMember, ReasonMissing, OwnClaim, ClaimantFrozen: nothing was claimed; and what
                `request` raises.
        """
        if streamer.is_member:
            raise StillMember(streamer.name)
        if streamer.member_id == admin_id:
            raise OwnClaim
        job = ClaimRequest(
            guild_id=guild_id,
            key=key,
            streamer_id=streamer.member_id,
            actor_id=admin_id,
            asked=None,
            reason=check_reason(reason),
            now=self._clock(),
        )
        return await self._books.do(job.write)

    async def approve(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int
    ) -> ClaimStepped:
        """Approve a requested claim; a large one stays requested until another admin did too.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, OwnRequest, ApprovedByYou: nothing changed.
        """
        return await self._take(guild_id, key, claim_id, ClaimAction.APPROVE, actor_id=admin_id)

    async def reject(
        self,
        *,
        guild_id: int,
        key: str,
        admin_id: int,
        claim_id: int,
        reason: str,
        seen_step: int = 0,
    ) -> ClaimStepped:
        """Reject a claim for a reason that its streamer reads; what no part paid goes back.

        Raises:
            ClaimNotFound, ClaimMoved, ClaimChanged, OwnClaim, ReasonMissing: nothing changed.
        """
        return await self._take(
            guild_id,
            key,
            claim_id,
            ClaimAction.REJECT,
            actor_id=admin_id,
            note=check_reason(reason),
            seen_step=seen_step,
        )

    async def cancel(
        self, *, guild_id: int, key: str, streamer_id: int, claim_id: int
    ) -> ClaimStepped:
        """Take back an own claim that nobody approved yet; the diamonds go back.

        Raises:
            ClaimNotFound, ClaimMoved, NotYourButton: nothing changed.
        """
        return await self._take(guild_id, key, claim_id, ClaimAction.CANCEL, actor_id=streamer_id)

    async def mark_paid(
        self,
        *,
        guild_id: int,
        key: str,
        admin_id: int,
        claim_id: int,
        reference: str,
        diamonds: int | None = None,
        seen_step: int = 0,
    ) -> ClaimStepped:
        """Record that a person paid an approved claim, or a part of it, with its reference.

        It stays approved until all of it is paid; `diamonds` None is all that is left.

        Raises:
            ClaimNotFound, ClaimMoved, ClaimChanged, OwnClaim, ReasonMissing, PartOutOfBounds:
                nothing changed.
        """
        job = StepJob(
            guild_id=guild_id,
            key=key,
            claim_id=claim_id,
            action=ClaimAction.PAY,
            now=self._clock(),
            actor_id=admin_id,
            note=check_reason(reference),
            asked=diamonds,
            seen_step=seen_step,
        )
        return await self._books.do(job.write)

    async def bounce(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int, reason: str
    ) -> ClaimStepped:
        """Record that a bank would not pay an approved claim; what no part paid goes back.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, ReasonMissing: nothing changed.
        """
        return await self._take(
            guild_id,
            key,
            claim_id,
            ClaimAction.BOUNCE,
            actor_id=admin_id,
            note=check_reason(reason),
        )

    async def begin_sending(
        self,
        *,
        guild_id: int,
        key: str,
        admin_id: int,
        claim_id: int,
        provider: str,
        payer: str = "",
        diamonds: int | None = None,
    ) -> ClaimStepped:
        """Note that a provider is about to pay an approved claim, or a part; then ask it to.

        `sending_of` of its claim says what to send. None of `diamonds` is all that is left.
        `payer` is the provider's account that it is paid from, '' where there is no such thing.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, FirstClaimByHand, PartOutOfBounds: nothing changed,
                and nothing may be sent.
        """
        assert provider not in {"", BY_HAND}, "what a person pays is not sent"
        job = StepJob(
            guild_id=guild_id,
            key=key,
            claim_id=claim_id,
            action=ClaimAction.BEGIN_SENDING,
            now=self._clock(),
            actor_id=admin_id,
            asked=diamonds,
            provider=provider,
            payer=payer,
        )
        return await self._books.do(job.write)

    async def sent_paid(
        self,
        *,
        guild_id: int,
        key: str,
        claim_id: int,
        reference: str,
        admin_id: int = 0,
        seen_step: int = 0,
    ) -> ClaimStepped:
        """Record that the provider paid what it was asked to send, with its reference.

        `admin_id` says so, or the provider itself where that is 0.

        Raises:
            ClaimNotFound, ClaimMoved, ClaimChanged, OwnClaim, ReasonMissing: nothing changed.
        """
        return await self._take(
            guild_id,
            key,
            claim_id,
            ClaimAction.SENT,
            actor_id=admin_id,
            note=check_reason(reference),
            seen_step=seen_step,
        )

    async def not_sent(
        self,
        *,
        guild_id: int,
        key: str,
        admin_id: int,
        claim_id: int,
        reason: str,
        seen_step: int = 0,
    ) -> ClaimStepped:
        """Record that what was being sent never went: it waits to be paid, its diamonds locked.

        Whoever says so has to have asked the provider; `PayoutSending.take_word` does.

        Raises:
            ClaimNotFound, ClaimMoved, ClaimChanged, OwnClaim, ReasonMissing: nothing changed.
        """
        return await self._take(
            guild_id,
            key,
            claim_id,
            ClaimAction.NOT_SENT,
            actor_id=admin_id,
            note=check_reason(reason),
            seen_step=seen_step,
        )

    async def fail(self, *, guild_id: int, key: str, claim_id: int, reason: str) -> ClaimStepped:
        """Record that the provider will not pay, and why; what no part paid goes back.

        Raises:
            ClaimNotFound, ClaimMoved, ReasonMissing: nothing changed.
        """
        # A provider says as much as it likes.
        note = check_reason(reason.strip()[:MOST_REASON_CHARACTERS])
        return await self._take(guild_id, key, claim_id, ClaimAction.FAIL, note=note)

    async def sendings(self) -> tuple[ClaimSending, ...]:
        """Return what is being sent in all guilds, for whoever finds out what became of it.

        What a bank has is not among it: nobody but a person can ask there.
        """
        rows = await self._books.read(
            f"{CLAIMS_SQL} WHERE c.state = 'sending' AND c.provider <> ?"
            " ORDER BY c.guild_id, c.claim_id",
            (BANK,),
        )
        return tuple(sending_of(claim_of(row)) for row in rows)

    async def own(self, guild_id: int, streamer_id: int) -> tuple[Claim, ...]:
        """Return a streamer's latest claims, newest first."""
        rows = await self._books.read(
            f"{CLAIMS_SQL} WHERE c.guild_id = ? AND c.streamer_id = ?"
            " ORDER BY c.claim_id DESC LIMIT ?",
            (guild_id, streamer_id, OWN_CLAIMS),
        )
        return tuple(claim_of(row) for row in rows)

    async def queue(
        self, guild_id: int, *, after: int = 0, shown: QueueFilter | None = None
    ) -> ClaimQueue:
        """Return the open claims that follow the claim `after`, oldest first."""
        return await read_queue(self._books.read, guild_id, after=after, shown=shown)

    async def find(self, guild_id: int, claim_id: int) -> Claim:
        """Return a claim.

        Raises:
            ClaimNotFound: there is none of that number.
        """
        return await load_claim(self._books.read, guild_id, claim_id)

    async def find_own(self, guild_id: int, streamer_id: int, claim_id: int) -> Claim:
        """Return a claim of a streamer's.

        Raises:
            ClaimNotFound: they have none of that number.
        """
        claim = await self.find(guild_id, claim_id)
        if claim.streamer_id != streamer_id:
            raise ClaimNotFound(claim_id)
        return claim

    async def taken_under(self, guild_id: int, key: str) -> TakenStep | None:
        """Return the step that was taken under a key, if one was."""
        return await taken_before(self._books.read, guild_id, key)

    async def timeline(self, guild_id: int, claim_id: int) -> tuple[ClaimStep, ...]:
        """Return what was done with a claim, oldest first; nothing where there is none."""
        return await load_steps(self._books.read, guild_id, claim_id)

    async def _take(
        self,
        guild_id: int,
        key: str,
        claim_id: int,
        action: ClaimAction,
        *,
        actor_id: int = 0,
        note: str = "",
        seen_step: int = 0,
    ) -> ClaimStepped:
        job = StepJob(
            guild_id=guild_id,
            key=key,
            claim_id=claim_id,
            action=action,
            now=self._clock(),
            actor_id=actor_id,
            note=note,
            seen_step=seen_step,
        )
        return await self._books.do(job.write)
