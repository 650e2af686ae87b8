"""When a plan and other promotions are open at once, by their rules and not only by their rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS
from bot.services.promotion_rows import Promotion, list_promotions
from bot.services.promotion_windows import Rule, windows_ahead
from bot.services.recurrence import Occurrence

# Rules of weekdays and of days of the month meet within a year, if they ever do.
_COMPARED_SECONDS = 366 * DAY_SECONDS

# Windows that began so short ago say which days had theirs.
_BEGUN_SECONDS = 2 * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Overlap:
    """The first window of another promotion that is open at the same time (seconds, UTC)."""

    name: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Others:
    """The other promotions of a guild that give bonuses, with their windows of these days."""

    promotions: tuple[Promotion, ...]
    begun: dict[int, list[Occurrence]]


async def others_of(read: Read, guild_id: int, promotion_id: int, now: int) -> Others:
    """Return what a plan can overlap with; `promotion_id` is the promotion that it changes."""
    alive = await list_promotions(read, guild_id, over=False)
    rows = await read(
        "SELECT promotion_id, local_date, starts_at, ends_at FROM promotion_window"
        " WHERE guild_id = ? AND ends_at > ? AND starts_at <= ?",
        (guild_id, now - _BEGUN_SECONDS, now),
    )
    begun: dict[int, list[Occurrence]] = {}
    for number, *window in rows:
        begun.setdefault(number, []).append(Occurrence(*window))
    active = (one for one in alive if one.state == "active" and one.promotion_id != promotion_id)
    return Others(tuple(active), begun)


def overlaps_of(mine: Iterable[Occurrence], others: Others, rule: Rule, now: int) -> list[Overlap]:
    """Return where the windows of `rule` overlap with others, one each, the earliest first.

    Fifty rules can take some tenths of a second: not for the event loop.
    """
    windows = _of_a_year(iter(mine))
    found = [
        Overlap(one.plan.name, shared.starts_at, shared.ends_at)
        for one in others.promotions
        if (shared := _first_shared(windows, _windows_of(one, others, rule, now))) is not None
    ]
    return sorted(found, key=lambda one: one.starts_at)


def _of_a_year(windows: Iterator[Occurrence]) -> list[Occurrence]:
    first = next(windows, None)
    if first is None:
        return []
    until = first.starts_at + _COMPARED_SECONDS
    return [first, *takewhile(lambda one: one.starts_at < until, windows)]


def _windows_of(one: Promotion, others: Others, rule: Rule, now: int) -> Iterator[Occurrence]:
    theirs = Rule(
        recurrence=one.plan.recurrence, zone=rule.zone, made_at=rule.made_at, from_at=rule.from_at
    )
    return windows_ahead(theirs, others.begun.get(one.promotion_id, ()), now)


def _first_shared(mine: list[Occurrence], theirs: Iterator[Occurrence]) -> Occurrence | None:
    """Return the first of their windows that is open while one of mine is; both are in order."""
    at = 0
    for window in theirs:
        while at < len(mine) and mine[at].ends_at <= window.starts_at:
            at += 1
        if at == len(mine):
            return None
        if mine[at].starts_at < window.ends_at:
            return window
    return None
