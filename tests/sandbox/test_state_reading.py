"""A saved state is taken over as a whole or not at all, and one thread at a time writes it."""

import asyncio
import copy
import json
import os
import threading
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import state_file
from bot.sandbox.clock import TimeMachine
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from tests.sandbox.forms import GUILD, STAGE, button, row
from tests.sandbox.script import OTHER_BOT, Json, MovableClock, Script
from tests.sandbox.test_strict_commands import option

pytestmark = pytest.mark.proof("sandbox")

MIA = "1200000000000000101"
STREAMER = "1200000000000000011"


async def fill(script: Script) -> None:
    """Let something of every kind be there to save."""
    _, own = await script.rest("GET", "/applications/@me")
    command = {"name": "kept", "description": "d", "options": [option(3)]}
    path = f"/applications/{own['id']}{GUILD}/commands"
    assert (await script.rest("PUT", path, [command]))[0] == 200
    await script.rest("POST", "/users/@me/channels", {"recipient_id": MIA})
    await script.post("member", {"member": "Mia", "action": "add_role", "role": "Streamer"})
    await script.advance(60)
    form = aiohttp.FormData()
    said = {"content": "kept", "components": [row(button())]}
    form.add_field("payload_json", json.dumps(said))
    form.add_field("files[0]", b"inside", filename="a.txt")
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        assert response.status == 200


@pytest.fixture
async def saved(tmp_path: Path, clock: MovableClock) -> Json:
    """Give a state as a sandbox saved it."""
    path = tmp_path / "first.json"
    sandbox = Sandbox(clock=clock, state_path=path)
    await sandbox.start()
    async with aiohttp.ClientSession() as http:
        await fill(Script(sandbox, http, clock))
    await sandbox.close()
    return json.loads(path.read_text())


async def restored(path: Path, state: object) -> Sandbox:
    """Start and end a sandbox on a state and give it for a look."""
    await asyncio.to_thread(path.write_text, json.dumps(state))
    sandbox = Sandbox(clock=MovableClock(), state_path=path)
    await sandbox.start()
    await sandbox.close()
    return sandbox


async def test_a_state_is_taken_over_as_it_was_saved(tmp_path: Path, saved: Json) -> None:
    path = tmp_path / "state.json"
    sandbox = await restored(path, saved)
    assert not (tmp_path / "state.json.unreadable").exists()
    world = sandbox.world
    assert world.guild.members[MIA].role_ids == [STREAMER]
    assert sandbox.time_machine.advanced_seconds == 60
    assert [one.user_id for one in world.direct_channels.values()] == [MIA]
    assert [one.data["content"] for one in world.messages.everything()] == ["kept"]
    again = json.loads(path.read_text())
    old, new = (json.dumps(one).replace(one["base_url"], "") for one in (saved, again))
    assert new == old


WRONG: list[tuple[str, Any]] = [
    ("members", []),
    ("members", None),
    (f"members.{MIA}", []),
    (f"members.{MIA}.roles", [5]),
    (f"members.{MIA}.present", "yes"),
    ("base_url", 5),
    ("advanced_seconds", "60"),
    ("advanced_seconds", -1),
    ("advanced_seconds", 10**400),
    ("last_snowflake", None),
    ("last_snowflake", 2**63),
    ("applications", {}),
    ("applications.0", "x"),
    ("applications.0.id", "x"),
    ("applications.0.user", {}),
    ("applications.0.commands", [["1"]]),
    ("applications.0.commands.0.0", 5),
    ("applications.0.commands.0.1.0.name", None),
    ("applications.0.commands.0.1.0.options.0.type", 99),
    ("applications.0.flags", "1"),
    ("direct_channels", None),
    ("direct_channels.0", ["1", MIA]),
    ("direct_channels.0.1", 5),
    ("messages", None),
    ("messages.0.data", []),
    ("messages.0.data.id", "../x"),
    ("messages.0.data.flags", None),
    ("messages.0.data.author", {}),
    ("messages.0.data.attachments", [5]),
    ("messages.0.data.attachments.0.id", "../../x"),
    ("messages.0.data.components.0.type", None),
    ("messages.0.application_id", "1"),
    ("messages.0.reader_id", 5),
]


def changed(state: Json, path: str, value: object) -> Json:
    """Give a state with another value at one place."""
    written = copy.deepcopy(state)
    place: Any = written
    *steps, last = [int(step) if len(step) == 1 else step for step in path.split(".")]
    for step in steps:
        place = place[step]
    place[last] = value
    return written


@pytest.mark.parametrize(("place", "value"), WRONG)
async def test_a_state_with_one_wrong_part_is_set_aside_and_nothing_of_it_kept(
    tmp_path: Path, saved: Json, place: str, value: object
) -> None:
    path = tmp_path / "state.json"
    files = tmp_path / "state.json.files"
    files.mkdir()
    (files / "1").write_text("inside")
    wrong = changed(saved, place, value)
    sandbox = await restored(path, wrong)
    world = sandbox.world
    assert json.loads((tmp_path / "state.json.unreadable").read_text()) == wrong
    assert (tmp_path / "state.json.unreadable.files" / "1").read_text() == "inside"
    assert (world.applications, world.direct_channels, world.messages.everything()) == ({}, {}, [])
    assert (sandbox.time_machine.advanced_seconds, world.snowflakes.last) == (0, 0)
    assert world.guild.members[MIA].role_ids == []
    # The next save is one that can be read.
    assert (await restored(path, json.loads(path.read_text()))).world.applications == {}


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "5", "", "\ud800"])
async def test_a_state_that_is_none_is_set_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(text.encode(errors="surrogatepass"))
    sandbox = Sandbox(state_path=path)
    await sandbox.start()
    await sandbox.close()
    assert (tmp_path / "state.json.unreadable").exists()


async def test_the_last_save_waits_for_the_one_that_is_being_written(
    tmp_path: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on, steps = threading.Event(), threading.Event(), list[str]()

    def slow_sync(_file: int) -> None:
        steps.append("begins")
        if len(steps) == 1:
            began.set()
            assert go_on.wait(10)
        steps.append("ends")

    monkeypatch.setattr(state_file, "SAVE_AFTER_SECONDS", 0)
    monkeypatch.setattr(os, "fsync", slow_sync)
    world = World(clock=clock, bot_name="Bouquet")
    path = tmp_path / "state.json"
    file = state_file.StateFile(world, path, TimeMachine(clock))
    file.keep_saving()
    world.application_of("a.token")
    assert await asyncio.to_thread(began.wait, 10)
    closing = asyncio.create_task(file.close())
    # Turns enough for it to write, if it did not wait.
    for _ in range(20):
        await asyncio.sleep(0)
    go_on.set()
    await closing
    assert steps == ["begins", "ends", "begins", "ends"]
    assert len(json.loads(path.read_text())["applications"]) == 1
