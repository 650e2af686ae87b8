"""From a premium button to coins, over the sandbox and real books: booked first, consumed after."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import aiosqlite
import pytest

from bot.ledger.books import Books
from bot.payment_errors import ProviderSilent
from bot.payments.provider import ORDER_SECONDS, Notice, PayableOrder
from bot.sandbox.premium import Entitlement, EntitlementKind
from bot.services.letters import OWNER, Letters
from bot.services.money_orders import MoneyOrder, find_order, insert_order
from bot.services.payment_booking import Outcome
from bot.services.settlement import Settlement
from tests.new_books import open_books
from tests.payments.rigs_discord import DiscordRig, discord_rig

pytestmark = pytest.mark.proof("payments")


class Shop:
    """A guild that sells through Discord."""

    def __init__(self, rig: DiscordRig, books: Books) -> None:
        self.rig = rig
        self.books = books
        self.settlement = self._made()

    def _made(self) -> Settlement:
        return Settlement(self.books, self.rig.now, {"discord": self.rig.provider})

    async def restart(self) -> None:
        """Begin anew over the same books and the same Discord."""
        await self.rig.restart()
        self.settlement = self._made()

    async def order(
        self, order_id: int, *, guild_id: int | None = None, ordered_at: int | None = None
    ) -> PayableOrder:
        """Let somebody order a pack, here and now unless said otherwise."""
        order = self.rig.order(order_id)
        order = order if guild_id is None else replace(order, guild_id=guild_id)
        if ordered_at is not None:
            order = replace(order, expires_at=ordered_at + ORDER_SECONDS)
        stored = MoneyOrder(
            guild_id=order.guild_id,
            order_id=order_id,
            member_id=order.member_id,
            coins=order.coins,
            bonus_coins=0,
            price_minor=order.price_minor,
            currency=order.currency,
            provider="discord",
            code=order.code,
            checkout_id=(await self.rig.provider.start(order)).checkout_id,
            sku_id=order.sku_id,
            state="open",
            ordered_at=self.rig.now() if ordered_at is None else ordered_at,
            expires_at=order.expires_at,
            entry_id=None,
        )

        async def write(connection: aiosqlite.Connection) -> None:
            await insert_order(connection, stored)

        await self.books.do(write)
        return order

    async def sell(self, order: PayableOrder) -> None:
        """Let a guild have a pack with the order's SKU."""

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO pack VALUES (?, ?, ?, ?, 1, 0, ?, 1, 1)",
                (order.guild_id, order.coins, order.price_minor, order.currency, order.sku_id),
            )

        await self.books.do(write)

    async def settle(self, bought: Entitlement) -> Outcome:
        """Hear of a purchase."""
        notice = Notice(f"created:{bought.id}", bought.id)
        return (await self.settlement.settle("discord", notice)).outcome

    async def coins(self, order: PayableOrder) -> int:
        """Return what the buyer has."""
        rows = await self.books.read(
            "SELECT balance FROM pot WHERE guild_id = ? AND owner_id = ? AND account = 'paid'",
            (order.guild_id, order.member_id),
        )
        return rows[0][0] if rows else 0


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncGenerator[Shop]:
    books = await open_books(tmp_path / "books.sqlite3")
    async with discord_rig() as rig:
        yield Shop(rig, books)
    await books.close()


async def test_a_purchase_is_credited_once_and_then_consumed(shop: Shop) -> None:
    order = await shop.order(1)
    bought = shop.rig.buy(order)
    assert await shop.settle(bought) is Outcome.CREDITED
    assert await shop.settle(bought) is Outcome.NOTHING
    await shop.settlement.poll("discord")
    assert (await shop.coins(order), bought.is_consumed) == (order.coins, True)


