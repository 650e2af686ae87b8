"""The jobs: what is due happens at the start, at once when the clock is moved, and is announced."""

import asyncio
from unittest.mock import patch

import pytest

from bot.ledger.books import Books
from bot.scheduler import Scheduler
from bot.services.economy import Economy
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAY, HAPPY_HOUR, HOUR

MOST_WAIT_SECONDS = 10


class Jobs:
    """A scheduler over real books, whose announcements only count."""

    def __init__(self, economy: Economy, clock: MovableClock) -> None:
        self.economy = economy
        self.clock = clock
        self.looks: asyncio.Queue[None] = asyncio.Queue()
        self.scheduler = Scheduler(
            economy, audit=self.announce, announce=self.announce, clock=clock
        )

    async def announce(self) -> None:
        """Count a look."""
        await self.looks.put(None)

    async def next_look(self) -> None:
        """Wait until the jobs have looked once more."""
        await asyncio.wait_for(self.looks.get(), MOST_WAIT_SECONDS)

    async def states(self) -> list[str]:
        """Return how far the windows are that began."""
        rows = await self.economy.books.read(
            "SELECT state FROM promotion_window WHERE state <> 'scheduled' ORDER BY window_id"
        )
        return [row[0] for row in rows]


@pytest.fixture
async def jobs(books: Books, clock: MovableClock) -> Jobs:
    jobs = Jobs(Economy.over(books, clock), clock)
    await jobs.economy.promotions.create(GUILD_ID, ADMIN_ID, "promo:1", HAPPY_HOUR)
    return jobs


async def test_what_came_due_meanwhile_is_done_before_the_first_command(jobs: Jobs) -> None:
    jobs.clock.advance(2 * DAY + 11 * HOUR)
    await jobs.scheduler.catch_up()
    assert await jobs.states() == ["missed", "missed", "running"]
    assert jobs.looks.empty()


async def test_windows_are_made_again_before_the_first_command(jobs: Jobs) -> None:
    jobs.clock.advance(100 * DAY + 11 * HOUR)
    await jobs.scheduler.catch_up()
    assert (await jobs.states())[-1] == "running"


async def test_the_first_look_is_at_once_and_so_is_one_when_the_clock_is_moved(jobs: Jobs) -> None:
    jobs.scheduler.start()
    try:
        await jobs.next_look()
        assert await jobs.states() == []
        jobs.clock.advance(10 * HOUR)
        jobs.scheduler.wake()
        await jobs.next_look()
        assert await jobs.states() == ["running"]
    finally:
        await jobs.scheduler.stop()


async def test_a_clock_that_jumps_ahead_of_all_windows_begins_the_one_that_is_open(
    jobs: Jobs,
) -> None:
    jobs.scheduler.start()
    try:
        await jobs.next_look()
        jobs.clock.advance(90 * DAY + 11 * HOUR)
        jobs.scheduler.wake()
        await jobs.next_look()
        assert (await jobs.states())[-1] == "running"
    finally:
        await jobs.scheduler.stop()


async def test_a_window_that_begins_soon_is_looked_at_when_it_begins(jobs: Jobs) -> None:
    """The look is due in a second, where the usual one comes in fifteen."""
    jobs.clock.advance(10 * HOUR - 1)
    jobs.scheduler.start()
    try:
        await jobs.next_look()
        jobs.clock.advance(1)
        await jobs.next_look()
        assert await jobs.states() == ["running"]
    finally:
        await jobs.scheduler.stop()


async def test_what_cannot_be_looked_at_still_lets_the_rest_be_announced(
    jobs: Jobs, books: Books
) -> None:
    await books.do(
        lambda connection: connection.execute_fetchall(
            "CREATE TEMP TRIGGER no_start BEFORE UPDATE ON promotion_window"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    )
    jobs.clock.advance(10 * HOUR)
    with pytest.raises(Exception, match="no"):
        await jobs.scheduler.look()
    await jobs.next_look()


async def test_windows_begin_while_an_announcement_hangs(jobs: Jobs) -> None:
    has_begun = asyncio.Event()

    async def hang() -> None:
        has_begun.set()
        await asyncio.Event().wait()

    scheduler = Scheduler(jobs.economy, audit=hang, announce=hang, clock=jobs.clock)
    scheduler.start()
    try:
        await asyncio.wait_for(has_begun.wait(), MOST_WAIT_SECONDS)
        has_begun.clear()
        jobs.clock.advance(10 * HOUR)
        scheduler.wake()
        # The next look has them announced as well, whatever became of the first.
        await asyncio.wait_for(has_begun.wait(), MOST_WAIT_SECONDS)
        assert await jobs.states() == ["running"]
    finally:
        with patch("bot.scheduler.FAREWELL_SECONDS", 0):
            await scheduler.stop()


async def test_an_announcing_that_fails_stops_no_job(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ValueError("no")

    scheduler = Scheduler(jobs.economy, audit=fail, announce=fail, clock=jobs.clock)
    await scheduler.look()
    await scheduler.announced()
    assert "announcing failed" in caplog.text


async def test_what_is_announced_for_too_long_is_left_for_the_next_start(jobs: Jobs) -> None:
    is_left = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            is_left.set()

    scheduler = Scheduler(jobs.economy, audit=hang, announce=hang, clock=jobs.clock)
    scheduler.start()
    await scheduler.look()
    with patch("bot.scheduler.FAREWELL_SECONDS", 0.01):
        await scheduler.stop()
    assert is_left.is_set()


async def test_stopping_waits_for_what_is_being_announced(jobs: Jobs) -> None:
    has_begun, may_end, is_said = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def announce() -> None:
        has_begun.set()
        await may_end.wait()
        is_said.set()

    scheduler = Scheduler(jobs.economy, audit=announce, announce=announce, clock=jobs.clock)
    scheduler.start()
    await asyncio.wait_for(has_begun.wait(), MOST_WAIT_SECONDS)
    stopping = asyncio.create_task(scheduler.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await stopping
    assert is_said.is_set()
