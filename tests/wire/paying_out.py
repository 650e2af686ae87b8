"""Shorthand for the queue of payouts: the card of a claim, as an admin opens it."""

from typing import Any

import aiohttp

from tests.wire.town import Outcome, Town


async def open_claim(town: Town, number: int, person: str = "Ada") -> Outcome:
    """Open the queue and in it the card of a claim."""
    return await choose(town, await town.type(person, "payouts queue"), number, person)


async def choose(
    town: Town, queue: Outcome, number: int, person: str = "Ada", **more: Any
) -> Outcome:
    """Open the card of a claim that a page of the queue shows."""
    values = [str(number)]
    return await town.press(
        person, queue.message, queue.select("payouts_open"), values=values, **more
    )


async def back(town: Town, card: Outcome, person: str = "Ada") -> Outcome:
    """Go back from a card to the queue."""
    return await town.press(person, card.message, card.button("Back to the queue"))


def numbers(queue: Outcome) -> list[int]:
    """Return the claims of a page, from top to bottom."""
    lines = [line for line in queue.text.splitlines() if line.startswith("**#")]
    return [int(line.removeprefix("**#").split("**")[0]) for line in lines]


async def download(outcome: Outcome) -> tuple[str, str]:
    """Return the name and the content of the file beside an answer."""
    (attachment,) = outcome.message["attachments"]
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as response:
        return attachment["filename"], (await response.read()).decode()
