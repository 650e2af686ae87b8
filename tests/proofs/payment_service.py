"""A payment service that always knows the truth: it tells it over HTTP, and gives money back."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from aiohttp import web

from bot.payments.provider import Payment
from bot.services.clock import DAY_SECONDS

NOW = 1_800_000_000
# So long a service tries to bring an event; it lists it for longer.
BROUGHT_SECONDS = 3 * DAY_SECONDS
_PAGE = 7
# Gone before it took a refund on, or after.
_MOODS = ("answers", "answers", "answers", "says no", "is gone", "goes")


@dataclass
class Event:
    """Something the service rings for; `is_taken` once the bot answered that it has it."""

    event_id: str
    payment_id: str
    rung_at: int
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that the service gave back because it was asked to (minor units)."""

    payment_id: str
    amount_minor: int


@dataclass
class PaymentService:
    """What really happened to every payment, by its own clock; serves it over HTTP.

    As long as it `is_moody` it may say no to a refund, or nothing, before or after it took it on.
    """

    chance: random.Random
    now: int = NOW
    is_moody: bool = True
    payments: dict[str, Payment] = field(default_factory=dict[str, Payment])
    events: list[Event] = field(default_factory=list[Event])
    refunds: dict[str, Refund] = field(default_factory=dict[str, Refund])
    defects: list[str] = field(default_factory=list[str])
    looked_up: int = 0
    held: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    holding: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    url: str = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, chance: random.Random) -> AsyncGenerator["PaymentService"]:
        """Serve on a free port of this machine."""
        service = cls(chance)
        application = web.Application()
        application.router.add_get("/payments/{payment_id}", service._payment)
        application.router.add_get("/events", service._events)
        application.router.add_post("/refunds", service._refund)
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
        event = Event(f"event-{len(self.events) + 1}", payment_id, self.now)
        self.events.append(event)
        return event

    def brings(self, event: Event) -> bool:
        """Tell whether it still tries to bring an event; it lists those that it brings no more."""
        return self.now - event.rung_at <= BROUGHT_SECONDS

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
        payment = self.payments.get(payment_id) or self._of_checkout(payment_id)
        if payment is None:
            return web.Response(status=404)
        answer = web.json_response(asdict(payment))
        if holding := self.holding.pop(payment_id, None):
            holding.set()
            await self.held[payment_id].wait()
        return answer

    def _of_checkout(self, checkout_id: str) -> Payment | None:
        """Return what was paid first at a checkout; what was not paid there is not known."""
        for payment in self.payments.values():
            if checkout_id == f"checkout-{payment.order_id}":
                return payment
        return None

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

    async def _refund(self, request: web.Request) -> web.Response:
        """Give money back once for each key, in whatever mood."""
        asked = await request.json()
        mood = self.chance.choice(_MOODS) if self.is_moody else "answers"
        no = ""
        if mood != "is gone":
            no = self._take_on(asked["key"], Refund(asked["payment"], asked["amount"]), mood)
        if mood in {"is gone", "goes"}:
            # The connection ends in the middle of the answer.
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"no": no}, status=402 if no else 200)

    def _take_on(self, key: str, refund: Refund, mood: str) -> str:
        """Give a refund that was not given yet; return why it is not given."""
        if key in self.refunds:
            if self.refunds[key] != refund:
                self.defects.append(f"{key} was {self.refunds[key]}, and now {refund}")
            return ""
        payment = self.payments[refund.payment_id]
        if mood == "says no":
            return "The bank says no."
        if refund.amount_minor > payment.amount_minor - payment.taken_back_minor:
            return "That is more than what is left."
        self.refunds[key] = refund
        refunded_minor = payment.refunded_minor + refund.amount_minor
        self.change(refund.payment_id, refunded_minor=refunded_minor)
        return ""
