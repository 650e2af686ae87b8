"""The clock of the jobs, and the only place that knows APScheduler: pairs of when and what."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC

# APScheduler 3 has no types, which is why it stays in this file.
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs]

from bot.services.economy import Economy

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Scheduler:
    """Runs the jobs of one economy until it is stopped."""

    def __init__(self, economy: Economy, audit: Job) -> None:
        # A job that is late runs late: the default would drop it in silence after a second.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for hour, minute, job in (
            ("*", 17, economy.gift_drafts.purge),
            (4, 10, audit),
        ):
            self._scheduler.add_job(job, CronTrigger(hour=hour, minute=minute, timezone=UTC))  # pyright: ignore[reportUnknownMemberType]

    def start(self) -> None:
        """Begin to run jobs on the current event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Run no more jobs."""
        self._scheduler.shutdown(wait=False)
