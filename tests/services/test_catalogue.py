"""The gifts there are, and how they are found."""

import pytest

from bot.errors import UnknownGift
from bot.services.catalogue import GIFTS, Gift, Tier, find_gift, gifts_like


def test_there_are_gifts_for_every_purse() -> None:
    assert len(GIFTS) >= 24
    assert GIFTS[0].coins == 1
    assert GIFTS[-1].coins == 44_999
    assert {gift.tier for gift in GIFTS} == set(Tier)


def test_gifts_stand_from_the_cheapest_to_the_dearest() -> None:
    prices = [gift.coins for gift in GIFTS]
    assert prices == sorted(prices)


def test_no_two_gifts_share_a_code_a_name_or_an_emoji() -> None:
    for values in (
        [gift.code for gift in GIFTS],
        [gift.name.casefold() for gift in GIFTS],
        [gift.emoji for gift in GIFTS],
    ):
        assert len(set(values)) == len(GIFTS)
    named = {gift.name.casefold(): gift.code for gift in GIFTS}
    assert all(named.get(gift.code, gift.code) == gift.code for gift in GIFTS)


@pytest.mark.parametrize(
    ("coins", "tier"),
    [
        (1, Tier.BUD),
        (99, Tier.BUD),
        (100, Tier.BLOOM),
        (999, Tier.BLOOM),
        (1_000, Tier.GARDEN),
        (9_999, Tier.GARDEN),
        (10_000, Tier.WONDER),
        (44_999, Tier.WONDER),
    ],
)
def test_the_price_decides_the_tier(coins: int, tier: Tier) -> None:
    assert Gift("code", "Name", "🌸", coins).tier is tier


@pytest.mark.parametrize("gift", GIFTS, ids=lambda gift: gift.code)
def test_a_gift_is_found_by_code_and_by_name_in_any_case(gift: Gift) -> None:
    for typed in (gift.code, gift.code.upper(), gift.name, gift.name.upper(), f" {gift.name} "):
        assert find_gift(typed) is gift


@pytest.mark.parametrize("typed", ["", "  ", "tulips", "tul", "🌷", "x" * 500])
def test_what_is_no_gift_is_refused_by_name(typed: str) -> None:
    with pytest.raises(UnknownGift) as refusal:
        find_gift(typed)
    assert refusal.value.name == typed[:40]


def test_gifts_are_offered_by_any_part_of_their_name() -> None:
    assert [gift.code for gift in gifts_like(" GARDEN")] == ["lantern", "castle", "eden"]
    assert gifts_like("") == list(GIFTS)
    assert gifts_like("nothing of that name") == []
