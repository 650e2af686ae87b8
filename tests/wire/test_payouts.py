"""`/payouts`: the queue of claims, approved, rejected or paid by an admin."""

from typing import Any

import pytest

from tests.wire.paying_out import back, choose, numbers, open_claim
from tests.wire.promoting import send, standing
from tests.wire.sentences import ADMINS_ONLY, INVALID_FORM, MISSING_PERMISSIONS
from tests.wire.town import MEMBER_ID, Outcome, Town

REASON = "Please say in 1 to 200 characters what this is for; it stays in the books."
MOVED = (
    "Claim #1 is {state} now, so that is not possible any more. "
    "Use the command again to see how it stands."
)
COMMANDS: dict[str, dict[str, Any]] = {
    "payouts queue": {},
    "payouts export": {},
    "payouts import": {"file": {"filename": "a.csv", "text": "claim"}},
    "payouts owed": {"member": "Luna"},
}


@pytest.fixture
async def queue(town: Town) -> Outcome:
    """The queue as Ada sees it: Luna's claim #1 and Kai's claim #2."""
    for streamer in ("Luna", "Kai"):
        await town.earn(streamer, 500)
        await town.type(streamer, "convert")
        await town.type(streamer, "claim request", diamonds=200)
    return await town.type("Ada", "payouts queue")


async def test_an_empty_queue_says_that_claims_will_appear(town: Town) -> None:
    queue = await town.type("Ada", "payouts queue")
    assert queue.is_private
    assert queue.text == ("Payouts\nNothing to pay. New claims appear here as streamers make them.")
    assert not queue.message["components"]


async def test_the_queue_shows_claims_oldest_first_and_their_sum(
    town: Town, queue: Outcome
) -> None:
    at = town.clock.seconds()
    assert queue.is_private
    assert queue.text.splitlines() == [
        "Payouts",
        f"**#1** · 💎 200 · 🕰️ waiting for an admin · <t:{at}:R>",
        f"-# <@{MEMBER_ID['Luna']}> · 🌱 first claim",
        "",
        f"**#2** · 💎 200 · 🕰️ waiting for an admin · <t:{at}:R>",
        f"-# <@{MEMBER_ID['Kai']}> · 🌱 first claim",
        "2 open claims · 400 diamonds to pay",
    ]
    assert queue.labels == ["Approve all on this page…"]


