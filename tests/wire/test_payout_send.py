"""Claims that are sent from their cards: by Stripe, with a role, and what their cards say of it."""

from collections.abc import AsyncGenerator

import pytest

from bot.client import BouquetBot
from bot.payments.payout_provider import PayoutProvider
from tests.payments.payout_rigs_stripe import (
    NO_MONEY,
    TRANSFER,
    StripePayoutRig,
    stripe_payout_rig,
)
from tests.payments.stripe_double import Fault
from tests.payments.stripe_world import Refused
from tests.wire.paying import Till
from tests.wire.paying_out import download, open_claim
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Outcome, Town

IBAN = "DE02 1203 0000 0000 2020 51"


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
async def desk(till: Till, rig: StripePayoutRig) -> Town:
    """A town that pays through Stripe, in which Luna's first claim was paid and one is approved."""
    town = till.town

    def provide(_bot: BouquetBot) -> dict[str, PayoutProvider]:
        return {"stripe": rig.provider}

    town.provide_payouts = provide
    await town.restart()
    await town.type("Ada", "economy rate", bonus="1", applies="earlier")
    await town.type("Ada", "economy hold", days=0)
    for setting, value in (("diamond_value_minor", "2"), ("claim_least", "1")):
        await town.type("Ada", "economy settings", setting=setting, value=value)
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    await town.type("Luna", "payee set")
    account = await town.bot.economy.payees.account(GUILD_ID, MEMBER_ID["Luna"], "stripe")
    rig.double.world.fill_in(account)
    await claim(town, 100)
    await pay_by_hand(town, 1)
    await claim(town, 200)
    return town


async def claim(town: Town, diamonds: int) -> None:
    """Let Luna claim, and Ada approve it."""
    await town.type("Luna", "claim request", diamonds=diamonds)
    card = await open_claim(town, await latest(town))
    await town.press("Ada", card.message, card.button("Approve"))


async def latest(town: Town) -> int:
    """Return the number of Luna's latest claim."""
    return (await town.bot.economy.claims.own(GUILD_ID, MEMBER_ID["Luna"]))[0].claim_id


async def pay_by_hand(town: Town, number: int) -> None:
    """Let Ada mark a claim paid."""
    card = await open_claim(town, number)
    form = await town.press("Ada", card.message, card.button("paid"))
    await town.submit("Ada", form, words="cash")


async def sent(town: Town, label: str = "Send #2 through Stripe") -> Outcome:
    """Let Ada send claim 2, and return its card afterwards."""
    card = await open_claim(town, 2)
    return await town.press("Ada", card.message, card.button(label))


async def test_a_claim_is_sent_through_stripe(desk: Town, rig: StripePayoutRig) -> None:
    card = await sent(desk)
    assert card.is_private
    transfer = rig.double.world.all_of("transfer")[0]
    assert transfer["amount"] == 400
    assert "💸 paid" in card.text
    assert transfer["id"].replace("_", "\\_") in card.text
    assert card.labels == ["Back to the queue"]
    assert "How to pay it" not in card.text
    await desk.bot.announce()
    (*_, letter) = await desk.letters("Luna")
    assert letter.startswith("Claim #2 is paid")


async def test_the_button_survives_a_restart(desk: Town, rig: StripePayoutRig) -> None:
    card = await open_claim(desk, 2)
    await desk.restart()
    card = await desk.press("Ada", card.message, card.button("Send #2"))
    assert "💸 paid" in card.text
    assert len(rig.double.world.all_of("transfer")) == 1


async def test_two_admins_who_press_at_once_send_once(desk: Town, rig: StripePayoutRig) -> None:
    cards = [await open_claim(desk, 2, person) for person in ("Ada", "Olive")]
    outcomes = await desk.together(
        *(
            desk.press(person, card.message, card.button("Send #2"))
            for person, card in zip(("Ada", "Olive"), cards, strict=True)
        )
    )
    assert len(rig.double.world.all_of("transfer")) == 1
    assert sum("Claim #2 is" in each.text for each in outcomes) == 1


