"""Tables for spreadsheets: no cell computes anything, and every text comes back as it was."""

import csv
import io

import pytest

from bot.services.csv_cells import csv_lines, guarded, typed, unguarded


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("https://evil.example")',
        "  =1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
    ],
)
def test_what_a_spreadsheet_would_compute_stays_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert csv_lines([("a", text)]).startswith(("a,'", "a,\"'"))


@pytest.mark.parametrize("break_", [";", "; ", ";;"])
def test_no_formula_begins_where_a_spreadsheet_of_another_country_divides_cells(
    break_: str,
) -> None:
    # Where a comma is in numbers, spreadsheets divide at semicolons, whatever a cell is quoted in.
    text = guarded(f'thanks{break_}=HYPERLINK("https://evil.example"){break_}@A1;fine')
    assert text == f"thanks{break_}'=HYPERLINK(\"https://evil.example\"){break_}'@A1;fine"


@pytest.mark.parametrize(
    "text", ["", "Mia", "a; b", "1/2; 1", "1=1", "a-b", "<@10>", "💐", "'quoted", "2026-11-01"]
)
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "1/2",
        "3-4",
        "1e5",
        "1.50",
        "1,5",
        "007",
        "1234567890123456",
        "2026-11-01",
        "12:30 pm",
        "10 A",
        "50%",
        "$5",
        "5 €",
        "(5)",
        " 1/2",
        "Mar 5",
        "5 March 2026",
        "SEPT1",
        "Dec-1",
        "true",
        "FALSE",
        "'1/2",
    ],
)
def test_what_a_spreadsheet_would_read_otherwise_stays_as_it_was_typed(text: str) -> None:
    assert typed(text) == f"'{text}"
    assert csv_lines([(typed(text),)]).rstrip("\r\n").strip('"') == f"'{text}"
    assert unguarded(typed(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "7",
        "123456789012345",
        "Mia",
        "Mia2",
        "Mar",
        "May!",
        "DE89370400440532013000",
        "SEPA 2026-11-10/77",
        "1/2 cup",
        "5 roses",
        "acct_1Nv0FGQ9RKHgCVdK",
        "<@10>",
    ],
)
def test_what_a_spreadsheet_leaves_alone_is_left_alone(text: str) -> None:
    assert typed(text) == text == unguarded(text)


@pytest.mark.parametrize("text", ["=1+1", "  +1", "@A1", "a;=1", "'quoted", "it's 5"])
def test_a_typed_text_is_guarded_like_any_other_and_only_once(text: str) -> None:
    assert typed(text) == guarded(text) == guarded(typed(text))


def test_numbers_are_plain_also_below_zero() -> None:
    assert csv_lines([(1_000_000, -5, 0)]) == "1000000,-5,0\r\n"


def test_quotes_commas_and_lines_come_back_as_they_were() -> None:
    cells = ['say "hi"', "a,b", "one\ntwo", "three\r\nfour", "", "ünï \u202ecodé"]
    text = csv_lines([cells, cells])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [cells, cells]
    assert text.endswith("\r\n")
