"""Earnings: days, supporters, fees; gifts taken back are as if they never were."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.services.clock import DAY_SECONDS
from bot.services.earnings import DayEarned
from bot.services.earnings_periods import Period
from bot.services.earnings_rows import Sums
from bot.services.economy import Economy
from bot.services.guilds import Person
from bot.services.holds import Held
from bot.services.releases import Release, ReleaseDay, releases_of
from bot.services.supporters import Supporter, Supporters
from bot.services.wallets import Wallet
from bot.services.zones import day_begins_at
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    STREAMER_ID,
    Play,
)
from tests.services.shop import PRICE_MINOR, Shop


@pytest.fixture
def today(clock: MovableClock) -> int:
    """Put the clock at the first second of a UTC day, and return it."""
    clock.now -= clock.now % DAY_SECONDS
    return clock.now


async def test_nobody_earned_anything_yet(economy: Economy, today: int) -> None:
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.days == tuple(
        DayEarned(today - back * DAY_SECONDS, 0, 0, 0) for back in range(6, -1, -1)
    )
    assert report.supporters == Supporters((), 0)
    assert report.received == report.before == Sums()
    assert (sum(report.hours), report.releases, report.convertible_coins) == (0, (), 0)
    assert report.paid_out_diamonds == 0
    assert (report.converted_coins, report.made_diamonds) == (0, 0)
    assert report.wallet == Wallet(0, 0, 0, 0, 0, 0)


async def test_what_was_received_stands_under_its_utc_day(
    economy: Economy, play: Play, clock: MovableClock, today: int
) -> None:
    await play.coins(paid=1_000)
    await play.gift(gift="ladybird")  # in the first second of the first day
    clock.advance(DAY_SECONDS - 1)
    await play.gift(gift="ladybird", count=2)  # in its last second
    clock.advance(1)
    await play.gift(gift="tulip")
    clock.advance(2 * DAY_SECONDS)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.days[-4:] == (
        DayEarned(today, 30, 0, 2),
        DayEarned(today + DAY_SECONDS, 15, 0, 1),
        DayEarned(today + 2 * DAY_SECONDS, 0, 0, 0),
        DayEarned(today + 3 * DAY_SECONDS, 0, 0, 0),
    )
    assert (report.received.gifts, report.received.coins) == (3, 45)
    clock.advance(3 * DAY_SECONDS)
    later = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert later.days[:4] == report.days[-4:]
    clock.advance(DAY_SECONDS)
    shorter = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert shorter.days[:3] == report.days[-3:]
    assert (shorter.received.gifts, shorter.received.coins) == (1, 15)
    assert shorter.supporters.top[0].coins == 15
    only_today = await economy.earnings.report(GUILD_ID, STREAMER_ID, Period.TODAY)
    assert only_today.days == (DayEarned(today + 7 * DAY_SECONDS, 0, 0, 0),)
    assert only_today.wallet.earned_coins == 45


async def test_fees_are_counted_as_the_books_took_them(economy: Economy, play: Play) -> None:
    await play.coins(paid=200, bonus=14)
    for fee_percent in ("10", "33", "0"):
        await play.set("fee_percent", fee_percent)
        await play.gift(gift="sunflower")
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    pots = await play.pots(STREAMER_ID)
    assert report.received.paid_coins == pots["earned_paid"]
    assert report.received.bonus_coins == pots["earned_bonus"]
    assert report.received.fee_coins == (await play.pots(0))["fee"] == 1 + 3 + 16
    assert report.received.coins == 3 * 49 - report.received.fee_coins
    assert report.days[-1].coins == report.received.coins
    assert report.supporters.top == (Supporter(GIVER_ID, 3 * 49, 3),)


async def test_the_top_supporters_stand_by_what_they_sent(economy: Economy, play: Play) -> None:
    for member_id, gift, times in (
        (30, "petal", 1),
        (31, "ladybird", 1),
        (32, "daisy", 2),  # as much as the one before, in two gifts
        (33, "tulip", 1),
        (34, "petal", 2),
        (35, "clover", 1),
        (36, "bumblebee", 1),
    ):
        await play.coins(paid=100, member_id=member_id)
        for _ in range(times):
            await play.gift(gift=gift, giver_id=member_id)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.supporters.top == (
        Supporter(36, 20, 1),
        Supporter(33, 15, 1),
        Supporter(31, 10, 1),
        Supporter(32, 10, 2),
        Supporter(34, 2, 2),
        Supporter(35, 2, 1),
        Supporter(30, 1, 1),
    )
    assert report.supporters.count == 7


async def test_a_supporters_days_are_added_up(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    for _ in range(3):
        await play.gift(gift="ladybird")
        clock.advance(DAY_SECONDS)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.supporters.top == (Supporter(GIVER_ID, 30, 3),)
    assert report.supporters.count == 1


async def test_a_gift_taken_back_is_as_if_it_never_was(economy: Economy, play: Play) -> None:
    await play.set("fee_percent", "10")
    await play.coins(paid=100)
    await play.coins(paid=100, member_id=OTHER_GIVER_ID)
    before = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    gifts = [await play.gift(gift="tulip", giver_id=id_) for id_ in (GIVER_ID, OTHER_GIVER_ID)]
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, gifts[0].entry_id)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.supporters.top == (Supporter(OTHER_GIVER_ID, 15, 1),)
    assert (report.received.gifts, report.received.coins, report.received.fee_coins) == (1, 14, 1)
    assert (report.days[-1].gifts, report.days[-1].coins) == (1, 14)
    await economy.gift_undos.undo(GUILD_ID, OTHER_GIVER_ID, gifts[1].entry_id)
    assert await economy.earnings.report(GUILD_ID, STREAMER_ID) == before


async def test_what_was_converted_is_counted_by_its_own_day(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("paid_rate", "1/2")
    await play.coins(paid=100)
    await play.gift(gift="sunflower")
    await play.convert(21)
    clock.advance(DAY_SECONDS)
    await play.convert(10)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert (report.converted_coins, report.made_diamonds) == (30, 15)
    assert (report.wallet.earned_coins, report.wallet.diamonds) == (19, 15)
    shorter = await economy.earnings.report(GUILD_ID, STREAMER_ID, Period.TODAY)
    assert (shorter.converted_coins, shorter.made_diamonds) == (10, 5)
    assert shorter.received.coins == 0


async def test_a_gift_of_a_day_to_come_stands_under_no_day(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    clock.advance(DAY_SECONDS)
    await play.gift(gift="ladybird")
    clock.advance(-DAY_SECONDS)  # as when a wrong clock is put right
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.received == Sums()
    clock.advance(DAY_SECONDS)
    assert (await economy.earnings.report(GUILD_ID, STREAMER_ID)).received.gifts == 1


async def test_streamers_and_guilds_are_kept_apart(economy: Economy, play: Play) -> None:
    other = Person(21, "Kai")
    await economy.guilds.name_streamer(GUILD_ID, 1, 21)
    await play.coins(paid=100)
    await play.gift(gift="ladybird", streamer=STREAMER)
    await play.gift(gift="tulip", streamer=other)
    assert (await economy.earnings.report(GUILD_ID, STREAMER_ID)).received.coins == 10
    assert (await economy.earnings.report(GUILD_ID, 21)).received.coins == 15
    assert (await economy.earnings.report(GUILD_ID + 1, STREAMER_ID)).received.gifts == 0


async def test_a_period_is_compared_with_the_time_before_it(
    economy: Economy, play: Play, clock: MovableClock, today: int
) -> None:
    await play.coins(paid=1_000)
    await play.gift(gift="ladybird")
    clock.advance(2 * 60 * 60)
    await play.gift(gift="tulip")
    clock.advance(DAY_SECONDS - 60 * 60)  # an hour of the next day
    await play.gift(gift="petal")
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID, Period.TODAY)
    assert report.received == Sums(1, 1, 0, 0)
    assert report.before == Sums(1, 10, 0, 0)
    everything = await economy.earnings.report(GUILD_ID, STREAMER_ID, Period.ALL)
    assert (everything.received.gifts, everything.before) == (3, None)
    assert everything.days[0].starts_at == today


async def test_hours_are_those_of_the_guilds_clock(
    economy: Economy, play: Play, clock: MovableClock, today: int
) -> None:
    await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Kathmandu")  # 5:45 ahead
    await play.coins(paid=1_000)
    clock.now = today + 20 * 60
    await play.gift(gift="ladybird")
    clock.now = today + 14 * 60
    await play.gift(gift="tulip")
    await economy.tallies.run()
    clock.now = today + 40 * 60
    await play.gift(gift="petal")
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert (report.hours[5], report.hours[6]) == (15, 11)
    assert sum(report.hours) == 26


async def test_the_time_before_is_exact_also_where_summer_is_half_an_hour_ahead(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, zone.key)
    await play.coins(paid=100)
    begins_at = day_begins_at(date(2027, 10, 1), zone)
    assert begins_at % 3_600 == 1_800
    clock.now = begins_at - 60
    await play.gift(count=3)
    clock.now = begins_at
    await play.gift(count=4)
    clock.now = day_begins_at(date(2027, 10, 14), zone)
    for _ in ("not summed up", "summed up"):
        told = await economy.earnings.report(GUILD_ID, STREAMER_ID, Period.WEEK)
        assert told.before is not None
        assert told.before.coins == 4
        await economy.tallies.run()


async def test_what_is_on_hold_stands_by_the_days_of_its_release(
    economy: Economy, play: Play, clock: MovableClock, today: int
) -> None:
    await play.set("hold_days", "2")
    await play.coins(paid=1_000)
    await play.gift(gift="ladybird")
    clock.advance(60 * 60)
    await play.gift(gift="tulip")
    clock.advance(DAY_SECONDS)
    await play.gift(gift="petal")
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    second = today + DAY_SECONDS
    assert report.releases == (
        Release(today + 2 * DAY_SECONDS, 25),
        Release(second + 2 * DAY_SECONDS, 1),
    )
    assert (report.held.coins, report.convertible_coins) == (26, 0)
    clock.now = today + 2 * DAY_SECONDS
    await economy.tallies.run()
    later = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert later.releases == (
        Release(today + 2 * DAY_SECONDS + 60 * 60, 15),
        Release(second + 2 * DAY_SECONDS, 1),
    )
    assert later.convertible_coins == 10


async def test_what_a_refund_took_passes_no_hold_on_the_day_of_its_gift(
    economy: Economy, play: Play, clock: MovableClock, today: int
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "2")
    await play.coins(paid=60, member_id=OTHER_GIVER_ID)
    await play.gift(gift="petal", count=60, giver_id=OTHER_GIVER_ID)
    clock.advance(DAY_SECONDS)
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=100)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR * 9 // 10)
    for _ in range(2):
        report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
        assert report.releases == (
            Release(today + 2 * DAY_SECONDS, 60),
            Release(today + 3 * DAY_SECONDS, 10),
        )
        await economy.tallies.run()


def test_a_gift_that_goes_back_while_it_is_read_harms_no_report() -> None:
    assert releases_of(Held(paid_coins=5), [], []) == ()
    days = [ReleaseDay(at, at - 2, at - 1) for at in (100, 200)]
    held = Held(paid_coins=5, until=100)
    assert releases_of(held, days, [5, -3]) == (Release(100, 5),)


async def test_claims_that_were_paid_count_as_paid_out(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    paid = await play.claim(200)
    await economy.claims.approve(
        guild_id=GUILD_ID, key="approve", admin_id=ADMIN_ID, claim_id=paid.claim.claim_id
    )
    await economy.claims.mark_paid(
        guild_id=GUILD_ID,
        key="paid",
        admin_id=ADMIN_ID,
        claim_id=paid.claim.claim_id,
        reference="bank",
    )
    await play.claim(100)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert report.paid_out_diamonds == 200
    assert (report.wallet.diamonds, report.wallet.claimed_diamonds) == (200, 100)
