"""The panel where one breaks Discord on purpose and moves its clock, and what one then sees."""

import re

import aiohttp
import pytest
from playwright.async_api import Locator, ViewportSize, expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import PHONE, Visit
from tests.browser.person import Person
from tests.sandbox.conftest import running_bot
from tests.sandbox.small_bot import SmallBot
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]

MOST_OF_ONE_LINE_PIXELS = 45
SMALL_SIZE = ViewportSize(width=320, height=568)
SMALL_PHONE = PHONE | {"viewport": SMALL_SIZE}
NO_RESPONSE = "The application did not respond"


async def open_panel(person: Person) -> Locator:
    """Open the panel of faults and the clock."""
    await person.page.get_by_role("button", name="Faults and clock").first.click()
    panel = person.page.get_by_role("complementary", name="Faults and clock")
    await expect(panel).to_be_visible()
    return panel


async def choose(panel: Locator, fault: str, **fields: str) -> None:
    """Choose a fault and fill in what is about it."""
    await panel.get_by_label("Fault", exact=True).select_option(fault)
    for name, value in fields.items():
        await panel.locator(f'[name="{name}"]').fill(value)


async def arm(panel: Locator, fault: str, **fields: str) -> None:
    """Arm a fault, for what comes next."""
    await choose(panel, fault, **fields)
    await panel.get_by_role("button", name="Arm", exact=True).click()
    await expect(armed(panel)).to_have_count(1)


async def height(node: Locator) -> float:
    """Tell how high something is drawn."""
    box = await node.bounding_box()
    assert box is not None
    return box["height"]


def armed(panel: Locator) -> Locator:
    """Return the list of what is armed."""
    return panel.get_by_role("list", name="Armed faults").get_by_role("listitem")


