"""Taking a gift back: soon, by its giver, before its coins were converted, once."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import NotYourButton, OldButton, UndoConverted, UndoTooLate
from bot.services.economy import Economy
from bot.services.gift_undos import UNDO_SECONDS, GiftUndone
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, STREAMER_ID, Play


async def test_a_gift_goes_back_to_where_each_coin_came_from(economy: Economy, play: Play) -> None:
    await play.set("fee_percent", "10")
    await play.coins(paid=100, bonus=20)
    gift = await play.gift(gift="sunflower")
    assert await play.pots(GIVER_ID) == {"paid": 71}
    undone = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    assert undone == GiftUndone(GUILD_ID, gift.entry_id, gift.entry_id + 1, 49, replayed=False)
    assert await play.pots(GIVER_ID) == {"paid": 100, "bonus": 20}
    assert await play.pots(STREAMER_ID) == {}
    assert await play.pots(0) == {"sold": -100, "granted": -20}


async def test_undoing_many_times_at_once_is_once(economy: Economy, play: Play) -> None:
    heard: list[GiftUndone] = []
    economy.books.listen(GiftUndone, heard.append)
    await play.coins(paid=10)
    await play.gift()
    gift = await play.gift()
    undone = await asyncio.gather(
        *(economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id) for _ in range(5))
    )
    assert sorted(each.replayed for each in undone) == [False] + [True] * 4
    assert len({replace(each, replayed=True) for each in undone}) == 1
    assert heard == [each for each in undone if not each.replayed]
    assert await play.pots(GIVER_ID) == {"paid": 9}


async def test_a_gift_can_be_taken_back_for_30_seconds(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=10)
    first, second = await play.gift(), await play.gift()
    clock.advance(UNDO_SECONDS)
    undone = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, first.entry_id)
    clock.advance(1)
    with pytest.raises(UndoTooLate):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, second.entry_id)
    again = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, first.entry_id)
    assert again == replace(undone, replayed=True)
    assert await play.pots(GIVER_ID) == {"paid": 9}


async def test_a_clock_set_back_does_not_open_the_time_again(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=10)
    gift = await play.gift()
    clock.advance(-1)
    with pytest.raises(UndoTooLate):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)


async def test_nobody_takes_back_anothers_gift(economy: Economy, play: Play) -> None:
    await play.coins(paid=10)
    gift = await play.gift()
    for other in (OTHER_GIVER_ID, STREAMER_ID):
        with pytest.raises(NotYourButton):
            await economy.gift_undos.undo(GUILD_ID, other, gift.entry_id)
    assert await play.pots(STREAMER_ID) == {"earned_paid": 1}


@pytest.mark.parametrize("entry_id", [1, 99])
async def test_what_is_no_gift_cannot_be_taken_back(
    economy: Economy, play: Play, entry_id: int
) -> None:
    await play.coins(paid=10)
    with pytest.raises(OldButton):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, entry_id)


async def test_an_undo_cannot_be_undone(economy: Economy, play: Play) -> None:
    await play.coins(paid=10)
    gift = await play.gift()
    undone = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    with pytest.raises(OldButton):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, undone.undo_id)


async def test_a_gift_whose_coins_were_converted_stays(economy: Economy, play: Play) -> None:
    await play.coins(paid=100)
    gift = await play.gift(gift="sunflower")
    await play.convert(1)
    with pytest.raises(UndoConverted):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    assert await play.pots(GIVER_ID) == {"paid": 51}


async def test_a_gift_goes_back_when_only_other_coins_were_converted(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=5)
    await play.coins(paid=100)
    gift = await play.gift(gift="sunflower")
    await play.convert(5)
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    assert await play.pots(GIVER_ID) == {"paid": 100}


async def test_converting_and_undoing_at_once_never_pays_twice(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=49)
    gift = await play.gift(gift="sunflower")
    answers = await asyncio.gather(
        play.convert(),
        economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id),
        return_exceptions=True,
    )
    assert isinstance(answers[1], UndoConverted)
    assert await play.pots(STREAMER_ID) == {"diamonds": 49}
    assert await play.pots(GIVER_ID) == {}


async def test_coins_that_came_later_do_not_stand_in_for_those_that_were_converted(
    economy: Economy, play: Play
) -> None:
    """What came later may be somebody's share, or go back to who bought it."""
    await play.coins(paid=120)
    gift = await play.gift(gift="petal", count=60)
    await play.convert()
    later = await play.gift(gift="petal", count=60)
    with pytest.raises(UndoConverted):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, later.entry_id)
    assert await play.pots(STREAMER_ID) == {"diamonds": 60}
