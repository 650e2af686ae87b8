"""The features' checks find where rows and books disagree, each kind of damage by its check."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.audit import LEDGER_CHECKS, audit
from bot.services.economy import Economy
from bot.services.payment_proofs import PAYMENT_CHECKS
from bot.services.perk_proofs import PERK_CHECKS
from bot.services.promotion_terms import Terms
from bot.services.proofs import FEATURE_CHECKS, FULL_AUDIT
from bot.services.season_proofs import SEASON_CHECKS
from bot.services.split_proofs import SPLIT_CHECKS
from bot.services.tally_proofs import TALLY_CHECKS
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER, GIVER_ID, GUILD_ID, Play
from tests.services.promo import at, once

PROMO_GUILD_ID = 19
ORDER_ROW = (
    "INSERT INTO purchase_order (guild_id, order_id, member_id, pack_coins, bonus_coins, provider,"
    " ordered_at, entry_id) VALUES ({guild}, 6, 10, 70, 0, 'test', 1, {entry})"
)

(
    ORDERS,
    CREDITS,
    BONUSES,
    WINDOWS,
    BUDGETS,
    TOTALS,
    LOCKED,
    PAID_OUT,
    PARTS,
    ON_THEIR_WAY,
    STEPS,
    STATES,
    GIFTS,
    UNDOS,
    CONVERSIONS,
) = (check.holds for check in FEATURE_CHECKS)


@pytest.fixture
async def sample(economy: Economy, play: Play, clock: MovableClock) -> Path:
    """Books in which every feature did everything.

    Entries: 1 order, 2 grant, 3 gift, 4 gift, 5 undo of 4, 6 conversion, 7 to 10 claims 1 to 4,
    11 claim 1 paid, 12 claim 2 rejected.
    """
    await play.set("fee_percent", "10")
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 5, 700)
    await economy.orders.buy_test(GUILD_ID + 1, GIVER_ID, 5, 70)
    await economy.grants.grant(
        guild_id=GUILD_ID, key="g", admin_id=ADMIN_ID, member=GIVER, coins=20, reason="party"
    )
    await play.gift(gift="picnic")
    again = await play.gift(gift="sunflower")
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, again.entry_id)
    await play.convert(430)
    for claim_id in range(1, 5):
        await play.claim(100)
        if claim_id != 4:
            await economy.claims.approve(
                guild_id=GUILD_ID, key=f"a{claim_id}", admin_id=ADMIN_ID, claim_id=claim_id
            )
    await economy.claims.mark_paid(
        guild_id=GUILD_ID, key="p", admin_id=ADMIN_ID, claim_id=1, reference="transfer"
    )
    await economy.claims.reject(
        guild_id=GUILD_ID, key="r", admin_id=ADMIN_ID, claim_id=2, reason="sorry"
    )
    await promote(economy, clock)
    return economy.books.path


async def promote(economy: Economy, clock: MovableClock) -> None:
    """Let somebody buy under a promotion with a budget, and under one without."""
    for guild_id, budget_coins in ((PROMO_GUILD_ID, 100), (PROMO_GUILD_ID + 1, 0)):
        plan = once(Terms(bonus_percent=20, budget_coins=budget_coins))
        await economy.promotions.create(guild_id, ADMIN_ID, "promo", plan)
    clock.now = at(10)
    for guild_id in (PROMO_GUILD_ID, PROMO_GUILD_ID + 1):
        await economy.orders.buy_test(guild_id, GIVER_ID, 8, 350)


async def test_books_that_are_well_have_no_findings(sample: Path) -> None:
    assert await audit(sample, FULL_AUDIT) == []


def test_the_full_audit_is_every_check() -> None:
    parts = (
        *LEDGER_CHECKS,
        *FEATURE_CHECKS,
        *PAYMENT_CHECKS,
        *SEASON_CHECKS,
        *TALLY_CHECKS,
        *SPLIT_CHECKS,
        *PERK_CHECKS,
    )
    assert set(FULL_AUDIT) == set(parts)
    assert len({check.holds for check in FULL_AUDIT}) == len(FULL_AUDIT)


# What was done to the sample's rows past their triggers, and exactly the checks that must notice.
DAMAGES = [
    (
        "an order of somebody else",
        "UPDATE purchase_order SET member_id = 21 WHERE guild_id = 7",
        {CREDITS},
    ),
    ("a conversion of somebody else", "UPDATE conversion SET streamer_id = 21", {CONVERSIONS}),
    (
        "a paid claim of somebody else",
        "UPDATE claim SET streamer_id = 21 WHERE claim_id = 1",
        {PAID_OUT, STEPS},
    ),
    ("an order lost", "DELETE FROM purchase_order WHERE guild_id = 7", {ORDERS}),
    (
        "an order changed",
        "UPDATE purchase_order SET pack_coins = 350 WHERE guild_id = 7",
        {ORDERS, CREDITS},
    ),
    (
        "an order that was never credited",
        ORDER_ROW.format(guild=7, entry=99),
        {ORDERS, CREDITS},
    ),
    (
        "an order in a guild without books",
        ORDER_ROW.format(guild=9, entry=1),
        {ORDERS, CREDITS},
    ),
    ("an order that forgot its entry", "UPDATE purchase_order SET entry_id = NULL", {ORDERS}),
    ("a gift lost", "DELETE FROM gift WHERE entry_id = 3", {GIFTS}),
    ("a gift's price changed", "UPDATE gift SET coins = 500 WHERE entry_id = 3", {GIFTS}),
    (
        "a gift that nobody paid",
        (
            "INSERT INTO gift SELECT guild_id, streamer_id, 99, giver_id, gift, count, coins,"
            " bonus_coins, fee_percent, message, sent_at FROM gift WHERE entry_id = 3"
        ),
        {GIFTS},
    ),
    ("a gift under another entry", "UPDATE gift SET entry_id = 99 WHERE entry_id = 3", {GIFTS}),
    ("a mark of an undo lost", "DELETE FROM gift_undo", {UNDOS}),
    (
        "an undo of a gift that is not reversed",
        "INSERT INTO gift_undo VALUES (7, 20, 3, 99)",
        {UNDOS},
    ),
    ("an undo marked on another gift", "UPDATE gift_undo SET entry_id = 3", {UNDOS}),
    ("a conversion lost", "DELETE FROM conversion", {CONVERSIONS}),
    ("a conversion of fewer coins", "UPDATE conversion SET paid_coins = 1", {CONVERSIONS}),
    ("a conversion of more diamonds", "UPDATE conversion SET diamonds = 999", {CONVERSIONS}),
    (
        "a conversion that moved nothing",
        "INSERT INTO conversion VALUES (7, 20, 99, 5, 0, 5, '1', '1')",
        {CONVERSIONS},
    ),
    (
        "an open claim's amount changed",
        "UPDATE claim SET diamonds = 1 WHERE claim_id = 4",
        {LOCKED, STEPS},
    ),
    ("an open claim lost", "DELETE FROM claim WHERE claim_id = 4", {LOCKED}),
    (
        "an open claim of somebody else",
        "UPDATE claim SET streamer_id = 21 WHERE claim_id = 4",
        {LOCKED, STEPS},
    ),
    (
        "a paid claim's amount changed",
        "UPDATE claim SET diamonds = 1 WHERE claim_id = 1",
        {PARTS, STEPS},
    ),
    ("a paid claim lost", "DELETE FROM claim WHERE claim_id = 1", {PAID_OUT}),
    (
        "a claim paid without a step",
        "UPDATE claim SET state = 'paid' WHERE claim_id = 3",
        {LOCKED, PARTS, STATES},
    ),
    ("a payment of a claim lost", "DELETE FROM claim_payment", {PAID_OUT, PARTS}),
    (
        "a payment of more diamonds",
        "UPDATE claim_payment SET diamonds = 101",
        {PAID_OUT, PARTS},
    ),
    ("a payment of more money", "UPDATE claim_payment SET amount_minor = 1", {PARTS}),
    (
        "a payment under another entry",
        "UPDATE claim_payment SET entry_id = 99",
        {PAID_OUT},
    ),
    (
        "diamonds on their way that nobody sends",
        "UPDATE claim SET sending_diamonds = 5 WHERE claim_id = 3",
        {ON_THEIR_WAY},
    ),
    (
        "a claim that is being sent without a step or diamonds",
        "UPDATE claim SET state = 'sending' WHERE claim_id = 3",
        {ON_THEIR_WAY, STATES},
    ),
    (
        "a rejected claim's amount changed",
        "UPDATE claim SET diamonds = 1 WHERE claim_id = 2",
        {STEPS},
    ),
    (
        "a claim approved without a step",
        "UPDATE claim SET state = 'approved' WHERE claim_id = 4",
        {STATES},
    ),
    (
        "a claim without any step",
        "DELETE FROM claim_step WHERE claim_id = 4",
        {STATES},
    ),
    (
        "a claim's last step lost",
        "DELETE FROM claim_step WHERE claim_id = 3 AND step = 2",
        {STATES},
    ),
    (
        "an order with more bonus",
        "UPDATE purchase_order SET bonus_coins = 71 WHERE guild_id = 19",
        {BONUSES},
    ),
    ("a bonus lost", "DELETE FROM order_bonus WHERE guild_id = 19", {BONUSES, BUDGETS, TOTALS}),
    (
        "a bonus outside its window",
        "UPDATE order_bonus SET priced_at = priced_at + 3601 WHERE guild_id = 19",
        {WINDOWS},
    ),
    (
        "a bonus of no window",
        "UPDATE order_bonus SET window_id = 9 WHERE guild_id = 19",
        {WINDOWS, BUDGETS},
    ),
    (
        "a bonus of other terms",
        "UPDATE order_bonus SET bonus_percent = 5 WHERE guild_id = 19",
        {WINDOWS},
    ),
    (
        "a bonus beyond its terms",
        "UPDATE order_bonus SET bonus_coins = 71 WHERE guild_id = 19",
        {BONUSES, WINDOWS, BUDGETS, TOTALS},
    ),
    ("a sum of bonuses lost", "DELETE FROM promotion_total WHERE guild_id = 19", {TOTALS}),
    ("a buyer counted twice", "UPDATE promotion_total SET buyers = 2", {TOTALS}),
    (
        "a budget that was not drawn from",
        "UPDATE promotion_terms SET budget_coins = 5 WHERE guild_id = 20",
        {BUDGETS},
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
    findings = await audit(sample, FULL_AUDIT)
    assert {finding.check.holds for finding in findings} == found_by
    assert all(finding.details.startswith("guild ") for finding in findings)


def test_every_check_has_a_damage_that_it_must_find() -> None:
    assert {name for _, _, names in DAMAGES for name in names} == {
        check.holds for check in FEATURE_CHECKS
    }


async def test_a_finding_says_where_and_what(sample: Path) -> None:
    with closing(sqlite3.connect(sample, isolation_level=None)) as other:
        other.execute("DROP TRIGGER conversion_is_final")
        other.execute("UPDATE conversion SET diamonds = 999")
    (finding,) = await audit(sample, FEATURE_CHECKS)
    assert finding.details == f"guild {GUILD_ID} entry 6 moved 430 430"
