"""The whole story as a newcomer plays it: by typing and clicking."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


async def test_coins_are_bought_gifted_converted_claimed_and_paid(town: Town, visit: Visit) -> None:
    somebody = await visit("Mia")
    await somebody.type("wallet")
    await somebody.reads("0 coins", "/buy gets your first coins", "Only you can see this")
    await somebody.type("buy")
    await somebody.reads("Which pack would you like?")
    await somebody.press("700")
    await somebody.reads("700 coins for you")
    await somebody.begin("gift")
    await somebody.pick("streamer", "lu", "Luna")
    await somebody.pick("gift", "posy", "Posy")
    await somebody.fill("count", "2")
    await somebody.fill("message", "Brava!")
    await somebody.send()
    await somebody.reads("Posy ×2", "Brava!", "598 coins")

    await somebody.become("Luna")
    await somebody.reads("Posy ×2")
    await somebody.type("earnings show")
    await somebody.reads("598 coins in 1 gift")
    await somebody.type("convert")
    await somebody.reads("598 coins → 💎 598 diamonds")
    await somebody.type("claim request", diamonds="500")
    await somebody.reads("waiting for an admin")

    await somebody.become("Ada")
    await somebody.go("staff")
    await somebody.type("payouts queue")
    await somebody.choose("payouts_open", "Claim #1")
    await somebody.press("Approve #1")
    await somebody.reads("approved, to be paid")
    await somebody.press("Mark #1 paid")
    await expect(somebody.dialog).to_contain_text("Mark claim #1 paid")
    await somebody.submit("Reference of the payment", "Bank transfer 2026-11")
    await somebody.reads("💸 paid")
    await somebody.press("Back to the queue")
    await somebody.reads("Nothing to pay")

    await somebody.become("Luna")
    await somebody.go("stage")
    await somebody.type("claim status")
    await somebody.reads("💸 paid", "Bank transfer 2026-11")
    assert await town.entries() == 5