async def test_a_no_is_told_with_its_reason(desk: Town, rig: StripePayoutRig) -> None:
    rig.double.route_refusals[TRANSFER] = Refused(400, NO_MONEY)
    card = await sent(desk)
    assert "⚠️ failed, diamonds returned" in card.text
    assert NO_MONEY in card.text
    await desk.bot.announce()
    (*_, letter) = await desk.letters("Luna")
    assert letter.startswith("Claim #2 could not be paid")
    assert NO_MONEY in letter
    assert "You have 900 diamonds to claim" in (await desk.type("Luna", "claim status")).text


async def test_a_lost_answer_is_looked_for_by_itself(desk: Town, rig: StripePayoutRig) -> None:
    rig.lose_answers()
    card = await sent(desk)
    assert card.text == (
        "The payout service does not answer, so nobody knows yet whether the payout went. It is"
        " looked for by itself, and never sent twice; `/payouts queue` shows what became of it."
    )
    assert card.is_private
    shown = await open_claim(desk, 2)
    assert "📨 being paid since" in shown.text
    assert shown.labels == ["It was paid", "It was not paid", "Back to the queue"]
    rig.come_up()
    await desk.bot.economy.payout_sending.run()
    assert "💸 paid" in (await desk.type("Luna", "claim status")).text
    assert len(rig.double.world.all_of("transfer")) == 1


async def say(town: Town, label: str, words: str, person: str = "Ada") -> Outcome:
    """Let an admin say on its card what became of claim 2, also after a restart."""
    card = await open_claim(town, 2, person)
    form = await town.press(person, card.message, card.button(label))
    await town.restart()
    return await town.submit(person, form, words=words)


async def test_what_the_service_paid_is_paid_although_somebody_says_otherwise(
    desk: Town, rig: StripePayoutRig
) -> None:
    rig.lose_answers()
    await sent(desk)
    rig.come_up()
    card = await say(desk, "It was not paid", "no trace of it")
    assert card.text.startswith(
        "The payout service was asked and did pay this, so it is recorded as paid with the"
        " service's own reference.\nClaim #2 · "
    )
    assert "💸 paid" in card.text
    transfer = rig.double.world.all_of("transfer")[0]
    assert transfer["id"].replace("_", "\\_") in card.text
    assert "no trace of it" not in card.text


async def test_what_was_not_paid_waits_to_be_paid_again_and_its_streamer_hears_why(
    desk: Town, rig: StripePayoutRig
) -> None:
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    await sent(desk)
    rig.come_up()
    card = await say(desk, "It was not paid", "no trace of it")
    assert "✅ approved, to be paid" in card.text
    assert f"↪️ not paid, noted by <@{MEMBER_ID['Ada']}>; it waits to be paid" in card.text
    assert card.labels == [
        "Send #2 through Stripe",
        "Mark #2 paid",
        "Reject #2",
        "Back to the queue",
    ]
    await desk.bot.announce()
    (*_, letter) = await desk.letters("Luna")
    assert letter.startswith(
        "Claim #2 waits to be paid again\n**200 diamonds (€4.00)** did not go out after all."
    )
    assert "> no trace of it" in letter


async def test_what_the_service_knows_nothing_of_was_not_paid(
    desk: Town, rig: StripePayoutRig
) -> None:
    rig.double.route_faults[TRANSFER] = Fault.DOWN
    await sent(desk)
    rig.come_up()
    await desk.refuses(
        say(desk, "It was paid", "tr_9"),
        "The payout service knows of no such payout. Please say that it was not paid; then it can"
        " be paid another way and be marked paid.",
    )
    rig.go_down()
    at = desk.clock.seconds() + 60
    await desk.refuses(
        say(desk, "It was paid", "tr_9"),
        "The payout service does not answer, so nobody knows whether it paid this, and nothing was"
        f" changed. It is asked again <t:{at}:R>.",
    )


async def test_where_the_service_is_not_set_up_any_more_somebodys_word_counts(
    desk: Town, rig: StripePayoutRig
) -> None:
    rig.lose_answers()
    await sent(desk)
    rig.come_up()
    desk.provide_payouts = lambda _bot: {}
    await desk.restart()
    card = await say(desk, "It was paid", "tr_9 in the dashboard")
    assert "💸 paid" in card.text
    assert "> tr\\_9 in the dashboard" in card.text


