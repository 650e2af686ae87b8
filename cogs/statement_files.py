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

    What takes long is done beside the loop, so that everybody else goes on being answered.

    Raises:
        StatementTooLarge: even packed it takes more than `most_bytes`.
        StatementUnsound: it does not add up.
    """
    table, size_bytes, count = [csv_head(statement).encode()], 0, 0
    async for rows in statements.rows(statement):
        table.append((await asyncio.to_thread(csv_rows, rows, statement.zone)).encode())
        size_bytes += len(table[-1])
        count += len(rows)
        if size_bytes > _MOST_PACKING * most_bytes:
            raise StatementTooLarge(count)
        await asyncio.to_thread(page.add, rows)
    table.append(csv_foot(statement).encode())
    name_of = await find_names(page.people)
    html = (await asyncio.to_thread(page.html, name_of)).encode()
    paper = Paper(f"statement-{statement.month}.csv", b"".join(table))
    if len(html) + len(paper.content) > most_bytes:
        paper = await asyncio.to_thread(_packed, paper, statement)
    if len(html) + len(paper.content) > most_bytes:
        raise StatementTooLarge(count)
    return Paper(f"statement-{statement.month}.html", html), paper


def _packed(paper: Paper, statement: Statement) -> Paper:
    packed = io.BytesIO()
    made = datetime.fromtimestamp(statement.made_at, statement.zone)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(paper.name, made.timetuple()[:6])
        archive.writestr(member, paper.content, zipfile.ZIP_DEFLATED)
    return Paper(f"{paper.name}.zip", packed.getvalue())
