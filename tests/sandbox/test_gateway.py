"""The gateway: close codes, intents, and sessions that are resumed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.session import BUFFERED_EVENTS
from tests.sandbox.conftest import running_bot
from tests.sandbox.script import Json, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

INTENTS = discord.Intents.default().value
MEMBERS = discord.Intents(members=True, guilds=True).value
PRESENCES = discord.Intents(presences=True, guilds=True).value
CONTENT = discord.Intents(guilds=True, messages=True, message_content=True).value


GUILD: Json = {"guild_id": "1200000000000000001"}
WIRE_BOT = "wire.bot"
PROPERTIES = {"os": "linux", "browser": "wire", "device": "wire"}


class Wire:
    """A bare WebSocket to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, opcode: int, data: Any) -> None:
        """Send a frame."""
        await self.socket.send_str(json.dumps({"op": opcode, "d": data}))

    async def frame(self) -> Json:
        """Get the next frame."""
        return await self.socket.receive_json(timeout=5)

    async def event(self, name: str) -> Json:
        """Get the next event of this name."""
        while True:
            frame = await self.frame()
            if frame["t"] == name:
                return frame

    async def close_code(self) -> int | None:
        """Wait until the sandbox closes and tell why."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code

    async def members(self, **request: Any) -> Json:
        """Ask for members of the guild."""
        await self.send(8, GUILD | request)
        return (await self.event("GUILD_MEMBERS_CHUNK"))["d"]

    async def identify(self, intents: int = INTENTS, token: str = WIRE_BOT) -> Json:
        """Start a session and give READY."""
        await self.send(2, {"token": token, "intents": intents, "properties": PROPERTIES})
        return await self.event("READY")


@pytest.fixture
async def wire(script: Script) -> AsyncIterator[Wire]:
    """Connect, and read HELLO."""
    async with script.http.ws_connect(script.sandbox.gateway_url) as socket:
        connected = Wire(socket)
        assert (await connected.frame())["d"]["heartbeat_interval"] > 0
        yield connected


async def second_wire(script: Script) -> Wire:
    """Connect once more."""
    connected = Wire(await script.http.ws_connect(script.sandbox.gateway_url))
    assert (await connected.frame())["op"] == 10
    return connected


@pytest.mark.parametrize(
    ("opcode", "data", "code"),
    [
        (2, {"token": "", "intents": INTENTS}, 4004),
        (2, {"token": "a.b.c", "intents": 1 << 40}, 4013),
        (2, {"token": "a.b.c"}, 4013),
        (2, {"token": "a.b.c", "intents": 1, "shard": [2, 1]}, 4010),
        (6, {"token": "", "session_id": "x", "seq": 1}, 4004),
        (3, {}, 4003),
        (8, {}, 4003),
        (99, {}, 4001),
    ],
)
async def test_a_frame_that_makes_no_sense_ends_the_connection(
    wire: Wire, opcode: int, data: Json, code: int
) -> None:
    await wire.send(opcode, data)
    assert await wire.close_code() == code


@pytest.mark.parametrize("text", ["{", "[]", "{}", '"x"'])
async def test_what_is_no_frame_ends_the_connection(wire: Wire, text: str) -> None:
    await wire.socket.send_str(text)
    assert await wire.close_code() == 4002


async def test_identifying_twice_ends_the_connection(wire: Wire) -> None:
    await wire.identify()
    await wire.send(2, {"token": "a.b.c", "intents": 1})
    assert await wire.close_code() == 4005


async def test_heartbeats_are_acknowledged(wire: Wire) -> None:
    await wire.send(1, None)
    assert (await wire.frame())["op"] == 11


async def test_a_heartbeat_is_acknowledged_as_late_as_over_a_network(wire: Wire) -> None:
    await wire.send(1, None)
    await wire.identify()
    assert (await wire.frame())["t"] == "GUILD_CREATE"
    assert (await wire.frame())["op"] == 11


async def test_a_session_starts_with_ready_and_the_guild(wire: Wire, sandbox: Sandbox) -> None:
    ready = (await wire.identify())["d"]
    assert ready["resume_gateway_url"] == sandbox.gateway_url
    assert ready["guilds"] == [{"id": "1200000000000000001", "unavailable": True}]
    guild = (await wire.event("GUILD_CREATE"))["d"]
    assert [member["user"]["id"] for member in guild["members"]] == [ready["user"]["id"]]
    assert (guild["member_count"], len(guild["channels"]), len(guild["roles"])) == (8, 3, 4)


async def test_members_come_with_the_intent_or_on_request(wire: Wire, script: Script) -> None:
    await wire.identify(PRESENCES | MEMBERS)
    assert len((await wire.event("GUILD_CREATE"))["d"]["members"]) == 8
    chunk = await wire.members(query="", limit=0, nonce="n")
    assert (len(chunk["members"]), chunk["nonce"]) == (8, "n")
    assert len((await wire.members(query="", limit=3))["members"]) == 3
    chunk = await wire.members(user_ids=["1200000000000000101", "5"], nonce="n" * 33)
    assert (len(chunk["members"]), chunk["not_found"], chunk.get("nonce")) == (1, ["5"], None)
    assert script.sandbox.world.unknown_requests == []


async def test_nobody_is_told_who_may_not_ask_for_everybody(wire: Wire) -> None:
    await wire.identify()
    for limit in (0, 1):
        await wire.send(8, GUILD | {"query": "", "limit": limit})
    await wire.send(8, {"guild_id": "1200000000000000002", "query": "l", "limit": 0})
    # The first chunk that comes belongs to what may be asked.
    chunk = await wire.members(query="l", limit=0, nonce="this one")
    assert [one["user"]["username"] for one in chunk["members"]] == ["luna"]
    assert chunk["nonce"] == "this one"
    chunk = await wire.members(user_ids=1200000000000000104)
    assert [one["user"]["username"] for one in chunk["members"]] == ["luna"]


async def test_member_events_need_their_intent(wire: Wire, script: Script) -> None:
    await wire.identify(MEMBERS)
    await script.post("member", {"member": "Mia", "action": "add_role", "role": "Streamer"})
    changed = (await wire.event("GUILD_MEMBER_UPDATE"))["d"]
    assert changed["roles"] == ["1200000000000000011"]
    await script.post("member", {"member": "Mia", "action": "leave"})
    assert (await wire.event("GUILD_MEMBER_REMOVE"))["d"]["user"]["username"] == "mia"
    await script.post("member", {"member": "Mia", "action": "join"})
    assert (await wire.event("GUILD_MEMBER_ADD"))["d"]["roles"] == []


@pytest.mark.parametrize(("intents", "seen"), [(INTENTS, ""), (CONTENT, "hello")])
async def test_other_bots_messages_need_the_content_intent(
    wire: Wire, script: Script, intents: int, seen: str
) -> None:
    await wire.identify(intents)
    path = "/channels/1200000000000000202/messages"
    status, sent = await script.rest("POST", path, {"content": "hello"})
    assert status == 200
    event = (await wire.event("MESSAGE_CREATE"))["d"]
    assert (event["id"], event["content"]) == (sent["id"], seen)
    assert event["guild_id"] == "1200000000000000001"


async def test_an_ephemeral_answer_reaches_no_other_bot(
    wire: Wire, script: Script, bot: SmallBot
) -> None:
    assert bot.is_ready()
    await wire.identify(CONTENT | INTENTS)
    assert (await script.command("whisper"))["outcome"] == "answered"
    _, sent = await script.rest("POST", "/channels/1200000000000000202/messages", {"content": "x"})
    assert (await wire.event("MESSAGE_CREATE"))["d"]["id"] == sent["id"]


async def test_a_session_is_resumed_with_what_was_missed(wire: Wire, script: Script) -> None:
    ready = await wire.identify(CONTENT)
    await wire.event("GUILD_CREATE")
    await wire.socket.close(code=4000)
    path = "/channels/1200000000000000202/messages"
    for content in ("one", "two"):
        await script.rest("POST", path, {"content": content})
    again = await second_wire(script)
    resume = {"token": "wire.bot", "session_id": ready["d"]["session_id"], "seq": 2}
    await again.send(6, resume)
    frames = [await again.frame() for _ in range(3)]
    assert [frame["t"] for frame in frames] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [frame["s"] for frame in frames] == [3, 4, 5]
    assert frames[0]["d"]["content"] == "one"


@pytest.mark.parametrize("change", [{"session_id": "other"}, {"seq": 99}, {"token": "another"}])
async def test_a_session_that_is_not_there_is_invalid(
    wire: Wire, script: Script, change: Json
) -> None:
    ready = await wire.identify()
    again = await second_wire(script)
    resume = {"token": "wire.bot", "session_id": ready["d"]["session_id"], "seq": 2}
    await again.send(6, resume | change)
    frame = await again.frame()
    assert (frame["op"], frame["d"]) == (9, False)


async def test_an_invalidated_session_is_gone(wire: Wire, script: Script) -> None:
    ready = await wire.identify()
    await wire.event("GUILD_CREATE")
    script.sandbox.gateway.invalidate_sessions()
    frame = await wire.frame()
    assert (frame["op"], frame["d"]) == (9, False)
    again = await second_wire(script)
    resume = {"token": "wire.bot", "session_id": ready["d"]["session_id"], "seq": 2}
    await again.send(6, resume)
    assert (await again.frame())["op"] == 9


async def test_what_left_the_buffer_cannot_be_resumed(wire: Wire, script: Script) -> None:
    ready = await wire.identify()
    await wire.event("GUILD_CREATE")
    await wire.socket.close()
    (application,) = script.sandbox.world.applications.values()
    (session,) = application.sessions
    for _ in range(BUFFERED_EVENTS + 1):
        session.dispatch("TYPING_START", "{}")
    again = await second_wire(script)
    resume = {"token": "wire.bot", "session_id": ready["d"]["session_id"], "seq": 2}
    await again.send(6, resume)
    assert (await again.frame())["op"] == 9


async def test_the_real_client_resumes_and_answers_what_it_missed(
    script: Script, sandbox: Sandbox, bot: SmallBot
) -> None:
    await sandbox.gateway.close_connections(4000, "dropped")
    outcome = await script.command("whisper")
    assert outcome["outcome"] == "answered"
    kinds = [(await asyncio.wait_for(bot.events.get(), 5))[0] for _ in range(2)]
    assert sorted(kinds) == ["message", "resumed"]


async def test_the_real_client_resumes_when_it_is_asked_to(
    script: Script, sandbox: Sandbox, bot: SmallBot
) -> None:
    sandbox.gateway.ask_to_reconnect()
    assert (await asyncio.wait_for(bot.events.get(), 5))[0] == "resumed"
    assert (await script.command("whisper"))["outcome"] == "answered"


async def test_the_real_client_sees_members_change(script: Script, sandbox: Sandbox) -> None:
    intents = discord.Intents.default()
    intents.members = True
    async with running_bot(sandbox, SmallBot(intents)) as bot:
        assert len(await bot.guilds[0].chunk()) == 8
        await script.post("member", {"member": "Kai", "action": "remove_role", "role": "Streamer"})
        kind, member = await asyncio.wait_for(bot.events.get(), 5)
        assert (kind, member.display_name, len(member.roles)) == ("changed", "Kai", 1)
        await script.post("member", {"member": "Kai", "action": "leave"})
        kind, member = await asyncio.wait_for(bot.events.get(), 5)
        assert (kind, member.display_name) == ("left", "Kai")
    assert sandbox.world.unknown_requests == []
