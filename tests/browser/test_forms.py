"""Modals: a form that keeps the focus, tells what is missing, and sends what was written."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit, in_one_loop
from tests.browser.person import Person
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


@in_one_loop
async def ada(town: Town, visit: Visit) -> Person:
    """Ada has a claim of Luna's before her."""
    await town.earn("Luna", 500)
    await town.type("Luna", "convert")
    await town.type("Luna", "claim request", diamonds=500)
    ada = await visit("Ada", "staff")
    await ada.type("payouts queue")
    await ada.choose("payouts_open", "Claim #1")
    await ada.reads("What it rests on")
    return ada


async def test_a_claim_is_rejected_with_a_reason_that_its_streamer_reads(
    ada: Person, visit: Visit
) -> None:
    await ada.press("Reject #1")
    form = ada.page.get_by_role("dialog", name="Reject claim #1")
    await expect(form.get_by_label("Reason")).to_be_focused()
    await ada.window.look()
    await ada.submit("Reason", "The account is closed.")
    await ada.reads("rejected, diamonds returned")
    luna = await visit("Luna")
    await luna.type("claim status")
    await luna.reads("The account is closed.", "500 diamonds to claim")


async def test_an_empty_field_is_told_in_the_form(ada: Person) -> None:
    await ada.press("Reject #1")
    await ada.dialog.get_by_role("button", name="Submit").click()
    await expect(ada.dialog.get_by_text("This field is required.")).to_be_visible()
    await expect(ada.dialog.get_by_label("Reason")).to_be_focused()
    await ada.submit("Reason", "Twice.")
    await ada.reads("rejected, diamonds returned")


@pytest.mark.parametrize("leave", ["Escape", "Cancel", "Close"])
async def test_a_form_that_is_left_changes_nothing(ada: Person, town: Town, leave: str) -> None:
    before: list[Any] = await town.everything()
    await ada.press("Reject #1")
    await ada.dialog.get_by_label("Reason").fill("No.")
    if leave == "Escape":
        await ada.page.keyboard.press("Escape")
    else:
        await ada.dialog.get_by_role("button", name=leave).click()
    await expect(ada.dialog).to_be_hidden()
    assert await town.everything() == before
    await ada.press("Approve #1")
    await ada.reads("approved, to be paid")
