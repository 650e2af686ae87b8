"""Approving many claims at once, and claims for those who left."""

import pytest

from bot.claim_errors import ClaimantFrozen, OwnRequest, StillMember
from bot.errors import (
    ClaimMoved,
    ClaimNotFound,
    ClaimTooSmall,
    KeyConflict,
    NotYourButton,
    OwnClaim,
    ReasonMissing,
)
from bot.services.claim import ClaimStepped
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.freezes import freeze_for_dispute
from bot.services.guilds import Person
from tests.services.claiming import ClaimDesk
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play

GONE = Person(STREAMER_ID, "", is_member=False)


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A streamer with 1,000 diamonds."""
    await play.diamonds(1_000)
    return ClaimDesk(economy, play)


async def ask_for(
    economy: Economy,
    *,
    key: str = "for",
    by: int = ADMIN_ID,
    streamer: Person = GONE,
    reason: str = "by mail",
) -> ClaimStepped:
    return await economy.claims.request_for(
        guild_id=GUILD_ID, key=key, admin_id=by, streamer=streamer, reason=reason
    )


async def test_many_approvals_are_each_their_own_and_leave_out_what_moved(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    for _ in range(4):
        await play.claim(100)
    await desk.cancel(2)
    offered = await economy.payout_desk.approvable(GUILD_ID, ADMIN_ID, (1, 2, 3, 9))
    assert [claim.claim_id for claim in offered] == [1, 3]
    for _ in range(2):
        batch = await economy.payout_desk.approve_shown(
            guild_id=GUILD_ID, key="batch", admin_id=ADMIN_ID, claim_ids=(1, 2, 3, 9)
        )
        assert [step.claim.claim_id for step in batch.stepped] == [1, 3]
        assert [(claim_id, type(why)) for claim_id, why in batch.left_out] == [
            (2, ClaimMoved),
            (9, ClaimNotFound),
        ]
    assert (await desk.find(4)).state is ClaimState.REQUESTED


async def test_nobody_is_offered_their_own_claim_to_approve(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(100)
    assert desk
    assert await economy.payout_desk.approvable(GUILD_ID, STREAMER_ID, (1,)) == ()
    await ask_for(economy)
    offered = await economy.payout_desk.approvable(GUILD_ID, ADMIN_ID, (1, 2))
    assert [claim.claim_id for claim in offered] == [1]


async def test_all_that_is_owed_is_claimed_for_whoever_left(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    stepped = await ask_for(economy, reason="  by mail ")
    claim = stepped.claim
    assert (claim.diamonds, claim.requested_by, claim.note) == (1_000, ADMIN_ID, "by mail")
    assert await play.pots(STREAMER_ID) == {"claimed": 1_000}
    assert (await ask_for(economy)).replayed
    with pytest.raises(KeyConflict):
        await ask_for(economy, reason="otherwise")
    with pytest.raises(KeyConflict):
        await ask_for(economy, by=OTHER_ADMIN_ID)
    with pytest.raises(OwnRequest):
        await desk.approve(by=ADMIN_ID)
    await desk.approve(by=OTHER_ADMIN_ID)
    assert (await desk.pay(by=ADMIN_ID)).claim.state is ClaimState.PAID


async def test_only_its_streamer_takes_such_a_claim_back(desk: ClaimDesk, economy: Economy) -> None:
    await ask_for(economy)
    with pytest.raises(NotYourButton):
        await desk.cancel(by=ADMIN_ID)
    assert (await desk.cancel()).claim.state is ClaimState.CANCELLED


async def test_nobody_is_claimed_for_who_can_do_it(desk: ClaimDesk, economy: Economy) -> None:
    assert desk
    with pytest.raises(StillMember) as refusal:
        await ask_for(economy, streamer=Person(STREAMER_ID, "Luna"))
    assert refusal.value.name == "Luna"
    with pytest.raises(OwnClaim):
        await ask_for(economy, by=STREAMER_ID)
    with pytest.raises(ReasonMissing):
        await ask_for(economy, reason=" ")
    with pytest.raises(ClaimTooSmall):
        await ask_for(economy, streamer=Person(99, "", is_member=False))


async def test_nothing_is_claimed_for_whoever_left_with_a_dispute(
    desk: ClaimDesk, economy: Economy
) -> None:
    assert desk
    await economy.books.do(
        lambda connection: freeze_for_dispute(connection, GUILD_ID, STREAMER_ID, 5, 1)
    )
    with pytest.raises(ClaimantFrozen):
        await ask_for(economy)
