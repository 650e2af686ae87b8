"""Reads JSON Schemas: links their parts to one another, and finds what fields may hold."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from bot.sandbox.wire import Json, as_list, as_object

Steps = tuple[str, ...]
Values = frozenset[tuple[type[object], object]]

# Beside a reference these say nothing about what is allowed.
ANNOTATIONS = {"description", "title", "$ref"}


def link(document: Json) -> None:
    """Put what every `$ref` names in its place, so that no look-up is left for later."""
    for holder, key, reference in list(_references(document)):
        holder[key] = _linked(document, reference)


def _references(document: Json) -> Iterator[tuple[Any, str | int, Json]]:
    waiting: list[Any] = [document]
    while waiting:
        holder = waiting.pop()
        for key, value in [*as_object(holder).items(), *enumerate(as_list(holder))]:
            if "$ref" in as_object(value):
                yield holder, key, value
            else:
                waiting.append(value)


def _linked(document: Json, reference: Json) -> Json:
    target = document
    for step in unquote(reference["$ref"]).removeprefix("#/").split("/"):
        target = target[step.replace("~1", "/").replace("~0", "~")]
    if "$ref" in target:
        target = _linked(document, target)
    beside = {key: value for key, value in reference.items() if key not in ANNOTATIONS}
    return {"allOf": [target], **beside} if beside else target


def values_of(schema: Json) -> Values | None:
    """Give the only values that a schema allows, or None when it does not list them."""
    if "const" in schema:
        return frozenset({typed(schema["const"])})
    if "enum" in schema:
        return frozenset(typed(value) for value in as_list(schema["enum"]))
    options = [values_of(one) for one in as_list(schema.get("oneOf"))]
    listed = [one for one in options if one is not None]
    if options and len(listed) == len(options):
        return frozenset[tuple[type[object], object]]().union(*listed)
    parts = (values_of(one) for one in as_list(schema.get("allOf")))
    return next((one for one in parts if one), None)


def typed(value: object) -> tuple[type[object], object]:
    """Write a value with its type, since in Python True is 1 and in JSON it is not."""
    return type(value), value


def schema_at(schema: Json, steps: Steps) -> Json | None:
    """Find the schema of an inner field."""
    if not steps:
        return schema
    inner = as_object(schema.get("properties")).get(steps[0])
    if inner is not None and (found := schema_at(inner, steps[1:])) is not None:
        return found
    parts = (schema_at(one, steps) for one in as_list(schema.get("allOf")))
    return next((one for one in parts if one is not None), None)


def loosen_flags(document: Json) -> None:
    """Let any whole number be the value of what is named flags."""
    # The gateway's came out as lists of single bits, where any sum of them is meant.
    waiting: list[Any] = [document]
    while waiting:
        holder = waiting.pop()
        properties = as_object(as_object(holder).get("properties"))
        for name in properties:
            if name.endswith("flags"):
                properties[name] = {"type": ["integer", "null"]}
        waiting += [*as_object(holder).values(), *as_list(holder)]
