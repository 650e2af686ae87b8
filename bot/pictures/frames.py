"""What the studio and its worker say to each other: frames of a length and so many bytes.

A request is JSON; an answer is a letter that says what it is, and the rest.
"""

import dataclasses
import json
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO

from bot.pictures.charts import Banner, BarChart, Chart

LENGTH = struct.Struct(">I")
MOST_REQUEST_BYTES = 1024 * 1024
# What Discord takes from a bot in a guild without boosts.
MOST_ANSWER_BYTES = 10 * 1024 * 1024

_CHARTS: dict[str, type[BarChart] | type[Banner]] = {
    kind.__name__: kind for kind in (BarChart, Banner)
}


class Tag(Enum):
    """What an answer is."""

    READY = b"R"
    PICTURE = b"P"
    MISSING = b"M"
    FAILURE = b"F"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the worker: a PNG, characters, or what went wrong."""

    tag: Tag
    content: bytes = b""

    @property
    def text(self) -> str:
        """Return the content as text."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Look:
    """A question: which characters of a text can no picture write?"""

    words: str


Request = Chart | Look


def packed(content: bytes) -> bytes:
    """Return a frame."""
    return LENGTH.pack(len(content)) + content


def written(request: Request) -> bytes:
    """Return a request as JSON."""
    kind = type(request).__name__
    return json.dumps({"kind": kind, **dataclasses.asdict(request)}).encode("ascii")


def read_request(content: bytes) -> Request:
    """Return the request that was written."""
    data: dict[str, Any] = json.loads(content)
    kind = data.pop("kind")
    return Look(**data) if kind == Look.__name__ else _CHARTS[kind].from_json(data)


def read_answer(content: bytes) -> Answer:
    """Return the answer in a frame.

    Raises:
        ValueError: it is none.
    """
    return Answer(Tag(content[:1]), content[1:])


def next_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame of a blocking stream, or None where it ends."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    length = LENGTH.unpack(head)[0]
    content = stream.read(length)
    return content if len(content) == length else None
