"""The watch on running sandboxes: nothing that crosses the wire goes by unseen."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.discord_description.description import Description
from tests.discord_description.frames import FrameDescription
from tests.discord_description.plugin import NAME, NOT_NAMED, VARIABLE, WirePlugin
from tests.discord_description.watch import WireWatch
from tests.processes import ROOT
from tests.sandbox.conftest import running_bot
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

TOKEN = {"Authorization": "Bot some.token"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox."""
    running = Sandbox()
    await running.start()
    yield running
    await running.close()


async def ask(sandbox: Sandbox, method: str, path: str, body: object = None) -> int:
    """Make one request as a bot."""
    address = sandbox.api_base + path
    async with (
        aiohttp.ClientSession(headers=TOKEN) as http,
        http.request(method, address, json=body) as response,
    ):
        return response.status


def take_all(*rules: object) -> None:
    """Check nothing."""


async def test_a_real_bot_is_watched_in_all_it_says_and_hears(
    sandbox: Sandbox, watch: WireWatch, frames: FrameDescription
) -> None:
    before = watch.checked.copy()
    async with running_bot(sandbox, SmallBot()):
        outcome = await sandbox.interactions.command(as_="Mia", channel="stage", command="whisper")
    assert outcome.outcome == "answered"
    kinds = ("Hello", "Identify", "Ready", "GuildCreate", "InteractionCreate")
    assert all(frames.describes(kind) for kind in kinds)
    for kind in ("requests", *kinds):
        assert watch.checked[kind] > before[kind], kind


async def test_what_discord_would_refuse_is_told(
    sandbox: Sandbox, watch: WireWatch, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    del description
    monkeypatch.setattr("bot.sandbox.message_rules.check_embeds", take_all)
    body = {"embeds": [{"title": "x" * 257}]}
    assert await ask(sandbox, "POST", "/channels/1200000000000000202/messages", body) == 200
    complaints = watch.complaints()
    assert "request embeds[0].title" in complaints[0]
    assert complaints[0].startswith("POST /channels/{channel_id}/messages: ")


async def test_an_answer_that_lacks_a_field_is_told(
    sandbox: Sandbox, watch: WireWatch, description: Description
) -> None:
    del description
    mia = sandbox.world.guild.members["1200000000000000101"]
    del mia.user["primary_guild"]
    assert await ask(sandbox, "GET", f"/users/{mia.id}") == 200
    assert watch.complaints() == [
        "GET /users/{user_id}: answer: 'primary_guild' is a required property"
    ]


async def test_routes_that_are_not_there_are_told_without_a_description(
    sandbox: Sandbox, watch: WireWatch
) -> None:
    assert await ask(sandbox, "GET", "/stars") == 404
    assert await ask(sandbox, "PUT", "/users/@me") == 405
    assert watch.complaints() == [
        "GET /v10/stars: no such route",
        "PUT /v10/users/@me: no such route",
    ]
    assert watch.complaints() == []


async def test_only_faults_may_bring_a_server_error(
    sandbox: Sandbox, watch: WireWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.application_routes.own_user", None)
    assert await ask(sandbox, "GET", "/users/@me") == 500
    assert watch.complaints() == ["GET /v10/users/@me: the sandbox itself failed"]
    sandbox.faults.arm("server_error")
    assert await ask(sandbox, "GET", "/gateway") == 500
    assert watch.complaints() == []


async def test_a_test_fails_in_which_something_was_wrong() -> None:
    plugin = WirePlugin(None)
    plugin.pytest_sessionstart()
    try:
        sandbox = Sandbox()
        called = plugin.pytest_runtest_call()
        next(called)
        sandbox.world.unknown_requests.append(("GET", "/v10/stars"))
        with pytest.raises(pytest.fail.Exception, match="GET /v10/stars: no such route"):
            called.send(None)
        torn_down = plugin.pytest_runtest_teardown()
        next(torn_down)
        sandbox.world.unknown_requests.append(("GET", "/v10/moons"))
        with pytest.raises(pytest.fail.Exception, match="GET /v10/moons: no such route"):
            torn_down.send(None)
        assert plugin.watch.complaints() == []
    finally:
        plugin.watch.stop()


def test_the_summary_says_what_was_skipped_and_why() -> None:
    inherited = {name: value for name, value in os.environ.items() if name != VARIABLE}
    test = "tests/discord_description/test_watch.py::test_an_answer_that_lacks_a_field_is_told"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=inherited,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"1 skipped, as {NOT_NAMED}\n" in run.stdout


def test_the_variable_is_taken_out_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone = SimpleNamespace()
    environment = {VARIABLE: str(tmp_path / "nothing.json")}
    monkeypatch.setattr("tests.discord_description.plugin.os", SimpleNamespace(environ=environment))
    with pytest.raises(pytest.UsageError, match="names no file"):
        WirePlugin.of(alone)
    assert environment == {}
    assert WirePlugin.of(alone).path is None


def test_processes_that_run_tests_are_told_and_tell(tmp_path: Path) -> None:
    told = SimpleNamespace(workerinput={})
    WirePlugin(None).pytest_configure_node(told)
    assert told.workerinput == {NAME: ""}
    assert WirePlugin.of(told).path is None
    with pytest.raises(pytest.UsageError, match="names no file"):
        WirePlugin.of(SimpleNamespace(workerinput={NAME: str(tmp_path / "nothing.json")}))
    plugin = WirePlugin(None)
    plugin.watch.checked["requests"] = 2
    plugin.pytest_testnodedown(SimpleNamespace(workeroutput={NAME: {"requests": 3}}))
    plugin.pytest_testnodedown(SimpleNamespace())
    assert plugin.watch.checked == {"requests": 5}
