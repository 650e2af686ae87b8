"""`/payouts`: the queue of claims, approved, rejected or paid by an admin."""

import pytest

from tests.wire.sentences import ADMINS_ONLY, INVALID_FORM, MISSING_PERMISSIONS
from tests.wire.town import MEMBER_ID, Outcome, Town

REASON = "Please say in 1 to 200 characters what this is for; it stays in the books."
MOVED = (
    "Claim #1 is {state} now, so that is not possible any more. "
    "Use the command again to see how it stands."
)


@pytest.fixture
async def queue(town: Town) -> Outcome:
    """The queue as Ada sees it: Luna's claim #1 and Kai's claim #2."""
    for streamer in ("Luna", "Kai"):
        await town.earn(streamer, 500)
        await town.type(streamer, "convert")
        await town.type(streamer, "claim request", diamonds=200)
    return await town.type("Ada", "payouts")


async def test_an_empty_queue_says_that_claims_will_appear(town: Town) -> None:
    queue = await town.type("Ada", "payouts")
    assert queue.is_private
    assert queue.text == ("Payouts\nNothing to pay. New claims appear here as streamers make them.")
    assert not queue.message["components"]


async def test_the_queue_shows_claims_oldest_first_with_their_steps(
    town: Town, queue: Outcome
) -> None:
    at = town.clock.seconds()
    assert queue.is_private
    assert queue.text.splitlines()[1:3] == [
        f"**#1** · 💎 200 · 🕰️ waiting for an admin · <t:{at}:R>",
        f"-# <@{MEMBER_ID['Luna']}>",
    ]
    assert queue.labels == ["Approve #1", "Reject #1", "Approve #2", "Reject #2"]


async def test_approving_leads_to_paying(town: Town, queue: Outcome) -> None:
    approved = await town.press("Ada", queue.message, queue.button("Approve #1"))
    assert approved.message["id"] == queue.message["id"]
    assert "✅ approved, to be paid" in approved.text
    assert approved.labels == ["Mark #1 paid", "Reject #1", "Approve #2", "Reject #2"]
    form = await town.press("Ada", approved.message, approved.button("Mark #1 paid"))
    paid = await town.submit("Ada", form, words="  Transfer\n2027-01  ")
    assert paid.message["id"] == queue.message["id"]
    assert paid.labels == ["Approve #2", "Reject #2"]
    status = await town.type("Luna", "claim status")
    assert "💸 paid" in status.text
    assert "> Transfer 2027-01" in status.text
    assert "You have 300 diamonds to claim" in status.text


async def test_rejecting_gives_the_diamonds_back_with_the_reason(
    town: Town, queue: Outcome
) -> None:
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    rejected = await town.submit("Ada", form, words="Please add your *address*")
    assert rejected.labels == ["Approve #2", "Reject #2"]
    status = await town.type("Luna", "claim status")
    assert "❌ rejected, diamonds returned" in status.text
    assert r"> Please add your \*address\*" in status.text
    assert "You have 500 diamonds to claim" in status.text


async def test_an_approved_claim_can_still_be_rejected(town: Town, queue: Outcome) -> None:
    approved = await town.press("Olive", await seen_by(town, "Olive"), queue.button("Approve #1"))
    form = await town.press("Olive", approved.message, approved.button("Reject #1"))
    await town.submit("Olive", form, words="sent twice")
    assert "You have 500 diamonds to claim" in (await town.type("Luna", "claim status")).text


async def test_a_form_needs_words(town: Town, queue: Outcome) -> None:
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    await town.discord_refuses(town.submit("Ada", form, words=""), INVALID_FORM)
    await town.discord_refuses(town.submit("Ada", form, words="x" * 201), INVALID_FORM)
    await town.refuses(town.submit("Ada", form, words="   "), REASON)


async def test_a_forged_form_without_fitting_words_is_refused(town: Town, queue: Outcome) -> None:
    for words in ("", "x" * 201):
        form = await town.press("Ada", queue.message, queue.button("Reject #1"))
        await town.refuses(town.submit("Ada", form, words=words, force=True), REASON)


async def test_members_see_no_queue(town: Town, queue: Outcome) -> None:
    assert queue.text
    for person in ("Mia", "Luna"):
        await town.discord_refuses(town.type(person, "payouts"), MISSING_PERMISSIONS)
        await town.refuses(town.type(person, "payouts", force=True), ADMINS_ONLY)


@pytest.mark.parametrize("label", ["Approve #1", "Reject #1"])
async def test_members_take_no_step_in_a_forged_queue(
    town: Town, queue: Outcome, label: str
) -> None:
    await town.refuses(
        town.press("Mia", queue.message, queue.button(label), force=True), ADMINS_ONLY
    )


