"""What bots may do where: send, embed, attach, mention, read, give roles."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.cast import ADMIN_ROLE_ID, GUILD_ID, STREAMER_ROLE_ID
from bot.sandbox.guild import Member
from bot.sandbox.permissions import Permission
from tests.sandbox.forms import GUILD, STAFF, STAGE
from tests.sandbox.script import OTHER_BOT, Json, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

MISSING_ACCESS = (403, {"message": "Missing Access", "code": 50001})
MISSING_PERMISSIONS = (403, {"message": "Missing Permissions", "code": 50013})
MIA, LUNA = "1200000000000000101", "1200000000000000104"
EMBED: Json = {"title": "Look"}


def the_bot(script: Script) -> Member:
    """Give the one bot that is there."""
    (application,) = script.sandbox.world.applications.values()
    return script.sandbox.world.guild.members[application.id]


def deny(script: Script, permission: int, channel: str = STAGE) -> None:
    """Take a permission from everybody in a channel, the owner and administrators aside."""
    guild = script.sandbox.world.guild
    overwrite: Json = {"id": GUILD_ID, "type": 0, "allow": "0", "deny": str(permission)}
    guild.channels[channel.split("/")[2]]["permission_overwrites"].append(overwrite)
    # Permissions are remembered until roles change.
    bot = the_bot(script)
    guild.set_roles(bot, bot.role_ids)


async def here(script: Script) -> None:
    """Let the bot in."""
    assert (await script.rest("GET", "/users/@me"))[0] == 200


async def send_file(script: Script) -> tuple[int, Any]:
    """Send a message with a file."""
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"content": "x"}))
    form.add_field("files[0]", b"inside", filename="a.txt")
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        return response.status, await response.json()


async def test_a_channel_that_is_not_seen_is_closed_in_every_way(script: Script) -> None:
    for method, path in (
        ("GET", STAFF),
        ("POST", STAFF),
        ("GET", f"{STAFF}/1"),
        ("PATCH", f"{STAFF}/1"),
        ("DELETE", f"{STAFF}/1"),
        ("GET", STAFF.removesuffix("/messages")),
        ("POST", STAFF.replace("messages", "typing")),
    ):
        body = {"content": "x"} if method in {"POST", "PATCH"} else None
        assert await script.rest(method, path, body) == MISSING_ACCESS, (method, path)


async def test_sending_needs_its_permission(script: Script) -> None:
    await here(script)
    deny(script, Permission.SEND_MESSAGES)
    assert await script.rest("POST", STAGE, {"content": "x"}) == MISSING_PERMISSIONS
    assert await script.rest("POST", STAGE.replace("messages", "typing")) == MISSING_PERMISSIONS


async def test_embeds_need_their_permission_and_stay_away_beside_words(script: Script) -> None:
    _, own = await script.rest("POST", STAGE, {"content": "before"})
    deny(script, Permission.EMBED_LINKS)
    assert await script.rest("POST", STAGE, {"embeds": [EMBED]}) == MISSING_PERMISSIONS
    status, message = await script.rest("POST", STAGE, {"content": "x", "embeds": [EMBED]})
    assert (status, message["content"], message["embeds"]) == (200, "x", [])
    path = f"{STAGE}/{own['id']}"
    assert (await script.rest("PATCH", path, {"embeds": [EMBED]}))[1]["embeds"] == []
    # An edit that leaves nothing but the embed leaves nothing at all.
    status, refused = await script.rest("PATCH", path, {"content": "", "embeds": [EMBED]})
    assert (status, refused["code"]) == (400, 50006)


async def test_files_need_their_permission(script: Script) -> None:
    assert (await send_file(script))[0] == 200
    deny(script, Permission.ATTACH_FILES)
    assert await send_file(script) == MISSING_PERMISSIONS


async def test_an_answer_to_an_interaction_may_always_embed_and_attach(
    script: Script, bot: SmallBot
) -> None:
    assert bot.is_ready()
    denied = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.SEND_MESSAGES
    deny(script, denied)
    message = (await script.command("picture"))["messages"][0]
    assert (len(message["embeds"]), len(message["attachments"])) == (1, 1)


async def test_what_was_said_is_hidden_without_the_history(script: Script) -> None:
    _, sent = await script.rest("POST", STAGE, {"content": "x"})
    deny(script, Permission.READ_MESSAGE_HISTORY)
    assert await script.rest("GET", STAGE) == (200, [])
    assert await script.rest("GET", f"{STAGE}/{sent['id']}") == MISSING_PERMISSIONS
    reply = {"content": "y", "message_reference": {"message_id": sent["id"]}}
    status, refused = await script.rest("POST", STAGE, reply)
    assert (status, refused["code"]) == (403, 160002)


async def test_roles_are_mentioned_with_the_permission_or_when_they_may_be(
    script: Script,
) -> None:
    body = {"content": f"<@&{STREAMER_ROLE_ID}> <@{MIA}>"}
    assert (await script.rest("POST", STAGE, body))[1]["mention_roles"] == [STREAMER_ROLE_ID]
    deny(script, Permission.MENTION_EVERYONE)
    message = (await script.rest("POST", STAGE, body))[1]
    assert message["mention_roles"] == []
    assert [one["id"] for one in message["mentions"]] == [MIA]
    script.sandbox.world.guild.roles[STREAMER_ROLE_ID]["mentionable"] = True
    assert (await script.rest("POST", STAGE, body))[1]["mention_roles"] == [STREAMER_ROLE_ID]
    nobody: Json = {"allowed_mentions": {"parse": []}}
    assert (await script.rest("POST", STAGE, body | nobody))[1]["mention_roles"] == []


def role_path(role_id: str, member_id: str = MIA) -> str:
    """Give the address of a member's role."""
    return f"{GUILD}/members/{member_id}/roles/{role_id}"


