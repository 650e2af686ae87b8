"""Describes the guild and the bots for scripts and the page."""

from bot.sandbox.applications import Application
from bot.sandbox.guild import Member
from bot.sandbox.wire import Json
from bot.sandbox.world import World


def describe(world: World) -> Json:
    """Write the whole state, apart from messages."""
    guild = world.guild
    members = [_member(world, one) for one in guild.members.values()]
    channels = [_channel(world, one) for one in guild.channels.values()]
    described = guild.to_json() | {"members": members, "channels": channels}
    return {
        "guilds": [described],
        "applications": [_application(world, one) for one in world.applications.values()],
        "unknown_requests": [
            {"method": method, "path": path} for method, path in world.unknown_requests
        ],
    }


def _member(world: World, member: Member) -> Json:
    allowed = world.guild.permissions_of(member) if member.present else 0
    return member.to_json() | {
        "permissions": str(allowed),
        "colour": f"#{member.colour:06x}",
        "present": member.present,
        "is_bot": bool(member.user.get("bot")),
        "is_owner": member.id == world.guild.owner_id,
    }


def _channel(world: World, channel: Json) -> Json:
    members = world.guild.members.values()
    seers = [one.id for one in members if world.sees_channel(one.id, channel["id"])]
    return channel | {"visible_to": seers}


def _application(world: World, application: Application) -> Json:
    return {
        "id": application.id,
        "name": application.name,
        "user": application.user,
        "connected": application.connected,
        "connections": application.connections,
        "commands": application.all_commands(),
        "skus": [sku.to_page_json() for sku in world.premium.skus_of(application.id).values()],
    }
