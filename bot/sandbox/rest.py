"""Discord's REST API without the sockets: finds the route, calls it, writes the answer."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.sandbox.applications import Application
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.rejections import (
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    SERVER_ERROR,
    UNAUTHORIZED,
    DiscordError,
    FormProblems,
    NotInSandbox,
)
from bot.sandbox.value_rules import read_object
from bot.sandbox.wire import Body, Json
from bot.sandbox.world import World

_log = logging.getLogger(__name__)

VERSION = "v10"
NO_CONTENT = 204
OK = 200
# Stands for the first answer to an interaction where otherwise a message's id does.
ORIGINAL = "@original"


@dataclass(slots=True)
class Call:
    """One request on its way to its route."""

    method: str
    path: str
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    query: dict[str, str] = field(default_factory=dict[str, str])
    body: Body = field(default_factory=Body)
    authorization: str = ""
    caller: Application | None = None
    # Why it is refused before its route sees it: a body that makes no sense, or a fault.
    refused: DiscordError | None = None
    # What is said instead of its answer, although the work was done.
    lost: DiscordError | None = None

    @property
    def application(self) -> Application:
        """The bot that calls."""
        if self.caller is None:
            raise DiscordError(UNAUTHORIZED)
        return self.caller

    @property
    def json(self) -> Json:
        """The body, which must be an object or left out."""
        return read_object(self.body.json)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status and its body, or its body's text when that is written already."""

    body: Any = None
    status: int = OK
    text: str | None = None


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path whose parameters stand in braces."""

    method: str
    template: str
    handler: Handler
    needs_token: bool = True

    @property
    def steps(self) -> tuple[str, ...]:
        """The path's parts."""
        return tuple(self.template.strip("/").split("/"))


@dataclass(slots=True)
class Answer:
    """What goes back over the socket."""

    status: int
    text: str | None
    headers: dict[str, str]


class Rest:
    """All routes together."""

    def __init__(self, world: World, routes: Iterable[Route]) -> None:
        self._world = world
        self.limits = RateLimits(world.clock)
        self._routes: dict[tuple[int, str], list[tuple[tuple[str, ...], dict[str, Route]]]] = {}
        for route in routes:
            self._add(route)
        # A literal step wins over a parameter at the same place.
        for group in self._routes.values():
            group.sort(key=lambda entry: [step.startswith("{") for step in entry[0]])

    def _add(self, route: Route) -> None:
        group = self._routes.setdefault((len(route.steps), route.steps[0]), [])
        for steps, methods in group:
            if steps == route.steps:
                methods[route.method] = route
                return
        group.append((route.steps, {route.method: route}))

    def answer(self, call: Call) -> Answer:
        """Serve one request."""
        try:
            route = self._find(call)
        except DiscordError as error:
            self._world.note_unknown_request(call.method, call.path)
            return refusal(error, {})
        headers, too_many = self.limits.count(bucket_of(route), call.authorization, call.parameters)
        if refused := too_many or call.refused:
            return refusal(refused, headers)
        answer = self._work(route, call, headers)
        return refusal(call.lost, headers) if call.lost else answer

    def knows(self, call: Call) -> bool:
        """Tell whether there is a route for a call."""
        try:
            self._find(call)
        except DiscordError:
            return False
        return True

    def _work(self, route: Route, call: Call, headers: dict[str, str]) -> Answer:
        try:
            reply = self._serve(route, call)
        except NotInSandbox as error:
            self._world.note_unknown_request(call.method, f"{call.path} with {error.what}")
            return refusal(error, headers)
        except DiscordError as error:
            return refusal(error, headers)
        except Exception:  # noqa: BLE001 - the last line of defence, logged in full
            # A bot's odd request must not end the sandbox, and must not go unseen either.
            _log.exception("The sandbox failed on %s %s.", call.method, call.path)
            return refusal(DiscordError(SERVER_ERROR), headers)
        if reply.status == NO_CONTENT:
            return Answer(reply.status, None, headers)
        return Answer(reply.status, reply.text or json.dumps(reply.body), headers)

    def _serve(self, route: Route, call: Call) -> Reply:
        call.caller = self._caller(call.authorization)
        if route.needs_token and call.caller is None:
            raise DiscordError(UNAUTHORIZED)
        refuse_odd_ids(call.parameters)
        return route.handler(call)

    def _find(self, call: Call) -> Route:
        version, *parts = call.path.strip("/").split("/")
        if version != VERSION:
            raise DiscordError(NOT_FOUND)
        known_path = False
        for steps, methods in self._routes.get((len(parts), parts[0] if parts else ""), []):
            if not _fits(steps, parts):
                continue
            known_path = True
            if route := methods.get(call.method):
                call.parameters = {
                    step[1:-1]: part
                    for step, part in zip(steps, parts, strict=True)
                    if step.startswith("{")
                }
                return route
        raise DiscordError(METHOD_NOT_ALLOWED if known_path else NOT_FOUND)

    def _caller(self, authorization: str) -> Application | None:
        kind, _, token = authorization.partition(" ")
        token = token.strip()
        # Discord's tokens are plain letters; other bytes could not even be written down.
        is_token = kind == "Bot" and token and token.isascii()
        return self._world.application_of(token) if is_token else None


def _fits(steps: tuple[str, ...], parts: list[str]) -> bool:
    return all(
        step == part or (step.startswith("{") and part != "")
        for step, part in zip(steps, parts, strict=True)
    )


def refuse_odd_ids(parameters: dict[str, str]) -> None:
    """Refuse what stands at the place of an id in a path and is none."""
    problems = FormProblems()
    # Only the messages of an interaction have an original among them.
    may_name_original = "token" in parameters
    for name, value in parameters.items():
        is_original = may_name_original and (name, value) == ("message_id", ORIGINAL)
        if name.endswith("_id") and not value.isdecimal() and not is_original:
            problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    problems.raise_if_any()


def refusal(error: DiscordError, headers: dict[str, str]) -> Answer:
    """Write Discord's answer to what it refuses."""
    return Answer(error.refusal.status, json.dumps(error.to_json()), headers | error.headers)


@cache
def bucket_of(route: Route) -> str:
    """Name the bucket that a route counts in."""
    return hashlib.sha256(f"{route.method} {route.template}".encode()).hexdigest()[:32]
