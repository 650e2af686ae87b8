"""Puts the sandbox together and listens on this machine alone."""

from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.application_routes import CommandRoutes, GuildRoutes
from bot.sandbox.callbacks import Callbacks
from bot.sandbox.channel_routes import ChannelRoutes
from bot.sandbox.checkouts import Checkouts
from bot.sandbox.clock import MovableClock, SandboxClock, TimeMachine
from bot.sandbox.command_store import CommandStore
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.fault_api import FaultApi
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import GOING_AWAY, Gateway
from bot.sandbox.holding import HoldingRoom
from bot.sandbox.http_edge import MOST_BODY_BYTES, RestEdge
from bot.sandbox.interaction_records import InteractionRecords
from bot.sandbox.interaction_routes import InteractionRoutes
from bot.sandbox.interactions import Interactions
from bot.sandbox.json_api import JsonApi, answer
from bot.sandbox.member_roles import MemberRoleRoutes
from bot.sandbox.message_writer import MessageWriter
from bot.sandbox.owner_api import OwnerApi
from bot.sandbox.page_files import page_routes
from bot.sandbox.premium_api import PremiumApi
from bot.sandbox.premium_routes import PremiumRoutes
from bot.sandbox.request_faults import RequestFaults
from bot.sandbox.rest import Rest
from bot.sandbox.state_file import StateFile
from bot.sandbox.world import World

LOCAL_NAMES = {"127.0.0.1", "localhost"}
# What a browser calls a request of our own page, or of whoever typed the address.
OWN_SITE = ("same-origin", "none")
FORBIDDEN = 403


class Sandbox:
    """A Discord on this machine."""

    def __init__(
        self,
        *,
        state_path: Path | None = None,
        clock: MovableClock | None = None,
        bot_name: str = "Bouquet",
    ) -> None:
        clock = clock or SandboxClock()
        self.time_machine = TimeMachine(clock)
        self.world = World(clock=clock, bot_name=bot_name)
        self.holding = HoldingRoom(clock)
        records = InteractionRecords()
        writer = MessageWriter(self.world)
        checkouts = Checkouts(self.world)
        self.gateway = Gateway(self.world)
        self.rest = Rest(
            self.world,
            [
                *InteractionRoutes(Callbacks(self.world, writer, records)).routes(),
                *ChannelRoutes(self.world, writer).routes(),
                *CommandRoutes(self.world, CommandStore(self.world)).routes(),
                *GuildRoutes(self.world).routes(),
                *MemberRoleRoutes(self.world).routes(),
                *PremiumRoutes(self.world, checkouts).routes(),
            ],
        )
        self.faults = Faults(self.world, self.gateway, self.rest.limits, self.holding)
        self.deliveries = Deliveries(clock, self.faults, self.holding)
        self.interactions = Interactions(self.world, records, self.deliveries)
        self._edge = RestEdge(
            self.rest, RequestFaults(self.rest, self.faults, self.holding, records)
        )
        self.time_machine.listeners += [
            self.deliveries.expire,
            self.holding.look,
            self.world.state_changed,
        ]
        self._api = JsonApi(self.world, self.interactions, self.faults, self.time_machine)
        self._fault_api = FaultApi(self.faults, self.time_machine)
        self._premium_api = PremiumApi(self.world, checkouts)
        self._state_file = None
        if state_path:
            self._state_file = StateFile(self.world, state_path, self.time_machine)
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
        self.deliveries.close()
        self.holding.let_all_go()
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
        application.router.add_route("*", "/api/{path:.*}", self._edge.handle)
        application.router.add_routes(
            [
                web.get("/gateway", self.gateway.handle),
                web.get("/gateway/", self.gateway.handle),
                *self._api.routes(),
                *self._fault_api.routes(),
                *self._premium_api.routes(),
                *OwnerApi(self.world).routes(),
                web.get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment),
                *page_routes(),
            ]
        )
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


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other host names and other sites' pages, which a browser could be tricked into."""
    if _hostname(f"//{request.host}") not in LOCAL_NAMES or is_of_another_page(request):
        return answer({"error": "The sandbox only answers to this machine."}, status=FORBIDDEN)
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if not request.path.startswith("/sandbox/"):
            raise
        sentence = f"There is no call {request.method} {request.path}."
        return answer({"error": sentence}, status=error.status)


def is_of_another_page(request: web.Request) -> bool:
    """Tell whether a browser sends this for a page of another origin, be it of another port.

    Bots and scripts say nothing of that kind. A link to our page may stand anywhere.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return True
    if request.headers.get("Sec-Fetch-Site", OWN_SITE[0]) in OWN_SITE:
        return False
    is_link = request.headers.get("Sec-Fetch-Dest") == "document"
    return not (is_link and request.method == "GET" and request.path == "/")


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
