"""The pages after paying in a real browser: light, dark, on a phone, and with the keyboard."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from typing_extensions import override

from tests.browser.conftest import PHONE, WIDE
from tests.browser.window import Window
from tests.web.conftest import Site, serving

pytestmark = pytest.mark.asyncio(loop_scope="package")

in_one_loop = pytest_asyncio.fixture(loop_scope="package")

# Contrast as the Web Content Accessibility Guidelines count it, of each text against what is behind
# it; 4.5 is what text of any size needs.
LEAST_CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [red, green, blue] = parse(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    const isClear = parse(colour)[3] === 0;
    return isClear && node.parentElement ? behind(node.parentElement) : colour;
  };
  const contrast = (node) => {
    const pair = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  return Math.min(...[...document.querySelectorAll("h1, p, a")].map(contrast));
}"""


class Visit(Window):
    """A window at a page that hears of nothing."""

    @override
    async def open(self, url: str) -> None:
        self.page = await self._context.new_page()
        self.page.on("pageerror", self._see_error)
        await self.page.goto(url)


Open = Callable[..., Awaitable[Visit]]


@in_one_loop
async def site() -> AsyncGenerator[Site]:
    """Serve the pages."""
    async with serving() as served:
        yield served


@in_one_loop
async def visit(browser: Browser, site: Site) -> AsyncGenerator[Open]:
    """Open pages that must have nothing to complain of when the test is over."""
    visits: list[Visit] = []

    async def open_one(outcome: str, **screen: Any) -> Visit:
        window = Visit(await browser.new_context(**screen))
        visits.append(window)
        await window.open(f"{site.url}/return/{outcome}")
        return window

    yield open_one
    for window in visits:
        await window.close()
    assert [complaint for window in visits for complaint in window.complaints] == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("outcome", ["paid", "cancelled"])
async def test_everything_can_be_read_by_day_and_by_night(
    visit: Open, outcome: str, colours: str, tmp_path: Path
) -> None:
    for name, screen in (("wide", WIDE), ("phone", PHONE)):
        window = await visit(outcome, color_scheme=colours, **screen)
        await expect(window.page.get_by_role("heading", level=1)).to_be_visible()
        assert await window.page.evaluate(LEAST_CONTRAST) >= 4.5
        background = await window.page.evaluate("getComputedStyle(document.documentElement).color")
        assert background == ("rgb(219, 222, 225)" if colours == "dark" else "rgb(59, 53, 64)")
        await window.page.screenshot(path=tmp_path / f"{outcome}-{colours}-{name}.png")


@pytest.mark.parametrize("width", [280, 390])
async def test_nothing_is_cut_off_on_a_phone(visit: Open, width: int) -> None:
    screen = {**PHONE, "viewport": {"width": width, "height": 560}}
    for outcome in ("paid", "cancelled"):
        window = await visit(outcome, **screen)
        assert await window.cut_off() == []
        back = window.page.get_by_role("link", name="Back to Discord")
        box = await back.bounding_box()
        assert box is not None
        assert box["height"] >= 44  # what a thumb needs


async def test_the_way_back_is_the_first_thing_that_tab_reaches(visit: Open) -> None:
    window = await visit("paid", **WIDE)
    await window.page.keyboard.press("Tab")
    back = window.page.get_by_role("link", name="Back to Discord")
    await expect(back).to_be_focused()
    await expect(back).to_have_attribute("href", "https://discord.com/channels/@me")


async def test_a_reader_of_another_language_still_reads_english(visit: Open) -> None:
    window = await visit("paid", locale="ja-JP", **WIDE)
    await expect(window.page.locator("html")).to_have_attribute("lang", "en-US")
    await expect(window.page).to_have_title("Thank you!")
