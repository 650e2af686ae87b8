"""Whole numbers as people type them."""

import pytest

from bot.services.whole_numbers import read_whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        (" 25 ", 25),
        ("007", 7),
        ("1234", 1_234),
        ("1,234", 1_234),
        ("1.234.567", 1_234_567),
        ("12 345", 12_345),
        ("12\N{NARROW NO-BREAK SPACE}345", 12_345),
        ("12’345", 12_345),
        ("1,000,000,000,000,000", 10**15),
    ],
)
def test_digits_and_marks_between_thousands_are_read(text: str, number: int) -> None:
    assert read_whole(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2.5",
        "2,5",
        "2.50",
        "1,23",
        "1,2345",
        "1,234.567",
        "1,234,5",
        ",123",
        "1234,567",
        "-1",
        "+1",
        "1_000",
        "1e3",
        "٣",
        "a few",
        "1" * 31,
        "9" * 10_000,
    ],
)
def test_what_is_no_whole_number_is_none(text: str) -> None:
    assert read_whole(text) is None


def test_other_marks_than_those_that_are_named_are_none() -> None:
    assert read_whole("1,234", ",") == 1_234
    assert read_whole("1.234", ",") is None
