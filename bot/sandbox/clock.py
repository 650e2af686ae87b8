"""The sandbox's clock: the real time, and how far it was moved forward."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.sandbox.lookup import ScriptError
from bot.sandbox.snowflakes import iso, utc_now
from bot.sandbox.wire import Json

DAY_SECONDS = 24 * 60 * 60
MOST_ADVANCE_SECONDS = 400 * DAY_SECONDS
# Ids are signed numbers of 64 bits, 22 of them a count: the 41 bits of milliseconds since 2015
# that are left end in September 2084.
MOST_ADVANCED_SECONDS = 50 * 365 * DAY_SECONDS


class MovableClock(Protocol):
    """Tells the time (UTC), and can be moved forward."""

    def __call__(self) -> datetime:
        """Tell the time."""
        ...

    def advance(self, seconds: float) -> None:
        """Move forward."""
        ...


class SandboxClock:
    """Runs with the real time, as far ahead of it as it was moved."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Tell the time."""
        return utc_now() + self._ahead

    def seconds(self) -> int:
        """Tell the time in seconds since 1970, UTC."""
        return int(self().timestamp())

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self._ahead += timedelta(seconds=seconds)


class TimeMachine:
    """Moves the clock forward, remembers how far, and tells those who wait for a moment."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self.advanced_seconds = 0.0
        self.listeners: list[Callable[[], None]] = []

    def to_json(self) -> Json:
        """Write the time for scripts and the page."""
        return {"now": iso(self._clock()), "advanced_seconds": self.advanced_seconds}

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what should have happened meanwhile happens at once.

        Raises:
            ScriptError: that is not forward, or too far from the real time.
        """
        if not 0 < seconds <= MOST_ADVANCED_SECONDS - self.advanced_seconds:
            years = MOST_ADVANCED_SECONDS // DAY_SECONDS // 365
            sentence = f"The clock only moves forward, and at most {years} years in all."
            raise ScriptError(sentence)
        self._clock.advance(seconds)
        self.advanced_seconds += seconds
        for listener in self.listeners:
            listener()
