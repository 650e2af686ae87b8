"""Premium buttons, and the checkout that they lead to."""

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Locator, expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import PHONE, Visit, in_one_loop
from tests.browser.person import Person
from tests.sandbox.conftest import running_bot
from tests.sandbox.shop_bot import Shop

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


@in_one_loop
async def shop(sandbox: Sandbox) -> AsyncGenerator[Shop]:
    """Connect a bot that sells."""
    selling = Shop()
    async with running_bot(sandbox, selling):
        yield selling


async def checkout(person: Person, name: str) -> Locator:
    """Press a premium button and return the checkout."""
    await person.log.get_by_role("button", name=name).last.click()
    dialog = person.page.get_by_role("dialog", name="Checkout")
    await expect(dialog).to_be_visible()
    return dialog


async def press(dialog: Locator, name: str) -> None:
    await dialog.get_by_role("button", name=name).click()


async def test_a_premium_button_shows_what_it_sells_and_for_how_much(
    shop: Shop, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("shop", count="5")
    await expect(mia.last.get_by_role("button", name="coins")).to_have_text(
        [
            "70 coins$0.99",
            "350 coins$4.99",
            "700 coins$9.99",
            "1,400 coins$19.99",
            "3,500 coins$49.99",
        ]
    )
    dialog = await checkout(mia, "1,400 coins")
    await expect(dialog).to_contain_text("from Bouquet")
    await expect(dialog.get_by_role("button", name="Buy for $19.99")).to_be_focused()
    await mia.window.look()
    await press(dialog, "Cancel")
    await expect(dialog).to_be_hidden()
    assert shop.heard.empty()


async def test_what_is_bought_stands_in_the_checkout_until_it_is_refunded(
    shop: Shop, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("shop")
    await press(await checkout(mia, "70 coins"), "Buy for $0.99")
    event, entitlement = await shop.hears()
    assert (event, entitlement.type.value) == ("create", 1)
    await expect(mia.page.locator("[data-toast]")).to_have_text("You bought 70 coins")

    dialog = await checkout(mia, "70 coins")
    mine = dialog.get_by_role("list", name="Your purchases from Bouquet").get_by_role("listitem")
    await expect(mine).to_contain_text(["waits for the bot to consume it"])
    # The browser notes every refusal.
    mia.window.forgive("sandbox/purchase")
    await press(dialog, "Buy for $0.99")
    await expect(dialog.get_by_role("alert")).to_contain_text("has not consumed it yet")
    await entitlement.consume()
    await expect(mine).to_contain_text(["consumed by the bot"])
    await mia.window.look()

    await press(dialog, "Refund 70 coins")
    await expect(mine).to_contain_text(["refunded"])
    await expect(dialog.get_by_role("button", name="Refund 70 coins")).to_have_count(0)
    assert [(await shop.hears())[0] for _ in range(2)] == ["update", "delete"]


async def test_in_test_mode_one_buys_again_and_again(shop: Shop, visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("shop")
    for _ in range(2):
        await press(await checkout(mia, "70 coins"), "Buy in test mode")
        assert (await shop.hears())[1].type.value == 4
    dialog = await checkout(mia, "70 coins")
    await expect(dialog.get_by_role("listitem")).to_contain_text(["test mode", "test mode"])


async def test_nobody_sees_what_others_bought(shop: Shop, visit_sandbox: Visit) -> None:
    mia, noor = await visit_sandbox("Mia"), await visit_sandbox("Noor")
    await mia.type("shop")
    await press(await checkout(mia, "70 coins"), "Buy for $0.99")
    await shop.hears()
    dialog = await checkout(noor, "70 coins")
    await expect(dialog.get_by_role("button", name="Buy for $0.99")).to_be_focused()
    await expect(dialog.get_by_role("listitem")).to_have_count(0)


async def test_what_is_no_longer_sold_cannot_be_pressed(
    sandbox: Sandbox, shop: Shop, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("shop")
    await expect(mia.last.get_by_role("button", name="70 coins")).to_be_enabled()
    assert shop.application_id is not None
    sandbox.world.premium.set_skus(str(shop.application_id), [])
    sandbox.world.state_changed()
    await expect(mia.last.get_by_role("button", name="No longer sold")).to_be_disabled()


async def test_a_checkout_fits_a_phone_and_is_left_with_a_key(
    shop: Shop, visit_sandbox: Visit
) -> None:
    mia = await visit_sandbox("Mia", **PHONE)
    await mia.type("shop", count="3")
    for _ in range(4):
        await press(await checkout(mia, "350 coins"), "Buy in test mode")
        await shop.hears()
    dialog = await checkout(mia, "350 coins")
    await expect(dialog.get_by_role("listitem")).to_have_count(4)
    assert await mia.window.cut_off() == []
    await mia.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
