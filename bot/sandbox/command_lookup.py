"""Finds the command a person means, and tells whether Discord would offer it."""

from typing import NamedTuple

from bot.sandbox.applications import Application
from bot.sandbox.guild import Member
from bot.sandbox.lookup import ScriptError, find_application
from bot.sandbox.option_values import OptionType
from bot.sandbox.permissions import ALL, Permission
from bot.sandbox.rejections import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_COMMAND,
    DiscordError,
)
from bot.sandbox.wire import Json, as_list
from bot.sandbox.world import World

GUILD_CONTEXT = 0
BOT_DIRECT_CONTEXT = 1
GUILD_INSTALLATION = 0
GROUPS = {OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP}
USER_COMMAND = 2
MESSAGE_COMMAND = 3


class FoundCommand(NamedTuple):
    """A registered command, the words behind its name, and the options it takes there."""

    application: Application
    command: Json
    path: tuple[Json, ...]
    options: list[Json]


def find_command(world: World, name: str, *, application: object) -> FoundCommand:
    """Find "promo create" among what the bots registered."""
    bots = [find_application(world, application)] if application else world.applications.values()
    found = [one for bot in bots if (one := _find_in(bot, name))]
    if not found:
        raise DiscordError(UNKNOWN_COMMAND)
    # A bot of an earlier run may still be known by its saved commands.
    connected = [one for one in found if one.application.connected]
    found = connected or found
    if len(found) > 1:
        sentence = f'Several bots have /{name}; say which with "application".'
        raise ScriptError(sentence)
    return found[0]


def _find_in(application: Application, name: str) -> FoundCommand | None:
    for command in application.all_commands():
        # Names of context menus may have spaces; they have no subcommands.
        if command["type"] != 1:
            if command["name"] == name:
                return FoundCommand(application, command, (), [])
            continue
        first, *words = name.split() or [""]
        if command["name"] == first:
            return _descend(application, command, words)
    return None


def _descend(application: Application, command: Json, words: list[str]) -> FoundCommand | None:
    path: list[Json] = []
    options = as_list(command.get("options"))
    for word in words:
        groups = [one for one in options if one["name"] == word and one["type"] in GROUPS]
        if not groups:
            return None
        path.append(groups[0])
        options = as_list(groups[0].get("options"))
    if any(option["type"] in GROUPS for option in options):
        return None
    return FoundCommand(application, command, tuple(path), options)


def refuse_command(
    world: World, member: Member, command: Json, *, channel_id: str, guild_id: str | None
) -> None:
    """Refuse a command that Discord would not offer this person there.

    The bots are installed in the guild and in nobody's account, so a command that is for such
    installations alone is offered nowhere.
    """
    allowed_contexts = command.get("contexts")
    if GUILD_INSTALLATION not in command.get("integration_types", [GUILD_INSTALLATION]):
        raise DiscordError(UNKNOWN_COMMAND)
    if guild_id is None:
        by_context = allowed_contexts is None or BOT_DIRECT_CONTEXT in allowed_contexts
        in_direct = by_context and command.get("dm_permission") is not False
        if not in_direct or command.get("guild_id"):
            raise DiscordError(UNKNOWN_COMMAND)
        return
    if allowed_contexts is not None and GUILD_CONTEXT not in allowed_contexts:
        raise DiscordError(UNKNOWN_COMMAND)
    refuse_outsider(world, member, channel_id)
    if command.get("nsfw") and not world.guild.channels[channel_id]["nsfw"]:
        raise DiscordError(UNKNOWN_COMMAND)
    if not world.guild.may(member, channel_id, Permission.USE_APPLICATION_COMMANDS):
        raise DiscordError(MISSING_PERMISSIONS)
    needed = command.get("default_member_permissions")
    if needed is not None and not _has(world, member, channel_id, int(needed)):
        raise DiscordError(MISSING_PERMISSIONS)


def _has(world: World, member: Member, channel_id: str, needed: int) -> bool:
    own = world.guild.permissions_in(member, channel_id)
    # "0" means nobody but administrators.
    return own == ALL if needed == 0 else own & needed == needed


def refuse_outsider(world: World, member: Member, channel_id: str) -> None:
    """Refuse somebody who cannot see the channel."""
    if not world.sees_channel(member.id, channel_id):
        raise DiscordError(MISSING_ACCESS)
