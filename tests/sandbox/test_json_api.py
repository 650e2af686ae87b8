"""The JSON API itself: what it refuses, what it streams, and what it keeps."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.script import Json, MovableClock, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

STAGE = "/channels/1200000000000000202/messages"


@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        ("command", [], 400),
        ("command", {"channel": "stage", "command": "x"}, 400),
        ("command", {"as": 5, "channel": "stage", "command": "x"}, 400),
        ("command", {"as": "Mia", "channel": "stage", "command": "x", "odd": 1}, 400),
        ("command", {"as": "Nobody", "channel": "stage", "command": "x"}, 404),
        ("command", {"resend": "1"}, 404),
        ("component", {"as": "Mia", "message": "1", "custom_id": "x"}, 404),
        ("modal", {"as": "Mia", "interaction": "1", "values": {}}, 404),
        ("member", {"member": "Mia", "action": "fly"}, 400),
        ("member", {"member": "Mia", "action": "join"}, 400),
        ("member", {"member": "Olive", "action": "leave"}, 400),
        ("member", {"member": "Mia", "action": "add_role"}, 400),
        ("member", {"member": "Mia", "action": "add_role", "role": "King"}, 404),
    ],
)
async def test_a_call_that_makes_no_sense_gets_a_sentence(
    script: Script, call: str, body: object, status: int
) -> None:
    got, answer = await script.post(call, body)
    assert got == status
    assert answer["error"].endswith(".")


async def test_an_unknown_channel_is_told(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    body = {"as": "Mia", "channel": "attic", "command": "whisper"}
    status, answer = await script.post("command", body)
    assert (status, answer["error"]) == (404, "There is no channel 'attic'.")


async def test_the_state_tells_who_sees_what(script: Script) -> None:
    guild = (await script.get("state"))["guilds"][0]
    names = {one["user"]["id"]: one["user"]["global_name"] for one in guild["members"]}
    staff = next(one for one in guild["channels"] if one["name"] == "staff")
    assert sorted(names[one] for one in staff["visible_to"]) == ["Ada", "Olive"]
    ada = next(one for one in guild["members"] if one["user"]["global_name"] == "Ada")
    assert int(ada["permissions"]) & 32


async def read_event(stream: aiohttp.StreamReader) -> Json:
    """Read the next event of a stream."""
    while True:
        line = (await asyncio.wait_for(stream.readline(), 5)).decode()
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))


async def test_pages_are_told_what_their_person_sees(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    address = f"{script.sandbox.url}sandbox/events"
    async with (
        script.http.get(address, params={"as": "Mia"}) as mias,
        script.http.get(address, params={"as": "Noor"}) as noors,
    ):
        await script.command("whisper")
        await script.command("count")
        assert (await read_event(mias.content))["message"]["content"] == "psst"
        public = await read_event(noors.content)
        assert (public["type"], public["message"]["content"]) == ("message", "count 0")
        await script.press(public["message"], "count:0")
        assert (await read_event(noors.content))["type"] == "message_update"
        await script.post("member", {"member": "Theo", "action": "leave"})
        assert await read_event(noors.content) == {"type": "state"}


async def test_a_channel_keeps_its_last_five_hundred_messages(script: Script) -> None:
    for number in range(501):
        await script.rest("POST", STAGE, {"content": f"{number}"})
    messages = await script.messages()
    assert (len(messages), messages[0]["content"]) == (500, "1")


async def test_a_restart_keeps_chat_commands_and_files(tmp_path: Path, clock: MovableClock) -> None:
    state_path = tmp_path / "sandbox.json"
    async with aiohttp.ClientSession() as http:
        first = Sandbox(clock=clock, state_path=state_path)
        await first.start()
        script = Script(first, http, clock)
        _, own = await script.rest("GET", "/applications/@me")
        path = f"/applications/{own['id']}/commands"
        _, commands = await script.rest("PUT", path, [{"name": "kept", "description": "d"}])
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps({"content": "kept"}))
        form.add_field("files[0]", b"inside", filename="a.txt")
        headers = {"Authorization": "Bot other.token"}
        async with http.post(first.api_base + STAGE, data=form, headers=headers) as response:
            sent = await response.json()
        await script.post("member", {"member": "Mia", "action": "add_role", "role": "Streamer"})
        await first.close()

        second = Sandbox(clock=clock, state_path=state_path)
        await second.start()
        script = Script(second, http, clock)
        kept = (await script.messages())[0]
        assert (kept["id"], kept["content"]) == (sent["id"], "kept")
        assert kept["attachments"][0]["url"].startswith(second.url)
        async with http.get(kept["attachments"][0]["url"]) as response:
            assert await response.text() == "inside"
        assert (await script.rest("GET", path))[1] == commands
        state = await script.get("state")
        mia = state["guilds"][0]["members"][0]
        assert mia["roles"] == ["1200000000000000011"]
        _, new = await script.rest("POST", STAGE, {"content": "new"})
        assert int(new["id"]) > int(sent["id"])
        await second.close()


async def test_a_state_that_cannot_be_read_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state_path = tmp_path / "sandbox.json"
    state_path.write_text("{broken")
    sandbox = Sandbox(state_path=state_path)
    await sandbox.start()
    await sandbox.close()
    assert (tmp_path / "sandbox.json.unreadable").read_text() == "{broken"
    assert "could not read" in caplog.text


async def test_it_only_listens_on_this_machine() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        await Sandbox().start(host="0.0.0.0")  # noqa: S104 - it is what must be refused
