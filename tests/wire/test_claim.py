"""`/claim`: asking to be paid, how own claims stand, taking one back."""

from typing import Any

import pytest

from cogs.postman import deliver_letters
from tests.wire.paying_out import open_claim
from tests.wire.sentences import CLOSED, INVALID_FORM, NOT_YOURS, UNKNOWN_MESSAGE
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
async def wealthy(town: Town) -> Town:
    """A town in which Luna has 1,000 diamonds and 600 may be claimed a day."""
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    await town.type("Ada", "economy settings", setting="claim_most_per_day", value="600")
    return town


async def test_without_claims_the_status_says_how_to_make_one(wealthy: Town) -> None:
    status = await wealthy.type("Luna", "claim status")
    assert status.is_private
    assert status.text == (
        "You have 1,000 diamonds to claim\n"
        "No claims yet. `/claim request` asks an admin to pay your diamonds."
    )
    assert not status.message["components"]


async def test_a_claim_waits_for_an_admin_and_can_be_taken_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=600)
    assert claimed.is_private
    at = wealthy.clock.seconds()
    assert claimed.text == (
        f"Claimed. An admin will look at it\n**#1** · 💎 600 · 🕰️ waiting for an admin · <t:{at}:R>"
    )
    cancelled = await wealthy.press("Luna", claimed.message, claimed.button("Cancel #1"))
    assert cancelled.is_private
    assert cancelled.text == (
        "Claim cancelled, your diamonds are back\n"
        f"**#1** · 💎 600 · ↩️ cancelled, diamonds returned · <t:{at}:R>"
    )
    assert cancelled.labels == []
    assert "You have 1,000 diamonds to claim" in (await wealthy.type("Luna", "claim status")).text


async def test_the_status_shows_the_latest_claims_newest_first(wealthy: Town) -> None:
    for diamonds in (100, 150, 200):
        await wealthy.type("Luna", "claim request", diamonds=diamonds)
    status = await wealthy.type("Luna", "claim status")
    numbers = [line.split(" ")[0] for line in status.text.splitlines()[1:]]
    assert numbers == ["**#3**", "**#2**", "**#1**"]
    assert status.labels == ["Cancel #3", "Cancel #2", "Cancel #1"]


async def test_under_the_minimum_is_refused(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim request", diamonds=99),
        "A claim needs at least 100 diamonds; this is 99. `/convert` makes more.",
    )


async def test_more_diamonds_than_there_are_is_refused(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim request", diamonds=1_001),
        "You have 1,000 diamonds and asked for 1,001. `/convert` makes more.",
    )


async def test_over_the_days_limit_is_refused_and_says_when_it_frees(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim request", diamonds=450)
    frees_at = wealthy.clock.seconds() + DAY_SECONDS
    wealthy.clock.advance(DAY_SECONDS - 1)
    await wealthy.refuses(
        wealthy.type("Luna", "claim request", diamonds=151),
        "At most 600 diamonds can be claimed in 24 hours; 150 are left. "
        f"More frees up <t:{frees_at}:R>.",
    )
    claimed = await wealthy.type("Luna", "claim request", diamonds=150)
    assert "**#2**" in claimed.text


async def test_the_limit_is_free_again_after_a_day(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim request", diamonds=600)
    wealthy.clock.advance(DAY_SECONDS)
    assert "**#2**" in (await wealthy.type("Luna", "claim request", diamonds=400)).text


async def test_a_first_claim_over_the_limit_is_told_the_limit_alone(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim request", diamonds=601),
        "At most 600 diamonds can be claimed in 24 hours. Please claim 600 or fewer.",
    )


async def test_a_cancelled_claim_frees_the_limit(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=600)
    await wealthy.press("Luna", claimed.message, claimed.button("Cancel #1"))
    assert "**#2**" in (await wealthy.type("Luna", "claim request", diamonds=600)).text


@pytest.mark.parametrize("diamonds", [0, -1, "all", 99.5])
async def test_discord_passes_on_no_amount_that_is_not_a_whole_number_above_zero(
    wealthy: Town, diamonds: Any
) -> None:
    await wealthy.discord_refuses(
        wealthy.type("Luna", "claim request", diamonds=diamonds), INVALID_FORM
    )


@pytest.mark.parametrize(
    ("diamonds", "sentence"),
    [
        (0, "The amount must be from 1 to 1,000,000,000,000,000."),
        (-1, "The amount must be from 1 to 1,000,000,000,000,000."),
        (2**60, "The amount must be from 1 to 1,000,000,000,000,000."),
        ("all", "“all” is not a whole number. Please type digits only, such as 10."),
        (99.5, "“99.5” is not a whole number. Please type digits only, such as 10."),
    ],
)
async def test_a_forged_amount_is_refused_by_the_bot(
    wealthy: Town, diamonds: Any, sentence: str
) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim request", diamonds=diamonds, force=True), sentence
    )


async def test_a_closed_economy_takes_no_claims_but_gives_them_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=100)
    await wealthy.type("Ada", "economy settings", setting="open", value="off")
    await wealthy.refuses(wealthy.type("Luna", "claim request", diamonds=100), CLOSED)
    cancelled = await wealthy.press("Luna", claimed.message, claimed.button("Cancel #1"))
    assert "your diamonds are back" in cancelled.text


