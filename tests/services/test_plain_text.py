"""What people typed, on one line and without what no database keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.plain_text import plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("Brava!", "Brava!"),
        ("  many   blanks  ", "many blanks"),
        ("two\nlines\r\nor\tthree", "two lines or three"),
        ("nul \x00 and bell \x07", "nul and bell"),
        ("half a pair \ud800 alone", "half a pair alone"),
        ("right to left \u202e override", "right to left override"),
        ("🏳️\u200d🌈 and می\u200cخواهم", "🏳️\u200d🌈 and می\u200cخواهم"),
        ("\u200d\u200c", ""),
        ("x\u200d", "x"),
        ("{name} %s `code` @everyone", "{name} %s `code` @everyone"),
    ],
)
def test_text_keeps_its_words_and_loses_the_rest(typed: str, kept: str) -> None:
    assert plain(typed) == kept


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_kept_and_is_plain_for_good(typed: str) -> None:
    kept = plain(typed)
    assert kept.encode().decode() == kept
    assert "\0" not in kept
    assert "\n" not in kept
    assert plain(kept) == kept
    assert len(kept) <= len(typed)
