"""The routes of channels and their messages."""

from bot.sandbox.applications import Application
from bot.sandbox.message_rules import check_reference
from bot.sandbox.message_writer import Draft, MessageWriter
from bot.sandbox.messages import StoredMessage
from bot.sandbox.permissions import DIRECT_MESSAGE, Permission
from bot.sandbox.query_rules import read_number
from bot.sandbox.readable import readable_message
from bot.sandbox.rejections import (
    CANNOT_SEND_TO_USER,
    EDIT_BY_ANOTHER,
    INVALID_FORM,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    REPLY_WITHOUT_HISTORY,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    UNKNOWN_USER,
    DiscordError,
)
from bot.sandbox.rest import NO_CONTENT, Call, Reply, Route
from bot.sandbox.wire import Json, as_object
from bot.sandbox.world import World

MOST_LISTED = 100
USUALLY_LISTED = 50
REPLY_MESSAGE = 19
REMEMBERED_NONCES = 1000
OTHER_CHANNEL: Json = {
    "message_reference": {
        "_errors": [
            {
                "code": "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
                "message": "Cannot reply to a message in a different channel",
            }
        ]
    }
}


class ChannelRoutes:
    """Messages in channels and direct messages, as bots send and read them."""

    def __init__(self, world: World, writer: MessageWriter) -> None:
        self._world = world
        self._writer = writer
        self._by_nonce: dict[tuple[str, str], StoredMessage] = {}

    def routes(self) -> list[Route]:
        """List these routes."""
        channel = "/channels/{channel_id}"
        message = channel + "/messages/{message_id}"
        return [
            Route("GET", channel, self.get_channel),
            Route("POST", channel + "/typing", self.type),
            Route("GET", channel + "/messages", self.list_messages),
            Route("POST", channel + "/messages", self.create),
            Route("GET", message, self.get),
            Route("PATCH", message, self.edit),
            Route("DELETE", message, self.delete),
            Route("POST", "/users/@me/channels", self.open_direct),
        ]

    def get_channel(self, call: Call) -> Reply:
        """Give a channel that the bot sees."""
        channel_id = self._place(call)
        if direct := self._world.direct_channels.get(channel_id):
            return Reply(self._world.direct_channel_json(direct))
        return Reply(self._world.guild.channels[channel_id])

    def type(self, call: Call) -> Reply:
        """Accept that the bot is typing; nobody is shown it."""
        self._place(call, Permission.SEND_MESSAGES)
        return Reply(status=NO_CONTENT)

    def list_messages(self, call: Call) -> Reply:
        """List messages, newest first, in the window that is asked for."""
        channel_id = self._place(call)
        limit = read_number(call.query, "limit", usual=USUALLY_LISTED, least=1, most=MOST_LISTED)
        # Without the permission a channel has no history, and nothing is said about it.
        if not self._has(call.application, channel_id, Permission.READ_MESSAGE_HISTORY):
            return Reply([])
        everything = [
            one for one in self._world.messages.in_channel(channel_id) if not one.reader_id
        ]
        window = sorted(select_window(everything, call.query, limit), key=age, reverse=True)
        return Reply([self._readable(call.application, one) for one in window])

    def create(self, call: Call) -> Reply:
        """Send a message."""
        channel_id = self._place(call, Permission.SEND_MESSAGES)
        body = call.json
        self._refuse_unallowed(call, channel_id)
        may_embed = self._has(call.application, channel_id, Permission.EMBED_LINKS)
        nonce = body.get("nonce")
        # Discord compares the nonces of one author, wherever that writes.
        key = (call.application.id, str(nonce))
        if nonce is not None and body.get("enforce_nonce") is True and key in self._by_nonce:
            return Reply(self._readable(call.application, self._said_before(key)))
        direct = channel_id in self._world.direct_channels
        extra: Json = {"nonce": nonce} if nonce is not None else {}
        extra |= self._reply_to(channel_id, body)
        draft = Draft(
            application=call.application,
            channel_id=channel_id,
            guild_id=None if direct else self._world.guild.id,
            body=body,
            files=call.body.files,
            kind=REPLY_MESSAGE if "message_reference" in extra else 0,
            may_embed=may_embed,
            extra=extra,
        )
        stored = self._writer.create(draft)
        if nonce is not None:
            self._remember(key, stored)
        return Reply(self._readable(call.application, stored))

    def get(self, call: Call) -> Reply:
        """Give one message."""
        channel_id = self._place(call, Permission.READ_MESSAGE_HISTORY)
        stored = self._message(channel_id, call)
        return Reply(self._readable(call.application, stored))

    def edit(self, call: Call) -> Reply:
        """Change one of the bot's own messages."""
        channel_id = self._place(call)
        stored = self._message(channel_id, call)
        if stored.application_id != call.application.id:
            raise DiscordError(EDIT_BY_ANOTHER)
        if call.body.files:
            self._require(call.application, channel_id, Permission.ATTACH_FILES)
        may_embed = self._has(call.application, channel_id, Permission.EMBED_LINKS)
        self._writer.edit(stored, call.body, may_embed=may_embed)
        return Reply(self._readable(call.application, stored))

    def delete(self, call: Call) -> Reply:
        """Take a message away; another bot's only with the permission for it."""
        channel_id = self._place(call)
        stored = self._message(channel_id, call)
        if stored.application_id != call.application.id:
            self._require(call.application, channel_id, Permission.MANAGE_MESSAGES)
        self._writer.delete(stored)
        return Reply(status=NO_CONTENT)

    def open_direct(self, call: Call) -> Reply:
        """Open the direct messages with a person."""
        member = self._world.guild.members.get(str(call.json.get("recipient_id")))
        if member is None:
            raise DiscordError(UNKNOWN_USER)
        if member.user.get("bot"):
            raise DiscordError(CANNOT_SEND_TO_USER)
        channel = self._world.direct_channel(call.application.id, member.id)
        return Reply(self._world.direct_channel_json(channel))

    def _place(self, call: Call, permission: int = Permission.VIEW_CHANNEL) -> str:
        channel_id = call.parameters["channel_id"]
        direct = self._world.direct_channels.get(channel_id)
        if direct is not None and direct.application_id == call.application.id:
            return channel_id
        if channel_id not in self._world.guild.channels:
            raise DiscordError(UNKNOWN_CHANNEL)
        if not self._world.sees_channel(call.application.id, channel_id):
            raise DiscordError(MISSING_ACCESS)
        self._require(call.application, channel_id, permission)
        return channel_id

    def _has(self, application: Application, channel_id: str, permission: int) -> bool:
        bot = self._world.guild.members[application.id]
        is_direct = channel_id in self._world.direct_channels
        has = DIRECT_MESSAGE if is_direct else self._world.guild.permissions_in(bot, channel_id)
        return has & permission == permission

    def _require(self, application: Application, channel_id: str, permission: int) -> None:
        if not self._has(application, channel_id, permission):
            raise DiscordError(MISSING_PERMISSIONS)

    def _refuse_unallowed(self, call: Call, channel_id: str) -> None:
        if call.body.files:
            self._require(call.application, channel_id, Permission.ATTACH_FILES)
        # Beside other content, embeds that are not allowed only stay away.
        if call.json.get("embeds") and not has_more_than_embeds(call):
            self._require(call.application, channel_id, Permission.EMBED_LINKS)
        replies = bool(as_object(call.json.get("message_reference")))
        if replies and not self._has(call.application, channel_id, Permission.READ_MESSAGE_HISTORY):
            raise DiscordError(REPLY_WITHOUT_HISTORY)
        direct = self._world.direct_channels.get(channel_id)
        if direct and self._world.guild.present_member(direct.user_id) is None:
            # Without a server in common, Discord lets no bot write to a person.
            raise DiscordError(CANNOT_SEND_TO_USER)

    def _message(self, channel_id: str, call: Call) -> StoredMessage:
        stored = self._world.messages.get(channel_id, call.parameters["message_id"])
        if stored is None or stored.reader_id is not None:
            raise DiscordError(UNKNOWN_MESSAGE)
        return stored

    def _readable(self, application: Application, stored: StoredMessage) -> Json:
        if application.reads_content:
            return stored.data
        return readable_message(stored.data, application.id)

    def _reply_to(self, channel_id: str, body: Json) -> Json:
        check_reference(body.get("message_reference"))
        reference = as_object(body.get("message_reference"))
        if not reference:
            return {}
        if str(reference.get("channel_id") or channel_id) != channel_id:
            raise DiscordError(INVALID_FORM, OTHER_CHANNEL)
        target = self._world.messages.get(channel_id, str(reference.get("message_id")))
        # What only one person sees is nothing to reply to.
        target = None if target and target.reader_id else target
        if target is None and reference.get("fail_if_not_exists", True):
            problem = {"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message"}
            raise DiscordError(INVALID_FORM, {"message_reference": {"_errors": [problem]}})
        if target is None:
            return {}
        written = {"type": 0, "channel_id": channel_id, "message_id": target.id}
        if target.guild_id:
            written["guild_id"] = target.guild_id
        return {"message_reference": written, "referenced_message": target.data}

    def _said_before(self, key: tuple[str, str]) -> StoredMessage:
        stored = self._by_nonce[key]
        if self._world.messages.get(stored.channel_id, stored.id) is None:
            # A message that was deleted is not sent once more.
            raise DiscordError(UNKNOWN_MESSAGE)
        return stored

    def _remember(self, key: tuple[str, str], stored: StoredMessage) -> None:
        self._by_nonce[key] = stored
        if len(self._by_nonce) > REMEMBERED_NONCES:
            del self._by_nonce[next(iter(self._by_nonce))]


def has_more_than_embeds(call: Call) -> bool:
    """Tell whether a message says something beside its embeds."""
    return bool(call.json.get("content") or call.json.get("components") or call.body.files)


def age(message: StoredMessage) -> int:
    """Sort messages by their ids, which grow with the time."""
    return int(message.id)


def select_window(
    messages: list[StoredMessage], query: dict[str, str], limit: int
) -> list[StoredMessage]:
    """Pick the messages before, after or around an id, or the newest."""
    bounds = {
        name: read_number(query, name, usual=0)
        for name in ("before", "after", "around")
        if name in query
    }
    if "around" in bounds:
        nearest = sorted(messages, key=lambda one: abs(age(one) - bounds["around"]))
        return nearest[:limit]
    if "after" in bounds:
        return [one for one in messages if age(one) > bounds["after"]][:limit]
    before = bounds.get("before")
    return [one for one in messages if before is None or age(one) < before][-limit:]
