"""What a bot can look up: itself, users, the guild, direct messages."""

import pytest

from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

GUILD = "/guilds/1200000000000000001"
STAGE = "/channels/1200000000000000202"
MIA = "1200000000000000101"


async def test_a_bot_reads_and_changes_itself(script: Script) -> None:
    _, changed = await script.rest("PATCH", "/users/@me", {"username": "Gardener"})
    assert (changed["username"], changed["bot"], changed["mfa_enabled"]) == ("Gardener", True, True)
    _, changed = await script.rest("PATCH", "/users/@me", {"username": "  Old   Gardener "})
    assert changed["username"] == "Old Gardener"
    status, refused = await script.rest("PATCH", "/users/@me", {"username": "x"})
    assert (status, refused["code"]) == (400, 50035)
    _, application = await script.rest("PATCH", "/applications/@me", {"description": "Digs"})
    assert (application["description"], application["owner"]["username"]) == ("Digs", "olive")
    _, guilds = await script.rest("GET", "/users/@me/guilds")
    assert [one["name"] for one in guilds] == ["Bouquet Garden"]
    _, gateway = await script.rest("GET", "/gateway/bot")
    assert gateway["url"] == script.sandbox.gateway_url


async def test_a_bot_reads_the_guild(script: Script) -> None:
    _, guild = await script.rest("GET", f"{GUILD}?with_counts=true")
    assert (guild["owner_id"], guild["approximate_member_count"]) == ("1200000000000000107", 8)
    _, channels = await script.rest("GET", f"{GUILD}/channels")
    assert [one["name"] for one in channels] == ["lounge", "stage", "staff"]
    _, roles = await script.rest("GET", f"{GUILD}/roles")
    assert [one["name"] for one in roles] == ["@everyone", "Streamer", "Admin", "Bouquet"]
    _, role = await script.rest("GET", f"{GUILD}/roles/1200000000000000012")
    assert role["name"] == "Admin"


async def test_a_bot_reads_members(script: Script) -> None:
    _, user = await script.rest("GET", f"/users/{MIA}")
    assert user["global_name"] == "Mia"
    _, member = await script.rest("GET", f"{GUILD}/members/{MIA}")
    assert member["user"] == user
    _, page = await script.rest("GET", f"{GUILD}/members?limit=2&after={MIA}")
    assert [one["user"]["username"] for one in page] == ["noor", "theo"]
    _, found = await script.rest("GET", f"{GUILD}/members/search?query=Lu&limit=5")
    assert [one["user"]["username"] for one in found] == ["luna"]
    await script.post("member", {"member": "Mia", "action": "leave"})
    status, gone = await script.rest("GET", f"{GUILD}/members/{MIA}")
    assert (status, gone["code"]) == (404, 10007)


async def test_direct_messages_are_opened_once_and_end_with_membership(script: Script) -> None:
    _, channel = await script.rest("POST", "/users/@me/channels", {"recipient_id": MIA})
    _, again = await script.rest("POST", "/users/@me/channels", {"recipient_id": MIA})
    assert (channel["id"], channel["recipients"][0]["id"]) == (again["id"], MIA)
    path = f"/channels/{channel['id']}"
    assert (await script.rest("GET", path))[1]["type"] == 1
    assert (await script.rest("GET", path, token="second.bot"))[1]["code"] == 10003  # noqa: S106 - any token works here
    assert (await script.rest("POST", f"{path}/messages", {"content": "dear"}))[0] == 200
    assert [one["content"] for one in await script.messages(channel=channel["id"])] == ["dear"]
    assert "error" in await script.messages(who="Noor", channel=channel["id"])
    await script.post("member", {"member": "Mia", "action": "leave"})
    status, refused = await script.rest("POST", f"{path}/messages", {"content": "still there?"})
    assert (status, refused["code"]) == (403, 50007)


@pytest.mark.parametrize("recipient", ["1", None])
async def test_direct_messages_need_a_person(script: Script, recipient: str | None) -> None:
    status, refused = await script.rest("POST", "/users/@me/channels", {"recipient_id": recipient})
    assert (status, refused["code"]) == (404, 10013)


async def test_a_reply_names_the_message_it_answers(script: Script) -> None:
    assert (await script.rest("POST", f"{STAGE}/typing"))[0] == 204
    _, first = await script.rest("POST", f"{STAGE}/messages", {"content": "first"})
    body = {"content": "second", "message_reference": {"message_id": first["id"]}}
    _, second = await script.rest("POST", f"{STAGE}/messages", body)
    assert (second["type"], second["referenced_message"]["content"]) == (19, "first")
    missing: Json = {"content": "x", "message_reference": {"message_id": "1"}}
    assert (await script.rest("POST", f"{STAGE}/messages", missing))[0] == 400
    missing["message_reference"] |= {"fail_if_not_exists": False}
    assert (await script.rest("POST", f"{STAGE}/messages", missing))[1]["type"] == 0
