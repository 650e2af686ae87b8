"""What members do in a storm over payments: order, pay, want it no more, gift, and take it back."""

import contextlib

from bot.payments.provider import Payment
from bot.services.new_orders import MOST_OPEN_ORDERS
from tests.proofs.paying_bot import GUILD_ID
from tests.proofs.payment_world import Died
from tests.proofs.storm_scene import MEMBERS, PRICES, Order, Scene


class Buyers:
    """The members, and the banks behind them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chance = scene.chance
        self._gifts = 0

    async def order(self) -> None:
        """Open an order; most expect the whole bonus, and take what there is of it."""
        orders = self._scene.orders
        order = Order(
            len(orders) + 1, self._chance.choice(MEMBERS), self._chance.choice(list(PRICES))
        )
        orders.append(order)
        answer = await self._make(order, None if self._chance.random() < 0.7 else 0)
        if answer == "LessBonus":
            answer = await self._make(order, 0)
        order.is_made = answer == "OpenOrder"
        waiting = sum(each.member_id == order.member_id for each in orders) - 1
        is_right = {
            None: True,  # it died
            "OpenOrder": True,
            # Who disputes a payment buys nothing meanwhile.
            "DisputeOpen": True,
            "TooManyOrders": waiting >= MOST_OPEN_ORDERS,
        }
        if not is_right.get(answer):
            self._scene.defects.append(f"order {order.order_id}: {answer}")

    async def _make(self, order: Order, expected_bonus: int | None) -> str | None:
        return await self._scene.ask(
            "order",
            order_id=order.order_id,
            member_id=order.member_id,
            coins=order.coins,
            expected_bonus=expected_bonus,
        )

    async def cancel(self) -> None:
        """Want an order no more, also one that is being paid or was."""
        if made := [order for order in self._scene.orders if order.is_made]:
            order = self._chance.choice(made)
            await self._scene.ask("cancel", order_id=order.order_id, member_id=order.member_id)

    async def spend(self) -> None:
        """Send gifts, and let the streamer convert them."""
        self._gifts += 1
        if self._chance.random() < 0.2:
            coins = self._chance.randint(1, 300)
            await self._scene.ask("convert", key=f"convert:{self._gifts}", coins=coins)
            return
        await self._gift(self._chance.choice(MEMBERS), self._chance.randint(1, 400))

    async def _gift(self, member_id: int, count: int) -> None:
        """Send a gift, and every third time take it back while other things happen."""
        number = self._gifts
        with contextlib.suppress(Died):
            sent = await self._scene.bot.ask(
                "gift", key=f"gift:{number}", member_id=member_id, count=count
            )
            # A word instead is why it was not sent.
            if number % 3 == 0 and isinstance(sent, int):
                await self._scene.bot.ask("undo", entry_id=sent, member_id=member_id)

    def happen(self) -> None:
        """Pay, and let banks do something, that the bot is not told of yet."""
        made = [order for order in self._scene.orders if order.is_made]
        for order in self._chance.sample(made, min(2, len(made))):
            if not order.payments or self._chance.random() < 0.1:
                self._pay(order)
        for payment_id in self.some_payments(self._chance.randint(0, 2)):
            self.turn(payment_id)
        if self._chance.random() < 0.1:
            self._pay(Order(9_000 + len(self._scene.service.events), 10, 100))

    def some_payments(self, most: int) -> list[str]:
        """Return some of all payments."""
        known = list(self._scene.service.payments)
        return self._chance.sample(known, min(most, len(known)))

    def _pay(self, order: Order) -> None:
        service = self._scene.service
        payment_id = f"pay-{len(service.payments) + 1}"
        order.payments.append(payment_id)
        wrong = self._chance.random() < 0.1
        service.put(
            Payment(
                payment_id=payment_id,
                guild_id=GUILD_ID,
                order_id=order.order_id,
                amount_minor=PRICES[order.coins] - wrong,
                currency="EUR",
                is_paid=True,
                paid_at=service.now,
            )
        )

    def turn(self, payment_id: str) -> None:
        """Refund, dispute, win, lose, appeal, or let a refund fail after all."""
        payment = self._scene.service.payments[payment_id]
        amount = payment.amount_minor
        turns = [
            {"disputes_open": 0},
            {"disputes_open": 0, "lost_minor": amount},
            {"refunded_minor": amount},
            {"refunded_minor": self._chance.randint(1, amount)},
            {"refunded_minor": 0},
            {"disputes_open": 1},
            {"lost_minor": 0},
        ]
        # Disputes are decided more often than not, as who has one buys and gives nothing.
        is_decided = payment.disputes_open and self._chance.random() < 0.6
        turn = self._chance.choice(turns[:2] if is_decided else turns)
        self._scene.service.change(payment_id, **turn)
