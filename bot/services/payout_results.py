"""A bank's results for many claims, as an admin's CSV file tells them; only reads the file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bot.claim_errors import (
    ImportColumnsMissing,
    ImportEmpty,
    ImportTooLarge,
    ImportTooLong,
    ImportUnreadable,
)
from bot.services.csv_cells import unguarded
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.plain_text import plain

MOST_IMPORT_KIB = 256
# They are applied in one transaction, and for as long as that takes nobody else's gift is booked:
# with so many it is about a second.
MOST_IMPORT_ROWS = 250
_NEEDED = ("claim", "reference", "result")
_READ = frozenset((*_NEEDED, "reason", "streamer_id", "diamonds", "amount", "currency", "step"))
# Cleaning a cell takes microseconds, and so small a file has room for a quarter of a million.
_MOST_COLUMNS = 100
_DELIMITERS = ",;\t"
_MOST_DIGITS = 18


class Why(StrEnum):
    """What is wrong with a row."""

    NO_NUMBER = "no_number"
    NO_RESULT = "no_result"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    DOUBLED = "doubled"
    UNKNOWN = "unknown"
    OWN = "own"
    MOVED = "moved"
    STREAMER = "streamer"
    DIAMONDS = "diamonds"
    AMOUNT = "amount"
    CURRENCY = "currency"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be applied: the line of the file, what it names, and what is wrong."""

    line: int
    claim: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """What the bank says of one claim; five of it are as typed, '' where the file has none.

    `step` is the number of the claim's last step when it was exported; `seen_step` when the file
    was shown, 0 before that.
    """

    line: int
    claim_id: int
    is_paid: bool
    note: str
    streamer: str = ""
    diamonds: str = ""
    amount: str = ""
    currency: str = ""
    step: str = ""
    seen_step: int = 0


def read_results(data: bytes) -> tuple[tuple[ResultRow, ...], tuple[BadRow, ...]]:
    """Return the rows of a file, and those that nobody could apply to any claims.

    Columns may stand in any order and go by their names; a file that was exported can be sent back
    with `reference` and `result` beside it.

    Raises:
        ImportTooLarge, ImportUnreadable, ImportColumnsMissing, ImportTooLong, ImportEmpty: it is
            no file of results.
    """
    if len(data) > MOST_IMPORT_KIB * 1024:
        raise ImportTooLarge(MOST_IMPORT_KIB)
    rows: list[ResultRow] = []
    bad: list[BadRow] = []
    seen: set[int] = set()
    for line, cells in _records(data):
        read = _row(line, cells)
        if isinstance(read, ResultRow) and read.claim_id in seen:
            read = BadRow(line, str(read.claim_id), Why.DOUBLED)
        if isinstance(read, BadRow):
            bad.append(read)
        else:
            seen.add(read.claim_id)
            rows.append(read)
    if not rows and not bad:
        raise ImportEmpty
    return tuple(rows), tuple(bad)


def _records(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row by its columns' names, with the line it begins on."""
    try:
        text = data.decode("utf-8-sig")
        rows = list(islice(_rows(text), MOST_IMPORT_ROWS + 2))
    except (UnicodeDecodeError, csv.Error):
        raise ImportUnreadable from None
    names = [_clean(name).casefold() for name in rows[0][1][:_MOST_COLUMNS]] if rows else []
    missing = [name for name in _NEEDED if names.count(name) != 1]
    if missing:
        raise ImportColumnsMissing(", ".join(missing))
    if len(rows) > MOST_IMPORT_ROWS + 1:
        raise ImportTooLong(MOST_IMPORT_ROWS)
    for line, cells in rows[1:]:
        # A row may be shorter than the first, and what is beyond it has no name.
        named = zip(names, cells, strict=False)
        yield line, {name: _clean(cell) for name, cell in named if name in _READ}


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row that has any, as typed; they are parted by one of three signs."""
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if any(map(str.strip, cells)):
            yield line, cells
        line = reader.line_num + 1


def _clean(cell: str) -> str:
    return plain(unguarded(cell))


def _row(line: int, cells: dict[str, str]) -> ResultRow | BadRow:
    number = cells.get("claim", "").removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        return BadRow(line, number[:20], Why.NO_NUMBER)
    result = cells.get("result", "").casefold()
    if result not in {"paid", "failed"}:
        return BadRow(line, number, Why.NO_RESULT)
    reference, reason = cells.get("reference", ""), cells.get("reason", "")
    note = reference if result == "paid" else reason or reference
    if not note:
        return BadRow(line, number, Why.NO_WORDS)
    if len(note) > MOST_REASON_CHARACTERS:
        return BadRow(line, number, Why.TOO_LONG)
    return ResultRow(
        line=line,
        claim_id=int(number),
        is_paid=result == "paid",
        note=note,
        streamer=cells.get("streamer_id", ""),
        diamonds=cells.get("diamonds", ""),
        amount=cells.get("amount", ""),
        currency=cells.get("currency", ""),
        step=cells.get("step", ""),
    )
