"""Faults of the gateway: cut lines, forgotten sessions, events that come again, two connections."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import running_bot
from tests.sandbox.script import Json, MovableClock, Script
from tests.sandbox.small_bot import SmallBot
from tests.sandbox.test_gateway import CONTENT, PROPERTIES, WIRE_BOT, Wire, second_wire

pytestmark = pytest.mark.proof("sandbox")

STAGE = "/channels/1200000000000000202/messages"


@pytest.fixture
async def wire(script: Script) -> AsyncIterator[Wire]:
    """Connect, and read HELLO."""
    connected = await second_wire(script)
    yield connected
    await connected.socket.close()


async def greeted(wire: Wire) -> Json:
    """Start a session, read the guild, and give what a RESUME needs."""
    ready = await wire.identify(CONTENT)
    await wire.event("GUILD_CREATE")
    return {"token": WIRE_BOT, "session_id": ready["d"]["session_id"], "seq": 2}


async def said(script: Script, wire: Wire, *words: str) -> None:
    """Let another bot say something, and let the wire hear it."""
    for content in words:
        await script.rest("POST", STAGE, {"content": content})
        assert (await wire.event("MESSAGE_CREATE"))["d"]["content"] == content


async def connections(script: Script) -> int:
    """Tell how many connections the first bot has."""
    return (await script.get("state"))["applications"][0]["connections"]


async def test_a_dropped_line_can_be_resumed(wire: Wire, script: Script) -> None:
    resume = await greeted(wire)
    assert await script.fault("drop") == []
    assert await wire.close_code() == 4000
    assert await connections(script) == 0
    again = await second_wire(script)
    await again.send(6, resume)
    frame = await again.frame()
    assert (frame["t"], frame["s"]) == ("RESUMED", 3)
    assert await connections(script) == 1


async def test_a_dropped_line_without_a_session_starts_anew(wire: Wire, script: Script) -> None:
    resume = await greeted(wire)
    await script.fault("drop", resumable=False)
    assert await wire.close_code() == 4009
    again = await second_wire(script)
    await again.send(6, resume)
    frame = await again.frame()
    assert (frame["op"], frame["d"]) == (9, False)
    assert (await again.identify(CONTENT))["s"] == 1


async def test_a_client_that_says_no_goodbye_keeps_nobody_waiting(
    wire: Wire, script: Script
) -> None:
    await greeted(wire)
    # Nobody reads from the wire, so its half of the goodbye never comes.
    assert await script.fault("drop") == []
    await script.sandbox.close()


async def test_nobody_gets_in_while_the_gateway_is_down(
    script: Script, clock: MovableClock
) -> None:
    listed = await script.fault("drop", down_seconds=5)
    assert listed == [
        {"id": 1, "fault": "drop", "resumable": True, "down_seconds": 5, "replay_events": 0}
    ]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await second_wire(script)
    assert refused.value.status == 503
    clock.advance(4.9)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await second_wire(script)
    await script.advance(0.1)
    assert await script.armed() == []
    await second_wire(script)


async def test_disarming_opens_the_gateway(script: Script) -> None:
    await script.fault("drop", down_seconds=600)
    assert await script.fault("none") == []
    await second_wire(script)


@pytest.mark.parametrize(
    ("events", "repeated"),
    [(0, []), (2, [4, 5]), (3, [3, 4, 5]), (6, [2, 3, 4, 5]), (100, [2, 3, 4, 5])],
)
async def test_events_come_again_with_their_old_numbers(
    wire: Wire, script: Script, events: int, repeated: list[int]
) -> None:
    resume = await greeted(wire) | {"seq": 5}
    await said(script, wire, "one", "two", "three")
    await script.fault("drop", replay_events=events)
    await script.rest("POST", STAGE, {"content": "missed"})
    again = await second_wire(script)
    await again.send(6, resume)
    frames = [await again.frame() for _ in range(len(repeated) + 2)]
    assert [frame["s"] for frame in frames] == [*repeated, 6, 7]
    assert frames[-1]["t"] == "RESUMED"
    # Only once, and not at the next RESUME again.
    await again.socket.close(code=4000)
    third = await second_wire(script)
    await third.send(6, resume | {"seq": 7})
    assert [(await third.frame())["s"]] == [8]


async def test_disarming_repeats_nothing(wire: Wire, script: Script) -> None:
    resume = await greeted(wire) | {"seq": 3}
    await said(script, wire, "one")
    await script.fault("drop", replay_events=1)
    await script.fault("none")
    again = await second_wire(script)
    await again.send(6, resume)
    assert (await again.frame())["t"] == "RESUMED"


async def test_a_bot_is_asked_to_reconnect(wire: Wire, script: Script) -> None:
    await greeted(wire)
    assert await script.fault("reconnect") == []
    frame = await wire.frame()
    assert (frame["op"], frame["d"]) == (7, None)


@pytest.mark.parametrize(("resumable", "answer"), [(True, "RESUMED"), (False, None)])
async def test_a_session_is_said_to_be_invalid(
    wire: Wire, script: Script, answer: str | None, *, resumable: bool
) -> None:
    resume = await greeted(wire)
    await script.fault("invalid_session", resumable=resumable)
    frame = await wire.frame()
    assert (frame["op"], frame["d"]) == (9, resumable)
    assert await connections(script) == (1 if resumable else 0)
    again = await second_wire(script)
    await again.send(6, resume)
    assert (await again.frame())["t"] == answer


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "drop"},
        {"fault": "drop", "resumable": False},
        {"fault": "reconnect"},
        {"fault": "invalid_session"},
        {"fault": "invalid_session", "resumable": True},
    ],
    ids=str,
)
async def test_the_real_client_comes_back_by_itself(
    script: Script, bot: SmallBot, fault: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_back = asyncio.Event()

    async def note() -> None:
        came_back.set()

    async def at_once(_shard_id: int | None, *, initial: bool = False) -> None:
        """Identify without the five seconds that the client waits otherwise."""
        assert not initial

    monkeypatch.setattr(bot, "before_identify_hook", at_once)

    # The client looks these up by name whenever it has something to tell.
    for name in ("on_resumed", "on_connect"):
        setattr(bot, name, note)
    await script.fault(**fault)
    await asyncio.wait_for(came_back.wait(), 5)
    assert (await script.command("whisper"))["outcome"] == "answered"
    assert await connections(script) == 1


async def test_what_was_typed_while_the_line_was_down_reaches_the_bot(
    script: Script, bot: SmallBot
) -> None:
    assert bot.is_ready()
    await script.fault("drop")
    assert (await script.command("whisper"))["outcome"] == "answered"


async def test_two_connections_with_one_token_both_get_everything(
    script: Script, sandbox: Sandbox, bot: SmallBot, caplog: pytest.LogCaptureFixture
) -> None:
    assert bot.is_ready()
    told: list[Json] = []
    sandbox.world.watchers.add(lambda news, _message: told.append(news))
    async with running_bot(sandbox, SmallBot()) as second:
        assert await connections(script) == 2
        assert {"type": "state"} in told
        assert "share the token of Bouquet" in caplog.text
        await script.rest("POST", STAGE, {"content": "for both"})
        for one in (bot, second):
            kind, message = await asyncio.wait_for(one.events.get(), 5)
            assert (kind, message.author.bot) == ("message", True)
    assert await connections(script) == 1


async def test_the_shards_of_a_bot_share_its_events_out(wire: Wire, script: Script) -> None:
    other = await second_wire(script)
    for shard_id, one in enumerate((wire, other)):
        identify = {"token": WIRE_BOT, "intents": CONTENT, "properties": PROPERTIES}
        await one.send(2, identify | {"shard": [shard_id, 2]})
        await one.event("READY")
    assert await connections(script) == 1
