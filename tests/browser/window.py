"""A window that tells on its page: errors, requests to elsewhere, things without a name."""

from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page, Request

MOST_WAIT_MILLISECONDS = 10_000
COMPLAINING = ("error", "warning", "assert")
# What a person acts on or looks at, and therefore needs words for who cannot see it.
NAMED_ROLES = frozenset(
    {
        "button",
        "checkbox",
        "combobox",
        "dialog",
        "heading",
        "image",
        "link",
        "listbox",
        "log",
        "menu",
        "menuitem",
        "navigation",
        "option",
        "radio",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
    }
)
REPEATED_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}"""

CUT_OFF = """() => {
  const isOut = ({ left, right, width }) => width > 1 && (left < -1 || right > screen.width + 1);
  const seen = { opacityProperty: true, visibilityProperty: true };
  return [...document.querySelectorAll("body *")]
    .filter((node) => !node.closest("[inert]") && node.checkVisibility(seen))
    .filter((node) => isOut(node.getBoundingClientRect()))
    .map((node) => node.outerHTML.slice(0, 200));
}"""


class Window:
    """One page in a context of its own, and everything that was wrong with it."""

    page: Page

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.complaints: list[str] = []
        self._is_open = True
        self._forgiven: list[str] = []
        context.set_default_timeout(MOST_WAIT_MILLISECONDS)
        context.on("request", self._see_request)
        context.on("console", self._see_console)

    async def open(self, url: str) -> None:
        """Open the page, up to where it hears of everything that happens."""
        self.page = await self._context.new_page()
        self.page.on("pageerror", self._see_error)
        async with self.page.expect_response("**/sandbox/events?*"):
            await self.page.goto(url)

    def forgive(self, words: str) -> None:
        """Expect an error with these words; the test provokes it on purpose."""
        self._forgiven.append(words)

    async def look(self) -> None:
        """Look for what is wrong with the page as it stands: a dialog, a menu, a drawer."""
        for complaint in (*await self._repeated_ids(), *await self._nameless()):
            self._complain(complaint)

    async def cut_off(self) -> list[str]:
        """Return what stands out to the side of a phone's screen."""
        return await self.page.evaluate(CUT_OFF)

    async def close(self) -> None:
        """Look a last time and close the window."""
        if self._is_open:
            self._is_open = False
            await self.look()
            await self._context.close()

    async def save_picture(self, path: Path) -> None:
        """Keep what the page looks like, for who looks into a failure."""
        if self._is_open:
            await self.page.screenshot(path=path)
            print(f"the page looked like this: {path}")

    def _complain(self, complaint: str) -> None:
        if not any(words in complaint for words in self._forgiven):
            self.complaints.append(complaint)

    def _see_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "127.0.0.1":
            self._complain(f"left this machine: {request.method} {request.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type in COMPLAINING:
            where = message.location.get("url", "")
            self._complain(f"console {message.type}: {message.text} {where}")

    def _see_error(self, error: Error) -> None:
        self._complain(f"uncaught: {error.stack or error}")

    async def _repeated_ids(self) -> list[str]:
        repeated: list[str] = await self.page.evaluate(REPEATED_IDS)
        return [f"more than one element has the id {each!r}" for each in repeated]

    async def _nameless(self) -> list[str]:
        """Ask the browser which words a screen reader gets."""
        # What the browser's own protocol answers has no types.
        session = cast("Any", await self._context.new_cdp_session(self.page))
        tree = await session.send("Accessibility.getFullAXTree")
        nameless = [node["backendDOMNodeId"] for node in tree["nodes"] if lacks_name(node)]
        found = [
            await session.send("DOM.getOuterHTML", {"backendNodeId": node_id})
            for node_id in nameless
        ]
        await session.detach()
        return [f"no name for a screen reader: {each['outerHTML'][:300]}" for each in found]


def lacks_name(node: dict[str, Any]) -> bool:
    """Tell whether a node of the accessibility tree should have a name and has none."""
    if node["ignored"] or node["role"]["value"] not in NAMED_ROLES:
        return False
    return not node.get("name", {}).get("value", "").strip()
