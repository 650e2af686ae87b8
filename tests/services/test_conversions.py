"""Conversions: exact fractions, rounded down, the odd coins stay."""

import asyncio
import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    ConvertsToNothing,
    EconomyClosed,
    KeyConflict,
    NotEnoughEarned,
    NothingToConvert,
    WalletFull,
    YieldsNothing,
)
from bot.services.conversion_plans import Conversion, Part, Share, plan_conversion
from bot.services.conversions import ConversionReceipt
from bot.services.economy import Economy
from bot.services.holds import Held
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID, STREAMER_ID, Play

COINS = st.integers(0, 10**15)
RATES = st.fractions(min_value=0, max_value=1_000, max_denominator=1_000)
PAID_RATES = RATES.filter(bool)


def plan(
    paid: int, bonus: int, asked: int, paid_rate: str | Fraction, bonus_rate: str | Fraction
) -> Conversion:
    """Return the plan; rates may be written as text."""
    return plan_conversion(
        paid=paid,
        bonus=bonus,
        asked=asked,
        paid_rate=Fraction(paid_rate),
        bonus_rate=Fraction(bonus_rate),
    )


# Paid and bonus coins, the coins asked for, the rates; then what is taken of each, the diamonds.
PLANS = [
    (10, 0, 10, "1", "1", (10, 0, 10)),
    (10, 5, 12, "1", "1", (10, 2, 12)),
    (3, 4, 7, "1/2", "1/2", (3, 3, 3)),  # one sum: no odd coin on each side
    (3, 4, 7, "1/2", "1/3", (2, 3, 2)),  # two rates: each is rounded down by itself
    (3, 4, 7, "1/2", "0", (2, 0, 1)),
    (0, 7, 7, "1", "0", (0, 0, 0)),
    (1, 0, 1, "1/2", "1/2", (0, 0, 0)),
    (7, 0, 7, "2/3", "1", (6, 0, 4)),
    (8, 0, 8, "2/3", "1", (8, 0, 5)),  # 5.33; seven coins would yield 4.67
    (2, 3, 5, "5/2", "1", (2, 3, 8)),
    (10, 10, 5, "1/3", "1/2", (3, 2, 2)),  # the odd paid coins leave room for bonus coins
    (0, 0, 0, "1", "1", (0, 0, 0)),
]


@pytest.mark.parametrize(("paid", "bonus", "asked", "paid_rate", "bonus_rate", "yields"), PLANS)
def test_a_plan_takes_what_yields_and_rounds_down(
    paid: int, bonus: int, asked: int, paid_rate: str, bonus_rate: str, yields: tuple[int, ...]
) -> None:
    conversion = plan(paid, bonus, asked, paid_rate, bonus_rate)
    assert (conversion.paid_coins, conversion.bonus_coins, conversion.diamonds) == yields
    assert conversion.coins == yields[0] + yields[1]


@given(data=st.data(), paid=COINS, bonus=COINS, rate=PAID_RATES)
def test_with_one_rate_the_yield_is_the_floor_of_the_sum(
    data: st.DataObject, paid: int, bonus: int, rate: Fraction
) -> None:
    asked = data.draw(st.integers(0, paid + bonus))
    conversion = plan(paid, bonus, asked, rate, rate)
    assert conversion.diamonds == math.floor(asked * rate)


@given(data=st.data(), paid=COINS, bonus=COINS, paid_rate=PAID_RATES, bonus_rate=RATES)
def test_with_two_rates_the_yield_is_the_floor_of_each(
    data: st.DataObject, paid: int, bonus: int, paid_rate: Fraction, bonus_rate: Fraction
) -> None:
    asked = data.draw(st.integers(0, paid + bonus))
    if paid_rate == bonus_rate:
        return
    conversion = plan(paid, bonus, asked, paid_rate, bonus_rate)
    room = min(bonus, asked - conversion.paid_coins)
    assert conversion.diamonds == math.floor(min(paid, asked) * paid_rate) + math.floor(
        room * bonus_rate
    )


