"""Runs of gifts: what follows each other on one day is one row, and nothing gets lost in it."""

import pytest

from bot.services.statement_rows import Pots, StatementRow
from bot.services.statement_totals import GiftRun, GiftRuns
from tests.services.statement_samples import BERLIN, DAY, NOOR, OPENING, ROWS, booked, row_of

pytestmark = pytest.mark.proof("streamer")


def runs_of(rows: list[StatementRow]) -> list[GiftRun | StatementRow]:
    runs = GiftRuns(BERLIN)
    return [*runs.add(rows[:2]), *runs.add(rows[2:]), *runs.end(), *runs.end()]


def test_gifts_of_one_day_become_one_and_everything_else_stays() -> None:
    first, *others = runs_of(ROWS)
    assert isinstance(first, GiftRun)
    assert others == ROWS[3:]
    assert (first.gifts, first.undone, first.fee_coins) == (2, 1, 29)
    assert (first.change, first.last) == (Pots(270), ROWS[2])
    assert len(first.giver_ids) == 2


def test_the_guilds_midnight_parts_a_run() -> None:
    gifts = [
        row_of(number, "gift", Pots(1), after=after, gift="petal", count=1)
        for number, after in enumerate((DAY - 2, DAY - 1, DAY, DAY + 1))
    ]
    assert [run.gifts for run in runs_of(gifts) if isinstance(run, GiftRun)] == [2, 2]


def test_what_happens_between_two_gifts_stays_between_them() -> None:
    rows = booked(
        [
            row_of(1, "gift", Pots(5), gift="daisy", count=1),
            row_of(2, "conversion", Pots(-5, 0, 5)),
            row_of(3, "gift", Pots(5), gift="daisy", count=1, other_id=NOOR),
        ],
        OPENING,
    )
    merged = runs_of(rows)
    assert [isinstance(each, GiftRun) for each in merged] == [True, False, True]
    assert sum((each.change for each in merged), Pots()) == Pots(5, 0, 5)


def test_without_rows_there_is_no_run() -> None:
    assert runs_of([]) == []
