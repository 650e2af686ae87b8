"""Somebody at the page, who types, clicks and reads."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.window import Window

MOST_TABS = 40
FOCUSED = """() => {
  const { ariaLabel, innerText } = document.activeElement;
  return ariaLabel ?? innerText;
}"""


class Person:
    """A person at a page, or at one side of it."""

    def __init__(self, window: Window, at: Page | Locator | None = None) -> None:
        self.window = window
        self.page = window.page
        self.at = at or window.page
        self.composer = self.at.get_by_role("combobox", name=re.compile("^Message "))
        self.log = self.at.get_by_role("log")
        self.messages = self.log.locator("li.message")
        self.last = self.messages.last
        self.suggestions = self.at.get_by_role("listbox", name="Suggestions").get_by_role("option")
        self.dialog = self.page.get_by_role("dialog")

    async def begin(self, command: str) -> None:
        """Type a command out, which opens the fields of its options."""
        await self.composer.click()
        await self.composer.press_sequentially(f"/{command} ")
        await expect(self.at.get_by_role("group", name=f"Command /{command}")).to_be_visible()

    def option(self, name: str) -> Locator:
        """Return the field of an option."""
        return self.at.locator(f'[data-option="{name}"]').get_by_role("combobox")

    async def fill(self, name: str, words: str) -> None:
        """Type into the field of an option, after adding it where it is not there yet."""
        if await self.option(name).count() == 0:
            await self.at.get_by_role("button", name=f"Add option {name}").click()
        await self.option(name).click()
        await self.option(name).press_sequentially(words)

    async def pick(self, name: str, words: str, offered: str) -> None:
        """Type a few letters into an option and click what is offered."""
        await self.fill(name, words)
        await self.suggestions.filter(has_text=offered).click()

    async def send(self) -> None:
        """Send the command that stands in the composer."""
        await self.at.get_by_role("button", name="Send command").click()

    async def type(self, command: str, **options: str) -> None:
        """Type a command with options that need no choosing, and send it."""
        await self.begin(command)
        for name, words in options.items():
            await self.fill(name, words)
        await self.send()

    async def press(self, label: str) -> None:
        """Press the latest button with that label, whatever emoji stands before it."""
        name = re.compile(rf"(?<![\w,]){re.escape(label)}$")
        await self.log.get_by_role("button", name=name).last.click()

    async def choose(self, select: str, label: str) -> None:
        """Choose what has that label from the latest message's select whose id begins like that."""
        await self.last.locator(f'[data-custom-id^="bouquet:{select}"]').click()
        await self.last.get_by_role("option", name=label).click()

    async def reads(self, *words: str) -> None:
        """See that the latest message says something, as soon as it does."""
        for each in words:
            await expect(self.last).to_contain_text(each)

    async def show_sidebar(self) -> None:
        """Open the drawer with the channels where there is no room for it beside the messages."""
        opener = self.at.get_by_role("button", name="Show channels")
        if await opener.is_visible():
            await opener.click()

    async def become(self, name: str) -> None:
        """Be somebody else."""
        await self.show_sidebar()
        await self.at.get_by_role("button", name="You are").click()
        people = self.at.get_by_role("listbox", name="Become somebody else")
        await people.get_by_role("option", name=name).click()
        await expect(self.at.locator(".you-are")).to_contain_text(f"You are {name}")

    async def go(self, place: str) -> None:
        """Open a channel, or the direct messages with a bot."""
        await self.show_sidebar()
        await self.at.get_by_role("navigation").get_by_role("button", name=place).click()
        await expect(self.log).to_have_attribute("aria-label", re.compile(f"in [#@]{place}$"))

    async def submit(self, label: str, words: str) -> None:
        """Fill in a field of the form that opened and send it."""
        await self.dialog.get_by_label(label).fill(words)
        await self.dialog.get_by_role("button", name="Submit").click()
        await expect(self.dialog).to_be_hidden()

    async def tab_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until the thing of that name has the focus, as who has no mouse does."""
        reached: list[str] = []
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            reached.append(await self.focused())
            if name in reached[-1]:
                return
        message = f"Tab never reaches {name!r}, only {reached}"
        raise AssertionError(message)

    async def focused(self) -> str:
        """Return what is written on the thing that has the focus."""
        return await self.page.evaluate(FOCUSED)
