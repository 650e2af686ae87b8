"""Who approves a claim: never its streamer, and two admins where the guild wants that."""

import asyncio

import pytest

from bot.claim_errors import ApprovedByYou
from bot.errors import ClaimMoved, OwnClaim
from bot.services.claim import ClaimStepped
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from tests.conftest import MovableClock
from tests.services.claiming import ClaimDesk
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A guild that wants two approvals from 200 diamonds on, with a claim for so many."""
    await play.set("claim_two_approvals_from", "200")
    await play.set("claim_least", "1")
    await play.diamonds(1_000)
    await play.claim(200)
    return ClaimDesk(economy, play)


async def test_a_large_claim_waits_for_a_second_admin(desk: ClaimDesk) -> None:
    first = await desk.approve(by=ADMIN_ID)
    assert (first.action, first.claim.state) == (ClaimAction.APPROVE_FIRST, ClaimState.REQUESTED)
    with pytest.raises(ApprovedByYou) as refusal:
        await desk.approve(by=ADMIN_ID)
    assert (refusal.value.claim, refusal.value.least) == (1, 200)
    with pytest.raises(ClaimMoved):
        await desk.pay()
    second = await desk.approve(by=OTHER_ADMIN_ID)
    assert (second.action, second.claim.state) == (ClaimAction.APPROVE, ClaimState.APPROVED)


async def test_a_smaller_claim_needs_one(desk: ClaimDesk, play: Play, clock: MovableClock) -> None:
    clock.advance(DAY_SECONDS)
    await play.claim(199)
    assert (await desk.approve(2)).claim.state is ClaimState.APPROVED


async def test_several_claims_within_a_day_need_two_admins_like_one(
    desk: ClaimDesk, play: Play, clock: MovableClock
) -> None:
    await desk.reject()
    await play.claim(100)
    await play.diamonds(500, streamer_id=21)
    await play.claim(100, streamer_id=21)
    clock.advance(DAY_SECONDS - 1)
    await play.claim(99)
    await play.claim(1)
    # Neither what was rejected counts, nor what somebody else claims, nor what comes later.
    for claim_id in (2, 3, 4):
        assert (await desk.approve(claim_id)).claim.state is ClaimState.APPROVED
    await desk.pay(claim_id=2)
    assert (await desk.approve(5)).action is ClaimAction.APPROVE_FIRST
    with pytest.raises(ApprovedByYou):
        await desk.approve(5)
    assert (await desk.approve(5, by=OTHER_ADMIN_ID)).claim.state is ClaimState.APPROVED


async def test_what_was_paid_of_a_rejected_claim_counts(desk: ClaimDesk, play: Play) -> None:
    await desk.approve()
    await desk.approve(by=OTHER_ADMIN_ID)
    await desk.pay(150)
    await desk.reject()
    await play.claim(49)
    assert (await desk.approve(2)).claim.state is ClaimState.APPROVED
    await play.claim(1)
    assert (await desk.approve(3)).action is ClaimAction.APPROVE_FIRST


async def test_a_claim_that_was_taken_back_meanwhile_counts_no_more(
    desk: ClaimDesk, play: Play
) -> None:
    await play.claim(100)
    assert (await desk.approve(2)).action is ClaimAction.APPROVE_FIRST
    await desk.cancel()
    assert (await desk.approve(2)).claim.state is ClaimState.APPROVED


async def test_many_approvals_at_once_count_alike(
    desk: ClaimDesk, play: Play, economy: Economy, clock: MovableClock
) -> None:
    assert desk
    clock.advance(DAY_SECONDS)
    for _ in range(3):
        await play.claim(90)
    batch = await economy.payout_desk.approve_shown(
        guild_id=GUILD_ID, key="batch", admin_id=ADMIN_ID, claim_ids=(2, 3, 4)
    )
    assert [step.action for step in batch.stepped] == [
        ClaimAction.APPROVE,
        ClaimAction.APPROVE,
        ClaimAction.APPROVE_FIRST,
    ]


async def test_two_admins_at_once_are_both_approvals(desk: ClaimDesk) -> None:
    steps = await asyncio.gather(desk.approve(by=ADMIN_ID), desk.approve(by=OTHER_ADMIN_ID))
    assert [step.action for step in steps] == [ClaimAction.APPROVE_FIRST, ClaimAction.APPROVE]


async def test_one_admin_twice_at_once_is_one_approval(desk: ClaimDesk) -> None:
    first, second = await asyncio.gather(desk.approve(), desk.approve(), return_exceptions=True)
    assert isinstance(first, ClaimStepped)
    assert isinstance(second, ApprovedByYou)
    again = await asyncio.gather(
        *(desk.approve(by=OTHER_ADMIN_ID, key="once") for _ in range(2)),
    )
    assert [step.replayed for step in again] == [False, True]


async def test_the_streamer_is_none_of_the_two(desk: ClaimDesk) -> None:
    await desk.approve()
    with pytest.raises(OwnClaim):
        await desk.approve(by=STREAMER_ID)


async def test_a_first_approval_leaves_the_way_back_open(desk: ClaimDesk, play: Play) -> None:
    await desk.approve()
    assert (await desk.cancel()).claim.state is ClaimState.CANCELLED
    await play.claim(200)
    await desk.approve(2)
    assert (await desk.reject(2)).claim.state is ClaimState.REJECTED


async def test_where_two_are_wanted_no_more_one_is_enough(desk: ClaimDesk, play: Play) -> None:
    await desk.approve()
    await play.set("claim_two_approvals_from", "0")
    assert (await desk.approve()).claim.state is ClaimState.APPROVED