async def test_what_was_booked_before_a_crash_is_only_consumed_at_the_start(shop: Shop) -> None:
    order = await shop.order(1)
    bought = shop.rig.buy(order)
    with pytest.MonkeyPatch.context() as patch:

        async def fail(_payment: object) -> None:
            raise ProviderSilent

        patch.setattr(shop.rig.provider, "settled", fail)
        assert await shop.settle(bought) is Outcome.CREDITED
    assert (await shop.coins(order), bought.is_consumed) == (order.coins, False)
    await shop.restart()
    await shop.settlement.poll("discord")
    assert (await shop.coins(order), bought.is_consumed) == (order.coins, True)


async def test_what_was_bought_while_the_bot_was_away_is_credited_at_the_start(shop: Shop) -> None:
    order = await shop.order(1)
    await shop.settlement.poll("discord")
    bought = shop.rig.buy(order)
    shop.rig.movable.advance(7 * 24 * 60 * 60)
    await shop.restart()
    await shop.settlement.poll("discord")
    assert (await shop.coins(order), bought.is_consumed) == (order.coins, True)


async def test_a_refund_that_nobody_rang_for_takes_the_coins_back(shop: Shop) -> None:
    order = await shop.order(1)
    bought = shop.rig.buy(order)
    await shop.settle(bought)
    await shop.rig.give_back(bought.id, 1)
    await shop.settlement.poll("discord")
    assert await shop.coins(order) == 0


async def test_what_nobody_ordered_is_kept_and_not_consumed(shop: Shop) -> None:
    await shop.sell(shop.rig.order(1))
    bought = shop.rig.buy(shop.rig.order(1))
    assert await shop.settle(bought) is Outcome.REVIEW
    assert not bought.is_consumed


async def test_what_nobody_ordered_is_credited_where_its_buyer_says(shop: Shop) -> None:
    await shop.sell(shop.rig.order(1))
    bought = shop.rig.buy(shop.rig.order(1))
    await shop.settle(bought)
    letters = await Letters(shop.books, shop.rig.now).claim()
    assert {(letter.kind, letter.member_id) for letter in letters} == {
        ("unassigned", shop.rig.order(1).member_id),
        ("operator_review", OWNER),
    }
    order = await shop.order(1)
    stored = await find_order(shop.books.read, order.guild_id, 1)
    assert stored is not None
    assert await shop.settlement.bring_home(stored)
    assert await shop.coins(order) == order.coins
    assert bought.is_consumed
    assert not await shop.settlement.bring_home(stored)


async def test_what_else_the_app_sells_is_nobodys_concern(shop: Shop) -> None:
    assert await shop.settle(shop.rig.buy(shop.rig.order(1))) is Outcome.NOTHING


async def test_what_went_back_before_it_was_credited_is_no_ones_work(shop: Shop) -> None:
    await shop.sell(shop.rig.order(1))
    bought = shop.rig.buy(shop.rig.order(1))
    await shop.rig.give_back(bought.id, 1)
    assert await shop.settle(bought) is Outcome.NOTHING


async def test_a_gift_of_the_same_pack_ends_no_order(shop: Shop) -> None:
    order = await shop.order(1)
    given = shop.rig.buy(order, EntitlementKind.DEVELOPER_GIFT)
    assert await shop.settle(given) is Outcome.NOTHING
    given.is_consumed = True
    assert await shop.settle(shop.rig.buy(order)) is Outcome.CREDITED


async def test_what_was_on_offer_in_two_servers_is_asked_about(shop: Shop) -> None:
    order = await shop.order(1)
    await shop.sell(order)
    await shop.order(1, guild_id=order.guild_id + 1)
    assert await shop.settle(shop.rig.buy(order)) is Outcome.REVIEW
    letters = await Letters(shop.books, shop.rig.now).claim()
    assert {letter.kind for letter in letters} == {"unassigned", "operator_review"}


async def test_an_old_order_is_not_what_its_buyer_meant(shop: Shop) -> None:
    order = await shop.order(1, ordered_at=shop.rig.now() - 90 * 86_400)
    await shop.sell(order)
    assert await shop.settle(shop.rig.buy(order)) is Outcome.REVIEW
