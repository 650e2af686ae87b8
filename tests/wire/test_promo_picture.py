"""`/promo show` carries a picture of the sales, and goes out without it when none can be drawn."""

import io
import os
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.pictures.studio import Studio
from cogs.answers import finish_answers
from tests.wire.promoting import HOUR, announced, cards, look, preview, save
from tests.wire.town import MOST_WAIT_SECONDS, Outcome, Town

ALT = (
    "Bars over time. 770 coins; 0 coins in the same hours before. Most from 18:00: 700 coins. "
    "Times are those of Berlin."
)


@pytest.fixture
async def town(town: Town) -> Town:
    """A town in which a Happy Hour sells since a while, and a bot that can draw."""
    await town.type("Ada", "economy timezone", name="Europe/Berlin")
    await announced(town)
    town.clock.advance(9 * HOUR)
    await look(town)
    (card,) = await cards(town)
    for pack, seconds in (("700", HOUR / 2), ("70", 0)):
        offer = await town.press("Mia", card.message, card.button("Buy"))
        await town.press("Mia", offer.message, offer.button(pack))
        town.clock.advance(seconds)
    # Closed by the bot that has it.
    town.bot.studio = Studio()
    return town


async def show(town: Town) -> Outcome:
    shown = await town.type("Ada", "promo show", promotion=1)
    assert shown.outcome == "answered"
    assert shown.is_private
    assert "1 buyer · 770 coins sold · 154 coins given as bonus" in shown.text
    return shown


def field(shown: Outcome) -> str:
    (embed,) = shown.message["embeds"]
    (value,) = [one["value"] for one in embed["fields"] if "Coins sold" in one["name"]]
    return value


async def picture(shown: Outcome) -> Image.Image:
    (attachment,) = shown.message["attachments"]
    return await read(attachment)


async def read(attachment: dict[str, Any]) -> Image.Image:
    assert attachment["content_type"] == "image/png"
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as response:
        assert response.status == 200
        return Image.open(io.BytesIO(await response.read()))


async def test_the_sales_are_a_picture_with_its_numbers_in_words(town: Town) -> None:
    shown = await show(town)
    (attachment,) = shown.message["attachments"]
    assert attachment["filename"] == "sales.png"
    assert attachment["description"] == ALT
    assert (await picture(shown)).size == (attachment["width"], attachment["height"])
    words = "770 coins; 0 coins in the same hours before. Most from <t:1800032400:f>: 700 coins."
    assert field(shown) == words


async def test_an_answer_that_was_deferred_has_the_picture_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.answers.DEFER_AFTER_SECONDS", 0)
    assert (await picture(await show(town))).size == (1100, 560)


async def test_a_picture_goes_along_when_the_answer_is_given_elsewhere(town: Town) -> None:
    await town.fault("refuse", on="first_answer", code=10062)
    _, task = await town.arrived(town.type("Ada", "promo show", promotion=1))
    await finish_answers(MOST_WAIT_SECONDS)
    # Whoever typed is told after three seconds that there was no answer.
    town.clock.advance(4)
    assert (await task).outcome == "timeout"
    assert town.bot.user is not None
    letter, *_ = await town.visible("Ada", f"dm:{town.bot.user.id}")
    (attachment,) = letter["attachments"]
    assert attachment["description"] == ALT


async def test_with_a_broken_studio_the_answer_has_bars_of_text(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pictures.worker.sys.executable", "/nonexistent/python")
    shown = await show(town)
    assert shown.message["attachments"] == []
    words, *bars = field(shown).splitlines()
    assert words.startswith("770 coins;")
    assert bars[0] == "`18:00 ██████████       700 (0)`"
    assert bars[3] == "`18:30 █░░░░░░░░░        70 (0)`"
    assert len(bars) == 12


async def test_a_bot_without_a_studio_answers_with_bars_of_text(town: Town) -> None:
    assert town.bot.studio is not None
    await town.bot.studio.close()
    town.bot.studio = None
    shown = await show(town)
    assert shown.message["attachments"] == []
    assert "`18:00 ██████████       700 (0)`" in field(shown)


async def test_before_the_first_window_there_is_nothing_to_draw(town: Town) -> None:
    await save(town, await preview(town, name="Later", starts="tomorrow 18:00"))
    shown = await town.type("Ada", "promo show", promotion=2)
    assert shown.message["attachments"] == []
    assert "Coins sold" not in shown.text
    assert town.bot.studio is not None
    assert town.bot.studio.process_id is None


async def test_nothing_that_draws_outlives_the_bot(town: Town) -> None:
    await show(town)
    assert town.bot.studio is not None
    worker = town.bot.studio.process_id
    assert worker is not None
    await town.restart()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
