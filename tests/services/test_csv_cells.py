"""Tables for spreadsheets: no cell computes anything, and every text comes back as it was."""

import csv
import io

import pytest

from bot.services.csv_cells import csv_lines, guarded


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


def test_numbers_are_plain_also_below_zero() -> None:
    assert csv_lines([(1_000_000, -5, 0)]) == "1000000,-5,0\r\n"


def test_quotes_commas_and_lines_come_back_as_they_were() -> None:
    cells = ['say "hi"', "a,b", "one\ntwo", "three\r\nfour", "", "ünï \u202ecodé"]
    text = csv_lines([cells, cells])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [cells, cells]
    assert text.endswith("\r\n")
