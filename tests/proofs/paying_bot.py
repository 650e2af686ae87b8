"""A bot that takes money, in a process of its own that dies in the middle of a step.

It serves real webhooks and asks a payment service over HTTP. Its lives come from a nursery (see
`nursery`). The first line of each says where its webhooks are; then it reads requests, one JSON
object a line, works on them at once and answers each with a line that has its `number`, until it
reads `end`. At the n-th point, n being `dies_at`, it is killed: a point lies before and after every
statement and around every question to the payment service.

`without` takes one protection out of it, so that a storm can show that it is needed.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp
import aiosqlite

from bot.errors import Refusal
from bot.ledger.books import Books
from bot.payment_errors import EventUnreadable, PaymentUnknown, ProviderSilent
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)
from bot.services import payment_booking, payment_changes, settlement
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from bot.web.health import Health
from bot.web.server import WebServer
from tests.proofs.fate import Fate
from tests.proofs.nursery import bear_lives, say

NOW = 1_800_000_000
GUILD_ID, STREAMER_ID = 7, 20
STREAMER = Person(STREAMER_ID, "Luna")


class TruthOverHttp:
    """Asks a payment service over HTTP; see `payment_world`."""

    name = "truth"
    order_seconds = ORDER_SECONDS
    currencies = None

    def __init__(self, session: aiohttp.ClientSession, fate: Fate) -> None:
        self._session = session
        self._fate = fate

    async def start(self, order: PayableOrder) -> Checkout:
        return Checkout(kind=CheckoutKind.LINK, checkout_id=f"checkout-{order.order_id}")

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:  # noqa: ARG002 - what the storm shakes is what comes after the signature
        try:
            event = json.loads(body)
            return (Notice(event["id"], event["payment"]),)
        except (ValueError, KeyError) as error:
            raise EventUnreadable from error

    async def poll(self, cursor: str) -> Polled:
        page = await self._get(f"/events?after={cursor or 0}")
        notices = tuple(Notice(each["id"], each["payment"]) for each in page["events"])
        return Polled(notices, str(page["cursor"]), has_more=page["has_more"])

    async def payment(self, payment_id: str) -> Payment:
        return Payment(**await self._get(f"/payments/{payment_id}"))

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        raise NotImplementedError

    async def settled(self, payment: Payment) -> None:
        """Need not hear of it."""

    async def close(self) -> None:
        """Hold nothing."""

    async def _get(self, path: str) -> Any:
        self._fate.point()
        try:
            async with self._session.get(path) as response:
                if response.status == 404:
                    raise PaymentUnknown
                answer = await response.json()
        except aiohttp.ClientError as error:
            raise ProviderSilent from error
        self._fate.point()
        return answer


@contextlib.contextmanager
def statements_at(fate: Fate, *, are_loose: bool) -> Any:
    """Let every statement pass a point before and after it; loose ones are in no transaction."""
    run = aiosqlite.Connection.execute_fetchall
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

    async def counted(self: aiosqlite.Connection, sql: str, *parameters: Any) -> Any:
        fate.point()
        if are_loose and sql.startswith(frame):
            return []
        rows = await run(self, sql, *parameters)
        fate.point()
        return rows

    with patch.object(aiosqlite.Connection, "execute_fetchall", counted):
        yield


@contextlib.asynccontextmanager
async def _unlocked(self: settlement.Locks, *name: str) -> AsyncGenerator[None]:
    del self, name
    yield


async def _always_new(*_: Any) -> bool:
    return True


async def _never(*_: Any) -> bool:
    return False


PROTECTIONS: dict[str, Callable[[], Any]] = {
    "lock": lambda: patch.object(settlement.Locks, "hold", _unlocked),
    "inbox": contextlib.ExitStack,
    "transaction": contextlib.nullcontext,
    "disputes": lambda: patch.object(payment_changes, "_follow_disputes", _never),
    "": contextlib.nullcontext,
}


@contextlib.contextmanager
def missing(protection: str) -> Any:
    """Take one protection out."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(PROTECTIONS[protection]())
        if protection == "inbox":
            stack.enter_context(patch.object(payment_booking, "_note_event", _always_new))
            stack.enter_context(patch.object(settlement.Settlement, "_has_seen", _never))
        yield


class Life:
    """One life of the bot: it does what it is asked to, many things at once."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._fate = Fate(told["dies_at"])
        self._entered = 0
        self._at_work: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Serve webhooks and requests until nobody asks any more."""
        books = await Books.open(Path(self._told["path"]), queue_limit=500)
        are_loose = self._told["without"] == "transaction"
        async with aiohttp.ClientSession(self._told["truth"]) as session:
            with statements_at(self._fate, are_loose=are_loose), missing(self._told["without"]):
                provider = TruthOverHttp(session, self._fate)
                self._economy = Economy.over(books, lambda: NOW, providers={"truth": provider})
                web = WebServer(
                    host="127.0.0.1",
                    port=0,
                    providers={"truth": provider},
                    settle=self._settle,
                    ask_health=_well,
                )
                await web.start()
                say(json.dumps({"port": web.port}))
                await self._listen()
                await web.close()
        await books.close()

    async def _settle(self, name: str, notice: Notice) -> None:
        self._entered += 1
        await self._economy.settlement.settle(name, notice)

    async def _listen(self) -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while (line := await reader.readline()) not in {b"", b"end\n"}:
            task = asyncio.create_task(self._answer(json.loads(line)))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        await asyncio.gather(*self._at_work)

    async def _answer(self, asked: dict[str, Any]) -> None:
        what = asked.pop("what")
        number = asked.pop("number")
        try:
            answer = await getattr(self, f"do_{what}")(**asked)
        except Refusal as refusal:
            answer = type(refusal).__name__
        except ProviderSilent:
            answer = "silent"
        except Exception as error:  # noqa: BLE001 - whoever asked must hear of a defect
            answer = f"defect: {error!r}"
        say(json.dumps({"number": number, "answer": answer}))

    async def do_order(self, order_id: int, member_id: int, coins: int) -> str:
        """Open an order, without which no payment means anything."""
        opened = await self._economy.checkouts.open(
            GUILD_ID, member_id, order_id, coins, title="coins", expected_bonus=0
        )
        return type(opened).__name__

    async def do_gift(self, key: str, member_id: int, count: int) -> int:
        """Let somebody spend coins; say which entry did."""
        request = GiftRequest(
            guild_id=GUILD_ID,
            key=key,
            giver_id=member_id,
            streamer=STREAMER,
            gift="petal",
            count=count,
        )
        return (await self._economy.gifts.send(request)).entry_id

    async def do_undo(self, entry_id: int, member_id: int) -> int:
        """Let somebody take a gift back."""
        return (await self._economy.gift_undos.undo(GUILD_ID, member_id, entry_id)).coins

    async def do_convert(self, key: str, coins: int) -> int:
        """Let the streamer convert what nobody can take back afterwards."""
        converted = await self._economy.conversions.convert(
            guild_id=GUILD_ID, key=key, streamer_id=STREAMER_ID, coins=coins
        )
        return converted.diamonds

    async def do_poll(self) -> int:
        """Ask the payment service what happened."""
        return await self._economy.settlement.poll("truth")

    async def do_entered(self) -> int:
        """Say how many webhooks were begun to be settled."""
        return self._entered


async def _well() -> Health:
    return Health(books_writable=True, is_connected=True, poll_ages_seconds={})


if __name__ == "__main__":
    bear_lives(lambda told: Life(told).live())
