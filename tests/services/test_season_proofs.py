"""The checks of seasons find where books and seasons disagree, each kind of damage by its check."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from bot.services.season_proofs import SEASON_CHECKS
from tests.services.conftest import GIVER_ID, GUILD_ID
from tests.services.paid import OWNER_ID, SETUP

EMPTY, ARCHIVE, SETTINGS = (check.holds for check in SEASON_CHECKS)


@pytest.fixture
async def sample(economy: Economy) -> Path:
    """Books of a guild in its third season, and of one that always played.

    Entries: 1 an order, 2 the end of the first season, which leaves nothing for the second.
    """
    for guild_id in (GUILD_ID, GUILD_ID + 1):
        await economy.orders.buy_test(guild_id, GIVER_ID, 5, 700)
    await economy.seasons.begin_paid(GUILD_ID, OWNER_ID, SETUP)
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 6, 350)
    return economy.books.path


async def test_books_that_are_well_have_no_findings(sample: Path) -> None:
    assert await audit(sample, FULL_AUDIT) == []


DAMAGES = [
    ("a season that forgot coins", "DELETE FROM line WHERE entry_id = 2 AND number = 0", {EMPTY}),
    (
        "a season that took too little",
        "UPDATE line SET amount = 1 WHERE entry_id = 2 AND number = 0",
        {EMPTY},
    ),
    (
        "a season that began later than its entry",
        "UPDATE season SET entry_id = 3 WHERE season = 3",
        {EMPTY, SETTINGS},
    ),
    ("an end without a season", "DELETE FROM season", {ARCHIVE, SETTINGS}),
    (
        "an end of another season",
        "UPDATE entry SET key = 'season:9' WHERE guild_id = 7 AND entry_id = 2",
        {ARCHIVE},
    ),
    (
        "coins that went into the archive by themselves",
        (
            "INSERT INTO line SELECT guild_id, 1, 7, 10, 'paid', 0, 'archived', 1 FROM entry"
            " WHERE guild_id = 8"
        ),
        {ARCHIVE},
    ),
    (
        "diamonds that came out of it",
        (
            "INSERT INTO line SELECT guild_id, 1, 7, 0, 'archived_diamonds', 10, 'diamonds', 1"
            " FROM entry WHERE guild_id = 8"
        ),
        {ARCHIVE},
    ),
    ("a mode that no season has", "UPDATE guild_setting SET value = 'paid'", {SETTINGS}),
    (
        "a mark that no season has",
        "UPDATE guild_setting SET value = '1' WHERE name = 'season_entry_id'",
        {SETTINGS},
    ),
    ("a guild that forgot its season", "DELETE FROM guild_setting", {SETTINGS}),
    (
        "a season that nobody began",
        "INSERT INTO season VALUES (9, 2, 'paid', 0, 1, 1, 1)",
        {SETTINGS},
    ),
]


@pytest.mark.parametrize(
    ("sql", "found_by"), [pytest.param(sql, names, id=what) for what, sql, names in DAMAGES]
)
async def test_the_damage_is_found_by_the_checks_that_must(
    sample: Path, sql: str, found_by: set[str]
) -> None:
    with closing(sqlite3.connect(sample, isolation_level=None)) as other:
        triggers = other.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            other.execute(f"DROP TRIGGER {name}")
        other.execute(sql)
    findings = await audit(sample, SEASON_CHECKS)
    assert {finding.check.holds for finding in findings} == found_by
    assert all(finding.details.startswith("guild ") for finding in findings)
