"""A statement as a page: every row in the reader's language, and nothing that loads or runs."""

from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from typing_extensions import override

from bot.currencies import CoinPrice
from bot.services.statement_rows import Pots, StatementRow
from bot.texts import Texts, texts_for
from cogs import statement_page
from cogs.statement_page import StatementPage
from cogs.statement_words import kind_words, row_words
from tests.services.statement_samples import (
    DAY,
    OPENING,
    ROWS,
    booked,
    name_of,
    row_of,
    statement_around,
)

pytestmark = pytest.mark.proof("streamer")

ENGLISH = texts_for("en-US")
PRICED = texts_for("en-US").priced(CoinPrice(Fraction(2), "EUR"))
EVIL = "<script>alert(1)</script><img src=https://evil.example onerror=x>"


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, and the words of each row."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[str] = []
        self.words: list[str] = []
        self._is_in_table = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._is_in_table |= tag == "table"
        if tag == "tr":
            self.rows.append("")
        if tag in {"td", "th"}:
            self.rows[-1] += "|"

    @override
    def handle_endtag(self, tag: str) -> None:
        self._is_in_table &= tag != "table"

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._is_in_table and data.strip():
            self.rows[-1] += f" {data.strip()}"


def read(rows: list[StatementRow], texts: Texts = ENGLISH, **values: Any) -> Reader:
    opening = values.pop("opening", OPENING)
    names_of = values.pop("name_of", name_of)
    names: dict[str, Any] = {"streamer": "Luna", "guild": "Garden"}
    names |= {name: values.pop(name) for name in list(values) if name in names}
    page = StatementPage(texts, statement_around(rows, opening, **values), **names)
    for start in range(0, len(rows), 3):
        page.add(rows[start : start + 3])
    reader = Reader()
    assert page.people <= {row.other_id for row in rows}
    reader.feed(page.html(names_of))
    return reader


def test_opening_changes_and_closing_stand_first() -> None:
    assert read(ROWS).rows[:10] == [
        "|| Bought coins| Bonus coins| Diamonds| In claims",
        "| Opening balance| 1,200| 40| 500| 100",
        "| Gifts received · 2| +279| +9||",
        "| Gifts taken back · 1| -9| -9||",
        "| Converted · 1| -1,000|| +500|",
        "| Diamonds claimed · 1||| -600| +600",
        "| Claims paid · 1|||| -100",
        "| Claims rejected, diamonds returned · 1||| +600| -600",
        "| Gifts whose payment went back · 1| -90|||",
        "| Closing balance| 380| 40| 1,000| 0",
    ]


def test_rows_stand_under_their_day_and_a_day_ends_with_its_balance() -> None:
    rows = read(ROWS).rows[10:]
    assert rows[1:6] == [
        "| Sunday, November 1, 2026",
        "| 9:00\u202fAM 💐 Posy from Mia #101 · “Happy birthday, Luna!” · 29 coins fee| +270|||",
        "| 10:00\u202fAM 🐞 Ladybird ×2 from Noor #103 · 2 coins fee| +9| +9||",
        "| 10:00\u202fAM 🐞 Ladybird ×2 from Noor, taken back #104 · Gift #103| -9| -9||",
        "| Balance| 1,470| 40| 500| 100",
    ]
    assert "Converted #110 · 1/2 diamonds per bought coin, 0 per bonus coin" in rows[7]
    assert "Diamonds claimed · Claim #4 #111|" in rows[8]
    assert "Claim paid · Claim #3 #140 · by Ada · SEPA 2026-11-10/77" in rows[11]
    assert "Honey Pot from Mia, its payment went back #160 · Gift #90| -90" in rows[-2]


def test_numbers_and_days_are_written_as_the_locale_does() -> None:
    german = read(ROWS, texts_for("de"))
    assert "| Opening balance| 1.200| 40| 500| 100" in german.rows
    assert "| Sonntag, 1. November 2026" in german.rows
    assert "November 2026" in german.words
    assert ("html", {"lang": "de", "dir": "ltr"}) in german.tags
    assert ("html", {"lang": "ar", "dir": "rtl"}) in read(ROWS, texts_for("ar")).tags


def test_in_play_mode_nothing_speaks_of_money() -> None:
    words = " ".join(read(ROWS).words)
    assert "€" not in words
    assert "brackets" not in words


