"""Rows of a statement made by hand, for tests of what is written from them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.statement_months import Month
from bot.services.statement_rows import Pots, StatementRow
from bot.services.statements import Statement

BERLIN = ZoneInfo("Europe/Berlin")
NOVEMBER = Month(2026, 11)
# 1 November 2026, 00:00 in Berlin.
STARTS_AT = NOVEMBER.begins_at(BERLIN)
HOUR = 60 * 60
DAY = 24 * HOUR
MIA, NOOR, ADA, LUNA = 10, 11, 1, 20
NAMES = {MIA: "Mia", NOOR: "Noor", ADA: "Ada", LUNA: "Luna"}


def name_of(member_id: int) -> str:
    return NAMES.get(member_id, f"member {member_id}")


def row_of(
    entry_id: int, kind: str, change: Pots, *, after: int = 0, **values: Any
) -> StatementRow:
    """Return a row `after` so many seconds of the month; its balance is made by `booked`."""
    known: dict[str, Any] = {
        "entry_id": entry_id,
        "posted_at": STARTS_AT + after,
        "kind": kind,
        "change": change,
        "balance": Pots(),
        "other_id": MIA,
    }
    return StatementRow(**{**known, **values})


def booked(rows: Iterable[StatementRow], opening: Pots) -> list[StatementRow]:
    """Return the rows with the balance after each."""
    done: list[StatementRow] = []
    for row in rows:
        opening += row.change
        done.append(replace(row, balance=opening))
    return done


def statement_around(rows: list[StatementRow], opening: Pots, **values: Any) -> Statement:
    """Return what stands around some rows."""
    known: dict[str, Any] = {
        "guild_id": 7,
        "streamer_id": LUNA,
        "month": NOVEMBER,
        "zone": BERLIN,
        "starts_at": STARTS_AT,
        "ends_at": NOVEMBER.ends_at(BERLIN),
        "made_at": NOVEMBER.ends_at(BERLIN) + DAY,
        "after_entry_id": 100,
        "last_entry_id": 900,
        "season_entry_id": 0,
        "opening": opening,
        "closing": rows[-1].balance if rows else opening,
    }
    return Statement(**{**known, **values})


OPENING = Pots(1_200, 40, 500, 100)
ROWS = booked(
    [
        row_of(
            101,
            "gift",
            Pots(270),
            after=9 * HOUR,
            gift="posy",
            count=1,
            spent_coins=299,
            fee_coins=29,
            message="Happy birthday, Luna!",
        ),
        row_of(
            103,
            "gift",
            Pots(9, 9),
            after=10 * HOUR,
            gift="ladybird",
            count=2,
            spent_coins=20,
            fee_coins=2,
            other_id=NOOR,
        ),
        row_of(
            104,
            "undo",
            Pots(-9, -9),
            after=10 * HOUR + 20,
            gift="ladybird",
            count=2,
            spent_coins=20,
            fee_coins=2,
            other_id=NOOR,
            about_id=103,
        ),
        row_of(
            110,
            "conversion",
            Pots(-1_000, 0, 500),
            after=3 * DAY,
            other_id=LUNA,
            paid_rate="1/2",
            bonus_rate="0",
        ),
        row_of(111, "claim", Pots(0, 0, -600, 600), after=3 * DAY + 60, other_id=LUNA, claim_id=4),
        row_of(
            140,
            "claim_paid",
            Pots(0, 0, 0, -100),
            after=9 * DAY,
            other_id=ADA,
            claim_id=3,
            note="SEPA 2026-11-10/77",
        ),
        row_of(
            150,
            "claim_rejected",
            Pots(0, 0, 600, -600),
            after=12 * DAY,
            other_id=ADA,
            claim_id=4,
            note="Please claim after the 15th",
        ),
        row_of(
            160,
            "refund",
            Pots(-90),
            after=20 * DAY,
            gift="honeypot",
            count=1,
            spent_coins=99,
            fee_coins=9,
            about_id=90,
        ),
    ],
    OPENING,
)
