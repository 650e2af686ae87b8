"""The audit finds every kind of damage, and nothing in books that are well."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.accounts import Account
from bot.ledger.audit import LEDGER_CHECKS, RECENT_CHECKS, Check, Finding, audit
from bot.ledger.books import Books
from bot.ledger.posting import Line, from_house, to_house
from tests.ledger.conftest import (
    GUILD_ID,
    MEMBER_ID,
    STREAMER_ID,
    book,
    entry_of,
    granted,
    moved,
    open_raw,
    unguard,
)

SUMS, ZERO, OWNERS, NUMBERS, LINES, MIRRORS = (check.holds for check in LEDGER_CHECKS)
(RECENT,) = (check.holds for check in RECENT_CHECKS)
ALL_CHECKS = (*LEDGER_CHECKS, *RECENT_CHECKS)


@pytest.fixture
async def sample(books: Books) -> Path:
    """Books in which every kind of thing happened, in two guilds."""
    back = (
        Line(STREAMER_ID, Account.EARNED_BONUS, MEMBER_ID, Account.BONUS, 40),
        from_house(Account.FEE, MEMBER_ID, Account.BONUS, 2),
    )
    for guild_id in (GUILD_ID, GUILD_ID + 1):
        for number, entry in enumerate(
            (
                entry_of(granted(100), key="1", guild_id=guild_id),
                entry_of(
                    moved(40),
                    to_house(MEMBER_ID, Account.BONUS, Account.FEE, 2),
                    key="2",
                    guild_id=guild_id,
                ),
                entry_of(*back, key="3", guild_id=guild_id, reverses_id=2),
                entry_of(
                    from_house(Account.SOLD, MEMBER_ID, Account.PAID, 70),
                    key="4",
                    guild_id=guild_id,
                ),
                entry_of(
                    from_house(Account.MINTED, STREAMER_ID, Account.DIAMONDS, 10),
                    key="5",
                    guild_id=guild_id,
                ),
            ),
            start=1,
        ):
            assert (await book(books, entry)).entry_id == number
    return books.path


def checks_of(findings: Iterable[Finding]) -> set[str]:
    """Return what was found not to hold."""
    return {finding.check.holds for finding in findings}


async def test_books_that_are_well_have_no_findings(sample: Path) -> None:
    assert await audit(sample, ALL_CHECKS) == []


async def test_empty_books_are_well(books: Books) -> None:
    assert await audit(books.path, ALL_CHECKS) == []


MEMBERS_PAID = "WHERE guild_id = 7 AND owner_id = 10 AND account = 'paid'"

# What was done to the sample past its triggers, and exactly the checks that must notice.
DAMAGES = [
    ("a balance raised", f"UPDATE pot SET balance = 71 {MEMBERS_PAID}", {SUMS, ZERO, RECENT}),
    ("a version skipped", f"UPDATE pot SET version = 9 {MEMBERS_PAID}", {SUMS}),
    ("a pot lost", f"DELETE FROM pot {MEMBERS_PAID}", {SUMS, ZERO, RECENT}),
    ("a pot without a line", "INSERT INTO pot VALUES (7, 30, 'paid', 5, 1)", {SUMS, ZERO}),
    ("an empty pot without a line", "INSERT INTO pot VALUES (7, 30, 'paid', 0, 0)", {SUMS}),
    (
        "coins moved between pots without a line",
        (
            f"UPDATE pot SET balance = 60 {MEMBERS_PAID};"
            "UPDATE pot SET balance = 110"
            " WHERE guild_id = 7 AND owner_id = 10 AND account = 'bonus'"
        ),
        {SUMS, RECENT},
    ),
    (
        "the house's pot changed",
        "UPDATE pot SET balance = 0 WHERE guild_id = 7 AND account = 'sold'",
        {SUMS, ZERO},
    ),
    (
        "a line changed",
        "UPDATE line SET amount = 69 WHERE guild_id = 7 AND entry_id = 4",
        {SUMS, RECENT},
    ),
    (
        "a line lost",
        "DELETE FROM line WHERE guild_id = 7 AND entry_id = 4",
        {SUMS, LINES},
    ),
    (
        "an entry lost, and its lines",
        (
            "DELETE FROM line WHERE guild_id = 7 AND entry_id = 4;"
            "DELETE FROM entry WHERE guild_id = 7 AND entry_id = 4"
        ),
        {SUMS, NUMBERS},
    ),
    (
        "an entry lost under its lines",
        "DELETE FROM entry WHERE guild_id = 7 AND entry_id = 4",
        {NUMBERS, LINES},
    ),
    (
        "an entry without lines",
        "INSERT INTO entry VALUES (7, 6, '6', 0, 'test', 10, 1, NULL, '')",
        {LINES},
    ),
    (
        "a receipt number skipped",
        (
            "UPDATE entry SET entry_id = 7 WHERE guild_id = 7 AND entry_id = 5;"
            "UPDATE line SET entry_id = 7 WHERE guild_id = 7 AND entry_id = 5"
        ),
        {NUMBERS},
    ),
    (
        "a receipt number under one",
        (
            "UPDATE entry SET entry_id = 0 WHERE guild_id = 7 AND entry_id = 4;"
            "UPDATE line SET entry_id = 0 WHERE guild_id = 7 AND entry_id = 4"
        ),
        {NUMBERS},
    ),
    (
        "coins that became diamonds in one line",
        "INSERT INTO line VALUES (7, 5, 1, 10, 'paid', 10, 'diamonds', 5)",
        {ZERO},
    ),
    (
        "a pot of an unknown account",
        "INSERT INTO line VALUES (7, 5, 1, 10, 'paid', 10, 'gold', 5)",
        {ZERO, OWNERS},
    ),
    (
        "pots of an unknown account that make up for each other",
        "INSERT INTO line VALUES (7, 5, 1, 0, 'gold', 10, 'gold', 5)",
        {ZERO, OWNERS},
    ),
    (
        "a member with a pot of the house",
        "INSERT INTO line VALUES (7, 5, 1, 10, 'paid', 10, 'fee', 5)",
        {OWNERS},
    ),
    (
        "the house with a pot of a member",
        "INSERT INTO line VALUES (7, 5, 1, 10, 'paid', 0, 'bonus', 5)",
        {OWNERS},
    ),
    (
        "a member's pot below zero",
        "INSERT INTO line VALUES (7, 5, 1, 10, 'paid', 20, 'earned_paid', 71)",
        {OWNERS},
    ),
    (
        "a reversal of less",
        "UPDATE line SET amount = 1 WHERE guild_id = 7 AND entry_id = 3 AND number = 1",
        {SUMS, RECENT, MIRRORS},
    ),
    (
        "a reversal of one line of two",
        "DELETE FROM line WHERE guild_id = 7 AND entry_id = 3 AND number = 1",
        {SUMS, RECENT, MIRRORS},
    ),
    (
        "a reversal of more",
        "INSERT INTO line VALUES (7, 3, 2, 0, 'granted', 10, 'bonus', 1)",
        {MIRRORS},
    ),
    (
        "a reversal of one of two equal lines",
        "INSERT INTO line VALUES (7, 2, 2, 10, 'bonus', 0, 'fee', 2)",
        {MIRRORS},
    ),
    (
        "a reversal of another entry",
        "UPDATE entry SET reverses_id = 1 WHERE guild_id = 7 AND entry_id = 3",
        {MIRRORS},
    ),
    (
        "a reversal of nothing",
        "UPDATE entry SET reverses_id = 99 WHERE guild_id = 7 AND entry_id = 3",
        {MIRRORS},
    ),
]


@pytest.mark.parametrize(
    ("sql", "found_by"), [pytest.param(sql, names, id=what) for what, sql, names in DAMAGES]
)
async def test_the_damage_is_found_by_the_checks_that_must(
    sample: Path, sql: str, found_by: set[str]
) -> None:
    with closing(open_raw(sample)) as other:
        unguard(other)
        other.executescript(sql)
    findings = await audit(sample, ALL_CHECKS)
    assert checks_of(findings) == found_by
    # The other guild is as it was, and every finding says which guild it is about.
    assert all(finding.details.startswith("guild 7 ") for finding in findings)


def test_every_check_has_a_damage_that_it_alone_or_with_others_must_find() -> None:
    assert {name for _, _, names in DAMAGES for name in names} == {
        check.holds for check in ALL_CHECKS
    }


async def test_a_finding_says_where_and_what(sample: Path) -> None:
    with closing(open_raw(sample)) as other:
        other.execute(f"UPDATE pot SET balance = 71 {MEMBERS_PAID}")
    (finding,) = await audit(sample, LEDGER_CHECKS[:1])
    assert finding == Finding(
        LEDGER_CHECKS[0], "guild 7 owner 10 paid has 71 version 1 lines say 70 version 1"
    )


async def test_what_was_touched_last_is_looked_at_in_every_guild(
    books: Books, second: sqlite3.Connection
) -> None:
    spent = Line(30, Account.BONUS, STREAMER_ID, Account.EARNED_BONUS, 1)
    for guild_id in (GUILD_ID, GUILD_ID + 1):
        await book(books, entry_of(granted(5, 30), key="got", guild_id=guild_id))
        await book(books, entry_of(spent, key="spent", guild_id=guild_id))
    for number in range(50):  # after as many entries the first two are no longer recent
        await book(books, entry_of(granted(1), key=f"{number}"))
    second.execute("UPDATE pot SET balance = 6 WHERE owner_id = 30")
    findings = await audit(books.path, RECENT_CHECKS)
    assert [finding.details for finding in findings] == [
        f"guild {GUILD_ID + 1} owner 30 bonus has 6 lines say 4"
    ]


async def test_the_audit_never_writes(books: Books) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await audit(books.path, [Check("nothing is deleted", "DELETE FROM streamer RETURNING 1")])
