"""Claims: what may be asked for, and how the lists of them are read."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import (
    AmountOutOfBounds,
    ClaimNotFound,
    ClaimOverDayLimit,
    ClaimTooLarge,
    ClaimTooSmall,
    EconomyClosed,
    KeyConflict,
    NotEnoughDiamonds,
)
from bot.services.claim import Claim, ClaimStepped
from bot.services.claim_queue import QUEUE_PAGE
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.claims import OWN_CLAIMS
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GUILD_ID, STREAMER_ID, Play


async def reject(economy: Economy, play: Play, claim_id: int) -> None:
    await economy.claims.reject(
        guild_id=GUILD_ID, key=play.key(), admin_id=ADMIN_ID, claim_id=claim_id, reason="no"
    )


async def test_a_claim_locks_its_diamonds(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.diamonds(500)
    stepped = await play.claim(200)
    claim = Claim(
        guild_id=GUILD_ID,
        claim_id=1,
        streamer_id=STREAMER_ID,
        diamonds=200,
        state=ClaimState.REQUESTED,
        requested_at=clock.now,
        requested_by=STREAMER_ID,
        stepped_at=clock.now,
        step=1,
        is_first=True,
    )
    assert stepped == ClaimStepped(claim, ClaimAction.REQUEST, 2, replayed=False)
    assert await play.pots(STREAMER_ID) == {"diamonds": 300, "claimed": 200}
    assert await economy.claims.find(GUILD_ID, 1) == claim


async def test_claims_are_numbered_in_each_guild(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    assert [(await play.claim(100)).claim.claim_id for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ClaimNotFound) as refusal:
        await economy.claims.find(GUILD_ID + 1, 1)
    assert refusal.value.claim == 1


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (0, AmountOutOfBounds),
        (-1, AmountOutOfBounds),
        (10**15 + 1, AmountOutOfBounds),
        (99, ClaimTooSmall),
        (501, NotEnoughDiamonds),
        (10**15, NotEnoughDiamonds),
    ],
)
async def test_a_claim_against_the_rules_locks_nothing(
    play: Play, asked: int, error: type[Exception]
) -> None:
    await play.diamonds(500)
    with pytest.raises(error):
        await play.claim(asked)
    assert await play.pots(STREAMER_ID) == {"diamonds": 500}


async def test_a_claim_needs_the_least_that_the_guild_set(play: Play) -> None:
    await play.set("claim_least", "150")
    await play.diamonds(500)
    with pytest.raises(ClaimTooSmall) as refusal:
        await play.claim(149)
    assert (refusal.value.least, refusal.value.asked) == (150, 149)
    assert (await play.claim(150)).claim.diamonds == 150


async def test_a_closed_economy_takes_no_claim(play: Play) -> None:
    await play.diamonds(500)
    await play.set("open", "off")
    with pytest.raises(EconomyClosed):
        await play.claim(200)


async def test_a_claim_without_a_number_is_for_all_there_is(play: Play) -> None:
    await play.diamonds(500)
    assert (await play.claim()).claim.diamonds == 500
    with pytest.raises(ClaimTooSmall) as refusal:
        await play.claim()
    assert refusal.value.asked == 0


async def test_a_claim_without_a_number_is_for_as_much_as_the_day_allows(play: Play) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(500)
    assert (await play.claim()).claim.diamonds == 300
    with pytest.raises(ClaimOverDayLimit) as refusal:
        await play.claim()
    assert (refusal.value.most, refusal.value.left) == (300, 0)


@pytest.mark.parametrize("claimed", [250, 300])
async def test_a_claim_without_a_number_when_the_day_is_nearly_used_up_names_the_day(
    play: Play, clock: MovableClock, claimed: int
) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(1_000)
    await play.claim(claimed)
    with pytest.raises(ClaimOverDayLimit) as refusal:
        await play.claim()
    assert (refusal.value.left, refusal.value.frees_at) == (300 - claimed, clock.now + DAY_SECONDS)


async def test_a_claim_over_the_limit_by_itself_is_told_the_limit(play: Play) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(500)
    with pytest.raises(ClaimTooLarge) as refusal:
        await play.claim(301)
    assert refusal.value.most == 300


async def test_the_days_limit_is_over_any_24_hours(play: Play, clock: MovableClock) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(1_000)
    first_at = clock.now
    await play.claim(200)
    clock.advance(3_600)
    await play.claim(100)
    for seconds in (0, DAY_SECONDS - 3_600 - 1):
        clock.advance(seconds)
        with pytest.raises(ClaimOverDayLimit) as refusal:
            await play.claim(100)
        assert (refusal.value.left, refusal.value.frees_at) == (0, first_at + DAY_SECONDS)
    clock.advance(1)
    assert clock.now == refusal.value.frees_at
    with pytest.raises(ClaimOverDayLimit) as refusal:
        await play.claim(201)
    assert (refusal.value.left, refusal.value.frees_at) == (200, clock.now + 3_600)
    assert (await play.claim(200)).claim.diamonds == 200


async def test_claims_given_back_do_not_count_towards_the_limit(
    economy: Economy, play: Play
) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(1_000)
    await play.claim(300)
    await reject(economy, play, 1)
    await play.claim(300)
    await economy.claims.cancel(
        guild_id=GUILD_ID, key=play.key(), streamer_id=STREAMER_ID, claim_id=2
    )
    assert (await play.claim(300)).claim.diamonds == 300


async def test_each_streamer_and_each_guild_has_a_limit_of_its_own(
    economy: Economy, play: Play
) -> None:
    await play.set("claim_most_per_day", "300")
    for streamer_id in (STREAMER_ID, 21):
        await play.diamonds(300, streamer_id)
        await play.claim(300, streamer_id=streamer_id)
    assert len((await economy.claims.queue(GUILD_ID)).claims) == 2


async def test_many_claims_at_once_stay_within_the_limit(play: Play) -> None:
    await play.set("claim_most_per_day", "300")
    await play.diamonds(1_000)
    answers = await asyncio.gather(*(play.claim(100) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, ClaimStepped) for answer in answers) == 3
    assert sum(isinstance(answer, ClaimOverDayLimit) for answer in answers) == 5
    assert await play.pots(STREAMER_ID) == {"diamonds": 700, "claimed": 300}


@pytest.mark.parametrize("asked", [200, None])
async def test_the_same_request_many_times_at_once_is_one_claim(
    economy: Economy, play: Play, asked: int | None
) -> None:
    heard: list[ClaimStepped] = []
    economy.books.listen(ClaimStepped, heard.append)
    await play.diamonds(500)
    stepped = await asyncio.gather(*(play.claim(asked, key="claim:1") for _ in range(5)))
    assert [each.replayed for each in stepped] == [False] + [True] * 4
    assert {replace(each, replayed=True) for each in stepped} == {stepped[-1]}
    assert heard == stepped[:1]
    assert len(await economy.claims.own(GUILD_ID, STREAMER_ID)) == 1


@pytest.mark.parametrize(
    ("first", "then"), [(200, 300), (200, None), (None, 200), (None, 500), (500, None)]
)
async def test_another_amount_under_a_used_key_is_a_conflict(
    play: Play, first: int | None, then: int | None
) -> None:
    await play.diamonds(500)
    await play.claim(first, key="claim:1")
    before = await play.entries()
    with pytest.raises(KeyConflict):
        await play.claim(then, key="claim:1")
    assert await play.entries() == before


async def test_anothers_claim_under_a_used_key_is_a_conflict(play: Play) -> None:
    for streamer_id in (STREAMER_ID, 21):
        await play.diamonds(500, streamer_id)
    await play.claim(200, key="claim:1")
    with pytest.raises(KeyConflict):
        await play.claim(200, key="claim:1", streamer_id=21)


async def test_a_key_that_took_a_step_cannot_request(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    await play.claim(200)
    await economy.claims.approve(guild_id=GUILD_ID, key="x", admin_id=ADMIN_ID, claim_id=1)
    with pytest.raises(KeyConflict):
        await play.claim(200, key="x")


async def test_own_claims_are_the_latest_newest_first(economy: Economy, play: Play) -> None:
    await play.diamonds(10_000)
    await play.diamonds(500, 21)
    await play.claim(100, streamer_id=21)
    for _ in range(OWN_CLAIMS + 2):
        await play.claim(100)
    await reject(economy, play, OWN_CLAIMS + 3)
    own = await economy.claims.own(GUILD_ID, STREAMER_ID)
    assert [claim.claim_id for claim in own] == list(range(OWN_CLAIMS + 3, 3, -1))
    assert (own[0].state, own[0].note) == (ClaimState.REJECTED, "no")
    assert await economy.claims.own(GUILD_ID, 99) == ()


async def test_the_queue_is_read_by_pages_forwards_and_backwards(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(10_000)
    last = 2 * QUEUE_PAGE + 2
    for _ in range(last):
        await play.claim(100)
    await reject(economy, play, 2)  # closed claims are on no page
    pages = [await economy.claims.queue(GUILD_ID)]
    while (newer := pages[-1].newer) is not None:
        pages.append(await economy.claims.queue(GUILD_ID, after=newer))
    seen = [[claim.claim_id for claim in page.claims] for page in pages]
    middle = QUEUE_PAGE + 2
    assert seen == [[1, *range(3, middle)], [*range(middle, last)], [last]]
    assert pages[0].older is None
    back = [pages[-1]]
    while (older := back[-1].older) is not None:
        back.append(await economy.claims.queue(GUILD_ID, after=older))
    assert back == pages[::-1]


async def test_a_page_whose_claims_were_handled_gives_way_to_the_first(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(10_000)
    for _ in range(QUEUE_PAGE + 1):
        await play.claim(100)
    await reject(economy, play, QUEUE_PAGE + 1)
    page = await economy.claims.queue(GUILD_ID, after=QUEUE_PAGE)
    assert page == await economy.claims.queue(GUILD_ID)
    assert len(page.claims) == QUEUE_PAGE


async def test_of_others_claims_nobody_finds_any_among_their_own(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(500)
    claim = (await play.claim(200)).claim
    assert await economy.claims.find_own(GUILD_ID, STREAMER_ID, 1) == claim
    assert claim.is_open
    for streamer_id, claim_id in ((21, 1), (STREAMER_ID, 2)):
        with pytest.raises(ClaimNotFound):
            await economy.claims.find_own(GUILD_ID, streamer_id, claim_id)
    await reject(economy, play, 1)
    assert not (await economy.claims.find(GUILD_ID, 1)).is_open
