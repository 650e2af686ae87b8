"""A message of nothing but emoji is large, and a number with one before it is not."""

import discord
import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.wire.town import Town

pytestmark = [pytest.mark.proof("sandbox"), pytest.mark.asyncio(loop_scope="package")]


@pytest.mark.parametrize(
    ("text", "is_large"),
    [
        ("🪙", True),
        ("🌷 💐", True),
        ("1️⃣", True),
        ("🇯🇵👩🏽‍🚀", True),
        ("🪙 350", False),
        ("🪙 **350**", False),
        ("350", False),
        ("a 🪙", False),
    ],
)
async def test_only_emoji_are_large(town: Town, visit: Visit, text: str, is_large: bool) -> None:  # noqa: FBT001 - a row of a table
    mia = await visit("Mia")
    channel = discord.utils.get(town.bot.get_all_channels(), name="stage")
    assert isinstance(channel, discord.TextChannel)
    await channel.send(text)
    await expect(mia.messages).to_have_count(1)
    await expect(mia.last.locator(".markdown.only-emoji")).to_have_count(int(is_large))
