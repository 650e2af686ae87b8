"""Looks at every sandbox that a test runs: what crosses its wire, and what it has no route for."""

import json
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import gateway
from bot.sandbox.rest import Answer, Call, Rest
from bot.sandbox.session import Session
from bot.sandbox.wire import Json
from bot.sandbox.world import World
from tests.discord_description.description import Description, Exchange, Violation
from tests.discord_description.exceptions import unexpected
from tests.discord_description.frames import FrameDescription, kind_of

FOLDER_OF_FRAMES = "gateway"
SERVER_ERROR = 500


class WireWatch:
    """Keeps what was wrong until somebody asks; without the file it knows only unknown routes."""

    def __init__(self, path: Path | None) -> None:
        self.description = Description.read(path) if path else None
        self.frames = FrameDescription.read(path.parent / FOLDER_OF_FRAMES) if path else None
        self.checked: Counter[str] = Counter()
        self._violations: list[Violation] = []
        self._failures: list[str] = []
        self._worlds: list[World] = []
        self._patch = pytest.MonkeyPatch()

    def start(self) -> None:
        """Look at all sandboxes from now on."""
        self._patch.setattr(World, "__init__", self._noting_worlds(World.__init__))
        self._patch.setattr(Rest, "answer", self._checking_answers(Rest.answer))
        if frames := self.frames:
            dispatch = self._checking_events(Session.dispatch, frames)
            self._patch.setattr(Session, "dispatch", dispatch)
            self._patch.setattr(gateway, "frame", self._checking_hello(gateway.frame, frames))
            new_session = self._checking_identify(gateway.new_session, frames)
            self._patch.setattr(gateway, "new_session", new_session)

    def stop(self) -> None:
        """Look no more."""
        self._patch.undo()

    def complaints(self) -> list[str]:
        """Tell what was wrong since the last time that this was asked."""
        lines = list(dict.fromkeys([*map(str, self._violations), *self._failures]))
        self._violations.clear()
        self._failures.clear()
        for world in self._worlds:
            lines += [f"{method} {path}: no such route" for method, path in world.unknown_requests]
            world.unknown_requests.clear()
        return lines

    def forget_worlds(self) -> None:
        """Let the sandboxes of a test that is over go."""
        self._worlds.clear()

    def _note(self, kind: str, violations: list[Violation]) -> None:
        self.checked[kind] += 1
        self._violations += unexpected(violations)

    def _noting_worlds(self, original: Callable[..., None]) -> Callable[..., None]:
        @wraps(original)
        def init(world: World, **arguments: Any) -> None:
            original(world, **arguments)
            self._worlds.append(world)

        return init

    def _checking_answers(
        self, original: Callable[[Rest, Call], Answer]
    ) -> Callable[[Rest, Call], Answer]:
        @wraps(original)
        def answer(rest: Rest, call: Call) -> Answer:
            answered = original(rest, call)
            if answered.status >= SERVER_ERROR:
                # Of these the description knows nothing; only a fault may ask for one.
                if not (call.refused or call.lost):
                    self._failures.append(f"{call.method} {call.path}: the sandbox itself failed")
            elif self.description:
                violations = self.description.violations(exchange_of(call, answered))
                self._note("requests", violations)
            return answered

        return answer

    def _checking_events(
        self, original: Callable[[Session, str, str], None], frames: FrameDescription
    ) -> Callable[[Session, str, str], None]:
        @wraps(original)
        def dispatch(session: Session, event: str, data: str) -> None:
            original(session, event, data)
            if frames.describes(kind := kind_of(event)):
                sent = {"op": 0, "s": session.sequence, "t": event, "d": json.loads(data)}
                self._note(kind, frames.violations(kind, sent))

        return dispatch

    def _checking_hello(
        self, original: Callable[[gateway.Opcode, Any], str], frames: FrameDescription
    ) -> Callable[[gateway.Opcode, Any], str]:
        @wraps(original)
        def frame(opcode: gateway.Opcode, data: Any) -> str:
            text = original(opcode, data)
            if opcode is gateway.Opcode.HELLO:
                self._note("Hello", frames.violations("Hello", json.loads(text)))
            return text

        return frame

    def _checking_identify(
        self, original: Callable[[Json], Session], frames: FrameDescription
    ) -> Callable[[Json], Session]:
        @wraps(original)
        def new_session(identify: Json) -> Session:
            session = original(identify)
            sent = {"op": int(gateway.Opcode.IDENTIFY), "d": identify}
            self._note("Identify", frames.violations("Identify", sent))
            return session

        return new_session


def exchange_of(call: Call, answer: Answer) -> Exchange:
    """Write a served request as the description sees it, without the API's version."""
    return Exchange(
        method=call.method,
        path="/" + call.path.removeprefix("/").partition("/")[2],
        query=call.query,
        body=call.body.json,
        status=answer.status,
        answer=None if answer.text is None else json.loads(answer.text),
    )
