"""The states of a claim: every step that is legal, and every one that is not."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.errors import (
    ClaimMoved,
    ClaimNotFound,
    KeyConflict,
    NotYourButton,
    OwnClaim,
    ReasonMissing,
)
from bot.services.claim import ClaimStepped
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play

Step = Callable[..., Awaitable[ClaimStepped]]


class Steps:
    """Each step by its name, taken by whoever usually takes it."""

    def __init__(self, economy: Economy) -> None:
        self._claims = economy.claims

    async def approve(self, key: str, by: int = ADMIN_ID, claim_id: int = 1) -> ClaimStepped:
        return await self._claims.approve(
            guild_id=GUILD_ID, key=key, admin_id=by, claim_id=claim_id
        )

    async def reject(
        self, key: str, by: int = ADMIN_ID, claim_id: int = 1, words: str = "sorry"
    ) -> ClaimStepped:
        return await self._claims.reject(
            guild_id=GUILD_ID, key=key, admin_id=by, claim_id=claim_id, reason=words
        )

    async def pay(
        self, key: str, by: int = ADMIN_ID, claim_id: int = 1, words: str = "transfer 5"
    ) -> ClaimStepped:
        return await self._claims.mark_paid(
            guild_id=GUILD_ID, key=key, admin_id=by, claim_id=claim_id, reference=words
        )

    async def cancel(self, key: str, by: int = STREAMER_ID, claim_id: int = 1) -> ClaimStepped:
        return await self._claims.cancel(
            guild_id=GUILD_ID, key=key, streamer_id=by, claim_id=claim_id
        )

    def named(self, name: str) -> Step:
        return getattr(self, name)


@pytest.fixture
async def steps(economy: Economy, play: Play) -> Steps:
    """A guild with one claim for 200 of 500 diamonds."""
    await play.diamonds(500)
    await play.claim(200, key="claim:1")
    return Steps(economy)


REQUESTED, APPROVED, PAID, REJECTED, CANCELLED = (
    {"diamonds": 300, "claimed": 200},
    {"diamonds": 300, "claimed": 200},
    {"diamonds": 300},
    {"diamonds": 500},
    {"diamonds": 500},
)
LEGAL: list[tuple[list[str], dict[str, int], ClaimState, str]] = [
    ([], REQUESTED, ClaimState.REQUESTED, ""),
    (["approve"], APPROVED, ClaimState.APPROVED, ""),
    (["approve", "pay"], PAID, ClaimState.PAID, "transfer 5"),
    (["reject"], REJECTED, ClaimState.REJECTED, "sorry"),
    (["approve", "reject"], REJECTED, ClaimState.REJECTED, "sorry"),
    (["cancel"], CANCELLED, ClaimState.CANCELLED, ""),
]
ILLEGAL: list[tuple[list[str], str, ClaimState]] = [
    ([], "pay", ClaimState.REQUESTED),
    (["approve"], "approve", ClaimState.APPROVED),
    (["approve"], "cancel", ClaimState.APPROVED),
    *(
        (path, step, state)
        for path, state in (
            (["approve", "pay"], ClaimState.PAID),
            (["reject"], ClaimState.REJECTED),
            (["approve", "reject"], ClaimState.REJECTED),
            (["cancel"], ClaimState.CANCELLED),
        )
        for step in ("approve", "reject", "pay", "cancel")
    ),
]


@pytest.mark.parametrize(("path", "pots", "state", "note"), LEGAL)
async def test_a_legal_path_leads_to_its_state(
    economy: Economy,
    play: Play,
    steps: Steps,
    path: list[str],
    pots: dict[str, int],
    state: ClaimState,
    note: str,
) -> None:
    for name in path:
        stepped = await steps.named(name)(f"step:{name}")
        assert not stepped.replayed
        assert (stepped.claim.claim_id, stepped.claim.diamonds) == (1, 200)
    claim = await economy.claims.find(GUILD_ID, 1)
    assert (claim.state, claim.note) == (state, note)
    assert await play.pots(STREAMER_ID) == pots
    paid_out = (await play.pots(0)).get("paid_out", 0)
    assert paid_out == (200 if state is ClaimState.PAID else 0)


@pytest.mark.parametrize(("path", "step", "state"), ILLEGAL)
async def test_an_illegal_step_changes_nothing(
    economy: Economy, play: Play, steps: Steps, path: list[str], step: str, state: ClaimState
) -> None:
    for name in path:
        await steps.named(name)(f"step:{name}")
    before = (await economy.claims.find(GUILD_ID, 1), await play.entries())
    with pytest.raises(ClaimMoved) as refusal:
        await steps.named(step)("step:illegal")
    assert (refusal.value.claim, refusal.value.state) == (1, state)
    assert (await economy.claims.find(GUILD_ID, 1), await play.entries()) == before


@pytest.mark.parametrize("state", ["sending", "failed"])
@pytest.mark.parametrize("step", ["approve", "reject", "pay", "cancel"])
async def test_a_claim_that_a_provider_handles_takes_no_step_by_hand(
    play: Play, steps: Steps, second: sqlite3.Connection, state: str, step: str
) -> None:
    second.execute("UPDATE claim SET state = ?", (state,))
    with pytest.raises(ClaimMoved) as refusal:
        await steps.named(step)("step:1")
    assert refusal.value.state == state
    assert await play.entries() == 2


@pytest.mark.parametrize("step", ["approve", "reject", "pay", "cancel"])
async def test_there_is_no_step_of_a_claim_that_is_not_there(steps: Steps, step: str) -> None:
    with pytest.raises(ClaimNotFound):
        await steps.named(step)("step:1", claim_id=2)


@pytest.mark.parametrize("step", ["approve", "reject", "pay"])
async def test_nobody_handles_the_own_claim(economy: Economy, steps: Steps, step: str) -> None:
    if step == "pay":
        await steps.approve("step:0")
    before = await economy.claims.find(GUILD_ID, 1)
    with pytest.raises(OwnClaim):
        await steps.named(step)("step:1", by=STREAMER_ID)
    assert await economy.claims.find(GUILD_ID, 1) == before


@pytest.mark.parametrize("by", [ADMIN_ID, 21])
async def test_nobody_cancels_anothers_claim(economy: Economy, steps: Steps, by: int) -> None:
    with pytest.raises(NotYourButton):
        await steps.cancel("step:1", by=by)
    assert (await economy.claims.find(GUILD_ID, 1)).state is ClaimState.REQUESTED


@pytest.mark.parametrize("words", ["", "   ", "x" * 201])
async def test_a_rejection_and_a_payment_need_words(
    economy: Economy, steps: Steps, words: str
) -> None:
    with pytest.raises(ReasonMissing):
        await steps.reject("step:1", words=words)
    await steps.approve("step:2")
    with pytest.raises(ReasonMissing):
        await steps.pay("step:3", words=words)
    assert (await economy.claims.find(GUILD_ID, 1)).state is ClaimState.APPROVED


@pytest.mark.parametrize(("path", "pots", "state", "note"), LEGAL[1:])
async def test_each_step_many_times_at_once_is_taken_once(
    economy: Economy,
    play: Play,
    steps: Steps,
    path: list[str],
    pots: dict[str, int],
    state: ClaimState,
    note: str,
) -> None:
    heard: list[ClaimStepped] = []
    economy.books.listen(ClaimStepped, heard.append)
    for name in path:
        stepped = await asyncio.gather(*(steps.named(name)(f"step:{name}") for _ in range(5)))
        assert [each.replayed for each in stepped] == [False] + [True] * 4
        assert {replace(each, replayed=True) for each in stepped} == {stepped[-1]}
    assert len(heard) == len(path)
    claim = await economy.claims.find(GUILD_ID, 1)
    assert (claim.state, claim.note) == (state, note)
    assert await play.pots(STREAMER_ID) == pots


async def test_two_admins_at_once_are_one_approval(steps: Steps) -> None:
    answers = await asyncio.gather(
        steps.approve("step:1", by=ADMIN_ID),
        steps.approve("step:2", by=OTHER_ADMIN_ID),
        return_exceptions=True,
    )
    assert isinstance(answers[0], ClaimStepped)
    assert isinstance(answers[1], ClaimMoved)


async def test_paying_and_rejecting_at_once_moves_the_diamonds_once(
    play: Play, steps: Steps
) -> None:
    await steps.approve("step:0")
    answers = await asyncio.gather(
        steps.pay("step:1"), steps.reject("step:2"), steps.cancel("step:3"), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ClaimStepped, ClaimMoved, ClaimMoved]
    assert await play.pots(STREAMER_ID) == {"diamonds": 300}


async def test_a_late_replay_of_a_step_moves_nothing(play: Play, steps: Steps) -> None:
    await steps.approve("step:1")
    await steps.pay("step:2")
    before = await play.entries()
    again = await steps.approve("step:1")
    assert again.replayed
    assert again.claim.state is ClaimState.PAID  # as it stands now
    assert await play.entries() == before


@pytest.mark.parametrize(
    ("step", "values"),
    [
        ("reject", {"words": "other words"}),
        ("reject", {"by": OTHER_ADMIN_ID}),
        ("approve", {}),
        ("cancel", {}),
        ("reject", {"claim_id": 2}),
    ],
)
async def test_another_step_under_a_used_key_is_a_conflict(
    play: Play, steps: Steps, step: str, values: dict[str, object]
) -> None:
    await play.claim(100)
    await steps.reject("step:1")
    before = await play.entries()
    with pytest.raises(KeyConflict):
        await steps.named(step)("step:1", **values)
    assert await play.entries() == before


async def test_every_step_says_who_when_and_why(
    economy: Economy, steps: Steps, clock: MovableClock
) -> None:
    began = clock.now
    clock.advance(60)
    await steps.approve("step:1", by=OTHER_ADMIN_ID)
    clock.advance(60)
    await steps.pay("step:2", words="  transfer 7 ")
    rows = await economy.books.read(
        "SELECT step, key, state, actor_id, taken_at, note, entry_id FROM claim_step"
    )
    assert rows == [
        (1, "claim:1", "requested", STREAMER_ID, began, "", 2),
        (2, "step:1", "approved", OTHER_ADMIN_ID, began + 60, "", None),
        (3, "step:2", "paid", ADMIN_ID, began + 120, "transfer 7", 3),
    ]
    assert await economy.books.read("SELECT kind, note FROM entry WHERE entry_id = 3") == [
        ("claim_paid", "transfer 7")
    ]
