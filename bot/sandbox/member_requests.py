"""Requests for guild members over the gateway: what one may ask, and the answer."""

from bot.sandbox.gateway_frames import UNKNOWN_OPCODE, CloseReason
from bot.sandbox.guild import Member
from bot.sandbox.session import Intent, Session
from bot.sandbox.value_rules import is_snowflake
from bot.sandbox.wire import Json, as_list, whole
from bot.sandbox.world import World

# Only who may ask for everybody gets more than these.
MOST_FOUND = 100
LONGEST_NONCE_BYTES = 32


def members_chunk(world: World, session: Session, request: Json) -> Json | None:
    """Answer a request by ids or by the start of a name; None where Discord says nothing."""
    refuse_odd_request(request)
    wants_all = request.get("user_ids") is None and not request["query"]
    is_silent = wants_all and not session.wants(Intent.GUILD_MEMBERS)
    if str(request["guild_id"]) != world.guild.id or is_silent:
        return None
    found, not_found = _find(world, request)
    chunk: Json = {
        "guild_id": world.guild.id,
        "members": [member.to_json() for member in found],
        "chunk_index": 0,
        "chunk_count": 1,
        "not_found": not_found,
    }
    nonce = request.get("nonce")
    if isinstance(nonce, str) and 0 < len(nonce.encode()) <= LONGEST_NONCE_BYTES:
        chunk["nonce"] = nonce
    return chunk


def refuse_odd_request(request: Json) -> None:
    """End the connection for a request that makes no sense; Discord calls it an unknown opcode."""
    user_ids, limit = request.get("user_ids"), whole(request.get("limit"))
    if user_ids is None:
        fits = isinstance(request.get("query"), str) and limit is not None and limit >= 0
    else:
        fits = all(map(is_snowflake, _listed(user_ids)))
    if not fits or not is_snowflake(request.get("guild_id")):
        raise CloseReason(*UNKNOWN_OPCODE)


def _find(world: World, request: Json) -> tuple[list[Member], list[str]]:
    present, wanted = world.guild.present_members(), request.get("user_ids")
    if wanted is not None:
        ids = [str(one) for one in _listed(wanted)][:MOST_FOUND]
        found = [member for member in present if member.id in ids]
        return found, sorted(set(ids) - {member.id for member in found})
    start, limit = request["query"].casefold(), request["limit"]
    found = [one for one in present if one.user["username"].casefold().startswith(start)]
    most = MOST_FOUND if start else len(found)
    return found[: min(limit or most, most)], []


def _listed(user_ids: object) -> list[object]:
    ids = as_list(user_ids)
    return ids if ids is user_ids else [user_ids]
