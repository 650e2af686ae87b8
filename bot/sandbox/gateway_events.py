"""What the gateway tells a bot at its start: READY and the guild."""

from bot.sandbox.applications import Application
from bot.sandbox.session import Intent, Session
from bot.sandbox.wire import Json
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
