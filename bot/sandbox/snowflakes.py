"""Ids as Discord makes them: they grow with the time and never repeat."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]

DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000
MILLISECOND_SHIFT = 22
_STABLE_BASE = 1_300_000_000_000_000_000
_STABLE_SPAN = 10_000_000_000_000_000


def utc_now() -> datetime:
    """Tell the real time."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write a moment the way Discord does."""
    return moment.isoformat(timespec="microseconds")


def stable_snowflake(*words: str) -> str:
    """Make the same snowflake-sized id of the same words in every run."""
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return str(_STABLE_BASE + int.from_bytes(digest[:8]) % _STABLE_SPAN)


def floor_snowflake(moment: datetime) -> int:
    """Give the smallest id of a moment."""
    milliseconds = int(moment.timestamp() * 1000) - DISCORD_EPOCH_MILLISECONDS
    return milliseconds << MILLISECOND_SHIFT


class Snowflakes:
    """Hands out ids; each is greater than every one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last = 0

    def next(self) -> str:
        """Give a fresh id."""
        # A clock that stands still or was set back must not bring an id twice.
        self.last = max(floor_snowflake(self._clock()), self.last + 1)
        return str(self.last)
