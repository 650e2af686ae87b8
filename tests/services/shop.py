"""Orders over a payment service that always knows the truth, for tests of what is booked."""

from typing import Any

import aiosqlite

from bot.payments.provider import PayableOrder
from bot.services.bonuses import OrderBonus
from bot.services.money_orders import MoneyOrder, find_order, insert_order, payable
from bot.services.payment_booking import Outcome
from bot.services.promises import promise
from bot.services.seasons import PaidSetup
from bot.services.settlement import Settlement
from tests.conftest import MovableClock
from tests.payments.truth import Truth, TruthProvider
from tests.services.conftest import GIVER_ID, GUILD_ID, Play

PRICE_MINOR = 1_000

PAID_SETUP = PaidSetup(
    currency="EUR",
    provider="truth",
    terms_url="https://example.org/terms",
    privacy_url="https://example.org/privacy",
    support_url="https://example.org/help",
    text_version=1,
)


class Shop:
    """Orders over a truth, with what tests ask of the books afterwards."""

    def __init__(self, play: Play, clock: MovableClock) -> None:
        self.play = play
        self.clock = clock
        self.truth = Truth()
        self.provider = TruthProvider(self.truth)
        self.settlement = Settlement(play.economy.books, clock, {"truth": self.provider})
        self._numbers = iter(range(1, 1_000))

    async def order(
        self, coins: int = 100, *, member_id: int = GIVER_ID, bonus_coins: int = 0
    ) -> PayableOrder:
        """Put an order into the books that waits for its money, with the bonus it is promised."""
        number = next(self._numbers)
        order = MoneyOrder(
            guild_id=GUILD_ID,
            order_id=number,
            member_id=member_id,
            coins=coins,
            bonus_coins=bonus_coins,
            price_minor=PRICE_MINOR,
            currency="EUR",
            provider="truth",
            code=f"CODE-{number}",
            checkout_id=f"checkout-{number}",
            sku_id=0,
            state="open",
            ordered_at=self.clock(),
            expires_at=self.clock() + 1_800,
            entry_id=None,
        )

        async def write(connection: aiosqlite.Connection) -> None:
            await insert_order(connection, order)
            if bonus_coins:
                await promise(connection, _promised(order))

        await self.play.economy.books.do(write)
        await self.provider.start(payable(order, "coins"))
        return payable(order, "coins")

    async def bought(self, coins: int = 100, *, member_id: int = GIVER_ID) -> str:
        """Let a member order and pay, settle it, and return the payment's name."""
        order = await self.order(coins, member_id=member_id)
        payment_id = f"pay-{order.order_id}"
        self.truth.pay(order, payment_id, self.clock())
        await self.say(payment_id)
        return payment_id

    async def say(self, payment_id: str, **values: Any) -> Outcome:
        """Change a payment and settle it; return what that led to."""
        notice = self.truth.set(payment_id, **values)
        return (await self.settlement.settle("truth", notice)).outcome

    async def found(self, order_id: int) -> MoneyOrder:
        """Return an order as it is now."""
        order = await find_order(self.play.economy.books.read, GUILD_ID, order_id)
        assert order is not None
        return order

    async def letters(self) -> list[tuple[int, str]]:
        """Return who is to be told what."""
        rows = await self.play.economy.books.read(
            "SELECT member_id, kind FROM letter ORDER BY letter_id"
        )
        return [tuple(row) for row in rows]

    async def reviews(self) -> list[str]:
        """Return why payments wait for a person."""
        rows = await self.play.economy.books.read(
            "SELECT reason FROM payment_review WHERE settled_at = 0 ORDER BY review_id"
        )
        return [row[0] for row in rows]

    async def set(self, name: str, value: str) -> None:
        """Store a setting of the guild, whichever command it has."""

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO guild_setting VALUES (?, ?, ?, 0, 0)", (GUILD_ID, name, value)
            )

        await self.play.economy.books.do(write)


def _promised(order: MoneyOrder) -> OrderBonus:
    return OrderBonus(
        guild_id=order.guild_id,
        order_id=order.order_id,
        member_id=order.member_id,
        promotion_id=1,
        window_id=1,
        bonus_percent=10,
        bonus_coins=order.bonus_coins,
        pack_coins=order.coins,
        priced_at=order.ordered_at,
        from_budget=False,
    )
