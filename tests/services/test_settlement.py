"""Settling payments: whatever is said of them, in whatever order, the books say what is true."""

import asyncio
from typing import Any

import pytest

from bot.errors import NotEnoughCoins
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import audit
from bot.ledger.posting import from_house, to_house
from bot.payment_errors import (
    CoinsOwed,
    GiverFrozen,
    ProviderSilent,
    ProviderUnknown,
    StreamerFrozen,
    UndoReturned,
)
from bot.payments.provider import Notice
from bot.services.payment_booking import Outcome
from bot.services.proofs import FULL_AUDIT
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
from tests.services.shop import PAID_SETUP, PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")


HOLD_SECONDS = 30 * 24 * 60 * 60


@pytest.fixture
async def shop(play: Play, clock: MovableClock) -> Shop:
    shop = Shop(play, clock)
    await shop.set("hold_days", "30")
    return shop


@pytest.fixture(autouse=True)
async def audited(shop: Shop) -> Any:
    """Every test ends with clean books, whatever it did."""
    yield
    assert await audit(shop.play.economy.books.path, FULL_AUDIT) == []


async def test_a_payment_is_credited_with_a_receipt(shop: Shop) -> None:
    order = await shop.order(100)
    notice = shop.truth.pay(order, "pay-1", shop.clock())
    settled = await shop.settlement.settle("truth", notice)
    assert (settled.outcome, settled.order_id) == (Outcome.CREDITED, order.order_id)
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}
    assert (await shop.found(order.order_id)).state == "credited"
    assert await shop.letters() == [(GIVER_ID, "receipt")]
    assert shop.provider.told == ["pay-1"]


async def test_the_same_event_again_asks_nobody(shop: Shop) -> None:
    order = await shop.order()
    notice = shop.truth.pay(order, "pay-1", shop.clock())
    await shop.settlement.settle("truth", notice)
    asked = len(shop.provider.asked)
    again = await shop.settlement.settle("truth", notice)
    assert again.outcome is Outcome.NOTHING
    assert len(shop.provider.asked) == asked


async def test_twenty_events_of_one_payment_at_once_credit_once(shop: Shop) -> None:
    order = await shop.order(100)
    shop.truth.pay(order, "pay-1", shop.clock())
    notices = [shop.truth.ring("pay-1") for _ in range(10)]
    settled = await asyncio.gather(
        *(shop.settlement.settle("truth", notice) for notice in notices * 2)
    )
    assert [each.outcome for each in settled].count(Outcome.CREDITED) == 1
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_an_old_answer_that_arrives_late_undoes_no_refund(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    late = shop.provider.hold(payment_id)
    first = asyncio.create_task(shop.settlement.settle("truth", shop.truth.ring(payment_id)))
    await late.looked_up.wait()
    second = asyncio.create_task(shop.say(payment_id, refunded_minor=PRICE_MINOR))
    for _ in range(50):
        await asyncio.sleep(0)
    late.let_go.set()
    await asyncio.gather(first, second)
    assert await shop.play.pots(GIVER_ID) == {}


async def test_a_payment_named_by_its_checkout_is_the_same_payment(shop: Shop) -> None:
    order = await shop.order(100)
    shop.truth.pay(order, "pay-1", shop.clock())
    checkout = Notice("", f"checkout-{order.order_id}")
    both = await asyncio.gather(
        shop.settlement.settle("truth", checkout),
        shop.settlement.settle("truth", Notice("event-9", "pay-1")),
    )
    assert [each.outcome for each in both].count(Outcome.CREDITED) == 1
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_a_silent_provider_changes_nothing_and_the_event_comes_again(shop: Shop) -> None:
    order = await shop.order(100)
    notice = shop.truth.pay(order, "pay-1", shop.clock())
    shop.provider.is_silent = True
    with pytest.raises(ProviderSilent):
        await shop.settlement.settle("truth", notice)
    shop.provider.is_silent = False
    assert (await shop.settlement.settle("truth", notice)).outcome is Outcome.CREDITED


async def test_unknown_providers_and_payments_are_told_apart(shop: Shop) -> None:
    with pytest.raises(ProviderUnknown):
        await shop.settlement.settle("bank", Notice("e", "p"))
    assert (await shop.settlement.settle("truth", Notice("e", "p"))).outcome is Outcome.NOTHING


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"order_id": 999}, "unknown_order"),
        ({"guild_id": GUILD_ID + 1}, "unknown_order"),
        ({"amount_minor": PRICE_MINOR - 1}, "wrong_amount"),
        ({"amount_minor": PRICE_MINOR + 1}, "wrong_amount"),
        ({"currency": "USD"}, "wrong_amount"),
    ],
)
async def test_money_that_fits_no_order_is_kept_and_never_credited(
    shop: Shop, values: dict[str, Any], reason: str
) -> None:
    order = await shop.order()
    notice = shop.truth.pay(order, "pay-1", shop.clock(), **values)
    assert (await shop.settlement.settle("truth", notice)).outcome is Outcome.REVIEW
    assert await shop.reviews() == [reason]
    assert await shop.play.pots(GIVER_ID) == {}
    assert shop.provider.told == []
    assert (await shop.say("pay-1")) is Outcome.REVIEW
    assert await shop.reviews() == [reason]