async def roles_of(script: Script, member_id: str = MIA) -> list[str]:
    """Tell a member's roles."""
    return (await script.rest("GET", f"{GUILD}/members/{member_id}"))[1]["roles"]


async def test_a_role_is_given_and_taken(script: Script) -> None:
    for _ in range(2):
        assert await script.rest("PUT", role_path(STREAMER_ROLE_ID)) == (204, None)
        assert await roles_of(script) == [STREAMER_ROLE_ID]
    for _ in range(2):
        assert await script.rest("DELETE", role_path(STREAMER_ROLE_ID)) == (204, None)
        assert await roles_of(script) == []


@pytest.mark.parametrize(
    ("role_id", "member_id", "status", "code"),
    [
        (ADMIN_ROLE_ID, MIA, 403, 50013),
        (GUILD_ID, MIA, 400, 50028),
        ("5", MIA, 404, 10011),
        (STREAMER_ROLE_ID, "5", 404, 10013),
        ("streamer", MIA, 400, 50035),
    ],
)
async def test_a_role_out_of_reach_is_refused(
    script: Script, role_id: str, member_id: str, status: int, code: int
) -> None:
    for method in ("PUT", "DELETE"):
        got, refused = await script.rest(method, role_path(role_id, member_id))
        assert (got, refused["code"]) == (status, code)


async def test_a_bots_own_role_is_nobody_elses(script: Script) -> None:
    await here(script)
    (own_role,) = the_bot(script).role_ids
    assert await script.rest("PUT", role_path(own_role)) == MISSING_PERMISSIONS


async def test_giving_roles_needs_its_permission(script: Script) -> None:
    await here(script)
    guild, bot = script.sandbox.world.guild, the_bot(script)
    guild.roles[bot.role_ids[0]]["permissions"] = str(Permission.MANAGE_GUILD)
    assert await script.rest("PUT", role_path(STREAMER_ROLE_ID)) == MISSING_PERMISSIONS
    # Being an administrator does, but not against the order of the roles.
    guild.roles[bot.role_ids[0]]["permissions"] = str(Permission.ADMINISTRATOR)
    assert (await script.rest("PUT", role_path(STREAMER_ROLE_ID)))[0] == 204
    assert await script.rest("PUT", role_path(ADMIN_ROLE_ID)) == MISSING_PERMISSIONS


async def test_who_left_has_no_roles(script: Script) -> None:
    await script.post("member", {"member": "Mia", "action": "leave"})
    status, refused = await script.rest("PUT", role_path(STREAMER_ROLE_ID))
    assert (status, refused["code"]) == (404, 10007)


async def test_a_bot_gives_a_role_and_is_told_when_it_may_not(
    script: Script, bot: SmallBot
) -> None:
    assert bot.is_ready()
    options: Json = {"member": "Mia", "role": "Streamer"}
    done = await script.command("award", options=options)
    assert done["messages"][0]["content"] == "done"
    taken = await script.command("award", options=options | {"take": True})
    assert taken["messages"][0]["content"] == "done"
    refused = await script.command("award", options=options | {"role": "Admin"})
    assert refused["messages"][0]["content"] == "refused 50013"
