"""Shorthand for tests of promotions: plans, purchases under them, and a clock to move."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.economy import Economy
from bot.services.orders import OrderReceipt
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.promotions import Promotion
from bot.services.recurrence import Kind, Recurrence
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID

ADMIN_ID = 500
HOUR = 60 * 60
DAY = 24 * HOUR
BERLIN = ZoneInfo("Europe/Berlin")

# The clock of the tests starts on Friday, 15 January 2027, 08:00 UTC.
TODAY = date(2027, 1, 15)
DAILY = Recurrence(kind=Kind.DAILY, first_date=TODAY, start_time=time(18), lasts_seconds=2 * HOUR)
ONCE = replace(DAILY, kind=Kind.ONCE, start_time=time(9))
HAPPY_HOUR = Plan(name="Happy Hour", terms=Terms(bonus_percent=20), recurrence=DAILY)


def once(terms: Terms, **more: Any) -> Plan:
    """Return a plan with a single window, today from 9 to 11 UTC."""
    return replace(Plan(name="A", terms=terms, recurrence=ONCE), **more)


class Promo:
    """Creates promotions, buys under them, and looks at what was written."""

    def __init__(self, economy: Economy, clock: MovableClock) -> None:
        self.economy = economy
        self.clock = clock
        self._orders = 0

    async def create(self, plan: Plan, key: str | None = None) -> Promotion:
        """Save a promotion."""
        self._orders += 1
        return await self.economy.promotions.create(
            GUILD_ID, ADMIN_ID, key or f"promo:{self._orders}", plan
        )

    async def buy(self, member_id: int = GIVER_ID, coins: int = 700) -> OrderReceipt:
        """Buy a pack with whatever bonus there is."""
        self._orders += 1
        packs = await self.economy.orders.packs(GUILD_ID, member_id)
        shown = next(pack.bonus_coins for pack in packs if pack.coins == coins)
        bought = await self.economy.orders.buy_test(
            GUILD_ID, member_id, self._orders, coins, expected_bonus=shown
        )
        assert isinstance(bought, OrderReceipt)
        return bought

    async def bonus(self, member_id: int = GIVER_ID, coins: int = 700) -> int:
        """Return the bonus coins that a pack brings now."""
        packs = await self.economy.orders.packs(GUILD_ID, member_id)
        return next(pack.bonus_coins for pack in packs if pack.coins == coins)

    async def windows(self) -> list[tuple[str, int, int, str]]:
        """Return local dates, bounds and states of all windows."""
        rows = await self.economy.books.read(
            "SELECT local_date, starts_at, ends_at, state FROM promotion_window"
            " ORDER BY promotion_id, starts_at"
        )
        return [tuple(row) for row in rows]

    def go_to(self, hour: int, *, days: int = 0, zone: ZoneInfo | None = None) -> None:
        """Move the clock to an hour of a day from today on."""
        day = datetime.combine(TODAY + timedelta(days=days), time(hour), zone or UTC)
        self.clock.now = int(day.timestamp())


def at(hour: int, *, days: int = 0, zone: ZoneInfo | None = None) -> int:
    """Return an hour of a day from today on (seconds, UTC)."""
    day = datetime.combine(TODAY + timedelta(days=days), time(hour), zone or UTC)
    return int(day.timestamp())
