"""A whole Discord on this machine: the sandbox, the real bot over sockets, and people who type."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.client import BouquetBot, use_server
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.sandbox.server import Sandbox
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT

TOKEN = "wire"  # noqa: S105 - the sandbox takes any


@dataclass
class Outcome:
    """What the sandbox says came of an action, as the acting person sees it."""

    raw: dict[str, Any]
    outcome: str = field(init=False)
    messages: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.outcome = self.raw["outcome"]
        self.messages = self.raw.get("messages") or []

    @property
    def message(self) -> dict[str, Any]:
        """Return the one message of the answer."""
        assert len(self.messages) == 1, self.raw
        return self.messages[0]

    @property
    def text(self) -> str:
        """Return everything that can be read in the answer."""
        return "\n".join(text_of(message) for message in self.messages)

    @property
    def is_private(self) -> bool:
        """Tell whether only the asker sees the answer."""
        return all(message["flags"] & 64 for message in self.messages)

    def button(self, label: str) -> str:
        """Return the custom id of the button with that label."""
        for row in self.message["components"]:
            for component in row["components"]:
                if label in component.get("label", ""):
                    return component["custom_id"]
        pytest.fail(f"no button {label!r} in {self.message['components']}")


def text_of(message: dict[str, Any]) -> str:
    """Return the texts of a message and its embeds, a line each."""
    texts = [message["content"]]
    for embed in message["embeds"]:
        texts += [embed.get("title", ""), embed.get("description", "")]
        for each in embed.get("fields", []):
            texts += [each["name"], each["value"]]
        texts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(text for text in texts if text)


_PASSED = ("force", "deliveries", "resend")


class Town:
    """The guild in which the tests play; everything goes over the sandbox's JSON API."""

    def __init__(
        self, sandbox: Sandbox, bot: BouquetBot, session: aiohttp.ClientSession, path: Path
    ) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.path = path
        self._session = session

    async def post(self, call: str, **body: Any) -> dict[str, Any]:
        """Call the JSON API as a script does."""
        async with self._session.post(f"{self.sandbox.url}sandbox/{call}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def type(
        self, person: str, command: str, *, channel: str = "stage", **more: Any
    ) -> Outcome:
        """Type a command: options by keyword; `force`, `deliveries`, `resend` pass through."""
        passed = {name: more.pop(name) for name in _PASSED if name in more}
        body = {"as": person, "channel": channel, "command": command, "options": more, **passed}
        return Outcome(await self.post("command", **body))

    async def press(
        self, person: str, message: dict[str, Any], custom_id: str, **more: Any
    ) -> Outcome:
        """Press a button of a message."""
        body = {"as": person, "message": message["id"], "custom_id": custom_id, "values": []}
        return Outcome(await self.post("component", **body, **more))

    async def submit(self, person: str, asked: Outcome, **values: str) -> Outcome:
        """Fill in the form that an action opened."""
        assert asked.outcome == "modal", asked.raw
        body = {"as": person, "interaction": asked.raw["interaction"], "values": values}
        return Outcome(await self.post("modal", **body))

    async def choices(self, person: str, command: str, focused: str, **options: Any) -> list[Any]:
        """Return the autocomplete choices for one option."""
        body = {"as": person, "channel": "stage", "command": command, "options": options}
        answer = await self.post("autocomplete", **body, focused=focused)
        return answer["choices"]

    async def visible(self, person: str, channel: str = "stage") -> list[dict[str, Any]]:
        """Return the messages that a person sees in a channel."""
        url = f"{self.sandbox.url}sandbox/messages"
        async with self._session.get(url, params={"as": person, "channel": channel}) as response:
            return await response.json()

    async def entries(self) -> int:
        """Return how many entries the books have."""
        return (await self.bot.economy.books.read("SELECT COUNT(*) FROM entry"))[0][0]


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    served = Sandbox()
    await served.start()
    use_server(served.api_base, served.gateway_url)
    yield served
    await served.close()


@pytest.fixture
async def town(sandbox: Sandbox, books: Books) -> AsyncGenerator[Town]:
    """The bot is connected, Luna and Kai are streamers; at the end the books must prove clean."""
    economy = Economy.over(books)
    bot = BouquetBot(economy)
    await bot.login(TOKEN)
    greeted = asyncio.create_task(bot.wait_for("connect", timeout=5))
    connected = asyncio.create_task(bot.connect())
    await greeted
    async with aiohttp.ClientSession() as session:
        town = Town(sandbox, bot, session, books.path)
        await town.type("Ada", "economy streamers", role="Streamer")
        yield town
    await bot.close()
    await connected
    assert await audit(books.path, FULL_AUDIT) == []
    assert not sandbox.world.unknown_requests
