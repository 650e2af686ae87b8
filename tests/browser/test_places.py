"""Where one is: channels, unread counts, members by role, and what a reload keeps."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import Visit
from tests.browser.person import Person
from tests.sandbox.conftest import running_bot
from tests.sandbox.small_bot import SmallBot
from tests.wire.town import Town, TownClock

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


async def send_tulip(person: Person) -> None:
    """Send Luna a tulip."""
    await person.begin("gift")
    await person.pick("streamer", "lu", "Luna")
    await person.pick("gift", "tulip", "Tulip")
    await person.send()


async def test_a_reload_keeps_what_was_there(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    somebody = await visit("Theo", "lounge")
    await somebody.become("Mia")
    await somebody.go("stage")
    await send_tulip(somebody)
    await somebody.reads("Tulip")
    before = await somebody.messages.all_inner_texts()
    await somebody.page.reload()
    await somebody.reads("Tulip")
    assert await somebody.messages.all_inner_texts() == before
    await expect(somebody.at.get_by_role("button", name="You are Mia")).to_be_visible()
    await expect(somebody.composer).to_have_attribute("aria-label", "Message #stage")
    # A button of before still does what it says.
    await somebody.press("Undo")
    await somebody.reads("took back")


async def test_back_leads_to_the_channel_before(visit: Visit) -> None:
    mia = await visit("Mia", "lounge")
    await mia.go("stage")
    await expect(mia.page).to_have_title(re.compile("^#stage · Mia"))
    await mia.page.go_back()
    await expect(mia.composer).to_have_attribute("aria-label", "Message #lounge")
    await expect(mia.page).to_have_title(re.compile("^#lounge · Mia"))


async def test_what_happens_elsewhere_is_counted_until_it_is_read(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    noor = await visit("Noor", "lounge")
    await town.type("Mia", "gift", streamer="Luna", gift="tulip")
    await town.type("Mia", "gift", streamer="Kai", gift="tulip")
    stage = noor.at.get_by_role("navigation").get_by_role("button", name="stage")
    await expect(stage).to_contain_text("2 unread")
    await noor.go("stage")
    await expect(noor.messages).to_have_count(2)
    await expect(stage).not_to_contain_text("unread")


async def test_members_stand_by_role_and_the_bot_among_them(town: Town, visit: Visit) -> None:
    mia = await visit("Mia")
    members = mia.at.get_by_role("complementary", name="Members")
    await expect(members.get_by_role("heading", name="Streamer — 2")).to_be_visible()
    streamers = members.locator("section").filter(has_text="Streamer — 2")
    await expect(streamers).to_contain_text("Luna")
    await expect(streamers).to_contain_text("Kai")
    await expect(streamers).not_to_contain_text("Mia")
    await expect(members).to_contain_text("Bouquet")

    await town.post("member", member="Theo", action="add_role", role="Streamer")
    await expect(members.get_by_role("heading", name="Streamer — 3")).to_be_visible()


async def test_a_page_that_waits_for_the_bot_shows_its_commands_when_it_comes(
    sandbox: Sandbox, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    await expect(mia.log).to_contain_text("No bot is connected yet")
    await mia.composer.press_sequentially("/whi")
    await expect(mia.at.get_by_text("No bot is connected yet.", exact=True)).to_be_visible()
    async with running_bot(sandbox, SmallBot()):
        await expect(mia.suggestions).to_contain_text("Only you see it")
        await mia.page.keyboard.press("Enter")
        await mia.page.keyboard.press("Enter")
        await mia.reads("psst")


async def test_the_page_says_that_the_sandbox_is_gone_and_comes_back_by_itself(
    sandbox: Sandbox, clock: TownClock, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    mia.window.forgive("net::ERR_")
    gone = mia.at.get_by_text("The sandbox does not answer.")
    await expect(gone).to_have_count(0)
    await sandbox.close()
    await expect(gone).to_be_visible()
    again = Sandbox(clock=clock)
    await again.start(port=urlsplit(sandbox.url).port or 0)
    try:
        await expect(gone).to_have_count(0)
    finally:
        await again.close()
