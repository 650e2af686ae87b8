"""What keeps user text harmless, and options what they should be."""

from typing import Any

import pytest

from bot.errors import NotANumber
from bot.services.catalogue import GIFTS, Tier
from bot.services.plain_text import plain
from cogs.looks import TIER_COLOURS, quoted, whole
from cogs.promo_words import escaped


@pytest.mark.parametrize("value", [0, 1, -7, 10**30])
def test_whole_numbers_pass(value: int) -> None:
    assert whole(value) == value


@pytest.mark.parametrize("value", ["7", 7.0, 1.5, None, [7], True, False])
def test_anything_else_is_no_whole_number(value: Any) -> None:
    with pytest.raises(NotANumber):
        whole(value)


def test_the_refusal_quotes_a_little_of_what_was_sent() -> None:
    with pytest.raises(NotANumber, match=r"“x{20}” is not a whole number"):
        whole("x" * 6_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brava!", "Brava!"),
        ("  two \t words\r\n\nthree  ", "two words three"),
        ("no\x00control\x1b[31mhere", "no control [31mhere"),
        ("right\u202eto\u2066left", "right to left"),
        ("a half: \ud83d", "a half:"),
        ("zero\u200bwidth", "zero width"),
        ("Grüße, 花, 💐", "Grüße, 花, 💐"),
        ("🏳️\u200d🌈 👩🏽\u200d🚀", "🏳️\u200d🌈 👩🏽\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d \u200c", ""),
        ("", ""),
    ],
)
def test_plain_text_is_one_line_of_what_can_be_seen(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brava!", "> Brava!"),
        ("**bold** _it_ `code` ~~no~~", r"> \*\*bold\*\* \_it\_ \`code\` \~\~no\~\~"),
        ("||secret||", r"> \|\|secret\|\|"),
        ("# headline", r"> \# headline"),
        ("-# small", r"> \-# small"),
        ("> inner", r"> \> inner"),
        ("@everyone @here", "> @\u200beveryone @\u200bhere"),
        ("https://a.example/x_y", "> https://a.example/x_y"),
    ],
)
def test_a_quote_formats_nothing_and_mentions_nobody(text: str, expected: str) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[free](https://a.example)",
        "[a](b)[free](https://a.example)",
        "[[a](b)](https://a.example) [c](https://b.example)",
    ],
)
def test_neither_a_quote_nor_a_title_hides_a_link_behind_words(text: str) -> None:
    assert "](" not in quoted(text)
    assert "](" not in escaped(text)


def test_every_tier_has_its_colour() -> None:
    assert TIER_COLOURS.keys() == set(Tier)
    assert {gift.tier for gift in GIFTS} == set(Tier)
