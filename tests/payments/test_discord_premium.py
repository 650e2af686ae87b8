"""Discord's shop as a provider: what the contract suite does not ask, over the sandbox."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import discord
import pytest

from bot.payment_errors import (
    PaymentUnknown,
    ProviderSilent,
    RefundIsDiscords,
    SkuMissing,
    WebhooksUnknown,
)
from bot.payments.discord_premium import SWEEP_EVERY_SECONDS, SWEPT_SECONDS, DiscordPremium
from bot.payments.provider import CLOCKS_APART_SECONDS, CheckoutKind, Notice, PaymentProvider
from bot.sandbox.premium import EntitlementKind, SkuKind
from bot.settings import Settings
from cogs.entitlements import DiscordEntitlements
from tests.payments.rigs_discord import DiscordParts, DiscordRig, discord_rig, discord_settings

DAY_SECONDS = 24 * 60 * 60
OTHERS = [
    kind
    for kind in EntitlementKind
    if kind not in {EntitlementKind.PURCHASE, EntitlementKind.TEST_MODE_PURCHASE}
]


@pytest.fixture
async def rig() -> AsyncGenerator[DiscordRig]:
    async with discord_rig() as made:
        yield made


async def consume(rig: DiscordRig, payment_id: str) -> None:
    await rig.provider.settled(await rig.provider.payment(payment_id))


async def polled(provider: PaymentProvider, cursor: str) -> tuple[list[Notice], str]:
    found = await provider.poll(cursor)
    assert not found.has_more
    return list(found.notices), found.cursor


# Configuring --------------------------------------------------------------------------------------


def test_it_is_off_unless_the_operator_wants_it(rig: DiscordRig) -> None:
    parts = DiscordParts(DiscordEntitlements(rig.client), rig.movable)
    assert DiscordPremium.configured(Settings.model_validate({}), parts) is None
    assert DiscordPremium.configured(discord_settings(), parts) is not None
    assert DiscordPremium.configured(discord_settings(), DiscordParts(None, rig.movable)) is None


def test_without_a_public_key_no_webhook_is_taken(rig: DiscordRig) -> None:
    parts = DiscordParts(DiscordEntitlements(rig.client), rig.movable)
    provider = DiscordPremium.configured(discord_settings(discord_public_key=None), parts)
    assert provider is not None
    with pytest.raises(WebhooksUnknown):
        provider.verify({}, b"")


# Orders -------------------------------------------------------------------------------------------


async def test_an_order_waits_for_discords_button_as_long_as_it_lives(rig: DiscordRig) -> None:
    order = rig.order(1)
    checkout = await rig.provider.start(order)
    assert checkout.kind is CheckoutKind.NATIVE
    waiting = await rig.provider.payment(checkout.checkout_id)
    assert (waiting.guild_id, waiting.order_id) == (order.guild_id, order.order_id)
    assert (waiting.is_open, waiting.is_paid) == (True, False)
    rig.movable.advance(DiscordPremium.order_seconds + CLOCKS_APART_SECONDS)
    # Somebody may have bought it that we did not hear of.
    assert (await rig.provider.payment(checkout.checkout_id)).is_open
    page = await rig.provider.poll("")
    # What was on the page is not worked on yet.
    assert (await rig.provider.payment(checkout.checkout_id)).is_open
    await rig.provider.poll(page.cursor)
    over = await rig.provider.payment(checkout.checkout_id)
    assert (over.is_open, over.is_paid) == (False, False)


async def test_an_order_outlives_an_outage_of_discords_list(rig: DiscordRig) -> None:
    checkout = await rig.provider.start(rig.order(1))
    page = await rig.provider.poll("")
    await rig.provider.poll(page.cursor)
    rig.movable.advance(7 * 24 * 60 * 60)
    assert (await rig.provider.payment(checkout.checkout_id)).is_open
    await rig.restart()
    assert (await rig.provider.payment(checkout.checkout_id)).is_open


async def test_a_pack_without_a_sku_is_not_sold(rig: DiscordRig) -> None:
    order = rig.order(1)
    with pytest.raises(SkuMissing):
        await rig.provider.start(replace(order, sku_id=0))


# Payments -----------------------------------------------------------------------------------------


async def test_a_purchase_in_test_mode_is_a_test(rig: DiscordRig) -> None:
    for kind, is_test in (
        (EntitlementKind.TEST_MODE_PURCHASE, True),
        (EntitlementKind.PURCHASE, False),
    ):
        number = 2 if is_test else 3
        payment = await rig.provider.payment(rig.buy(rig.order(number), kind).id)
        assert (payment.is_paid, payment.is_test) == (True, is_test)


@pytest.mark.parametrize("kind", OTHERS)
async def test_what_nobody_bought_is_no_payment_and_for_no_order(
    rig: DiscordRig, kind: EntitlementKind
) -> None:
    given = rig.buy(rig.order(1), kind)
    payment = await rig.provider.payment(given.id)
    assert (payment.is_paid, payment.is_open, payment.refunded_minor) == (False, False, 0)
    # It must not end an order that waits for the same thing to be bought.
    assert (payment.order_id, payment.member_id, payment.sku_id) == (0, 0, 0)
    assert (await rig.provider.poll("")).notices == ()
    await rig.provider.settled(payment)
    assert not given.is_consumed


async def test_it_was_paid_when_the_entitlement_was_made(rig: DiscordRig) -> None:
    rig.movable.advance(1.75)
    bought = rig.buy(rig.order(1))
    at = rig.now()
    rig.movable.advance(DAY_SECONDS)
    assert (await rig.provider.payment(bought.id)).paid_at == at


async def test_a_deleted_entitlement_is_paid_and_refunded_in_full(rig: DiscordRig) -> None:
    payment_id = rig.buy(rig.order(1)).id
    await rig.give_back(payment_id, 1)
    payment = await rig.provider.payment(payment_id)
    assert (payment.is_paid, payment.taken_back_minor) == (True, payment.amount_minor)


async def test_a_payments_neighbour_is_not_taken_for_it(rig: DiscordRig) -> None:
    bought = rig.buy(rig.order(1))
    with pytest.raises(PaymentUnknown):
        await rig.provider.payment(str(int(bought.id) - 1))


async def test_only_discord_gives_money_back(rig: DiscordRig) -> None:
    with pytest.raises(RefundIsDiscords):
        await rig.provider.refund(rig.buy(rig.order(1)).id, 1, "key")


# Consuming ----------------------------------------------------------------------------------------


async def test_what_is_booked_is_consumed_once_and_can_be_bought_again(rig: DiscordRig) -> None:
    bought = rig.buy(rig.order(1))
    for _ in range(2):
        await consume(rig, bought.id)
    assert bought.is_consumed
    assert rig.buy(rig.order(1)).id != bought.id


async def test_two_who_consume_at_once_both_succeed(rig: DiscordRig) -> None:
    bought = rig.buy(rig.order(1))
    entitlements = DiscordEntitlements(rig.client)
    for _ in range(2):
        await entitlements.consume(int(bought.id))
    assert bought.is_consumed


async def test_what_was_refunded_meanwhile_is_not_consumed(rig: DiscordRig) -> None:
    bought = rig.buy(rig.order(1))
    payment = await rig.provider.payment(bought.id)
    await rig.give_back(bought.id, 1)
    await rig.provider.settled(payment)
    await DiscordEntitlements(rig.client).consume(int(bought.id))
    assert not bought.is_consumed


async def test_a_refusal_to_consume_for_another_reason_is_told(rig: DiscordRig) -> None:
    bought = rig.buy(rig.order(1))
    lasting = [replace(sku, kind=SkuKind.DURABLE) for sku in rig.skus]
    rig.sandbox.world.premium.set_skus(bought.application_id, lasting)
    with pytest.raises(ProviderSilent):
        await DiscordEntitlements(rig.client).consume(int(bought.id))


# Polling ------------------------------------------------------------------------------------------


async def test_what_was_not_consumed_comes_up_until_it_is(rig: DiscordRig) -> None:
    payment_id = rig.buy(rig.order(1)).id
    notices, cursor = await polled(rig.provider, "")
    for _ in range(3):
        rig.movable.advance(SWEEP_EVERY_SECONDS)
        again, cursor = await polled(rig.provider, cursor)
        # No event of its own: nothing must be noted as seen while nobody knows what became of it.
        assert again == notices == [Notice("", payment_id)]
    await consume(rig, payment_id)
    rig.movable.advance(SWEEP_EVERY_SECONDS)
    assert (await polled(rig.provider, cursor))[0] == []


async def test_a_new_process_looks_through_everything_at_once(rig: DiscordRig) -> None:
    payment_id = rig.buy(rig.order(1)).id
    _, cursor = await polled(rig.provider, "")
    assert (await polled(rig.provider, cursor))[0] == []
    await rig.restart()
    assert (await polled(rig.provider, cursor))[0] == [Notice("", payment_id)]


async def test_a_refund_is_found_within_the_hour_and_is_one_event(rig: DiscordRig) -> None:
    payment_id = rig.buy(rig.order(1)).id
    await consume(rig, payment_id)
    _, cursor = await polled(rig.provider, "")
    rig.checkouts.delete(rig.bought(payment_id))
    rig.movable.advance(SWEEP_EVERY_SECONDS - 1)
    assert (await polled(rig.provider, cursor))[0] == []
    rig.movable.advance(1)
    for _ in range(2):
        notices, cursor = await polled(rig.provider, cursor)
        assert notices == [Notice(f"refunded:{payment_id}", payment_id)]
        rig.movable.advance(SWEEP_EVERY_SECONDS)


async def test_what_is_too_old_to_be_refunded_is_not_looked_through(rig: DiscordRig) -> None:
    old = rig.buy(rig.order(1)).id
    _, cursor = await polled(rig.provider, "")
    rig.movable.advance(SWEPT_SECONDS + 1)
    young = rig.buy(rig.order(2)).id
    notices, cursor = await polled(rig.provider, cursor)
    # What was bought since the last look counts, however long ago that was.
    assert notices == [Notice("", young)]
    rig.checkouts.delete(rig.bought(old))
    rig.movable.advance(SWEEP_EVERY_SECONDS)
    assert (await polled(rig.provider, cursor))[0] == [Notice("", young)]


async def test_a_bot_that_was_away_for_a_year_misses_nothing(rig: DiscordRig) -> None:
    _, cursor = await polled(rig.provider, "")
    payment_id = rig.buy(rig.order(1)).id
    rig.movable.advance(365 * DAY_SECONDS)
    await rig.restart()
    assert (await polled(rig.provider, cursor))[0] == [Notice("", payment_id)]


async def test_older_books_learn_again_what_was_consumed_since(rig: DiscordRig) -> None:
    first = rig.buy(rig.order(1)).id
    await consume(rig, first)
    _, cursor = await polled(rig.provider, "")
    second = rig.buy(rig.order(2)).id
    await consume(rig, second)
    await rig.restart()
    assert (await polled(rig.provider, cursor))[0] == [Notice("", second)]


async def test_what_was_consumed_before_the_first_look_is_somebody_elses(rig: DiscordRig) -> None:
    await consume(rig, rig.buy(rig.order(1)).id)
    assert (await polled(rig.provider, ""))[0] == []


async def test_a_long_list_is_read_page_by_page_in_order(rig: DiscordRig) -> None:
    order = rig.order(1)
    ids = [rig.buy(order, EntitlementKind.TEST_MODE_PURCHASE).id for _ in range(230)]
    found: list[str] = []
    cursor, pages = "", 0
    while True:
        page = await rig.provider.poll(cursor)
        found += [notice.payment_id for notice in page.notices]
        cursor, pages = page.cursor, pages + 1
        if not page.has_more:
            break
        assert len(page.notices) == 100
    assert (found, pages) == (ids, 3)


@pytest.mark.parametrize("cursor", ["x", "5", "1-2", "-1-2-3", "1-2-3-4", "9" * 30, "1-2-٣"])
async def test_a_cursor_that_makes_no_sense_is_a_first_look(rig: DiscordRig, cursor: str) -> None:
    payment_id = rig.buy(rig.order(1)).id
    assert (await polled(rig.provider, cursor))[0] == [Notice("", payment_id)]


# Out of reach -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503])
async def test_a_discord_that_fails_is_silent_and_nothing_is_lost(
    rig: DiscordRig, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.entitlements.MOST_WAIT_SECONDS", 0.2)
    bought = rig.buy(rig.order(1))
    payment = await rig.provider.payment(bought.id)
    rig.sandbox.faults.arm_as_asked(
        {"fault": "server_error", "on": "other", "times": 100, "status": status}
    )
    for ask in (
        rig.provider.poll(""),
        rig.provider.payment(bought.id),
        rig.provider.settled(payment),
    ):
        with pytest.raises(ProviderSilent):
            await ask
    rig.sandbox.faults.arm_as_asked({"fault": "none"})
    assert (await polled(rig.provider, ""))[0] == [Notice("", bought.id)]


async def test_a_first_look_that_failed_is_made_up_for(rig: DiscordRig) -> None:
    payment_id = rig.buy(rig.order(1)).id
    _, cursor = await polled(rig.provider, "")
    await rig.restart()
    fault = {"fault": "server_error", "on": "other", "times": 1, "status": 503}
    rig.sandbox.faults.arm_as_asked(fault)
    with pytest.raises(ProviderSilent):
        await rig.provider.poll(cursor)
    assert (await polled(rig.provider, cursor))[0] == [Notice("", payment_id)]


async def test_a_client_that_is_not_logged_in_is_silent() -> None:
    async with discord.Client(intents=discord.Intents.none()) as client:
        with pytest.raises(ProviderSilent):
            await DiscordEntitlements(client).list()


async def test_a_client_that_was_closed_is_silent(rig: DiscordRig) -> None:
    await rig.client.close()
    with pytest.raises(ProviderSilent):
        await rig.provider.poll("")
    with pytest.raises(ProviderSilent):
        await rig.provider.payment("5")


async def test_the_list_can_be_asked_for_one_buyer_and_some_packs(rig: DiscordRig) -> None:
    wanted, _, _ = rig.buy(rig.order(1)), rig.buy(rig.order(2)), rig.buy(rig.order(8))
    order = rig.order(1)
    found = await DiscordEntitlements(rig.client).list(
        user_id=order.member_id, sku_ids=(order.sku_id,)
    )
    assert [one.entitlement_id for one in found] == [int(wanted.id)]
