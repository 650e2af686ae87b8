"""Gifts: who may, what it costs, what it draws from, and once."""

import asyncio
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    BooksUnavailable,
    CountOutOfBounds,
    EconomyClosed,
    GiftToBot,
    GiftToOneself,
    KeyConflict,
    MemberLeft,
    MessageTooLong,
    NotAStreamer,
    NotEnoughCoins,
    OldButton,
    Refusal,
    UnknownGift,
    WalletFull,
)
from bot.services.catalogue import find_gift
from bot.services.economy import Economy
from bot.services.gifts import GiftReceipt
from bot.services.guilds import Person
from tests.conftest import MovableClock
from tests.services.conftest import (
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    STREAMER_ID,
    Play,
    request_of,
)


async def test_a_gift_moves_its_price_and_is_kept(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    receipt = await economy.gifts.send(request_of(gift="Tulip", count=2, message="Brava! {name}"))
    assert receipt == GiftReceipt(
        GUILD_ID,
        2,
        GIVER_ID,
        STREAMER_ID,
        find_gift("tulip"),
        2,
        30,
        "Brava! {name}",
        clock.now,
        replayed=False,
    )
    assert await play.pots(GIVER_ID) == {"paid": 70}
    assert await play.pots(STREAMER_ID) == {"earned_paid": 30}
    assert await economy.gifts.find(GUILD_ID, 2) == replace(receipt, replayed=True)


# Bonus and paid coins there are, the price, the fee in percent; then what each pot has after it.
FEES: list[tuple[int, int, int, int, dict[str, int], dict[str, int], int]] = [
    (0, 100, 49, 0, {"paid": 51}, {"earned_paid": 49}, 0),
    (100, 0, 49, 0, {"bonus": 51}, {"earned_bonus": 49}, 0),
    (49, 100, 49, 0, {"paid": 100}, {"earned_bonus": 49}, 0),
    (10, 100, 49, 0, {"paid": 61}, {"earned_bonus": 10, "earned_paid": 39}, 0),
    (20, 29, 49, 0, {}, {"earned_bonus": 20, "earned_paid": 29}, 0),
    (0, 100, 49, 10, {"paid": 51}, {"earned_paid": 45}, 4),  # 4.9
    (0, 100, 10, 10, {"paid": 90}, {"earned_paid": 9}, 1),  # exactly 1
    (0, 100, 1, 90, {"paid": 99}, {"earned_paid": 1}, 0),  # 0.9: never less than one coin arrives
    (0, 100, 2, 49, {"paid": 98}, {"earned_paid": 2}, 0),  # 0.98
    (0, 100, 2, 50, {"paid": 98}, {"earned_paid": 1}, 1),
    # Each kind by itself: 0.9 and 4 make 4, though 10 % of all are 4.9.
    (9, 100, 49, 10, {"paid": 60}, {"earned_bonus": 9, "earned_paid": 36}, 4),
    (5, 100, 10, 90, {"paid": 95}, {"earned_bonus": 1, "earned_paid": 1}, 8),
    (100, 100, 99, 33, {"bonus": 1, "paid": 100}, {"earned_bonus": 67}, 32),
]
PRICED = {1: "petal", 2: "clover", 10: "ladybird", 49: "sunflower", 99: "honeypot"}


@pytest.mark.parametrize(("bonus", "paid", "price", "fee_percent", "left", "earned", "fee"), FEES)
async def test_bonus_goes_first_and_the_fee_is_rounded_down_for_each_kind(  # noqa: PLR0913, PLR0917 - one row of a table
    play: Play,
    bonus: int,
    paid: int,
    price: int,
    fee_percent: int,
    left: dict[str, int],
    earned: dict[str, int],
    fee: int,
) -> None:
    await play.coins(bonus=bonus, paid=paid)
    await play.set("fee_percent", str(fee_percent))
    receipt = await play.gift(gift=PRICED[price])
    assert receipt.coins == price
    assert await play.pots(GIVER_ID) == left
    assert await play.pots(STREAMER_ID) == earned
    assert (await play.pots(0)).get("fee", 0) == fee


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"streamer": Person(GIVER_ID, "Mia")}, GiftToOneself),
        ({"streamer": Person(STREAMER_ID, "Beep", is_bot=True)}, GiftToBot),
        ({"streamer": Person(STREAMER_ID, "Gone", is_member=False)}, MemberLeft),
        ({"streamer": Person(21, "Kai")}, NotAStreamer),
        ({"streamer": Person(21, "Kai", role_ids=frozenset({4, 5}))}, NotAStreamer),
        ({"gift": "no such gift"}, UnknownGift),
        ({"count": 0}, CountOutOfBounds),
        ({"count": -1}, CountOutOfBounds),
        ({"count": 10_000}, CountOutOfBounds),
        ({"count": 10**30}, CountOutOfBounds),
        ({"message": "x" * 201}, MessageTooLong),
        ({"gift": "posy", "count": 4}, NotEnoughCoins),
    ],
)
async def test_a_gift_against_the_rules_moves_nothing(
    economy: Economy, play: Play, values: dict[str, Any], refusal: type[Refusal]
) -> None:
    await play.coins(paid=1_000)
    with pytest.raises(refusal):
        await economy.gifts.send(request_of(**values))
    assert await play.pots(GIVER_ID) == {"paid": 1_000}
    assert await play.entries() == 1


async def test_the_largest_counts_and_messages_are_taken(play: Play) -> None:
    await play.coins(paid=9_999)
    receipt = await play.gift(count=9_999, message="x" * 200)
    assert (receipt.coins, receipt.message) == (9_999, "x" * 200)


