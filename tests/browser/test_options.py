"""Typing a command: what is offered, what is required, what is refused before it is sent."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


async def test_gifts_are_suggested_as_one_types(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    # After a pick the next required option is at hand, and all gifts with it.
    await expect(mia.option("gift")).to_be_focused()
    await expect(mia.suggestions).to_have_count(25)
    await mia.option("gift").press_sequentially("lem")
    await expect(mia.suggestions).to_have_count(1)
    await expect(mia.suggestions).to_contain_text("Lemonade · 75 coins")
    await mia.option("gift").fill("cottage")
    await expect(mia.suggestions).to_contain_text("6,899 more needed")
    await mia.option("gift").fill("tul")
    await mia.suggestions.filter(has_text="Tulip").click()
    await expect(mia.option("gift")).to_have_value("🌷 Tulip · 15 coins")
    await mia.send()
    await mia.reads("Tulip", "15 coins")


async def test_who_types_fast_and_presses_enter_means_what_is_suggested(
    town: Town, visit: Visit
) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.page.keyboard.type("luna")
    await mia.page.keyboard.press("Enter")
    await mia.page.keyboard.type("tulip")
    await mia.page.keyboard.press("Enter")
    await expect(mia.option("gift")).to_have_value("🌷 Tulip · 15 coins")
    await mia.page.keyboard.press("Enter")
    await mia.reads("Tulip", "15 coins")


async def test_what_fits_nothing_says_so(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.fill("gift", "zeppelin")
    await expect(mia.at.get_by_text("No options match.")).to_be_visible()
    await expect(mia.suggestions).to_have_count(0)


async def test_a_missing_required_option_is_told_and_nothing_is_sent(
    town: Town, visit: Visit
) -> None:
    await town.grant("Mia", 100)
    before = await town.everything()
    mia = await visit("Mia")
    await mia.begin("gift")
    await expect(mia.option("gift")).to_have_attribute("aria-required", "true")
    await mia.send()
    await expect(mia.at.get_by_text("streamer is required (member).")).to_be_visible()
    await expect(mia.option("streamer")).to_be_focused()
    await expect(mia.option("streamer")).to_have_attribute("aria-invalid", "true")
    await mia.pick("streamer", "lu", "Luna")
    await mia.send()
    await expect(mia.at.get_by_text("gift is required (text).")).to_be_visible()
    await expect(mia.messages).to_have_count(0)
    assert await town.everything() == before


async def test_somebody_who_is_not_on_the_list_cannot_be_picked(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.fill("streamer", "nobody")
    await mia.fill("gift", "tulip")
    await mia.send()
    await expect(mia.at.get_by_text("Pick streamer from the list (member).")).to_be_visible()
    await expect(mia.messages).to_have_count(0)


async def test_a_number_out_of_bounds_is_told(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.fill("count", "0")
    await mia.send()
    await expect(mia.option("count")).to_have_attribute("aria-invalid", "true")
    await expect(mia.messages).to_have_count(0)


async def test_a_refusal_of_the_bot_is_read_in_private(visit: Visit) -> None:
    mia = await visit("Mia")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.send()
    await mia.reads("You have 0 coins", "/buy", "Only you can see this")
