"""A web server on a free port, a provider that signs with a secret, and a desk that settles."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.payment_errors import EventUnreadable, SignatureWrong, WebhooksUnknown
from bot.payments.provider import Checkout, Notice, PayableOrder, Payment, PaymentProvider, Polled
from bot.web.health import Health
from bot.web.limits import Limits
from bot.web.server import WebServer

SECRET = b"whsec_of_the_tests"
SIGNATURE = "Test-Signature"
# What waits for the server to hang up gives up after this long, and fails.
MOST_WAIT_SECONDS = 20.0


def sign(body: bytes) -> str:
    """Return the signature of a body."""
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def event(number: int = 1, payment: str = "pay_1") -> bytes:
    """Return the body of an event."""
    return json.dumps({"id": f"evt_{number}", "payments": [payment]}).encode()


class SigningProvider:
    """A provider of which nothing but the webhooks is there."""

    order_seconds = 1_800
    currencies: frozenset[str] | None = None

    def __init__(self, name: str) -> None:
        self.name = name
        self.bodies: list[bytes] = []
        self.headers: list[Mapping[str, str]] = []

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Return the payments that a signed body names."""
        self.headers.append(headers)
        self.bodies.append(body)
        if not hmac.compare_digest(headers.get(SIGNATURE.lower(), ""), sign(body)):
            raise SignatureWrong
        try:
            said = json.loads(body)
            return tuple(Notice(said["id"], payment) for payment in said["payments"])
        except (ValueError, KeyError):
            raise EventUnreadable from None

    async def start(self, order: PayableOrder) -> Checkout:
        """Be asked by nobody."""
        raise NotImplementedError

    async def poll(self, cursor: str) -> Polled:
        """Be asked by nobody."""
        raise NotImplementedError

    async def payment(self, payment_id: str) -> Payment:
        """Be asked by nobody."""
        raise NotImplementedError

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        """Be asked by nobody."""
        raise NotImplementedError

    async def settled(self, payment: Payment) -> None:
        """Be told by nobody."""
        raise NotImplementedError

    async def close(self) -> None:
        """Hold nothing."""


class SilentProvider(SigningProvider):
    """A provider that sends no webhooks, as one where an admin confirms payments by hand."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:  # noqa: ARG002
        """Know of none."""
        raise WebhooksUnknown


@dataclass
class Desk:
    """Settles notices, or fails as a test wants it to."""

    settled: list[tuple[str, Notice]] = field(default_factory=list[tuple[str, Notice]])
    failures: list[Exception | None] = field(default_factory=list[Exception | None])
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def settle(self, provider_name: str, notice: Notice) -> None:
        """Note that it was settled, once the gate is open."""
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.settled.append((provider_name, notice))


@dataclass
class Doctor:
    """Says how the bot is."""

    health: Health = field(
        default_factory=lambda: Health(
            books_writable=True, is_connected=True, poll_ages_seconds={"stripe": 12}
        )
    )
    failure: Exception | None = None
    visits: int = 0

    async def ask(self) -> Health:
        """Look once."""
        self.visits += 1
        if self.failure is not None:
            raise self.failure
        return self.health


@dataclass
class Site:
    """A running server and everything around it."""

    server: WebServer
    session: aiohttp.ClientSession
    desk: Desk
    doctor: Doctor
    providers: dict[str, SigningProvider]

    @property
    def url(self) -> str:
        """Return where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self.server.port}"

    async def ring(
        self, body: bytes, provider: str = "stripe", **headers: str
    ) -> aiohttp.ClientResponse:
        """Send a signed webhook and read the answer."""
        sent = {"Content-Type": "application/json", SIGNATURE: sign(body), **headers}
        return await self.send(io.BytesIO(body), provider, sent)

    async def send(
        self, body: object, provider: str, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        """Send a webhook with these headers alone and read the answer."""
        url = f"{self.url}/webhooks/{provider}"
        async with self.session.post(
            url, data=body, headers=headers, skip_auto_headers=("Content-Type",)
        ) as answer:
            await answer.read()
            return answer

    async def raw(self, *parts: bytes, end: bool = False) -> bytes:
        """Send bytes as they are and return everything that comes until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            async with asyncio.timeout(MOST_WAIT_SECONDS):
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                if end:
                    writer.write_eof()
                return await _all(reader)
        finally:
            writer.transport.abort()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0)


async def _all(reader: asyncio.StreamReader) -> bytes:
    received = b""
    try:
        while chunk := await reader.read(65_536):
            received += chunk
    except ConnectionError:
        pass
    return received


OpenSite = Callable[..., Awaitable[Site]]


@asynccontextmanager
async def serving(limits: Limits | None = None) -> AsyncGenerator[Site]:
    """Serve a site with a few providers."""
    desk, doctor = Desk(), Doctor()
    providers = {name: SigningProvider(name) for name in ("stripe", "discord")}
    providers["manual"] = SilentProvider("manual")
    as_protocol: dict[str, PaymentProvider] = {**providers}
    server = WebServer(
        host="127.0.0.1",
        port=0,
        providers=as_protocol,
        settle=desk.settle,
        ask_health=doctor.ask,
        limits=limits,
    )
    await server.start()
    patience = aiohttp.ClientTimeout(total=MOST_WAIT_SECONDS)
    async with aiohttp.ClientSession(timeout=patience) as session:
        yield Site(server, session, desk, doctor, providers)
    await server.close()


@pytest.fixture
async def site() -> AsyncGenerator[Site]:
    """Serve with the usual limits, but without the moment for who is slow to read a refusal."""
    async with serving(Limits(linger_seconds=0.1)) as served:
        yield served


@pytest.fixture
async def hasty_site() -> AsyncGenerator[Site]:
    """Serve with next to no patience."""
    hasty = Limits(header_seconds=0.3, body_seconds=0.3, settle_seconds=0.3, linger_seconds=0.1)
    async with serving(hasty) as served:
        yield served
