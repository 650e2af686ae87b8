"""Checks values against JSON Schemas as Discord writes them, and explains what is wrong."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from jsonschema import FormatChecker, ValidationError, validators
from jsonschema.protocols import Validator

from bot.sandbox.wire import Json, as_list, as_object
from tests.discord_description.links import Steps, Values, schema_at, typed, values_of

# What tells the kinds of one union apart, in Discord's own documentation too.
TELLING: tuple[Steps, ...] = (
    ("type",),
    ("style",),
    ("component_type",),
    ("data", "type"),
    ("data", "component_type"),
)
JSON_TYPES: dict[type[object], tuple[str, ...]] = {
    type(None): ("null",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    str: ("string",),
    list: ("array",),
    dict: ("object",),
}
FORMATS = FormatChecker(formats=())
# Their own words say it best; all others only tell what the value is and what it should be.
SPEAKING_RULES = {"required", "oneOf", "anyOf"}
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where in the value, such as `embeds[0].title`."""

    place: str
    message: str


@FORMATS.checks("date-time")
def is_moment(value: object) -> bool:
    """Tell whether a text is a moment with its offset; what is no text has no format."""
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@FORMATS.checks("uri")
def is_address(value: object) -> bool:
    """Tell whether a text is an address with a scheme."""
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", value)


@FORMATS.checks("int32")
def is_int32(value: object) -> bool:
    """Tell whether a whole number fits 32 bits."""
    return not isinstance(value, int) or -(2**31) <= value < 2**31


class Unions:
    """The rule for unions: only the kinds that a value can be meant as are looked at."""

    def __init__(self) -> None:
        # Each schema is asked about thousands of times. It is kept too, so that its id stays its.
        self._kinds: dict[int, tuple[Json, list[tuple[Steps, Values]]]] = {}
        self._values: dict[int, tuple[Json, Values | None]] = {}

    def __call__(
        self, validator: Any, branches: list[Json], instance: object, schema: Json
    ) -> Iterator[ValidationError]:
        """Give what is wrong with a value of a union."""
        allowed = self._listed(schema)
        if allowed is not None:
            if not (is_plain(instance) and typed(instance) in allowed):
                shown = sorted(str(value) for _, value in allowed)
                yield ValidationError(f"{shown_shortly(instance)} is none of {shown}")
            return
        likely = self._likely(branches, instance)
        problems: list[list[ValidationError]] = [
            list(validator.descend(instance, branch)) for branch in likely
        ]
        if not likely:
            yield ValidationError(f"{shown_shortly(instance)} is of none of the kinds allowed")
        elif all(problems):
            yield from min(problems, key=_strangeness)

    def _listed(self, schema: Json) -> Values | None:
        kept = self._values.get(id(schema))
        if kept is None:
            kept = self._values[id(schema)] = schema, values_of({"oneOf": schema.get("oneOf")})
        return kept[1]

    def _likely(self, branches: list[Json], instance: object) -> list[Json]:
        for most_told in (len(TELLING), 1):
            fitting = [one for one in branches if self._may_be(one, instance, most_told)]
            if fitting:
                return fitting
        # "This or null" has one kind alone, so its own complaint says more.
        real = [branch for branch in branches if branch.get("type") != "null"]
        return real if len(real) == 1 else []

    def _may_be(self, branch: Json, instance: object, most_told: int) -> bool:
        types = branch.get("type")
        named = [types] if isinstance(types, str) else as_list(types)
        if named and not set(named) & set(JSON_TYPES[type(instance)]):
            return False
        return all(
            told is None or typed(told) in values
            for steps, values in self._kinds_of(branch)
            for told in [_told(instance, steps)]
            if steps in TELLING[:most_told]
        )

    def _kinds_of(self, branch: Json) -> list[tuple[Steps, Values]]:
        kept = self._kinds.get(id(branch))
        if kept is None:
            found = ((steps, schema_at(branch, steps)) for steps in TELLING)
            listed = ((steps, values_of(inner)) for steps, inner in found if inner is not None)
            kinds = [(steps, values) for steps, values in listed if values]
            kept = self._kinds[id(branch)] = branch, kinds
        return kept[1]


def _strangeness(problems: list[ValidationError]) -> tuple[int, int]:
    # What agrees down to a deep place, or in most places, is most probably what was meant.
    return -min(len(problem.relative_path) for problem in problems), len(problems)


def _told(instance: Any, steps: Steps) -> object:
    for step in steps:
        instance = as_object(instance).get(step)
    return instance if is_plain(instance) else None


def is_plain(value: object) -> bool:
    """Tell whether a value is neither an object nor a list."""
    return not isinstance(value, (dict, list))


class Schema:
    """One schema that values are checked against."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self._conforming: set[int] = set()

    def problems(self, value: Any) -> list[Problem]:
        """List what is wrong with a value."""
        # Tests start the same bot hundreds of times; what was looked through once is known.
        key = hash(json.dumps(value))
        if key in self._conforming:
            return []
        problems = [
            Problem(_written(error.absolute_path), _message(error))
            for error in self._validator.iter_errors(value)
        ]
        if not problems:
            self._conforming.add(key)
        return problems


def make_compiler(draft: type[Validator]) -> Callable[[Json], Schema]:
    """Give what compiles linked schemas of one draft."""
    unions = Unions()
    extend = cast("Any", validators).extend  # untyped there
    kind: type[Validator] = extend(draft, {"oneOf": unions, "anyOf": unions})
    return lambda schema: Schema(kind(schema, format_checker=FORMATS))


def _written(steps: Any) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _message(error: ValidationError) -> str:
    if error.validator in SPEAKING_RULES:
        return error.message
    limit = shown_shortly(error.validator_value)
    return f"{shown_shortly(error.instance)} breaks {error.validator}: {limit}"


def shown_shortly(value: Any) -> str:
    """Write a value for people to read, without its inner parts."""
    plain = {key: each for key, each in as_object(value).items() if is_plain(each)}
    text = repr(plain if isinstance(value, dict) else value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
