"""The clock of the jobs, and the only place that knows APScheduler: pairs of when and what."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

# APScheduler 3 has no types, which is why it stays in this file.
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.date import DateTrigger  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.interval import (  # pyright: ignore[reportMissingTypeStubs]
    IntervalTrigger,
)

from bot.errors import Told
from bot.services.clock import Clock, utc_now
from bot.services.economy import Economy

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]

# The database says what is due; this is how long something can be late that nobody foresaw.
LOOK_SECONDS = 15

# How long a buyer waits at most for coins where no webhook tells of the money.
POLL_SECONDS = 60

# What streamers received is summed up and shared so often; until then whoever needs it does so.
TALLY_SECONDS = 60

# What is being announced when the bot is stopped gets this long to reach Discord.
FAREWELL_SECONDS = 5.0


class Scheduler:
    """Runs the jobs of one economy until it is stopped.

    `announce` sends what the outbox has, and is called again while it is still at it; `clock` is
    the economy's, which a sandbox may have moved ahead of the real time that jobs wait by.
    """

    def __init__(
        self, economy: Economy, *, audit: Job, announce: Job, clock: Clock = utc_now
    ) -> None:
        self._economy = economy
        self._announce = announce
        self._clock = clock
        self._at_work: set[asyncio.Task[Any]] = set()
        # A job that is late runs late: the default would drop it in silence after a second.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for trigger, job in (
            (CronTrigger(minute=17, timezone=UTC), economy.gift_drafts.purge),
            (CronTrigger(minute=27, timezone=UTC), economy.promotion_drafts.purge),
            (CronTrigger(minute=37, timezone=UTC), economy.promotion_clock.extend),
            (CronTrigger(hour=4, minute=10, timezone=UTC), audit),
            (CronTrigger(hour=3, minute=40, timezone=UTC), economy.payment_rounds.sweep),
            (IntervalTrigger(seconds=TALLY_SECONDS, timezone=UTC), economy.tallies.run),
            (IntervalTrigger(seconds=TALLY_SECONDS, timezone=UTC), economy.shares.run),
            (CronTrigger(minute="1/10", timezone=UTC), economy.top_lists.run),
            (IntervalTrigger(seconds=POLL_SECONDS, timezone=UTC), economy.payment_rounds.poll),
            (IntervalTrigger(seconds=POLL_SECONDS, timezone=UTC), economy.refund_retries.run),
            (IntervalTrigger(seconds=POLL_SECONDS, timezone=UTC), economy.payout_sending.run),
            (IntervalTrigger(seconds=POLL_SECONDS, timezone=UTC), economy.perk_returns.run),
            (IntervalTrigger(seconds=LOOK_SECONDS, timezone=UTC), self.look),
        ):
            self._scheduler.add_job(job, trigger)  # pyright: ignore[reportUnknownMemberType]

    async def catch_up(self) -> None:
        """Do what came due while nobody was there; before the first command is served."""
        try:
            await self._economy.promotion_clock.extend()
            await self._economy.promotion_clock.tick()
        except Told as error:
            # The jobs come again; prices wait for none of them.
            log.warning("promotions are looked at later: %s", error)

    async def look(self) -> None:
        """Begin and end the windows that are due, wake up for the next one, and have it all told.

        Nothing here waits for what is being announced, as Discord may be slow to take it.
        """
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            # What is open by a clock that was moved, or slept, may not be made yet.
            await self._economy.promotion_clock.extend()
            await self._economy.promotion_clock.tick()
            await self._wake_for_next()
        finally:
            self._at_work.discard(task)
            self._announce_soon()

    def wake(self) -> None:
        """Look at once: the clock was moved."""
        self._look_in(0)

    def start(self) -> None:
        """Begin to run jobs on the current event loop, with a first look at once."""
        self._scheduler.start()
        self.wake()

    def poll(self) -> None:
        """Ask at once what happened to payments: the bot was away, and is back."""
        self._scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            self._economy.payment_rounds.poll,
            DateTrigger(datetime.now(UTC), timezone=UTC),
            id="poll",
            replace_existing=True,
        )

    async def announced(self) -> None:
        """Wait until no job is at work and nothing is being announced any more."""
        while self._at_work:
            await asyncio.wait(self._at_work)

    async def stop(self) -> None:
        """Begin no more jobs, and let what is being announced be announced."""
        self._scheduler.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self.announced()
        # What did not reach Discord by now is tried again after the next start.
        while self._at_work:
            for task in self._at_work:
                task.cancel()
            await asyncio.wait(self._at_work)
        self._scheduler.shutdown(wait=False)

    def _announce_soon(self) -> None:
        task = asyncio.create_task(self._announce_all())
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _announce_all(self) -> None:
        try:
            await self._announce()
        except Exception:
            # The next look announces what this one did not.
            log.exception("announcing failed")

    async def _wake_for_next(self) -> None:
        """Look again when the next window begins or ends, if that is before the usual look."""
        due_at = await self._economy.promotion_clock.next_due_at()
        if due_at is not None and (wait_seconds := due_at - self._clock()) < LOOK_SECONDS:
            self._look_in(max(wait_seconds, 1))

    def _look_in(self, seconds: int) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self._scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
            self.look, DateTrigger(at, timezone=UTC), id="next", replace_existing=True
        )
