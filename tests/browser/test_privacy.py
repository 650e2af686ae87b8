"""Who sees what: ephemeral replies, hidden channels, dismissed messages."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]

ONLY_YOU = "Only you can see this"


async def test_an_ephemeral_reply_is_seen_by_its_reader_alone(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 50)
    mia, noor = await visit("Mia"), await visit("Noor")
    await mia.type("wallet")
    await mia.reads("Wallet of Mia", "50 coins", ONLY_YOU)
    await mia.begin("gift")
    await mia.pick("streamer", "kai", "Kai")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.send()

    # The gift came last, so whatever Noor will ever see of this is there.
    await noor.reads("Tulip")
    await expect(noor.messages).to_have_count(1)
    await expect(noor.log).not_to_contain_text(ONLY_YOU)
    await noor.page.reload()
    await noor.reads("Tulip")
    await expect(noor.messages).to_have_count(1)
    await expect(mia.messages).to_have_count(2)


async def test_who_becomes_somebody_else_no_longer_sees_what_was_private(visit: Visit) -> None:
    somebody = await visit("Mia")
    await somebody.type("wallet")
    await somebody.reads("Wallet of Mia")
    await somebody.become("Noor")
    await expect(somebody.messages).to_have_count(0)
    await somebody.become("Mia")
    await somebody.reads("Wallet of Mia")


async def test_a_dismissed_message_goes_away(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.type("wallet")
    await mia.reads(ONLY_YOU)
    await mia.press("Dismiss message")
    await expect(mia.messages).to_have_count(0)
    await expect(mia.composer).to_be_focused()


async def test_only_admins_see_the_channel_and_the_commands_of_admins(visit: Visit) -> None:
    somebody = await visit("Mia")
    channels = somebody.at.get_by_role("navigation").get_by_role("button")
    await expect(channels.filter(has_text="lounge")).to_be_visible()
    await expect(channels.filter(has_text="staff")).to_have_count(0)
    await somebody.composer.press_sequentially("/")
    await expect(somebody.suggestions.filter(has_text="/gift")).to_be_visible()
    await expect(somebody.suggestions.filter(has_text="/payouts")).to_have_count(0)

    await somebody.become("Ada")
    await expect(channels.filter(has_text="staff")).to_be_visible()
    await somebody.composer.fill("/payouts q")
    await expect(somebody.suggestions).to_have_count(1)
    await expect(somebody.suggestions).to_contain_text("/payouts queue")
