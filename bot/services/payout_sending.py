"""Sends approved claims by the provider that pays them, and finds out what became of it.

`begin_sending` is committed before a provider is called. From then on nobody but the provider knows
whether the money went: after a crash or a silence it is looked for first, and sent only where it is
not found. Whoever asks has the claim's turn, so that no two of them send at once. Where a provider
cannot know it, since it is a bank, or gone, or pays from another account by now, a person says it.
"""

import logging
from dataclasses import dataclass, replace

from bot.claim_errors import ClaimChanged
from bot.errors import ClaimMoved, KeyConflict, OwnClaim, Refusal, TryAgain
from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payments.payout_provider import PayeeState, Payout, PayoutProvider, Sent, Streamer
from bot.payments.payout_ways import PayoutWays
from bot.payments.role_payouts import RolePayouts
from bot.payout_errors import (
    PayeeNotReady,
    PayerChanged,
    PayoutNotFound,
    PayoutProviderGone,
    PayoutSilent,
    PayoutUnanswered,
    PayoutUnclear,
)
from bot.services.claim import Claim, ClaimSending, ClaimStepped, sending_of
from bot.services.claim_rows import TakenStep
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.claims import Claims
from bot.services.clock import Clock
from bot.services.grants import check_reason
from bot.services.payees import MANUAL, Payees
from bot.services.payout_word import PersonsWord, WordTaken
from bot.services.perks import Perks
from bot.services.settlement import Locks

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 60
MOST_PAUSE_SECONDS = 60 * 60
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Wait:
    """How often a payout was asked for in vain, and when it is asked for again."""

    tries: int = 0
    due_at: int = 0