@pytest.mark.parametrize("message", ["nul \x00 in the middle", "half a pair \ud800 alone"])
async def test_a_message_that_no_database_keeps_harms_nobodys_history(
    economy: Economy, play: Play, message: str
) -> None:
    await play.coins(paid=10)
    receipt = await play.gift(message=message)
    page = await economy.wallets.history(GUILD_ID, STREAMER_ID)
    assert page.entries[0].message == receipt.message
    assert (await economy.gifts.find(GUILD_ID, receipt.entry_id)).message == receipt.message


async def test_not_enough_coins_tells_what_there_is_and_what_it_costs(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=30, bonus=10)
    with pytest.raises(NotEnoughCoins) as refusal:
        await economy.gifts.send(request_of(gift="sunflower"))
    assert (refusal.value.balance, refusal.value.price) == (40, 49)


async def test_a_closed_economy_takes_no_gift(economy: Economy, play: Play) -> None:
    await play.coins(paid=10)
    await play.set("open", "off")
    with pytest.raises(EconomyClosed):
        await economy.gifts.send(request_of())


async def test_whoever_has_the_streamers_role_receives_gifts(economy: Economy, play: Play) -> None:
    await play.coins(paid=10)
    await economy.guilds.set_streamer_role(GUILD_ID, 1, 5)
    by_role = Person(21, "Kai", role_ids=frozenset({4, 5}))
    assert (await play.gift(streamer=by_role)).streamer_id == 21
    assert (await play.gift(streamer=STREAMER)).streamer_id == STREAMER_ID


async def test_the_same_request_many_times_at_once_is_one_gift(
    economy: Economy, play: Play
) -> None:
    heard: list[GiftReceipt] = []
    economy.books.listen(GiftReceipt, heard.append)
    await play.coins(paid=10)
    receipts = await asyncio.gather(*(economy.gifts.send(request_of()) for _ in range(20)))
    assert [receipt.replayed for receipt in receipts] == [False] + [True] * 19
    assert {replace(receipt, replayed=True) for receipt in receipts} == {receipts[-1]}
    assert heard == receipts[:1]
    assert await play.pots(GIVER_ID) == {"paid": 9}


async def test_a_later_replay_returns_the_first_receipt(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1)
    first = await economy.gifts.send(request_of())
    clock.advance(3_600)
    await play.set("fee_percent", "50")
    assert await economy.gifts.send(request_of()) == replace(first, replayed=True)


@pytest.mark.parametrize(
    "other",
    [
        {"gift": "clover"},
        {"count": 2},
        {"message": "other"},
        {"giver_id": OTHER_GIVER_ID},
        {"streamer": Person(21, "Kai", role_ids=frozenset({5}))},
    ],
)
async def test_another_gift_under_a_used_key_is_a_conflict(
    economy: Economy, play: Play, other: dict[str, Any]
) -> None:
    await economy.guilds.set_streamer_role(GUILD_ID, 1, 5)
    await play.coins(paid=10)
    await play.coins(paid=10, member_id=OTHER_GIVER_ID)
    await economy.gifts.send(request_of())
    before = await play.entries()
    with pytest.raises(KeyConflict):
        await economy.gifts.send(request_of(**other))
    assert await play.entries() == before


async def test_only_as_many_of_many_concurrent_gifts_succeed_as_the_wallet_can_pay(
    play: Play,
) -> None:
    await play.coins(paid=30, bonus=20)
    answers = await asyncio.gather(*(play.gift() for _ in range(200)), return_exceptions=True)
    assert sum(isinstance(answer, GiftReceipt) for answer in answers) == 50
    assert sum(isinstance(answer, NotEnoughCoins) for answer in answers) == 150
    assert await play.pots(GIVER_ID) == {}
    assert await play.pots(STREAMER_ID) == {"earned_paid": 30, "earned_bonus": 20}


async def test_a_streamer_with_a_full_pot_is_refused_in_words(play: Play) -> None:
    await play.earned(paid=10**15)
    await play.coins(paid=10)
    with pytest.raises(WalletFull):
        await play.gift()
    booked = await play.economy.gifts.booking(request_of())
    with pytest.raises(WalletFull):
        await play.economy.books.do(booked)
    assert await play.pots(GIVER_ID) == {"paid": 10}


async def test_a_gift_in_another_guild_draws_on_another_wallet(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=10)
    await economy.guilds.name_streamer(GUILD_ID + 1, 1, STREAMER_ID)
    with pytest.raises(NotEnoughCoins):
        await economy.gifts.send(request_of(guild_id=GUILD_ID + 1))


@pytest.mark.parametrize("entry_id", [1, 99])
async def test_what_is_no_gift_is_not_found(economy: Economy, play: Play, entry_id: int) -> None:
    await play.coins(paid=10)
    with pytest.raises(OldButton):
        await economy.gifts.find(GUILD_ID, entry_id)


async def test_a_locked_database_is_told_and_the_next_gift_works(
    economy: Economy, play: Play, second: sqlite3.Connection
) -> None:
    await play.coins(paid=10)
    await economy.books.do(
        lambda connection: connection.execute_fetchall("PRAGMA busy_timeout = 1")
    )
    second.execute("BEGIN IMMEDIATE")
    with pytest.raises(BooksUnavailable):
        await economy.gifts.send(request_of())
    second.execute("ROLLBACK")
    assert not (await economy.gifts.send(request_of())).replayed
