"""What is Stripe's own about paying streamers through it; see also `test_payout_contract.py`."""

import sys
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.errors import SettingsWrong
from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payments.payout_provider import PayeeState, SentState, Streamer
from bot.payments.stripe_connect import StripeConnect
from bot.payments.stripe_transfers import StripeTransfers
from bot.payout_errors import NOT_READY, NOTHING_TO_SEND, PayoutUnclear
from bot.settings import Settings
from tests.payments.payout_rigs_stripe import TRANSFER, StripePayoutRig, stripe_payout_rig
from tests.payments.stripe_double import KEY
from tests.payments.stripe_wheel import problems_of_answer, resource_of
from tests.payments.stripe_world import Refused

pytestmark = pytest.mark.proof("payments")


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


def test_it_is_off_until_the_operator_turns_it_on() -> None:
    key = SecretStr(KEY)
    assert StripeConnect.configured(Settings.model_validate({}), None) is None
    only_key = Settings.model_validate({"stripe_secret_key": key})
    assert StripeConnect.configured(only_key, None) is None


def test_without_stripes_library_the_setting_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.payments.stripe_transfers", None)
    settings = Settings.model_validate(
        {
            "stripe_secret_key": SecretStr(KEY),
            "stripe_payouts": True,
            "stripe_payout_guilds": "5000",
        }
    )
    with pytest.raises(SettingsWrong, match="BOUQUET_STRIPE_PAYOUTS is set, but"):
        StripeConnect.configured(settings, None)


async def test_it_pays_in_the_servers_alone_that_the_operator_named(rig: StripePayoutRig) -> None:
    assert rig.provider.serves(5_000)
    assert not rig.provider.serves(5_001)
    assert not rig.provider.serves(0)


async def test_what_is_sent_is_what_was_agreed(rig: StripePayoutRig) -> None:
    payout = await rig.payout(7)
    await rig.provider.send(payout)
    made, linked, *_, sent = [each for each in rig.double.requests if each.method == "POST"]
    assert (made.path, made.key) == ("/v1/accounts", "payee:5000:607:")
    assert made.parameters == {
        "type": "express",
        "capabilities": {"transfers": {"requested": "true"}},
        "metadata": {"guild_id": "5000", "member_id": "607"},
    }
    assert linked.path == "/v1/account_links"
    assert linked.parameters == {
        "account": payout.account,
        "type": "account_onboarding",
        "refresh_url": "https://discord.com/channels/5000",
        "return_url": "https://discord.com/channels/5000",
    }
    assert (sent.path, sent.key) == ("/v1/transfers", "claim-5000-7-1")
    assert sent.parameters == {
        "amount": "9990",
        "currency": "eur",
        "destination": payout.account,
        "transfer_group": "claim-5000-7-1",
        "metadata": {"guild_id": "5000", "claim_id": "7", "part": "1"},
    }


async def test_it_is_looked_for_before_it_is_sent(rig: StripePayoutRig) -> None:
    payout = await rig.payout(1)
    rig.double.requests.clear()
    await rig.provider.send(payout)
    asked = [(each.method, each.path) for each in rig.double.requests]
    assert asked.index(("GET", "/v1/transfers")) < asked.index(TRANSFER)


async def test_everything_about_payouts_has_the_wheels_shape(rig: StripePayoutRig) -> None:
    world = rig.double.world
    payout = await rig.payout(1)
    await rig.provider.invite(Streamer(guild_id=1, member_id=2))
    world.reverse_transfer((await rig.provider.send(payout)).reference)
    world.fill_in(payout.account, is_active=False)
    problems = [
        problem
        for thing in world.things.values()
        for problem in problems_of_answer(thing, resource_of(thing["object"]), thing["id"])
    ]
    assert problems == []
    assert {thing["object"] for thing in world.things.values()} == {"account", "transfer"}


