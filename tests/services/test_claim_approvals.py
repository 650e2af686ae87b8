"""Who approves a claim: never its streamer, and two admins where the guild wants that."""

import asyncio

import pytest

from bot.claim_errors import ApprovedByYou
from bot.errors import ClaimMoved, OwnClaim
from bot.services.claim import ClaimStepped
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.economy import Economy
from tests.services.claiming import ClaimDesk
from tests.services.conftest import ADMIN_ID, OTHER_ADMIN_ID, STREAMER_ID, Play


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A guild that wants two approvals from 200 diamonds on, with a claim for so many."""
    await play.set("claim_two_approvals_from", "200")
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


async def test_a_smaller_claim_needs_one(desk: ClaimDesk, play: Play) -> None:
    await play.claim(199)
    assert (await desk.approve(2)).claim.state is ClaimState.APPROVED


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