@given(data=st.data(), paid=COINS, bonus=COINS, paid_rate=PAID_RATES, bonus_rate=RATES)
def test_no_coin_is_taken_that_yields_nothing_or_is_not_there(
    data: st.DataObject, paid: int, bonus: int, paid_rate: Fraction, bonus_rate: Fraction
) -> None:
    asked = data.draw(st.integers(0, paid + bonus))
    taken = plan(paid, bonus, asked, paid_rate, bonus_rate)
    assert 0 <= taken.paid_coins <= paid
    assert 0 <= taken.bonus_coins <= bonus
    assert taken.coins <= asked
    # With one coin less of either kind there would be fewer diamonds.
    for fewer in (
        replace(taken, paid_coins=taken.paid_coins - 1),
        replace(taken, bonus_coins=taken.bonus_coins - 1),
    ):
        if min(fewer.paid_coins, fewer.bonus_coins) >= 0:
            smaller = plan(fewer.paid_coins, fewer.bonus_coins, fewer.coins, paid_rate, bonus_rate)
            assert smaller.diamonds < taken.diamonds
    # What was taken, and no more, yields the same.
    assert plan(taken.paid_coins, taken.bonus_coins, taken.coins, paid_rate, bonus_rate) == taken


async def test_a_conversion_is_kept_with_its_rates(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.earned(paid=7, bonus=4)
    await play.set("paid_rate", "1/2")
    await play.set("bonus_rate", "1/3")
    receipt = await play.convert()
    assert receipt == ConversionReceipt(
        guild_id=GUILD_ID,
        entry_id=3,
        streamer_id=STREAMER_ID,
        coins=9,
        diamonds=4,
        parts=(
            Part(
                Share(
                    paid_coins=6,
                    bonus_coins=3,
                    paid_rate=Fraction(1, 2),
                    bonus_rate=Fraction(1, 3),
                ),
                Conversion(6, 3, 4),
            ),
        ),
        odd_coins=2,
        rest_coins=2,
        held=Held(),
        reserved_coins=0,
        balance_diamonds=4,
        replayed=False,
    )
    assert await play.pots(STREAMER_ID) == {"earned_paid": 1, "earned_bonus": 1, "diamonds": 4}
    assert await play.pots(0) == {"sold": -7, "granted": -4, "converted": 9, "minted": -4}
    assert await economy.books.read("SELECT * FROM conversion") == [
        (GUILD_ID, STREAMER_ID, 3, 6, 3, 4, "1/2", "1/3")
    ]
    assert await economy.books.read("SELECT posted_at FROM entry WHERE entry_id = 3") == [
        (clock.now,)
    ]


async def test_odd_coins_wait_for_the_next_conversion(play: Play) -> None:
    await play.set("paid_rate", "1/2")
    await play.earned(paid=3)
    assert (await play.convert()).rest_coins == 1
    await play.earned(paid=1)
    receipt = await play.convert()
    assert (receipt.coins, receipt.diamonds, receipt.rest_coins) == (2, 1, 0)


async def test_only_as_many_coins_as_asked_are_converted(play: Play) -> None:
    await play.earned(paid=10, bonus=5)
    receipt = await play.convert(12)
    assert (receipt.coins, receipt.rest_coins, receipt.balance_diamonds) == (12, 3, 12)
    assert await play.pots(STREAMER_ID) == {"earned_bonus": 3, "diamonds": 12}


async def test_nothing_earned_is_nothing_to_convert(play: Play) -> None:
    await play.coins(paid=10, member_id=STREAMER_ID)  # bought, not earned
    for coins in (None, 5):
        with pytest.raises(NothingToConvert):
            await play.convert(coins)


@pytest.mark.parametrize("asked", [0, -1, 11, 10**30])
async def test_more_than_was_earned_or_less_than_a_coin_is_refused(play: Play, asked: int) -> None:
    await play.earned(paid=6, bonus=4)
    with pytest.raises(NotEnoughEarned) as refusal:
        await play.convert(asked)
    assert (refusal.value.earned, refusal.value.asked) == (10, asked)
    assert await play.pots(STREAMER_ID) == {"earned_paid": 6, "earned_bonus": 4}


@pytest.mark.parametrize(
    ("paid", "bonus", "asked", "rate"), [(5, 5, 1, "1/2"), (1, 0, None, "1/2")]
)
async def test_too_little_for_one_diamond_is_refused_with_the_rate(
    play: Play, paid: int, bonus: int, asked: int | None, rate: str
) -> None:
    await play.set("paid_rate", "1/2")
    await play.set("bonus_rate", "0")
    await play.earned(paid=paid, bonus=bonus)
    with pytest.raises(ConvertsToNothing) as refusal:
        await play.convert(asked)
    assert (refusal.value.coins, refusal.value.rate) == (asked or paid + bonus, rate)


async def test_coins_at_a_rate_of_zero_are_refused_as_such(play: Play) -> None:
    await play.set("bonus_rate", "0")
    await play.earned(bonus=5)
    with pytest.raises(YieldsNothing):
        await play.convert()


async def test_a_closed_economy_converts_nothing(play: Play) -> None:
    await play.earned(paid=10)
    await play.set("open", "off")
    with pytest.raises(EconomyClosed):
        await play.convert()


async def test_the_same_conversion_many_times_at_once_is_one(economy: Economy, play: Play) -> None:
    heard: list[ConversionReceipt] = []
    economy.books.listen(ConversionReceipt, heard.append)
    await play.earned(paid=10)
    receipts = await asyncio.gather(*(play.convert(4, "convert:1") for _ in range(5)))
    assert [receipt.replayed for receipt in receipts] == [False] + [True] * 4
    assert {replace(receipt, replayed=True) for receipt in receipts} == {receipts[-1]}
    assert heard == receipts[:1]
    assert await play.pots(STREAMER_ID) == {"earned_paid": 6, "diamonds": 4}


async def test_a_replay_keeps_the_rates_of_the_first_time(play: Play) -> None:
    await play.earned(paid=10)
    first = await play.convert(4, "convert:1")
    await play.set("paid_rate", "1/2")
    await play.convert(2)
    again = await play.convert(4, "convert:1")
    assert again == replace(first, rest_coins=4, balance_diamonds=5, replayed=True)


@pytest.mark.parametrize("asked", [5, 10, None])
async def test_another_amount_under_a_used_key_is_a_conflict(play: Play, asked: int | None) -> None:
    await play.earned(paid=10)
    await play.convert(4, "convert:1")
    with pytest.raises(KeyConflict):
        await play.convert(asked, "convert:1")
    assert await play.pots(STREAMER_ID) == {"earned_paid": 6, "diamonds": 4}


async def test_more_diamonds_than_a_pot_holds_are_refused_in_words(play: Play) -> None:
    await play.set("paid_rate", "1000")
    await play.earned(paid=2 * 10**12)
    with pytest.raises(WalletFull):
        await play.convert()
    await play.convert(10**12)
    with pytest.raises(WalletFull):
        await play.convert(1)


@pytest.mark.parametrize(
    ("typed", "quotes"),
    [
        ("", ((10, 7),)),
        ("4", ((4, 2), (10, 7))),
        ("11", ((10, 7),)),
        ("1", ((1, 1), (10, 7))),  # half a diamond for a paid coin, so a bonus coin is taken
        ("12", ((10, 7),)),
        ("0", ((10, 7),)),
        ("-4", ((10, 7),)),
        ("four", ((10, 7),)),
        ("٤", ((10, 7),)),
        ("9" * 6_000, ((10, 7),)),
    ],
)
async def test_a_quote_tells_what_the_typed_number_and_all_would_yield(
    economy: Economy, play: Play, typed: str, quotes: tuple[tuple[int, int], ...]
) -> None:
    await play.set("paid_rate", "1/2")
    await play.earned(paid=7, bonus=4)
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, typed) == quotes


async def test_there_is_no_quote_for_nothing(economy: Economy, play: Play) -> None:
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "5") == ()
    assert await play.entries() == 0
