"""A person's word for what is being sent: believed only where the provider itself cannot tell."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from unittest.mock import patch

import pytest

from bot.claim_errors import ClaimChanged
from bot.errors import (
    ClaimMoved,
    ClaimNotFound,
    KeyConflict,
    OwnClaim,
    ReasonMissing,
)
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.paid_errors import ClaimsOpen
from bot.payment_errors import ProviderSilent
from bot.payout_errors import (
    PayerChanged,
    PayoutNotFound,
    PayoutSilent,
    PayoutUnanswered,
)
from bot.services.economy import Economy
from bot.services.payout_sending import FIRST_PAUSE_SECONDS
from bot.services.payout_word import PersonsWord, WordTaken
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.payout_rigs_stripe import TRANSFER, StripePayoutRig, stripe_payout_rig
from tests.payments.stripe_double import Fault
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play
from tests.services.payouts import PayoutDesk, payout_of, ways_of

pytestmark = pytest.mark.proof("streamer")


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
def economy(books: Books, clock: MovableClock, rig: StripePayoutRig) -> Economy:
    return Economy.over(books, clock, payout_ways=ways_of(rig.provider))


class WordDesk(PayoutDesk):
    """A claim that an admin sent, and another who says what became of it."""

    async def say(
        self,
        note: str,
        *,
        is_paid: bool,
        key: str = "word:1",
        claim_id: int = 2,
        by: int = ADMIN_ID,
        seen_step: int = 0,
    ) -> WordTaken:
        return await self.economy.payout_sending.take_word(
            PersonsWord(
                guild_id=GUILD_ID,
                key=key,
                admin_id=by,
                claim_id=claim_id,
                is_paid=is_paid,
                note=note,
                seen_step=seen_step,
            )
        )

    async def last_step(self) -> tuple[str, int, str, int]:
        """Return what was done last with claim 2, by whom, the note, and its diamonds."""
        step = (await self.economy.claims.timeline(GUILD_ID, 2))[-1]
        return step.action.value, step.actor_id, step.note, step.diamonds


@pytest.fixture
async def desk(economy: Economy, play: Play, rig: StripePayoutRig) -> WordDesk:
    """A claim that can be sent, to a streamer whom Stripe knows."""
    desk = WordDesk(economy, play)
    await desk.prepare()
    payee = await economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    rig.double.world.fill_in(payee.account)
    return desk


async def send_in_vain(desk: WordDesk, rig: StripePayoutRig, fault: Fault = Fault.DOWN) -> None:
    """Send the claim: the connection breaks before it went out, or after."""
    rig.double.route_faults[TRANSFER] = fault
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.come_up()


def without_stripe(desk: WordDesk, books: Books, clock: MovableClock) -> None:
    """Let a new process have the books, in which Stripe is not set up."""
    desk.economy = Economy.over(books, clock, payout_ways=ways_of())


def transfers(rig: StripePayoutRig) -> list[int]:
    return [each["amount"] for each in rig.double.world.all_of("transfer")]


# The provider knows -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_paid", [True, False])
async def test_what_the_provider_paid_is_paid_whatever_the_person_said(
    desk: WordDesk, rig: StripePayoutRig, *, is_paid: bool
) -> None:
    await send_in_vain(desk, rig, Fault.DROPPED)
    transfer = rig.double.world.all_of("transfer")[0]
    taken = await desk.say("SEPA 7", is_paid=is_paid)
    assert taken.is_found
    assert (taken.claim.state.value, taken.claim.note) == ("paid", transfer["id"])
    assert await desk.say("SEPA 7", is_paid=is_paid) == taken
    assert (taken.claim.provider, taken.claim.payer) == ("stripe", "acct_ours (test)")
    # It is the provider's word, noted under whoever sent it.
    assert await desk.last_step() == ("sent", OTHER_ADMIN_ID, transfer["id"], 200)
    assert transfers(rig) == [400]
    assert await audit(desk.economy.books.path, FULL_AUDIT) == []


async def test_of_what_was_taken_back_at_the_provider_a_person_says_that_it_was_not_paid(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig, Fault.DROPPED)
    rig.double.world.reverse_transfer(rig.double.world.all_of("transfer")[0]["id"])
    await desk.economy.payout_sending.run()
    assert (await desk.state())[0] == "sending"
    assert not (await desk.say("taken back", is_paid=False)).is_found
    assert (await desk.state())[0] == "approved"


async def test_what_was_not_paid_is_approved_again_and_keeps_its_diamonds_locked(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    for _ in range(2):
        taken = await desk.say(" no money there ", is_paid=False)
        assert not taken.is_found
        assert taken.claim.state.value == "approved"
        assert taken.claim.sending_diamonds == 0
    assert await desk.last_step() == ("not_sent", ADMIN_ID, "no money there", 200)
    assert await desk.pots() == {"claimed": 200, "diamonds": 200}
    rows = await desk.economy.books.read("SELECT kind FROM letter ORDER BY letter_id")
    assert rows[-1] == ("claim_not_sent",)
    assert await audit(desk.economy.books.path, FULL_AUDIT) == []
    await desk.pay_by_hand(2)
    assert await desk.state() == ("paid", "by hand")
    assert transfers(rig) == []


async def test_what_is_sent_again_afterwards_goes_under_the_same_key(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    await desk.say("no", is_paid=False)
    await desk.send("send:2")
    assert (await desk.state())[0] == "paid"
    (transfer,) = rig.double.world.all_of("transfer")
    assert transfer["transfer_group"] == payout_of().key
    assert await desk.actions() == [
        "request",
        "approve",
        "begin_sending",
        "not_sent",
        "begin_sending",
        "sent",
    ]


@pytest.mark.parametrize("is_paid", [True, False])
async def test_a_word_of_what_was_sent_before_says_nothing_of_what_is_sent_now(
    desk: WordDesk, *, is_paid: bool
) -> None:
    exports = desk.economy.payout_exports
    await exports.hand_out(guild_id=GUILD_ID, key="export:1", admin_id=ADMIN_ID)
    seen_step = (await desk.economy.claims.find(GUILD_ID, 2)).step
    await desk.say("not in the list", is_paid=False, seen_step=seen_step)
    await exports.hand_out(guild_id=GUILD_ID, key="export:2", admin_id=ADMIN_ID)
    with pytest.raises(ClaimChanged):
        await desk.say("nothing came", is_paid=is_paid, key="word:2", seen_step=seen_step)
    assert (await desk.state())[0] == "sending"
    # The same press again is still what it was.
    assert not (await desk.say("not in the list", is_paid=False, seen_step=seen_step)).is_found


async def test_what_went_late_is_found_when_it_is_sent_again(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    await desk.say("no", is_paid=False)
    account = await desk.economy.payees.account(GUILD_ID, STREAMER_ID, "stripe")
    late = await rig.provider.send(payout_of(account=account))
    await desk.send("send:2")
    assert await desk.state() == ("paid", late.reference)
    assert transfers(rig) == [400]


async def test_nobody_is_believed_that_it_went_where_the_provider_has_nothing(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    with pytest.raises(PayoutNotFound):
        await desk.say("SEPA 7", is_paid=True)
    assert (await desk.state())[0] == "sending"


async def test_while_the_provider_is_silent_nothing_changes_and_it_says_when_it_is_asked_again(
    desk: WordDesk, rig: StripePayoutRig, clock: MovableClock
) -> None:
    await send_in_vain(desk, rig)
    rig.go_down()
    for is_paid in (True, False):
        with pytest.raises(PayoutSilent) as refusal:
            await desk.say("SEPA 7", is_paid=is_paid)
        assert refusal.value.at == clock() + FIRST_PAUSE_SECONDS
    for _ in range(3):
        await desk.economy.payout_sending.run()
        clock.advance(2 * FIRST_PAUSE_SECONDS)
    with pytest.raises(PayoutSilent) as refusal:
        await desk.say("SEPA 7", is_paid=False)
    assert refusal.value.at == clock() + 2 * FIRST_PAUSE_SECONDS
    assert (await desk.state())[0] == "sending"


# Only people can know ---------------------------------------------------------------------------


async def test_where_the_provider_is_gone_the_persons_word_counts(
    desk: WordDesk, rig: StripePayoutRig, books: Books, clock: MovableClock
) -> None:
    await send_in_vain(desk, rig, Fault.DROPPED)
    without_stripe(desk, books, clock)
    for _ in range(2):
        taken = await desk.say("tr_9 in the dashboard", is_paid=True)
        assert not taken.is_found
    assert await desk.last_step() == ("sent", ADMIN_ID, "tr_9 in the dashboard", 200)
    claim = await desk.economy.claims.find(GUILD_ID, 2)
    assert (claim.state.value, claim.provider) == ("paid", "stripe")
    assert await audit(books.path, FULL_AUDIT) == []


async def test_where_the_operators_balance_may_not_be_sent_any_more_the_word_counts(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    with patch.object(type(rig.provider), "serves", return_value=False):
        await desk.say("it never went", is_paid=False)
    assert await desk.state() == ("approved", "it never went")


@pytest.mark.parametrize(("is_paid", "state"), [(True, "paid"), (False, "approved")])
async def test_what_the_provider_has_and_was_not_sent_like_that_is_for_the_person_to_judge(
    desk: WordDesk,
    rig: StripePayoutRig,
    caplog: pytest.LogCaptureFixture,
    *,
    is_paid: bool,
    state: str,
) -> None:
    await send_in_vain(desk, rig, Fault.DROPPED)
    rig.double.world.all_of("transfer")[0]["amount"] = 399
    # The job goes on looking, and leaves it alone.
    await desk.economy.payout_sending.run()
    assert (await desk.state())[0] == "sending"
    await desk.say("I looked", is_paid=is_paid)
    assert await desk.state() == (state, "I looked")
    assert "a person says what became of claim-" in caplog.text


async def send_a_part(desk: WordDesk) -> None:
    """Note that 50 of the 200 diamonds are on their way."""
    await desk.economy.claims.begin_sending(
        guild_id=GUILD_ID,
        key="b",
        admin_id=OTHER_ADMIN_ID,
        claim_id=2,
        provider="stripe",
        diamonds=50,
    )


async def test_a_part_that_a_person_says_was_paid_leaves_the_rest_to_pay(
    desk: WordDesk, books: Books, clock: MovableClock
) -> None:
    await send_a_part(desk)
    without_stripe(desk, books, clock)
    taken = await desk.say("tr_9", is_paid=True)
    assert (taken.claim.state.value, taken.claim.left_diamonds) == ("approved", 150)
    assert await desk.last_step() == ("sent_part", ADMIN_ID, "tr_9", 50)
    again = await desk.say("tr_9", is_paid=True)
    assert again == WordTaken(taken.claim, is_found=False)


async def test_a_part_that_was_not_paid_is_noted_as_that_part(
    desk: WordDesk, books: Books, clock: MovableClock
) -> None:
    await send_a_part(desk)
    without_stripe(desk, books, clock)
    taken = await desk.say("no", is_paid=False)
    assert (taken.claim.state.value, taken.claim.left_diamonds) == ("approved", 200)
    assert await desk.last_step() == ("not_sent", ADMIN_ID, "no", 50)


async def test_of_what_a_bank_has_the_persons_word_is_all_there_is(desk: WordDesk) -> None:
    await desk.economy.payout_exports.hand_out(
        guild_id=GUILD_ID, key="export:1", admin_id=OTHER_ADMIN_ID
    )
    await desk.say("account closed", is_paid=False)
    assert await desk.state() == ("approved", "account closed")
    await desk.economy.payout_exports.hand_out(
        guild_id=GUILD_ID, key="export:2", admin_id=OTHER_ADMIN_ID
    )
    taken = await desk.say("SEPA 8", is_paid=True, key="word:2")
    assert (taken.claim.state.value, taken.claim.note) == ("paid", "SEPA 8")
    assert await desk.pots() == {"diamonds": 200}


# Who may, and how often -------------------------------------------------------------------------


async def test_nobody_says_it_of_their_own_claim_or_without_a_word(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig, Fault.DROPPED)
    with pytest.raises(OwnClaim):
        await desk.say("mine", is_paid=False, by=STREAMER_ID)
    with pytest.raises(ReasonMissing):
        await desk.say("  ", is_paid=True)
    with pytest.raises(ClaimNotFound):
        await desk.say("x", is_paid=True, claim_id=9)
    assert (await desk.state())[0] == "sending"


async def test_only_of_what_is_being_sent_is_there_anything_to_say(desk: WordDesk) -> None:
    for is_paid in (True, False):
        with pytest.raises(ClaimMoved):
            await desk.say("x", is_paid=is_paid)


async def test_a_key_is_for_one_claim(desk: WordDesk, rig: StripePayoutRig) -> None:
    await send_in_vain(desk, rig)
    await desk.say("no", is_paid=False)
    with pytest.raises(KeyConflict):
        await desk.say("no", is_paid=False, claim_id=1)


async def test_words_of_two_admins_and_the_job_at_once_are_taken_one_after_the_other(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    results = await asyncio.gather(
        desk.say("no", is_paid=False),
        desk.say("no", is_paid=False, key="word:2", by=OTHER_ADMIN_ID),
        desk.economy.payout_sending.run(),
        return_exceptions=True,
    )
    # Either the word came first and the job found nothing to do, or the job sent it first.
    words = [each for each in results[:2] if isinstance(each, WordTaken)]
    assert len(words) + sum(isinstance(each, ClaimMoved) for each in results[:2]) == 2
    state, _ = await desk.state()
    assert transfers(rig) == ([400] if state == "paid" else [])
    assert state in {"paid", "approved"}


async def test_a_season_can_end_however_long_nobody_knew(
    desk: WordDesk, rig: StripePayoutRig, books: Books, clock: MovableClock
) -> None:
    await send_in_vain(desk, rig)
    without_stripe(desk, books, clock)
    with pytest.raises(ClaimsOpen):
        await desk.economy.seasons.begin_play(GUILD_ID, ADMIN_ID)
    await desk.say("Stripe is gone, and nothing went", is_paid=False)
    await desk.pay_by_hand(2)
    # What is left was never claimed.
    await desk.play.claim(200)
    await desk.approve(3)
    await desk.pay_by_hand(3)
    assert (await desk.economy.seasons.begin_play(GUILD_ID, ADMIN_ID)).mode == "play"


# Whose account pays -----------------------------------------------------------------------------


async def restarted_with_another_account(
    desk: WordDesk, rig: StripePayoutRig, books: Books, clock: MovableClock
) -> None:
    """Let the operator set the key of another account of Stripe's, which knows no transfers."""
    rig.change_payer()
    things = rig.double.world.things
    for each in rig.double.world.all_of("transfer"):
        del things[each["id"]]
    rig.forget_keys()
    await rig.restart()
    desk.economy = Economy.over(books, clock, payout_ways=ways_of(rig.provider))


