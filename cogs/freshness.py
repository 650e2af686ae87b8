"""Tells commands that arrived too late to be answered in time.

An id says when Discord made it, by Discord's clock. The smallest difference to ours ever seen is
the offset between the two clocks, so a local clock that is wrong refuses nobody. Ours is one that
nobody sets, and the offset may drift, so that one that runs fast refuses nobody either.
"""

import time
from collections.abc import Callable

# Three seconds are given for the first answer; the rest is for the commit and the way back.
MOST_AGE_SECONDS = 2.5

# Clocks of computers gain or lose less than this, in seconds a second.
MOST_DRIFT = 0.0002

_DISCORD_EPOCH_SECONDS = 1_420_070_400


class Freshness:
    """Remembers the smallest difference between Discord's clock and ours (seconds)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offset_seconds: float | None = None
        self._offset_at = 0.0

    def is_fresh(self, interaction_id: int) -> bool:
        """Tell whether an interaction that arrived just now can still be answered."""
        made_at = (interaction_id >> 22) / 1000 + _DISCORD_EPOCH_SECONDS
        now = self._clock()
        difference = now - made_at
        if self._offset_seconds is not None:
            drifted = self._offset_seconds + (now - self._offset_at) * MOST_DRIFT
            if difference > drifted:
                return difference - drifted <= MOST_AGE_SECONDS
        self._offset_seconds, self._offset_at = difference, now
        return True


# One clock offset a process: every cog of every bot in it sees the same two clocks.
FRESHNESS = Freshness()
