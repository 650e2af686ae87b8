"""Files that people send along with a command."""

import json

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.conftest import Visit
from tests.browser.person import Person

pytestmark = [
    pytest.mark.proof("sandbox"),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("small_bot"),
]

NOTE: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": "a rose 🌹".encode()}


async def begin(person: Person) -> None:
    """Open the command that takes one of everything, down to its file."""
    await person.begin("everything")
    await person.fill("text", "hello")
    await person.fill("whole", "7")
    await person.at.get_by_role("button", name="Add option file").click()


async def test_a_file_is_chosen_and_reaches_the_bot_as_it_was(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await begin(mia)
    await mia.window.look()
    field = mia.at.locator('[data-option="file"]')
    async with mia.page.expect_file_chooser() as chooser:
        await field.get_by_role("button", name="Choose a file for file").click()
    await (await chooser.value).set_files(NOTE)
    await expect(field.get_by_role("button")).to_contain_text("note.txt")
    await mia.send()
    await mia.reads('"text": "hello"', json.dumps("a rose 🌹"))


async def test_a_file_can_be_taken_away_again(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await begin(mia)
    field = mia.at.locator('[data-option="file"]')
    await field.locator("input[type=file]").set_input_files(NOTE)
    await expect(field.get_by_role("button")).to_contain_text("note.txt")
    await field.get_by_role("button").focus()
    await mia.page.keyboard.press("Backspace")
    await expect(field).not_to_contain_text("note.txt")
    await mia.send()
    await mia.reads('"file": null')


async def test_a_form_takes_files_and_a_choice(visit_sandbox: Visit) -> None:
    mia = await visit_sandbox("Mia")
    await mia.type("menu")
    await mia.press("Papers")
    form = mia.page.get_by_role("dialog", name="Hand in your papers")
    await mia.window.look()
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_text("This field is required.").first).to_be_visible()
    files = form.locator('input[type="file"]')
    await files.set_input_files([NOTE, {**NOTE, "name": "spare.txt"}])
    await form.get_by_role("button", name="Remove spare.txt").click()
    await form.get_by_role("radio", name="Large").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden()
    await mia.reads("note.txt; large; nobody")
