"""A claim paid in parts: all together are the claim, and what no part paid can go back."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claim_errors import PartOutOfBounds
from bot.errors import ClaimMoved, ClaimOverDayLimit, KeyConflict
from bot.ledger.audit import audit
from bot.services.claim import Claim, ClaimStepped
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from tests.services.claiming import ClaimDesk
from tests.services.conftest import GUILD_ID, STREAMER_ID, Play


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A guild with one approved claim for 200 of 500 diamonds."""
    await play.diamonds(500)
    await play.claim(200)
    desk = ClaimDesk(economy, play)
    await desk.approve()
    return desk


async def test_a_claim_stays_approved_until_all_of_it_is_paid(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    heard: list[ClaimStepped] = []
    economy.books.listen(ClaimStepped, heard.append)
    part = await desk.pay(150, reference="one")
    assert (part.claim.state, part.action) == (ClaimState.APPROVED, ClaimAction.PAY_PART)
    assert (part.claim.parts, part.claim.left_diamonds) == (1, 50)
    assert await play.pots(STREAMER_ID) == {"diamonds": 300, "claimed": 50}
    rest = await desk.pay(reference="two")
    assert (rest.claim.state, rest.action) == (ClaimState.PAID, ClaimAction.PAY)
    assert (rest.claim.parts, rest.claim.left_diamonds) == (2, 0)
    assert await play.pots(STREAMER_ID) == {"diamonds": 300}
    assert heard == [part, rest]
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_a_part_as_large_as_what_is_left_is_the_last(desk: ClaimDesk) -> None:
    assert (await desk.pay(199)).claim.state is ClaimState.APPROVED
    assert (await desk.pay(1)).claim.state is ClaimState.PAID
    with pytest.raises(ClaimMoved):
        await desk.pay(1)


@pytest.mark.parametrize("diamonds", [0, -1, 51, 10**15])
async def test_no_part_is_larger_than_what_is_left(desk: ClaimDesk, diamonds: int) -> None:
    await desk.pay(150)
    with pytest.raises(PartOutOfBounds) as refusal:
        await desk.pay(diamonds)
    assert (refusal.value.left, refusal.value.asked) == (50, diamonds)


async def test_rejecting_what_is_left_gives_only_that_back(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await desk.pay(150)
    assert (await desk.reject()).claim.state is ClaimState.REJECTED
    assert await play.pots(STREAMER_ID) == {"diamonds": 350}
    assert (await play.pots(0))["paid_out"] == 150
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_what_parts_paid_is_paid_out_whatever_became_of_the_rest(
    desk: ClaimDesk, economy: Economy
) -> None:
    await desk.pay(150)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.paid_out_diamonds == 150
    await desk.reject()
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.paid_out_diamonds == 150


async def test_what_a_part_paid_counts_towards_the_days_limit_for_good(
    desk: ClaimDesk, play: Play
) -> None:
    await play.set("claim_most_per_day", "300")
    await desk.pay(150)
    await desk.reject()
    with pytest.raises(ClaimOverDayLimit) as refusal:
        await play.claim(151)
    assert refusal.value.left == 150


async def test_a_part_under_one_key_is_one_part(desk: ClaimDesk, play: Play) -> None:
    await desk.pay(150, key="part")
    before = await play.entries()
    again = await desk.pay(150, key="part")
    assert (again.replayed, again.action) == (True, ClaimAction.PAY_PART)
    with pytest.raises(KeyConflict):
        await desk.pay(149, key="part")
    with pytest.raises(KeyConflict):
        await desk.pay(150, key="part", reference="another")
    assert await play.entries() == before


@given(
    st.integers(0, 10**15),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
)
def test_however_a_claim_is_parted_its_parts_add_up_to_its_worth(
    amount_minor: int, parts: Sequence[int]
) -> None:
    paid_diamonds = paid_minor = 0
    for diamonds in parts:
        claim = Claim(
            1,
            1,
            1,
            sum(parts),
            ClaimState.APPROVED,
            0,
            amount_minor=amount_minor,
            paid_diamonds=paid_diamonds,
            paid_minor=paid_minor,
        )
        part_minor = claim.part_minor(diamonds)
        assert 0 <= part_minor <= amount_minor
        paid_diamonds += diamonds
        paid_minor += part_minor
    assert paid_minor == amount_minor
