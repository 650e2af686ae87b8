"""The checks of payments find where rows and books disagree, each kind of damage by its check."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.services.payment_proofs import PAYMENT_CHECKS
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID, Play
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")

PROMISED, PROMISES, ONE_PROMISE, PAYMENTS, TAKEN, CHANGES, GIFTS, UNDONE, DEBTS, DISPUTES, WAITS = (
    check.holds for check in PAYMENT_CHECKS
)


@pytest.fixture
async def sample(play: Play, clock: MovableClock) -> Path:
    """Books with a paid, a refunded, a disputed and an indebted order, and one that waits.

    Orders: 1 is refunded out of a gift, 2 is disputed, 3 is owed, 4 is open with a promise.
    """
    shop = Shop(play, clock)
    await shop.set("hold_days", "30")
    first = await shop.bought(100)
    await play.gift(gift="petal", count=100)
    await shop.say(first, refunded_minor=PRICE_MINOR)
    disputed = await shop.bought(50, member_id=11)
    owed = await shop.bought(30, member_id=12)
    await play.gift(gift="petal", count=30, giver_id=12)
    clock.advance(30 * 24 * 60 * 60)
    await play.convert(30)
    await shop.say(owed, refunded_minor=PRICE_MINOR)
    await play.gift(gift="petal", count=20, giver_id=11)
    await shop.say(disputed, disputes_open=1)
    await shop.order(70, bonus_coins=7)
    return play.economy.books.path


async def test_books_that_are_well_have_no_findings(sample: Path) -> None:
    assert await audit(sample, PAYMENT_CHECKS) == []


DAMAGES = [
    ("a promise that no order has", "UPDATE purchase_order SET state = 'closed'", {PROMISES}),
    (
        "a promise that is not in the pot",
        "UPDATE order_promise SET bonus_coins = bonus_coins + 1",
        {PROMISED},
    ),
    (
        "a promise released without giving the coins back",
        "UPDATE order_promise SET state = 'released'",
        {PROMISED},
    ),
    (
        "a second promise of one promotion",
        "INSERT INTO order_promise SELECT 7, 1, 10, 1, 1, 10, 7, 70, 1, 0, 'open'",
        {PROMISED, PROMISES, ONE_PROMISE},
    ),
    (
        "a payment of another price",
        "UPDATE payment SET amount_minor = amount_minor + 1 WHERE order_id = 2",
        {PAYMENTS},
    ),
    (
        "a payment of an order that was never credited",
        "INSERT INTO payment VALUES (7, 4, 'truth', 'pay-4', 1000, 'EUR', 0, 0, 0, 0, 1, 1)",
        {PAYMENTS},
    ),
    (
        "a refund that nobody booked",
        "UPDATE payment SET refunded_minor = 500 WHERE order_id = 2",
        {TAKEN},
    ),
    (
        "a refund booked and forgotten",
        "UPDATE payment SET refunded_minor = 0 WHERE order_id = 1",
        {TAKEN},
    ),
    (
        "a change that moved nothing",
        "INSERT INTO lot_change VALUES (7, 2, 1, NULL, 5, 0, 0, 5, 0, 0, 1)",
        {CHANGES, TAKEN},
    ),
    (
        "a gift that gave back more than it had",
        "INSERT INTO gift_return SELECT 7, streamer_id, entry_id, 999, 1, 1, 0 FROM gift_return",
        {GIFTS},
    ),
    (
        "a gift taken back that a refund took coins out of",
        "INSERT INTO gift_undo SELECT 7, streamer_id, entry_id, 999 FROM gift_return",
        {UNDONE},
    ),
    ("somebody who owes and is not frozen", "DELETE FROM frozen WHERE reason = 'debt'", {DEBTS}),
    (
        "somebody who is frozen and owes nothing",
        "INSERT INTO frozen VALUES (7, 77, 'debt', 0, 1)",
        {DEBTS},
    ),
    (
        "a dispute that froze nobody",
        "DELETE FROM frozen WHERE reason = 'dispute'",
        {DISPUTES, WAITS},
    ),
    (
        "a gift that waits for a dispute that is over",
        "INSERT INTO disputed_gift SELECT 7, streamer_id, entry_id, 1, 1, 0 FROM gift_return",
        {WAITS},
    ),
    (
        "a gift of which more waits than its giver paid",
        "UPDATE disputed_gift SET coins = 21",
        {WAITS},
    ),
    (
        "somebody frozen for a dispute that is over",
        "INSERT INTO frozen VALUES (7, 10, 'dispute', 1, 1)",
        {DISPUTES},
    ),
]


@pytest.mark.parametrize(
    ("damage", "found"), [damage[1:] for damage in DAMAGES], ids=[damage[0] for damage in DAMAGES]
)
async def test_the_damage_is_found_by_the_checks_that_must(
    sample: Path, damage: str, found: set[str]
) -> None:
    assert GUILD_ID == 7
    with closing(sqlite3.connect(sample)) as second, second:
        second.execute(damage)
    findings = await audit(sample, PAYMENT_CHECKS)
    assert {finding.check.holds for finding in findings} == found


def test_every_check_has_a_damage_that_it_must_find() -> None:
    found = {holds for damage in DAMAGES for holds in damage[2]}
    assert found == {check.holds for check in PAYMENT_CHECKS}