async def test_an_approved_claim_cannot_be_taken_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=100)
    queue = await open_claim(wealthy, 1)
    await wealthy.press("Ada", queue.message, queue.button("Approve #1"))
    await wealthy.refuses(
        wealthy.press("Luna", claimed.message, claimed.button("Cancel #1")),
        "Claim #1 is approved now, so that is not possible any more. "
        "Use the command again to see how it stands.",
    )
    assert (await wealthy.type("Luna", "claim status")).labels == []


async def test_nobody_takes_back_anothers_claim(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=100)
    cancel = claimed.button("Cancel #1")
    await wealthy.discord_refuses(wealthy.press("Kai", claimed.message, cancel), UNKNOWN_MESSAGE)
    await wealthy.refuses(wealthy.press("Kai", claimed.message, cancel, force=True), NOT_YOURS)


async def test_two_cancels_at_once_are_one(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request", diamonds=100)
    before = await wealthy.entries()
    cancel = claimed.button("Cancel #1")
    first, second = await wealthy.together(
        wealthy.press("Luna", claimed.message, cancel),
        wealthy.press("Luna", claimed.message, cancel),
    )
    assert "your diamonds are back" in first.text
    assert second.text.startswith("Claim #1 is cancelled now")
    assert second.is_private
    assert await wealthy.entries() == before + 1


async def test_without_a_number_all_is_claimed_that_the_day_allows(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim request")
    assert "💎 600 · 🕰️ waiting for an admin" in claimed.text


async def settle(town: Town) -> Outcome:
    """Let Luna's claim of 200 be approved and rejected, and return what she sees of it."""
    await town.type("Luna", "claim request", diamonds=200)
    claims, admin = town.bot.economy.claims, MEMBER_ID["Ada"]
    common: dict[str, Any] = {"guild_id": GUILD_ID, "admin_id": admin, "claim_id": 1}
    town.clock.advance(60)
    await claims.approve(**common, key="approve")
    town.clock.advance(60)
    await claims.mark_paid(**common, key="part", reference="transfer *7*", diamonds=150)
    await claims.reject(**common, key="reject", reason="the rest was twice")
    return await town.type("Luna", "claim status", number=1)


async def test_a_claims_timeline_says_who_when_and_why(wealthy: Town) -> None:
    began = wealthy.clock.seconds()
    status = await settle(wealthy)
    luna, ada = f"<@{MEMBER_ID['Luna']}>", f"<@{MEMBER_ID['Ada']}>"
    assert status.is_private
    assert status.text.splitlines() == [
        "Claim #1 · 200 diamonds",
        "❌ rejected, diamonds returned, 150 of 200 paid",
        "",
        f"<t:{began}:f> · 🕰️ requested by {luna}",
        f"<t:{began + 60}:f> · ✅ approved by {ada}",
        f"<t:{began + 120}:f> · 💸 150 diamonds paid by {ada}",
        r"> transfer \*7\*",
        f"<t:{began + 120}:f> · ❌ rejected by {ada}, 50 diamonds returned",
        "> the rest was twice",
    ]
    assert status.labels == ["All claims"]


async def test_a_claim_is_opened_from_the_list_and_left_again(wealthy: Town) -> None:
    for _ in range(2):
        await wealthy.type("Luna", "claim request", diamonds=100)
    listed = await wealthy.type("Luna", "claim status")
    await wealthy.restart()
    opened = await wealthy.press("Luna", listed.message, listed.select("claim_open"), values=["2"])
    assert opened.message["id"] == listed.message["id"]
    assert opened.text.startswith("Claim #2 · 100 diamonds\n🕰️ waiting for an admin")
    assert opened.labels == ["Cancel #2", "All claims"]
    back = await wealthy.press("Luna", opened.message, opened.button("All claims"))
    assert back.text == listed.text


async def test_nobody_opens_anothers_claim(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim request", diamonds=100)
    for number in (1, 2):
        await wealthy.refuses(
            wealthy.type("Kai", "claim status", number=number),
            f"There is no claim #{number} here. Use the command again to see those there are.",
        )
    listed = await wealthy.type("Luna", "claim status")
    select = listed.select("claim_open")
    await wealthy.refuses(
        wealthy.press("Kai", listed.message, select, values=["1"], force=True), NOT_YOURS
    )
    opened = await wealthy.press("Luna", listed.message, select, values=["1"])
    await wealthy.refuses(
        wealthy.press("Kai", opened.message, opened.button("All claims"), force=True), NOT_YOURS
    )


async def test_a_forged_choice_is_no_claim(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim request", diamonds=100)
    listed = await wealthy.type("Luna", "claim status")
    for value in ("x", "9" * 40):
        await wealthy.refuses(
            wealthy.press(
                "Luna", listed.message, listed.select("claim_open"), values=[value], force=True
            ),
            "There is no claim #0 here. Use the command again to see those there are.",
        )


async def test_the_streamer_gets_a_letter_of_each_change(wealthy: Town) -> None:
    await settle(wealthy)
    await deliver_letters(wealthy.bot, wealthy.bot.economy)
    assert await wealthy.letters("Luna") == [
        (
            "Claim #1 is approved\n**200 diamonds** will be paid to you; a letter tells you when."
            " `/claim status` shows how it stands.\nBouquet Garden"
        ),
        (
            "A part of claim #1 is paid\n**150 diamonds** were paid to you; 50 diamonds of this"
            " claim are still to come.\nReference\n> transfer \\*7\\*\nBouquet Garden"
        ),
        (
            "Claim #1 was rejected\n**50 diamonds** are yours again, and `/claim request` asks anew"
            " once what stood in the way is settled.\nReason\n> the rest was twice\nBouquet Garden"
        ),
    ]
