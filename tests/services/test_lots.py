"""Lots against a plain model: every coin knows where it came from and where it is."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.lots import (
    Bought,
    GiftPart,
    Happening,
    Lot,
    Lots,
    PaidGift,
    Returned,
    Spent,
    Taken,
    Undone,
    plan_reversal,
)

pytestmark = pytest.mark.proof("payments")


@dataclass
class Coin:
    """One coin: the order it was bought with, and the gift it is in, 0 for none."""

    order_id: int
    gift_id: int = 0


@dataclass
class Model:
    """A wallet in which every coin is an object; slow, and right by inspection."""

    coins: list[Coin] = field(default_factory=list[Coin])
    happened: list[Happening] = field(default_factory=list[Happening])

    def in_wallet(self) -> list[Coin]:
        return [coin for coin in self.coins if not coin.gift_id]

    def buy(self, order_id: int, coins: int) -> None:
        # A lot that gets coins again keeps its place: the order of lots is that of first purchases.
        self.coins += [Coin(order_id) for _ in range(coins)]
        orders = list(dict.fromkeys(each.order_id for each in self.coins))
        self.coins.sort(key=lambda coin: orders.index(coin.order_id))
        self.happened.append(Bought(order_id, coins))

    def spend(self, gift_id: int, coins: int) -> None:
        for coin in self.in_wallet()[:coins]:
            coin.gift_id = gift_id
        self.happened.append(Spent(gift_id, coins))

    def undo(self, gift_id: int) -> None:
        for coin in self.coins:
            coin.gift_id = 0 if coin.gift_id == gift_id else coin.gift_id
        self.happened.append(Undone(gift_id))

    def take(self, order_id: int, coins: int) -> None:
        for coin in [coin for coin in self.in_wallet() if coin.order_id == order_id][:coins]:
            self.coins.remove(coin)
        self.happened.append(Taken(order_id, coins))


def draw_story(data: st.DataObject) -> Model:
    model = Model()
    gifts: list[int] = []
    for number in range(1, data.draw(st.integers(1, 25), label="steps") + 1):
        what = data.draw(st.sampled_from(["buy", "spend", "undo", "take"]), label="what")
        there = model.in_wallet()
        if what == "buy":
            model.buy(number, data.draw(st.integers(1, 9), label="coins"))
        elif what == "spend" and there:
            model.spend(number, data.draw(st.integers(1, len(there)), label="coins"))
            gifts.append(number)
        elif what == "undo" and gifts:
            model.undo(gifts.pop(data.draw(st.integers(0, len(gifts) - 1), label="gift")))
        elif what == "take" and there:
            order_id = data.draw(st.sampled_from(there), label="of").order_id
            most = sum(coin.order_id == order_id for coin in there)
            model.take(order_id, data.draw(st.integers(1, most), label="coins"))
    return model


@given(st.data())
def test_lots_know_of_every_coin_where_it_is(data: st.DataObject) -> None:
    model = draw_story(data)
    lots = Lots(model.happened)
    assert lots.unspent_coins == len(model.in_wallet())
    for order_id in {coin.order_id for coin in model.coins}:
        mine = [coin for coin in model.coins if coin.order_id == order_id]
        gifts = {coin.gift_id for coin in mine} - {0}
        assert lots.of(order_id).unspent_coins == sum(not coin.gift_id for coin in mine)
        assert lots.of(order_id).spent_coins == {
            gift_id: sum(coin.gift_id == gift_id for coin in mine) for gift_id in gifts
        }


def test_the_oldest_lot_is_spent_first() -> None:
    lots = Lots([Bought(1, 70), Bought(2, 30), Spent(11, 80)])
    assert lots.of(1) == Lot(1, 0, {11: 70})
    assert lots.of(2) == Lot(2, 20, {11: 10})


def test_coins_given_again_take_their_old_place() -> None:
    lots = Lots([Bought(1, 10), Bought(2, 10), Taken(1, 10), Bought(1, 4), Spent(11, 5)])
    assert lots.of(1) == Lot(1, 0, {11: 4})
    assert lots.of(2) == Lot(2, 9, {11: 1})


def test_an_order_that_went_into_a_debt_has_an_empty_lot() -> None:
    assert Lots([Bought(1, 10)]).of(2) == Lot(2)


@pytest.mark.parametrize(
    "happened",
    [
        [Bought(1, 5), Spent(11, 6)],
        [Bought(1, 5), Taken(1, 6)],
        [Bought(1, 5), Spent(11, 2), Returned(1, 11, 3)],
    ],
)
def test_coins_that_no_lot_has_are_a_defect(happened: list[Happening]) -> None:
    with pytest.raises(ValueError, match="lot"):
        Lots(happened)


def gift(gift_id: int, coins: int, fee_coins: int = 0, **values: int) -> PaidGift:
    known = {"streamer_id": 20, "returned_coins": 0}
    return PaidGift(gift_id=gift_id, coins=coins, fee_coins=fee_coins, **{**known, **values})


def test_a_reversal_takes_what_is_unspent_first() -> None:
    reversal = plan_reversal(Lot(1, 40, {11: 60}), 30, [gift(11, 60)], {20: 60})
    assert (reversal.unspent_coins, reversal.gifts, reversal.debt_coins) == (30, (), 0)


def test_then_gifts_from_the_newest_on() -> None:
    lot = Lot(1, 10, {11: 50, 12: 40})
    reversal = plan_reversal(lot, 70, [gift(11, 50), gift(12, 60)], {20: 200})
    assert reversal.unspent_coins == 10
    assert [(part.gift_id, part.coins) for part in reversal.gifts] == [(12, 40), (11, 20)]
    assert reversal.debt_coins == 0


def test_what_was_converted_is_never_taken_back() -> None:
    reversal = plan_reversal(Lot(1, 0, {11: 100}), 100, [gift(11, 100, 10)], {20: 45})
    part = reversal.gifts[0]
    assert part.coins - part.fee_coins == 45
    assert reversal.debt_coins == 100 - part.coins


def test_gifts_past_their_hold_are_the_buyers_debt() -> None:
    reversal = plan_reversal(Lot(1, 0, {11: 100}), 100, [], {})
    assert (reversal.gifts, reversal.debt_coins) == ((), 100)


@given(
    st.integers(1, 500),
    st.integers(0, 90),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 600),
)
def test_a_reversal_adds_up_whatever_is_left(
    coins: int, fee_percent: int, returned: int, earned: int, asked: int
) -> None:
    returned = min(returned, coins)
    fee = coins * fee_percent // 100
    lot = Lot(1, 0, {11: coins - returned})
    reversal = plan_reversal(
        lot, asked, [gift(11, coins, fee, returned_coins=returned)], {20: earned}
    )
    assert reversal.unspent_coins + reversal.gift_coins + reversal.debt_coins == asked
    for part in reversal.gifts:
        assert isinstance(part, GiftPart)
        assert 0 < part.coins <= coins - returned
        assert 0 <= part.coins - part.fee_coins <= earned


@given(st.integers(1, 300), st.integers(0, 90), st.lists(st.integers(1, 50), max_size=12))
def test_the_fees_of_all_parts_are_the_whole_fee(
    coins: int, fee_percent: int, parts: list[int]
) -> None:
    fee = coins * fee_percent // 100
    returned = fee_back = 0
    for part in [*parts, coins]:
        step = min(part, coins - returned)
        fee_back += gift(11, coins, fee, returned_coins=returned).fee_of(step)
        returned += step
    assert (returned, fee_back) == (coins, fee)
