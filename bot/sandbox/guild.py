"""The garden: its members, roles and channels, and who may do what where."""

from dataclasses import dataclass, field

from bot.sandbox import cast, permissions
from bot.sandbox.permissions import Permission
from bot.sandbox.wire import Json

GUILD_LOCALE = "en-US"
TEXT_CHANNEL = 0
ROLE_OVERWRITE = 0


def user_json(user_id: str, name: str, *, colour: int = 0, is_bot: bool = False) -> Json:
    """Write a user as everybody sees it."""
    user: Json = {
        "id": user_id,
        "username": name if is_bot else name.lower(),
        "discriminator": f"{int(user_id) % 10_000:04d}" if is_bot else "0",
        "global_name": None if is_bot else name,
        "avatar": None,
        "banner": None,
        "accent_color": colour or None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
    }
    return user | {"bot": True} if is_bot else user


@dataclass(slots=True)
class Member:
    """A person or bot of the guild; `present` is false after leaving."""

    user: Json
    role_ids: list[str]
    colour: int = 0
    joined_at: str = cast.FOUNDED_AT
    present: bool = True

    @property
    def id(self) -> str:
        """The user's id."""
        return self.user["id"]

    def to_json(self) -> Json:
        """Write the member as Discord does, without computed permissions."""
        return {
            "user": self.user,
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": list(self.role_ids),
            "joined_at": self.joined_at,
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }


def role_json(rank: cast.Rank, *, bot_id: str | None = None) -> Json:
    """Write a role; with `bot_id` it is that bot's managed one."""
    role: Json = {
        "id": rank.id,
        "name": rank.name,
        "color": rank.colour,
        "colors": {"primary_color": rank.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": rank.hoist,
        "icon": None,
        "unicode_emoji": None,
        "position": rank.position,
        "permissions": str(int(rank.permissions)),
        "managed": bot_id is not None,
        "mentionable": False,
        "description": None,
        "flags": 0,
    }
    return role | {"tags": {"bot_id": bot_id}} if bot_id else role


def channel_json(room: cast.Room, position: int) -> Json:
    """Write a text channel with its overwrites."""
    overwrites: list[Json] = []
    if room.only_role_id:
        view = str(int(Permission.VIEW_CHANNEL))
        for role_id, allow, deny in ((cast.GUILD_ID, "0", view), (room.only_role_id, view, "0")):
            overwrite = {"id": role_id, "type": ROLE_OVERWRITE, "allow": allow, "deny": deny}
            overwrites.append(overwrite)
    return {
        "id": room.id,
        "type": TEXT_CHANNEL,
        "guild_id": cast.GUILD_ID,
        "name": room.name,
        "topic": room.topic,
        "position": position,
        "parent_id": None,
        "permission_overwrites": overwrites,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
    }


@dataclass(slots=True)
class Guild:
    """The one guild of the sandbox."""

    members: dict[str, Member] = field(default_factory=dict[str, Member])
    roles: dict[str, Json] = field(default_factory=dict[str, Json])
    channels: dict[str, Json] = field(default_factory=dict[str, Json])
    _permission_cache: dict[tuple[str, str], int] = field(
        default_factory=dict[tuple[str, str], int]
    )

    id: str = cast.GUILD_ID
    owner_id: str = cast.OLIVE.id

    @classmethod
    def planted(cls) -> "Guild":
        """Make the guild with its first people, roles and channels."""
        guild = cls()
        for rank in cast.RANKS:
            guild.roles[rank.id] = role_json(rank)
        for position, room in enumerate(cast.ROOMS):
            guild.channels[room.id] = channel_json(room, position)
        for person in cast.PEOPLE:
            user = user_json(person.id, person.name, colour=person.colour)
            guild.members[person.id] = Member(user, list(person.role_ids), person.colour)
        return guild

    def add_bot(self, user: Json, role_id: str, joined_at: str) -> Member:
        """Let a bot in, with the managed role that Discord makes for it."""
        rank = cast.Rank(role_id, user["username"], 0, 2, permissions.BOT, hoist=False)
        self.roles[role_id] = role_json(rank, bot_id=user["id"])
        member = Member(user, [role_id], joined_at=joined_at)
        self.members[member.id] = member
        return member

    def present_members(self) -> list[Member]:
        """List who is in the guild now."""
        return [member for member in self.members.values() if member.present]

    def present_member(self, user_id: str) -> Member | None:
        """Find somebody who is in the guild now."""
        member = self.members.get(user_id)
        return member if member and member.present else None

    def set_roles(self, member: Member, role_ids: list[str]) -> None:
        """Give a member these roles and forget what followed from the old ones."""
        member.role_ids = role_ids
        self._permission_cache.clear()

    def permissions_of(self, member: Member) -> int:
        """Compute a member's permissions in the guild."""
        of_roles = [int(self.roles[role_id]["permissions"]) for role_id in member.role_ids]
        everyone = int(self.roles[self.id]["permissions"])
        return permissions.base_permissions(
            [everyone, *of_roles], is_owner=member.id == self.owner_id
        )

    def permissions_in(self, member: Member, channel_id: str) -> int:
        """Compute a member's permissions in one channel, overwrites counted."""
        cached = self._permission_cache.get((member.id, channel_id))
        if cached is not None:
            return cached
        computed = permissions.channel_permissions(
            self.permissions_of(member),
            self.channels[channel_id]["permission_overwrites"],
            everyone_id=self.id,
            role_ids=member.role_ids,
            member_id=member.id,
        )
        self._permission_cache[member.id, channel_id] = computed
        return computed

    def may(self, member: Member, channel_id: str, permission: int) -> bool:
        """Tell whether a present member has this permission in a channel."""
        if not member.present:
            return False
        return self.permissions_in(member, channel_id) & permission == permission

    def to_json(self) -> Json:
        """Write the guild as `GET /guilds/{id}` does."""
        return {
            "id": self.id,
            "name": cast.GUILD_NAME,
            "owner_id": self.owner_id,
            "roles": list(self.roles.values()),
            "preferred_locale": GUILD_LOCALE,
            **_UNUSED_FEATURES,
        }


_UNUSED_FEATURES: Json = {
    "icon": None,
    "description": None,
    "home_header": None,
    "hub_type": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "us-east",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 1,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}
