"""A statement as a table: one line a row, and sums that a spreadsheet finds by itself."""

import csv
import io
from dataclasses import replace

import pytest

from bot.services.statement_csv import COLUMNS, csv_foot, csv_head, csv_rows
from bot.services.statement_rows import Pots, StatementRow
from tests.services.statement_samples import BERLIN, OPENING, ROWS, row_of, statement_around

pytestmark = pytest.mark.proof("streamer")


def table(rows: list[StatementRow], opening: Pots = OPENING) -> list[dict[str, str]]:
    statement = statement_around(rows, opening)
    text = csv_head(statement) + csv_rows(rows, BERLIN) + csv_foot(statement)
    assert text.startswith("\ufeffreceipt,time_utc,")
    read = csv.DictReader(io.StringIO(text[1:], newline=""))
    return list(read)


def test_every_line_has_every_column() -> None:
    lines = table(ROWS)
    assert len(lines) == len(ROWS) + 2
    assert all(tuple(line) == COLUMNS and None not in line.values() for line in lines)


def test_a_gift_stands_with_plain_numbers_and_both_times() -> None:
    told = {name: cell for name, cell in table(ROWS)[1].items() if cell}
    assert told == {
        "receipt": "101",
        "time_utc": "2026-11-01T08:00:00Z",
        "time_local": "2026-11-01T09:00:00+01:00",
        "kind": "gift",
        "member": "<@10>",
        "gift": "posy",
        "count": "1",
        "spent_coins": "299",
        "fee_coins": "29",
        "paid_coins_in": "270",
        "paid_coins_balance": "1470",
        "bonus_coins_balance": "40",
        "diamonds_balance": "500",
        "claimed_diamonds_balance": "100",
        "message": "Happy birthday, Luna!",
    }


@pytest.mark.parametrize("pot", ["paid_coins", "bonus_coins", "diamonds", "claimed_diamonds"])
def test_what_came_in_less_what_went_out_leads_from_balance_to_balance(pot: str) -> None:
    opening, *lines, closing = table(ROWS)
    balance = int(opening[f"{pot}_balance"])
    for line in lines:
        balance += int(line[f"{pot}_in"] or 0) - int(line[f"{pot}_out"] or 0)
        assert int(line[f"{pot}_balance"]) == balance
    assert int(closing[f"{pot}_balance"]) == balance


def test_the_balances_stand_at_the_ends_of_the_month() -> None:
    opening, *_, closing = table(ROWS)
    assert (opening["kind"], opening["time_local"]) == ("opening", "2026-11-01T00:00:00+01:00")
    assert (closing["kind"], closing["time_local"]) == ("closing", "2026-12-01T00:00:00+01:00")
    assert (opening["receipt"], closing["receipt"]) == ("", "")


def test_a_month_that_is_not_over_closes_now() -> None:
    statement = replace(statement_around([], OPENING), made_at=1_794_000_000)
    assert "2026-11-06T21:20:00Z,2026-11-06T22:20:00+01:00,closing" in csv_foot(statement)


def test_what_people_wrote_is_no_formula() -> None:
    evil = "=cmd|' /C calc'!A1"
    row = row_of(1, "gift", Pots(1), gift="petal", count=1, spent_coins=1, message=evil, note=evil)
    line = table([row], Pots())[1]
    assert (line["message"], line["note"]) == (f"'{evil}", f"'{evil}")
    assert line["fee_coins"] == "0"  # a gift without a fee says so


def test_what_people_wrote_is_no_date_either() -> None:
    row = row_of(1, "gift", Pots(1), count=1, spent_coins=1, message="1/2", note="3-4")
    line = table([row], Pots())[1]
    assert (line["message"], line["note"]) == ("'1/2", "'3-4")


def test_reversals_and_claims_name_what_they_are_about() -> None:
    lines = {line["receipt"]: line for line in table(ROWS)}
    assert lines["104"]["gift_receipt"] == "103"
    assert lines["140"]["claim"] == "3"
    assert lines["140"]["note"] == "SEPA 2026-11-10/77"
    assert (lines["110"]["paid_rate"], lines["110"]["bonus_rate"]) == ("1/2", "0")
