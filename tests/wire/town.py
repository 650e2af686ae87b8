"""A whole Discord on this machine: the sandbox, the real bot over sockets, and people who type."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiosqlite
import discord

from bot.client import BouquetBot
from bot.ledger.books import Books
from bot.payments.payout_provider import PayoutProvider
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.payments.provider import PaymentProvider
from bot.sandbox.cast import GUILD_ID as GUILD_SNOWFLAKE
from bot.sandbox.cast import PEOPLE, STREAMER_ROLE_ID
from bot.sandbox.server import Sandbox
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from bot.settings import Settings
from cogs.freshness import Freshness
from cogs.role_giver import DiscordRoles
from tests.auditing import findings_in
from tests.new_books import open_books
from tests.quick_bot import QuickBot

TOKEN = "wire"  # noqa: S105 - the sandbox takes any

GUILD_ID = int(GUILD_SNOWFLAKE)
STREAMERS = int(STREAMER_ROLE_ID)
MEMBER_ID = {person.name: int(person.id) for person in PEOPLE}

Arrival = discord.Interaction[Any]

# Make the ways to pay and to pay streamers, some of which need the bot.
Provide = Callable[[BouquetBot], dict[str, PaymentProvider]]
ProvidePayouts = Callable[[BouquetBot], dict[str, PayoutProvider]]

EPHEMERAL = 64
BUTTON = 2
MOST_WAIT_SECONDS = 10

_PASSED = ("force", "deliveries")


class TownClock:
    """One clock for Discord, the bot and the economy; it stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2027, 1, 15, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment, as Discord reads it."""
        return self.moment

    def seconds(self) -> int:
        """Return the seconds since 1970, as the economy reads them."""
        return int(self.moment.timestamp())

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.moment += timedelta(seconds=seconds)


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
        assert self.messages, self.raw
        return all(message["flags"] & EPHEMERAL for message in self.messages)

    @property
    def labels(self) -> list[str]:
        """Return the labels of the answer's buttons."""
        components = components_of(self.message)
        return [one.get("label", "") for one in components if one["type"] == BUTTON]

    def select(self, start: str) -> str:
        """Return the custom id of the select whose own id begins like that, after the name."""
        for component in components_of(self.message):
            if component["custom_id"].startswith(f"bouquet:{start}"):
                return component["custom_id"]
        message = f"no select {start!r} in {self.message}"
        raise AssertionError(message)

    def button(self, label: str) -> str:
        """Return the custom id of the first button with that label."""
        for component in components_of(self.message):
            if label in component.get("label", ""):
                return component["custom_id"]
        message = f"no button {label!r} among {self.labels}"
        raise AssertionError(message)


