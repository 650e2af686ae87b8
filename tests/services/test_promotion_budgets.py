"""Budgets: a pot that is never overspent, whatever is changed while a window is open."""

from dataclasses import replace

import pytest

from bot.ledger.audit import audit
from bot.promotion_errors import BudgetSpent
from bot.services.economy import Economy
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID, Play
from tests.services.promo import ADMIN_ID, HAPPY_HOUR, Promo, at

pytestmark = pytest.mark.proof("promotions")


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


def doubled(budget_coins: int, name: str = "Happy Hour") -> Plan:
    """Return a Happy Hour that doubles every pack, up to a budget."""
    terms = Terms(bonus_percent=100, budget_coins=budget_coins)
    return replace(HAPPY_HOUR, terms=terms, name=name)


async def edit(promo: Promo, plan: Plan) -> int:
    """Change the promotion and return what is left of its budget."""
    promotions = promo.economy.promotions
    return (await promotions.edit(GUILD_ID, ADMIN_ID, 1, plan)).budget_left


async def buy(promo: Promo, *members: int) -> list[int]:
    """Let members buy a pack of 700 each and return their bonuses."""
    return [(await promo.buy(member)).bonus_coins for member in members]


async def tick(promo: Promo) -> None:
    await promo.economy.promotion_clock.tick()


async def pot(play: Play) -> int:
    return (await play.pots(-1)).get("budget", 0)


async def test_a_budget_that_is_added_leaves_an_open_window_as_it_was(
    promo: Promo, play: Play
) -> None:
    await promo.create(doubled(0))
    promo.go_to(19)
    await tick(promo)
    assert await edit(promo, doubled(1_000)) == 1_000
    # What the window promised has no limit, and it counts.
    assert await buy(promo, 100, 101, 102) == [700, 700, 700]
    assert await edit(promo, doubled(1_000, name="Renamed")) == 0
    promo.go_to(19, days=1)
    assert await buy(promo, 100, 101) == [0, 0]
    report = await promo.economy.promotion_reports.report(GUILD_ID, 1)
    assert (report.bonus_given, report.promotion.budget_left) == (2_100, 0)
    assert await pot(play) == 0
    assert await audit(promo.economy.books.path, FULL_AUDIT) == []


async def test_what_a_window_without_a_budget_leaves_of_a_new_one_is_for_the_next(
    promo: Promo, play: Play
) -> None:
    await promo.create(doubled(0))
    promo.go_to(19)
    await edit(promo, doubled(1_000))
    assert await buy(promo, 100) == [700]
    promo.go_to(19, days=1)
    assert await buy(promo, 100, 101) == [300, 0]
    await tick(promo)
    assert await pot(play) == 0


async def test_a_budget_that_is_taken_away_stays_with_an_open_window(
    promo: Promo, play: Play
) -> None:
    await promo.create(doubled(1_000))
    promo.go_to(19)
    await tick(promo)
    assert await edit(promo, doubled(0)) == 0
    assert await promo.bonus() == 700
    assert await buy(promo, 100, 101, 102) == [700, 300, 0]
    promo.go_to(19, days=1)
    assert await buy(promo, 100, 101) == [700, 700]
    await tick(promo)
    assert await pot(play) == 0
    assert await audit(promo.economy.books.path, FULL_AUDIT) == []


async def test_a_budget_that_is_raised_or_lowered_is_for_the_next_windows(
    promo: Promo, play: Play
) -> None:
    await promo.create(doubled(1_500))
    promo.go_to(18)
    assert await buy(promo, 100) == [700]
    for budget, left, held in (
        (5_000, 4_300, 4_300),
        (800, 100, 800),
        (700, 0, 800),
        (0, 0, 800),
        (1_000, 300, 800),
    ):
        assert await edit(promo, doubled(budget)) == left
        assert await pot(play) == held
        assert await promo.bonus() == 700
    with pytest.raises(BudgetSpent):
        await edit(promo, doubled(699))
    assert await buy(promo, 101, 102) == [700, 100]
    promo.go_to(18, days=1)
    assert await promo.bonus() == 0
    # What was given is more than the budget by now, and that is no reason to refuse a name.
    assert await edit(promo, doubled(1_000, name="Renamed")) == 0
    await tick(promo)
    assert (await play.pots(0))["promoted"] == -1_500
    assert await audit(promo.economy.books.path, FULL_AUDIT) == []


async def test_what_a_window_does_not_need_goes_back_when_it_ends(promo: Promo, play: Play) -> None:
    await promo.create(doubled(1_000))
    promo.go_to(18)
    await tick(promo)
    await edit(promo, doubled(200))
    assert await pot(play) == 1_000
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    assert await pot(play) == 1_000
    await tick(promo)
    assert await pot(play) == 200
    await tick(promo)
    rows = await promo.economy.books.read(
        "SELECT actor_id, posted_at FROM entry WHERE kind = 'budget' ORDER BY entry_id"
    )
    assert rows == [(ADMIN_ID, at(8)), (0, at(18))]


async def test_prices_never_wait_for_a_budget_to_be_settled(promo: Promo) -> None:
    """No job has looked when the next window opens."""
    await promo.create(doubled(0))
    promo.go_to(18)
    await edit(promo, doubled(500))
    promo.go_to(18, days=1)
    assert await promo.bonus() == 500
    await edit(promo, doubled(0))
    promo.go_to(18, days=2)
    assert await promo.bonus() == 700


async def test_what_is_noted_beside_the_orders_is_audited(promo: Promo) -> None:
    await promo.create(doubled(0))
    promo.go_to(18)
    await buy(promo, 100, 101, 100)
    rows = await promo.economy.books.read("SELECT * FROM promotion_total")
    assert rows == [(GUILD_ID, 1, 2, 2_100, 2_100)]
    await promo.economy.books.do(
        lambda connection: connection.execute_fetchall(
            "UPDATE promotion_total SET bonus_coins = bonus_coins - 1"
        )
    )
    (finding,) = await audit(promo.economy.books.path, FULL_AUDIT)
    assert finding.check.holds == "what a promotion gave in all is what its orders say"
