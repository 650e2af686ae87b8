"""A statement in a real browser: by day and by night, on a phone, on paper, and with evil words."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from typing_extensions import override

from bot.currencies import CoinPrice
from bot.texts import Texts, texts_for
from cogs.statement_page import StatementPage
from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_return_pages import LEAST_CONTRAST
from tests.browser.window import Window
from tests.services.statement_samples import OPENING, ROWS, name_of, statement_around

pytestmark = pytest.mark.asyncio(loop_scope="package")

PRICED = texts_for("de").priced(CoinPrice(Fraction(143, 100), "EUR"))
CONTRAST = LEAST_CONTRAST.replace('"h1, p, a"', '"h1, p, th, td, small, time"')
EVIL = "<img src=http://127.0.0.1:9/x onerror=alert(1)><script>document.title='no'</script>"


class Sheet(Window):
    """A window with a statement in it, as one opens a file."""

    @override
    async def open(self, url: str) -> None:
        self.page = await self._context.new_page()
        self.page.on("pageerror", self._see_error)
        await self.page.set_content(url)


Open = Callable[..., Awaitable[Sheet]]


@pytest_asyncio.fixture(loop_scope="package")
async def open_sheet(browser: Browser) -> AsyncGenerator[Open]:
    """Open statements that must have nothing to complain of when the test is over."""
    sheets: list[Sheet] = []

    async def open_one(texts: Texts, *, words: str = "Brava!", **screen: Any) -> Sheet:
        rows = [replace(ROWS[0], message=words), *ROWS[1:]]
        page = StatementPage(
            texts, statement_around(rows, OPENING), streamer="Luna", guild="Garden"
        )
        page.add(rows)
        sheet = Sheet(await browser.new_context(**screen))
        sheets.append(sheet)
        await sheet.open(page.html(name_of))
        return sheet

    yield open_one
    for sheet in sheets:
        await sheet.close()
    assert [complaint for sheet in sheets for complaint in sheet.complaints] == []


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_everything_can_be_read_by_day_and_by_night(
    open_sheet: Open, colours: str, tmp_path: Path
) -> None:
    for name, screen in (("wide", WIDE), ("phone", PHONE)):
        sheet = await open_sheet(PRICED, color_scheme=colours, **screen)
        await expect(sheet.page.get_by_role("heading", level=1)).to_have_text("Statement of Luna")
        assert await sheet.page.evaluate(CONTRAST) >= 4.5
        paper = await sheet.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(30, 35, 38)" if colours == "dark" else "rgb(255, 255, 255)")
        await sheet.page.screenshot(path=tmp_path / f"{colours}-{name}.png", full_page=True)


async def test_on_paper_it_is_black_on_white_whatever_the_screen_was(open_sheet: Open) -> None:
    sheet = await open_sheet(PRICED, color_scheme="dark", **WIDE)
    await sheet.page.emulate_media(media="print")
    colours = "(({color, backgroundColor}) => [color, backgroundColor])"
    found = await sheet.page.evaluate(f"{colours}(getComputedStyle(document.body))")
    assert found == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert (await sheet.page.pdf()).startswith(b"%PDF")


@pytest.mark.parametrize("locale", ["en-US", "ar"])
@pytest.mark.parametrize("width", [320, 390])
async def test_nothing_is_cut_off_on_a_phone(open_sheet: Open, locale: str, width: int) -> None:
    screen = {**PHONE, "viewport": {"width": width, "height": 700}}
    sheet = await open_sheet(texts_for(locale), words="x" * 200, **screen)
    assert await sheet.cut_off() == []


async def test_words_that_would_run_are_only_words(open_sheet: Open) -> None:
    sheet = await open_sheet(texts_for("en-US"), words=EVIL, **WIDE)
    await expect(sheet.page.locator("main")).to_contain_text(EVIL)
    assert await sheet.page.title() == "Statement of Luna · November 2026"
    assert await sheet.page.locator("img, script").count() == 0
