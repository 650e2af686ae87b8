"""The `resolved` part of an interaction: the people, roles and channels that values name."""

import base64

from bot.sandbox.attachments import LARGEST_FILE_BYTES
from bot.sandbox.component_parts import Kind
from bot.sandbox.embed_rules import Path
from bot.sandbox.file_names import safe_name, safe_type
from bot.sandbox.guild import Member
from bot.sandbox.lookup import NotThere, find_channel, find_member, find_role
from bot.sandbox.permissions import Permission
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, UploadedFile, as_object
from bot.sandbox.world import World

ENTITY_OF_SELECT = {
    Kind.USER_SELECT: ("user",),
    Kind.ROLE_SELECT: ("role",),
    Kind.MENTIONABLE_SELECT: ("user", "role"),
    Kind.CHANNEL_SELECT: ("channel",),
}


class Resolver:
    """Collects what the values of one interaction stand for."""

    def __init__(self, world: World, member: Member) -> None:
        self._world = world
        self._member = member
        self.resolved: Json = {}

    def add(self, kinds: tuple[str, ...], value: object) -> str:
        """Resolve a value that may be of these kinds and give its id."""
        for kind in kinds:
            try:
                return getattr(self, f"_add_{kind}")(value)
            except NotThere:
                continue
        sentence = f"There is no {' or '.join(kinds)} {value!r}."
        raise NotThere(sentence)

    def add_upload(self, value: object, problems: FormProblems, path: Path) -> str:
        """Take `{"filename", "content"}` with the content in base64, or `{"filename", "text"}`."""
        given = as_object(value)
        filename = given.get("filename")
        if not isinstance(filename, str) or not filename:
            problems.required((*path, "filename"))
            return str(value)
        try:
            content = base64.b64decode(str(given.get("content", "")), validate=True)
        except ValueError:
            problems.add((*path, "content"), "BASE64_INVALID", "Not base64.")
            return str(value)
        content = content or str(given.get("text", "")).encode()
        if len(content) > LARGEST_FILE_BYTES:
            problems.add((*path, "content"), "FILE_TOO_LARGE", "Your files are too powerful.")
            return str(value)
        filename = safe_name(filename)
        content_type = safe_type(given.get("content_type"), filename)
        file = UploadedFile(filename, content_type, content)
        attachment_id = self._world.snowflakes.next()
        data = self._world.attachments.add_upload(attachment_id, file)
        self.resolved.setdefault("attachments", {})[attachment_id] = data
        return attachment_id

    def add_message(self, message: Json) -> None:
        """Resolve the message that a context menu is used on."""
        self.resolved.setdefault("messages", {})[message["id"]] = message

    def _add_user(self, value: object) -> str:
        member = find_member(self._world, value)
        self.resolved.setdefault("users", {})[member.id] = member.user
        # Somebody who left is still a user, but no member.
        if member.present:
            partial = member.to_json()
            for left_out in ("user", "deaf", "mute"):
                del partial[left_out]
            partial["permissions"] = str(int(self._world.guild.permissions_of(member)))
            self.resolved.setdefault("members", {})[member.id] = partial
        return member.id

    def _add_role(self, value: object) -> str:
        role = find_role(self._world, value)
        self.resolved.setdefault("roles", {})[role["id"]] = role
        return role["id"]

    def _add_channel(self, value: object) -> str:
        channel = find_channel(self._world, value)
        if not self._world.guild.may(self._member, channel["id"], Permission.VIEW_CHANNEL):
            sentence = f"There is no channel {value!r}."
            raise NotThere(sentence)
        allowed = self._world.guild.permissions_in(self._member, channel["id"])
        self.resolved.setdefault("channels", {})[channel["id"]] = channel | {
            "permissions": str(allowed)
        }
        return channel["id"]
