"""Packs and orders: credited exactly once."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import EconomyClosed, KeyConflict, UnknownPack, WalletFull
from bot.services.economy import Economy
from bot.services.orders import OrderReceipt, Pack
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, Play

ORDER_ID = 1_234_567_890_123_456_789


async def test_the_packs_are_offered_smallest_first(economy: Economy) -> None:
    assert await economy.orders.packs(GUILD_ID, GIVER_ID) == tuple(
        Pack(coins) for coins in (70, 350, 700, 1_400, 3_500, 7_000, 17_500)
    )


async def test_an_order_credits_paid_coins(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(bonus=5)
    receipt = await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    assert receipt == OrderReceipt(
        guild_id=GUILD_ID,
        order_id=ORDER_ID,
        entry_id=2,
        member_id=GIVER_ID,
        coins=70,
        bonus_coins=0,
        balance_coins=75,
        ordered_at=clock.now,
        replayed=False,
    )
    assert await play.pots(GIVER_ID) == {"paid": 70, "bonus": 5}
    assert await play.pots(0) == {"sold": -70, "granted": -5}
    assert await economy.books.read(
        "SELECT guild_id, order_id, member_id, pack_coins, bonus_coins, provider, ordered_at,"
        " entry_id FROM purchase_order"
    ) == [(GUILD_ID, ORDER_ID, GIVER_ID, 70, 0, "test", clock.now, 2)]


async def test_the_same_order_many_times_at_once_is_credited_once(
    economy: Economy, play: Play
) -> None:
    bought = await asyncio.gather(
        *(economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70) for _ in range(10))
    )
    receipts = [receipt for receipt in bought if isinstance(receipt, OrderReceipt)]
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 9
    assert len({replace(receipt, replayed=True) for receipt in receipts}) == 1
    assert await play.pots(GIVER_ID) == {"paid": 70}


async def test_a_replayed_order_tells_when_it_was_made_and_what_there_is_now(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    first = await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    await play.coins(bonus=5)
    clock.advance(60)
    again = await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    assert again == replace(first, balance_coins=75, replayed=True)


@pytest.mark.parametrize(("member_id", "coins"), [(GIVER_ID, 350), (OTHER_GIVER_ID, 70)])
async def test_an_order_of_other_content_is_a_conflict(
    economy: Economy, play: Play, member_id: int, coins: int
) -> None:
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    with pytest.raises(KeyConflict):
        await economy.orders.buy_test(GUILD_ID, member_id, ORDER_ID, coins)
    assert await play.entries() == 1


async def test_the_same_order_in_another_guild_is_another_order(economy: Economy) -> None:
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    other = await economy.orders.buy_test(GUILD_ID + 1, GIVER_ID, ORDER_ID, 350)
    assert isinstance(other, OrderReceipt)
    assert not other.replayed


@pytest.mark.parametrize("coins", [0, -70, 71, 10**30])
async def test_there_are_no_other_packs(economy: Economy, play: Play, coins: int) -> None:
    with pytest.raises(UnknownPack) as refusal:
        await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, coins)
    assert refusal.value.coins == coins
    assert await play.entries() == 0


async def test_a_closed_economy_offers_and_sells_nothing(economy: Economy, play: Play) -> None:
    await play.set("open", "off")
    with pytest.raises(EconomyClosed):
        await economy.orders.packs(GUILD_ID, GIVER_ID)
    with pytest.raises(EconomyClosed):
        await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    assert await play.entries() == 0


async def test_a_wallet_is_filled_to_the_last_coin_and_no_further(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=10**15 - 70)
    first = await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70)
    assert await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, 70) == replace(
        first, replayed=True
    )
    with pytest.raises(WalletFull):
        await economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID + 1, 70)
    assert await economy.books.read("SELECT COUNT(*) FROM purchase_order") == [(1,)]
