"""The bot is killed while promotions run, and started again: members and admins notice nothing."""

from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.proofs.nursery import Nursery
from tests.proofs.outlived import OutlivedTown
from tests.services.promo import at
from tests.wire.promoting import announced, cards, fill, preview, save
from tests.wire.town import MOST_WAIT_SECONDS, TownClock

pytestmark = pytest.mark.proof("promotions")

MINUTE = 60
HOUR = 60 * MINUTE
UNTIL = f"Until <t:{at(20)}:f>, <t:{at(20)}:R>"


@pytest.fixture
async def town(sandbox: Sandbox, clock: TownClock, tmp_path: Path) -> AsyncGenerator[OutlivedTown]:
    """The bot is a process of its own."""
    patience = aiohttp.ClientTimeout(total=MOST_WAIT_SECONDS)
    async with (
        Nursery.opened("tests.proofs.dying_bot") as nursery,
        aiohttp.ClientSession(timeout=patience) as session,
    ):
        town = OutlivedTown(sandbox, session, clock, tmp_path / "books.sqlite3", nursery)
        await town.open()
        yield town
        await town.close()


async def test_a_bot_killed_in_the_middle_of_a_window_goes_on_with_it(town: OutlivedTown) -> None:
    shown = await fill(town, await preview(town), "Announcement", channel=["stage"], ending=True)
    await save(town, shown)
    await town.look(at(18))
    (card,) = await cards(town)
    offer = await town.insist(lambda: town.type("Mia", "buy"))
    town.clock.advance(HOUR)
    await town.kill()
    town.clock.advance(MINUTE)
    await town.revive()
    await town.look(at(19) + 2 * MINUTE)
    assert [one.message["id"] for one in await cards(town)] == [card.message["id"]]
    again = await town.type("Mia", "buy")
    assert again.text == offer.text
    assert UNTIL in again.text
    pressed = await town.press("Mia", card.message, card.button("Buy"))
    assert pressed.text == offer.text
    bought = await town.press("Mia", pressed.message, pressed.button("700"))
    assert "840 coins for you" in bought.text
    await town.look(at(20) - 12 * MINUTE)
    await town.kill()
    await town.revive()
    await town.look(at(20) - 10 * MINUTE)
    _, ending = await cards(town)
    assert "is about to end" in ending.text
    assert UNTIL in ending.text


async def test_the_end_that_was_promised_is_the_end_after_a_kill(town: OutlivedTown) -> None:
    await announced(town)
    await town.look(at(18))
    await town.kill()
    await town.revive()
    await town.look(at(20) - 1)
    assert "bonus" in (await town.type("Mia", "buy")).text
    await town.kill()
    town.clock.advance(1)
    await town.revive()
    assert "bonus" not in (await town.type("Mia", "buy")).text
    await town.look(at(20))
    shown = await town.type("Ada", "promo show", promotion=1)
    assert "ended" in shown.text
    assert "missed" not in shown.text
    assert len(await cards(town)) == 1


async def test_what_passed_while_it_was_dead_is_missed_and_what_runs_begins_at_once(
    town: OutlivedTown,
) -> None:
    shown = await fill(
        town, await preview(town, repeats="daily"), "Announcement", channel=["stage"]
    )
    await save(town, shown)
    await town.kill()
    # Two windows pass, and half an hour of the third.
    town.clock.advance(at(18, days=2) + HOUR // 2 - town.clock.seconds())
    await town.revive()
    offer = await town.type("Mia", "buy")
    assert f"<t:{at(20, days=2)}:f>" in offer.text
    await town.look(town.clock.seconds())
    await town.look(town.clock.seconds() + MINUTE)
    (card,) = await cards(town)
    assert f"<t:{at(20, days=2)}:f>" in card.text
    shown = await town.type("Ada", "promo show", promotion=1)
    assert shown.text.count("missed: I was away the whole time") == 2
