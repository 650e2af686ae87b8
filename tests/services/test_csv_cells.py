"""Tables for spreadsheets: no cell computes anything, and every text comes back as it was."""

import csv
import io

import pytest

from bot.services.csv_cells import csv_lines, harmless


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
    assert harmless(text) == f"'{text}"
    assert csv_lines([("a", text)]).startswith(("a,'", "a,\"'"))


@pytest.mark.parametrize("text", ["", "Mia", "1=1", "a-b", "<@10>", "💐", "'quoted", "2026-11-01"])
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_numbers_are_plain_also_below_zero() -> None:
    assert csv_lines([(1_000_000, -5, 0)]) == "1000000,-5,0\r\n"


def test_quotes_commas_and_lines_come_back_as_they_were() -> None:
    cells = ['say "hi"', "a,b", "one\ntwo", "three\r\nfour", "", "ünï \u202ecodé"]
    text = csv_lines([cells, cells])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [cells, cells]
    assert text.endswith("\r\n")
