"""The messages of all channels: the last ones of each, and who may see them."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.sandbox.wire import Json

KEPT_MESSAGES_PER_CHANNEL = 500
EPHEMERAL_FLAG = 1 << 6
PARTS_WITH_USER = frozenset({"author", "interaction_metadata", "interaction"})


@dataclass(slots=True)
class StoredMessage:
    """A message, its `data` never changed in place; `reader_id` is who alone sees it, if so."""

    data: Json
    channel_id: str
    application_id: str
    guild_id: str | None
    reader_id: str | None = None
    _written: Json | None = field(default=None, init=False, repr=False)
    _text: str = field(default="", init=False, repr=False)

    @property
    def text(self) -> str:
        """The message as JSON text, written once for all who get it."""
        if self._written is not self.data:
            self._written, self._text = self.data, write_message(self.data)
        return self._text

    @property
    def id(self) -> str:
        """The message's id."""
        return self.data["id"]


_user_texts: dict[tuple[str, str], str] = {}


def write_user(user: Json) -> str:
    """Write a user; the same few stand in every message, so their texts are kept."""
    key = user["id"], user["username"]
    if key not in _user_texts:
        _user_texts[key] = json.dumps(user)
    return _user_texts[key]


def write_message(data: Json) -> str:
    """Write a message as JSON text, its users put in as texts: that halves the cost."""
    plain = {name: value for name, value in data.items() if name not in PARTS_WITH_USER}
    texts = [json.dumps(plain)[:-1], f'"author": {write_user(data["author"])}']
    for name in ("interaction_metadata", "interaction"):
        if part := data.get(name):
            rest = {key: value for key, value in part.items() if key != "user"}
            user = write_user(part["user"])
            texts.append(f'"{name}": {json.dumps(rest)[:-1]}, "user": {user}}}')
    return ", ".join(texts) + "}"


class MessageStore:
    """Keeps messages by channel, oldest first, and forgets the oldest."""

    def __init__(self) -> None:
        self._channels: dict[str, OrderedDict[str, StoredMessage]] = {}

    def add(self, message: StoredMessage) -> list[StoredMessage]:
        """Keep a message and tell which ones were forgotten for it."""
        channel = self._channels.setdefault(message.channel_id, OrderedDict())
        channel[message.id] = message
        forgotten: list[StoredMessage] = []
        while len(channel) > KEPT_MESSAGES_PER_CHANNEL:
            forgotten.append(channel.popitem(last=False)[1])
        return forgotten

    def get(self, channel_id: str, message_id: str) -> StoredMessage | None:
        """Find a message of a channel."""
        channel = self._channels.get(channel_id)
        return channel.get(message_id) if channel else None

    def find(self, message_id: str) -> StoredMessage | None:
        """Find a message in whatever channel it is."""
        for channel in self._channels.values():
            if message := channel.get(message_id):
                return message
        return None

    def remove(self, message: StoredMessage) -> None:
        """Forget a message."""
        self._channels.get(message.channel_id, OrderedDict()).pop(message.id, None)

    def in_channel(self, channel_id: str) -> list[StoredMessage]:
        """List a channel's messages, oldest first."""
        return list(self._channels.get(channel_id, OrderedDict()).values())

    def everything(self) -> list[StoredMessage]:
        """List all messages of all channels."""
        return [message for channel in self._channels.values() for message in channel.values()]
