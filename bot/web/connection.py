"""One connection: a deadline for its headers, and few words about what is no HTTP."""

import asyncio
from typing import Any

from aiohttp import web
from typing_extensions import override

from bot.web.limits import Limits
from bot.web.refusal_log import RefusalLog

NO_HTTP = "This is no HTTP request."
TOO_MANY = "too many connections at once"


class Connection(web.RequestHandler):
    """A connection of the web server; closes when no request is heard in time."""

    def __init__(self, server: web.Server, limits: Limits, refusals: RefusalLog) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # pyright: ignore[reportArgumentType] - takes None, is not typed so
            # Signatures are made of the bytes as they were sent.
            auto_decompress=False,
            # In debug mode aiohttp answers with stack traces.
            debug=False,
            keepalive_timeout=limits.header_seconds,
            lingering_time=limits.linger_seconds,
        )
        self._header_seconds = limits.header_seconds
        self._refusals = refusals
        self._deadline: asyncio.TimerHandle | None = None
        self._is_deaf = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        loop = asyncio.get_running_loop()
        # aiohttp waits for the first headers for ever, up to its very latest versions.
        self._deadline = loop.call_later(self._header_seconds, self._give_up)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        self.hear()
        super().connection_lost(exc)

    def hear(self) -> None:
        """Note that the headers of a request are complete."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def deafen(self) -> None:
        """Read nothing more: the request is answered before its end, and what follows is not ours.

        The line stays open for a moment, so that the other end can read the answer.
        """
        self._is_deaf = True
        if self.transport is not None:  # else the other end has hung up
            self.pause_reading()

    @override
    def resume_reading(self, resume_parser: bool = True) -> None:
        # aiohttp would read on to throw away what comes.
        if not self._is_deaf:
            super().resume_reading(resume_parser)

    def _give_up(self) -> None:
        self._refusals.refused(web.HTTPRequestTimeout.status_code, "no headers came")
        self.force_close()

    @override
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse what could not be read; aiohttp would log and send back what was received."""
        if exc is not None and status >= web.HTTPInternalServerError.status_code:
            self._refusals.failed(exc)
        else:
            self._refusals.refused(status, NO_HTTP)
        if request.writer.output_size > 0:
            raise ConnectionResetError
        answer = web.Response(status=status, text=NO_HTTP, headers={"Server": "Bouquet"})
        answer.force_close()
        return answer

    @override
    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log what failed without what the request said."""
        error = kw.get("exc_info")
        if isinstance(error, BaseException):
            self._refusals.failed(error)


class TurnedAway(asyncio.Protocol):
    """A connection too many: told to come again, and closed."""

    def __init__(self, limits: Limits, refusals: RefusalLog) -> None:
        self._retry_after_seconds = limits.retry_after_seconds
        self._refusals = refusals

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._refusals.refused(web.HTTPServiceUnavailable.status_code, TOO_MANY)
        transport.write(
            b"HTTP/1.1 503 Service Unavailable\r\n"
            b"Connection: close\r\nContent-Length: 0\r\n"
            b"Retry-After: %d\r\n\r\n" % self._retry_after_seconds
        )
        transport.close()