class PayoutSending:
    """The service of claims that are not paid by hand."""

    def __init__(
        self, claims: Claims, payees: Payees, perks: Perks, ways: PayoutWays, clock: Clock
    ) -> None:
        self._claims = claims
        self._payees = payees
        self._perks = perks
        self._ways = ways
        self._clock = clock
        self._locks = Locks()
        # A new process asks at once, so nothing of this needs to be kept.
        self._waits: dict[str, _Wait] = {}

    async def way_of(self, claim: Claim) -> str:
        """Return the provider that would pay a claim, or `manual` where a person has to."""
        if await self._perks.granted(claim.guild_id, claim.claim_id) is not None:
            return RolePayouts.name if RolePayouts.name in self._ways.providers else MANUAL
        known = await self._payees.references(claim.guild_id, claim.streamer_id)
        invites = self._payees.invites(claim.guild_id)
        # Where diamonds have no value in money there is none to send.
        ways = [each.provider for each in known if each.provider in invites and claim.amount_minor]
        return next(iter(ways), MANUAL)

    async def send(
        self, *, guild_id: int, key: str, admin_id: int, claim_id: int
    ) -> ClaimStepped | Claim:
        """Send all that is left of an approved claim, and return how the claim stands then.

        It is paid, or failed where the provider said no; the diamonds are back then.

        Raises:
            ClaimNotFound, ClaimMoved, OwnClaim, FirstClaimByHand, PayoutProviderGone,
                PayeeNotReady, ProviderSilent: nothing was sent.
            PayerChanged, PayoutUnclear: it was begun before, and a person has to look.
            PayoutUnanswered: nobody knows; it is looked for by itself.
        """
        claim = await self._claims.find(guild_id, claim_id)
        if claim.is_at_bank:
            raise ClaimMoved(claim_id, claim.state)
        way = claim.provider if claim.state is ClaimState.SENDING else await self.way_of(claim)
        if way == MANUAL:
            raise PayeeNotReady
        provider = self._provider(way, guild_id)
        await self._refuse_unready(provider, claim)
        stepped = await self._claims.begin_sending(
            guild_id=guild_id,
            key=key,
            admin_id=admin_id,
            claim_id=claim_id,
            provider=way,
            payer=await provider.payer(),
        )
        if stepped.claim.state is not ClaimState.SENDING:
            return stepped  # the same press came again, and all was said and done
        try:
            return await self._settle(sending_of(stepped.claim), is_again=stepped.replayed)
        except TryAgain as error:
            # Also when it went and cannot be written down right now.
            raise PayoutUnanswered from error

    async def take_word(self, word: PersonsWord) -> WordTaken:
        """Take a person's word for whether a claim that is being sent was paid.

        A provider that can be asked is asked first, and what it paid stands, whatever was said. A
        claim that was not paid is approved again, with its diamonds locked.

        Raises:
            ClaimNotFound, ClaimMoved, ClaimChanged, OwnClaim, ReasonMissing, PayoutNotFound,
                PayoutSilent: nothing changed.
            KeyConflict: the key was used for another claim.
        """
        word = replace(word, note=check_reason(word.note))
        async with self._locks.hold(str(word.guild_id), str(word.claim_id)):
            taken = await self._claims.taken_under(word.guild_id, word.key)
            claim = await self._claims.find(word.guild_id, word.claim_id)
            if taken is not None:
                return _word_again(word, claim, taken)
            if claim.streamer_id == word.admin_id:
                raise OwnClaim
            if claim.state is not ClaimState.SENDING:
                raise ClaimMoved(word.claim_id, claim.state)
            if claim.changed_since(word.seen_step):
                raise ClaimChanged(word.claim_id)
            sent, is_known = await self._ask(sending_of(claim))
            if word.is_paid and is_known and sent is None:
                raise PayoutNotFound
            return WordTaken((await self._note(word, sent)).claim, sent is not None)

    async def _ask(self, sending: ClaimSending) -> tuple[Sent | None, bool]:
        """Return what the provider sent, and whether it is one that can know."""
        try:
            provider = await self._same_payer(sending)
            return await provider.find(await self._payout(sending)), True
        except (PayoutProviderGone, PayerChanged, PayoutUnclear) as error:
            log.warning("a person says what became of %s: %s", sending.name, error)
            return None, False
        except ProviderSilent:
            wait = self._waits.get(sending.name, _Wait())
            at = max(wait.due_at, self._clock() + FIRST_PAUSE_SECONDS)
            raise PayoutSilent(at) from None

    async def _note(self, word: PersonsWord, sent: Sent | None) -> ClaimStepped:
        """Record what was found, or else what the person said."""
        claims = self._claims
        guild_id, key, claim_id = word.guild_id, word.key, word.claim_id
        if sent is not None:
            return await claims.sent_paid(
                guild_id=guild_id, key=key, claim_id=claim_id, reference=sent.reference
            )
        if word.is_paid:
            return await claims.sent_paid(
                guild_id=guild_id,
                key=key,
                claim_id=claim_id,
                reference=word.note,
                admin_id=word.admin_id,
                seen_step=word.seen_step,
            )
        return await claims.not_sent(
            guild_id=guild_id,
            key=key,
            admin_id=word.admin_id,
            claim_id=claim_id,
            reason=word.note,
            seen_step=word.seen_step,
        )

    async def run(self) -> None:
        """Find out what became of payouts that nobody knows of, and send what never went."""
        try:
            sendings = await self._claims.sendings()
        except TryAgain as error:
            log.warning("payouts are looked at later: %s", error)
            return
        self._waits = {
            each.name: self._waits[each.name] for each in sendings if each.name in self._waits
        }
        now = self._clock()
        due = [each for each in sendings if self._waits.get(each.name, _Wait()).due_at <= now]
        for sending in due[:_AT_ONCE]:
            await self._try_again(sending, now)

    async def _try_again(self, sending: ClaimSending, now: int) -> None:
        wait = self._waits.get(sending.name, _Wait())
        try:
            await self._settle(sending, is_again=True)
        except (TryAgain, Refusal) as error:
            level = logging.DEBUG if wait.tries else logging.WARNING
            log.log(level, "%s is looked for later: %s", sending.name, error)
        except Exception:
            # A defect of one must not keep the others' money waiting.
            log.exception("%s cannot be sent", sending.name)
        pause_seconds = min(FIRST_PAUSE_SECONDS * 2**wait.tries, MOST_PAUSE_SECONDS)
        self._waits[sending.name] = _Wait(wait.tries + 1, now + pause_seconds)

    async def _settle(self, sending: ClaimSending, *, is_again: bool) -> ClaimStepped | Claim:
        async with self._locks.hold(str(sending.guild_id), str(sending.claim_id)):
            claim = await self._claims.find(sending.guild_id, sending.claim_id)
            if claim.state is not ClaimState.SENDING or sending_of(claim) != sending:
                return claim  # somebody else had the turn before
            provider = await self._same_payer(sending)
            payout = await self._payout(sending)
            try:
                sent = await provider.find(payout) if is_again else None
                sent = sent or await provider.send(payout)
            except ProviderRefused as refused:
                return await self._claims.fail(
                    guild_id=sending.guild_id,
                    key=f"{sending.name}:failed",
                    claim_id=sending.claim_id,
                    reason=refused.reason,
                )
            return await self._claims.sent_paid(
                guild_id=sending.guild_id,
                key=f"{sending.name}:sent",
                claim_id=sending.claim_id,
                reference=sent.reference,
            )

    def _provider(self, name: str, guild_id: int) -> PayoutProvider:
        provider = self._ways.providers.get(name)
        if provider is None or not provider.serves(guild_id):
            raise PayoutProviderGone(name)
        return provider

    async def _same_payer(self, sending: ClaimSending) -> PayoutProvider:
        """Return the provider that was to send it, if it still pays from the same account."""
        provider = self._provider(sending.provider, sending.guild_id)
        # What was begun before that was written down is taken to be the same.
        if sending.payer and await provider.payer() != sending.payer:
            raise PayerChanged
        return provider

    async def _refuse_unready(self, provider: PayoutProvider, claim: Claim) -> None:
        account = await self._account(claim.guild_id, claim.claim_id, claim.streamer_id, provider)
        streamer = Streamer(guild_id=claim.guild_id, member_id=claim.streamer_id, account=account)
        if (await provider.payee(streamer)).state is not PayeeState.READY:
            raise PayeeNotReady

    async def _payout(self, sending: ClaimSending) -> Payout:
        provider = self._provider(sending.provider, sending.guild_id)
        return Payout(
            guild_id=sending.guild_id,
            claim_id=sending.claim_id,
            part=sending.part,
            streamer_id=sending.streamer_id,
            diamonds=sending.diamonds,
            amount_minor=sending.amount_minor,
            currency=sending.currency,
            account=await self._account(
                sending.guild_id, sending.claim_id, sending.streamer_id, provider
            ),
        )

    async def _account(
        self, guild_id: int, claim_id: int, streamer_id: int, provider: PayoutProvider
    ) -> str:
        """Return how the provider knows the payee; of a claim that is being sent it stays so."""
        if provider.name != RolePayouts.name:
            return await self._payees.account(guild_id, streamer_id, provider.name)
        grant = await self._perks.granted(guild_id, claim_id)
        return "" if grant is None else str(grant.role_id)


def _word_again(word: PersonsWord, claim: Claim, taken: TakenStep) -> WordTaken:
    """Return what came of a word the first time."""
    if taken.claim_id != word.claim_id:
        message = f"key {word.key} was used before for another claim"
        raise KeyConflict(message)
    was_paid = taken.action.whole is ClaimAction.SENT
    return WordTaken(claim, was_paid and not (word.is_paid and taken.note == word.note))
