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
| `POST /sandbox/purchase` | `{"as", "sku", "type": 1}` |
| `GET /sandbox/purchases?as=` | |
| `POST /sandbox/refund` | `{"as", "entitlement"}` |
| `POST /sandbox/skus` | `{"skus": [{"name", "price_minor", "currency", "type", "id"}]}` |
| `POST /sandbox/owner` | `{"owner", "team": [{"member", "role", "accepted"}]}` |
| `POST /sandbox/fault` | `{"fault", ...}` |
| `GET /sandbox/faults` | |
| `POST /sandbox/clock` | `{"advance_seconds"}` |

Members, channels and roles are given by id or name. A command also takes `"application"` when
several bots have it, and `"target"`, the member or message that a context menu is used on. A
file is `{"filename", "content": base64}` or `{"filename", "text"}`.

A bot sells seven packs of coins until `skus` sets others; a SKU is given by id or name, its price
in the currency's smallest units, its `type` as Discord's (3, a consumable). A purchase's `type` is
that of Discord's entitlements: 1, or 4 for one in test mode, which costs nothing and may be
repeated. A refund deletes the entitlement.

A bot's application belongs to the guild's owner until `owner` says something else. With a `team` it
belongs to that; `owner` owns the team, and a `role` is admin, developer or read_only.

For tests, the acting calls but autocomplete take `"force": true`, which sends what Discord would
refuse, and `"deliveries": 2`, which sends the same interaction so many times. The body
`{"resend": interaction}` on command sends an earlier interaction again as it was.

Faults break things on purpose; both calls answer `{"armed": [...]}`.

| fault | its fields, with what they are when left out | what happens |
|---|---|---|
| `rate_limit` | `on`, `times`, `retry_after_seconds` 1, `global` false | 429, nothing is done |
| `server_error` | `on`, `times`, `status` 500 (502, 503, 504), `after_work` false | that status |
| `slow` | `on`, `times`, `seconds` 2, `after_work` false | held back so long |
| `refuse` | `on` first_answer, `times`, `code` | refused with that code of Discord's |
| `late` | `times` | a first answer is held until it is refused with 10062 |
| `deliver_twice` | `times` | interactions go out twice |
| `deliver_late` | `times`, `seconds` 2.7 | interactions reach the bot so much later |
| `drop` | `resumable` true, `down_seconds` 0, `replay_events` 0 | the gateway's lines are cut |
| `reconnect` | | opcode 7: the bots are asked to connect again |
| `invalid_session` | `resumable` false | opcode 9 |
| `narrow_limits` | `limit` 1, `per_seconds` 5 | each bucket takes only so many requests |
| `none` | | all is disarmed, and what is held goes on |

`times` (1) is how many requests or interactions it hits, the first armed first. `on` chooses them:
`any` (default), `first_answer`, `later_answer` (the webhook routes), `channel` (also opening a
direct one), `other`, or `choices`, the answers to autocompletes, which no other choice hits: to
type a command must not use up what was armed for it. With `after_work` the request is served, and
only its answer is lost or slow. `replay_events` sends that many events once more at the next
RESUME, and until `down_seconds` are over nobody can connect.

All times are of the sandbox's clock. `/sandbox/clock` moves it forward, by at most 400 days a call,
and answers `{"now", "advanced_seconds"}`; the bot's own clock moves with it only where the bot was
started together with the sandbox and shares it. `/sandbox/state` tells `faults`, `clock`, and the
`unknown_requests` of bots.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import web

from bot.sandbox.clock import TimeMachine
from bot.sandbox.event_stream import EventStream
from bot.sandbox.faults import Faults
from bot.sandbox.interactions import Interactions
from bot.sandbox.json_reading import read_json
from bot.sandbox.lookup import ScriptError, find_person, find_place, find_role
from bot.sandbox.membership import Membership
from bot.sandbox.state import describe
from bot.sandbox.wire import Json, as_object
from bot.sandbox.world import World

Field = tuple[str, type | tuple[type, ...], bool]
REQUIRED, OPTIONAL = True, False
TOO_LARGE = 413
# Another site that has it loaded as a script or a style must get nothing out of it.
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
ACTING: tuple[Field, ...] = (("as", str, REQUIRED),)
FORCING: tuple[Field, ...] = (("force", bool, OPTIONAL), ("deliveries", int, OPTIONAL))
MOST_DELIVERIES = 100
MOST_ENTRIES = 1000
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
    "purchase": (
        *ACTING,
        ("sku", str, REQUIRED),
        ("type", int, OPTIONAL),
        ("application", str, OPTIONAL),
    ),
    "refund": (*ACTING, ("entitlement", str, REQUIRED)),
    "skus": (("skus", list, REQUIRED), ("application", str, OPTIONAL)),
    "owner": (
        ("owner", str, REQUIRED),
        ("team", list, OPTIONAL),
        ("application", str, OPTIONAL),
    ),
}
Action = Callable[[web.Request], Awaitable[web.StreamResponse]]


class JsonApi:
    """Parses the calls and passes them on."""

    def __init__(
        self,
        world: World,
        interactions: Interactions,
        faults: Faults,
        time_machine: TimeMachine,
    ) -> None:
        self._world = world
        self._interactions = interactions
        self._faults = faults
        self._time_machine = time_machine
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
        """Describe the guild, the bots, and what is unusual now."""
        clock, faults = self._time_machine.to_json(), self._faults.armed()
        return answer(describe(self._world) | {"clock": clock, "faults": faults})

    async def messages(self, request: web.Request) -> web.Response:
        """List what a member sees in a channel, oldest first."""
        member = find_person(self._world, request.query.get("as"))
        # To look must not open direct messages: any page can have a browser look.
        channel_id = find_place(self._world, member, request.query.get("channel"), opens=False)
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
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"} | NOSNIFF
    return web.Response(status=status, body=text, headers=headers)


async def read_object(request: web.Request) -> Json:
    """Read the body, which must be a JSON object."""
    try:
        body = read_json(await request.read())
    except web.HTTPRequestEntityTooLarge:
        raise ScriptError("The body is larger than 30 MiB.", status=TOO_LARGE) from None
    except (ValueError, web.RequestPayloadError):
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
        if kind in {dict, list} and len(value) > MOST_ENTRIES:
            sentence = f'The field "{name}" takes {MOST_ENTRIES} entries at most.'
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
