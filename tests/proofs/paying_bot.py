"""A bot that takes money, in a process of its own that dies in the middle of a step.

It serves real webhooks and asks a payment service over HTTP. On its first line it says where its
webhooks are; then it reads requests, one JSON object a line, works on them at once and answers each
with a line that has its `number`; what it logs as an error has the number 0. At the n-th point, n
being `dies_at`, it is killed: a point lies before and after every statement and around every
question to the payment service. What time it is it is told, with the request `clock` too.

`without` takes one protection out of it, so that a storm can show that it is needed.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
from typing_extensions import override

from bot.errors import Told
from bot.ledger.books import Books
from bot.payments.provider import Notice
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from bot.services.money_orders import find_order
from bot.web.health import Health
from bot.web.server import WebServer
from tests.proofs.fate import Fate
from tests.proofs.protections import missing, statements_at
from tests.proofs.truth_over_http import TruthOverHttp

GUILD_ID, ADMIN_ID, STREAMER_ID = 7, 1, 20
STREAMER = Person(STREAMER_ID, "Luna")

log = logging.getLogger("bot.storm")


class Complaints(logging.Handler):
    """Says what nobody asked for: what went wrong by a defect."""

    def __init__(self, say: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(logging.ERROR)
        self._say = say

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._say({"number": 0, "answer": self.format(record)})


class Life:
    """One life of the bot: it does what it is asked to, many things at once."""

    def __init__(self, told: dict[str, Any], asked_over: socket.socket) -> None:
        self._told = told
        self._asked_over = asked_over
        self._now: int = told["now"]
        self._fate = Fate(told["dies_at"])
        self._entered = 0
        self._at_work: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Serve webhooks and requests until nobody asks any more."""
        self._hears, self._tells = await asyncio.open_connection(sock=self._asked_over)
        logging.getLogger("bot").addHandler(Complaints(self._say))
        books = await Books.open(Path(self._told["path"]), queue_limit=500)
        are_loose = self._told["without"] == "transaction"
        async with aiohttp.ClientSession(self._told["truth"]) as session:
            with statements_at(self._fate, are_loose=are_loose), missing(self._told["without"]):
                providers = {"truth": TruthOverHttp(session, self._fate)}
                self._economy = Economy.over(books, lambda: self._now, providers=providers)
                web = WebServer(
                    host="127.0.0.1",
                    port=0,
                    providers=providers,
                    settle=self._settle,
                    ask_health=_well,
                )
                await web.start()
                self._say({"port": web.port})
                await self._listen()
                await web.close()
        await books.close()

    def _say(self, answer: dict[str, Any]) -> None:
        self._tells.write(f"{json.dumps(answer)}\n".encode())

    async def _settle(self, name: str, notice: Notice) -> None:
        self._entered += 1
        await self._economy.settlement.settle(name, notice)

    async def _listen(self) -> None:
        while line := await self._hears.readline():
            task = asyncio.create_task(self._answer(json.loads(line)))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        await asyncio.gather(*self._at_work)

    async def _answer(self, asked: dict[str, Any]) -> None:
        what = asked.pop("what")
        number = asked.pop("number")
        try:
            answer = await getattr(self, f"do_{what}")(**asked)
        except Told as said:
            answer = type(said).__name__
        except Exception:
            # Whoever asked must hear of a defect.
            log.exception("%s %s failed", what, asked)
            answer = "defect"
        self._say({"number": number, "answer": answer})

    async def do_clock(self, now: int) -> None:
        """Be told what time it is."""
        self._now = now

    async def do_order(
        self, order_id: int, member_id: int, coins: int, expected_bonus: int | None
    ) -> str:
        """Open an order, without which no payment means anything."""
        opened = await self._economy.checkouts.open(
            GUILD_ID, member_id, order_id, coins, title="coins", expected_bonus=expected_bonus
        )
        return type(opened).__name__

    async def do_cancel(self, order_id: int, member_id: int) -> str:
        """Let somebody want an order no more; say what it is then."""
        return (await self._economy.checkouts.cancel(GUILD_ID, member_id, order_id)).state

    async def do_refund(self, request_id: int, order_id: int, typed: str | None) -> str:
        """Let an admin look at a refund."""
        order = await find_order(self._economy.books.read, GUILD_ID, order_id)
        request = await self._economy.refund_requests.ask(
            GUILD_ID,
            request_id,
            ADMIN_ID,
            code=order.code if order else "",
            reason="storm",
            typed=typed,
            locale="en-US",
        )
        return type(request).__name__

    async def do_press(self, request_id: int) -> str:
        """Let the admin send the refund that they looked at."""
        sent = await self._economy.refund_requests.send(GUILD_ID, ADMIN_ID, request_id)
        return type(sent).__name__

    async def do_retry(self) -> None:
        """Ask again for refunds whose answer was lost."""
        await self._economy.refund_retries.run()

    async def do_tick(self) -> None:
        """Begin and end windows, and promotions that had their last one."""
        await self._economy.promotion_clock.extend()
        await self._economy.promotion_clock.tick()

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
        """Ask the payment service what happened, and close orders that nobody paid."""
        count = await self._economy.settlement.poll("truth")
        await self._economy.settlement.close_overdue()
        return count

    async def do_entered(self) -> int:
        """Say how many webhooks were begun to be settled."""
        return self._entered


async def _well() -> Health:
    return Health(books_writable=True, is_connected=True, poll_ages_seconds={})


def live(told: dict[str, Any], asked_over: socket.socket) -> None:
    """Live one life in this process."""
    logging.disable(logging.WARNING)
    asyncio.run(Life(told, asked_over).live())
