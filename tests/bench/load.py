"""The load of the gift figures: 2,000 givers, 50 streamers, keys that grow like snowflakes."""

import random
from dataclasses import dataclass

GUILD_ID = 1_400_000_000_000_000_001
GIVER_IDS = range(1_500_000_000_000_000_000, 1_500_000_000_000_002_000)
STREAMER_IDS = range(1_600_000_000_000_000_000, 1_600_000_000_000_000_050)
COINS = 1_000_000_000
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Sent:
    """A gift to be sent."""

    key: str
    giver_id: int
    streamer_id: int
    code: str = "ladybird"
    coins: int = 10


class Load:
    """Makes gifts at random; the same ones in every run."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self._snowflake = 1_700_000_000_000_000_000

    def gifts(self, count: int) -> list[Sent]:
        """Return the next `count` gifts."""
        return [self._gift() for _ in range(count)]

    def _gift(self) -> Sent:
        self._snowflake += self._random.randrange(1, 1_000_000)
        return Sent(
            f"gift:{self._snowflake}",
            self._random.choice(GIVER_IDS),
            self._random.choice(STREAMER_IDS),
        )
