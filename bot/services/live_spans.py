"""Lives as spans of earnings: to the second, in steps of the guild's clock."""

from zoneinfo import ZoneInfo

from bot.services.earnings_periods import Span, Step
from bot.services.live_rows import Live
from bot.services.tally_rows import QUARTER_SECONDS
from bot.services.zones import wall_at

# Up to here quarters of an hour are shown; a longer live goes by hours.
MOST_QUARTERS_SECONDS = 6 * 60 * 60


def live_span_of(live: Live, before: Live | None, *, now: int, zone: ZoneInfo) -> Span:
    """Return the time of a live up to now (seconds, UTC), compared with the live before it.

    While it runs, it is compared with as much of that one.
    """
    ends_at = live.ends_at
    if live.runs_at(now):
        # Nothing is sent after now, so the rest of the quarter does no harm, and no edge is cut.
        ends_at = min(ends_at, (now // QUARTER_SECONDS + 1) * QUARTER_SECONDS)
    step = Step.QUARTER if ends_at - live.started_at <= MOST_QUARTERS_SECONDS else Step.HOUR
    before_starts_at = before_ends_at = 0
    if before is not None:
        before_starts_at, before_ends_at = before.started_at, before.ends_at
        if live.runs_at(now):
            passed_seconds = max(now + 1 - live.started_at, 0)
            before_ends_at = min(before_ends_at, before_starts_at + passed_seconds)
    return Span(
        period=None,
        live=live.as_of(now),
        zone=zone,
        step=step,
        starts=_starts(live.started_at, ends_at, step, zone),
        ends_at=ends_at,
        before_starts_at=before_starts_at,
        before_ends_at=before_ends_at,
    )


def _starts(started_at: int, ends_at: int, step: Step, zone: ZoneInfo) -> tuple[int, ...]:
    """Return when steps begin: the first with the live, the others where the clock's do."""
    first = (started_at // QUARTER_SECONDS + 1) * QUARTER_SECONDS
    quarters = range(first, ends_at, QUARTER_SECONDS)
    is_hourly = step is Step.HOUR
    return (
        started_at,
        *(at for at in quarters if not is_hourly or wall_at(at, zone).minute == 0),
    )
