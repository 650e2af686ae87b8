"""Whether the bot does its work, for whoever watches over it: small, and without secrets."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.web.refusal_log import RefusalLog

PATIENCE_SECONDS = 3.0
# However many ask, the books are tried once in this time.
KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the bot is; `poll_ages_seconds` has None for a provider that was never asked yet."""

    books_writable: bool
    is_connected: bool
    poll_ages_seconds: Mapping[str, int | None]

    @property
    def is_well(self) -> bool:
        """Tell whether purchases and commands can be served."""
        return self.books_writable and self.is_connected


AskHealth = Callable[[], Awaitable[Health]]


class HealthPage:
    """Answers `/healthz`: 200 when all is well, else 503."""

    def __init__(
        self, ask: AskHealth, refusals: RefusalLog, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._refusals = refusals
        self._clock = clock
        self._turn = asyncio.Lock()
        self._health: Health | None = None
        self._fresh_until = float("-inf")

    def routes(self) -> list[web.RouteDef]:
        """List where it is."""
        return [web.get("/healthz", self.show)]

    async def show(self, _request: web.Request) -> web.Response:
        """Say how the bot is."""
        health = await self.latest()
        if health is None:
            return web.json_response({"well": False}, status=503)
        told = {
            "well": health.is_well,
            "books_writable": health.books_writable,
            "connected": health.is_connected,
            "poll_ages_seconds": dict(health.poll_ages_seconds),
        }
        return web.json_response(told, status=200 if health.is_well else 503)

    async def latest(self) -> Health | None:
        """Return how the bot is, at most a second ago; None when it cannot say so."""
        async with self._turn:
            if self._clock() >= self._fresh_until:
                self._health = await self._look()
                self._fresh_until = self._clock() + KEPT_SECONDS
            return self._health

    async def _look(self) -> Health | None:
        """Return how the bot is, None when it cannot even say so."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, all is not well
            self._refusals.failed(error)
            return None
