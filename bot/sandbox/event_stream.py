"""Server-sent events: tells an open page what its person sees happen."""

import asyncio
import json

from aiohttp import web

from bot.sandbox.lookup import find_person
from bot.sandbox.messages import StoredMessage
from bot.sandbox.wire import Json
from bot.sandbox.world import World

KEEP_ALIVE_SECONDS = 15.0
WAITING_EVENTS = 1000


class EventStream:
    """Serves the pages that are open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pages: set[asyncio.Queue[str | None]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it goes away."""
        member = find_person(self._world, request.query.get("as"))
        queue: asyncio.Queue[str | None] = asyncio.Queue()

        def watch(news: Json, message: StoredMessage | None) -> None:
            if message is None or self._world.sees_message(member.id, message):
                # A page that stopped reading is dropped and comes back by itself.
                behind = queue.qsize() > WAITING_EVENTS
                queue.put_nowait(None if behind else f"data: {json.dumps(news)}\n\n")

        self._world.watchers.add(watch)
        self._pages.add(queue)
        try:
            return await self._stream(request, queue)
        finally:
            self._world.watchers.discard(watch)
            self._pages.discard(queue)

    async def _stream(
        self, request: web.Request, queue: asyncio.Queue[str | None]
    ) -> web.StreamResponse:
        response = web.StreamResponse()
        response.headers["Content-Type"] = "text/event-stream"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        await response.prepare(request)
        await response.write(b": welcome\n\n")
        try:
            while (text := await self._next(queue)) is not None:
                await response.write(text.encode())
        except ConnectionError:
            # The page was closed meanwhile.
            pass
        return response

    async def _next(self, queue: asyncio.Queue[str | None]) -> str | None:
        try:
            return await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            return ": still here\n\n"

    def close(self) -> None:
        """Let all pages go."""
        for queue in self._pages:
            queue.put_nowait(None)