async def test_a_card_says_what_to_know_before_paying(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    at, luna, noor = town.clock.seconds(), MEMBER_ID["Luna"], MEMBER_ID["Noor"]
    assert card.message["id"] == queue.message["id"]
    assert card.text.splitlines() == [
        "Claim #1 · 200 diamonds",
        "🕰️ waiting for an admin",
        "🌱 The first claim of this streamer: a person has to pay it.",
        "",
        f"<t:{at}:f> · 🕰️ requested by <@{luna}>",
        "Streamer",
        f"<@{luna}>",
        f"0 claims paid (0 diamonds), 0 returned, since <t:{at}:D>",
        "What it rests on",
        f"500 coins in gifts, 100% of them from <@{noor}>",
        "100% of the converted coins were bonus coins",
    ]
    assert card.labels == ["Approve #1", "Reject #1", "Back to the queue"]
    assert (await back(town, card)).text == queue.text


async def test_approving_leads_to_paying(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    approved = await town.press("Ada", card.message, card.button("Approve #1"))
    assert approved.message["id"] == queue.message["id"]
    assert "✅ approved, to be paid" in approved.text
    assert approved.labels == ["Mark #1 paid", "Reject #1", "Back to the queue"]
    form = await town.press("Ada", approved.message, approved.button("Mark #1 paid"))
    paid = await town.submit("Ada", form, words="  Transfer\n2027-01  ")
    assert paid.message["id"] == queue.message["id"]
    assert paid.labels == ["Back to the queue"]
    assert numbers(await back(town, paid)) == [2]
    status = await town.type("Luna", "claim status")
    assert "💸 paid" in status.text
    assert "> Transfer 2027-01" in status.text
    assert "You have 300 diamonds to claim" in status.text


async def test_a_claim_is_paid_in_parts(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    card = await town.press("Ada", card.message, card.button("Approve #1"))
    form = await town.press("Ada", card.message, card.button("Mark #1 paid"))
    part = await send(town, form, words="one", diamonds="150")
    assert "✅ approved, to be paid, 150 of 200 paid\n50 diamonds are left to pay." in part.text
    form = await town.press("Ada", part.message, part.button("Mark #1 paid"))
    assert "Empty: all that are left, 50" in str(form.raw["modal"])
    await town.refuses(
        send(town, form, words="two", diamonds="51"),
        "Of this claim 50 diamonds are left to pay, so a part is from 1 to 50; this is 51.",
    )
    form = await town.press("Ada", part.message, part.button("Mark #1 paid"))
    assert standing(form) == {"words": "two", "diamonds": "51"}, "it opens as it was filled in"
    for typed in ("a few", "2.5"):
        await town.refuses(
            send(town, form, diamonds=typed),
            f"“{typed}” is not a whole number. Please type digits only, such as 10.",
        )
        form = await town.press("Ada", part.message, part.button("Mark #1 paid"))
    form = await town.press("Ada", part.message, part.button("Mark #1 paid"))
    paid = await send(town, form, diamonds="")
    assert "💸 50 diamonds paid" in paid.text


async def test_rejecting_gives_the_diamonds_back_with_the_reason(
    town: Town, queue: Outcome
) -> None:
    card = await choose(town, queue, 1)
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    rejected = await town.submit("Ada", form, words="Please add your *address*")
    assert numbers(await back(town, rejected)) == [2]
    status = await town.type("Luna", "claim status")
    assert "❌ rejected, diamonds returned" in status.text
    assert r"> Please add your \*address\*" in status.text
    assert "You have 500 diamonds to claim" in status.text


async def test_an_approved_claim_can_still_be_rejected(town: Town, queue: Outcome) -> None:
    assert queue.labels
    card = await open_claim(town, 1, "Olive")
    approved = await town.press("Olive", card.message, card.button("Approve #1"))
    form = await town.press("Olive", approved.message, approved.button("Reject #1"))
    await town.submit("Olive", form, words="sent twice")
    assert "You have 500 diamonds to claim" in (await town.type("Luna", "claim status")).text


async def test_a_large_claim_waits_for_two_admins(town: Town, queue: Outcome) -> None:
    await town.type("Ada", "economy settings", setting="claim_two_approvals_from", value="200")
    card = await choose(town, queue, 1)
    first = await town.press("Ada", card.message, card.button("Approve #1"))
    assert f"☑️ first approval, by <@{MEMBER_ID['Ada']}>" in first.text
    await town.refuses(
        town.press("Ada", first.message, first.button("Approve #1")),
        "You approved claim #1 already. From 200 diamonds on, also in several claims within a day,"
        " another admin has to approve it too.",
    )
    others = await open_claim(town, 1, "Olive")
    second = await town.press("Olive", others.message, others.button("Approve #1"))
    assert "✅ approved, to be paid" in second.text


async def test_a_form_needs_words(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    await town.discord_refuses(town.submit("Ada", form, words=""), INVALID_FORM)
    await town.discord_refuses(town.submit("Ada", form, words="x" * 201), INVALID_FORM)
    await town.refuses(town.submit("Ada", form, words="   "), REASON)


async def test_a_forged_form_without_fitting_words_is_refused(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    for words in ("", "x" * 201):
        form = await town.press("Ada", card.message, card.button("Reject #1"))
        await town.refuses(town.submit("Ada", form, words=words, force=True), REASON)


async def test_members_see_no_queue(town: Town, queue: Outcome) -> None:
    card = await open_claim(town, 1)
    for person in ("Mia", "Luna"):
        for command, options in COMMANDS.items():
            await town.discord_refuses(town.type(person, command, **options), MISSING_PERMISSIONS)
            await town.refuses(town.type(person, command, **options, force=True), ADMINS_ONLY)
        for message, custom_id, values in (
            (queue.message, queue.select("payouts_open"), ["1"]),
            (queue.message, queue.select("payouts_filter"), ["all"]),
            (queue.message, queue.select("payouts_streamer"), ["Luna"]),
            (queue.message, queue.button("Approve all"), []),
            (card.message, card.button("Approve #1"), []),
            (card.message, card.button("Reject #1"), []),
            (card.message, card.button("Back to the queue"), []),
        ):
            press = town.press(person, message, custom_id, values=values, force=True)
            await town.refuses(press, ADMINS_ONLY)


async def test_an_admin_who_is_one_no_more_takes_no_step(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    await town.refuses(town.press("Ada", card.message, card.button("Approve #1")), ADMINS_ONLY)
    await town.refuses(town.submit("Ada", form, words="out of spite"), ADMINS_ONLY)


async def test_nobody_handles_the_own_claim(town: Town) -> None:
    await town.type("Ada", "economy streamers", add="Ada")
    await town.earn("Ada", 200)
    await town.type("Ada", "convert")
    await town.type("Ada", "claim request", diamonds=200)
    own = "Somebody else has to handle your own claim. Please ask another admin."
    card = await open_claim(town, 1)
    await town.refuses(town.press("Ada", card.message, card.button("Approve #1")), own)
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    await town.refuses(town.submit("Ada", form, words="mine"), own)
    others = await open_claim(town, 1, "Olive")
    approved = await town.press("Olive", others.message, others.button("Approve #1"))
    assert "✅ approved" in approved.text
    card = await open_claim(town, 1)
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    await town.refuses(town.submit("Ada", form, words="mine"), own)


async def test_a_claim_that_moved_on_is_not_moved_again(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    others = await open_claim(town, 1, "Olive")
    await town.press("Olive", others.message, others.button("Approve #1"))
    await town.refuses(
        town.press("Ada", card.message, card.button("Approve #1")),
        MOVED.format(state="approved"),
    )


async def test_a_claim_taken_back_meanwhile_is_not_approved(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    status = await town.type("Luna", "claim status")
    await town.press("Luna", status.message, status.button("Cancel #1"))
    await town.refuses(
        town.press("Ada", card.message, card.button("Approve #1")),
        MOVED.format(state="cancelled"),
    )


async def test_a_claim_is_paid_once_by_two_admins_at_once(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 1)
    approved = await town.press("Ada", card.message, card.button("Approve #1"))
    others = await open_claim(town, 1, "Olive")
    before = await town.entries()
    paid = "Mark #1 paid"
    form = await town.press("Ada", approved.message, approved.button(paid))
    other_form = await town.press("Olive", others.message, others.button(paid))
    async with town.slow_books():
        tasks = [
            town.start(town.submit("Ada", form, words="by Ada")),
            town.start(town.submit("Olive", other_form, words="by Olive")),
        ]
    texts = [(await task).text for task in tasks]
    assert sorted(text == MOVED.format(state="paid") for text in texts) == [False, True]
    assert await town.entries() == before + 1


async def test_what_was_paid_in_part_meanwhile_is_looked_at_before_more_is_paid(
    town: Town, queue: Outcome
) -> None:
    card = await choose(town, queue, 1)
    card = await town.press("Ada", card.message, card.button("Approve #1"))
    others = await open_claim(town, 1, "Olive")
    form = await town.press("Olive", others.message, others.button("Mark #1 paid"))
    paying = await town.press("Ada", card.message, card.button("Mark #1 paid"))
    await send(town, paying, words="one", diamonds="100")
    changed = (
        "Claim #1 changed since you looked at it, so nothing was done. Please open it anew and look"
        " first: `/payouts queue`."
    )
    await town.refuses(send(town, form, "Olive", words="one", diamonds="100"), changed)
    await town.refuses(town.press("Olive", others.message, others.button("Reject #1")), changed)
    card = await open_claim(town, 1, "Olive")
    form = await town.press("Olive", card.message, card.button("Mark #1 paid"))
    assert "💸 paid" in (await send(town, form, "Olive", words="two", diamonds="")).text


async def test_forms_of_two_admins_do_not_take_each_others_place(
    town: Town, queue: Outcome
) -> None:
    card = await choose(town, queue, 1)
    others = await open_claim(town, 1, "Olive")
    form = await town.press("Ada", card.message, card.button("Reject #1"))
    other_form = await town.press("Olive", others.message, others.button("Reject #1"))
    await town.submit("Ada", form, words="no address")
    await town.refuses(
        town.submit("Olive", other_form, words="no address either"),
        MOVED.format(state="rejected"),
    )


async def test_a_long_queue_has_pages_and_a_card_leads_back_to_its_own(town: Town) -> None:
    await town.earn("Luna", 2_100)
    await town.type("Luna", "convert")
    for _ in range(21):
        await town.type("Luna", "claim request", diamonds=100)
    first = await town.type("Ada", "payouts queue")
    assert numbers(first) == list(range(1, 11))
    assert first.labels[-1] == "Newer"
    second = await town.press("Ada", first.message, first.button("Newer"))
    assert numbers(second) == list(range(11, 21))
    assert second.text.endswith("21 open claims · 2,100 diamonds to pay")
    third = await town.press("Ada", second.message, second.button("Newer"))
    assert numbers(third) == [21]
    assert third.labels == ["Older"]
    again = await town.press("Ada", third.message, third.button("Older"))
    assert numbers(again) == list(range(11, 21))
    card = await choose(town, again, 15)
    approved = await town.press("Ada", card.message, card.button("Approve #15"))
    assert numbers(await back(town, approved)) == list(range(11, 21))


async def shows(town: Town, queue: Outcome, what: str) -> Outcome:
    """Choose which claims the queue shows."""
    select = queue.select("payouts_filter")
    return await town.press("Ada", queue.message, select, values=[what])


async def test_the_queue_shows_what_an_admin_asks_for(town: Town, queue: Outcome) -> None:
    card = await choose(town, queue, 2)
    queue = await back(town, await town.press("Ada", card.message, card.button("Approve #2")))
    await town.restart()
    assert numbers(await shows(town, queue, "waiting")) == [1]
    approved = await shows(town, queue, "approved")
    assert numbers(approved) == [2]
    assert approved.text.endswith("1 open claim · 200 diamonds to pay")
    assert numbers(await shows(town, queue, "first")) == [1, 2]
    nothing = await shows(town, queue, "sending")
    assert "No open claim is like that right now. The menu below shows others." in nothing.text
    assert numbers(await shows(town, nothing, "all")) == [1, 2]
    select = queue.select("payouts_streamer")
    assert numbers(await town.press("Ada", queue.message, select, values=["Kai"])) == [2]


async def test_a_choice_that_was_forged_shows_all(town: Town, queue: Outcome) -> None:
    select = queue.select("payouts_filter")
    forged = await town.press("Ada", queue.message, select, values=["sx"], force=True)
    assert numbers(forged) == [1, 2]
