"""Where payment providers ring: the raw body, its signature, then what it says is settled.

The answer is the whole conversation: 2xx after the commit, 503 when it has to come again, and
anything else when nothing will ever be done about it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.errors import TryAgain
from bot.payment_errors import (
    EventUnreadable,
    PaymentUnknown,
    SignatureWrong,
    WebhooksUnknown,
)
from bot.payments.provider import Notice, PaymentProvider
from bot.web.limits import Limits

log = logging.getLogger(__name__)

# Books what a notice of a provider leads to; returns after the commit.
Settle = Callable[[str, Notice], Awaitable[None]]

NOBODY = "No payment provider of that name sends webhooks here."
WRONG_TYPE = "A webhook is uncompressed application/json."
TOO_LARGE = "The body is too large."
TOO_SLOW = "The body did not come in time."
BROKEN_OFF = "The body could not be read to its end."
FORGED = "The signature is missing or wrong."
UNREADABLE = "The body is signed, and yet no event."
COME_AGAIN = "This cannot be booked right now. Please send it again later."


@dataclass(frozen=True, slots=True)
class Manners:
    """How a provider wants its webhooks to be answered."""

    taken: type[web.HTTPException] = web.HTTPOk
    forged: type[web.HTTPException] = web.HTTPBadRequest


# Discord sends wrong signatures on purpose and removes the address of who answers anything but 401;
# docs: Webhook Events, Setting Up an Endpoint, Responding to Events.
_MANNERS = {"discord": Manners(taken=web.HTTPNoContent, forged=web.HTTPUnauthorized)}


class Webhooks:
    """Takes the webhooks of the providers that are configured."""

    def __init__(
        self, providers: Mapping[str, PaymentProvider], settle: Settle, limits: Limits
    ) -> None:
        self._providers = providers
        self._settle = settle
        self._limits = limits

    def routes(self) -> list[web.RouteDef]:
        """List where they ring."""
        return [web.post("/webhooks/{provider}", self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """Take one webhook."""
        provider = self._providers.get(request.match_info["provider"])
        if provider is None:
            raise web.HTTPNotFound(text=NOBODY)
        manners = _MANNERS.get(provider.name, Manners())
        self._refuse_by_headers(request)
        body = await self._read(request)
        notices = _verified(provider, manners, headers_of(request), body)
        await self._settle_all(provider.name, notices)
        # Discord wants a content type even where there is no content.
        return web.Response(status=manners.taken.status_code, content_type="application/json")

    def _refuse_by_headers(self, request: web.Request) -> None:
        is_packed = request.headers.get("Content-Encoding", "identity") != "identity"
        if request.content_type != "application/json" or is_packed:
            raise web.HTTPUnsupportedMediaType(text=WRONG_TYPE)
        if (request.content_length or 0) > self._limits.body_bytes:
            raise _too_large(self._limits)

    async def _read(self, request: web.Request) -> bytes:
        """Return the body as it was sent, of which never more than the most is kept."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while chunk := await request.content.readany():
                    body += chunk
                    if len(body) > self._limits.body_bytes:
                        raise _too_large(self._limits)
        except TimeoutError:
            raise web.HTTPRequestTimeout(text=TOO_SLOW) from None
        except (web.RequestPayloadError, ConnectionError):
            raise web.HTTPBadRequest(text=BROKEN_OFF) from None
        return bytes(body)

    async def _settle_all(self, name: str, notices: tuple[Notice, ...]) -> None:
        try:
            async with asyncio.timeout(self._limits.settle_seconds):
                for notice in notices:
                    await self._settle_one(name, notice)
        except (TryAgain, TimeoutError) as error:
            # What was settled before stays, and is known when all of it comes again.
            log.debug("a webhook of %s has to come again: %s", name, type(error).__name__)
            later = {"Retry-After": str(self._limits.retry_after_seconds)}
            raise web.HTTPServiceUnavailable(text=COME_AGAIN, headers=later) from None

    async def _settle_one(self, name: str, notice: Notice) -> None:
        try:
            await self._settle(name, notice)
        except PaymentUnknown:
            # It would be as unknown when it came again; another product may use the same account.
            log.warning("a webhook of %s names a payment that it does not know", name)


def headers_of(request: web.BaseRequest) -> dict[str, str]:
    """Return the headers by their names in lower case; no signature has letters beyond ASCII."""
    return {name.lower(): value for name, value in request.headers.items() if value.isascii()}


def _verified(
    provider: PaymentProvider, manners: Manners, headers: Mapping[str, str], body: bytes
) -> tuple[Notice, ...]:
    try:
        return provider.verify(headers, body)
    except SignatureWrong:
        raise manners.forged(text=FORGED) from None
    except EventUnreadable:
        raise web.HTTPBadRequest(text=UNREADABLE) from None
    except WebhooksUnknown:
        raise web.HTTPNotFound(text=NOBODY) from None


def _too_large(limits: Limits) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(limits.body_bytes, limits.body_bytes + 1, text=TOO_LARGE)
