"""Discord's description of gateway frames, a file for each kind, beside that of the REST API."""

import json
from pathlib import Path

from jsonschema import Draft7Validator

from bot.sandbox.wire import Json
from tests.discord_description.description import Violation
from tests.discord_description.links import link, loosen_flags
from tests.discord_description.schemas import Schema, make_compiler

FRAME = "frame"


class FrameDescription:
    """The kinds of frames that are described, by file name: Hello, Ready, InteractionCreate."""

    def __init__(self, documents: dict[str, Json]) -> None:
        compiled = make_compiler(Draft7Validator)
        self._schemas: dict[str, Schema] = {}
        for kind, document in documents.items():
            loosen_flags(document)
            link(document)
            self._schemas[kind] = compiled(document)

    @classmethod
    def read(cls, folder: Path) -> "FrameDescription":
        """Read all files of the folder; none when it is not there."""
        files = sorted(folder.glob("*.json"))
        return cls({file.stem: json.loads(file.read_text("utf-8")) for file in files})

    def describes(self, kind: str) -> bool:
        """Tell whether frames of this kind can be checked."""
        return kind in self._schemas

    def violations(self, kind: str, frame: Json) -> list[Violation]:
        """List what is wrong with a frame; of what is not described nothing is known."""
        schema = self._schemas.get(kind)
        problems = schema.problems(frame) if schema else []
        return [Violation(FRAME, kind, problem) for problem in problems]


def kind_of(event: str) -> str:
    """Give the kind of an event's frame: `GuildCreate` of `GUILD_CREATE`."""
    return event.title().replace("_", "")