def test_where_coins_are_sold_every_amount_of_them_has_its_price() -> None:
    paid = read(ROWS, PRICED)
    assert "| Opening balance| 1,200 (€24.00)| 40 (€0.80)| 500| 100" in paid.rows
    assert any("29 coins (€0.58) fee| +270 (€5.40)|" in row for row in paid.rows)
    assert paid.words.count(
        "In brackets: what members pay for as many coins here, not what you are paid."
    )


def test_coins_of_a_season_that_is_over_never_had_the_price_of_today() -> None:
    season = row_of(200, "season", Pots(-380, -40, -1_000), after=22 * DAY)
    gift = row_of(201, "gift", Pots(100), after=23 * DAY, gift="petal", count=100, spent_coins=100)
    rows = booked([*ROWS, season, gift], OPENING)
    told = read(rows, PRICED, season_entry_id=200).rows
    assert "| Opening balance| 1,200| 40| 500| 100" in told
    assert "| Gifts received · 3| +379| +9||" in told
    assert "| Closing balance| 100 (€2.00)| 0 (€0.00)| 0| 0" in told
    assert any(row.endswith("29 coins fee| +270|||") for row in told)
    assert any("A new season began #200| -380| -40| -1,000|" in row for row in told)
    assert any("Petal ×100 from Mia #201| +100 (€2.00)|||" in row for row in told)


def test_what_people_wrote_is_shown_and_never_run() -> None:
    row = row_of(1, "gift", Pots(1), gift="petal", count=1, message=EVIL, note=EVIL)
    page = read([row], streamer=EVIL, guild=EVIL, name_of={10: EVIL}.__getitem__)
    tags = [tag for tag, _ in page.tags]
    assert not {"script", "img", "link", "iframe", "form", "a"} & set(tags)
    assert " ".join(page.words).count(EVIL) == 6  # title, heading, guild, giver, message, note


def test_the_page_loads_nothing_and_says_so_to_the_browser() -> None:
    tags = read(ROWS).tags
    attributes = {name for _, each in tags for name in each}
    assert attributes.isdisjoint({"src", "href", "style", "onclick", "onload"})
    policy = [each["content"] for tag, each in tags if tag == "meta" and "http-equiv" in each]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_an_empty_month_says_so() -> None:
    page = read([])
    assert "Nothing happened in this month." in page.words
    assert page.rows[1:] == [
        "| Opening balance| 1,200| 40| 500| 100",
        "| Closing balance| 1,200| 40| 500| 100",
    ]


def test_a_month_that_is_not_over_says_that_more_may_come() -> None:
    sentence = "This month is not over: more may come."
    statement = statement_around(ROWS, OPENING)
    assert sentence in read(ROWS, made_at=statement.starts_at + DAY).words
    assert sentence not in read(ROWS).words


def test_too_many_rows_become_runs_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_page, "MOST_ROWS", 5)
    page = read(ROWS)
    run = "| 10:00\u202fAM 2 gifts from 2 people #104 · 1 taken back · 29 coins fee| +270|||"
    assert run in page.rows
    assert any(word.startswith("There are 8 rows, so gifts") for word in page.words)
    assert "| Gifts received · 2| +279| +9||" in page.rows
    assert "| Closing balance| 380| 40| 1,000| 0" in page.rows
    gifts = [replace(row, fee_coins=0) for row in ROWS[:1]] * 6
    assert any("6 gifts from 1 person #101|" in row for row in read(booked(gifts, OPENING)).rows)


def test_a_kind_that_nobody_named_yet_is_still_told() -> None:
    row = row_of(1, "miracle", Pots(7), after=1)
    assert row_words(ENGLISH, row, name_of) == kind_words(ENGLISH, "miracle") == "Other"
    assert any("Other #1| +7|" in each for each in read([row]).rows)


def test_a_gift_that_left_the_catalogue_keeps_its_code() -> None:
    row = row_of(1, "gift", Pots(7), gift="unicorn", count=3)
    assert row_words(ENGLISH, row, name_of) == "unicorn from Mia"


def test_one_rate_for_both_kinds_is_told_once() -> None:
    row = row_of(1, "conversion", Pots(-2, 0, 1), paid_rate="1/2", bonus_rate="1/2")
    assert any("1/2 diamonds per coin" in each for each in read([row]).rows)
