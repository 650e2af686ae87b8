"""Reading a bank's results: what a file may look like, and which rows are none."""

from unittest.mock import patch

import pytest

from bot.claim_errors import (
    ImportColumnsMissing,
    ImportEmpty,
    ImportTooLarge,
    ImportTooLong,
    ImportUnreadable,
)
from bot.services import payout_results
from bot.services.payout_results import (
    MOST_IMPORT_KIB,
    MOST_IMPORT_ROWS,
    BadRow,
    ResultRow,
    Why,
    read_results,
)

HEAD = "claim,reference,result,reason\n"
PAID = ResultRow(line=2, claim_id=7, is_paid=True, note="SEPA 7")


@pytest.mark.parametrize(
    "text",
    [
        "claim,reference,result\n7,SEPA 7,paid\n",
        "claim,reference,result\r\n7,SEPA 7,paid",
        "\ufeffclaim,reference,result\n7,SEPA 7,paid\n",
        "result;claim;reference\nPAID;#7; SEPA  7 \n",
        "Claim\tReference\tResult\tExtra\n7\tSEPA 7\tpaid\tx\ty\n",
        'claim,reference,result\n"7","SEPA 7",paid\n,,\n   ,,\n\n',
    ],
)
def test_a_file_may_look_like_this(text: str) -> None:
    assert read_results(text.encode()) == ((PAID,), ())


def test_whatever_else_an_exported_file_has_is_kept_to_be_compared() -> None:
    text = (
        "claim,streamer_id,name,payee,diamonds,amount,currency,reference,result\n"
        "7,20,'=Luna,'+49,200,4.00,EUR,'-7,failed\n"
    )
    row = ResultRow(
        line=2,
        claim_id=7,
        is_paid=False,
        note="-7",
        streamer="20",
        diamonds="200",
        amount="4.00",
        currency="EUR",
    )
    assert read_results(text.encode()) == ((row,), ())


def test_a_failure_is_told_by_its_reason_or_else_its_reference() -> None:
    text = HEAD + "7,SEPA 7,failed,account closed\n8,SEPA 8,failed,\n9,SEPA 9\n"
    rows, bad = read_results(text.encode())
    assert [row.note for row in rows] == ["account closed", "SEPA 8"]
    assert bad == (BadRow(4, "9", Why.NO_RESULT),)


def test_a_name_that_a_spreadsheet_would_read_as_a_date_comes_back_as_it_was() -> None:
    text = "claim,name,payee,reference,result\n7,'1/2,'007,'3-4,paid\n"
    rows, bad = read_results(text.encode())
    assert ([row.note for row in rows], bad) == (["3-4"], ())


def test_an_apostrophe_that_guards_nothing_stays() -> None:
    rows, _ = read_results(f"{HEAD}7,'tis paid,paid,\n".encode())
    assert rows[0].note == "'tis paid"


@pytest.mark.parametrize(
    ("row", "claim", "why"),
    [
        ("x,SEPA,paid,", "x", Why.NO_NUMBER),
        ("-7,SEPA,paid,", "-7", Why.NO_NUMBER),
        ("７,SEPA,paid,", "７", Why.NO_NUMBER),
        (f"{'9' * 40},SEPA,paid,", "9" * 20, Why.NO_NUMBER),
        (",SEPA,paid,", "", Why.NO_NUMBER),
        ("7,SEPA,maybe,", "7", Why.NO_RESULT),
        ("7,,paid,account closed", "7", Why.NO_WORDS),
        ("7,,failed,", "7", Why.NO_WORDS),
        (f"7,{'x' * 201},paid,", "7", Why.TOO_LONG),
    ],
)
def test_a_row_that_nobody_could_apply_is_named_with_its_line(
    row: str, claim: str, why: Why
) -> None:
    assert read_results(f"{HEAD}{row}\n".encode()) == ((), (BadRow(2, claim, why),))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = HEAD + '7,"SEPA\n7",paid,\n\n7,SEPA 7,paid,\n8,SEPA 8,paid,\n'
    rows, bad = read_results(text.encode())
    assert [(row.line, row.note) for row in rows] == [(2, "SEPA 7"), (6, "SEPA 8")]
    assert bad == (BadRow(5, "7", Why.DOUBLED),)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ImportColumnsMissing),
        (b"\n\n", ImportColumnsMissing),
        (b"claim,result\n", ImportColumnsMissing),
        (b"claim,reference,result,claim\n", ImportColumnsMissing),
        (HEAD.encode(), ImportEmpty),
        (HEAD.encode("utf-16"), ImportUnreadable),
        (HEAD.encode() + b'7,"SEPA', ImportUnreadable),
        (b"\xff\xfe\x00", ImportUnreadable),
        (HEAD.encode() + b"7,SEPA,paid,\n" * (MOST_IMPORT_ROWS + 1), ImportTooLong),
        (b"x" * (MOST_IMPORT_KIB * 1024 + 1), ImportTooLarge),
    ],
)
def test_what_is_no_file_of_results_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_results(data)


def test_a_file_may_have_as_many_rows_as_are_applied_at_once() -> None:
    rows = "".join(f"{number},SEPA,paid,\n" for number in range(1, MOST_IMPORT_ROWS + 1))
    assert len(read_results((HEAD + rows).encode())[0]) == MOST_IMPORT_ROWS


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (HEAD + "1\n" * 130_000, ImportTooLong),
        (HEAD + "," * 260_000, ImportEmpty),
        (HEAD + "7" + ",x" * 130_000, None),
        (HEAD.strip() + ",x" * 130_000, ImportEmpty),
    ],
)
def test_a_file_full_of_cells_keeps_nobody_waiting(
    text: str, refusal: type[Exception] | None
) -> None:
    with patch.object(payout_results, "plain", wraps=payout_results.plain) as cleaned:
        if refusal is None:
            read_results(text.encode())
        else:
            with pytest.raises(refusal):
                read_results(text.encode())
    assert cleaned.call_count < 500
