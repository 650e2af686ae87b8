"""`/claim`: asking to be paid, how own claims stand, taking one back."""

from typing import Any

import pytest

from tests.wire.sentences import CLOSED, INVALID_FORM, NOT_YOURS, UNKNOWN_MESSAGE
from tests.wire.town import Town

DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
async def wealthy(town: Town) -> Town:
    """A town in which Luna has 1,000 diamonds and 600 may be claimed a day."""
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert")
    await town.type("Ada", "economy settings", setting="claim_most_per_day", value="600")
    return town


async def test_without_claims_the_status_says_how_to_make_one(wealthy: Town) -> None:
    status = await wealthy.type("Luna", "claim")
    assert status.is_private
    assert status.text == (
        "You have 1,000 diamonds to claim\n"
        "No claims yet. `/claim` with a number of diamonds asks an admin to pay them."
    )
    assert not status.message["components"]


async def test_a_claim_waits_for_an_admin_and_can_be_taken_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=600)
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
    assert not cancelled.message["components"]
    assert "You have 1,000 diamonds to claim" in (await wealthy.type("Luna", "claim")).text


async def test_the_status_shows_the_latest_claims_newest_first(wealthy: Town) -> None:
    for diamonds in (100, 150, 200):
        await wealthy.type("Luna", "claim", diamonds=diamonds)
    status = await wealthy.type("Luna", "claim")
    numbers = [line.split(" ")[0] for line in status.text.splitlines()[1:]]
    assert numbers == ["**#3**", "**#2**", "**#1**"]
    assert status.labels == ["Cancel #3", "Cancel #2", "Cancel #1"]


async def test_under_the_minimum_is_refused(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim", diamonds=99),
        "A claim needs at least 100 diamonds; this is 99. `/convert` makes more.",
    )


async def test_more_diamonds_than_there_are_is_refused(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim", diamonds=1_001),
        "You have 1,000 diamonds and asked for 1,001. `/convert` makes more.",
    )


async def test_over_the_days_limit_is_refused_and_says_when_it_frees(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim", diamonds=450)
    frees_at = wealthy.clock.seconds() + DAY_SECONDS
    wealthy.clock.advance(DAY_SECONDS - 1)
    await wealthy.refuses(
        wealthy.type("Luna", "claim", diamonds=151),
        "At most 600 diamonds can be claimed in 24 hours; 150 are left. "
        f"More frees up <t:{frees_at}:R>.",
    )
    claimed = await wealthy.type("Luna", "claim", diamonds=150)
    assert "**#2**" in claimed.text


async def test_the_limit_is_free_again_after_a_day(wealthy: Town) -> None:
    await wealthy.type("Luna", "claim", diamonds=600)
    wealthy.clock.advance(DAY_SECONDS)
    assert "**#2**" in (await wealthy.type("Luna", "claim", diamonds=400)).text


async def test_a_first_claim_over_the_limit_is_told_the_limit_alone(wealthy: Town) -> None:
    await wealthy.refuses(
        wealthy.type("Luna", "claim", diamonds=601),
        "At most 600 diamonds can be claimed in 24 hours. Please claim 600 or fewer.",
    )


async def test_a_cancelled_claim_frees_the_limit(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=600)
    await wealthy.press("Luna", claimed.message, claimed.button("Cancel #1"))
    assert "**#2**" in (await wealthy.type("Luna", "claim", diamonds=600)).text


@pytest.mark.parametrize("diamonds", [0, -1, "all", 99.5])
async def test_discord_passes_on_no_amount_that_is_not_a_whole_number_above_zero(
    wealthy: Town, diamonds: Any
) -> None:
    await wealthy.discord_refuses(wealthy.type("Luna", "claim", diamonds=diamonds), INVALID_FORM)


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
    await wealthy.refuses(wealthy.type("Luna", "claim", diamonds=diamonds, force=True), sentence)


async def test_a_closed_economy_takes_no_claims_but_gives_them_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=100)
    await wealthy.type("Ada", "economy settings", setting="open", value="off")
    await wealthy.refuses(wealthy.type("Luna", "claim", diamonds=100), CLOSED)
    cancelled = await wealthy.press("Luna", claimed.message, claimed.button("Cancel #1"))
    assert "your diamonds are back" in cancelled.text


async def test_an_approved_claim_cannot_be_taken_back(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=100)
    queue = await wealthy.type("Ada", "payouts")
    await wealthy.press("Ada", queue.message, queue.button("Approve #1"))
    await wealthy.refuses(
        wealthy.press("Luna", claimed.message, claimed.button("Cancel #1")),
        "Claim #1 is approved now, so that is not possible any more. "
        "Use the command again to see how it stands.",
    )
    assert not (await wealthy.type("Luna", "claim")).message["components"]


async def test_nobody_takes_back_anothers_claim(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=100)
    cancel = claimed.button("Cancel #1")
    await wealthy.discord_refuses(wealthy.press("Kai", claimed.message, cancel), UNKNOWN_MESSAGE)
    await wealthy.refuses(wealthy.press("Kai", claimed.message, cancel, force=True), NOT_YOURS)


async def test_two_cancels_at_once_are_one(wealthy: Town) -> None:
    claimed = await wealthy.type("Luna", "claim", diamonds=100)
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
