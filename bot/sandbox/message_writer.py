"""Turns what a bot sends into messages: checks, writes, keeps and announces them."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, field

from bot.sandbox.applications import Application
from bot.sandbox.attachments import LARGEST_FILE_BYTES
from bot.sandbox.component_answers import answered_components
from bot.sandbox.component_references import check_references, check_skus
from bot.sandbox.embed_rules import Path, answered_embed
from bot.sandbox.mentions import mentions_of
from bot.sandbox.message_rules import (
    LAYOUT_FLAG,
    MOST_FILES,
    SUPPRESS_EMBEDS_FLAG,
    check_message,
    refuse_empty,
    refuse_legacy_rest,
)
from bot.sandbox.messages import EPHEMERAL_FLAG, StoredMessage
from bot.sandbox.permissions import Permission
from bot.sandbox.rejections import INVALID_FORM, TOO_LARGE, DiscordError, FormProblems
from bot.sandbox.snowflakes import iso
from bot.sandbox.value_rules import read_object
from bot.sandbox.wire import Body, Json, UploadedFile, as_list, as_object
from bot.sandbox.world import World

LOADING_FLAG = 1 << 7
FLAGS_OF_SENDER = LAYOUT_FLAG | SUPPRESS_EMBEDS_FLAG | 1 << 12
DEFAULT_MESSAGE = 0


@dataclass(slots=True)
class Draft:
    """Where a message goes and what stands on it beside its body."""

    application: Application
    channel_id: str
    guild_id: str | None
    body: Json
    files: dict[str, UploadedFile] = field(default_factory=dict[str, UploadedFile])
    reader_id: str | None = None
    kind: int = DEFAULT_MESSAGE
    loading: bool = False
    # Where the message stands in the form that was sent: the first answer has it under "data".
    path: Path = ()
    # An answer to an interaction may always embed and attach.
    may_embed: bool = True
    extra: Json = field(default_factory=Json)


class MessageWriter:
    """Creates, edits and deletes messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, draft: Draft) -> StoredMessage:
        """Write a new message and announce it."""
        flags = sent_flags(draft.body)
        check_message(draft.body, draft.path, is_layout=bool(flags & LAYOUT_FLAG))
        refuse_large(draft.files)
        message = self._blank(draft, flags)
        with self._files_of_a_refused_one_forgotten(message):
            self._fill(message, draft.body, draft.files, draft.application)
            if not draft.may_embed:
                message["embeds"] = []
            if not draft.loading:
                refuse_empty(message)
        return self._keep(draft, message)

    @contextlib.contextmanager
    def _files_of_a_refused_one_forgotten(
        self, message: Json, had: Json | None = None
    ) -> Generator[None]:
        try:
            yield
        except DiscordError:
            self._world.attachments.forget(message, but=had)
            raise

    def _keep(self, draft: Draft, message: Json) -> StoredMessage:
        stored = StoredMessage(
            message, draft.channel_id, draft.application.id, draft.guild_id, draft.reader_id
        )
        for forgotten in self._world.messages.add(stored):
            self._world.attachments.forget(forgotten.data)
        self._world.tell_message("MESSAGE_CREATE", stored)
        return stored

    def edit(
        self,
        stored: StoredMessage,
        body: Body,
        path: Path = (),
        *,
        first_answer: bool = False,
        may_embed: bool = True,
    ) -> Json:
        """Change a message; the first answer on a "thinking" one does not count as an edit."""
        changes = read_object(body.json)
        # A layout stays one: Discord only lets the flag be added, never taken away.
        flags = stored.data["flags"] & ~LOADING_FLAG | sent_flags(changes)
        check_message(changes, path, is_layout=bool(flags & LAYOUT_FLAG))
        refuse_large(body.files)
        if flags & LAYOUT_FLAG and not stored.data["flags"] & LAYOUT_FLAG:
            refuse_legacy_rest(stored.data, changes, path)
        message = stored.data | {"flags": flags}
        if not first_answer:
            message["edited_timestamp"] = iso(self._world.clock())
        application = self._world.applications[stored.application_id]
        with self._files_of_a_refused_one_forgotten(message, stored.data):
            self._fill(message, changes, body.files, application)
            if not may_embed and "embeds" in changes:
                message["embeds"] = []
            refuse_empty(message)
        self._world.attachments.forget(stored.data, but=message)
        stored.data = message
        self._world.tell_message("MESSAGE_UPDATE", stored)
        return message

    def delete(self, stored: StoredMessage) -> None:
        """Take a message away."""
        self._world.messages.remove(stored)
        self._world.attachments.forget(stored.data)
        self._world.tell_message("MESSAGE_DELETE", stored)

    def _blank(self, draft: Draft, flags: int) -> Json:
        if draft.reader_id is not None:
            flags |= EPHEMERAL_FLAG
        if draft.loading:
            flags |= LOADING_FLAG
        return {
            "id": self._world.snowflakes.next(),
            "channel_id": draft.channel_id,
            "type": draft.kind,
            "author": draft.application.user,
            "content": "",
            "timestamp": iso(self._world.clock()),
            "edited_timestamp": None,
            "tts": draft.body.get("tts") is True,
            "pinned": False,
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "attachments": [],
            "embeds": [],
            "components": [],
            "flags": flags,
            **draft.extra,
        }

    def _fill(
        self,
        message: Json,
        body: Json,
        files: dict[str, UploadedFile],
        application: Application,
    ) -> None:
        if files or "attachments" in body:
            message["attachments"] = self._attach(message, body, files)
        if "content" in body:
            message["content"] = body["content"] or ""
            message |= mentions_of(
                message["content"],
                body.get("allowed_mentions"),
                self._world.guild,
                may_reach_all=self._may_reach_all(application, message["channel_id"]),
            )
        if "embeds" in body:
            urls = {one["filename"]: one["url"] for one in message["attachments"]}
            embeds = [as_object(embed) for embed in as_list(body["embeds"])]
            message["embeds"] = [answered_embed(embed, urls) for embed in embeds]
        if "components" in body:
            components = as_list(body["components"])
            check_references(components, [one["filename"] for one in message["attachments"]])
            check_skus(components, self._world.premium.skus_of(application.id))
            message["components"] = answered_components(components, message["attachments"])

    def _attach(self, message: Json, body: Json, files: dict[str, UploadedFile]) -> list[Json]:
        notes = [as_object(note) for note in as_list(body.get("attachments"))]
        had = {one["id"]: one for one in message["attachments"]}
        kept = [had[str(note["id"])] for note in notes if str(note.get("id")) in had]
        # Without a list of its own, a new message shows all its files.
        if body.get("attachments") is None:
            notes, kept = [{"id": number} for number in files], list(had.values())
        noted = {str(note.get("id")): note for note in notes}
        if len(kept) + len(files) > MOST_FILES:
            problems = FormProblems()
            problems.too_long(("attachments",), MOST_FILES)
            problems.raise_if_any()
        if unknown := [number for number in noted if number not in files and number not in had]:
            raise DiscordError(INVALID_FORM, missing_file(unknown[0]))
        added: list[Json] = []
        for number, file in files.items():
            attachment_id = self._world.snowflakes.next()
            note = noted.get(number, {})
            channel_id = message["channel_id"]
            added.append(self._world.attachments.add(attachment_id, channel_id, file, note))
        return kept + added

    def _may_reach_all(self, application: Application, channel_id: str) -> bool:
        guild = self._world.guild
        if channel_id not in guild.channels:
            return True
        bot = guild.members[application.id]
        return guild.may(bot, channel_id, Permission.MENTION_EVERYONE)


def sent_flags(body: Json) -> int:
    """Read the flags that a bot may set on its message itself."""
    flags = body.get("flags")
    return flags & FLAGS_OF_SENDER if isinstance(flags, int) else 0


def refuse_large(files: dict[str, UploadedFile]) -> None:
    """Refuse a file that is larger than a guild without boosts takes."""
    if any(len(file.content) > LARGEST_FILE_BYTES for file in files.values()):
        raise DiscordError(TOO_LARGE)


def missing_file(number: str) -> Json:
    """Write Discord's complaint about an attachment without its file."""
    message = f"Attachment {number} was not uploaded"
    problem = {"code": "ATTACHMENT_NOT_FOUND", "message": message}
    return {"attachments": {"_errors": [problem]}}
