"""Approving a page of claims at once: a look at what that is, and exactly that is done."""

import pytest

from tests.wire.paying_out import back, numbers, open_claim
from tests.wire.sentences import ADMINS_ONLY
from tests.wire.town import MEMBER_ID, Outcome, Town

ALL = "Approve all on this page…"


@pytest.fixture
async def queue(town: Town) -> Outcome:
    """Three claims: of Luna, of Kai, and of Ada herself."""
    await town.type("Ada", "economy streamers", add="Ada")
    for streamer in ("Luna", "Kai", "Ada"):
        await town.earn(streamer, 500)
        await town.type(streamer, "convert")
        await town.type(streamer, "claim request", diamonds=200)
    return await town.type("Ada", "payouts queue")


async def test_a_page_is_approved_after_a_look_at_what_that_is(town: Town, queue: Outcome) -> None:
    asked = await town.press("Ada", queue.message, queue.button(ALL))
    at = town.clock.seconds()
    assert asked.text.splitlines() == [
        "Approve 2 claims?",
        f"**#1** · 💎 200 · 🕰️ waiting for an admin · <t:{at}:R> · <@{MEMBER_ID['Luna']}>",
        f"**#2** · 💎 200 · 🕰️ waiting for an admin · <t:{at}:R> · <@{MEMBER_ID['Kai']}>",
        "400 diamonds for 2 streamers",
    ]
    await town.restart()
    done = await town.press("Ada", asked.message, asked.button("Approve 2 claims"))
    assert done.text.splitlines() == [
        "2 claims approved",
        f"**#1** · 💎 200 · ✅ approved, to be paid · <t:{at}:R>",
        f"**#2** · 💎 200 · ✅ approved, to be paid · <t:{at}:R>",
    ]
    assert numbers(await back(town, done)) == [1, 2, 3]


async def test_what_moved_meanwhile_is_left_out_and_named(town: Town, queue: Outcome) -> None:
    asked = await town.press("Ada", queue.message, queue.button(ALL))
    card = await open_claim(town, 1, "Olive")
    await town.press("Olive", card.message, card.button("Approve #1"))
    # What came meanwhile was not shown, so it is not approved either.
    await town.type("Luna", "claim request", diamonds=100)
    done = await town.press("Ada", asked.message, asked.button("Approve 2 claims"))
    assert done.text.startswith("1 claim approved\n**#2**")
    assert (
        "**Left out:**\n#1: Claim #1 is approved now, so that is not possible any more."
        in done.text
    )
    assert "#4" not in done.text


async def test_where_two_admins_have_to_it_says_so(town: Town, queue: Outcome) -> None:
    await town.type("Ada", "economy settings", setting="claim_two_approvals_from", value="1")
    asked = await town.press("Ada", queue.message, queue.button(ALL))
    done = await town.press("Ada", asked.message, asked.button("Approve 2 claims"))
    assert done.text.startswith(
        "0 claims approved\n\n**Approved by you, and another admin has to:**\n**#1**"
    )


async def test_nothing_is_asked_where_all_is_somebody_elses_to_approve(
    town: Town, queue: Outcome
) -> None:
    await town.type("Ada", "claim request", diamonds=100)
    for number in (1, 2):
        card = await open_claim(town, number)
        await town.press("Ada", card.message, card.button(f"Approve #{number}"))
    await town.refuses(
        town.press("Ada", queue.message, queue.button(ALL)),
        "No claim here waits for your approval: yours and those you asked for need another admin.",
    )


async def test_many_presses_are_one_approval(town: Town, queue: Outcome) -> None:
    asked = await town.press("Ada", queue.message, queue.button(ALL))
    done = await town.press("Ada", asked.message, asked.button("Approve 2 claims"), deliveries=5)
    assert done.text.startswith("2 claims approved")
    steps = await town.books.read("SELECT COUNT(*) FROM claim_step WHERE state = 'approved'")
    assert steps == [(2,)]


async def test_members_approve_no_page_in_a_forged_message(town: Town, queue: Outcome) -> None:
    asked = await town.press("Ada", queue.message, queue.button(ALL))
    await town.refuses(
        town.press("Mia", asked.message, asked.button("Approve 2"), force=True), ADMINS_ONLY
    )
