"""Paying somebody who left the server: an admin claims for them, and another one approves it."""

import pytest

from tests.wire.paying_out import open_claim
from tests.wire.sentences import ADMINS_ONLY
from tests.wire.town import MEMBER_ID, Outcome, Town

KAI = MEMBER_ID["Kai"]


@pytest.fixture
async def left(town: Town) -> Town:
    """Kai has 500 diamonds and is gone."""
    await town.earn("Kai", 500)
    await town.type("Kai", "convert")
    await town.post("member", member="Kai", action="leave")
    return town


async def owed(town: Town, person: str = "Ada") -> Outcome:
    """Look at what is owed to Kai."""
    return await town.type(person, "payouts owed", member="Kai")


async def test_whoever_is_here_claims_themselves(town: Town) -> None:
    await town.earn("Kai", 500)
    await town.type("Kai", "convert")
    shown = await owed(town)
    assert shown.is_private
    assert shown.text == (
        f"Owed to a streamer\n<@{KAI}>\n**500 diamonds** to claim, 0 in claims\n"
        "They claim it themselves, with `/claim request`."
    )
    assert shown.labels == ["To the queue"]


async def test_a_streamer_who_was_removed_simply_claims(town: Town) -> None:
    await town.type("Ada", "economy streamers", add="Noor")
    await town.earn("Noor", 500, giver="Mia")
    await town.type("Noor", "convert")
    await town.type("Ada", "economy streamers", remove="Noor")
    claimed = await town.type("Noor", "claim request")
    assert "💎 500 · 🕰️ waiting for an admin" in claimed.text


async def test_an_admin_claims_for_whoever_left_and_another_approves(left: Town) -> None:
    shown = await owed(left)
    assert "They left this server." in shown.text
    await left.restart()
    form = await left.press("Ada", shown.message, shown.button("Claim it for them"))
    await left.restart()
    card = await left.submit("Ada", form, words="wrote to us by mail")
    assert card.text.startswith("Claim #1 · 500 diamonds\n🕰️ waiting for an admin")
    assert f"requested by <@{MEMBER_ID['Ada']}>\n> wrote to us by mail" in card.text
    await left.refuses(
        left.press("Ada", card.message, card.button("Approve #1")),
        "You asked for this claim yourself, so another admin has to approve it.",
    )
    others = await open_claim(left, 1, "Olive")
    approved = await left.press("Olive", others.message, others.button("Approve #1"))
    form = await left.press("Olive", approved.message, approved.button("Mark #1 paid"))
    assert "💸 paid" in (await left.submit("Olive", form, words="bank")).text
    shown = await owed(left)
    assert "**0 diamonds** to claim, 0 in claims" in shown.text
    assert "💸 paid" in shown.text
    assert shown.labels == ["To the queue"]


async def test_whoever_came_back_meanwhile_claims_themselves(left: Town) -> None:
    shown = await owed(left)
    form = await left.press("Ada", shown.message, shown.button("Claim it for them"))
    await left.post("member", member="Kai", action="join")
    await left.refuses(
        left.submit("Ada", form, words="by mail"),
        "Kai is in this server and can claim with `/claim request` themselves.",
    )


async def test_members_claim_for_nobody_in_a_forged_message(left: Town) -> None:
    shown = await owed(left)
    claim = shown.button("Claim it for them")
    await left.refuses(left.press("Mia", shown.message, claim, force=True), ADMINS_ONLY)
    form = await left.press("Ada", shown.message, claim)
    await left.post("member", member="Ada", action="remove_role", role="Admin")
    await left.refuses(left.submit("Ada", form, words="by mail"), ADMINS_ONLY)
