"""The check of perks finds where they and their claims disagree."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.services.economy import Economy
from bot.services.perk_proofs import PERK_CHECKS
from bot.services.proofs import FULL_AUDIT
from tests.services.conftest import ADMIN_ID, GUILD_ID, STREAMER_ID, Play


@pytest.fixture
async def sample(economy: Economy, play: Play) -> Path:
    """Books with two perks: one that was given, one whose claim waits."""
    await play.diamonds(500)
    await economy.perks.offer(GUILD_ID, ADMIN_ID, name="x", role_id=5, diamonds=100, days=7)
    for claim_id in (1, 2):
        await economy.perks.claim(
            guild_id=GUILD_ID, key=play.key(), streamer_id=STREAMER_ID, perk_id=1
        )
        if claim_id == 1:
            await economy.claims.approve(
                guild_id=GUILD_ID, key="a", admin_id=ADMIN_ID, claim_id=claim_id
            )
            await economy.claims.mark_paid(
                guild_id=GUILD_ID, key="p", admin_id=ADMIN_ID, claim_id=1, reference="given"
            )
    await economy.perk_returns.run()
    return economy.books.path


async def test_books_that_are_well_have_no_findings(sample: Path) -> None:
    assert await audit(sample, FULL_AUDIT) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE perk_grant SET streamer_id = 21 WHERE claim_id = 2",
        "UPDATE perk_grant SET claim_id = 9 WHERE claim_id = 2",
        "UPDATE perk_grant SET expires_at = 5 WHERE claim_id = 2",
        "DROP TRIGGER claim_worth_stays; UPDATE claim SET amount_minor = 5 WHERE claim_id = 2",
    ],
)
async def test_a_perk_that_does_not_fit_its_claim_is_found(sample: Path, damage: str) -> None:
    with closing(sqlite3.connect(sample)) as connection:
        connection.executescript(damage)
    findings = await audit(sample, PERK_CHECKS)
    assert [finding.check for finding in findings] == list(PERK_CHECKS)