@pytest.mark.parametrize("code", ["idempotency_key_in_use", ""])
async def test_a_key_that_is_in_use_says_nothing_about_what_it_did(
    rig: StripePayoutRig, code: str
) -> None:
    payout = await rig.payout(1)
    rig.double.route_refusals[TRANSFER] = Refused(
        409 if code else 400, "There is another request", type="idempotency_error", code=code
    )
    with pytest.raises(ProviderSilent):
        await rig.provider.send(payout)


async def test_an_account_that_is_gone_is_no_payee(rig: StripePayoutRig) -> None:
    payout = await rig.payout(1)
    rig.double.world.close_account(payout.account)
    assert (await rig.provider.payee(rig.streamer(payout))).state is PayeeState.NONE
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.send(payout)
    assert caught.value.reason == NOT_READY
    # Whoever sets it up again gets another one.
    invited = await rig.provider.invite(rig.streamer(payout))
    assert invited.account != payout.account
    assert invited.url


async def test_an_account_that_goes_in_between_is_refused_without_its_name(
    rig: StripePayoutRig,
) -> None:
    payout = await rig.payout(1)
    rig.double.route_refusals[TRANSFER] = Refused(
        400, f"No such destination: '{payout.account}'", code="resource_missing"
    )
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.send(payout)
    assert caught.value.reason == "No such destination: '…'"
    rig.double.route_refusals["POST", "/v1/account_links"] = Refused(
        403, f"no access to account '{payout.account}'", code="account_invalid"
    )
    rig.double.world.fill_in(payout.account, is_active=False)
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.invite(rig.streamer(payout))
    assert caught.value.reason == NOT_READY


@pytest.mark.parametrize("change", [{"amount_minor": 0}, {"currency": ""}])
async def test_what_is_worth_nothing_is_not_sent(
    rig: StripePayoutRig, change: dict[str, object]
) -> None:
    payout = replace(await rig.payout(1), **change)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.send(payout)
    assert caught.value.reason == NOTHING_TO_SEND


async def test_a_fraction_that_stripe_has_not_is_refused() -> None:
    async with stripe_payout_rig("KWD") as rig:
        payout = await rig.payout(1)
        assert (await rig.provider.send(payout)).reference
        with pytest.raises(ProviderRefused):
            await rig.provider.send(replace(payout, part=2, amount_minor=9_991))


@pytest.mark.parametrize("spoil", [{"amount": 9_991}, {"currency": "usd"}])
async def test_a_transfer_that_nobody_of_us_sent_is_for_a_person(
    rig: StripePayoutRig, spoil: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    rig.double.world.things[sent.reference] |= spoil
    for call in (rig.provider.find(payout), rig.provider.send(payout)):
        with pytest.raises(PayoutUnclear):
            await call
    assert "claim-5000-1-1" in caplog.text
    assert rig.went_out(payout) == 1


async def test_a_transfer_that_was_taken_back_is_not_taken_for_paid(rig: StripePayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    rig.double.world.reverse_transfer(sent.reference)
    for call in (rig.provider.find(payout), rig.provider.send(payout)):
        with pytest.raises(PayoutUnclear):
            await call
    assert rig.went_out(payout) == 1


async def test_two_transfers_of_one_payout_are_for_a_person(rig: StripePayoutRig) -> None:
    payout = await rig.payout(1)
    sent = await rig.provider.send(payout)
    world = rig.double.world
    world.things["tr_twin"] = world.things[sent.reference] | {"id": "tr_twin"}
    with pytest.raises(PayoutUnclear):
        await rig.provider.find(payout)


async def test_a_transfer_that_partly_came_back_is_sent(rig: StripePayoutRig) -> None:
    sent = await rig.provider.send(await rig.payout(1))
    rig.double.world.things[sent.reference]["amount_reversed"] = 1
    assert await rig.provider.state(sent.reference) is SentState.SENT


async def test_money_for_tests_is_another_balance_of_the_same_account(
    rig: StripePayoutRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await rig.provider.payer() == "acct_ours (test)"
    await rig.restart()
    monkeypatch.setattr(StripeTransfers, "is_test", False)
    assert await rig.provider.payer() == "acct_ours"
