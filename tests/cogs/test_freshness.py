"""Which interactions still can be answered, whatever the two clocks say."""

import time
from inspect import signature

import pytest

from cogs.freshness import MOST_AGE_SECONDS, Freshness

NOON = 1_800_000_000.0
_EPOCH = 1_420_070_400


class TwoClocks:
    """Discord's clock, and ours beside it, wrong by an offset (seconds)."""

    def __init__(self, offset: float = 0.0) -> None:
        self.now = NOON
        self.offset = offset
        self.freshness = Freshness(lambda: self.now + self.offset)

    def arrives(self, *, after: float = 0.0) -> bool:
        """Tell whether an interaction is fresh that took `after` seconds on its way."""
        made_at = self.now
        self.now += after
        return self.freshness.is_fresh(round((made_at - _EPOCH) * 1000) << 22)


@pytest.mark.parametrize("offset", [0.0, -3_600.0, 3_600.0, -NOON])
def test_a_wrong_clock_refuses_nobody(offset: float) -> None:
    clocks = TwoClocks(offset)
    for _ in range(10):
        clocks.now += 60
        assert clocks.arrives(after=0.2)


@pytest.mark.parametrize("offset", [0.0, -3_600.0, 3_600.0])
def test_what_took_too_long_on_its_way_is_stale(offset: float) -> None:
    clocks = TwoClocks(offset)
    assert clocks.arrives()
    assert clocks.arrives(after=MOST_AGE_SECONDS - 0.1)
    assert not clocks.arrives(after=MOST_AGE_SECONDS + 0.1)
    assert clocks.arrives()


def test_the_first_one_ever_is_taken_for_fresh() -> None:
    assert TwoClocks().arrives(after=60)


def test_a_slow_start_is_corrected_by_the_first_quick_one() -> None:
    clocks = TwoClocks()
    assert clocks.arrives(after=60)
    assert clocks.arrives()
    assert not clocks.arrives(after=3)


def test_a_clock_that_runs_fast_refuses_nobody_in_years() -> None:
    clocks = TwoClocks()
    for _ in range(2_000):
        clocks.now += 12 * 60 * 60
        clocks.offset += 12 * 60 * 60 * 0.0001
        assert clocks.arrives(after=0.1)


def test_our_clock_is_the_one_that_nobody_sets() -> None:
    # With the time of day, an hour put forward would refuse everybody from then on.
    assert signature(Freshness).parameters["clock"].default is time.monotonic
