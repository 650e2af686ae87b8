"""Coins of young gifts wait: what a refund could still take back is not converted."""

import pytest

from bot.paid_errors import CoinsOnHold
from bot.services.holds import held_coins
from bot.services.settings import GuildSettings
from tests.conftest import MovableClock
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, STREAMER_ID, Play
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")

DAY = 24 * 60 * 60


async def held(play: Play, clock: MovableClock, days: int = 30) -> tuple[int, int, int]:
    settings = GuildSettings(hold_days=days)
    read = play.economy.books.read
    found = await held_coins(read, GUILD_ID, STREAMER_ID, settings, clock())
    return found.paid_coins, found.bonus_coins, found.until


async def test_without_a_hold_nothing_waits(play: Play, clock: MovableClock) -> None:
    await play.coins(paid=100)
    await play.gift(gift="petal", count=100)
    assert await held(play, clock, days=0) == (0, 0, 0)


async def test_only_young_gifts_wait_after_their_fee(play: Play, clock: MovableClock) -> None:
    await play.set("fee_percent", "10")
    await play.coins(paid=1_000, bonus=20)
    await play.gift(gift="petal", count=120)
    clock.advance(10 * DAY)
    second = clock()
    for _ in range(9):
        await play.gift(gift="petal", count=10)
    assert await held(play, clock) == (90 + 81, 18, second + 20 * DAY)
    clock.advance(20 * DAY)
    assert await held(play, clock) == (81, 0, second + 30 * DAY)


async def test_a_gift_is_free_at_the_very_second(play: Play, clock: MovableClock) -> None:
    await play.coins(paid=100)
    await play.gift(gift="petal", count=40)
    clock.advance(30 * DAY - 1)
    assert (await held(play, clock))[0] == 40
    clock.advance(1)
    assert (await held(play, clock))[0] == 0


async def test_what_was_taken_back_waits_no_more(play: Play, clock: MovableClock) -> None:
    await play.coins(paid=100)
    receipt = await play.gift(gift="petal", count=40)
    await play.economy.gift_undos.undo(GUILD_ID, 10, receipt.entry_id)
    assert (await held(play, clock))[0] == 0


async def test_a_conversion_takes_only_what_is_free(play: Play, clock: MovableClock) -> None:
    await play.set("hold_days", "30")
    await play.coins(paid=100)
    await play.gift(gift="petal", count=60)
    clock.advance(30 * DAY)
    await play.gift(gift="petal", count=40)
    with pytest.raises(CoinsOnHold, match=r"You can convert 60 coins now\. 40 coins more wait"):
        await play.convert(61)
    assert await play.economy.conversions.quotes(GUILD_ID, STREAMER_ID, "80") == ((60, 60),)
    assert (await play.convert()).diamonds == 60
    with pytest.raises(CoinsOnHold, match="You can convert 0 coins now"):
        await play.convert()
    clock.advance(30 * DAY)
    assert (await play.convert()).diamonds == 40


async def test_the_first_to_be_free_is_a_gift_that_did_not_go_back(
    play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "30")
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=100)
    clock.advance(10 * DAY)
    await shop.bought(100, member_id=OTHER_GIVER_ID)
    await play.gift(gift="petal", count=40, giver_id=OTHER_GIVER_ID)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR // 2)
    assert await held(play, clock) == (90, 0, clock() + 20 * DAY)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    assert await held(play, clock) == (40, 0, clock() + 30 * DAY)


async def test_what_was_free_when_it_was_converted_stays_so_where_the_clock_is_set_back(
    play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "30")
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=100)
    await shop.bought(100, member_id=OTHER_GIVER_ID)
    await play.gift(gift="petal", count=40, giver_id=OTHER_GIVER_ID)
    clock.advance(30 * DAY)
    await play.convert(100)
    clock.advance(-60 * 60)
    assert await held(play, clock) == (0, 0, 0)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    assert await play.pots(STREAMER_ID) == {"earned_paid": 40, "diamonds": 100}
    assert await play.pots(GIVER_ID) == {"debt": -100}


@pytest.mark.parametrize("ahead", ["purchase", "gift"])
async def test_what_a_clock_booked_years_ahead_holds_nothing_back(
    play: Play, clock: MovableClock, ahead: str
) -> None:
    years = 5 * 365 * DAY
    shop = Shop(play, clock)
    await play.set("hold_days", "30")
    await play.coins(paid=10)
    clock.advance(years)
    await shop.bought(100)
    if ahead == "gift":
        await play.gift(gift="petal", count=60)
    clock.advance(-years)
    if ahead == "purchase":
        await play.gift(gift="petal", count=60)
    clock.advance(10 * DAY)
    assert await held(play, clock) == (60, 0, clock() + (20 if ahead == "purchase" else 30) * DAY)
    await play.gift(gift="petal", count=10)
    clock.advance(20 * DAY - 1)
    assert await held(play, clock) == (70, 0, clock() + (1 if ahead == "purchase" else 30 * DAY))
    clock.advance(1)
    assert (await held(play, clock))[0] == (10 if ahead == "purchase" else 70)
    clock.advance(10 * DAY - 1)
    assert (await held(play, clock))[0] == (10 if ahead == "purchase" else 70)
    clock.advance(1)
    # What came behind it has passed, and so it has.
    assert await held(play, clock) == (0, 0, 0)
    assert (await play.convert()).coins == 70
    await play.economy.tallies.run()
    assert await held(play, clock) == (0, 0, 0)


async def test_what_is_booked_ahead_is_not_free_before_something_behind_it_is(
    play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "30")
    await play.coins(paid=100)
    clock.advance(90 * DAY)
    await play.gift(gift="petal", count=60)
    clock.advance(-90 * DAY)
    clock.advance(60 * DAY)
    assert (await held(play, clock))[0] == 60
    clock.advance(60 * DAY)
    assert await held(play, clock) == (0, 0, 0)
