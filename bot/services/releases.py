"""When which coins pass their hold: day by day on the guild's clock, and in all what is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.services.clock import DAY_SECONDS
from bot.services.holds import Held
from bot.services.tally_rows import QUARTER_SECONDS
from bot.services.zones import day_begins_at, wall_at


@dataclass(frozen=True, slots=True)
class Release:
    """Coins that pass their hold on one day, the first of them at `at` (seconds, UTC)."""

    at: int
    coins: int


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """A day on which coins pass their hold, beginning at `at`, and when those were sent.

    They were sent from `sent_from` to before `sent_before` (all in seconds, UTC).
    """

    at: int
    sent_from: int
    sent_before: int


def release_days(first_at: int, now: int, hold_days: int, zone: ZoneInfo) -> list[ReleaseDay]:
    """Return the days on which coins are released from `first_at` on, none when that is 0."""
    hold_seconds = hold_days * DAY_SECONDS
    days: list[ReleaseDay] = []
    begins_at = first_at
    while 0 < begins_at <= max(now + hold_seconds, first_at):
        tomorrow = wall_at(begins_at, zone).date() + timedelta(days=1)
        ends_at = day_begins_at(tomorrow, zone)
        sent_from = (begins_at - hold_seconds) // QUARTER_SECONDS * QUARTER_SECONDS
        days.append(ReleaseDay(begins_at, sent_from, ends_at - hold_seconds))
        begins_at = ends_at
    return days


def less_returned(
    days: Sequence[ReleaseDay], coins: Sequence[int], returned: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the days' coins without what refunds took of their gifts.

    `returned` says when each such gift was sent (seconds, UTC), and the coins that were taken.
    """
    return [
        sent - sum(back for at, back in returned if day.sent_from <= at < day.sent_before)
        for day, sent in zip(days, coins, strict=True)
    ]


def releases_of(
    held: Held, days: Sequence[ReleaseDay], coins: Sequence[int]
) -> tuple[Release, ...]:
    """Return the days' coins so that they add up to what is held and waits for a time.

    What was sent in the same quarter of an hour as the first gift that waits may have passed its
    hold. So it is given out from the last day on, and the first one has the rest.
    """
    left = held.coins - held.disputed_coins
    releases: list[Release] = []
    for day, sent in reversed(list(zip(days[1:], coins[1:], strict=True))):
        part = min(max(sent, 0), left)
        left -= part
        if part:
            releases.append(Release(day.at, part))
    # The sums are read one after the other, and a gift may go back in between.
    if left and days:
        releases.append(Release(days[0].at, left))
    return tuple(reversed(releases))
