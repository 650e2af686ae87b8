"""Discord's description of its REST API: what operations there are, what they take and give."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bot.sandbox.wire import Json
from tests.discord_description.links import link
from tests.discord_description.schemas import Problem, Schema, make_compiler

METHODS = ("get", "post", "put", "patch", "delete")
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
REQUEST, ANSWER = "request", "answer"
REFUSALS = range(400, 500)
TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something on the wire that Discord's description does not allow."""

    side: str
    route: str
    problem: Problem

    def __str__(self) -> str:
        place = f" {self.problem.place}" if self.problem.place else ""
        return f"{self.route}: {self.side}{place}: {self.problem.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what was answered to it."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    status: int
    answer: Any = None


class Operation:
    """One method of one path."""

    def __init__(
        self, template: str, method: str, item: Json, compiled: Callable[[Json], Schema]
    ) -> None:
        self.name = f"{method.upper()} {template}"
        self.steps = steps_of(template)
        self._parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
        self._body: Json = item[method].get("requestBody", {})
        self._answers: Json = item[method]["responses"]
        self._compiled = compiled

    @property
    def body_schema(self) -> Json | None:
        """What a body looks like; the same whether it comes as JSON or beside files."""
        content = self._body.get("content", {}).values()
        return next((one["schema"] for one in content), None)

    @cached_property
    def _body_checker(self) -> Schema | None:
        return self._compiled(self.body_schema) if self.body_schema else None

    @cached_property
    def _answer_schemas(self) -> dict[str, Schema | None]:
        contents = {status: one.get("content", {}) for status, one in self._answers.items()}
        return {
            status: next((self._compiled(one["schema"]) for one in content.values()), None)
            for status, content in contents.items()
        }

    @cached_property
    def _parameter_schemas(self) -> dict[tuple[str, str], tuple[Json, Schema]]:
        return {
            (one["in"], one["name"]): (one["schema"], self._compiled(one["schema"]))
            for one in self._parameters
        }

    def request_problems(self, exchange: Exchange) -> Iterator[Problem]:
        """Give what is wrong with a request that was taken."""
        given = zip(self.steps, steps_of(exchange.path), strict=True)
        in_path = {step[1:-1]: value for step, value in given if step.startswith("{")}
        for where, values in (("path", in_path), ("query", exchange.query)):
            for name, value in values.items():
                yield from self._parameter_problems(where, name, value)
        if exchange.body is None:
            if self._body.get("required"):
                yield Problem("", "a body is required")
        elif self._body_checker is None:
            yield Problem("", "no body belongs here")
        else:
            yield from self._body_checker.problems(exchange.body)

    def _parameter_problems(self, where: str, name: str, text: str) -> Iterator[Problem]:
        known = self._parameter_schemas.get((where, name))
        if known is None:
            yield Problem(f"{where}.{name}", "there is no such parameter")
            return
        schema, checker = known
        for problem in checker.problems(read_parameter(schema, text)):
            yield Problem(f"{where}.{name}", problem.message)

    def answer_problems(self, status: int, answer: Any) -> Iterator[Problem]:
        """Give what is wrong with an answer."""
        kind = str(status) if str(status) in self._answers else f"{status // 100}XX"
        if kind not in self._answers:
            yield Problem("", f"{status} is none of {sorted(self._answers)}")
            return
        schema = self._answer_schemas[kind]
        if schema is not None:
            yield from schema.problems(answer)
        elif answer is not None:
            yield Problem("", f"an answer {status} has no body")


class Description:
    """All operations together."""

    def __init__(self, document: Json) -> None:
        link(document)
        compiled = make_compiler(Draft202012Validator)
        self._operations: dict[tuple[str, int], list[Operation]] = {}
        for template, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = Operation(template, method, item, compiled)
                    key = method.upper(), len(operation.steps)
                    self._operations.setdefault(key, []).append(operation)
        # A literal step such as `@original` wins over a parameter at its place.
        for group in self._operations.values():
            group.sort(key=lambda one: [step.startswith("{") for step in one.steps])
        refusal = document["components"]["responses"]["ClientErrorResponse"]
        self._refusal = compiled(refusal["content"]["application/json"]["schema"])

    @classmethod
    def read(cls, path: Path) -> "Description":
        """Read the file."""
        return cls(json.loads(path.read_text("utf-8")))

    def operation(self, method: str, path: str) -> Operation | None:
        """Find what a request is."""
        steps = steps_of(path)
        for operation in self._operations.get((method, len(steps)), []):
            pairs = zip(operation.steps, steps, strict=True)
            if all(step == given or step.startswith("{") for step, given in pairs):
                return operation
        return None

    def violations(self, exchange: Exchange) -> list[Violation]:
        """List what is wrong with a request and its answer.

        A request that was refused may have been wrong on purpose: then the answer alone counts.
        """
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return self._violations_elsewhere(exchange)
        found = [
            Violation(ANSWER, operation.name, problem)
            for problem in operation.answer_problems(exchange.status, exchange.answer)
        ]
        if exchange.status in TAKEN:
            problems = operation.request_problems(exchange)
            found += [Violation(REQUEST, operation.name, problem) for problem in problems]
        return found

    def _violations_elsewhere(self, exchange: Exchange) -> list[Violation]:
        route = f"{exchange.method} {exchange.path}"
        if exchange.status not in REFUSALS:
            problem = Problem("", "Discord's description has no such route")
            return [Violation(REQUEST, route, problem)]
        return [
            Violation(ANSWER, route, problem) for problem in self._refusal.problems(exchange.answer)
        ]


def steps_of(path: str) -> tuple[str, ...]:
    """Split a path at its slashes."""
    return tuple(path.strip("/").split("/"))


def read_parameter(schema: Json, text: str) -> Any:
    """Read a parameter, which is a text on the wire, as the type that it stands for."""
    if schema.get("type") == "boolean":
        return TRUTHS.get(text.lower(), text)
    if schema.get("type") == "integer" and text.removeprefix("-").isdecimal():
        return int(text)
    return text
