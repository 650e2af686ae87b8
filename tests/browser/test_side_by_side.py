"""Two people in one window: each has a side, and sees there what is theirs."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import PHONE_SIZE, Visit
from tests.browser.person import Person
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


def side(somebody: Person, name: str) -> Person:
    """Return the one whose side of the window it is."""
    at = somebody.page.get_by_role("region", name=f"{name}'s side")
    return Person(somebody.window, at)


async def open_sides(visit: Visit) -> tuple[Person, Person]:
    """Open a window with Mia on one side and a streamer, Luna, on the other."""
    somebody = await visit("Mia")
    await somebody.page.get_by_role("button", name="Side by side").click()
    mia, luna = side(somebody, "Mia"), side(somebody, "Luna")
    await expect(luna.log).to_be_visible()
    return mia, luna


def sides(somebody: Person) -> Locator:
    """Return all sides of a window."""
    return somebody.page.get_by_role("region", name="'s side")


async def test_a_gift_is_seen_on_both_sides_and_a_wallet_on_one(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia, luna = await open_sides(visit)
    await mia.type("wallet")
    await mia.reads("Wallet of Mia")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.send()
    await mia.reads("Tulip")
    await luna.reads("Tulip")
    await expect(luna.messages).to_have_count(1)
    await luna.type("earnings show")
    await luna.reads("15 coins in 1 gift")
    await expect(mia.messages).to_have_count(2)
    await expect(mia.log).not_to_contain_text("Earnings")


async def test_each_side_has_its_own_channel_and_a_reload_keeps_both(visit: Visit) -> None:
    mia, luna = await open_sides(visit)
    await luna.go("lounge")
    await expect(mia.composer).to_have_attribute("aria-label", "Message #stage")
    await mia.page.reload()
    await expect(mia.composer).to_have_attribute("aria-label", "Message #stage")
    await expect(luna.composer).to_have_attribute("aria-label", "Message #lounge")


async def test_a_side_can_be_closed(visit: Visit) -> None:
    mia, luna = await open_sides(visit)
    await mia.page.get_by_role("button", name="Close Mia's side").click()
    await expect(sides(mia)).to_have_count(1)
    await luna.type("earnings show")
    await expect(luna.messages).to_have_count(1)
    await luna.page.reload()
    await expect(luna.log).to_contain_text("/earnings")
    await expect(sides(luna)).to_have_count(1)


async def test_somebody_else_can_be_seated_and_sees_what_they_may(visit: Visit) -> None:
    mia, _ = await open_sides(visit)
    ada = Person(mia.window, sides(mia).nth(1))
    await ada.become("Ada")
    await ada.go("staff")
    await ada.type("payouts queue")
    await ada.reads("Nothing to pay")
    await expect(mia.messages).to_have_count(0)
    await mia.show_sidebar()
    channels = mia.at.get_by_role("list", name="Text channels")
    await expect(channels).to_contain_text("lounge")
    await expect(channels).not_to_contain_text("staff")


async def test_a_slash_goes_to_the_side_where_one_is(visit: Visit) -> None:
    mia, luna = await open_sides(visit)
    await luna.log.focus()
    await luna.page.keyboard.press("/")
    await expect(luna.composer).to_be_focused()
    await expect(luna.composer).to_have_value("/")
    await expect(mia.composer).to_have_value("")


async def test_on_a_phone_one_switches_between_the_sides(visit: Visit) -> None:
    mia, luna = await open_sides(visit)
    await mia.page.set_viewport_size(PHONE_SIZE)
    tabs = mia.page.get_by_role("group", name="Sides")
    await tabs.get_by_role("button", name="Luna's side").click()
    await expect(luna.composer).to_be_visible()
    await expect(mia.composer).to_be_hidden()
    await tabs.get_by_role("button", name="Mia's side").click()
    await expect(mia.composer).to_be_visible()
    await expect(luna.composer).to_be_hidden()
    assert await mia.window.cut_off() == []
