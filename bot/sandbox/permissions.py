"""Permission bits, and what roles and a channel's overwrites make of them."""

from collections.abc import Iterable

from bot.sandbox.wire import Json


class Permission:
    """The permissions that the sandbox knows by name; plain integers, as they are asked often."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    SEND_POLLS = 1 << 49


ALL = (1 << 53) - 1
EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_POLLS
)
ADMIN = Permission.MANAGE_GUILD | Permission.MANAGE_CHANNELS | Permission.MANAGE_MESSAGES
# What a bot is let in with: enough for most to be tried.
BOT = EVERYONE | Permission.MENTION_EVERYONE | Permission.MANAGE_ROLES
DIRECT_MESSAGE = EVERYONE | Permission.MENTION_EVERYONE


def base_permissions(role_permissions: Iterable[int], *, is_owner: bool) -> int:
    """Join the permissions of roles; an owner or administrator has all."""
    joined = 0
    for permissions in role_permissions:
        joined |= permissions
    return ALL if is_owner or joined & Permission.ADMINISTRATOR else joined


def channel_permissions(
    base: int, overwrites: Iterable[Json], *, everyone_id: str, role_ids: list[str], member_id: str
) -> int:
    """Apply a channel's overwrites in Discord's order: everyone, roles together, the member."""
    if base & Permission.ADMINISTRATOR:
        return ALL
    everyone, member = (0, 0), (0, 0)
    roles_allow = roles_deny = 0
    for overwrite in overwrites:
        allow, deny = int(overwrite["allow"]), int(overwrite["deny"])
        if overwrite["id"] == everyone_id:
            everyone = allow, deny
        elif overwrite["id"] == member_id:
            member = allow, deny
        elif overwrite["id"] in role_ids:
            roles_allow, roles_deny = roles_allow | allow, roles_deny | deny
    permissions = base & ~everyone[1] | everyone[0]
    permissions = permissions & ~roles_deny | roles_allow
    permissions = permissions & ~member[1] | member[0]
    # Who cannot see a channel can do nothing in it.
    return permissions if permissions & Permission.VIEW_CHANNEL else 0