async def test_a_second_payment_for_one_order_is_kept(shop: Shop) -> None:
    order = await shop.order(100)
    for payment_id in ("pay-1", "pay-2"):
        await shop.settlement.settle("truth", shop.truth.pay(order, payment_id, shop.clock()))
    assert await shop.reviews() == ["second_payment"]
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_what_does_not_fit_into_the_wallet_waits_until_it_does(shop: Shop) -> None:
    await shop.bought(1)
    await shop.play.book(from_house(Account.SOLD, GIVER_ID, Account.PAID, MOST_AMOUNT - 50))
    order = await shop.order(100)
    notice = shop.truth.pay(order, "pay-9", shop.clock())
    assert (await shop.settlement.settle("truth", notice)).outcome is Outcome.REVIEW
    assert await shop.reviews() == ["wallet_full"]
    await shop.play.book(to_house(GIVER_ID, Account.PAID, Account.SOLD, MOST_AMOUNT - 50))
    assert await shop.say("pay-9") is Outcome.CREDITED
    assert await shop.reviews() == []


async def test_an_order_that_nobody_pays_is_closed(shop: Shop) -> None:
    order = await shop.order()
    shop.clock.advance(1_799)
    assert await shop.settlement.close_overdue() == 0
    shop.clock.advance(1)
    assert await shop.settlement.close_overdue() == 1
    assert (await shop.found(order.order_id)).state == "closed"


async def test_no_order_is_closed_while_its_provider_cannot_be_asked(shop: Shop) -> None:
    order = await shop.order()
    shop.clock.advance(1_800)
    shop.provider.is_silent = True
    assert await shop.settlement.close_overdue() == 0
    assert (await shop.found(order.order_id)).state == "open"


async def test_an_expired_order_that_is_paid_all_the_same_is_credited(shop: Shop) -> None:
    order = await shop.order(100)
    shop.clock.advance(1_800)
    await shop.settlement.close_overdue()
    shop.clock.advance(60)
    notice = shop.truth.pay(order, "pay-1", shop.clock())
    assert (await shop.settlement.settle("truth", notice)).outcome is Outcome.CREDITED
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_a_refund_takes_unspent_coins(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    assert await shop.say(payment_id, refunded_minor=PRICE_MINOR) is Outcome.CHANGED
    assert await shop.play.pots(GIVER_ID) == {}
    assert await shop.letters() == [(GIVER_ID, "receipt"), (GIVER_ID, "refunded")]


@pytest.mark.parametrize(("refunded_minor", "left"), [(1, 100), (10, 99), (333, 67), (999, 1)])
async def test_a_part_of_the_money_takes_its_part_of_the_coins(
    shop: Shop, refunded_minor: int, left: int
) -> None:
    payment_id = await shop.bought(100)
    await shop.say(payment_id, refunded_minor=refunded_minor)
    assert (await shop.play.pots(GIVER_ID)).get("paid", 0) == left


async def test_parts_of_a_refund_add_up_to_the_whole(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    for refunded_minor in (1, 15, 333, 334, 999, 1_000):
        await shop.say(payment_id, refunded_minor=refunded_minor)
    assert await shop.play.pots(GIVER_ID) == {}


async def test_a_refund_takes_gifts_within_their_hold_then_leaves_a_debt(shop: Shop) -> None:
    await shop.play.set("fee_percent", "10")
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=40)
    shop.clock.advance(31 * 86_400)
    await shop.play.gift(gift="petal", count=50)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    # 10 unspent, 50 of the young gift (45 and a fee of 5), 40 that passed their hold are owed.
    assert await shop.play.pots(GIVER_ID) == {"debt": -40}
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 36}
    assert (STREAMER_ID, "gift_returned") in await shop.letters()


