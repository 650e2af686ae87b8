"""Large gifts wait for their giver's yes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    AlreadyUsed,
    EconomyClosed,
    KeyConflict,
    NotAStreamer,
    NotEnoughCoins,
    NotYourButton,
    OldButton,
)
from bot.services.catalogue import find_gift
from bot.services.economy import Economy
from bot.services.gift_drafts import DRAFT_SECONDS, GiftDraft
from bot.services.gifts import GiftReceipt
from bot.services.guilds import Person
from tests.conftest import MovableClock
from tests.services.conftest import (
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    STREAMER_ID,
    Play,
    request_of,
)

DRAFT_ID = 500
LARGE = {"gift": "posy", "count": 2, "message": "Brava!", "key": f"gift:{DRAFT_ID}"}


@pytest.fixture
async def asking(play: Play) -> Play:
    """A guild that asks from 100 coins on, and a giver with 1,000."""
    await play.set("confirm_from", "100")
    await play.coins(paid=1_000)
    return play


async def offered(economy: Economy, **values: Any) -> GiftDraft:
    draft = await economy.gift_drafts.offer(request_of(**{**LARGE, **values}), DRAFT_ID)
    assert isinstance(draft, GiftDraft)
    return draft


async def test_a_small_gift_is_sent_at_once(economy: Economy, asking: Play) -> None:
    sent = await economy.gift_drafts.offer(request_of(gift="honeypot"), DRAFT_ID)  # 99 coins
    assert isinstance(sent, GiftReceipt)
    assert await asking.pots(GIVER_ID) == {"paid": 901}


async def test_a_large_gift_waits_as_a_draft(economy: Economy, asking: Play) -> None:
    draft = await offered(economy)
    assert (draft.draft_id, draft.streamer_id, draft.gift) == (
        DRAFT_ID,
        STREAMER_ID,
        find_gift("posy"),
    )
    assert (draft.count, draft.coins, draft.message) == (2, 598, "Brava!")
    assert await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID) == draft
    assert await asking.pots(GIVER_ID) == {"paid": 1_000}


async def test_a_draft_keeps_its_message_as_the_gift_will(economy: Economy, asking: Play) -> None:
    draft = await offered(economy, message="two\nlines \x00")
    assert draft.message == "two lines"
    assert await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID) == draft
    assert await asking.entries() == 1


async def test_a_gift_of_exactly_the_threshold_is_asked_about(
    economy: Economy, asking: Play
) -> None:
    assert (await offered(economy, gift="ladybird", count=10)).coins == 100
    assert await asking.entries() == 1


async def test_the_same_offer_twice_is_one_draft(economy: Economy, asking: Play) -> None:
    drafts = await asyncio.gather(offered(economy), offered(economy))
    assert drafts[0] == drafts[1]
    assert await asking.economy.books.read("SELECT COUNT(*) FROM gift_draft") == [(1,)]


async def test_another_offer_under_a_used_draft_is_a_conflict(
    economy: Economy, asking: Play
) -> None:
    await offered(economy)
    with pytest.raises(KeyConflict):
        await offered(economy, count=3)
    assert await asking.entries() == 1


async def test_a_large_gift_that_cannot_be_paid_is_refused_without_a_question(
    economy: Economy, asking: Play
) -> None:
    with pytest.raises(NotEnoughCoins) as refusal:
        await offered(economy, count=4)
    assert (refusal.value.balance, refusal.value.price) == (1_000, 1_196)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID)
    assert await asking.entries() == 1


async def test_a_gift_against_the_rules_is_refused_without_a_question(
    economy: Economy, asking: Play
) -> None:
    with pytest.raises(NotAStreamer):
        await offered(economy, streamer=Person(21, "Kai"))
    await asking.set("open", "off")
    with pytest.raises(EconomyClosed):
        await offered(economy)


async def test_a_yes_sends_the_gift_and_a_second_yes_is_a_replay(
    economy: Economy, asking: Play
) -> None:
    draft = await offered(economy)
    receipts = await asyncio.gather(*(economy.gift_drafts.send(draft, STREAMER) for _ in range(5)))
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 4
    assert len({replace(receipt, replayed=True) for receipt in receipts}) == 1
    assert receipts[0].message == "Brava!"
    assert await asking.pots(GIVER_ID) == {"paid": 402}


async def test_a_yes_keeps_to_the_rules_of_now(economy: Economy, asking: Play) -> None:
    draft = await offered(economy)
    await asking.gift(gift="posy", count=2)
    with pytest.raises(NotEnoughCoins):
        await economy.gift_drafts.send(draft, STREAMER)
    await economy.guilds.unname_streamer(GUILD_ID, STREAMER_ID)
    with pytest.raises(NotAStreamer):
        await economy.gift_drafts.send(draft, STREAMER)


async def test_after_a_no_there_is_no_yes(economy: Economy, asking: Play) -> None:
    draft = await offered(economy)
    await economy.gift_drafts.discard(draft)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID)
    with pytest.raises(OldButton):
        await economy.gift_drafts.send(draft, STREAMER)
    await economy.gift_drafts.discard(draft)
    assert await asking.pots(GIVER_ID) == {"paid": 1_000}


async def test_after_a_yes_there_is_no_no(economy: Economy, asking: Play) -> None:
    draft = await offered(economy)
    await economy.gift_drafts.send(draft, STREAMER)
    with pytest.raises(AlreadyUsed):
        await economy.gift_drafts.discard(draft)
    assert await asking.pots(GIVER_ID) == {"paid": 402}


async def test_a_draft_is_its_givers_alone(economy: Economy, asking: Play) -> None:
    await offered(economy)
    with pytest.raises(NotYourButton):
        await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, OTHER_GIVER_ID)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID + 1, DRAFT_ID, GIVER_ID)
    assert await asking.entries() == 1


async def test_a_draft_ends_after_a_quarter_of_an_hour(
    economy: Economy, asking: Play, clock: MovableClock
) -> None:
    draft = await offered(economy)
    clock.advance(DRAFT_SECONDS)
    await economy.gift_drafts.purge()
    assert await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID) == draft
    clock.advance(1)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID)
    await economy.gift_drafts.purge()
    assert await asking.economy.books.read("SELECT COUNT(*) FROM gift_draft") == [(0,)]


async def test_a_clock_set_back_does_not_open_a_draft_again(
    economy: Economy, asking: Play, clock: MovableClock
) -> None:
    await offered(economy)
    clock.advance(-1)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID, DRAFT_ID, GIVER_ID)
    assert await asking.entries() == 1
