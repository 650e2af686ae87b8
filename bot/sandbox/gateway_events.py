"""What the gateway tells a bot at its start: READY, the guild, its members."""

from bot.sandbox.applications import Application
from bot.sandbox.session import Intent, Session
from bot.sandbox.wire import Json, as_list
from bot.sandbox.world import World


def ready(world: World, application: Application, session: Session, resume_url: str) -> Json:
    """Write the first event of a session."""
    guilds = [world.guild.id] if session.serves(world.guild.id) else []
    return {
        "v": 10,
        "user": own_user(application),
        "user_settings": {},
        "session_type": "normal",
        "session_id": session.id,
        "resume_gateway_url": resume_url,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{"id": guild_id, "unavailable": True} for guild_id in guilds],
        "shard": list(session.shard),
        "application": {
            "id": application.id,
            "flags": application.flags,
            "flags_new": str(application.flags),
        },
        "_trace": ["sandbox"],
    }


def own_user(application: Application) -> Json:
    """Write the bot's user as only the bot sees it."""
    return application.user | {
        "mfa_enabled": True,
        "verified": True,
        "email": None,
        "locale": "en-US",
        "bio": application.description,
    }


def guild_create(world: World, application: Application, session: Session) -> Json:
    """Write the guild in full; other members only come along with the presence intent."""
    members = world.guild.present_members()
    count = len(members)
    if not session.wants(Intent.GUILD_PRESENCES):
        members = [member for member in members if member.id == application.id]
    return world.guild.to_json() | {
        "joined_at": world.guild.members[application.id].joined_at,
        "large": False,
        "unavailable": False,
        "member_count": count,
        "members": [member.to_json() for member in members],
        "channels": list(world.guild.channels.values()),
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "embedded_activities": [],
    }


def members_chunk(world: World, request: Json) -> Json:
    """Answer a request for guild members, by ids or by the start of a name."""
    present = world.guild.present_members()
    wanted = request.get("user_ids")
    not_found: list[str] = []
    if wanted is not None:
        ids = [str(one) for one in (as_list(wanted) or [wanted])]
        found = [member for member in present if member.id in ids]
        not_found = sorted(set(ids) - {member.id for member in found})
    else:
        start = str(request.get("query") or "").casefold()
        found = [one for one in present if one.user["username"].casefold().startswith(start)]
        limit = request.get("limit")
        found = found[: limit if isinstance(limit, int) and limit > 0 else len(found)]
    chunk: Json = {
        "guild_id": world.guild.id,
        "members": [member.to_json() for member in found],
        "chunk_index": 0,
        "chunk_count": 1,
        "not_found": not_found,
    }
    return chunk | {"nonce": request["nonce"]} if request.get("nonce") else chunk