async def test_after_a_rate_limit_the_answer_comes_by_itself(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia")
    panel = await open_panel(mia)
    await arm(panel, "rate_limit", retry_after_seconds="0.05")
    await expect(armed(panel)).to_contain_text("1 time left")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.send()
    await mia.reads("Tulip", "15 coins")
    await expect(panel.get_by_text("Nothing is armed.")).to_be_visible()
    await expect(mia.messages).to_have_count(1)
    assert await town.entries() == 2


async def test_a_refused_first_answer_is_told_and_the_next_one_comes(visit: Visit) -> None:
    mia = await visit("Mia")
    panel = await open_panel(mia)
    await arm(panel, "refuse")
    await mia.type("wallet")
    await expect(panel.get_by_text("Nothing is armed.")).to_be_visible()
    # The town's clock stands still, and Discord waits three seconds.
    await panel.get_by_role("button", name="+1 min", exact=True).click()
    await mia.reads(NO_RESPONSE, "Only you can see this")
    await mia.type("wallet")
    await expect(mia.log).to_contain_text("Wallet of Mia")


async def test_what_is_delivered_twice_is_booked_and_shown_once(town: Town, visit: Visit) -> None:
    await town.grant("Mia", 100)
    mia = await visit("Mia")
    panel = await open_panel(mia)
    await arm(panel, "deliver_twice")
    await mia.begin("gift")
    await mia.pick("streamer", "lu", "Luna")
    await mia.pick("gift", "tulip", "Tulip")
    await mia.send()
    await mia.reads("Tulip", "15 coins")
    await mia.type("wallet")
    await mia.reads("85 coins")
    await expect(mia.messages).to_have_count(2)
    assert await town.entries() == 2


async def test_what_was_armed_can_be_disarmed(town: Town, visit: Visit) -> None:
    mia = await visit("Mia")
    panel = await open_panel(mia)
    await arm(panel, "refuse", times="3")
    await expect(armed(panel)).to_contain_text("3 times left")
    await mia.window.look()
    await panel.get_by_role("button", name="Disarm all").click()
    await expect(panel.get_by_text("Nothing is armed.")).to_be_visible()
    assert town.sandbox.faults.armed() == []
    await mia.type("wallet")
    await mia.reads("Wallet of Mia")


async def test_another_page_sees_what_is_armed(visit: Visit) -> None:
    mia, noor = await visit("Mia"), await visit("Noor")
    hers, his = await open_panel(mia), await open_panel(noor)
    await arm(hers, "slow")
    await expect(armed(his)).to_have_count(1)
    await his.get_by_role("button", name="Disarm all").click()
    await expect(hers.get_by_text("Nothing is armed.")).to_be_visible()


async def test_a_number_that_makes_no_sense_arms_nothing(town: Town, visit: Visit) -> None:
    mia = await visit("Mia")
    panel = await open_panel(mia)
    await choose(panel, "rate_limit", retry_after_seconds="0")
    await panel.get_by_role("button", name="Arm", exact=True).click()
    await expect(panel.locator('[name="retry_after_seconds"]:invalid')).to_be_focused()
    assert town.sandbox.faults.armed() == []


@pytest.mark.parametrize("fault", ["reconnect", "drop"])
async def test_the_bot_comes_back_when_its_connection_ends(
    town: Town, visit: Visit, fault: str
) -> None:
    mia = await visit("Mia")
    panel = await open_panel(mia)
    resumed = town.bot.wait_for("resumed", timeout=10)
    await choose(panel, fault)
    await panel.get_by_role("button", name="Do it now").click()
    await resumed
    await mia.type("wallet")
    await mia.reads("Wallet of Mia")


async def test_a_clock_moved_on_ages_what_was_written(town: Town, visit: Visit) -> None:
    await town.earn("Luna", 500)
    luna = await visit("Luna")
    await luna.type("convert")
    await luna.type("claim request", diamonds="500")
    relative = luna.last.locator("time[data-relative]")
    await expect(relative).to_have_text(re.compile("^(now|in .* seconds?|.* seconds? ago)$"))
    panel = await open_panel(luna)
    await panel.get_by_role("button", name="+1 hour", exact=True).click()
    await expect(relative).to_have_text("1 hour ago")
    await panel.get_by_role("button", name="+1 day", exact=True).click()
    await expect(relative).to_have_text("yesterday")
    await expect(panel.locator("[data-clock-moved]")).to_contain_text("1 day")
    assert town.sandbox.time_machine.advanced_seconds == 25 * 60 * 60

    # A new window knows the sandbox's time too.
    noor = await visit("Luna")
    await expect(noor.last.locator("time[data-relative]")).to_have_text("yesterday")


async def test_a_limit_of_a_day_is_free_again_when_the_clock_was_moved_past_it(
    town: Town, visit: Visit
) -> None:
    await town.earn("Luna", 500)
    await town.type("Luna", "convert")
    await town.type("Ada", "economy settings", setting="claim_most_per_day", value="200")
    luna = await visit("Luna")
    await luna.type("claim request", diamonds="200")
    await luna.reads("#1")
    await luna.type("claim request", diamonds="100")
    await luna.reads("At most 200 diamonds can be claimed in 24 hours")
    panel = await open_panel(luna)
    await panel.get_by_label("Amount").fill("25")
    await panel.get_by_label("Unit").select_option(label="hours")
    await panel.get_by_role("button", name="Move forward").click()
    await expect(panel.locator("[data-clock-moved]")).to_contain_text("1 day")
    await luna.type("claim request", diamonds="100")
    await luna.reads("#2", "waiting for an admin")


async def test_the_panel_is_used_by_keyboard_and_closed_with_escape(visit: Visit) -> None:
    mia = await visit("Mia")
    keyboard = mia.page.keyboard
    await expect(mia.composer).to_be_focused()
    await mia.tab_to("Faults and clock", back=True)
    await keyboard.press("Enter")
    panel = mia.page.get_by_role("complementary", name="Faults and clock")
    await expect(panel).to_be_visible()
    await mia.tab_to("Arm")
    await keyboard.press("Enter")
    await expect(armed(panel)).to_have_count(1)
    await keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(mia.page.get_by_role("button", name="Faults and clock")).to_be_focused()


async def test_the_panel_fits_on_a_phone(visit: Visit) -> None:
    mia = await visit("Mia", **PHONE)
    panel = await open_panel(mia)
    await arm(panel, "slow")
    await expect(panel.get_by_role("button", name="Disarm all")).to_be_visible()
    assert await mia.window.cut_off() == []


async def test_two_bots_with_one_token_are_told(sandbox: Sandbox, visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    notices = mia.page.locator("[data-notices]")
    async with running_bot(sandbox, SmallBot()):
        async with running_bot(sandbox, SmallBot()):
            await expect(notices).to_contain_text("Two bots are connected with one token")
        await expect(notices).to_be_empty()


async def test_a_request_that_the_sandbox_does_not_have_is_told(
    sandbox: Sandbox, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    notices = mia.page.locator("[data-notices]")
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bot any.bot"}) as session,
        session.get(f"{sandbox.api_base}/guilds/1/soundboard-sounds") as response,
    ):
        assert response.status == 404
    await expect(notices).to_contain_text("A bot asked for what this sandbox does not have.")
    await expect(notices).to_contain_text("GET /api/v10/guilds/1/soundboard-sounds")
    sandbox.world.unknown_requests.clear()
    await notices.get_by_role("button", name="Hide this notice").click()
    await expect(notices).to_be_empty()


async def test_the_notice_leaves_a_phone_its_page(sandbox: Sandbox, visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia", **SMALL_PHONE)
    address = "/v10/guilds/1/" + "s" * 80
    sandbox.world.note_unknown_request("GET", address)
    notices = mia.page.locator("[data-notices]")
    summary = notices.get_by_text("A bot asked for what this sandbox does not have.")
    await expect(summary).to_be_visible()
    await expect(notices.get_by_text(address)).to_be_hidden()
    assert await height(notices) < MOST_OF_ONE_LINE_PIXELS
    await summary.tap()
    await expect(notices.get_by_text(address)).to_be_visible()
    assert await mia.window.cut_off() == []
    # It stays open when there is more to tell.
    sandbox.world.note_unknown_request("GET", "/v10/stars")
    await expect(notices.get_by_text("GET /api/v10/stars")).to_be_visible()
    sandbox.world.unknown_requests.clear()


@pytest.mark.parametrize(("width", "sides_seen"), [(1100, 2), (760, 1)])
async def test_one_types_beside_the_panel(
    sandbox: Sandbox, visit_sandbox: Visit, width: int, sides_seen: int
) -> None:
    async with running_bot(sandbox, SmallBot()):
        mia = await visit_sandbox("Mia", viewport=ViewportSize(width=width, height=800))
        panel = await open_panel(mia)
        await arm(panel, "rate_limit", retry_after_seconds="0.05")
        # The command is sent by a click, which reaches only what nothing lies over.
        await mia.type("whisper")
        await mia.reads("psst")
        await mia.page.get_by_role("button", name="Side by side").click()
        await expect(mia.page.get_by_role("region", name="'s side")).to_have_count(sides_seen)
        assert await mia.window.cut_off() == []
