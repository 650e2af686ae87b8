"""Rates that change: for what is received later, or for all that was not converted yet."""

import asyncio
from fractions import Fraction

import pytest

from bot.errors import SettingOutOfBounds
from bot.ledger.audit import audit
from bot.rate_errors import (
    HoldUnchanged,
    RateIncomplete,
    RateUnchanged,
    TooFewAtEachRate,
    YieldChanged,
)
from bot.services.conversions import ConversionOffer, ConversionReceipt
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from bot.services.rates import Applies, RatesChanged
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, OTHER_GIVER_ID, STREAMER_ID, Play
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")


async def change(
    economy: Economy,
    paid: str | None,
    applies: Applies | None = Applies.LATER,
    *,
    bonus: str | None = None,
) -> RatesChanged:
    return await economy.rates.change(GUILD_ID, ADMIN_ID, paid=paid, bonus=bonus, applies=applies)


def made(receipt: ConversionReceipt) -> list[tuple[int, int, str]]:
    """Return of each part the coins, the diamonds and the rate."""
    return [
        (part.conversion.coins, part.conversion.diamonds, str(part.share.paid_rate))
        for part in receipt.parts
    ]


async def test_a_rate_for_later_leaves_what_was_received_its_own(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    await change(economy, "1/2")
    await play.earned(paid=6)
    receipt = await play.convert()
    assert made(receipt) == [(10, 10, "1"), (6, 3, "1/2")]
    assert (receipt.coins, receipt.diamonds, receipt.rest_coins) == (16, 13, 0)
    await play.earned(paid=6)
    assert made(await play.convert()) == [(6, 3, "1/2")]


async def test_a_rate_for_all_is_for_what_was_received_before_as_well(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    await change(economy, "1/2")
    await change(economy, "1/5", Applies.EARLIER)
    assert made(await play.convert()) == [(10, 2, "1/5")]


async def test_the_same_rate_can_be_given_to_what_keeps_an_older_one(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    await change(economy, "1/2")
    assert (await economy.rates.now(GUILD_ID)).keeping_streamers == 1
    await change(economy, "1/2", Applies.EARLIER)
    assert (await economy.rates.now(GUILD_ID)).keeping_streamers == 0
    assert made(await play.convert()) == [(10, 5, "1/2")]


async def test_several_changes_keep_several_rates_the_oldest_first(
    economy: Economy, play: Play
) -> None:
    for rate in ("1/2", "1/3"):
        await play.earned(paid=6)
        await change(economy, rate)
    await play.earned(paid=6)
    assert made(await play.convert(8)) == [(6, 6, "1"), (2, 1, "1/2")]
    assert made(await play.convert()) == [(4, 2, "1/2"), (6, 2, "1/3")]


async def test_odd_coins_stay_with_their_rate(economy: Economy, play: Play) -> None:
    await play.set("paid_rate", "1/2")
    await play.earned(paid=5)
    await change(economy, "1/3")
    receipt = await play.convert()
    assert (made(receipt), receipt.odd_coins) == ([(4, 2, "1/2")], 1)
    await play.earned(paid=4)
    receipt = await play.convert()
    assert (made(receipt), receipt.odd_coins) == ([(3, 1, "1/3")], 2)
    with pytest.raises(TooFewAtEachRate, match="2 coins yield no diamond yet: they keep different"):
        await play.convert()


async def test_an_old_conversion_is_read_with_the_rates_it_was_done_at(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    await change(economy, "1/2")
    await play.earned(paid=6)
    first = await play.convert(key="convert:1")
    await change(economy, "1/7", Applies.EARLIER)
    again = await play.convert(key="convert:1")
    assert again.replayed
    assert again.parts == tuple(first.parts)
    assert await audit(economy.books.path, FULL_AUDIT[3:4]) == []


async def test_bonus_coins_follow_as_long_as_they_yield_the_same(economy: Economy) -> None:
    changed = await change(economy, "1/2")
    assert (changed.after.paid_rate, changed.after.bonus_rate) == (Fraction(1, 2), Fraction(1, 2))
    changed = await change(economy, None, bonus="1/4")
    assert (changed.after.paid_rate, changed.after.bonus_rate) == (Fraction(1, 2), Fraction(1, 4))
    changed = await change(economy, "1")
    assert (changed.after.paid_rate, changed.after.bonus_rate) == (Fraction(1), Fraction(1, 4))


@pytest.mark.parametrize(
    ("paid", "bonus", "applies"),
    [(None, None, Applies.LATER), ("1/2", None, None), (None, "0", None)],
)
async def test_a_change_says_which_rate_and_for_what(
    economy: Economy, paid: str | None, bonus: str | None, applies: Applies | None
) -> None:
    with pytest.raises(RateIncomplete):
        await change(economy, paid, applies, bonus=bonus)


@pytest.mark.parametrize("applies", Applies)
async def test_the_rate_that_is_already_is_no_change(economy: Economy, applies: Applies) -> None:
    with pytest.raises(RateUnchanged):
        await change(economy, "1", applies)
    assert (await economy.rates.now(GUILD_ID)).changes == ()


async def test_a_rate_out_of_bounds_changes_nothing(economy: Economy) -> None:
    with pytest.raises(SettingOutOfBounds):
        await change(economy, "0")
    assert (await economy.guilds.get(GUILD_ID)).settings.paid_rate == 1


async def test_every_streamer_is_told_of_new_rates_and_holds(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.earned(paid=5)
    changed = await change(economy, "1/2")
    assert changed.told == 1
    held = await economy.rates.change_hold(GUILD_ID, ADMIN_ID, 7)
    assert (held.before_days, held.after_days, held.told) == (0, 7, 1)
    again = await economy.rates.change_hold(GUILD_ID, ADMIN_ID, 3)
    assert again.before_days == 7
    letters = await economy.books.read("SELECT member_id, kind FROM letter ORDER BY letter_id")
    assert [tuple(row) for row in letters] == [
        (STREAMER_ID, "rate_changed"),
        (STREAMER_ID, "hold_changed"),
        (STREAMER_ID, "hold_changed"),
    ]
    now = await economy.rates.now(GUILD_ID)
    assert now.settings.hold_days == 3
    assert [(each.changed_by, each.changed_at) for each in now.changes] == [(ADMIN_ID, clock())]
    with pytest.raises(HoldUnchanged):
        await economy.rates.change_hold(GUILD_ID, ADMIN_ID, 3)


async def test_a_gift_that_goes_back_keeps_no_rate_any_more(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "1")
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=60)
    await change(economy, "1/2")
    await shop.say(payment_id, refunded_minor=PRICE_MINOR // 2)  # 40 unspent ones and 10 of them
    await shop.bought(100)
    await play.gift(gift="petal", count=20)
    clock.advance(86_400)
    assert made(await play.convert()) == [(50, 50, "1"), (20, 10, "1/2")]


async def test_a_gift_taken_back_keeps_no_rate_any_more(economy: Economy, play: Play) -> None:
    await play.coins(paid=50, bonus=10)
    await play.gift(gift="petal", count=4)
    sent = await play.gift(gift="petal", count=10)
    await change(economy, "1/2")
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, sent.entry_id)
    await play.gift(gift="petal", count=10)
    assert made(await play.convert()) == [(4, 4, "1"), (10, 5, "1/2")]


async def test_many_coins_at_once_are_offered_before_they_are_converted(
    economy: Economy, play: Play
) -> None:
    await play.set("convert_confirm_from", "10")
    await play.set("paid_rate", "1/2")
    await play.earned(paid=21)
    small = await economy.conversions.ask(
        guild_id=GUILD_ID, key="ask:1", streamer_id=STREAMER_ID, coins=8
    )
    assert isinstance(small, ConversionReceipt)
    offer = await economy.conversions.ask(
        guild_id=GUILD_ID, key="ask:2", streamer_id=STREAMER_ID, coins=None
    )
    assert isinstance(offer, ConversionOffer)
    assert (offer.asked, offer.coins, offer.diamonds) == (13, 12, 6)
    assert (offer.odd_coins, offer.rest_coins) == (1, 1)
    assert (await play.pots(STREAMER_ID))["earned_paid"] == 13
    done = await economy.conversions.convert(
        guild_id=GUILD_ID, key="ask:2", streamer_id=STREAMER_ID, coins=13, promised_diamonds=6
    )
    assert (done.coins, done.diamonds) == (12, 6)


async def test_what_yields_something_else_than_was_shown_is_not_converted(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    await change(economy, "1/2", Applies.EARLIER)
    with pytest.raises(YieldChanged) as refusal:
        await economy.conversions.convert(
            guild_id=GUILD_ID, key="yes", streamer_id=STREAMER_ID, coins=10, promised_diamonds=10
        )
    assert (refusal.value.coins, refusal.value.diamonds) == (10, 5)
    assert await play.pots(STREAMER_ID) == {"earned_paid": 10}


async def test_a_conversion_behind_a_change_in_the_queue_is_at_the_new_rate(
    economy: Economy, play: Play
) -> None:
    await play.earned(paid=10)
    _, receipt = await asyncio.gather(change(economy, "1/2", Applies.EARLIER), play.convert())
    assert made(receipt) == [(10, 5, "1/2")]


async def test_a_conversion_behind_a_new_hold_in_the_queue_waits_for_it(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=20)
    await play.gift(gift="petal", count=10)
    _, _, receipt = await asyncio.gather(
        economy.rates.change_hold(GUILD_ID, ADMIN_ID, 30),
        play.gift(gift="petal", count=10),
        play.convert(),
    )
    assert (receipt.coins, receipt.held.coins) == (10, 10)


async def test_what_is_quoted_is_yielded_also_where_an_odd_coin_keeps_another_rate(
    economy: Economy, play: Play
) -> None:
    await play.set("paid_rate", "1/2")
    await play.earned(paid=3)
    await change(economy, "1")
    await play.earned(paid=10)
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ((12, 11),)
    receipt = await play.convert(12)
    assert (receipt.coins, receipt.diamonds) == (12, 11)


async def test_an_odd_coin_of_an_older_rate_takes_no_room_from_what_is_asked(
    economy: Economy, play: Play
) -> None:
    await play.set("paid_rate", "1/2")
    await play.earned(paid=1)
    await change(economy, "1/10")
    await play.earned(paid=10)
    assert made(await play.convert(10)) == [(10, 1, "1/10")]


async def test_coins_that_are_free_do_not_take_the_rate_that_disputed_ones_keep(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "1")
    payment_id = await shop.bought(100)
    await play.coins(paid=50, member_id=OTHER_GIVER_ID)
    await play.gift(gift="petal", count=60)
    await play.gift(gift="petal", count=20, giver_id=OTHER_GIVER_ID)
    await shop.say(payment_id, disputes_open=1)
    await change(economy, "1/2")
    await play.gift(gift="petal", count=30, giver_id=OTHER_GIVER_ID)
    clock.advance(86_400)
    assert made(await play.convert()) == [(20, 20, "1"), (30, 15, "1/2")]
    await shop.say(payment_id, disputes_open=0)
    assert made(await play.convert()) == [(60, 60, "1")]
