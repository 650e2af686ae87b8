"""What a member spent, what the limits on it are, and from when on a purchase fits; pure.

Time only takes spending away from a period, and limits only get wider by themselves. So once a
purchase fits it keeps fitting, and the earliest instant for all limits is the latest of theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.services.clock import DAY_SECONDS

PERIODS_SECONDS = {"day": DAY_SECONDS, "week": 7 * DAY_SECONDS, "month": 30 * DAY_SECONDS}


@dataclass(frozen=True, slots=True)
class Spend:
    """Money of an order in minor units; `expires_at` is 0 once it was paid (seconds, UTC)."""

    minor: int
    ordered_at: int
    expires_at: int = 0

    def leaves_at(self, period_seconds: int) -> int:
        """Return the first instant at which it counts no more, if nobody pays it meanwhile."""
        leaves_at = self.ordered_at + period_seconds
        return min(leaves_at, self.expires_at) if self.expires_at else leaves_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that may be spent in a period (minor units), and what it will be by itself.

    From `changes_at` on it is `next_minor`, None for no limit; 0 means that it stays.
    """

    rule: str
    period_seconds: int
    minor: int
    changes_at: int = 0
    next_minor: int | None = None


def spent(spends: Iterable[Spend], period_seconds: int, now: int) -> int:
    """Return what counts in the period that ends now (minor units)."""
    return sum(each.minor for each in spends if each.leaves_at(period_seconds) > now)


def fits_at(spends: Iterable[Spend], limit: Limit, price_minor: int, now: int) -> int | None:
    """Return the earliest instant from now on at which a price fits, None when it never will."""
    under_this = _frees_at(spends, limit.period_seconds, limit.minor, price_minor, now)
    if not limit.changes_at:
        return under_this
    under_next: int | None = now
    if limit.next_minor is not None:
        under_next = _frees_at(spends, limit.period_seconds, limit.next_minor, price_minor, now)
    found = [] if under_this is None else [under_this]
    if under_next is not None:
        found.append(max(under_next, limit.changes_at))
    return min(found, default=None)


def _frees_at(
    spends: Iterable[Spend], period_seconds: int, most_minor: int, price_minor: int, now: int
) -> int | None:
    if price_minor > most_minor:
        return None
    leaving = sorted((each.leaves_at(period_seconds), each.minor) for each in spends)
    left = sum(minor for leaves_at, minor in leaving if leaves_at > now)
    frees_at = now
    for leaves_at, minor in leaving:
        if left + price_minor <= most_minor:
            break
        if leaves_at > now:
            left -= minor
            frees_at = leaves_at
    return frees_at
