"""The providers over our own database, `manual` and `test`; see `contract.py`."""

import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import aiosqlite
from typing_extensions import override

from bot.ledger.books import Books
from bot.payments.manual import Manual
from bot.payments.own_payments import OwnProvider
from bot.payments.provider import TEST_CURRENCY, Checkout, PayableOrder, PaymentProvider
from bot.payments.test_mode import PlayMoney
from bot.services.economy import Economy
from bot.services.orders import PACKS_COINS
from bot.services.own_payments import OwnPaymentBook
from bot.settings import Settings
from tests.conftest import MovableClock
from tests.new_books import open_books
from tests.payments.contract import Can, Rig, RigMaker

GUILD_ID = 5_000
ADMIN_ID = 1
MOST_ORDERS = 40

_ORDER_SQL = """
INSERT INTO purchase_order (guild_id, order_id, member_id, pack_coins, bonus_coins, provider,
                            ordered_at, price_minor, currency, expires_at, state, code)
VALUES (?, ?, ?, ?, 0, 'manual', ?, ?, ?, ?, 'open', ?)
"""


@dataclass
class OwnParts:
    """What the registry hands to providers, as far as these take it."""

    books: Books
    movable: MovableClock
    own: OwnPaymentBook = field(init=False)

    def __post_init__(self) -> None:
        self.own = OwnPaymentBook(self.books, self.movable)

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        return self.movable


class OwnRig(Rig):
    """A provider over books of its own."""

    kind: ClassVar[type[Manual | PlayMoney]]
    currency: ClassVar[str]

    def __init__(self, parts: OwnParts) -> None:
        self.parts = parts
        self.began_at = parts.movable.now
        self._provider = self._made()

    def _made(self) -> OwnProvider:
        made = self.kind.configured(Settings.model_validate({}), self.parts)
        assert made is not None
        return made

    @property
    @override
    def provider(self) -> PaymentProvider:
        return self._provider

    @override
    async def restart(self) -> None:
        await self._provider.close()
        self.parts = OwnParts(self.parts.books, self.parts.movable)
        self._provider = self._made()

    @override
    def order(self, order_id: int) -> PayableOrder:
        return PayableOrder(
            guild_id=GUILD_ID,
            order_id=order_id,
            member_id=600 + order_id,
            coins=PACKS_COINS[order_id % len(PACKS_COINS)],
            price_minor=9_990,
            currency=self.currency,
            code=f"K7QM-{order_id:04}",
            title="Coins in Flower Market",
            expires_at=self.began_at + self.kind.order_seconds,
        )


class ManualRig(OwnRig):
    """Cash, and an admin who counts it."""

    name = "manual"
    can = frozenset(
        {
            Can.ORDERS,
            Can.EVENTS,
            Can.EXPIRE,
            Can.REFUND,
            Can.REFUND_IN_PART,
            Can.REFUND_ELSEWHERE,
        }
    )
    kind = Manual
    currency = "EUR"

    async def take_orders(self) -> None:
        """Let all orders wait for their money."""
        orders = [self.order(order_id) for order_id in range(1, MOST_ORDERS + 1)]

        async def write(connection: aiosqlite.Connection) -> None:
            for order in orders:
                await connection.execute_fetchall(
                    _ORDER_SQL,
                    (
                        order.guild_id,
                        order.order_id,
                        order.member_id,
                        order.coins,
                        self.began_at,
                        order.price_minor,
                        order.currency,
                        order.expires_at,
                        order.code,
                    ),
                )

        await self.parts.books.do(write)

    @override
    async def pay(self, order: PayableOrder, checkout: Checkout) -> str:
        payment = await self.parts.own.confirm(
            order.guild_id,
            order.order_id,
            ADMIN_ID,
            amount_minor=order.price_minor,
            currency=order.currency,
        )
        return payment.payment_id

    @override
    async def expire(self, order: PayableOrder, checkout: Checkout) -> None:
        self.parts.movable.now = order.expires_at

    @override
    async def give_back(self, payment_id: str, amount_minor: int) -> None:
        guild_id, order_id = map(int, payment_id.split("-"))
        key = f"by hand at {self.parts.movable.now}"
        await self.parts.own.reverse(
            guild_id, order_id, ADMIN_ID, key=key, amount_minor=amount_minor
        )


class PlayRig(OwnRig):
    """Test purchases, which are paid by being made."""

    name = "test"
    can = frozenset({Can.ORDERS, Can.REFUND, Can.REFUND_IN_PART})
    kind = PlayMoney
    currency = TEST_CURRENCY

    @override
    async def pay(self, order: PayableOrder, checkout: Checkout) -> str:
        orders = Economy.over(self.parts.books, self.parts.movable).orders
        await orders.buy_test(order.guild_id, order.member_id, order.order_id, order.coins)
        return checkout.checkout_id

    @override
    def price_of(self, order: PayableOrder) -> tuple[int, str]:
        return order.coins, TEST_CURRENCY


@contextlib.asynccontextmanager
async def parts_over(folder: Path) -> AsyncGenerator[OwnParts]:
    """Open books in a folder."""
    books = await open_books(folder / "books.sqlite3")
    try:
        yield OwnParts(books, MovableClock())
    finally:
        await books.close()


@contextlib.asynccontextmanager
async def manual(folder: Path) -> AsyncGenerator[Rig]:
    """Give orders that wait for cash."""
    async with parts_over(folder) as parts:
        rig = ManualRig(parts)
        await rig.take_orders()
        yield rig


@contextlib.asynccontextmanager
async def play(folder: Path) -> AsyncGenerator[Rig]:
    """Give a guild that plays."""
    async with parts_over(folder) as parts:
        yield PlayRig(parts)


RIGS: dict[str, RigMaker] = {"manual": manual, "test": play}
