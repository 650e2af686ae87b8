"""From a page of Stripe's to coins and back, over sockets, webhooks and polls, and real books."""

import asyncio
import random
from collections.abc import AsyncGenerator
from pathlib import Path

import aiosqlite
import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.payment_errors import ProviderSilent
from bot.payments.provider import PayableOrder
from bot.services.money_orders import MoneyOrder, insert_order
from bot.services.proofs import FULL_AUDIT
from bot.services.settlement import Settlement
from tests.new_books import open_books
from tests.payments.rigs_stripe import StripeRig, stripe_rig
from tests.payments.stripe_double import Fault

pytestmark = pytest.mark.proof("payments")


class Shop:
    """A guild that sells through Stripe."""

    def __init__(self, rig: StripeRig, books: Books) -> None:
        self.rig = rig
        self.books = books

    @property
    def settlement(self) -> Settlement:
        """Return what settles, over whatever provider there is now."""
        return Settlement(self.books, self.rig.parts.clock, {"stripe": self.rig.provider})

    async def sell(self, order_id: int) -> str:
        """Let somebody order and pay a pack, and return the payment's id."""
        order = self.rig.order(order_id)
        checkout = await self.rig.provider.start(order)
        stored = MoneyOrder(
            guild_id=order.guild_id,
            order_id=order_id,
            member_id=order.member_id,
            coins=order.coins,
            bonus_coins=0,
            price_minor=order.price_minor,
            currency=order.currency,
            provider="stripe",
            code=order.code,
            checkout_id=checkout.checkout_id,
            sku_id=0,
            state="open",
            ordered_at=self.rig.parts.now,
            expires_at=order.expires_at,
            entry_id=None,
        )

        async def write(connection: aiosqlite.Connection) -> None:
            await insert_order(connection, stored)

        await self.books.do(write)
        return await self.rig.pay(order, checkout)

    async def ring(self, chaos: random.Random) -> None:
        """Deliver what Stripe sent: doubled, shuffled and all at once."""
        rings = [*(await self.rig.rings())] * 2
        chaos.shuffle(rings)
        settlement = self.settlement
        for notices in [self.rig.provider.verify(ring.headers, ring.body) for ring in rings]:
            await asyncio.gather(*(settlement.settle("stripe", notice) for notice in notices))

    async def coins(self, order: PayableOrder) -> int:
        """Return what the buyer has, less what they owe."""
        rows = await self.books.read(
            "SELECT SUM(balance) FROM pot WHERE guild_id = ? AND owner_id = ?"
            " AND account IN ('paid', 'debt')",
            (order.guild_id, order.member_id),
        )
        return rows[0][0] or 0


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncGenerator[Shop]:
    books = await open_books(tmp_path / "books.sqlite3")
    async with stripe_rig() as rig:
        yield Shop(rig, books)
    await books.close()


async def test_a_webhook_brings_the_coins_once(shop: Shop) -> None:
    await shop.sell(1)
    await shop.ring(random.Random(1))
    await shop.settlement.poll("stripe")
    assert await shop.coins(shop.rig.order(1)) == 700


async def test_polling_alone_brings_the_coins(shop: Shop) -> None:
    for number in range(1, 5):
        await shop.sell(number)
    await shop.rig.restart()
    await shop.settlement.poll("stripe")
    assert [await shop.coins(shop.rig.order(number)) for number in range(1, 5)] == [700] * 4


async def test_coins_follow_the_money_back_and_forth(shop: Shop) -> None:
    payment_id = await shop.sell(1)
    world, order = shop.rig.double.world, shop.rig.order(1)
    steps = [
        (lambda: None, 700),
        (lambda: world.give_back(payment_id, 4_995), 350),
        (lambda: world.set_refunds(payment_id, "failed"), 700),
        (lambda: world.dispute(payment_id), 700),
        (lambda: world.set_disputes(payment_id, "lost"), 0),
        (lambda: world.set_disputes(payment_id, "won"), 700),
    ]
    for happens, coins in steps:
        happens()
        await shop.settlement.poll("stripe")
        assert await shop.coins(order) == coins


async def test_what_was_sold_elsewhere_is_neither_booked_nor_reviewed(shop: Shop) -> None:
    shop.rig.double.world.sell_elsewhere()
    await shop.settlement.poll("stripe")
    assert await shop.books.read("SELECT * FROM payment_review", ()) == []
    assert await shop.books.read("SELECT * FROM payment", ()) == []


async def test_the_books_end_at_the_truth_however_events_arrive(shop: Shop) -> None:
    chaos = random.Random(7)
    world = shop.rig.double.world
    for number in range(1, 13):
        payment_id = await shop.sell(number)
        happens = chaos.randrange(4)
        if happens == 1:
            world.give_back(payment_id, chaos.randrange(1, 9_990))
        elif happens == 2:
            world.dispute(payment_id)
            world.set_disputes(payment_id, chaos.choice(["won", "lost"]))
        shop.rig.double.faults.extend(chaos.choices([None, *Fault], k=3))
        if Fault.STUCK in shop.rig.double.faults:
            shop.rig.double.faults.clear()
        try:
            await shop.ring(chaos)
        except ProviderSilent:
            await shop.rig.restart()
        shop.rig.double.faults.clear()
    await shop.settlement.poll("stripe")
    for number in range(1, 13):
        order = shop.rig.order(number)
        payment = await shop.rig.provider.payment(
            world.all_of("checkout.session")[number - 1]["id"]
        )
        expected = 700 - 700 * payment.taken_back_minor // 9_990
        assert await shop.coins(order) == expected
    assert await audit(shop.books.path, FULL_AUDIT) == []