async def test_what_was_begun_from_one_account_is_not_sent_from_another(
    desk: WordDesk,
    rig: StripePayoutRig,
    books: Books,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    await send_in_vain(desk, rig, Fault.DROPPED)
    assert (await desk.economy.claims.find(GUILD_ID, 2)).payer == "acct_ours (test)"
    await restarted_with_another_account(desk, rig, books, clock)
    await desk.economy.payout_sending.run()
    with pytest.raises(PayerChanged):
        await desk.send()
    assert transfers(rig) == []
    assert (await desk.state())[0] == "sending"
    assert "This claim was being paid from another account" in caplog.text
    await desk.say("tr_1 in the old account", is_paid=True)
    assert await desk.state() == ("paid", "tr_1 in the old account")


async def test_what_was_begun_before_accounts_were_noted_is_looked_for_in_the_present_one(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await desk.economy.claims.begin_sending(
        guild_id=GUILD_ID, key="b", admin_id=ADMIN_ID, claim_id=2, provider="stripe"
    )
    await desk.economy.payout_sending.run()
    assert (await desk.state())[0] == "paid"
    assert transfers(rig) == [400]


async def test_what_is_paid_by_hand_at_last_was_paid_from_no_account(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    await send_in_vain(desk, rig)
    await desk.say("no", is_paid=False)
    await desk.pay_by_hand(2)
    claim = await desk.economy.claims.find(GUILD_ID, 2)
    assert (claim.provider, claim.payer) == ("manual", "")


async def test_nothing_is_begun_while_nobody_knows_whose_account_pays(
    desk: WordDesk, rig: StripePayoutRig
) -> None:
    rig.double.route_faults["GET", "/v1/account"] = Fault.DOWN
    with pytest.raises(ProviderSilent):
        await desk.send()
    assert (await desk.state())[0] == "approved"
