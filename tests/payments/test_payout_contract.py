"""What every provider of payouts promises, over every rig there is; see `payout_contract.py`."""

import asyncio
import importlib
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payments.payout_provider import PayeeState, SentState
from bot.payments.payout_registry import PAYOUT_PROVIDERS
from tests.payments.payout_contract import Can, PayoutRig, PayoutRigMaker

pytestmark = pytest.mark.proof("payments")


def rigs() -> dict[str, PayoutRigMaker]:
    found: dict[str, PayoutRigMaker] = {}
    for path in sorted(Path(__file__).parent.glob("payout_rigs_*.py")):
        found |= importlib.import_module(f"tests.payments.{path.stem}").RIGS
    return found


@pytest.fixture(params=[pytest.param(maker, id=word) for word, maker in rigs().items()])
async def rig(request: pytest.FixtureRequest) -> AsyncGenerator[PayoutRig]:
    needed = {need for mark in request.node.iter_markers("needs") for need in mark.args}
    maker: PayoutRigMaker = request.param
    async with maker() as made:
        if not needed <= made.can:
            pytest.skip(f"{made.name} has none: {', '.join(sorted(needed - made.can))}")
        yield made


def needs(*cans: Can) -> pytest.MarkDecorator:
    return pytest.mark.needs(*cans)


async def test_every_provider_has_a_rig() -> None:
    names: set[str] = set()
    for maker in rigs().values():
        async with maker() as made:
            names.add(made.name)
    assert names == {provider.name for provider in PAYOUT_PROVIDERS}


async def test_it_has_a_name_for_ever_and_says_whether_it_sends(rig: PayoutRig) -> None:
    assert rig.provider.name == rig.name
    assert re.fullmatch(r"[a-z_]+", rig.name)
    assert rig.provider.is_automatic == (Can.SEND in rig.can)
    assert rig.provider.has_page == (Can.INVITE in rig.can)


# Whose account pays -----------------------------------------------------------------------------


async def test_it_says_from_which_account_it_pays_if_it_has_any(rig: PayoutRig) -> None:
    payer = await rig.provider.payer()
    assert bool(payer) == (Can.CHANGE_PAYER in rig.can)
    await rig.restart()
    assert await rig.provider.payer() == payer


@needs(Can.CHANGE_PAYER)
async def test_another_account_has_another_name(rig: PayoutRig) -> None:
    payer = await rig.provider.payer()
    rig.change_payer()
    await rig.restart()
    assert await rig.provider.payer() != payer


@needs(Can.CHANGE_PAYER, Can.GO_DOWN)
async def test_nobody_knows_whose_account_pays_while_it_is_out_of_reach(rig: PayoutRig) -> None:
    rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.payer()
    rig.come_up()
    payer = await rig.provider.payer()
    rig.go_down()
    # It cannot change while the process lives.
    assert await rig.provider.payer() == payer
    rig.come_up()


# Sending ----------------------------------------------------------------------------------------


