"""A replay gives what was booked, also when the rules changed since; and one intent stays one."""

import sqlite3
from contextlib import closing

import pytest

from bot.errors import EconomyClosed, KeyConflict, OldButton, UndoTooLate
from bot.services.economy import Economy
from bot.services.gift_drafts import GiftDraft
from bot.services.gifts import GiftReceipt, GiftRequest
from bot.services.guilds import Person
from bot.services.orders import OrderReceipt
from tests.conftest import MovableClock

GUILD, GIVER, ADMIN = 1, 7, 9
LUNA = Person(50, "Luna")


@pytest.fixture
async def garden(economy: Economy) -> Economy:
    await economy.guilds.name_streamer(GUILD, ADMIN, LUNA.member_id)
    await economy.orders.buy_test(GUILD, GIVER, 1, 17_500)
    return economy


def request(key: str = "gift:5", *, gift: str = "posy", count: int = 1) -> GiftRequest:
    return GiftRequest(
        guild_id=GUILD, key=key, giver_id=GIVER, streamer=LUNA, gift=gift, count=count
    )


async def close(economy: Economy) -> None:
    await economy.guilds.change_setting(GUILD, ADMIN, "open", "off")


async def test_a_gift_is_replayed_after_the_economy_closed(garden: Economy) -> None:
    first = await garden.gifts.send(request())
    await close(garden)
    again = await garden.gifts.send(request())
    offered = await garden.gift_drafts.offer(request(), 77)
    assert again == offered
    assert (again.entry_id, again.coins, again.replayed) == (first.entry_id, 299, True)
    with pytest.raises(EconomyClosed):
        await garden.gifts.send(request("gift:6"))


async def test_another_gift_under_the_key_is_a_conflict_whatever_the_rules(
    garden: Economy,
) -> None:
    await garden.gifts.send(request())
    await close(garden)
    with pytest.raises(KeyConflict):
        await garden.gifts.send(request(count=2))


async def test_orders_conversions_and_claims_are_replayed_after_the_economy_closed(
    garden: Economy,
) -> None:
    await garden.gifts.send(request())

    async def convert(key: str) -> bool:
        receipt = await garden.conversions.convert(
            guild_id=GUILD, key=key, streamer_id=LUNA.member_id, coins=None
        )
        return receipt.replayed

    async def claim(key: str) -> bool:
        stepped = await garden.claims.request(
            guild_id=GUILD, key=key, streamer_id=LUNA.member_id, diamonds=150
        )
        return stepped.replayed

    assert not await convert("c1")
    assert not await claim("q1")
    await close(garden)
    assert await convert("c1")
    assert await claim("q1")
    again = await garden.orders.buy_test(GUILD, GIVER, 1, 17_500)
    assert isinstance(again, OrderReceipt)
    assert again.replayed
    for work in (convert("c2"), claim("q2"), garden.orders.buy_test(GUILD, GIVER, 2, 70)):
        with pytest.raises(EconomyClosed):
            await work


async def test_many_drafts_of_one_intent_are_one_gift(garden: Economy) -> None:
    large = request("gift:again:2", gift="comet")
    drafts = [await garden.gift_drafts.offer(large, number) for number in (100, 101)]
    receipts: list[GiftReceipt] = []
    for draft in drafts:
        assert isinstance(draft, GiftDraft)
        receipts.append(await garden.gift_drafts.send(draft, LUNA))
    assert [receipt.replayed for receipt in receipts] == [False, True]
    assert receipts[0].entry_id == receipts[1].entry_id
    third = await garden.gift_drafts.offer(large, 102)
    assert isinstance(third, GiftReceipt)
    assert third.replayed


async def test_a_draft_whose_price_changed_asks_anew(garden: Economy) -> None:
    draft = await garden.gift_drafts.offer(request(gift="comet"), 100)
    assert isinstance(draft, GiftDraft)
    with closing(sqlite3.connect(garden.books.path)) as other, other:
        other.execute("UPDATE gift_draft SET coins = 15")
    with pytest.raises(OldButton):
        await garden.gift_drafts.find(GUILD, 100, GIVER)


async def test_a_clock_set_back_reopens_neither_undo_nor_a_draft(
    garden: Economy, clock: MovableClock
) -> None:
    receipt = await garden.gifts.send(request())
    await garden.gift_drafts.offer(request("gift:8", gift="comet"), 100)
    clock.advance(-3_600)
    with pytest.raises(UndoTooLate):
        await garden.gift_undos.undo(GUILD, GIVER, receipt.entry_id)
    with pytest.raises(OldButton):
        await garden.gift_drafts.find(GUILD, 100, GIVER)
