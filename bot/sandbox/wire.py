"""Names for what travels: JSON objects, and uploaded files."""

from dataclasses import dataclass, field
from typing import Any, cast

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of a multipart request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Body:
    """What a request carries: its JSON, and its files by number."""

    json: Any = None
    files: dict[str, UploadedFile] = field(default_factory=dict[str, UploadedFile])


def as_object(value: object) -> Json:
    """Read a value as a JSON object, an empty one when it is none."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Read a value as a JSON array, an empty one when it is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """Read a whole number; a truth value is none, though Python takes it for one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