async def test_what_was_converted_stays_with_the_streamer(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    shop.clock.advance(HOLD_SECONDS)
    await shop.play.convert(70)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {"diamonds": 70, "earned_paid": 30}
    assert await shop.play.pots(GIVER_ID) == {"debt": -100}


async def test_lots_are_told_apart(shop: Shop) -> None:
    first, second = await shop.bought(100), await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    await shop.say(second, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 100}
    await shop.say(first, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {}
    assert await shop.play.pots(GIVER_ID) == {}


async def test_a_debt_blocks_gifts_and_the_next_pack_pays_it_first(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    shop.clock.advance(HOLD_SECONDS)
    await shop.play.convert()
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    await shop.play.coins(bonus=50)
    with pytest.raises(CoinsOwed, match="100 coins"):
        await shop.play.gift(gift="petal")
    await shop.bought(130)
    assert await shop.play.pots(GIVER_ID) == {"paid": 30, "bonus": 50}
    await shop.play.gift(gift="petal")


async def test_a_refund_of_the_pack_that_paid_a_debt_brings_the_debt_back(shop: Shop) -> None:
    first = await shop.bought(100)
    await shop.play.gift(gift="petal", count=100)
    shop.clock.advance(HOLD_SECONDS)
    await shop.play.convert()
    await shop.say(first, refunded_minor=PRICE_MINOR)
    second = await shop.bought(130)
    await shop.say(second, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(GIVER_ID) == {"debt": -100}


async def test_a_refund_that_fails_after_it_succeeded_gives_the_coins_again(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.play.gift(gift="petal", count=60)
    shop.clock.advance(HOLD_SECONDS)
    await shop.play.convert()
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(GIVER_ID) == {"debt": -60}
    await shop.say(payment_id, refunded_minor=0)
    assert await shop.play.pots(GIVER_ID) == {"paid": 40}
    assert (GIVER_ID, "restored") in await shop.letters()
    await shop.play.gift(gift="petal")


async def test_an_open_dispute_freezes_the_buyer_until_it_is_won(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.say(payment_id, disputes_open=1)
    with pytest.raises(GiverFrozen):
        await shop.play.gift(gift="petal")
    await shop.say(payment_id, disputes_open=0)
    await shop.play.gift(gift="petal")
    assert (await shop.letters())[1:] == [
        (GIVER_ID, "dispute_opened"),
        (GIVER_ID, "dispute_closed"),
    ]


async def test_a_streamer_with_a_dispute_receives_nothing_meanwhile(shop: Shop) -> None:
    payment_id = await shop.bought(100, member_id=STREAMER_ID)
    await shop.play.coins(bonus=50)
    await shop.say(payment_id, disputes_open=1)
    with pytest.raises(StreamerFrozen):
        await shop.play.gift(gift="petal")
    await shop.say(payment_id, disputes_open=0)
    await shop.play.gift(gift="petal")


async def test_being_frozen_is_said_before_being_poor(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.say(payment_id, disputes_open=1)
    with pytest.raises(GiverFrozen):
        await shop.play.gift(gift="petal", count=500)
    await shop.say(payment_id, disputes_open=0)
    with pytest.raises(NotEnoughCoins):
        await shop.play.gift(gift="petal", count=500)


async def test_a_lost_dispute_is_a_refund_and_a_won_appeal_undoes_it(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.say(payment_id, disputes_open=1)
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    assert await shop.play.pots(GIVER_ID) == {}
    await shop.say(payment_id, lost_minor=0)
    assert await shop.play.pots(GIVER_ID) == {"paid": 100}


async def test_two_disputes_end_only_together(shop: Shop) -> None:
    first, second = await shop.bought(100), await shop.bought(100)
    await shop.say(first, disputes_open=1)
    await shop.say(second, disputes_open=1)
    await shop.say(first, disputes_open=0)
    with pytest.raises(GiverFrozen):
        await shop.play.gift(gift="petal")
    await shop.say(second, disputes_open=0)
    await shop.play.gift(gift="petal")


async def test_a_test_payment_brings_bonus_coins_where_money_counts(shop: Shop) -> None:
    await shop.play.economy.seasons.begin_paid(GUILD_ID, ADMIN_ID, PAID_SETUP)
    order = await shop.order(100)
    notice = shop.truth.pay(order, "pay-1", shop.clock(), is_test=True)
    await shop.settlement.settle("truth", notice)
    assert await shop.play.pots(GIVER_ID) == {"bonus": 100}
    await shop.play.gift(gift="petal", count=60)
    await shop.say("pay-1", refunded_minor=PRICE_MINOR)
    # What is not there any more is nobody's debt: it was never money.
    assert await shop.play.pots(GIVER_ID) == {}
    assert await shop.play.pots(STREAMER_ID) == {"earned_bonus": 60}


async def test_polling_goes_on_where_it_stopped(shop: Shop) -> None:
    orders = [await shop.order(10) for _ in range(8)]
    for order in orders:
        shop.truth.pay(order, f"pay-{order.order_id}", shop.clock())
    assert await shop.settlement.poll("truth") == 8
    assert await shop.play.pots(GIVER_ID) == {"paid": 80}
    assert await shop.settlement.poll("truth") == 0


async def test_a_poll_that_breaks_off_loses_nothing(shop: Shop) -> None:
    orders = [await shop.order(10) for _ in range(4)]
    for order in orders:
        shop.truth.pay(order, f"pay-{order.order_id}", shop.clock())
    shop.provider.answers_left = 3
    with pytest.raises(ProviderSilent):
        await shop.settlement.poll("truth")
    shop.provider.answers_left, shop.provider.is_silent = None, False
    await shop.settlement.poll("truth")
    assert await shop.play.pots(GIVER_ID) == {"paid": 40}


async def test_a_sweep_finds_what_no_event_told(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    shop.truth.set(payment_id, refunded_minor=PRICE_MINOR)
    assert await shop.settlement.sweep("truth") == 1
    assert await shop.play.pots(GIVER_ID) == {}
    assert await shop.settlement.sweep("truth") == 0


async def test_a_sweep_leaves_old_payments_alone(shop: Shop) -> None:
    await shop.bought(100)
    shop.clock.advance(121 * 86_400)
    asked = len(shop.provider.asked)
    await shop.settlement.sweep("truth")
    assert len(shop.provider.asked) == asked


async def test_a_sweep_looks_at_an_open_dispute_however_old_its_payment_is(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    await shop.say(payment_id, disputes_open=1)
    shop.clock.advance(400 * 86_400)
    shop.truth.set(payment_id, disputes_open=0)
    assert await shop.settlement.sweep("truth") == 1
    await shop.play.gift(gift="petal")


async def test_a_gift_that_a_refund_took_coins_out_of_is_not_taken_back(shop: Shop) -> None:
    await shop.bought(100, member_id=OTHER_GIVER_ID)
    await shop.play.gift(gift="petal", count=100, giver_id=OTHER_GIVER_ID)
    payment_id = await shop.bought(100)
    gift = await shop.play.gift(gift="petal", count=100)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR // 4)
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 175}
    with pytest.raises(UndoReturned):
        await shop.play.economy.gift_undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 175}
    assert await shop.play.pots(GIVER_ID) == {}


async def test_a_refund_after_a_gift_was_taken_back_takes_the_unspent_coins(shop: Shop) -> None:
    payment_id = await shop.bought(100)
    gift = await shop.play.gift(gift="petal", count=100)
    undos = shop.play.economy.gift_undos
    undone = await undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(GIVER_ID) == {}
    assert await shop.play.pots(STREAMER_ID) == {}
    again = await undos.undo(GUILD_ID, GIVER_ID, gift.entry_id)
    assert (again.undo_id, again.replayed) == (undone.undo_id, True)


async def test_two_buyers_never_share_a_lot(shop: Shop) -> None:
    mine, theirs = await shop.bought(100), await shop.bought(100, member_id=OTHER_GIVER_ID)
    await shop.play.gift(gift="petal", count=100)
    await shop.play.gift(gift="petal", count=100, giver_id=OTHER_GIVER_ID, streamer=STREAMER)
    await shop.say(theirs, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {"earned_paid": 100}
    assert Account.DEBT not in await shop.play.pots(OTHER_GIVER_ID)
    await shop.say(mine, refunded_minor=PRICE_MINOR)
    assert await shop.play.pots(STREAMER_ID) == {}
