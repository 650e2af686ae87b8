"""A statement as a table for spreadsheets and programs: the same in every language.

Amounts are plain numbers with a column for what came in and one for what went out, so none is below
zero. Members are written as Discord's mentions: pasted into a chat they show who it is, and no
spreadsheet rounds their long ids.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.services.csv_cells import BYTE_ORDER_MARK, csv_lines, typed
from bot.services.statement_rows import Pots, StatementRow
from bot.services.statements import Statement

COLUMNS = (
    "receipt",
    "time_utc",
    "time_local",
    "kind",
    "member",
    "gift",
    "count",
    "spent_coins",
    "fee_coins",
    "paid_coins_in",
    "paid_coins_out",
    "bonus_coins_in",
    "bonus_coins_out",
    "diamonds_in",
    "diamonds_out",
    "claimed_diamonds_in",
    "claimed_diamonds_out",
    "paid_coins_balance",
    "bonus_coins_balance",
    "diamonds_balance",
    "claimed_diamonds_balance",
    "gift_receipt",
    "claim",
    "paid_rate",
    "bonus_rate",
    "message",
    "note",
)


def csv_head(statement: Statement) -> str:
    """Return the names of the columns and the opening balance."""
    opening = _balance_row("opening", statement.starts_at, statement.opening, statement.zone)
    return BYTE_ORDER_MARK + csv_lines([COLUMNS, opening])


def csv_rows(rows: list[StatementRow], zone: ZoneInfo) -> str:
    """Return the lines of some rows; `zone` is what local times are of."""
    return csv_lines(_row(row, zone) for row in rows)


def csv_foot(statement: Statement) -> str:
    """Return the closing balance: at the end of the month, or now when it is not over."""
    at = min(statement.ends_at, statement.made_at)
    return csv_lines([_balance_row("closing", at, statement.closing, statement.zone)])


def _row(row: StatementRow, zone: ZoneInfo) -> tuple[str | int, ...]:
    return (
        row.entry_id,
        *_times(row.posted_at, zone),
        row.kind,
        f"<@{row.other_id}>",
        row.gift,
        row.count or "",
        row.spent_coins or "",
        row.fee_coins if row.spent_coins else "",
        *_ins_and_outs(row.change),
        *_amounts(row.balance),
        row.about_id or "",
        row.claim_id or "",
        row.paid_rate,
        row.bonus_rate,
        typed(row.message),
        typed(row.note),
    )


def _balance_row(kind: str, at: int, balance: Pots, zone: ZoneInfo) -> tuple[str | int, ...]:
    filled: list[str | int] = ["", *_times(at, zone), kind]
    filled += [""] * (COLUMNS.index("paid_coins_balance") - len(filled))
    filled += _amounts(balance)
    return (*filled, *[""] * (len(COLUMNS) - len(filled)))


def _times(instant: int, zone: ZoneInfo) -> tuple[str, str]:
    """Return an instant as ISO 8601 writes it, in UTC and on the zone's clock."""
    moment = datetime.fromtimestamp(instant, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z", moment.astimezone(zone).isoformat()


def _ins_and_outs(change: Pots) -> Iterator[str | int]:
    for amount in _amounts(change):
        yield max(amount, 0) or ""
        yield max(-amount, 0) or ""


def _amounts(pots: Pots) -> tuple[int, int, int, int]:
    return pots.paid_coins, pots.bonus_coins, pots.diamonds, pots.claimed_diamonds
