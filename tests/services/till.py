"""A guild that takes money and a buyer at its till, for tests of orders and what they bring."""

from typing import Any, Self

from bot.services.checkouts import OpenOrder
from bot.services.economy import Economy
from bot.services.orders import LessBonus
from bot.services.payment_booking import Outcome
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.payments.truth import TruthProvider
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID
from tests.services.promo import HOUR, once
from tests.services.shop import PAID_SETUP


class Till:
    """A guild in paid mode with one pack of 100 coins for 5 euros, and a buyer who may buy."""

    def __init__(self, economy: Economy, clock: MovableClock, provider: TruthProvider) -> None:
        self.economy = economy
        self.clock = clock
        self.provider = provider

    async def begin(self) -> Self:
        """Let the guild take money, and the buyer be allowed to pay it."""
        await self.economy.seasons.begin_paid(GUILD_ID, ADMIN_ID, PAID_SETUP)
        await self.economy.packs.put(GUILD_ID, ADMIN_ID, 100, 500)
        await self.economy.declarations.declare(GUILD_ID, GIVER_ID, "DE", "en-US")
        return self

    async def open(self, order_id: int = 1, **values: Any) -> OpenOrder:
        """Open an order that is expected to be opened."""
        opened = await self.ask(order_id, **values)
        assert isinstance(opened, OpenOrder)
        return opened

    async def ask(self, order_id: int = 1, **values: Any) -> OpenOrder | LessBonus:
        """Ask for an order of the pack."""
        known: dict[str, Any] = {"member_id": GIVER_ID, "coins": 100, "title": "100 coins"}
        known |= values
        return await self.economy.checkouts.open(
            GUILD_ID, known.pop("member_id"), order_id, known.pop("coins"), **known
        )

    async def pay(self, opened: OpenOrder, payment_id: str = "pay-1") -> Outcome:
        """Pay an order and settle it."""
        order = self.provider.truth.orders[opened.checkout.checkout_id]
        notice = self.provider.truth.pay(order, payment_id, self.clock())
        return (await self.economy.settlement.settle("truth", notice)).outcome

    async def promote(self, **terms: Any) -> None:
        """Let every pack bring a bonus from now until two hours later."""
        known: dict[str, Any] = {"bonus_percent": 50, **terms}
        plan = once(Terms(**known))
        await self.economy.promotions.create(GUILD_ID, ADMIN_ID, "promo", plan)
        self.clock.advance(HOUR)
