"""Whether the bot can say where and to whom an announcement is meant to go, before it is saved."""

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
}


def refuse_unreachable(
    interaction: discord.Interaction[Any], texts: Texts, announcement: Announcement
) -> None:
    """Refuse a place that the bot cannot write to, and a role that it cannot mention.

    Raises:
        ChannelMissing, ChannelClosed, RoleNotMentionable, EveryoneMentioned: so it is.
    """
    if not announcement.channel_id:
        if announcement.role_id or announcement.tells_ending or announcement.text:
            raise ChannelMissing
        return
    guild = interaction.guild
    assert guild is not None
    permissions = _permissions(guild, announcement.channel_id)
    for name, words in _NEEDED.items():
        if not getattr(permissions, name):
            raise ChannelClosed(channel=f"<#{announcement.channel_id}>", permission=texts(words))
    if announcement.role_id:
        _refuse_role(guild, announcement.role_id, permissions)


def _permissions(guild: discord.Guild, channel_id: int) -> discord.Permissions:
    """Return what the bot may do in a channel; in one that it does not know, nothing."""
    channel = guild.get_channel(channel_id)
    me: discord.Member | None = guild.me
    return channel.permissions_for(me) if channel and me else discord.Permissions.none()


def _refuse_role(guild: discord.Guild, role_id: int, permissions: discord.Permissions) -> None:
    role = guild.get_role(role_id)
    if role is not None and role.is_default():
        raise EveryoneMentioned
    if role is None or not (role.mentionable or permissions.mention_everyone):
        raise RoleNotMentionable(role=f"<@&{role_id}>")
