"""A waiting room: what is held back until the sandbox's clock reaches a moment."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from bot.sandbox.snowflakes import Clock

LOOK_EVERY_SECONDS = 0.02

Release = Callable[[], None]


class HoldingRoom:
    """Calls back when a moment has come; it looks often, as the clock may be moved any time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: list[tuple[float, int, Release]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    def call_at(self, moment: float, release: Release) -> None:
        """Call back at a moment, in seconds since 1970 of the sandbox's clock."""
        heapq.heappush(self._held, (moment, next(self._numbers), release))
        self._look_later()

    def call_after(self, seconds: float, release: Release) -> None:
        """Call back after so many seconds of the sandbox's clock."""
        self.call_at(self._clock().timestamp() + seconds, release)

    async def wait_until(self, moment: float) -> None:
        """Wait for a moment."""
        come = asyncio.Event()
        self.call_at(moment, come.set)
        await come.wait()

    async def wait(self, seconds: float) -> None:
        """Wait for so many seconds of the sandbox's clock."""
        await self.wait_until(self._clock().timestamp() + seconds)

    def look(self) -> None:
        """Let go what is due, the earliest first; call it after moving the clock."""
        now = self._clock().timestamp()
        while self._held and self._held[0][0] <= now:
            heapq.heappop(self._held)[2]()

    def let_all_go(self) -> None:
        """Let everything go, whatever it waits for."""
        while self._held:
            heapq.heappop(self._held)[2]()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _look_later(self) -> None:
        # One timer for all costs less than one for each.
        if self._timer is None and self._held:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LOOK_EVERY_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        self.look()
        self._look_later()
