"""The time, and the time in a snowflake."""

import time

from bot.services.clock import DAY_SECONDS, snowflake_seconds, utc_now


def test_now_is_whole_seconds_since_1970() -> None:
    before = int(time.time())
    now = utc_now()
    assert isinstance(now, int)
    assert before <= now <= time.time()


def test_a_snowflake_tells_when_it_was_made() -> None:
    # The example in Discord's own documentation (Reference, Snowflakes): 1462015105796 ms.
    assert snowflake_seconds(175928847299117063) == 1_462_015_105
    assert snowflake_seconds(0) == 1_420_070_400


def test_a_day_has_its_seconds() -> None:
    assert DAY_SECONDS == 86_400
