"""Claims that are sent: once, whatever goes silent, and what became of them is in the books."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from unittest.mock import patch

import pytest
from typing_extensions import override

from bot.claim_errors import FirstClaimByHand
from bot.errors import BooksUnreadable, Busy, ClaimMoved, ClaimNotFound, OwnClaim
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.payment_errors import ProviderSilent
from bot.payments.manual_payouts import ManualPayouts
from bot.payments.payout_provider import Payee, PayeeState, Payout, Sent, Streamer
from bot.payout_errors import (
    NOT_READY,
    NoPayeePage,
    PayeeBusy,
    PayeeNotReady,
    PayoutProviderGone,
    PayoutUnanswered,
)
from bot.services.claim import ClaimStepped
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.payout_sending import FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.payout_rigs_stripe import (
    NO_MONEY,
    TRANSFER,
    StripePayoutRig,
    stripe_payout_rig,
)
from tests.payments.stripe_double import Fault
from tests.services.conftest import ADMIN_ID, GUILD_ID, STREAMER_ID, Play
from tests.services.payouts import PayoutDesk, payout_of, ways_of

pytestmark = pytest.mark.proof("streamer")

SENT = ["request", "approve", "begin_sending", "sent"]
FAILED = ["request", "approve", "begin_sending", "fail"]
LIST = ("GET", "/v1/transfers")


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
def economy(books: Books, clock: MovableClock, rig: StripePayoutRig) -> Economy:
    return Economy.over(books, clock, payout_ways=ways_of(rig.provider))


@pytest.fixture
async def desk(economy: Economy, play: Play, rig: StripePayoutRig) -> PayoutDesk:
    """A claim that can be sent, to a streamer whom Stripe knows."""
    desk = PayoutDesk(economy, play)
    await desk.prepare()
    payee = await economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    rig.double.world.fill_in(payee.account)
    return desk


def transfers(rig: StripePayoutRig) -> list[int]:
    return [each["amount"] for each in rig.double.world.all_of("transfer")]


def restarted(desk: PayoutDesk, books: Books, clock: MovableClock, rig: StripePayoutRig) -> None:
    """Let a new process have the books."""
    desk.economy = Economy.over(books, clock, payout_ways=ways_of(rig.provider))


# Sending ----------------------------------------------------------------------------------------


async def test_a_claim_is_sent_and_paid(desk: PayoutDesk, rig: StripePayoutRig) -> None:
    stepped = await desk.send()
    assert isinstance(stepped, ClaimStepped)
    assert stepped.claim.provider == "stripe"
    transfer = rig.double.world.all_of("transfer")[0]
    assert await desk.state() == ("paid", transfer["id"])
    assert transfer["transfer_group"] == payout_of().key
    assert transfers(rig) == [400]
    assert await desk.actions() == SENT
    assert await desk.pots() == {"diamonds": 200}
    assert await audit(desk.economy.books.path, FULL_AUDIT) == []


async def test_what_was_paid_by_hand_is_not_sent_again(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    await desk.pay_by_hand(2, 50)
    await desk.send()
    assert transfers(rig) == [300]
    assert rig.double.world.all_of("transfer")[0]["transfer_group"] == payout_of(2).key
    assert (await desk.state())[0] == "paid"


async def test_the_same_press_again_sends_nothing_more(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    await desk.send()
    again = await desk.send()
    assert isinstance(again, ClaimStepped)
    assert again.claim.state is ClaimState.PAID
    assert transfers(rig) == [400]
    with pytest.raises(ClaimMoved):
        await desk.send("send:2")
    assert transfers(rig) == [400]


async def test_many_presses_at_once_send_once(desk: PayoutDesk, rig: StripePayoutRig) -> None:
    presses = [desk.send("send:1") for _ in range(3)] + [desk.send("send:2") for _ in range(3)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    # Whichever intent came first sent it, and hears so each time; the other came too late.
    moved = [isinstance(each, ClaimMoved) for each in results]
    assert moved in ([False] * 3 + [True] * 3, [True] * 3 + [False] * 3)
    assert sum(isinstance(each, BaseException) for each in results) == 3
    assert transfers(rig) == [400]
    assert await desk.actions() == SENT


async def test_it_is_committed_as_sending_before_the_provider_is_called(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    states: list[str] = []
    transfer = type(rig.provider).send

    async def send(provider: object, payout: object) -> object:
        states.append((await desk.state())[0])
        return await transfer(provider, payout)  # pyright: ignore[reportArgumentType]

    with patch.object(type(rig.provider), "send", send):
        await desk.send()
    assert states == ["sending"]


# Refusals before anything is begun --------------------------------------------------------------


async def test_a_claim_that_is_not_approved_is_not_sent(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    await desk.play.claim(100)
    with pytest.raises(ClaimMoved):
        await desk.send(claim_id=3)
    with pytest.raises(ClaimNotFound):
        await desk.send(claim_id=9)
    assert transfers(rig) == []


async def test_nobody_sends_the_own_claim(desk: PayoutDesk, rig: StripePayoutRig) -> None:
    with pytest.raises(OwnClaim):
        await desk.send(by=STREAMER_ID)
    assert transfers(rig) == []


async def test_a_first_claim_is_not_sent(
    economy: Economy, play: Play, rig: StripePayoutRig
) -> None:
    desk = PayoutDesk(economy, play)
    await desk.prepare()
    await play.diamonds(100, streamer_id=21)
    await play.claim(100, streamer_id=21)
    await desk.approve(3)
    payee = await economy.payees.invite(GUILD_ID, 21, "stripe")
    rig.double.world.fill_in(payee.account)
    with pytest.raises(FirstClaimByHand):
        await desk.send(claim_id=3)
    assert transfers(rig) == []


@pytest.mark.parametrize("how", ["unknown", "incomplete", "erased"])
async def test_a_payee_who_is_not_ready_keeps_the_claim_where_it_is(
    desk: PayoutDesk, rig: StripePayoutRig, how: str
) -> None:
    payees = desk.economy.payees
    account = await payees.account(GUILD_ID, STREAMER_ID, "stripe")
    if how == "unknown":
        rig.double.world.close_account(account)
    elif how == "incomplete":
        rig.double.world.fill_in(account, is_active=False)
    else:
        await payees.erase(GUILD_ID, STREAMER_ID)
    with pytest.raises(PayeeNotReady):
        await desk.send()
    assert (await desk.state())[0] == "approved"


async def test_a_provider_that_is_down_before_anything_began_leaves_the_claim_where_it_is(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    rig.go_down()
    with pytest.raises(ProviderSilent):
        await desk.send()
    rig.come_up()
    assert (await desk.state())[0] == "approved"
    await desk.send("send:2")
    assert transfers(rig) == [400]


async def test_who_is_paid_by_hand_is_not_sent_to(desk: PayoutDesk) -> None:
    sending = desk.economy.payout_sending
    claim = await desk.economy.claims.find(GUILD_ID, 2)
    assert await sending.way_of(claim) == "stripe"
    await desk.economy.payees.erase(GUILD_ID, STREAMER_ID)
    await desk.economy.payees.set_manual(GUILD_ID, STREAMER_ID, "luna@pay.example")
    assert await sending.way_of(claim) == "manual"


async def test_where_the_operators_balance_may_not_be_sent_a_person_pays(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    claim = await desk.economy.claims.find(GUILD_ID, 2)
    with patch.object(type(rig.provider), "serves", return_value=False):
        assert await desk.economy.payout_sending.way_of(claim) == "manual"
        with pytest.raises(PayeeNotReady):
            await desk.send()
        # What was begun before waits until the operator decided.
        await desk.economy.claims.begin_sending(
            guild_id=GUILD_ID, key="b", admin_id=ADMIN_ID, claim_id=2, provider="stripe"
        )
        await desk.economy.payout_sending.run()
        with pytest.raises(NoPayeePage):
            await desk.economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    assert transfers(rig) == []
    assert (await desk.state())[0] == "sending"


async def test_what_has_no_value_in_money_is_not_sent(desk: PayoutDesk) -> None:
    await desk.play.set("diamond_value_minor", "0")
    await desk.play.claim(100)
    claim = await desk.economy.claims.find(GUILD_ID, 3)
    assert await desk.economy.payout_sending.way_of(claim) == "manual"


# No ---------------------------------------------------------------------------------------------


async def test_a_no_gives_the_diamonds_back_and_says_why(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    account = await desk.economy.payees.account(GUILD_ID, STREAMER_ID, "stripe")
    rig.refuse(payout_of(account=account))
    await desk.send()
    state, note = await desk.state()
    assert state == "failed"
    assert note.startswith(NO_MONEY)
    assert await desk.actions() == FAILED
    assert await desk.pots() == {"diamonds": 400}
    assert transfers(rig) == []
    assert await audit(desk.economy.books.path, FULL_AUDIT) == []


async def test_no_claim_letter_or_log_has_a_copy_of_the_account(
    desk: PayoutDesk, rig: StripePayoutRig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = await desk.economy.payees.account(GUILD_ID, STREAMER_ID, "stripe")
    rig.refuse(payout_of(account=account))
    await desk.send()
    await desk.economy.payees.erase(GUILD_ID, STREAMER_ID)
    tables = await desk.economy.books.read(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (table,) in tables:
        rows = await desk.economy.books.read(f"SELECT * FROM {table}")
        assert [row for row in rows if account in str(tuple(row))] == [], table
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("bot.")]
    assert [line for line in ours if account in line] == []


# Silence ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.CUT, Fault.BROKEN_AFTERWARDS])
async def test_what_went_out_while_its_answer_was_lost_is_found_and_not_sent_twice(
    desk: PayoutDesk, rig: StripePayoutRig, fault: Fault
) -> None:
    rig.double.route_faults[TRANSFER] = fault
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    assert await desk.state() == ("sending", "")
    rig.double.route_faults.clear()
    rig.double.forget_keys()
    rig.double.requests.clear()
    await desk.economy.payout_sending.run()
    assert [(each.method, each.path) for each in rig.double.requests] == [LIST]
    assert transfers(rig) == [400]
    assert (await desk.state())[0] == "paid"
    assert await desk.actions() == SENT


async def test_what_went_and_could_not_be_written_down_is_not_sent_again(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    with (
        patch.object(desk.economy.claims, "sent_paid", side_effect=Busy),
        pytest.raises(PayoutUnanswered),
    ):
        await desk.send()
    assert transfers(rig) == [400]
    await desk.economy.payout_sending.run()
    assert transfers(rig) == [400]
    assert (await desk.state())[0] == "paid"


async def test_what_never_went_is_sent_later(
    desk: PayoutDesk, rig: StripePayoutRig, books: Books, clock: MovableClock
) -> None:
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    assert transfers(rig) == []
    rig.double.route_faults.clear()
    restarted(desk, books, clock, rig)
    await desk.economy.payout_sending.run()
    assert transfers(rig) == [400]
    assert (await desk.state())[0] == "paid"


async def test_a_late_no_fails_the_claim(desk: PayoutDesk, rig: StripePayoutRig) -> None:
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.double.route_faults.clear()
    account = await desk.economy.payees.account(GUILD_ID, STREAMER_ID, "stripe")
    rig.double.world.close_account(account)
    await desk.economy.payout_sending.run()
    assert await desk.state() == ("failed", NOT_READY)
    assert await desk.pots() == {"diamonds": 400}


async def test_the_same_press_again_looks_for_it_at_once(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    rig.lose_answers()
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.come_up()
    await desk.send()
    assert transfers(rig) == [400]
    assert await desk.actions() == SENT


async def test_a_press_and_the_job_at_once_send_once(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    sending = desk.economy.payout_sending
    press = asyncio.create_task(desk.send())
    while not await desk.economy.claims.sendings():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)
    await asyncio.gather(press, sending.run(), sending.run())
    assert transfers(rig) == [400]
    assert await desk.actions() == SENT


async def test_what_is_looked_for_in_vain_is_looked_for_ever_more_rarely(
    desk: PayoutDesk, rig: StripePayoutRig, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.go_down()
    asked: list[int] = []
    began_at = clock()
    find = type(rig.provider).find

    async def counted(provider: object, payout: object) -> object:
        asked.append(clock() - began_at)
        return await find(provider, payout)  # pyright: ignore[reportArgumentType]

    with patch.object(type(rig.provider), "find", counted):
        for _ in range(5 * MOST_PAUSE_SECONDS // FIRST_PAUSE_SECONDS):
            await desk.economy.payout_sending.run()
            clock.advance(FIRST_PAUSE_SECONDS)
    assert asked[:5] == [0, 60, 180, 420, 900]
    assert asked[-1] - asked[-2] == MOST_PAUSE_SECONDS
    # An outage is one line in the log and not many.
    assert len([each for each in caplog.records if "is looked for later" in each.message]) == 1
    rig.come_up()
    clock.advance(MOST_PAUSE_SECONDS)
    await desk.economy.payout_sending.run()
    assert transfers(rig) == [400]


async def test_a_provider_that_is_not_set_up_any_more_leaves_the_claim_to_be_found(
    desk: PayoutDesk, rig: StripePayoutRig, books: Books, clock: MovableClock
) -> None:
    rig.lose_answers()
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.come_up()
    without = Economy.over(books, clock, payout_ways=ways_of())
    await without.payout_sending.run()
    with pytest.raises(PayoutProviderGone):
        await without.payout_sending.send(
            guild_id=GUILD_ID, key="send:1", admin_id=ADMIN_ID, claim_id=2
        )
    assert (await desk.state())[0] == "sending"
    await desk.economy.payout_sending.run()
    assert (await desk.state())[0] == "paid"


async def test_a_defect_of_one_does_not_keep_the_others_waiting(
    desk: PayoutDesk, rig: StripePayoutRig, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.play.claim(100)
    await desk.approve(3)
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    for claim_id in (2, 3):
        with pytest.raises(PayoutUnanswered):
            await desk.send(f"send:{claim_id}", claim_id=claim_id)
    rig.come_up()
    find = type(rig.provider).find

    async def broken(provider: object, payout: object) -> object:
        if getattr(payout, "claim_id", 0) == 2:
            raise ZeroDivisionError
        return await find(provider, payout)  # pyright: ignore[reportArgumentType]

    with patch.object(type(rig.provider), "find", broken):
        await desk.economy.payout_sending.run()
    assert "cannot be sent" in caplog.text
    assert [(await desk.state(claim_id))[0] for claim_id in (2, 3)] == ["sending", "paid"]


async def test_books_that_cannot_be_read_are_asked_later(
    desk: PayoutDesk, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(desk.economy.books, "read", side_effect=BooksUnreadable):
        await desk.economy.payout_sending.run()
    assert "payouts are looked at later" in caplog.text


class CarelessProvider(ManualPayouts):
    """A provider that sends whatever it is asked to, however often: nothing protects but we."""

    name: str = "careless"
    is_automatic: bool = True

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.loses_answers = False

    @override
    async def payee(self, streamer: Streamer) -> Payee:
        return Payee(state=PayeeState.READY)

    @override
    async def send(self, payout: Payout) -> Sent:
        await asyncio.sleep(0)
        self.sent.append(payout.key)
        if self.loses_answers:
            raise ProviderSilent
        return Sent(f"careless {len(self.sent)}")

    @override
    async def find(self, payout: Payout) -> Sent | None:
        await asyncio.sleep(0)
        return Sent("found") if payout.key in self.sent else None


@pytest.fixture
async def careless(books: Books, clock: MovableClock, desk: PayoutDesk) -> CarelessProvider:
    """A careless provider that has claim 2 on its way, as if the process had died there."""
    provider = CarelessProvider()
    desk.economy = Economy.over(books, clock, payout_ways=ways_of(provider))
    await desk.economy.claims.begin_sending(
        guild_id=GUILD_ID, key="send:1", admin_id=ADMIN_ID, claim_id=2, provider="careless"
    )
    return provider


async def test_even_a_careless_provider_is_looked_at_before_it_is_sent_to(
    desk: PayoutDesk, careless: CarelessProvider, clock: MovableClock
) -> None:
    careless.loses_answers = True
    await desk.economy.payout_sending.run()
    clock.advance(FIRST_PAUSE_SECONDS)
    await desk.economy.payout_sending.run()
    assert careless.sent == [payout_of().key]
    assert await desk.state() == ("paid", "found")


async def test_even_a_careless_provider_is_asked_by_one_at_a_time(
    desk: PayoutDesk, careless: CarelessProvider
) -> None:
    sending = desk.economy.payout_sending
    await asyncio.gather(sending.run(), sending.run(), desk.send(by=ADMIN_ID), sending.run())
    assert careless.sent == [payout_of().key]
    assert await desk.state() == ("paid", "careless 1")


async def test_payee_data_stays_as_it_is_while_a_payout_is_on_its_way(
    desk: PayoutDesk, rig: StripePayoutRig
) -> None:
    rig.lose_answers()
    with pytest.raises(PayoutUnanswered):
        await desk.send()
    rig.come_up()
    payees = desk.economy.payees
    with pytest.raises(PayeeBusy):
        await payees.erase(GUILD_ID, STREAMER_ID)
    await desk.economy.payout_sending.run()
    assert await payees.erase(GUILD_ID, STREAMER_ID)
