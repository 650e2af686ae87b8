"""Puts the web server together, listens, and stops listening."""

import asyncio
import errno
import logging
import os
from collections.abc import Mapping

from aiohttp import web

from bot.errors import StartError
from bot.payments.provider import PaymentProvider
from bot.web.connection import Connection, TurnedAway
from bot.web.edge import Edge
from bot.web.health import AskHealth, HealthPage
from bot.web.limits import Limits
from bot.web.refusal_log import RefusalLog
from bot.web.return_pages import ReturnPages
from bot.web.webhooks import Settle, Webhooks

log = logging.getLogger(__name__)


class WebServer:
    """Serves webhooks, the pages for buyers and `/healthz` on one address.

    `settle` books what a notice of a provider leads to and returns after the commit; `ask_health`
    says how the bot is, and should try to write to the books.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        providers: Mapping[str, PaymentProvider],
        settle: Settle,
        ask_health: AskHealth,
        limits: Limits | None = None,
    ) -> None:
        self._host = host
        self.port = port
        self._limits = limits or Limits()
        self._refusals = RefusalLog()
        application = web.Application(middlewares=[Edge(self._refusals).guard])
        application.router.add_routes(
            [
                *Webhooks(providers, settle, self._limits).routes(),
                *HealthPage(ask_health, self._refusals).routes(),
                *ReturnPages().routes(),
            ]
        )
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=self._limits.farewell_seconds
        )
        self._listening: asyncio.Server | None = None

    @property
    def connections(self) -> int:
        """Return how many connections are open."""
        server = self._runner.server
        return 0 if server is None else len(server.connections)

    @property
    def is_listening(self) -> bool:
        """Tell whether it takes connections."""
        return self._listening is not None

    async def start(self) -> None:
        """Listen; port 0 takes any that is free, and `port` says which.

        Raises:
            StartError: the address cannot be listened on.
        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(self._accept, self._host, self.port)
        except (OSError, UnicodeError) as error:  # a name that is none cannot even be looked up
            await self.close()
            raise StartError(self._why_not(error)) from None
        self.port = self._listening.sockets[0].getsockname()[1]
        log.info("listening on %s port %d", self._host, self.port)

    async def close(self) -> None:
        """Take no more requests, and give those under way the time to end."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        await self._runner.cleanup()
        self._refusals.close()

    def _accept(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None or self.connections >= self._limits.connections:
            return TurnedAway(self._limits, self._refusals)
        return Connection(server, self._limits, self._refusals)

    def _why_not(self, error: OSError | UnicodeError) -> str:
        number = error.errno if isinstance(error, OSError) else None
        if number == errno.EADDRINUSE:
            return (
                f"port {self.port} on {self._host} is taken; "
                "set BOUQUET_WEB_PORT to one that is free"
            )
        # asyncio puts the address into its words again; numbers below zero are of name servers.
        why = os.strerror(number) if number and number > 0 else "there is no such address"
        return f"the web server cannot listen on {self._host} port {self.port}: {why}"
