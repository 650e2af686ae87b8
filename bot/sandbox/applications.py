"""Bots: every token is an application with a bot user, commands and gateway sessions."""

import base64
import binascii
from dataclasses import dataclass, field

from bot.sandbox.guild import user_json
from bot.sandbox.ownership import Team
from bot.sandbox.session import Intent, Session
from bot.sandbox.snowflakes import stable_snowflake
from bot.sandbox.wire import Json

CommandScope = str | None
"""The guild that commands are for, or None for everywhere."""
# The flags of an application that lets it have a privileged intent while it is in few guilds.
INTENT_OF_FLAG = {
    1 << 13: Intent.GUILD_PRESENCES,
    1 << 15: Intent.GUILD_MEMBERS,
    1 << 19: Intent.MESSAGE_CONTENT,
}
_PLAUSIBLE_ID_DIGITS = range(15, 21)


def application_id_of(token: str) -> str:
    """Read the application's id from a token, or make a stable one of it."""
    first = token.split(".", 1)[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    if decoded.isdigit() and len(decoded) in _PLAUSIBLE_ID_DIGITS:
        return decoded
    return stable_snowflake("application", token)


@dataclass(slots=True)
class Application:
    """One bot, whether it is connected or not."""

    id: str
    name: str
    user: Json
    description: str = ""
    # The portal's switches for privileged intents are on, so that any bot can be tried; setting
    # the flags by PATCH /applications/@me, as Discord allows it too, turns them off.
    flags: int = sum(INTENT_OF_FLAG)
    commands: dict[CommandScope, dict[str, Json]] = field(
        default_factory=dict[CommandScope, dict[str, Json]]
    )
    sessions: list[Session] = field(default_factory=list[Session])
    owner: Json | None = None
    team: Team | None = None

    @classmethod
    def of_token(cls, token: str, name: str) -> "Application":
        """Make the application that a token stands for."""
        application_id = application_id_of(token)
        return cls(application_id, name, user_json(application_id, name, is_bot=True))

    @property
    def role_id(self) -> str:
        """The id of the bot's managed role."""
        return stable_snowflake("bot role", self.id)

    @property
    def connected(self) -> bool:
        """Whether a gateway connection is open."""
        return any(session.connected for session in self.sessions)

    @property
    def connections(self) -> int:
        """How many gateway connections get the same events; shards share them out instead."""
        shards = [session.shard for session in self.sessions if session.connected]
        return max((shards.count(shard) for shard in shards), default=0)

    @property
    def reads_content(self) -> bool:
        """Whether it may read what others write, where REST asks no session's intents."""
        return self.allowed_intents(Intent.MESSAGE_CONTENT) != 0

    def allowed_intents(self, intents: int) -> int:
        """Take from these intents the privileged ones that this application may not have."""
        for flag, intent in INTENT_OF_FLAG.items():
            if not self.flags & flag:
                intents &= ~intent
        return intents

    def rename(self, name: str) -> None:
        """Take another name; the user object is shared, so it changes in place."""
        self.name = name
        self.user["username"] = name

    def scoped(self, scope: CommandScope) -> dict[str, Json]:
        """Give the commands of one scope by id."""
        return self.commands.setdefault(scope, {})

    def all_commands(self) -> list[Json]:
        """List what is registered; a guild's commands come before those for everywhere."""
        scopes = sorted(self.commands, key=lambda scope: scope is None)
        return [command for scope in scopes for command in self.commands[scope].values()]

    def to_json(self) -> Json:
        """Write the application as everybody sees it."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "description": self.description,
            "type": None,
            "verify_key": "0" * 64,
            "flags": self.flags,
            "flags_new": str(self.flags),
        }

    def to_private_json(self, usual_owner: Json) -> Json:
        """Write the application as its owner sees it."""
        owner = self.owner or usual_owner
        return self.to_json() | {
            "bot": self.user,
            "bot_public": True,
            "bot_require_code_grant": False,
            "summary": "",
            "owner": self.team.as_user() if self.team else owner,
            "team": self.team.to_json() if self.team else None,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "integration_types_config": {"0": {}},
        }
