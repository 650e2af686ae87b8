"""What a streamer is told of a claim: each change once, in the transaction that makes it."""

import json
from typing import Any

import pytest

from bot.errors import ClaimMoved
from bot.services.economy import Economy
from tests.services.claiming import ClaimDesk
from tests.services.conftest import ADMIN_ID, OTHER_ADMIN_ID, STREAMER_ID, Play
from tests.services.paid import Paid


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """A guild where a diamond is worth two cents; the streamer has 1,000."""
    await Paid(economy).begin()
    await play.set("diamond_value_minor", "2")
    await play.diamonds(1_000)
    return ClaimDesk(economy, play)


async def letters(economy: Economy) -> list[tuple[str, dict[str, Any]]]:
    """Return the letters to the streamer, and see that nobody else has one."""
    rows = await economy.books.read("SELECT member_id, kind, facts FROM letter ORDER BY letter_id")
    assert {row[0] for row in rows} <= {STREAMER_ID}
    return [(kind, json.loads(facts)) for _, kind, facts in rows]


async def test_approved_and_paid_in_parts_with_references(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(200)
    await desk.approve()
    await desk.pay(150, reference="one")
    await desk.pay(reference="two")
    told = await letters(economy)
    assert [kind for kind, _ in told] == ["claim_approved", "claim_part_paid", "claim_paid"]
    names = ("diamonds", "amount_minor", "note", "left_diamonds")
    assert [tuple(facts[name] for name in names) for _, facts in told] == [
        (200, 400, "", 200),
        (150, 300, "one", 50),
        (50, 100, "two", 0),
    ]
    assert {(facts["claim_id"], facts["currency"]) for _, facts in told} == {(1, "EUR")}


async def test_a_rejection_tells_why_and_what_came_back(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(200)
    await desk.approve()
    await desk.pay(150)
    await desk.reject(reason="wrong account")
    kind, facts = (await letters(economy))[-1]
    assert (kind, facts["note"], facts["diamonds"]) == ("claim_rejected", "wrong account", 50)


async def test_a_provider_that_says_no_is_told_with_its_reason(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    for claim_id in (1, 2, 3):
        await play.claim(100)
        await desk.approve(claim_id)
    await desk.pay()
    await desk.begin(claim_id=2)
    await desk.fail(2)
    await desk.begin(60, claim_id=3)
    await desk.sent(3)
    await desk.begin(claim_id=3)
    await desk.sent(3)
    told = (await letters(economy))[4:]
    assert [(kind, facts["note"], facts["diamonds"]) for kind, facts in told] == [
        ("claim_failed", "no account", 100),
        ("claim_part_paid", "tr_1", 60),
        ("claim_paid", "tr_1", 40),
    ]


async def test_what_a_bank_sent_back_is_told_with_its_reason(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(100)
    await desk.approve()
    await desk.bounce()
    kind, facts = (await letters(economy))[-1]
    assert (kind, facts["note"], facts["diamonds"]) == ("claim_failed", "came back", 100)


async def test_nobody_is_told_of_their_own_steps_or_of_a_first_approval(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.set("claim_two_approvals_from", "200")
    await play.claim(200)
    await desk.approve(by=ADMIN_ID)
    assert await letters(economy) == []
    await desk.approve(by=OTHER_ADMIN_ID)
    await play.claim(100)
    await desk.cancel(2)
    assert [kind for kind, _ in await letters(economy)] == ["claim_approved"]


async def test_what_did_not_happen_is_not_told(
    desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    await play.claim(200)
    await desk.approve(key="a")
    await desk.approve(key="a")
    with pytest.raises(ClaimMoved):
        await desk.approve()
    assert len(await letters(economy)) == 1
