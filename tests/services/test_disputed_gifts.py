"""Gifts behind a disputed payment wait until it is decided, however long their hold is over."""

from typing import Any

import pytest

from bot.errors import UndoConverted
from bot.ledger.audit import audit
from bot.paid_errors import CoinsDisputed
from bot.services.holds import Held, held_coins
from bot.services.proofs import FULL_AUDIT
from bot.services.rates import Applies
from bot.services.settings import PAID, GuildSettings
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER_ID,
    Play,
)
from tests.services.paid import SETUP
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")

DAY = 24 * 60 * 60


@pytest.fixture
async def shop(play: Play, clock: MovableClock) -> Shop:
    await play.set("hold_days", "30")
    return Shop(play, clock)


@pytest.fixture(autouse=True)
async def audited(shop: Shop) -> Any:
    """Every test ends with clean books, whatever it did."""
    yield
    assert await audit(shop.play.economy.books.path, FULL_AUDIT) == []


async def held(shop: Shop, days: int = 30) -> Held:
    settings = GuildSettings(mode=PAID, hold_days=days)
    read = shop.play.economy.books.read
    return await held_coins(read, GUILD_ID, STREAMER_ID, settings, shop.clock())


async def test_a_gift_does_not_pass_its_hold_while_its_payment_is_disputed(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=60)
    shop.clock.advance(29 * DAY)
    await shop.say(payment_id, disputes_open=1)
    assert await held(shop) == Held(60, 0, shop.clock() + DAY)
    shop.clock.advance(DAY)
    assert await held(shop) == Held(60, 0, 0, 60)
    with pytest.raises(CoinsDisputed, match="60 coins more wait until a bank has decided"):
        await shop.play.convert()
    await shop.say(payment_id, disputes_open=0)
    assert await held(shop) == Held()
    assert (await shop.play.convert()).coins == 60


async def test_what_a_bank_takes_weeks_to_decide_is_still_there_when_it_is_lost(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    shop.clock.advance(29 * DAY)
    await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(90 * DAY)
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {}
    assert await shop.play.pots(GIVER_ID) == {}
    assert await held(shop) == Held()


async def test_a_gift_that_had_passed_its_hold_before_is_the_streamers(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=60)
    shop.clock.advance(30 * DAY)
    await shop.play.gift(gift="petal", count=40)
    await shop.say(payment_id, disputes_open=1)
    assert await held(shop) == Held(40, 0, shop.clock() + 30 * DAY)
    shop.clock.advance(60 * DAY)
    assert await held(shop) == Held(40, 0, 0, 40)
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 60}
    assert await shop.play.pots(GIVER_ID) == {"debt": -60}


async def test_only_the_disputed_part_of_a_gift_waits(shop: Shop) -> None:
    await shop.bought(30)
    second = await shop.bought(100)
    await shop.play.set("fee_percent", "10")
    await shop.play.gift(gift="petal", count=100)
    await shop.say(second, disputes_open=1)
    shop.clock.advance(40 * DAY)
    # 70 of the gift's 100 coins, less their part of the fee.
    assert await held(shop) == Held(63, 0, 0, 63)


async def test_what_two_payments_paid_of_one_gift_waits_to_the_coin(shop: Shop) -> None:
    await shop.play.set("fee_percent", "50")
    payments = [await shop.bought(1), await shop.bought(2)]
    await shop.play.gift(gift="petal", count=3)
    await shop.bought(1, member_id=OTHER_GIVER_ID)
    await shop.play.gift(gift="petal", giver_id=OTHER_GIVER_ID)
    for payment_id in payments:
        await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(40 * DAY)
    # Of each payment's coins by themselves no fee was due, of all three it is one.
    assert await held(shop) == Held(2, 0, 0, 2)
    change = await shop.play.economy.rates.change(
        GUILD_ID, ADMIN_ID, paid="1/2", bonus=None, applies=Applies.LATER
    )
    assert change
    assert (await shop.play.convert()).diamonds == 1
    await shop.say(payments[0], disputes_open=0, lost_minor=PRICE_MINOR)
    assert await held(shop) == Held(1, 0, 0, 1)
    await shop.say(payments[1], disputes_open=0, lost_minor=PRICE_MINOR)
    assert await held(shop) == Held()
    assert await shop.play.pots(STREAMER_ID) == {"diamonds": 1}


async def test_what_goes_back_meanwhile_waits_no_more(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(40 * DAY)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR // 4)
    assert await held(shop) == Held(75, 0, 0, 75)


async def test_a_gift_that_is_taken_back_waits_for_nothing(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    receipt = await shop.play.gift(gift="petal", count=100)
    await shop.say(payment_id, disputes_open=1)
    await shop.play.economy.gift_undos.undo(GUILD_ID, GIVER_ID, receipt.entry_id)
    shop.clock.advance(40 * DAY)
    assert await held(shop) == Held()


async def test_a_dispute_holds_nothing_of_other_buyers(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.bought(100, member_id=OTHER_GIVER_ID)
    await shop.play.gift(gift="petal", count=50, giver_id=OTHER_GIVER_ID)
    await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(40 * DAY)
    assert await held(shop) == Held()


async def test_it_waits_also_where_the_hold_was_taken_off_since(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=60)
    await shop.say(payment_id, disputes_open=1)
    assert await held(shop, days=0) == Held(60, 0, 0, 60)


async def test_a_gift_whose_coins_were_converted_is_not_taken_back_out_of_disputed_ones(
    shop: Shop,
) -> None:
    await shop.play.economy.seasons.begin_paid(GUILD_ID, ADMIN_ID, SETUP)
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=60)
    await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(40 * DAY)
    await shop.play.set("hold_days", "0")
    await shop.bought(100, member_id=OTHER_GIVER_ID)
    receipt = await shop.play.gift(gift="petal", count=60, giver_id=OTHER_GIVER_ID)
    assert (await shop.play.convert()).coins == 60
    with pytest.raises(UndoConverted):
        await shop.play.economy.gift_undos.undo(GUILD_ID, OTHER_GIVER_ID, receipt.entry_id)
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {"diamonds": 60}
    assert await shop.play.pots(GIVER_ID) == {}
