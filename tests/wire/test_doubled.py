"""One interaction delivered more than once is one entry, whatever it asks for."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.wire.paying_out import open_claim
from tests.wire.sentences import ALREADY_ANSWERED
from tests.wire.town import Outcome, Town, until

DELIVERIES = 20

Act = Callable[[Town, int], Awaitable[Outcome]]


@dataclass(frozen=True)
class Doubled:
    """A way to move money, and how many entries one intent makes."""

    name: str
    act: Act
    entries: int = 1


def typed(person: str, command: str, **options: Any) -> Act:
    """Return an act that types a command."""

    async def act(town: Town, deliveries: int) -> Outcome:
        return await town.type(person, command, deliveries=deliveries, **options)

    return act


def pressed(person: str, label: str, command: str, **options: Any) -> Act:
    """Return an act that types a command once and presses a button of its answer."""

    async def act(town: Town, deliveries: int) -> Outcome:
        shown = await town.type(person, command, **options)
        custom_id = shown.button(label)
        return await town.press(person, shown.message, custom_id, deliveries=deliveries)

    return act


def filled_in(label: str) -> Act:
    """Return an act that fills in the form behind a button of the queue."""

    async def act(town: Town, deliveries: int) -> Outcome:
        queue = await open_claim(town, 1)
        if label == "Mark #1 paid":
            queue = await town.press("Ada", queue.message, queue.button("Approve #1"))
        form = await town.press("Ada", queue.message, queue.button(label))
        return await town.submit("Ada", form, words="by hand", deliveries=deliveries)

    return act


async def approve(town: Town, deliveries: int) -> Outcome:
    """Approve the claim on the card that shows it."""
    card = await open_claim(town, 1)
    return await town.press("Ada", card.message, card.button("Approve #1"), deliveries=deliveries)


async def end_live(town: Town, deliveries: int) -> Outcome:
    """End a live that began before."""
    await town.type("Luna", "live start", title="Songs")
    return await town.type("Luna", "live end", deliveries=deliveries)


WAYS = [
    Doubled("buy a pack", typed("Mia", "buy", pack=700)),
    Doubled("press a pack", pressed("Mia", "700", "buy")),
    Doubled("gift", typed("Mia", "gift", streamer="Luna", gift="tulip")),
    Doubled("gift again", pressed("Mia", "Send again", "gift", streamer="Luna", gift="tulip"), 2),
    Doubled("undo", pressed("Mia", "Undo", "gift", streamer="Luna", gift="tulip"), 2),
    Doubled("large gift", pressed("Mia", "Send it", "gift", streamer="Luna", gift="cottage")),
    Doubled("ask for a large gift", typed("Mia", "gift", streamer="Luna", gift="cottage"), 0),
    Doubled("convert all", typed("Luna", "convert")),
    Doubled("convert some", typed("Luna", "convert", coins=100)),
    Doubled("go live", typed("Luna", "live start", title="Songs"), 0),
    Doubled("end a live", end_live, 0),
    Doubled("claim", typed("Luna", "claim request", diamonds=100)),
    Doubled("cancel a claim", pressed("Luna", "Cancel #1", "claim status")),
    Doubled("approve a claim", approve, 0),
    Doubled("reject a claim", filled_in("Reject #1")),
    Doubled("pay a claim", filled_in("Mark #1 paid")),
    Doubled("grant", typed("Ada", "economy grant", member="Mia", coins=5, reason="a song")),
]


@pytest.fixture
async def busy_town(town: Town) -> Town:
    """A town in which everything can be done at least twice."""
    await town.grant("Mia", 50_000)
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert", coins=500)
    await town.type("Luna", "claim request", diamonds=200)
    return town


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_many_deliveries_of_one_interaction_are_one_entry(
    busy_town: Town, way: Doubled, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "cogs.delivery")
    before = await busy_town.entries()
    outcome = await way.act(busy_town, DELIVERIES)
    assert outcome.outcome == "answered", outcome.raw

    def others() -> int:
        return sum("was answered already" in record.message for record in caplog.records)

    await until(lambda: others() == DELIVERIES - 1)
    assert await busy_town.entries() == before + way.entries
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_an_interaction_that_comes_back_later_books_nothing(
    busy_town: Town, way: Doubled
) -> None:
    first = await way.act(busy_town, 1)
    before = await busy_town.everything()
    resent = await busy_town.post("command", resend=first.raw["interaction"])
    # Discord takes no second answer, so that is what the second delivery ends with.
    assert resent["error"]["code"] == ALREADY_ANSWERED
    assert await busy_town.everything() == before


async def test_a_command_typed_twice_is_two_intents(busy_town: Town) -> None:
    before = await busy_town.entries()
    for _ in range(2):
        await busy_town.type("Mia", "gift", streamer="Luna", gift="tulip")
    assert await busy_town.entries() == before + 2
