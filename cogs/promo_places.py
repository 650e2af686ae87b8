"""Whether the bot can say where and to whom an announcement is meant to go, before it is saved."""

from dataclasses import replace
from typing import Any

import discord

from bot.promotion_errors import (
    ChannelClosed,
    ChannelMissing,
    EveryoneMentioned,
    RoleNotMentionable,
)
from bot.services.promotion_plans import Announcement
from bot.texts import N_, Texts

# What an announcement needs, in the order in which an admin would give it.
_NEEDED = {
    "view_channel": N_("View Channel"),
    "send_messages": N_("Send Messages"),
    "embed_links": N_("Embed Links"),
    # By which a message whose answer was lost is found again, and not sent twice.
    "read_message_history": N_("Read Message History"),
}
_NEEDED_FOR_PICTURES = {"attach_files": N_("Attach Files")}


def refuse_unreachable(
    interaction: discord.Interaction[Any], texts: Texts, announcement: Announcement
) -> None:
    """Refuse a place that the bot cannot write to, and a role that it cannot mention.

    Raises:
        ChannelMissing, ChannelClosed, RoleNotMentionable, EveryoneMentioned: so it is.
    """
    if not announcement.channel_id:
        if replace(announcement, channel_id=0) != Announcement():
            raise ChannelMissing
        return
    guild = interaction.guild
    assert guild is not None
    permissions = permissions_in(guild, announcement.channel_id)
    needed = _NEEDED | (_NEEDED_FOR_PICTURES if announcement.picture_text else {})
    for name, words in needed.items():
        if not getattr(permissions, name):
            raise ChannelClosed(channel=f"<#{announcement.channel_id}>", permission=texts(words))
    if announcement.role_id:
        _refuse_role(guild, announcement.role_id, permissions)


def permissions_in(guild: discord.Guild, channel_id: int) -> discord.Permissions:
    """Return what the bot may do in a channel; in one that it does not know, nothing."""
    channel = guild.get_channel(channel_id)
    me: discord.Member | None = guild.me
    return channel.permissions_for(me) if channel and me else discord.Permissions.none()


def _refuse_role(guild: discord.Guild, role_id: int, permissions: discord.Permissions) -> None:
    role = guild.get_role(role_id)
    if role is not None and role.is_default():
        raise EveryoneMentioned
    if role is None or not may_mention(role, permissions):
        raise RoleNotMentionable(role=f"<@&{role_id}>")


def may_mention(role: discord.Role, permissions: discord.Permissions) -> bool:
    """Tell whether the bot reaches a role where it has these permissions."""
    return role.mentionable or permissions.mention_everyone
