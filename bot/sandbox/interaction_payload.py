"""Writes INTERACTION_CREATE as Discord sends it."""

import json

from bot.sandbox import permissions
from bot.sandbox.guild import GUILD_LOCALE
from bot.sandbox.interaction_records import Interaction
from bot.sandbox.wire import Json
from bot.sandbox.world import World

ATTACHMENT_LIMIT_BYTES = 10_485_760
GUILD_CONTEXT = 0
BOT_DIRECT_CONTEXT = 1


class PayloadWriter:
    """Writes payloads as text; what a member brings to a channel is written only once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places: dict[tuple[str, str, str], tuple[Json, str]] = {}

    def write(self, interaction: Interaction, data: Json) -> str:
        """Write the whole event's data."""
        event: Json = {
            "id": interaction.id,
            "type": int(interaction.kind),
            "token": interaction.token,
            "data": data,
        }
        if interaction.source is not None:
            event["message"] = interaction.source.data
        return f"{json.dumps(event)[:-1]}, {self._surroundings(interaction)[1:]}"

    def _surroundings(self, interaction: Interaction) -> str:
        member = interaction.member
        if interaction.guild_id is None:
            return json.dumps(self._direct_surroundings(interaction, self._held(interaction)))
        key = (interaction.application.id, member.id, interaction.channel_id)
        seen = {
            "member": self.member(interaction),
            "bot": self._bot_permissions(interaction),
            "held": self._held(interaction),
        }
        cached = self._places.get(key)
        # Roles and purchases change seldom: comparing is cheaper than writing the same text again.
        if cached is None or cached[0] != seen:
            cached = seen, json.dumps(self._guild_surroundings(interaction, seen))
            self._places[key] = cached
        return cached[1]

    def _held(self, interaction: Interaction) -> list[Json]:
        """Write what the person, or the guild, has bought of the bot."""
        return self._world.premium.active(
            interaction.application.id, interaction.member.id, interaction.guild_id
        )

    def _bot_permissions(self, interaction: Interaction) -> int:
        guild = self._world.guild
        bot = guild.members[interaction.application.id]
        return guild.permissions_in(bot, interaction.channel_id)

    def member(self, interaction: Interaction) -> Json:
        """Write who acts, with the permissions this person has in the channel."""
        allowed = self._world.guild.permissions_in(interaction.member, interaction.channel_id)
        return interaction.member.to_json() | {"permissions": str(allowed)}

    def _guild_surroundings(self, interaction: Interaction, seen: Json) -> Json:
        guild = self._world.guild
        partial: Json = {"id": guild.id, "locale": GUILD_LOCALE, "features": []}
        channel = guild.channels[interaction.channel_id]
        allowed = {"permissions": seen["member"]["permissions"]}
        return self._common(interaction, seen["held"]) | {
            "guild_id": guild.id,
            "guild": partial,
            "channel": channel | allowed,
            "member": seen["member"],
            "guild_locale": GUILD_LOCALE,
            "app_permissions": str(int(seen["bot"])),
            "authorizing_integration_owners": {"0": guild.id},
            "context": GUILD_CONTEXT,
        }

    def _direct_surroundings(self, interaction: Interaction, held: list[Json]) -> Json:
        channel = self._world.direct_channels[interaction.channel_id]
        return self._common(interaction, held) | {
            "channel": self._world.direct_channel_json(channel),
            "user": interaction.member.user,
            "app_permissions": str(permissions.DIRECT_MESSAGE),
            "authorizing_integration_owners": {"0": "0"},
            "context": BOT_DIRECT_CONTEXT,
        }

    def _common(self, interaction: Interaction, held: list[Json]) -> Json:
        return {
            "application_id": interaction.application.id,
            "channel_id": interaction.channel_id,
            "version": 1,
            "locale": GUILD_LOCALE,
            "entitlements": held,
            "entitlement_sku_ids": [one["sku_id"] for one in held],
            "attachment_size_limit": ATTACHMENT_LIMIT_BYTES,
        }
