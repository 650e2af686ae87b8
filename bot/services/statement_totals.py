"""What a statement's rows come to: sums by kind, and runs of gifts where there are too many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.services.statement_rows import Pots, StatementRow
from bot.services.zones import day_begins_at, wall_at

_MERGED_KINDS = frozenset({"gift", "undo"})


@dataclass(slots=True)
class KindTotal:
    """How many rows of one kind there are, what they changed, and the fees among them (coins)."""

    rows: int = 0
    change: Pots = field(default_factory=Pots)
    fee_coins: int = 0

    def add(self, row: StatementRow) -> None:
        """Count one more row."""
        self.rows += 1
        self.change += row.change
        self.fee_coins += row.fee_coins


@dataclass(slots=True)
class GiftRun:
    """Gifts of one day, and those taken back, that follow each other, told as one.

    `last` is the last of them, with the balance after it; the fee is what the guild kept (coins).
    """

    first: StatementRow
    last: StatementRow
    gifts: int = 0
    undone: int = 0
    fee_coins: int = 0
    change: Pots = field(default_factory=Pots)
    giver_ids: set[int] = field(default_factory=set[int])

    def add(self, row: StatementRow) -> None:
        """Let the run go on."""
        self.last = row
        self.change += row.change
        self.giver_ids.add(row.other_id)
        if row.kind == "gift":
            self.gifts += 1
            self.fee_coins += row.fee_coins
        else:
            self.undone += 1
            self.fee_coins -= row.fee_coins


class GiftRuns:
    """Merges the gifts of a day that follow each other; everything else stays as it is."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._run: GiftRun | None = None
        self._day = range(0)

    def add(self, rows: Iterable[StatementRow]) -> Iterator[GiftRun | StatementRow]:
        """Yield what is complete after some more rows."""
        for row in rows:
            is_merged = row.kind in _MERGED_KINDS
            if not is_merged or row.posted_at not in self._day:
                yield from self.end()
            if not is_merged:
                yield row
                continue
            if self._run is None:
                self._run = GiftRun(row, row)
                self._day = day_around(row.posted_at, self._zone)
            self._run.add(row)

    def end(self) -> Iterator[GiftRun]:
        """Yield the run that is still open: no more rows come."""
        if self._run is not None:
            yield self._run
            self._run = None


def day_around(instant: int, zone: ZoneInfo) -> range:
    """Return the seconds (UTC) of the day that a zone's calendar shows at an instant."""
    day = wall_at(instant, zone).date()
    return range(day_begins_at(day, zone), day_begins_at(day + timedelta(days=1), zone))
