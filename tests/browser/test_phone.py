"""The page on a phone: nothing is cut off, the sides are drawers, everything is tapped."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


async def test_a_gift_is_sent_with_a_thumb(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia", **PHONE)
    await mia.at.get_by_role("button", name="Show commands").tap()
    await mia.suggestions.filter(has_text="/gift").tap()
    await mia.option("streamer").press_sequentially("kai")
    await mia.suggestions.filter(has_text="Kai").tap()
    await mia.option("gift").press_sequentially("tulip")
    await mia.suggestions.filter(has_text="Tulip").tap()
    await mia.at.get_by_role("button", name="Send command").tap()
    await mia.reads("Tulip", "15 coins")
    assert await mia.window.cut_off() == []


async def test_channels_and_members_are_drawers(visit: Visit) -> None:
    mia = await visit("Mia", **PHONE)
    channels = mia.at.get_by_role("navigation", name="Channels")
    lounge = channels.get_by_role("button", name="lounge")
    await expect(lounge).not_to_be_in_viewport()
    await mia.at.get_by_role("button", name="Show channels").tap()
    await expect(lounge).to_be_in_viewport()
    await mia.window.look()
    await lounge.tap()
    await expect(mia.composer).to_have_attribute("aria-label", "Message #lounge")
    await expect(lounge).not_to_be_in_viewport()

    luna = mia.at.get_by_role("complementary", name="Members").get_by_text("Luna")
    await expect(luna).not_to_be_in_viewport()
    await mia.at.get_by_role("button", name="Member list").tap()
    await expect(luna).to_be_in_viewport()
    assert await mia.window.cut_off() == []
    await mia.page.keyboard.press("Escape")
    await expect(luna).not_to_be_in_viewport()
