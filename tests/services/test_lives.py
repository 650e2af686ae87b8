"""Lives: one at a time, of at most a day and of one season, once for each intent."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import EconomyClosed, KeyConflict, NotAStreamerYourself
from bot.ledger.books import Books
from bot.live_errors import LiveEndedItself, LiveRuns, LiveTitleTooLong, NotLive
from bot.services.economy import Economy
from bot.services.guilds import Person
from bot.services.live_rows import MOST_LIVE_SECONDS, Live
from bot.services.lives import MOST_TITLE_CHARACTERS, LiveEnded, LiveStarted
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER, GUILD_ID, STREAMER, STREAMER_ID, Play
from tests.services.paid import OWNER_ID, Paid

pytestmark = [pytest.mark.proof("streamer"), pytest.mark.usefixtures("play")]

KAI = Person(31, "Kai")


@pytest.fixture
def paid(economy: Economy) -> Paid:
    return Paid(economy)


async def start(economy: Economy, title: str = "", *, key: str, by: Person = STREAMER) -> Live:
    started = await economy.lives.start(guild_id=GUILD_ID, key=key, streamer=by, title=title)
    assert not started.replayed
    return started.live


async def end(economy: Economy, *, key: str, streamer_id: int = STREAMER_ID) -> Live:
    ended = await economy.lives.end(guild_id=GUILD_ID, key=key, streamer_id=streamer_id)
    assert not ended.replayed
    return ended.live


async def all_lives(economy: Economy) -> list[Live]:
    return await economy.lives.latest(GUILD_ID, STREAMER_ID, 100)


async def test_a_live_goes_from_its_start_to_its_end(economy: Economy, clock: MovableClock) -> None:
    assert await all_lives(economy) == []
    live = await start(economy, "Songs\nby the  fire", key="a")
    assert live == Live(
        guild_id=GUILD_ID,
        live_id=1,
        streamer_id=STREAMER_ID,
        season=1,
        title="Songs by the fire",
        started_at=clock(),
        ended_at=0,
    )
    assert await all_lives(economy) == [live]
    clock.advance(7_801)
    assert live.runs_at(clock())
    ended = await end(economy, key="b")
    assert ended == replace(live, ended_at=clock())
    assert not ended.runs_at(clock())
    assert ended.ended_at - ended.started_at == 7_801
    second = await start(economy, key="c")
    assert await all_lives(economy) == [second, ended]


async def test_a_second_start_is_refused_with_the_time_of_the_first(
    economy: Economy, clock: MovableClock
) -> None:
    first = await start(economy, key="a")
    clock.advance(60)
    with pytest.raises(LiveRuns) as refused:
        await start(economy, key="b")
    assert refused.value.since == first.started_at
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, KAI.member_id)
    assert (await start(economy, key="c", by=KAI)).live_id == 2


async def test_the_same_intent_again_gives_the_first_result_whatever_changed(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    live = await start(economy, "Songs", key="a")
    clock.advance(60)
    ended = await end(economy, key="b")
    await play.set("open", "no")
    again = await economy.lives.start(guild_id=GUILD_ID, key="a", streamer=STREAMER, title="Songs")
    assert again == LiveStarted(ended, replayed=True)
    assert again.live.live_id == live.live_id
    clock.advance(60)
    over = await economy.lives.end(guild_id=GUILD_ID, key="b", streamer_id=STREAMER_ID)
    assert over == LiveEnded(ended, replayed=True)


@pytest.mark.parametrize(("by", "title"), [(STREAMER, "Talk"), (KAI, "Songs")])
async def test_other_content_under_the_key_of_a_start_is_a_defect(
    economy: Economy, by: Person, title: str
) -> None:
    await start(economy, "Songs", key="a")
    with pytest.raises(KeyConflict):
        await start(economy, title, key="a", by=by)


async def test_another_streamer_under_the_key_of_an_end_is_a_defect(economy: Economy) -> None:
    await start(economy, key="a")
    await end(economy, key="b")
    with pytest.raises(KeyConflict):
        await end(economy, key="b", streamer_id=KAI.member_id)


async def test_only_whoever_can_receive_gifts_goes_live(economy: Economy, play: Play) -> None:
    with pytest.raises(NotAStreamerYourself):
        await start(economy, key="a", by=GIVER)
    await play.set("open", "no")
    with pytest.raises(EconomyClosed):
        await start(economy, key="a")
    assert await all_lives(economy) == []


async def test_a_former_streamer_can_still_end_what_runs(economy: Economy) -> None:
    await start(economy, key="a")
    await economy.guilds.unname_streamer(GUILD_ID, STREAMER_ID)
    assert (await end(economy, key="b")).live_id == 1


async def test_a_title_has_a_longest_length(economy: Economy) -> None:
    with pytest.raises(LiveTitleTooLong) as refused:
        await start(economy, "x" * (MOST_TITLE_CHARACTERS + 1), key="a")
    assert (refused.value.most, refused.value.length) == (80, 81)
    assert (await start(economy, "x" * MOST_TITLE_CHARACTERS, key="a")).live_id == 1


async def test_there_is_nothing_to_end_before_a_start_and_after_an_end(economy: Economy) -> None:
    with pytest.raises(NotLive):
        await end(economy, key="a")
    await start(economy, key="b")
    await end(economy, key="c")
    with pytest.raises(NotLive):
        await end(economy, key="d")


async def test_a_forgotten_live_ends_by_itself_after_a_day(
    economy: Economy, clock: MovableClock
) -> None:
    forgotten = await start(economy, key="a")
    clock.advance(MOST_LIVE_SECONDS - 1)
    assert forgotten.runs_at(clock())
    with pytest.raises(LiveRuns):
        await start(economy, key="b")
    clock.advance(1)
    assert not forgotten.runs_at(clock())
    clock.advance(600)
    over = replace(forgotten, ended_at=forgotten.started_at + MOST_LIVE_SECONDS)
    assert await all_lives(economy) == [over]
    with pytest.raises(LiveEndedItself) as refused:
        await end(economy, key="c")
    assert (refused.value.ended, refused.value.hours) == (over.ended_at, 24)
    following = await start(economy, key="d")
    assert await all_lives(economy) == [following, over]


async def test_a_live_ends_with_its_season(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await start(economy, key="a")
    clock.advance(60)
    await paid.begin()
    began_at = clock()
    clock.advance(60)
    assert await all_lives(economy) == []
    with pytest.raises(NotLive):
        await end(economy, key="b")
    following = await start(economy, key="c")
    assert (following.live_id, following.season) == (2, 2)
    assert await all_lives(economy) == [following]
    rows = await economy.books.read("SELECT ended_at, end_key FROM live WHERE live_id = 1")
    assert tuple(rows[0]) == (began_at, "")


async def test_a_live_of_two_seasons_ago_was_over_after_the_first(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    live = await start(economy, key="a")
    clock.advance(-60)  # as when a wrong clock is put right
    await paid.begin()
    clock.advance(3_600)
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await start(economy, key="b")
    rows = await economy.books.read("SELECT ended_at FROM live WHERE live_id = 1")
    assert rows[0][0] == live.started_at


async def test_a_clock_that_was_set_back_ends_no_live_before_it_began(
    economy: Economy, clock: MovableClock
) -> None:
    live = await start(economy, key="a")
    clock.advance(-60)
    assert (await end(economy, key="b")).ended_at == live.started_at


async def test_others_hear_of_a_start_and_an_end_once(economy: Economy, books: Books) -> None:
    heard: list[Any] = []
    books.listen(LiveStarted, heard.append)
    books.listen(LiveEnded, heard.append)
    live = await start(economy, key="a")
    ended = await end(economy, key="b")
    await economy.lives.start(guild_id=GUILD_ID, key="a", streamer=STREAMER)
    await economy.lives.end(guild_id=GUILD_ID, key="b", streamer_id=STREAMER_ID)
    assert heard == [LiveStarted(live, replayed=False), LiveEnded(ended, replayed=False)]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM live",
        "UPDATE live SET ended_at = ended_at + 1 WHERE live_id = 1",
        "UPDATE live SET title = 'x', ended_at = started_at WHERE live_id = 2",
        "UPDATE live SET end_key = 'x' WHERE live_id = 2",
        "UPDATE live SET ended_at = started_at - 1 WHERE live_id = 2",
        f"INSERT INTO live VALUES ({GUILD_ID}, 3, {STREAMER_ID}, 1, 'x', '', 1, 0, '')",
    ],
)
async def test_the_database_keeps_what_a_live_was(
    economy: Economy, second: sqlite3.Connection, damage: str
) -> None:
    await start(economy, key="a")
    await end(economy, key="b")
    await start(economy, key="c")
    with pytest.raises(sqlite3.IntegrityError):
        second.execute(damage)
