"""Lets discord.py wait by the town's clock: it pauses after 429s, 5xx and lost connections."""

import asyncio
from typing import Any

import pytest

from tests.wire.town import TownClock

# The modules of discord.py that pause before they try again.
_PAUSING = ("discord.http", "discord.webhook.async_", "discord.client")


class Naps:
    """Stands in for asyncio in these modules: to sleep moves the clock and takes no time."""

    def __init__(self, clock: TownClock) -> None:
        self.seconds: list[float] = []
        self.most_seconds = float("inf")
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        """Sleep by the town's clock."""
        self.seconds.append(seconds)
        self._clock.advance(min(seconds, self.most_seconds))
        await asyncio.sleep(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


def take_naps(clock: TownClock, monkeypatch: pytest.MonkeyPatch) -> Naps:
    """Let discord.py sleep by this clock until the test is over."""
    naps = Naps(clock)
    for module in _PAUSING:
        monkeypatch.setattr(f"{module}.asyncio", naps)
    return naps
