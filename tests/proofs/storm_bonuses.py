"""The promotions of a storm over payments, and what every order should have brought under them.

What an order brings is worked out anew from the journal alone, entry by entry, by a model that
knows budgets, caps and promises and nothing of how the bot finds them.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.services.economy import Economy
from bot.services.new_orders import MOST_OPEN_ORDERS
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.recurrence import Kind, Recurrence
from tests.proofs.paying_bot import ADMIN_ID, GUILD_ID
from tests.proofs.payment_service import NOW, PaymentService

_DAY = 24 * 60 * 60
_BEGIN = datetime.fromtimestamp(NOW, UTC)
# It ends in any week of downtime, and what is left of its budget goes back a day later: something
# always is, as nobody can have all that the cap allows.
_OPENING = Plan(
    name="Opening",
    terms=Terms(bonus_percent=30, budget_coins=650, member_coins=150),
    recurrence=Recurrence(
        kind=Kind.ONCE,
        first_date=_BEGIN.date(),
        start_time=_BEGIN.time(),
        lasts_seconds=3 * _DAY,
    ),
)
# It goes on, with a new window and new caps every day.
_EVERY_DAY = replace(
    _OPENING,
    name="Every day",
    terms=Terms(bonus_percent=25, budget_coins=500, member_coins=200),
    recurrence=replace(_OPENING.recurrence, kind=Kind.DAILY, lasts_seconds=_DAY),
)
# By their numbers.
PLANS = {1: _OPENING, 2: _EVERY_DAY}


async def promote(economy: Economy) -> None:
    """Open promotions whose budgets and caps are too small for everybody."""
    for plan in PLANS.values():
        await economy.promotions.create(GUILD_ID, ADMIN_ID, plan.name, plan)
    await economy.promotion_clock.tick()


def overspent(books: sqlite3.Connection) -> list[str]:
    """Return what may be at no moment of a storm: budgets overspent, or too many orders open."""
    found = [
        f"member {member_id} has {count} orders open"
        for member_id, count in books.execute(
            "SELECT member_id, COUNT(*) FROM purchase_order WHERE state = 'open' GROUP BY 1"
        )
        if count > MOST_OPEN_ORDERS
    ]
    for promotion_id, coins in books.execute(
        "SELECT promotion_id, SUM(bonus_coins) FROM ("
        " SELECT promotion_id, bonus_coins FROM order_bonus UNION ALL"
        " SELECT promotion_id, bonus_coins FROM order_promise WHERE state = 'open') GROUP BY 1"
    ):
        if coins > PLANS[promotion_id].terms.budget_coins:
            found.append(f"promotion {promotion_id} has {coins} given or promised")
    for window_id, promotion_id, member_id, coins in books.execute(
        "SELECT window_id, promotion_id, member_id, SUM(bonus_coins) FROM order_bonus"
        " GROUP BY window_id, promotion_id, member_id"
    ):
        if coins > PLANS[promotion_id].terms.member_coins:
            found.append(f"member {member_id} had {coins} in window {window_id}")
    return found


@dataclass(frozen=True, slots=True)
class _Promise:
    """The bonus that an order was promised when it was made."""

    order_id: int
    member_id: int
    promotion_id: int
    window_id: int
    coins: int


@dataclass
class _Model:
    """What is left of budgets and caps, and who holds what, at one entry of the journal."""

    promises: dict[int, _Promise]
    budgets: Counter[int] = field(default_factory=Counter[int])
    used: Counter[tuple[int, int]] = field(default_factory=Counter[tuple[int, int]])
    held: dict[int, _Promise] = field(default_factory=dict[int, _Promise])
    over: set[int] = field(default_factory=set[int])

    def bonus_of(self, order_id: int, *, is_late: bool) -> int:
        """Return what an order brings that is credited now."""
        promise = self.promises.get(order_id)
        if promise is None or is_late:
            return 0
        if order_id in self.held:
            return promise.coins
        terms = PLANS[promise.promotion_id].terms
        own = sum(
            each.coins
            for each in self.held.values()
            if (each.member_id, each.promotion_id) == (promise.member_id, promise.promotion_id)
            and each.promotion_id not in self.over
        )
        cap_left = terms.member_coins - self.used[promise.member_id, promise.window_id]
        return min(promise.coins, cap_left, self.budgets[promise.promotion_id] + own)

    def take(self, order_id: int, coins: int) -> None:
        """Let an order have brought its bonus."""
        self.held.pop(order_id, None)
        if promise := self.promises.get(order_id):
            self.used[promise.member_id, promise.window_id] += coins


def wrong_bonuses(books: sqlite3.Connection, service: PaymentService) -> list[str]:
    """Return orders that brought another bonus than they should, and what is promised still."""
    promised = books.execute("SELECT SUM(balance) FROM pot WHERE account = 'promised'").fetchone()
    found = [f"{promised[0]} coins are promised to nobody"] if promised[0] else []
    columns = "order_id, member_id, promotion_id, window_id, bonus_coins"
    rows = books.execute(f"SELECT {columns} FROM order_promise").fetchall()
    model = _Model({row[0]: _Promise(*row) for row in rows})
    credited = _credited(books, service)
    for entry_id, key in books.execute("SELECT entry_id, key FROM entry ORDER BY entry_id"):
        step, _, number = key.rpartition(":")
        if step == "promise":
            model.held[int(number)] = model.promises[int(number)]
        elif step == "release":
            model.held.pop(int(number), None)
        elif number == "over":
            model.over.add(int(step.removeprefix("budget:")))
        elif entry_id in credited:
            order_id, coins, is_late = credited[entry_id]
            right = model.bonus_of(order_id, is_late=is_late)
            if coins != right:
                found.append(f"order {order_id} should bring {right}, and brought {coins}")
            model.take(order_id, coins)
        for owner_id, coins in _budget_lines(books, entry_id):
            model.budgets[-owner_id] += coins
    given = dict(books.execute("SELECT order_id, bonus_coins FROM order_bonus"))
    brought = {order_id: coins for order_id, coins, _ in credited.values() if coins}
    if given != brought:
        found.append(f"bonuses are {given}, the journal says {brought}")
    return found


def _credited(
    books: sqlite3.Connection, service: PaymentService
) -> dict[int, tuple[int, int, bool]]:
    """Return by their entries which orders were credited, with what bonus, and whether late."""
    rows = books.execute(
        "SELECT o.entry_id, o.order_id, p.payment_id, o.expires_at, (SELECT SUM(amount)"
        " FROM line AS l WHERE l.guild_id = o.guild_id AND l.entry_id = o.entry_id"
        " AND l.target_account = 'bonus')"
        " FROM purchase_order AS o JOIN payment AS p USING (guild_id, order_id)"
    )
    return {
        entry_id: (order_id, coins or 0, service.payments[payment_id].paid_at > expires_at)
        for entry_id, order_id, payment_id, expires_at, coins in rows
    }


def _budget_lines(books: sqlite3.Connection, entry_id: int) -> Iterator[tuple[int, int]]:
    """Return whose budgets an entry changed, and by how many coins."""
    yield from books.execute(
        "SELECT target_owner_id, amount FROM line WHERE guild_id = ?1 AND entry_id = ?2"
        " AND target_account = 'budget' UNION ALL SELECT source_owner_id, -amount FROM line"
        " WHERE guild_id = ?1 AND entry_id = ?2 AND source_account = 'budget'",
        (GUILD_ID, entry_id),
    )
