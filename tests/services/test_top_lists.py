"""Lists of supporters: made by a job where looking through all gifts would take too long."""

import sqlite3

import pytest

from bot.services import supporters
from bot.services.earnings_periods import Period
from bot.services.economy import Economy
from bot.services.supporters import LIST_SECONDS, MOST_LISTED, Supporter, Supporters
from bot.services.top_lists import TopLists
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, STREAMER_ID, Play

pytestmark = pytest.mark.proof("streamer")

FEW = 2


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supporters, "MOST_READ_GIFTS", FEW)


@pytest.fixture
def top_lists(economy: Economy, clock: MovableClock) -> TopLists:
    return TopLists(economy.books, economy.guilds, clock, most_read_gifts=FEW)


async def top(economy: Economy, period: Period = Period.WEEK) -> Supporters:
    return (await economy.earnings.report(GUILD_ID, STREAMER_ID, period)).supporters


async def test_of_many_gifts_the_list_of_the_job_is_shown_with_its_time(
    economy: Economy, play: Play, clock: MovableClock, top_lists: TopLists
) -> None:
    await play.coins(paid=100)
    await play.coins(paid=100, member_id=OTHER_GIVER_ID)
    for giver_id in (GIVER_ID, GIVER_ID, OTHER_GIVER_ID):
        await play.gift(gift="ladybird", giver_id=giver_id)
    live = Supporters((Supporter(GIVER_ID, 20, 2), Supporter(OTHER_GIVER_ID, 10, 1)), 2)
    await economy.tallies.run()
    assert await top(economy) == live
    made_at = clock()
    await top_lists.run()
    clock.advance(60)
    await play.gift(gift="petal", giver_id=OTHER_GIVER_ID)
    assert await top(economy) == Supporters(live.top, 2, made_at)
    await top_lists.run()
    assert (await top(economy)).top[1] == Supporter(OTHER_GIVER_ID, 11, 2)


async def test_a_list_that_is_old_counts_no_more(
    economy: Economy, play: Play, clock: MovableClock, top_lists: TopLists
) -> None:
    await play.coins(paid=100)
    for _ in range(FEW + 1):
        await play.gift(gift="petal")
    await economy.tallies.run()
    await top_lists.run()
    await play.gift(gift="petal")
    clock.advance(LIST_SECONDS - 1)
    assert (await top(economy, Period.ALL)).top == (Supporter(GIVER_ID, 3, 3),)
    clock.advance(1)
    assert await top(economy, Period.ALL) == Supporters((Supporter(GIVER_ID, 4, 4),), 1)


async def test_few_gifts_need_no_list(
    economy: Economy, play: Play, top_lists: TopLists, second: sqlite3.Connection
) -> None:
    await play.coins(paid=100)
    for _ in range(FEW):
        await play.gift(gift="petal")
    await economy.tallies.run()
    await top_lists.run()
    assert second.execute("SELECT COUNT(*) FROM top_list").fetchone() == (0,)


async def test_a_period_with_few_gifts_of_many_needs_none_either(
    economy: Economy, play: Play, clock: MovableClock, top_lists: TopLists
) -> None:
    await play.coins(paid=100)
    for _ in range(FEW + 1):
        await play.gift(gift="petal")
    clock.advance(2 * 86_400)
    await economy.tallies.run()
    await top_lists.run()
    rows = await economy.books.read("SELECT period FROM top_list ORDER BY period")
    assert Period.TODAY not in {row[0] for row in rows}
    assert {Period.WEEK, Period.ALL} <= {row[0] for row in rows}


async def test_a_list_has_an_end(economy: Economy, play: Play) -> None:
    for member_id in range(100, 100 + MOST_LISTED + 3):
        await play.coins(paid=1, member_id=member_id)
        await play.gift(gift="petal", giver_id=member_id)
    found = await top(economy)
    assert (len(found.top), found.count) == (MOST_LISTED, MOST_LISTED + 3)


async def test_busy_books_get_their_lists_another_time(
    economy: Economy,
    play: Play,
    top_lists: TopLists,
    second: sqlite3.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await play.coins(paid=100)
    for _ in range(FEW + 1):
        await play.gift(gift="petal")
    await economy.tallies.run()
    second.execute("BEGIN IMMEDIATE")
    await top_lists.run()
    second.execute("ROLLBACK")
    assert "supporters are listed later" in caplog.text


async def test_a_defect_of_one_guild_keeps_no_other_waiting(
    play: Play,
    economy: Economy,
    top_lists: TopLists,
    second: sqlite3.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await play.coins(paid=100)
    for _ in range(FEW + 1):
        await play.gift(gift="petal")
    await economy.tallies.run()
    second.execute("INSERT INTO guild_setting VALUES (1, 'timezone', 'x', 1, 1)")
    second.execute("INSERT INTO earned_total VALUES (1, ?, ?, 3, 0, 0, 0)", (STREAMER_ID, FEW + 1))
    await top_lists.run()
    assert f"supporters of {STREAMER_ID} in 1 cannot be listed" in caplog.text
    assert second.execute("SELECT DISTINCT guild_id FROM top_list").fetchall() == [(GUILD_ID,)]
