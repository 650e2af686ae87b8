"""What a pack brings, and what somebody expects of it who was told nothing."""

from dataclasses import replace

import pytest

from bot.services.economy import Economy
from bot.services.orders import LessBonus, OrderReceipt
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID
from tests.services.promo import HAPPY_HOUR, HOUR, Promo, at, once

ORDER_ID = 900


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def direct(promo: Promo, coins: int = 700) -> OrderReceipt | LessBonus:
    """Let a member buy who saw no offer."""
    return await promo.economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID, coins)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(bonus_percent=20, member_uses=1),
        Terms(bonus_percent=20, member_coins=140),
        Terms(bonus_percent=20, budget_coins=140),
    ],
)
async def test_who_was_told_nothing_is_asked_before_a_purchase_without_the_bonus(
    promo: Promo, terms: Terms
) -> None:
    await promo.create(once(terms))
    promo.go_to(9)
    assert (await promo.buy()).bonus_coins == 140
    asked = await direct(promo)
    assert isinstance(asked, LessBonus)
    assert (asked.pack.bonus_coins, asked.expected_coins) == (0, 140)
    bought = await promo.economy.orders.buy_test(
        GUILD_ID, GIVER_ID, ORDER_ID, 700, expected_bonus=0
    )
    assert isinstance(bought, OrderReceipt)


async def test_the_largest_whole_bonus_is_expected_although_another_one_is_left(
    promo: Promo,
) -> None:
    await promo.create(once(Terms(bonus_percent=50, member_uses=1)))
    await promo.create(once(Terms(bonus_percent=20), name="B"))
    promo.go_to(9)
    await promo.buy()
    asked = await direct(promo)
    assert isinstance(asked, LessBonus)
    assert (asked.pack.bonus_coins, asked.expected_coins) == (140, 350)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(bonus_percent=20, packs=(70,)),
        Terms(bonus_percent=20, least_coins=1_400),
        Terms(bonus_percent=20, first_purchase=True),
    ],
)
async def test_nobody_expects_a_bonus_that_was_never_for_them(promo: Promo, terms: Terms) -> None:
    await promo.economy.orders.buy_test(GUILD_ID, GIVER_ID, ORDER_ID - 1, 70)
    await promo.create(once(terms))
    promo.go_to(9)
    assert isinstance(await direct(promo), OrderReceipt)


async def test_what_ended_is_expected_no_more(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=20)))
    promo.go_to(11)
    assert isinstance(await direct(promo), OrderReceipt)


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        (Terms(bonus_percent=20, member_uses=1), (None, 0)),
        (Terms(bonus_percent=20, member_coins=140), (0, None)),
    ],
)
async def test_the_offer_tells_of_which_bonus_nothing_is_left(
    promo: Promo, terms: Terms, left: tuple[int | None, int | None]
) -> None:
    await promo.create(once(terms))
    promo.go_to(9)
    orders = promo.economy.orders
    assert (await orders.offer(GUILD_ID, GIVER_ID)).used_up == ()
    await promo.buy()
    offer = await orders.offer(GUILD_ID, GIVER_ID)
    assert [pack.bonus for pack in offer.packs] == [None] * len(offer.packs)
    (bonus,) = offer.used_up
    assert (bonus.left_coins, bonus.left_uses) == left
    assert (bonus.name, bonus.ends_at) == ("A", at(11))
    assert (await orders.offer(GUILD_ID, OTHER_GIVER_ID)).used_up == ()
    promo.clock.advance(2 * HOUR)
    assert (await orders.offer(GUILD_ID, GIVER_ID)).used_up == ()


async def test_a_bonus_for_the_first_purchase_is_not_used_up_but_over(promo: Promo) -> None:
    terms = replace(HAPPY_HOUR.terms, first_purchase=True, member_uses=1)
    await promo.create(once(terms))
    promo.go_to(9)
    await promo.buy()
    assert (await promo.economy.orders.offer(GUILD_ID, GIVER_ID)).used_up == ()
