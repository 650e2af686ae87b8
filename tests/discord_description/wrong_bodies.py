"""Makes bodies that Discord's description refuses out of one that it takes: one fault in each."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.wire import Json, as_list, as_object
from tests.discord_description.links import values_of

Steps = tuple[str | int, ...]
UNKNOWN_WORD = "no such thing"
UNKNOWN_NUMBER = 7_777


@dataclass(frozen=True, slots=True)
class WrongBody:
    """A body with one fault: where it is, and which rule it breaks."""

    place: Steps
    rule: str
    body: Any


def wrong_bodies(schema: Json, body: Any) -> Iterator[WrongBody]:
    """Give a body for every rule that a field of this one could break."""
    for place, rule, value in _wrong(schema, body, ()):
        yield WrongBody(place, rule, _replaced(body, place, value))


class _Missing:
    """Stands for a field that is taken away."""


MISSING = _Missing()


def _wrong(schema: Json, value: Any, place: Steps) -> Iterator[tuple[Steps, str, Any]]:
    yield from _wrong_itself(schema, value, place)
    for name, inner in as_object(schema.get("properties")).items():
        if name in as_object(value):
            yield from _wrong(inner, value[name], (*place, name))
    for name in as_list(schema.get("required")):
        if name in as_object(value):
            yield (*place, name), "required", MISSING
    items = schema.get("items")
    if items is not None:
        for index, item in enumerate(as_list(value)):
            yield from _wrong(items, item, (*place, index))
    for part in as_list(schema.get("allOf")):
        yield from _wrong(part, value, place)
    branches = [*as_list(schema.get("oneOf")), *as_list(schema.get("anyOf"))]
    fitting = [branch for branch in branches if _fits(branch, value)]
    if len(fitting) == 1:
        yield from _wrong(fitting[0], value, place)


def _wrong_itself(schema: Json, value: Any, place: Steps) -> Iterator[tuple[Steps, str, Any]]:
    if (types := schema.get("type")) is not None:
        named = {types} if isinstance(types, str) else set(as_list(types))
        # Numbers in words and the like may be understood; an object for a text never is.
        yield place, "type", UNKNOWN_WORD if {"object", "array"} & named else {"a": "b"}
        if isinstance(value, bool):
            yield place, "type", UNKNOWN_WORD
    if values := values_of({"enum": schema["enum"]} if "enum" in schema else schema):
        is_word = any(isinstance(one, str) for _, one in values)
        yield place, "enum", UNKNOWN_WORD if is_word else UNKNOWN_NUMBER
    if isinstance(value, str):
        yield from _wrong_text(schema, value, place)
    elif as_list(value):
        yield from _wrong_list(schema, as_list(value), place)
    elif isinstance(value, int):
        for rule, step in (("maximum", 1), ("minimum", -1)):
            if rule in schema:
                yield place, rule, schema[rule] + step


def _wrong_text(schema: Json, value: str, place: Steps) -> Iterator[tuple[Steps, str, Any]]:
    if (most := schema.get("maxLength", 10**6)) < 10**5:
        yield place, "maxLength", (value or "x") + "x" * most
    if schema.get("minLength"):
        yield place, "minLength", ""
    if "pattern" in schema:
        yield place, "pattern", UNKNOWN_WORD
    if schema.get("format") in {"uri", "date-time"}:
        yield place, "format", UNKNOWN_WORD


def _wrong_list(schema: Json, value: list[Any], place: Steps) -> Iterator[tuple[Steps, str, Any]]:
    if (most := schema.get("maxItems", 10**3)) < 10**3 and value:
        yield place, "maxItems", [copy.deepcopy(value[0]) for _ in range(most + 1)]
    if schema.get("minItems"):
        yield place, "minItems", []


def _fits(branch: Json, value: Any) -> bool:
    if branch.get("type") == "null":
        return value is None
    kind = as_object(as_object(branch.get("properties")).get("type"))
    values = values_of(kind)
    told = as_object(value).get("type")
    return value is not None and (not values or any(told == one for _, one in values))


def _replaced(body: Any, place: Steps, value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(body)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    if value is MISSING:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return changed