async def test_an_admin_who_is_one_no_more_takes_no_step(town: Town, queue: Outcome) -> None:
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    await town.refuses(town.press("Ada", queue.message, queue.button("Approve #1")), ADMINS_ONLY)
    await town.refuses(town.submit("Ada", form, words="out of spite"), ADMINS_ONLY)


async def test_nobody_handles_the_own_claim(town: Town) -> None:
    await town.type("Ada", "economy streamers", add="Ada")
    await town.earn("Ada", 200)
    await town.type("Ada", "convert")
    await town.type("Ada", "claim request", diamonds=200)
    own = "Somebody else has to handle your own claim. Please ask another admin."
    queue = await town.type("Ada", "payouts")
    await town.refuses(town.press("Ada", queue.message, queue.button("Approve #1")), own)
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    await town.refuses(town.submit("Ada", form, words="mine"), own)
    others = await town.type("Olive", "payouts")
    approved = await town.press("Olive", others.message, others.button("Approve #1"))
    assert "✅ approved" in approved.text
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    await town.refuses(town.submit("Ada", form, words="mine"), own)


async def test_a_claim_that_moved_on_is_not_moved_again(town: Town, queue: Outcome) -> None:
    others = await town.type("Olive", "payouts")
    await town.press("Olive", others.message, others.button("Approve #1"))
    await town.refuses(
        town.press("Ada", queue.message, queue.button("Approve #1")),
        MOVED.format(state="approved"),
    )


async def test_a_claim_taken_back_meanwhile_is_not_approved(town: Town, queue: Outcome) -> None:
    status = await town.type("Luna", "claim status")
    await town.press("Luna", status.message, status.button("Cancel #1"))
    await town.refuses(
        town.press("Ada", queue.message, queue.button("Approve #1")),
        MOVED.format(state="cancelled"),
    )


async def test_a_claim_is_paid_once_by_two_admins_at_once(town: Town, queue: Outcome) -> None:
    approved = await town.press("Ada", queue.message, queue.button("Approve #1"))
    others = await town.type("Olive", "payouts")
    before = await town.entries()
    paid = "Mark #1 paid"
    form = await town.press("Ada", approved.message, approved.button(paid))
    other_form = await town.press("Olive", others.message, others.button(paid))
    first, second = await town.together(
        town.submit("Ada", form, words="by Ada"), town.submit("Olive", other_form, words="by Olive")
    )
    assert first.labels == ["Approve #2", "Reject #2"]
    assert second.text == MOVED.format(state="paid")
    assert second.is_private
    assert await town.entries() == before + 1
    assert "> by Ada" in (await town.type("Luna", "claim status")).text


async def test_forms_of_two_admins_do_not_take_each_others_place(
    town: Town, queue: Outcome
) -> None:
    others = await town.type("Olive", "payouts")
    form = await town.press("Ada", queue.message, queue.button("Reject #1"))
    other_form = await town.press("Olive", others.message, others.button("Reject #1"))
    await town.submit("Ada", form, words="no address")
    await town.refuses(
        town.submit("Olive", other_form, words="no address either"),
        MOVED.format(state="rejected"),
    )


async def test_a_long_queue_has_pages(town: Town) -> None:
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    for _ in range(9):
        await town.type("Luna", "claim request", diamonds=100)
    first = await town.type("Ada", "payouts")
    assert numbers(first) == [1, 2, 3, 4]
    assert first.labels[-1] == "Newer"
    second = await town.press("Ada", first.message, first.button("Newer"))
    assert numbers(second) == [5, 6, 7, 8]
    third = await town.press("Ada", second.message, second.button("Newer"))
    assert numbers(third) == [9]
    assert third.labels == ["Approve #9", "Reject #9", "Older"]
    back = await town.press("Ada", third.message, third.button("Older"))
    assert numbers(back) == [5, 6, 7, 8]
    # A step keeps the page it was taken on.
    approved = await town.press("Ada", back.message, back.button("Approve #6"))
    assert numbers(approved) == [5, 6, 7, 8]


async def test_members_turn_no_pages_of_a_forged_queue(town: Town) -> None:
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    for _ in range(5):
        await town.type("Luna", "claim request", diamonds=100)
    queue = await town.type("Ada", "payouts")
    await town.refuses(
        town.press("Mia", queue.message, queue.button("Newer"), force=True), ADMINS_ONLY
    )


async def seen_by(town: Town, admin: str) -> dict[str, object]:
    """Return the queue's message as another admin opens it."""
    return (await town.type(admin, "payouts")).message


def numbers(queue: Outcome) -> list[int]:
    """Return the claims of a page, from top to bottom."""
    lines = [line for line in queue.text.splitlines() if line.startswith("**#")]
    return [int(line.removeprefix("**#").split("**")[0]) for line in lines]
