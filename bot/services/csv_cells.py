"""Tables as CSV (RFC 4180), made so that spreadsheets read them and run nothing in them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# Without it Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"

# What makes a spreadsheet compute a cell (OWASP, CSV Injection), also in full width as in Japan.
_FORMULA_BEGINS = tuple("=+-@\t\r\n＝＋－＠")


# Where a comma is in numbers, spreadsheets divide cells here, and do not see the quotes.
_INNER_FORMULA = re.compile(r"(;\s*)(?=[=+\-@＝＋－＠])")


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe keeps it a text."""
    text = _INNER_FORMULA.sub(r"\1'", text)
    is_formula = text.startswith(_FORMULA_BEGINS) or text.lstrip().startswith(_FORMULA_BEGINS)
    return f"'{text}" if is_formula else text


# What people type and a spreadsheet would read as a date, a time or a number, and write otherwise:
# 1/2, 3-4, 1e5, 1.50, 007, 12:30 pm, Mar 5. Months are the English ones, which every Excel knows.
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WORDS = rf"(?<![^\W\d_])(?:{_MONTHS}|[ap]m?|e)(?![^\W\d_])"
_READ_OTHERWISE = re.compile(
    rf"true|false|(?=.*\d)(?:{_WORDS}|[\d\s.,:/\\'’%()$€£¥+-])+",
    re.IGNORECASE | re.DOTALL,
)
# Beyond fifteen digits spreadsheets round.
_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


def typed(text: str) -> str:
    """Return a cell of what somebody typed, so that a spreadsheet leaves it as it is.

    An apostrophe keeps it a text. A whole number needs none, and what our own columns hold stays as
    programs read it.
    """
    is_read_otherwise = _READ_OTHERWISE.fullmatch(text) and not _PLAIN_NUMBER.fullmatch(text)
    return f"'{text}" if is_read_otherwise else guarded(text)


def unguarded(cell: str) -> str:
    """Return what a cell said before `guarded` or `typed` made a text of it."""
    text = cell.removeprefix("'")
    return text if cell in {guarded(text), typed(text)} else cell


def csv_lines(rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as CSV; numbers are plain, and what is written out is harmless."""
    text = io.StringIO()
    writer = csv.writer(text)  # RFC 4180 is what Python calls the dialect of Excel
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()
