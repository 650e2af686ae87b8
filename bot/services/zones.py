"""Time zones: their names as people type them, and what their clocks show at which instant."""

from bisect import bisect_left
from datetime import date, datetime, time
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from bot.calendar_errors import UnknownZone
from bot.services.plain_text import plain

MOST_SUGGESTIONS = 25
MOST_SHOWN_CHARACTERS = 60

# What is offered before anything is typed, from west to east.
_WELL_KNOWN = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Warsaw",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Jakarta",
    "Asia/Manila",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
# Names that stand for the machine's own zone, or for none.
_NOBODYS = {"localtime", "Factory"}


def read_zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name such as Europe/Berlin, in whatever case it was typed.

    A city is enough where one zone alone is called so, or one alone that is in use today.

    Raises:
        UnknownZone: there is none of that name, or more than one.
    """
    typed = plain(name)
    folded = _folded(typed)
    found = _names_by_folded().get(folded) or _only_zone_of(folded)
    if found is None:
        raise UnknownZone(typed[:MOST_SHOWN_CHARACTERS])
    return ZoneInfo(found)


def _only_zone_of(city: str) -> str | None:
    names = [
        name for folded, name in _names_by_folded().items() if folded.rpartition("/")[2] == city
    ]
    in_use = [name for name in names if name in _names_in_use()]
    return next((some[0] for some in (names, in_use) if len(some) == 1), None)


def zones_like(typed: str) -> list[str]:
    """Return up to 25 names that have what was typed in them.

    Names whose city begins so come first, then those where any word does; among them the names in
    use today before those that are only kept for old times' sake. Before anything is typed it is a
    choice of large cities.
    """
    part = _folded(plain(typed))
    if not part:
        return list(_WELL_KNOWN)
    found = [
        # A name that is typed in full is there, however many names are like it.
        (folded != part, _rank(folded, part), name not in _names_in_use(), name)
        for folded, name in _names_by_folded().items()
        if part in folded
    ]
    return [name for *_, name in sorted(found)[:MOST_SUGGESTIONS]]


def _rank(folded: str, part: str) -> int:
    if folded.rpartition("/")[2].startswith(part):
        return 0
    words = folded.replace("/", "_").split("_")
    return 1 if any(word.startswith(part) for word in words) else 2


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "_")


# The names are read from some 600 files, which takes long enough to do it once only.
@lru_cache(1)
def _names_by_folded() -> dict[str, str]:
    return {_folded(name): name for name in available_timezones() - _NOBODYS}


@lru_cache(1)
def _names_in_use() -> frozenset[str]:
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return frozenset(row[2] for row in rows) | {"UTC"}


def wall_at(instant: int, zone: ZoneInfo) -> datetime:
    """Return what a zone's clock shows at an instant (seconds, UTC); `fold` is 1 the second time.

    The time that is returned has no zone, like every wall time here.
    """
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None)


def instant_of(wall: datetime, zone: ZoneInfo) -> int:
    """Return the instant (seconds, UTC) at which a zone's clock shows a wall time.

    Of a wall time that comes twice it is the first, unless `fold` is 1. A wall time that is skipped
    gives the instant at which a clock that nobody set forward would show it: the zone's clock is
    ahead by the gap then, so 02:30 of a night that jumps from 02:00 to 03:00 is 03:30.
    """
    first, second = _both(wall, zone)
    return second if wall.fold and second > first else first


def instant_reached(wall: datetime, zone: ZoneInfo) -> int:
    """Return the instant (seconds, UTC) at which a zone's clock shows a wall time or passes it.

    It is `instant_of`, except for a wall time that is skipped: then it is the jump itself.
    """
    first, second = _both(wall, zone)
    if second >= first:
        return second if wall.fold else first
    # In a gap the two readings lie on both sides of the jump, where the clock shows less and more.
    between = range(second, first)
    return second + bisect_left(between, wall, key=lambda instant: wall_at(instant, zone))


def day_begins_at(day: date, zone: ZoneInfo) -> int:
    """Return the instant (seconds, UTC) at which a day begins on a zone's clock."""
    return instant_reached(datetime.combine(day, time()), zone)


def is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """Return whether a zone's clock jumps over a wall time."""
    first, second = _both(wall, zone)
    return second < first


def comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Return whether a zone's clock shows a wall time twice."""
    first, second = _both(wall, zone)
    return second > first


def _both(wall: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Return the instants of both folds: equal, or first before second, or reversed in a gap."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    return int(first.timestamp()), int(second.timestamp())
