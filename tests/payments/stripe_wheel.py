"""Holds what is sent to Stripe and what our double answers against the types in Stripe's wheel.

The wheel is generated from Stripe's own description of its API, so what it does not know is wrong.
"""

import sys
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

import stripe
import typing_extensions
from stripe import ListObject, StripeObject

_SCALARS = (int, bool, str, float, type(None))
_REQUIRED_OR_NOT = (typing.NotRequired, typing.Required, typing_extensions.NotRequired)


def resource_of(name: str) -> type[StripeObject]:
    """Return the class of what calls itself `checkout.session`, `refund` and so on."""
    *folders, last = name.split(".")
    place: Any = stripe
    for folder in folders:
        place = getattr(place, folder)
    found = getattr(place, "".join(word.capitalize() for word in last.split("_")))
    assert issubclass(found, StripeObject)
    assert name == getattr(found, "OBJECT_NAME", name)
    return found


def problems_of_answer(answer: object, kind: type, path: str = "") -> Iterator[str]:
    """Yield what an answer has that its class in the wheel does not know."""
    if not isinstance(answer, dict):
        yield f"{path}: {kind.__name__} is not {answer!r}"
        return
    known = _annotations(kind)
    for name, value in typing.cast("dict[str, Any]", answer).items():
        here = f"{path}.{name}" if path else name
        if name not in known:
            yield f"{here}: {kind.__name__} has no such field"
        elif not _fits(value, known[name], kind):
            yield f"{here}: {value!r} is not {known[name]}"
            yield from _reasons(value, known[name], kind, here)


def problems_of_event(event: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an event, and with what is inside."""
    yield from problems_of_answer(event, stripe.Event, "event")
    inside = event["data"]["object"]
    yield from problems_of_answer(inside, resource_of(inside["object"]), f"event of {inside['id']}")


def problems_of_parameters(sent: dict[str, Any], kind: type, path: str = "") -> Iterator[str]:
    """Yield what a request's parameters, written as in a form, have that the wheel knows not."""
    known = _annotations(kind)
    for name, value in sent.items():
        here = f"{path}.{name}" if path else name
        if name not in known:
            yield f"{here}: {kind.__name__} has no such parameter"
        elif not _fits(value, known[name], kind, on_wire=True):
            yield f"{here}: {value!r} is not {known[name]}"


def _annotations(kind: type) -> dict[str, Any]:
    # What all requests share, such as the API key, travels in headers and is no parameter.
    shared: frozenset[str] = frozenset()
    if typing_extensions.is_typeddict(kind):
        shared = frozenset(stripe.RequestOptions.__annotations__)
    return {
        name: hint
        for name, hint in kind.__annotations__.items()
        if get_origin(hint) is not typing.ClassVar and name not in shared
    }


def _reasons(value: object, hint: Any, home: type, path: str) -> Iterator[str]:
    for option in _options(hint, home):
        if isinstance(value, dict) and _has_fields(option):
            yield from problems_of_answer(typing.cast("object", value), option, path)


def _has_fields(option: Any) -> bool:
    if get_origin(option) is not None or not isinstance(option, type):
        return False
    kind: type[Any] = option
    return issubclass(kind, StripeObject) or typing_extensions.is_typeddict(kind)


def _options(hint: Any, home: type) -> Iterator[Any]:
    """Yield every alternative of a type, with names looked up where the type stands."""
    if isinstance(hint, str):
        hint = typing.ForwardRef(hint)
    if isinstance(hint, typing.ForwardRef):
        yield from _options(_looked_up(hint.__forward_arg__, home), home)
    elif get_origin(hint) in _REQUIRED_OR_NOT:
        yield from _options(get_args(hint)[0], home)
    elif get_origin(hint) in {Union, types.UnionType}:
        # The wheel adds `str` to its lists of words for what may come later. Not for us.
        words = [each for each in get_args(hint) if get_origin(each) is Literal]
        for option in get_args(hint):
            if not (words and option is str):
                yield from _options(option, home)
    else:
        yield hint


def _looked_up(name: str, home: type) -> Any:
    spaces = {**vars(typing_extensions), **vars(stripe.checkout), **vars(stripe)}
    spaces = {**spaces, **vars(sys.modules[home.__module__])}
    if name.isidentifier() and name not in spaces:
        return getattr(stripe, name)  # the package loads its parts when they are asked for
    # Only the wheel's own annotations get here.
    return eval(name, spaces)  # noqa: S307


def _fits(value: Any, hint: Any, home: type, *, on_wire: bool = False) -> bool:
    return any(_fits_one(value, option, home, on_wire=on_wire) for option in _options(hint, home))


def _fits_one(value: Any, option: Any, home: type, *, on_wire: bool) -> bool:
    origin, inside = get_origin(option), get_args(option)
    if option in _SCALARS:
        return _is_written(value, option) if on_wire else type(value) is option
    if origin is Literal:
        return value in inside
    if isinstance(value, dict) and _has_fields(option):
        check = problems_of_parameters if on_wire else problems_of_answer
        return not any(check(typing.cast("dict[str, Any]", value), option))
    parts = _parts(value, origin)
    if parts is not None:
        return all(_fits(part, inside[-1], home, on_wire=on_wire) for part in parts)
    return option is Any


def _parts(value: Any, origin: Any) -> list[Any] | None:
    """Return what has to be of the type that a list or mapping is of, None for neither."""
    if origin is list and isinstance(value, list):
        return typing.cast("list[Any]", value)
    if isinstance(value, dict):
        fields = typing.cast("dict[str, Any]", value)
        if origin is ListObject:
            return typing.cast("list[Any]", fields["data"])
        if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
            return list(fields.values())
    return None


def _is_written(value: object, kind: type) -> bool:
    """Return whether a form's text is a value of that kind."""
    if not isinstance(value, str):
        return False
    if kind is int:
        return value.isascii() and value.isdigit()
    if kind is bool:
        return value in {"true", "false"}
    return kind is str
