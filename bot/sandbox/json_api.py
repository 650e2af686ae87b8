"""The JSON API that scripts and the page use to act as a person.

| call | body |
|---|---|
| `GET /sandbox/state` | |
| `GET /sandbox/messages?as=&channel=` | `channel=dm:<application id>` reads direct messages |
| `GET /sandbox/events?as=` | server-sent events |
| `POST /sandbox/command` | `{"as", "channel", "command", "options": {name: value}}` |
| `POST /sandbox/autocomplete` | the same and `"focused": name` |
| `POST /sandbox/component` | `{"as", "message", "custom_id", "values": []}` |
| `POST /sandbox/modal` | `{"as", "interaction", "values": {custom_id: text}}` |
| `POST /sandbox/member` | `{"member", "action", "role"}` |

Members, channels and roles are given by id or name. A command also takes `"application"` when
several bots have it, and `"target"`, the member or message that a context menu is used on. A
file is `{"filename", "content": base64}` or `{"filename", "text"}`.

For tests, the acting calls but autocomplete take `"force": true`, which sends what Discord would
refuse, and `"deliveries": 2`, which sends the same interaction so many times. The body
`{"resend": interaction}` on command sends an earlier interaction again as it was.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import web

from bot.sandbox.event_stream import EventStream
from bot.sandbox.interactions import Interactions
from bot.sandbox.lookup import ScriptError, find_person, find_place, find_role
from bot.sandbox.membership import Membership
from bot.sandbox.state import describe
from bot.sandbox.wire import Json, as_object
from bot.sandbox.world import World

Field = tuple[str, type | tuple[type, ...], bool]
REQUIRED, OPTIONAL = True, False
ACTING: tuple[Field, ...] = (("as", str, REQUIRED),)
FORCING: tuple[Field, ...] = (("force", bool, OPTIONAL), ("deliveries", int, OPTIONAL))
MOST_DELIVERIES = 100
COMMAND: tuple[Field, ...] = (
    *ACTING,
    ("channel", str, REQUIRED),
    ("command", str, REQUIRED),
    ("options", dict, OPTIONAL),
    ("application", str, OPTIONAL),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    "command": (*COMMAND, *FORCING, ("target", str, OPTIONAL)),
    "resend": (("resend", str, REQUIRED),),
    "autocomplete": (*COMMAND, ("focused", str, REQUIRED)),
    "component": (
        *ACTING,
        *FORCING,
        ("message", str, REQUIRED),
        ("custom_id", str, REQUIRED),
        ("values", list, OPTIONAL),
    ),
    "modal": (*ACTING, *FORCING, ("interaction", str, REQUIRED), ("values", dict, REQUIRED)),
    "member": (
        ("member", str, REQUIRED),
        ("action", str, REQUIRED),
        ("role", str, OPTIONAL),
    ),
}
Action = Callable[[web.Request], Awaitable[web.StreamResponse]]


class JsonApi:
    """Parses the calls and passes them on."""

    def __init__(self, world: World, interactions: Interactions) -> None:
        self._world = world
        self._interactions = interactions
        self._membership = Membership(world)
        self.events = EventStream(world)

    def routes(self) -> list[web.RouteDef]:
        """List the calls."""
        return [
            web.get("/sandbox/state", told(self.state)),
            web.get("/sandbox/messages", told(self.messages)),
            web.get("/sandbox/events", told(self.events.handle)),
            web.post("/sandbox/command", told(self.command)),
            web.post("/sandbox/autocomplete", told(self.autocomplete)),
            web.post("/sandbox/component", told(self.component)),
            web.post("/sandbox/modal", told(self.modal)),
            web.post("/sandbox/member", told(self.member)),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """Describe the guild and the bots."""
        return answer(describe(self._world))

    async def messages(self, request: web.Request) -> web.Response:
        """List what a member sees in a channel, oldest first."""
        member = find_person(self._world, request.query.get("as"))
        channel_id = find_place(self._world, member, request.query.get("channel"))
        stored = self._world.messages.in_channel(channel_id)
        return answer([one.data for one in stored if self._world.sees_message(member.id, one)])

    async def command(self, request: web.Request) -> web.Response:
        """Use a command, or deliver an earlier interaction once more."""
        body = await read_object(request)
        if "resend" in body:
            fields = checked(body, "resend")
            outcome = await self._interactions.resend(fields["resend"])
        else:
            outcome = await self._interactions.command(**checked(body, "command"))
        return answer(outcome.to_json())

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Ask for choices."""
        fields = checked(await read_object(request), "autocomplete")
        return answer((await self._interactions.autocomplete(**fields)).to_json())

    async def component(self, request: web.Request) -> web.Response:
        """Press a button or choose from a select."""
        fields = checked(await read_object(request), "component")
        return answer((await self._interactions.component(**fields)).to_json())

    async def modal(self, request: web.Request) -> web.Response:
        """Send a filled-in modal."""
        fields = checked(await read_object(request), "modal")
        return answer((await self._interactions.modal(**fields)).to_json())

    async def member(self, request: web.Request) -> web.Response:
        """Let a member leave, join, gain or lose a role."""
        fields = checked(await read_object(request), "member")
        member = find_person(self._world, fields["member"])
        role = find_role(self._world, fields["role"]) if "role" in fields else None
        self._membership.change(member, fields["action"], role)
        return answer(member.to_json() | {"present": member.present})


def told(action: Action) -> Action:
    """Turn what is wrong with a call into its answer."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await action(request)
        except ScriptError as error:
            return answer({"error": error.sentence}, status=error.status)

    return handle


def answer(body: Any, *, status: int = 200) -> web.Response:
    """Write JSON that no browser keeps."""
    text = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return web.Response(status=status, body=text, headers=headers)


async def read_object(request: web.Request) -> Json:
    """Read the body, which must be a JSON object."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise ScriptError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ScriptError("The body must be a JSON object.")
    return as_object(cast("object", body))


def checked(body: Json, call: str) -> Json:
    """Check the fields of a call and give them as arguments; `as` is a word of Python's own."""
    known = {name for name, _, _ in FIELDS[call]}
    if unknown := sorted(set(body) - known):
        sentence = f'There is no field "{unknown[0]}" here.'
        raise ScriptError(sentence)
    arguments: Json = {}
    for name, kind, required in FIELDS[call]:
        value = body.get(name)
        if value is None:
            if required:
                sentence = f'The field "{name}" is missing.'
                raise ScriptError(sentence)
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            sentence = f'The field "{name}" must be of type {type_name(kind)}.'
            raise ScriptError(sentence)
        arguments["as_" if name == "as" else name] = value
    if not 1 <= arguments.get("deliveries", 1) <= MOST_DELIVERIES:
        sentence = f'"deliveries" must be between 1 and {MOST_DELIVERIES}.'
        raise ScriptError(sentence)
    return arguments


def type_name(kind: type | tuple[type, ...]) -> str:
    """Name a JSON type."""
    names = {str: "string", dict: "object", list: "array", bool: "boolean", int: "integer"}
    return names.get(kind, "value") if isinstance(kind, type) else "value"