@needs(Can.SEND)
async def test_a_payout_reaches_its_streamer(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    assert sent.reference
    assert rig.went_out(payout) == 1


async def test_what_sends_nothing_refuses_and_finds_nothing(rig: PayoutRig) -> None:
    if Can.SEND in rig.can:
        pytest.skip(f"{rig.name} sends")
    payout = await rig.payout(1)
    with pytest.raises(ProviderRefused):
        await rig.provider.send(payout)
    assert await rig.provider.find(payout) is None
    assert await rig.provider.state("anything") is SentState.UNKNOWN


@needs(Can.SEND)
async def test_a_payout_that_is_sent_twice_goes_once(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    first = await rig.provider.send(payout)
    assert await rig.provider.send(payout) == first
    await rig.restart()
    assert await rig.provider.send(payout) == first
    assert rig.went_out(payout) == 1


@needs(Can.SEND)
async def test_a_payout_that_is_sent_many_times_at_once_goes_once(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await asyncio.gather(*(rig.provider.send(payout) for _ in range(5)))
    assert len(set(sent)) == 1
    assert rig.went_out(payout) == 1


@needs(Can.SEND, Can.FORGET_KEYS)
async def test_a_payout_is_sent_once_also_when_its_key_was_forgotten(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    first = await rig.provider.send(payout)
    rig.forget_keys()
    await rig.restart()
    assert await rig.provider.send(payout) == first
    assert rig.went_out(payout) == 1


@needs(Can.SEND)
async def test_payouts_are_told_apart(rig: PayoutRig) -> None:
    payouts = [await rig.payout(number) for number in range(1, 4)]
    sent = [await rig.provider.send(payout) for payout in payouts]
    assert len(set(sent)) == 3
    assert [await rig.provider.find(payout) for payout in payouts] == sent
    assert [rig.went_out(payout) for payout in payouts] == [1, 1, 1]


# Finding ----------------------------------------------------------------------------------------


@needs(Can.SEND)
async def test_what_was_never_sent_is_not_found(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    assert await rig.provider.find(payout) is None
    assert rig.went_out(payout) == 0


@needs(Can.SEND)
async def test_a_new_process_finds_what_the_old_one_sent(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    await rig.restart()
    assert await rig.provider.find(payout) == sent


@needs(Can.SEND, Can.LOSE_ANSWERS)
async def test_what_went_out_while_its_answer_was_lost_is_found(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    rig.lose_answers()
    with pytest.raises(ProviderSilent):
        await rig.provider.send(payout)
    rig.come_up()
    await rig.restart()
    found = await rig.provider.find(payout)
    assert found is not None
    assert await rig.provider.send(payout) == found
    assert rig.went_out(payout) == 1


# Silence and refusals ---------------------------------------------------------------------------


@needs(Can.SEND, Can.GO_DOWN)
async def test_who_is_out_of_reach_says_nothing_and_does_nothing(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(await rig.payout(2))
    rig.go_down()
    for call in (
        rig.provider.send(payout),
        rig.provider.find(payout),
        rig.provider.state(sent.reference),
    ):
        with pytest.raises(ProviderSilent):
            await call
    rig.come_up()
    assert await rig.provider.find(payout) is None
    assert rig.went_out(payout) == 0


@needs(Can.SEND, Can.REFUSE)
async def test_a_no_says_why_and_nothing_went(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    words = rig.refuse(payout)
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.send(payout)
    assert words in caught.value.reason
    assert not payout.account or payout.account not in caught.value.reason
    assert await rig.provider.find(payout) is None
    assert rig.went_out(payout) == 0


# Payees -----------------------------------------------------------------------------------------


async def test_somebody_who_can_be_paid_is_ready(rig: PayoutRig) -> None:
    streamer = rig.streamer(await rig.payout(1))
    payee = await rig.provider.payee(streamer)
    assert payee.state is PayeeState.READY
    assert payee.account == streamer.account
    assert payee.url == ""
    assert await rig.provider.invite(streamer) == payee


@needs(Can.NEED_PAYEES)
async def test_a_stranger_is_not_known(rig: PayoutRig) -> None:
    payee = await rig.provider.payee(rig.stranger())
    assert (payee.state, payee.account, payee.url) == (PayeeState.NONE, "", "")


@needs(Can.NEED_PAYEES, Can.SEND)
async def test_a_payee_who_is_not_ready_gets_nothing(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    stranger = replace(payout, account=rig.stranger().account)
    with pytest.raises(ProviderRefused):
        await rig.provider.send(stranger)
    rig.want_more(rig.streamer(payout))
    assert (await rig.provider.payee(rig.streamer(payout))).state is PayeeState.INCOMPLETE
    with pytest.raises(ProviderRefused):
        await rig.provider.send(payout)
    assert rig.went_out(payout) == 0


@needs(Can.INVITE)
async def test_a_stranger_is_invited_once_and_becomes_ready(rig: PayoutRig) -> None:
    stranger = rig.stranger()
    first = await rig.provider.invite(stranger)
    assert first.state is PayeeState.INCOMPLETE
    assert first.url.startswith("http")
    await rig.restart()
    # What was not kept, because the process died, is found by the same call.
    assert (await rig.provider.invite(stranger)).account == first.account
    known = replace(stranger, account=first.account)
    again = await rig.provider.invite(known)
    assert again.account == first.account
    assert again.url != first.url
    rig.fill_in(first.account)
    assert (await rig.provider.payee(known)).state is PayeeState.READY


@needs(Can.GO_DOWN, Can.NEED_PAYEES)
async def test_nobody_knows_who_is_ready_while_it_is_out_of_reach(rig: PayoutRig) -> None:
    streamer = rig.streamer(await rig.payout(1))
    rig.go_down()
    with pytest.raises(ProviderSilent):
        await rig.provider.payee(streamer)
    rig.come_up()


# Afterwards -------------------------------------------------------------------------------------


@needs(Can.SEND)
async def test_what_went_out_is_sent(rig: PayoutRig) -> None:
    sent = await rig.provider.send(await rig.payout(1))
    await rig.restart()
    assert await rig.provider.state(sent.reference) is SentState.SENT


@pytest.mark.parametrize("reference", ["", "nothing", "tr_nothing", "role-1-2", "role-0-1-2", "🌷"])
async def test_a_reference_of_nobodys_is_unknown(rig: PayoutRig, reference: str) -> None:
    assert await rig.provider.state(reference) is SentState.UNKNOWN


@needs(Can.SEND, Can.RETURN)
async def test_what_came_back_is_returned(rig: PayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    rig.take_back(payout, sent)
    assert await rig.provider.state(sent.reference) is SentState.RETURNED
