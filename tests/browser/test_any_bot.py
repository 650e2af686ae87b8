"""What the page makes of a bot that it knows nothing of."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.sandbox.small_bot import SmallBot
from tests.wire.town import TownClock

pytestmark = [
    pytest.mark.proof("sandbox"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("small_bot"),
]


async def test_markdown_is_drawn_and_never_runs(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    written = "**bold** *slanted* ~~gone~~ `code` ||hidden|| <b>tag</b> [name](https://example.com)"
    await mia.type("say", text=written)
    await expect(mia.last.locator("strong")).to_have_text("bold")
    await expect(mia.last.locator("em")).to_have_text("slanted")
    await expect(mia.last.locator("s")).to_have_text("gone")
    await expect(mia.last.locator("code")).to_have_text("code")
    await expect(mia.last.get_by_role("link", name="name")).to_have_attribute(
        "href", re.compile(r"^https://example\.com")
    )
    await mia.reads("<b>tag</b>")
    await mia.last.get_by_role("button", name="Spoiler").click()
    await mia.reads("hidden")


async def test_timestamps_are_read_in_ones_own_zone(visit_sandbox: Visit, clock: TownClock) -> None:
    mia = await visit_sandbox("Mia", timezone_id="Europe/Berlin")
    await mia.type("say", text=f"<t:1800000000:F> <t:1800000000:t> <t:{clock.seconds() + 7_300}:R>")
    times = mia.last.locator("time.timestamp")
    await expect(times).to_have_text(
        [re.compile("^Friday, January 15, 2027 at 9:00\\sAM$"), "9:00\u202fAM", "in 2 hours"]
    )
    noor = await visit_sandbox("Noor", timezone_id="America/New_York")
    await expect(noor.last.locator("time.timestamp").nth(1)).to_have_text("3:00\u202fAM")


async def test_a_picture_has_its_words(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    async with mia.page.expect_response("**/attachments/**/dot.png") as loaded:
        await mia.type("picture")
    assert (await loaded.value).ok
    await expect(mia.last.get_by_role("img", name="a dot")).to_be_visible()


async def test_the_bot_is_seen_thinking_and_then_its_edited_answer(
    visit_sandbox: Visit, small_bot: SmallBot
) -> None:
    mia, noor = await visit_sandbox("Mia"), await visit_sandbox("Noor")
    await mia.type("think")
    await mia.reads("is thinking…")
    await noor.reads("is thinking…")
    small_bot.gate.set()
    await mia.reads("thought")
    await noor.reads("thought")
    await expect(mia.log).not_to_contain_text("is thinking…")


async def test_buttons_edit_their_message_and_keep_the_focus_there(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("count")
    await mia.press("0")
    await mia.reads("count 1", "(edited)")
    await expect(mia.last.get_by_role("button", name="1", exact=True)).to_be_focused()
    await mia.page.keyboard.press("Enter")
    await mia.reads("count 2")
    await expect(mia.messages).to_have_count(1)


async def test_a_disabled_button_and_a_link_cannot_be_pressed_by_mistake(
    visit_sandbox: Visit,
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("menu")
    await expect(mia.last.get_by_role("button", name="Off")).to_be_disabled()
    away = mia.last.get_by_role("link", name="Away")
    await expect(away).to_have_attribute("href", "https://example.com/")
    await expect(away).to_have_attribute("rel", re.compile("noopener"))


async def test_several_values_are_chosen_from_a_select(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("menu")
    await mia.last.locator('[data-custom-id="flowers"]').click()
    await mia.page.keyboard.press("Enter")
    await mia.page.keyboard.press("ArrowDown")
    await mia.page.keyboard.press("ArrowDown")
    await mia.page.keyboard.press("Enter")
    await mia.page.keyboard.press("Escape")
    await mia.reads("rose,iris")


async def test_people_are_chosen_from_a_select(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("menu")
    await mia.last.locator('[data-custom-id="people"]').click()
    await mia.window.look()
    await mia.last.get_by_role("option", name="Luna").click()
    await mia.reads("Luna", "Only you can see this")


async def test_roles_and_channels_are_chosen_from_selects(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("choose")
    choices = mia.messages.first
    await choices.locator('[data-custom-id="roles"]').click()
    await choices.get_by_role("option", name="Streamer").click()
    await mia.page.keyboard.press("Escape")
    await mia.reads("Streamer")
    await choices.locator('[data-custom-id="channels"]').click()
    await expect(choices.get_by_role("option", name="staff")).to_have_count(0)
    await choices.get_by_role("option", name="lounge").click()
    await mia.reads("lounge")


async def test_a_card_shows_its_parts_and_loads_nothing_from_elsewhere(
    visit_sandbox: Visit,
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("card")
    card = mia.last.get_by_role("article")
    await expect(card.get_by_role("link", name="Card")).to_have_attribute(
        "href", "https://example.com/"
    )
    await expect(card).to_contain_text("Olive")
    await expect(card.locator("dt")).to_have_text(["Roses", "Lilies"])
    await expect(card.locator("dd")).to_have_text(["12", "3"])
    await expect(card).to_contain_text("since always")
    # The thumbnail lies elsewhere, and this page loads nothing that is not on this machine.
    await expect(card).to_contain_text("Picture not loaded, it is not on this machine")
    await expect(card.get_by_role("img", name="a dot")).to_be_visible()


async def test_a_layout_of_newer_components_is_drawn_and_its_button_works(
    visit_sandbox: Visit,
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("parcel")
    await expect(mia.last.locator("strong")).to_have_text("A letter")
    await expect(mia.last.get_by_role("img", name="Picture")).to_be_visible()
    await expect(mia.last.get_by_role("separator")).to_be_visible()
    await expect(mia.last).to_contain_text("note.txt")
    await mia.press("Thank")
    await mia.reads("thanks!", "Only you can see this")


async def test_a_form_with_a_select_is_sent(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("menu")
    await mia.press("Form")
    form = mia.page.get_by_role("dialog", name="A form")
    await form.get_by_label("Colour").click()
    await form.get_by_role("option", name="Red").click()
    await mia.submit("Name", "Mia")
    await mia.reads("Mia likes red")


async def test_a_letter_is_counted_and_read_in_direct_messages(visit_sandbox: Visit) -> None:
    mia, noor = await visit_sandbox("Mia"), await visit_sandbox("Noor")
    await mia.type("letter")
    await mia.reads("sent")
    directs = mia.at.get_by_role("list", name="Direct messages").get_by_role("button")
    await expect(directs).to_contain_text("1 unread")
    await directs.click()
    await mia.reads("dear")
    await expect(mia.composer).to_have_attribute("aria-label", re.compile("^Message @"))
    await noor.at.get_by_role("list", name="Direct messages").get_by_role("button").click()
    await expect(noor.messages).to_have_count(0)


async def test_a_command_works_in_direct_messages(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia", "dm")
    await mia.type("whisper")
    await mia.reads("psst")
    await mia.composer.press_sequentially("/set")
    await expect(mia.at.get_by_text("No command matches.")).to_be_visible()
