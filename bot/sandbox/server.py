"""Puts the sandbox together and listens on this machine alone."""

from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.application_routes import CommandRoutes, GuildRoutes
from bot.sandbox.callbacks import Callbacks
from bot.sandbox.channel_routes import ChannelRoutes
from bot.sandbox.command_store import CommandStore
from bot.sandbox.gateway import GOING_AWAY, Gateway
from bot.sandbox.http_edge import MOST_BODY_BYTES, RestEdge
from bot.sandbox.interaction_records import InteractionRecords
from bot.sandbox.interaction_routes import InteractionRoutes
from bot.sandbox.interactions import Interactions
from bot.sandbox.json_api import JsonApi, answer
from bot.sandbox.message_writer import MessageWriter
from bot.sandbox.rest import Rest
from bot.sandbox.snowflakes import Clock, utc_now
from bot.sandbox.state_file import StateFile
from bot.sandbox.world import World

PAGE_FOLDER = Path(__file__).parent / "page"
LOCAL_NAMES = {"127.0.0.1", "localhost"}
FORBIDDEN = 403


class Sandbox:
    """A Discord on this machine."""

    def __init__(
        self,
        *,
        state_path: Path | None = None,
        clock: Clock = utc_now,
        bot_name: str = "Bouquet",
    ) -> None:
        self.world = World(clock=clock, bot_name=bot_name)
        records = InteractionRecords()
        writer = MessageWriter(self.world)
        self.interactions = Interactions(self.world, records)
        self.gateway = Gateway(self.world)
        self.rest = Rest(
            self.world,
            [
                *InteractionRoutes(Callbacks(self.world, writer, records)).routes(),
                *ChannelRoutes(self.world, writer).routes(),
                *CommandRoutes(self.world, CommandStore(self.world)).routes(),
                *GuildRoutes(self.world).routes(),
            ],
        )
        self._api = JsonApi(self.world, self.interactions)
        self._state_file = StateFile(self.world, state_path) if state_path else None
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.api_base = ""
        self.gateway_url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes any that is free."""
        if host not in LOCAL_NAMES:
            raise ValueError("The sandbox only listens on 127.0.0.1.")
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self._set_addresses(host, self._runner.addresses[0][1])
        if self._state_file:
            self._state_file.load()
            self._state_file.keep_saving()

    def _set_addresses(self, host: str, port: int) -> None:
        self.url = f"http://{host}:{port}/"
        self.api_base = f"{self.url}api/v10"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        self.world.gateway_url = self.gateway_url
        self.world.attachments.base_url = self.url

    async def close(self) -> None:
        """Save, say goodbye to bots and pages, and stop listening."""
        self.interactions.close()
        self._api.events.close()
        await self.gateway.close_connections(GOING_AWAY, "The sandbox is closing.")
        if self._state_file:
            await self._state_file.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(
            client_max_size=MOST_BODY_BYTES, middlewares=[refuse_strangers]
        )
        rest = RestEdge(self.rest)
        application.router.add_route("*", "/api/{path:.*}", rest.handle)
        application.router.add_routes(
            [
                web.get("/gateway", self.gateway.handle),
                web.get("/gateway/", self.gateway.handle),
                *self._api.routes(),
                web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment),
                web.get("/", page),
            ]
        )
        if PAGE_FOLDER.is_dir():
            application.router.add_static("/page/", PAGE_FOLDER)
        return application

    async def _attachment(self, request: web.Request) -> web.Response:
        file = self.world.attachments.get(request.match_info["attachment_id"])
        if file is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Type": file.content_type,
            # A file is somebody's upload: it must never run as a page of ours.
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.content, headers=headers)


async def page(_request: web.Request) -> web.StreamResponse:
    """Serve the page itself."""
    index = PAGE_FOLDER / "index.html"
    if not index.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(index, headers={"Cache-Control": "no-store"})


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other host names and other sites' scripts, which a browser could be tricked into."""
    origin = request.headers.get("Origin")
    names = [urlsplit(f"//{request.host}").hostname]
    if origin is not None:
        names.append(urlsplit(origin).hostname)
    if LOCAL_NAMES.issuperset(names):
        return await handler(request)
    return answer({"error": "The sandbox only answers to this machine."}, status=FORBIDDEN)