def components_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the components of all rows of a message."""
    return [component for row in message["components"] for component in row["components"]]


def text_of(message: dict[str, Any]) -> str:
    """Return the texts of a message and its embeds, a line each."""
    texts = [message["content"]]
    for embed in message["embeds"]:
        texts += [embed.get("title", ""), embed.get("description", "")]
        for each in embed.get("fields", []):
            texts += [each["name"], each["value"]]
        texts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(text for text in texts if text)


Action = Coroutine[Any, Any, Outcome]


async def until(condition: Callable[[], bool]) -> None:
    """Let everything else run until something is so."""
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0)


class Town:
    """The guild in which the tests play; everything goes over the sandbox's JSON API."""

    books: Books
    bot: BouquetBot
    _connected: asyncio.Task[None]

    def __init__(
        self,
        sandbox: Sandbox,
        session: aiohttp.ClientSession,
        clock: TownClock,
        freshness: Freshness,
        path: Path,
    ) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.freshness = freshness
        self.path = path
        self.provide: Provide = lambda _bot: {}
        self.provide_payouts: ProvidePayouts = lambda _bot: {}
        self._session = session
        self._stories = 0

    async def open(self) -> None:
        """Start the bot over the books, as a process does."""
        self.books = await open_books(self.path)
        # Nobody here waits until it is ready, so that must not come in the middle of the end.
        providers: dict[str, PaymentProvider] = {}
        economy = Economy.over(self.books, self.clock.seconds, providers=providers)
        self.bot = QuickBot(economy, guild_ready_seconds=0)
        providers |= self.provide(self.bot)
        ways = economy.payout_ways
        ways.roles = DiscordRoles(self.bot)
        # The settings that nobody changed, whatever stands in the environment and in `.env`.
        untouched = Settings.model_construct()
        ways.providers |= configured_payouts(untouched, PayoutParts(roles=ways.roles))
        ways.providers |= self.provide_payouts(self.bot)
        await self.bot.login(TOKEN)
        greeted = asyncio.create_task(self.bot.wait_for("connect", timeout=MOST_WAIT_SECONDS))
        self._connected = asyncio.create_task(self.bot.connect())
        await greeted

    async def close(self) -> None:
        """Stop the bot; the books that it leaves must prove clean."""
        await self.bot.close()
        await self._connected
        await self.books.close()
        assert findings_in(self.path) == []
        assert not self.sandbox.world.unknown_requests

    async def restart(self) -> None:
        """Stop the bot and start it again, over the same file and on the same Discord."""
        await self.close()
        await self.open()

    async def post(self, call: str, **body: Any) -> dict[str, Any]:
        """Call the JSON API as a script does."""
        async with self._session.post(f"{self.sandbox.url}sandbox/{call}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def get(self, call: str, **query: str) -> Any:
        """Read from the JSON API."""
        async with self._session.get(f"{self.sandbox.url}sandbox/{call}", params=query) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def type(
        self, person: str, command: str, *, channel: str = "stage", **more: Any
    ) -> Outcome:
        """Type a command: options by keyword; `force` and `deliveries` pass through."""
        passed = {name: more.pop(name) for name in _PASSED if name in more}
        body = {"as": person, "channel": channel, "command": command, "options": more, **passed}
        return Outcome(await self.post("command", **body))

    async def press(
        self, person: str, message: dict[str, Any], custom_id: str, **more: Any
    ) -> Outcome:
        """Press a button of a message."""
        body = {"as": person, "message": message["id"], "custom_id": custom_id}
        return Outcome(await self.post("component", **body, **more))

    async def submit(self, person: str, asked: Outcome, *, words: str, **more: Any) -> Outcome:
        """Fill in the form that an action opened."""
        assert asked.outcome == "modal", asked.raw
        body = {"as": person, "interaction": asked.raw["interaction"], "values": {"words": words}}
        return Outcome(await self.post("modal", **body, **more))

    async def choices(
        self, person: str, command: str, focused: str, **options: Any
    ) -> list[dict[str, Any]]:
        """Return the autocomplete choices for one option."""
        body = {"as": person, "channel": "stage", "command": command, "options": options}
        answer = await self.post("autocomplete", **body, focused=focused)
        return answer["choices"]

    async def visible(self, person: str, channel: str = "stage") -> list[dict[str, Any]]:
        """Return the messages that a person sees in a channel."""
        return await self.get("messages", **{"as": person, "channel": channel})

    async def letters(self, person: str) -> list[str]:
        """Return what the bot wrote to a person directly."""
        assert self.bot.user is not None
        return [text_of(one) for one in await self.visible(person, f"dm:{self.bot.user.id}")]

    async def fault(self, fault: str, **fields: Any) -> None:
        """Let Discord do something wrong, as the page and scripts can ask it to."""
        await self.post("fault", fault=fault, **fields)

    async def entries(self) -> int:
        """Return how many entries the books have."""
        return (await self.books.read("SELECT COUNT(*) FROM entry"))[0][0]

    async def everything(self) -> list[Any]:
        """Return what any command could have changed, to see that none did."""
        rows = await self.books.read(
            "SELECT 'entry', COUNT(*) FROM entry"
            " UNION ALL SELECT 'claim_step', COUNT(*) FROM claim_step"
            " UNION ALL SELECT 'payee', COUNT(*) FROM payee"
            " UNION ALL SELECT 'perk', COUNT(*) FROM perk"
            " UNION ALL SELECT 'perk_grant', COUNT(*) FROM perk_grant"
            " UNION ALL SELECT 'gift_draft', COUNT(*) FROM gift_draft"
            " UNION ALL SELECT 'streamer', COUNT(*) FROM streamer"
            " UNION ALL SELECT 'promotion_draft', COUNT(*) FROM promotion_draft"
            " UNION ALL SELECT plan, drafted_at FROM promotion_draft"
            " UNION ALL SELECT 'promotion_terms', COUNT(*) FROM promotion_terms"
            " UNION ALL SELECT state, COUNT(*) FROM promotion GROUP BY state"
            " UNION ALL SELECT 'promotion_window', SUM(ends_at) FROM promotion_window"
            " UNION ALL SELECT 'purchase_order', COUNT(*) FROM purchase_order"
            " UNION ALL SELECT 'declaration', COUNT(*) FROM declaration"
            " UNION ALL SELECT 'letter', COUNT(*) FROM letter"
            " UNION ALL SELECT 'public_earnings', COUNT(*) FROM public_earnings"
            " UNION ALL SELECT 'live', SUM(ended_at) + COUNT(*) FROM live"
            " UNION ALL SELECT 'season', COUNT(*) FROM season"
            " UNION ALL SELECT 'own_payment', SUM(refunded_minor) + COUNT(*) FROM own_payment"
            " UNION ALL SELECT 'refund_request', SUM(sent_at) + COUNT(*) FROM refund_request"
            " UNION ALL SELECT 'payment_review', SUM(settled_at) + COUNT(*) FROM payment_review"
            " UNION ALL SELECT coins, price_minor || ':' || position || ':' || hidden || sku_id"
            " FROM pack"
            " UNION ALL SELECT period, limit_minor || ':' || next_minor FROM spending_limit"
            " UNION ALL SELECT name, value FROM guild_setting ORDER BY 1"
        )
        return [tuple(row) for row in rows]

    async def refuses(self, action: Action, sentence: str) -> Outcome:
        """See that an action is answered in private, with that sentence, and changes nothing."""
        before = await self.everything()
        outcome = await action
        assert outcome.outcome == "answered", outcome.raw
        assert outcome.text == sentence, outcome.text
        assert outcome.is_private
        assert await self.everything() == before, "something was booked"
        return outcome

    async def discord_refuses(self, action: Action, code: int) -> None:
        """See that Discord itself does not pass an action on, with that code of its own."""
        before = await self.everything()
        outcome = await action
        assert outcome.outcome == "refused", outcome.raw
        assert outcome.raw["error"]["code"] == code
        assert await self.everything() == before, "something was booked"

    @contextlib.asynccontextmanager
    async def slow_books(self) -> AsyncGenerator[None]:
        """Keep the writer at work, so that everything else that writes has to wait."""
        has_begun, is_over = asyncio.Event(), asyncio.Event()

        async def write(_connection: aiosqlite.Connection) -> None:
            has_begun.set()
            await is_over.wait()

        at_work = self.books.do(write)
        await has_begun.wait()
        try:
            yield
        finally:
            is_over.set()
            await at_work

    async def arrived(self, action: Action) -> tuple[Arrival, asyncio.Task[Outcome]]:
        """Start an action and return once the bot has it, before anything is answered."""
        arrival = asyncio.create_task(self.bot.wait_for("interaction", timeout=MOST_WAIT_SECONDS))
        task = asyncio.create_task(action)
        return await arrival, task

    def start(self, action: Action) -> asyncio.Task[Outcome]:
        """Start an action, to wait for its end later."""
        return asyncio.create_task(action)

    async def together(self, *actions: Action) -> list[Outcome]:
        """Let several actions reach the bot before the books answer any of them."""
        async with self.slow_books():
            tasks = [(await self.arrived(action))[1] for action in actions]
        return await asyncio.gather(*tasks)

    async def grant(self, person: str, coins: int) -> None:
        """Give somebody bonus coins to tell a story with."""
        self._stories += 1
        await self.bot.economy.grants.grant(
            guild_id=GUILD_ID,
            key=f"story:{self._stories}",
            admin_id=MEMBER_ID["Ada"],
            member=Person(MEMBER_ID[person], person),
            coins=coins,
            reason="a story",
        )

    async def earn(self, streamer: str, coins: int, giver: str = "Noor") -> None:
        """Let a streamer receive coins, in petals, from somebody who was given them."""
        await self.grant(giver, coins)
        for count in (9_999,) * (coins // 9_999) + (coins % 9_999,):
            if count == 0:
                continue
            self._stories += 1
            request = GiftRequest(
                guild_id=GUILD_ID,
                key=f"story:{self._stories}",
                giver_id=MEMBER_ID[giver],
                streamer=Person(MEMBER_ID[streamer], streamer, role_ids=frozenset({STREAMERS})),
                gift="petal",
                count=count,
            )
            await self.bot.economy.gifts.send(request)
