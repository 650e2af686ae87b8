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


def csv_lines(rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as CSV; numbers are plain, and what is written out is harmless."""
    text = io.StringIO()
    writer = csv.writer(text)  # RFC 4180 is what Python calls the dialect of Excel
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()
