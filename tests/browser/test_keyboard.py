"""Whoever has no mouse can do all the same."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


async def test_a_gift_is_sent_and_taken_back_by_keyboard_alone(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia")
    keyboard = mia.page.keyboard
    await expect(mia.composer).to_be_focused()
    await keyboard.type("/gi")
    await keyboard.press("Enter")
    await expect(mia.option("streamer")).to_be_focused()
    await keyboard.type("lu")
    await keyboard.press("Enter")
    await keyboard.type("tul")
    await expect(mia.suggestions).to_have_count(1)
    await keyboard.press("Tab")
    await expect(mia.at.get_by_role("button", name="Add option count")).to_be_focused()
    await keyboard.press("Enter")
    await keyboard.type("2")
    await keyboard.press("Enter")
    await mia.reads("Tulip ×2", "30 coins")

    await mia.tab_to("Undo", back=True)
    await keyboard.press("Enter")
    await mia.reads("took back")
    assert await town.entries() == 3


async def test_one_becomes_somebody_else_by_keyboard_alone(visit: Visit) -> None:
    somebody = await visit("Mia")
    keyboard = somebody.page.keyboard
    await expect(somebody.composer).to_be_focused()
    await somebody.tab_to("You are Mia", back=True)
    await keyboard.press("Enter")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(somebody.at.get_by_role("button", name="You are Noor")).to_be_focused()
    await somebody.tab_to("lounge", back=True)
    await keyboard.press("Enter")
    await expect(somebody.composer).to_have_attribute("aria-label", "Message #lounge")


async def test_a_slash_anywhere_begins_a_command(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.log.focus()
    await mia.page.keyboard.press("/")
    await expect(mia.composer).to_be_focused()
    await expect(mia.composer).to_have_value("/")
    await expect(mia.suggestions.first).to_be_visible()
    await expect(mia.suggestions.first).to_have_attribute("aria-selected", "true")
    await mia.page.keyboard.press("ArrowDown")
    await expect(mia.suggestions.nth(1)).to_have_attribute("aria-selected", "true")
    await mia.page.keyboard.press("Escape")
    await expect(mia.suggestions).to_have_count(0)


async def test_arrow_up_brings_the_last_command_back(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.type("wallet")
    await mia.reads("Wallet of Mia")
    await mia.page.keyboard.press("ArrowUp")
    await expect(mia.at.get_by_role("group", name="Command /wallet")).to_be_visible()
    await mia.page.keyboard.press("Enter")
    await expect(mia.messages).to_have_count(2)
