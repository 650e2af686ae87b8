"""Payee data: what a provider needs and nothing else, kept in one place and erased at will."""

from collections.abc import AsyncGenerator

import pytest

from bot.ledger.books import Books
from bot.payment_errors import ProviderSilent
from bot.payments.payout_provider import PayeeState
from bot.payout_errors import NoPayeePage, PayeeInPlay, PayeeTooLong
from bot.services.economy import Economy
from bot.services.payees import MANUAL, MOST_REFERENCE_CHARACTERS, PayeeReference
from tests.conftest import MovableClock
from tests.payments.payout_rigs_stripe import StripePayoutRig, stripe_payout_rig
from tests.services.conftest import GUILD_ID, STREAMER_ID
from tests.services.paid import Paid
from tests.services.payouts import ways_of

OTHER_GUILD_ID = GUILD_ID + 1
UNSERVED_GUILD_ID = 900


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
async def economy(books: Books, clock: MovableClock, rig: StripePayoutRig) -> Economy:
    economy = Economy.over(books, clock, payout_ways=ways_of(rig.provider))
    await Paid(economy).begin()
    return economy


async def known(economy: Economy) -> dict[str, str]:
    references = await economy.payees.references(GUILD_ID, STREAMER_ID)
    return {each.provider: each.reference for each in references}


async def test_what_a_streamer_writes_is_kept_and_written_over(
    economy: Economy, clock: MovableClock
) -> None:
    payees = economy.payees
    assert await known(economy) == {}
    assert await payees.account(GUILD_ID, STREAMER_ID, MANUAL) == ""
    await payees.set_manual(GUILD_ID, STREAMER_ID, "luna@pay.example")
    clock.advance(5)
    await payees.set_manual(GUILD_ID, STREAMER_ID, "DE02 1203 0000 0000 2020 51")
    assert await payees.references(GUILD_ID, STREAMER_ID) == (
        PayeeReference(MANUAL, "DE02 1203 0000 0000 2020 51", clock()),
    )
    assert await payees.references(OTHER_GUILD_ID, STREAMER_ID) == ()
    assert (await payees.state(GUILD_ID, STREAMER_ID, MANUAL)).state is PayeeState.READY


async def test_those_who_pay_by_hand_are_told_of_many_at_once(economy: Economy) -> None:
    for member_id in (1, 2, 3):
        await economy.payees.set_manual(GUILD_ID, member_id, f"account {member_id}")
    await economy.payees.invite(GUILD_ID, 4, "stripe")
    found = await economy.payees.by_hand(GUILD_ID, [1, 3, 4, 5])
    assert found == {1: "account 1", 3: "account 3"}
    assert await economy.payees.by_hand(OTHER_GUILD_ID, [1]) == {}
    assert await economy.payees.by_hand(GUILD_ID, []) == {}


@pytest.mark.parametrize("reference", ["", "x" * (MOST_REFERENCE_CHARACTERS + 1)])
async def test_a_reference_has_bounds(economy: Economy, reference: str) -> None:
    with pytest.raises(PayeeTooLong):
        await economy.payees.set_manual(GUILD_ID, STREAMER_ID, reference)
    assert await known(economy) == {}
    await economy.payees.set_manual(GUILD_ID, STREAMER_ID, "x" * MOST_REFERENCE_CHARACTERS)


async def test_a_guild_that_plays_needs_to_know_nothing(
    economy: Economy, rig: StripePayoutRig
) -> None:
    with pytest.raises(PayeeInPlay):
        await economy.payees.set_manual(OTHER_GUILD_ID, STREAMER_ID, "luna@pay.example")
    with pytest.raises(PayeeInPlay):
        await economy.payees.invite(OTHER_GUILD_ID, STREAMER_ID, "stripe")
    assert rig.double.requests == []


async def test_an_invited_streamer_is_known_from_then_on(
    economy: Economy, rig: StripePayoutRig
) -> None:
    payees = economy.payees
    assert (await payees.state(GUILD_ID, STREAMER_ID, "stripe")).state is PayeeState.NONE
    first = await payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    assert first.url
    assert await known(economy) == {"stripe": first.account}
    again = await payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    assert (again.account, again.state) == (first.account, PayeeState.INCOMPLETE)
    rig.double.world.fill_in(first.account)
    ready = await payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    assert (ready.state, ready.url) == (PayeeState.READY, "")
    assert len(rig.double.world.all_of("account")) == 1


async def test_a_lost_answer_makes_no_second_account(
    economy: Economy, rig: StripePayoutRig
) -> None:
    rig.double.route_refusals.clear()
    rig.go_down()
    with pytest.raises(ProviderSilent):
        await economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    rig.come_up()
    assert await known(economy) == {}
    await economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    assert len(rig.double.world.all_of("account")) == 1


async def test_what_is_not_set_up_invites_nobody(economy: Economy) -> None:
    assert economy.payees.invites(GUILD_ID) == ("stripe",)
    assert economy.payees.invites(UNSERVED_GUILD_ID) == ()
    with pytest.raises(NoPayeePage):
        await economy.payees.invite(GUILD_ID, STREAMER_ID, "wire")
    with pytest.raises(NoPayeePage):
        await economy.payees.state(GUILD_ID, STREAMER_ID, "wire")


async def test_by_hand_there_is_nobody_to_invite(economy: Economy) -> None:
    payee = await economy.payees.invite(GUILD_ID, STREAMER_ID, MANUAL)
    assert (payee.state, payee.url) == (PayeeState.NONE, "")
    assert await known(economy) == {}


async def test_what_is_erased_is_gone(economy: Economy) -> None:
    payees = economy.payees
    assert not await payees.erase(GUILD_ID, STREAMER_ID)
    await payees.set_manual(GUILD_ID, STREAMER_ID, "luna@pay.example")
    await payees.invite(GUILD_ID, STREAMER_ID, "stripe")
    await payees.set_manual(GUILD_ID, STREAMER_ID + 1, "kai@pay.example")
    assert await payees.erase(GUILD_ID, STREAMER_ID)
    assert await known(economy) == {}
    assert await payees.account(GUILD_ID, STREAMER_ID + 1, MANUAL) == "kai@pay.example"
