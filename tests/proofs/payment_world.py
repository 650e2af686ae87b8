"""A payment service that always knows the truth, and a bot that is killed while it asks for it."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.payments.provider import Payment
from tests.proofs.nursery import ENDED, KILLED, MOST_WAIT_SECONDS, Nursery

_PAGE = 7


@dataclass
class Event:
    """Something the service rings for; `is_taken` once the bot answered that it has it."""

    event_id: str
    payment_id: str
    is_taken: bool = False


@dataclass
class PaymentService:
    """What really happened to every payment; serves it over HTTP."""

    payments: dict[str, Payment] = field(default_factory=dict[str, Payment])
    events: list[Event] = field(default_factory=list[Event])
    looked_up: int = 0
    held: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    holding: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    url: str = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls) -> AsyncGenerator["PaymentService"]:
        """Serve on a free port of this machine."""
        service = cls()
        application = web.Application()
        application.router.add_get("/payments/{payment_id}", service._payment)
        application.router.add_get("/events", service._events)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert runner.addresses
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield service
        finally:
            await runner.cleanup()

    def put(self, payment: Payment) -> Event:
        """Let a payment be as it is now, and ring for it."""
        self.payments[payment.payment_id] = payment
        return self.ring(payment.payment_id)

    def change(self, payment_id: str, **values: Any) -> Event:
        """Change a payment and ring for it."""
        return self.put(replace(self.payments[payment_id], **values))

    def ring(self, payment_id: str) -> Event:
        """Ring for a payment to which nothing happened."""
        event = Event(f"event-{len(self.events) + 1}", payment_id)
        self.events.append(event)
        return event

    def hold(self, payment_id: str) -> asyncio.Event:
        """Look the payment up when it is asked for next, and let the answer wait for `release`.

        Returns what is set when the answer waits.
        """
        self.held[payment_id] = asyncio.Event()
        self.holding[payment_id] = asyncio.Event()
        return self.holding[payment_id]

    def release(self, payment_id: str) -> None:
        """Let an answer go that waits, or that would."""
        self.holding.pop(payment_id, None)
        if held := self.held.pop(payment_id, None):
            held.set()

    async def _payment(self, request: web.Request) -> web.Response:
        payment_id = request.match_info["payment_id"]
        self.looked_up += 1
        payment = self.payments.get(payment_id)
        if payment is None:
            return web.Response(status=404)
        answer = web.json_response(asdict(payment))
        if holding := self.holding.pop(payment_id, None):
            holding.set()
            await self.held[payment_id].wait()
        return answer

    async def _events(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        page = self.events[after : after + _PAGE]
        return web.json_response(
            {
                "events": [{"id": each.event_id, "payment": each.payment_id} for each in page],
                "cursor": after + len(page),
                "has_more": after + len(page) < len(self.events),
            }
        )


class Died(Exception):
    """The bot was killed before it answered."""


class PayingBot:
    """The bot's life of the moment; a new one begins when the last one was killed."""

    def __init__(
        self, path: Path, service: PaymentService, chance: random.Random, nursery: Nursery
    ) -> None:
        self._path = path
        self._service = service
        self._chance = chance
        self._nursery = nursery
        self._without = ""
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._end = ENDED
        # Many ask at once, and only one process can have the books.
        self._birth = asyncio.Lock()
        self._session = aiohttp.ClientSession()
        self._url = ""
        self.is_mortal = True
        self.deaths = 0

    def take_out(self, protection: str) -> None:
        """Let the next lives be without a protection."""
        self._without = protection

    async def ask(self, what: str, **values: Any) -> Any:
        """Ask the bot to do something.

        Raises:
            Died: it was killed before it said that it did.
        """
        await self._alive()
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        self._nursery.tell(json.dumps({"what": what, "number": self._number, **values}))
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            return await answer

    async def deliver(self, event: Event) -> bool:
        """Ring at the bot's webhook; return whether it says that it has the event.

        Raises:
            Died: it was killed before it answered.
        """
        await self._alive()
        body = {"id": event.event_id, "payment": event.payment_id}
        try:
            async with self._session.post(f"{self._url}/webhooks/truth", json=body) as response:
                event.is_taken |= response.status == 200
                return response.status == 200
        except aiohttp.ClientError as error:
            raise Died from error

    async def _alive(self) -> None:
        """Begin a life when there is none."""
        async with self._birth:
            while self._reading is None or self._reading.done():
                self._bury()
                await self._start()

    async def _start(self) -> None:
        self._nursery.bear(
            {
                "path": str(self._path),
                "truth": self._service.url,
                "dies_at": self._chance.randint(60, 900) if self.is_mortal else 0,
                "without": self._without,
            }
        )
        first = await self._nursery.line()
        if first.startswith("ended"):
            self._end = first
        else:
            self._url = f"http://127.0.0.1:{json.loads(first)['port']}"
            self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """Hand out the answers until the life is over, and then say so to all who wait."""
        while not (line := await self._nursery.line(None)).startswith("ended"):
            answer = json.loads(line)
            self._answers.pop(answer["number"]).set_result(answer["answer"])
        self._end = line
        for waiting in self._answers.values():
            waiting.set_exception(Died())
        self._answers.clear()

    def _bury(self) -> None:
        """Count how the last life ended, once."""
        assert self._end in {ENDED, KILLED}, self._end
        self.deaths += self._end == KILLED
        self._end = ENDED

    async def rest(self) -> None:
        """Let the life end in good order, so that the next one does not die."""
        self.is_mortal = False
        if self._reading is not None:
            self._nursery.tell("end")
            await self._reading
        self._bury()

    async def close(self) -> None:
        """Listen no more; the nursery leaves no process behind."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        await self._session.close()
