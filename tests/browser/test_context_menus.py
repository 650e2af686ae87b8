"""Context menus: what a bot can do with a message or a member, by mouse, key and thumb."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit

pytestmark = [
    pytest.mark.proof("sandbox"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("small_bot"),
]


async def test_a_message_command_is_used_with_the_right_button(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("say", text="a word")
    await mia.reads("a word")
    await mia.last.click(button="right")
    menu = mia.page.get_by_role("menu", name="Message actions")
    await mia.window.look()
    await menu.get_by_role("group", name="Apps").get_by_role("menuitem", name="Quote").click()
    await expect(menu).to_be_hidden()
    await expect(mia.messages).to_have_count(2)
    await expect(mia.last.locator("blockquote")).to_have_text("a word")


async def test_no_bot_is_offered_for_what_only_one_person_sees(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("whisper")
    await mia.reads("psst")
    await mia.last.click(button="right")
    menu = mia.page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem", name="Copy text")).to_be_visible()
    await expect(menu.get_by_role("group", name="Apps")).to_have_count(0)


async def test_a_member_command_is_used_from_the_member_list(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    members = mia.at.get_by_role("complementary", name="Members")
    await members.get_by_text("Luna").click(button="right")
    menu = mia.page.get_by_role("menu", name="Actions for Luna")
    await expect(menu.get_by_role("menuitem", name="Quote")).to_have_count(0)
    await menu.get_by_role("menuitem", name="Wave at").click()
    await mia.reads("waves at Luna")


async def test_a_menu_is_opened_used_and_left_by_keyboard(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    keyboard = mia.page.keyboard
    await mia.type("say", text="a word")
    await mia.reads("a word")
    await mia.last.focus()
    await keyboard.press("Shift+F10")
    menu = mia.page.get_by_role("menu", name="Message actions")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    await keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(mia.last).to_be_focused()
    await keyboard.press("Shift+F10")
    await expect(menu.get_by_role("menuitem", name="Quote")).to_be_focused()
    await keyboard.press("Enter")
    await expect(mia.last.locator("blockquote")).to_have_text("a word")


async def test_a_button_opens_the_menu_where_there_is_no_right_one(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia", **PHONE)
    await mia.type("say", text="a word")
    await mia.reads("a word")
    await mia.last.get_by_role("button", name="More actions for this message").tap()
    menu = mia.page.get_by_role("menu", name="Message actions")
    await menu.get_by_role("menuitem", name="Quote").tap()
    await expect(mia.last.locator("blockquote")).to_have_text("a word")
