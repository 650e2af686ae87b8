"""All that exists in the sandbox, and how news of it reaches bots and pages."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from bot.sandbox import permissions
from bot.sandbox.applications import Application, application_id_of
from bot.sandbox.attachments import Attachments
from bot.sandbox.guild import Guild, Member
from bot.sandbox.messages import MessageStore, StoredMessage
from bot.sandbox.premium import PremiumStore
from bot.sandbox.readable import readable_message
from bot.sandbox.session import Intent
from bot.sandbox.snowflakes import Clock, Snowflakes, iso, stable_snowflake
from bot.sandbox.wire import Json

_log = logging.getLogger(__name__)

KEPT_UNKNOWN_REQUESTS = 200
DIRECT_CHANNEL = 1
Watcher = Callable[[Json, "StoredMessage | None"], None]


@dataclass(frozen=True, slots=True)
class DirectChannel:
    """The direct messages between a person and a bot."""

    id: str
    application_id: str
    user_id: str


class World:
    """The guild, the bots, the messages; everything that is not a connection."""

    def __init__(self, *, clock: Clock, bot_name: str) -> None:
        self.clock = clock
        self.bot_name = bot_name
        self.snowflakes = Snowflakes(clock)
        self.guild = Guild.planted()
        self.applications: dict[str, Application] = {}
        self.direct_channels: dict[str, DirectChannel] = {}
        self.messages = MessageStore()
        self.attachments = Attachments()
        self.premium = PremiumStore(self.snowflakes)
        self.watchers: set[Watcher] = set()
        self.gateway_url = ""
        self.unknown_requests: list[tuple[str, str]] = []

    def application_of(self, token: str) -> Application:
        """Find the application of a token; a new token brings a new bot into the guild."""
        application = self.applications.get(application_id_of(token))
        if application is None:
            number = len(self.applications) + 1
            name = self.bot_name if number == 1 else f"{self.bot_name} {number}"
            application = Application.of_token(token, name)
            self.add_application(application)
        return application

    def add_application(self, application: Application) -> None:
        """Let a bot into the guild."""
        self.applications[application.id] = application
        joined_at = iso(self.clock())
        member = self.guild.add_bot(application.user, application.role_id, joined_at)
        self.tell_guild("GUILD_MEMBER_ADD", self.member_event(member), Intent.GUILD_MEMBERS)
        self.state_changed()

    def member_event(self, member: Member) -> Json:
        """Write a member as the gateway's member events carry it."""
        return member.to_json() | {"guild_id": self.guild.id}

    def direct_channel(self, application_id: str, user_id: str) -> DirectChannel:
        """Open, or find, the direct messages of a person with a bot."""
        channel_id = direct_channel_id(application_id, user_id)
        channel = DirectChannel(channel_id, application_id, user_id)
        return self.direct_channels.setdefault(channel_id, channel)

    def direct_channel_json(self, channel: DirectChannel) -> Json:
        """Write a direct channel as the bot sees it."""
        recipient = self.guild.members[channel.user_id].user
        return {
            "id": channel.id,
            "type": DIRECT_CHANNEL,
            "last_message_id": None,
            "flags": 0,
            "recipients": [recipient],
        }

    def sees_channel(self, user_id: str, channel_id: str) -> bool:
        """Tell whether a person or bot may look into a channel."""
        if direct := self.direct_channels.get(channel_id):
            return user_id in {direct.user_id, direct.application_id}
        member = self.guild.present_member(user_id)
        view = permissions.Permission.VIEW_CHANNEL
        return member is not None and self.guild.may(member, channel_id, view)

    def sees_message(self, user_id: str, message: StoredMessage) -> bool:
        """Tell whether a person sees a message; an ephemeral one is for its reader alone."""
        if message.reader_id is not None and message.reader_id != user_id:
            return False
        return self.sees_channel(user_id, message.channel_id)

    def tell_guild(self, event: str, data: Json, intent: int) -> None:
        """Send an event of the guild to every bot that asked for such."""
        text = json.dumps(data)
        for application in self.applications.values():
            for session in application.sessions:
                if session.wants(intent) and session.serves(self.guild.id):
                    session.dispatch(event, text)

    def tell_message(self, event: str, message: StoredMessage) -> None:
        """Send a message event to the bots and pages that may know of it."""
        for application in self.applications.values():
            if application.sessions:
                self._tell_application(application, event, message)
        if not self.watchers:
            return
        page_event = event.lower() if event != "MESSAGE_CREATE" else "message"
        news: Json = {"type": page_event, "channel_id": message.channel_id, "message": message.data}
        for watcher in list(self.watchers):
            watcher(news, message)

    def _tell_application(
        self, application: Application, event: str, message: StoredMessage
    ) -> None:
        is_own = application.id == message.application_id
        # Discord sends ephemeral messages straight to their bot, like direct messages.
        in_guild = message.guild_id is not None and message.reader_id is None
        if not (self.sees_channel(application.id, message.channel_id) if in_guild else is_own):
            return
        guild_id = message.guild_id if in_guild else None
        intent = Intent.GUILD_MESSAGES if in_guild else Intent.DIRECT_MESSAGES
        texts: dict[bool, str] = {}
        for session in application.sessions:
            if session.wants(intent) and session.serves(guild_id):
                reads = session.wants(Intent.MESSAGE_CONTENT)
                if reads not in texts:
                    data = message.data
                    shown = data if reads else readable_message(data, application.id)
                    texts[reads] = self._message_event(event, message, guild_id, shown)
                session.dispatch(event, texts[reads])

    def _message_event(
        self, event: str, message: StoredMessage, guild_id: str | None, shown: Json
    ) -> str:
        place: Json = {"guild_id": guild_id} if guild_id else {}
        if event == "MESSAGE_DELETE":
            return json.dumps({"id": message.id, "channel_id": message.channel_id} | place)
        text = message.text if shown is message.data else json.dumps(shown)
        if guild_id is None:
            return text
        # The message is written already; only what the gateway adds to it is put behind.
        author = self.guild.members[message.application_id]
        return f"{text[:-1]}, {author_text(guild_id, tuple(author.role_ids), author.joined_at)[1:]}"

    def state_changed(self) -> None:
        """Tell the pages that members, commands or bots changed."""
        for watcher in list(self.watchers):
            watcher({"type": "state"}, None)

    def note_unknown_request(self, method: str, path: str) -> None:
        """Keep and log a request for something that the sandbox does not have."""
        _log.warning("The sandbox has no route for %s %s.", method, path)
        if len(self.unknown_requests) < KEPT_UNKNOWN_REQUESTS:
            self.unknown_requests.append((method, path))
            self.state_changed()


def direct_channel_id(application_id: str, user_id: str) -> str:
    """Tell the id that the direct messages of a person with a bot have once they are open."""
    return stable_snowflake("direct channel", application_id, user_id)


@lru_cache
def author_text(guild_id: str, role_ids: tuple[str, ...], joined_at: str) -> str:
    """Write the guild and the author's membership, which the gateway adds to a message."""
    member = Member({}, list(role_ids), joined_at=joined_at).to_json()
    del member["user"]
    return json.dumps({"guild_id": guild_id, "member": member})
