"""Reads JSON from strangers: no numbers that JSON does not have, and no bottomless nesting."""

import json
import math
import re
from typing import Any, cast

MOST_DEPTH = 100
# Half of a surrogate pair: JSON can write one, but no text can have it.
_HALF = re.compile(r"\\u[dD][89aAbB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89aAbB]..)\\u[dD][c-fC-F]")


def _refuse_constant(name: str) -> Any:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        message = f"{text} is too large"
        raise ValueError(message)
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def read_json(raw: bytes | str) -> Any:
    """Read JSON; a `ValueError` says that it is none, nested too deep, or no Unicode."""
    text = raw if isinstance(raw, str) else raw.decode()
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    # Only what is written like half a character can be one, which spares the rest the look.
    if _HALF.search(text):
        json.dumps(value, ensure_ascii=False).encode()
    # Only what has so many brackets can be so deep.
    if text.count("[") + text.count("{") > MOST_DEPTH and _is_deep(value):
        raise ValueError("it is nested too deep")
    return value


def _is_deep(value: object) -> bool:
    layer = [value]
    for _ in range(MOST_DEPTH):
        inner: list[object] = []
        for one in layer:
            if isinstance(one, dict):
                inner += cast("dict[str, object]", one).values()
            elif isinstance(one, list):
                inner += cast("list[object]", one)
        layer = inner
    return bool(layer)
