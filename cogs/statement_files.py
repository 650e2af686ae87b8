"""A statement as files: a page to read and a table that has every row."""

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.earnings_errors import StatementTooLarge
from bot.services.statement_csv import csv_foot, csv_head, csv_rows
from bot.services.statements import Statement, Statements
from cogs.delivery import Paper
from cogs.statement_page import StatementPage
from cogs.statement_words import NameOf

# Asks what members are called.
FindNames = Callable[[set[int]], Awaitable[NameOf]]

# As many as take a millisecond or two.
_ROWS_A_TURN = 40

# A table becomes about a tenth when it is packed; what is larger by more than this cannot fit.
_MOST_PACKING = 30


async def statement_papers(
    statements: Statements,
    statement: Statement,
    page: StatementPage,
    *,
    find_names: FindNames,
    most_bytes: int,
) -> tuple[Paper, ...]:
    """Return a statement's page and its table, which is packed where it would be too large.

    It is made a few rows at a time, so that everybody else goes on being answered meanwhile: a
    thread would hold Python's lock for longer. To join and pack the table needs no lock.

    Raises:
        StatementTooLarge: even packed it takes more than `most_bytes`.
        StatementUnsound: it does not add up.
    """
    table, size_bytes, count = [csv_head(statement).encode()], 0, 0
    async for rows in statements.rows(statement):
        count += len(rows)
        for start in range(0, len(rows), _ROWS_A_TURN):
            some = rows[start : start + _ROWS_A_TURN]
            table.append(csv_rows(some, statement.zone).encode())
            size_bytes += len(table[-1])
            page.add(some)
            await asyncio.sleep(0)
        if size_bytes > _MOST_PACKING * most_bytes:
            raise StatementTooLarge(count)
    table.append(csv_foot(statement).encode())
    name_of = await find_names(page.people)
    html = await _html(page, name_of)
    paper = await asyncio.to_thread(_table, statement, table, most_bytes - len(html))
    if len(html) + len(paper.content) > most_bytes:
        raise StatementTooLarge(count)
    return Paper(f"statement-{statement.month}.html", html), paper


async def _html(page: StatementPage, name_of: NameOf) -> bytes:
    parts: list[str] = []
    for number, part in enumerate(page.parts(name_of)):
        parts.append(part)
        if number % _ROWS_A_TURN == 0:
            await asyncio.sleep(0)
    return "".join(parts).encode()


def _table(statement: Statement, parts: list[bytes], most_bytes: int) -> Paper:
    paper = Paper(f"statement-{statement.month}.csv", b"".join(parts))
    return paper if len(paper.content) <= most_bytes else _packed(paper, statement)


def _packed(paper: Paper, statement: Statement) -> Paper:
    packed = io.BytesIO()
    made = datetime.fromtimestamp(statement.made_at, statement.zone)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(paper.name, made.timetuple()[:6])
        archive.writestr(member, paper.content, zipfile.ZIP_DEFLATED)
    return Paper(f"{paper.name}.zip", packed.getvalue())
