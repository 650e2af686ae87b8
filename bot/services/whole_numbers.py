"""Whole numbers as people type them: digits, with marks between the thousands at most."""

import re

# As long as any number of the books with its marks; int() of longer text keeps everybody waiting.
_MOST_CHARACTERS = 30
# A point here, a comma or a blank there; only as texts write them between groups of three.
_MARKS = ",. '’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def read_whole(text: str, marks: str = _MARKS) -> int | None:
    """Return the number, None where it is no whole one: “2.5” is none, and no twenty-five either.

    int() would also take "1_0" and the digits of other scripts.
    """
    typed = text.strip()
    grouped = rf"[0-9]{{1,3}}([{re.escape(marks)}])[0-9]{{3}}(\1[0-9]{{3}})*"
    if len(typed) > _MOST_CHARACTERS or not re.fullmatch(rf"[0-9]+|{grouped}", typed):
        return None
    return int("".join(filter(str.isdigit, typed)))