async def test_a_claim_that_the_bank_has_is_settled_by_a_word_as_well(desk: Town) -> None:
    await desk.type("Ada", "payouts export")
    card = await open_claim(desk, 2)
    assert card.labels == ["It was paid", "It was not paid", "Back to the queue"]
    card = await say(desk, "It was paid", "SEPA 7")
    assert "💸 paid" in card.text
    assert card.text.startswith("Claim #2 · ")


async def test_a_payee_who_is_not_ready_any_more_keeps_the_claim_approved(
    desk: Town, rig: StripePayoutRig
) -> None:
    account = await desk.bot.economy.payees.account(GUILD_ID, MEMBER_ID["Luna"], "stripe")
    rig.double.world.fill_in(account, is_active=False)
    card = await open_claim(desk, 2)
    await desk.refuses(
        desk.press("Ada", card.message, card.button("Send #2")),
        "This streamer is not set up to be paid that way yet. They do it with `/payee set`; or pay"
        " by hand and mark the claim paid.",
    )


async def test_a_card_says_how_to_pay_until_it_is_paid(desk: Town) -> None:
    await desk.type("Luna", "payee erase")
    await desk.type("Luna", "payee set", reference=IBAN)
    card = await open_claim(desk, 2)
    assert f"How to pay it\nBy hand\n> {IBAN}" in card.text
    assert card.labels == ["Mark #2 paid", "Reject #2", "Back to the queue"]
    _, content = await download(await desk.type("Ada", "payouts export"))
    assert IBAN in content


async def test_a_perk_is_given_from_its_card_and_is_for_no_bank(desk: Town) -> None:
    await desk.type("Olive", "economy perks offer", role="Streamer", diamonds=200, days=7)
    await desk.type("Luna", "perks", perk=1)
    card = await open_claim(desk, 3)
    await desk.press("Ada", card.message, card.button("Approve #3"))
    card = await open_claim(desk, 3)
    assert card.text.startswith("Claim #3 · 200 diamonds\n")
    assert f"How to pay it\nIt asks for <@&{STREAMERS}>, for 7 days." in card.text
    exported = await desk.type("Ada", "payouts export")
    assert exported.text.startswith("1 approved claim, which is paid by this file alone")
    given = await desk.press("Ada", card.message, card.button("Give the role of #3"))
    assert "💸 paid" in given.text


@pytest.fixture
async def perk(desk: Town) -> Town:
    """The town with an approved claim #3 that asks for a role."""
    await desk.type("Olive", "economy perks offer", role="Streamer", diamonds=200, days=7)
    await desk.type("Luna", "perks", perk=1)
    card = await open_claim(desk, 3)
    await desk.press("Ada", card.message, card.button("Approve #3"))
    return desk


async def test_a_role_that_i_may_not_give_any_more_leaves_the_claim_approved(perk: Town) -> None:
    role = perk.sandbox.world.guild.roles[str(STREAMERS)]
    position = role["position"]
    role["position"] = 2
    await perk.restart()
    card = await open_claim(perk, 3)
    await perk.refuses(
        perk.press("Ada", card.message, card.button("Give the role of #3")),
        "I may not give the role of this claim, so nothing was changed. I need Manage Roles, and my"
        " own role above it in the server's settings; then press again.",
    )
    assert "✅ approved, to be paid" in (await open_claim(perk, 3)).text
    role["position"] = position
    await perk.restart()
    given = await perk.press("Ada", card.message, card.button("Give the role of #3"))
    assert "💸 paid" in given.text


async def test_a_role_that_is_gone_leaves_the_claim_approved(perk: Town) -> None:
    card = await open_claim(perk, 3)
    del perk.sandbox.world.guild.roles[str(STREAMERS)]
    await perk.restart()
    await perk.refuses(
        perk.press("Ada", card.message, card.button("Give the role of #3")),
        "The role of this claim does not exist any more, so nothing was given. Reject the claim,"
        " and its diamonds go back.",
    )


async def test_a_role_that_cannot_be_given_after_all_says_why_in_the_readers_words(
    perk: Town,
) -> None:
    desk = perk
    # Discord did not tell of it yet.
    desk.sandbox.world.guild.roles[str(STREAMERS)]["position"] = 2
    card = await open_claim(desk, 3)
    failed = await desk.press("Ada", card.message, card.button("Give the role"))
    assert "⚠️ failed, diamonds returned" in failed.text
    assert "I may not give this role. I need Manage Roles" in failed.text
