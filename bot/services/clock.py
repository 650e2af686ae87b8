"""The time, passed to whoever needs it so that tests can move it."""

import time
from collections.abc import Callable

# Returns the seconds since 1970, UTC.
Clock = Callable[[], int]

DAY_SECONDS = 24 * 60 * 60

_DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000


def utc_now() -> int:
    """Return the seconds since 1970, UTC."""
    return int(time.time())


def snowflake_seconds(snowflake: int) -> int:
    """Return when an id was made, in seconds since 1970, UTC (docs: Reference, Snowflakes)."""
    return ((snowflake >> 22) + _DISCORD_EPOCH_MILLISECONDS) // 1000
