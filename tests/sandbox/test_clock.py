"""The sandbox's clock: moved forward, kept over a restart, and believed by everybody."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.clock import MOST_ADVANCED_SECONDS, SandboxClock, TimeMachine
from bot.sandbox.lookup import ScriptError
from bot.sandbox.server import Sandbox
from bot.sandbox.snowflakes import utc_now
from tests.sandbox.script import Json, MovableClock, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

DAY_SECONDS = 86_400
STAGE = "/channels/1200000000000000202/messages"


async def test_the_clock_moves_forward_and_tells_how_far(
    script: Script, clock: MovableClock
) -> None:
    before = clock()
    assert (await script.get("state"))["clock"] == {
        "now": before.isoformat(timespec="microseconds"),
        "advanced_seconds": 0,
    }
    await script.advance(60)
    moved = await script.advance(0.5)
    assert moved["advanced_seconds"] == 60.5
    assert datetime.fromisoformat(moved["now"]) - before == timedelta(seconds=60.5)
    assert (await script.get("state"))["clock"] == moved


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance_seconds": 0},
        {"advance_seconds": -1},
        {"advance_seconds": True},
        {"advance_seconds": "60"},
        {"advance_seconds": None},
        {"advance_seconds": 400 * DAY_SECONDS + 1},
        {"advance_seconds": 10**400},
        {"advance_seconds": 60, "now": 5},
    ],
)
async def test_a_move_that_makes_no_sense_gets_a_sentence(
    script: Script, clock: MovableClock, body: Json
) -> None:
    before = clock()
    status, answer = await script.post("clock", body)
    assert status == 400
    assert '"advance_seconds"' in answer["error"]
    assert answer["error"].endswith(".")
    assert clock() == before


async def test_the_clock_stops_short_of_what_ids_can_hold(script: Script) -> None:
    for _ in range(MOST_ADVANCED_SECONDS // (400 * DAY_SECONDS)):
        await script.advance(400 * DAY_SECONDS)
    status, answer = await script.post("clock", {"advance_seconds": 400 * DAY_SECONDS})
    assert (status, answer["error"]) == (
        400,
        "The clock only moves forward, and at most 50 years in all.",
    )
    _, sent = await script.rest("POST", STAGE, {"content": "far"})
    assert int(sent["id"]) < 2**63


async def test_what_is_said_after_a_move_is_said_then(script: Script) -> None:
    await script.rest("POST", STAGE, {"content": "today"})
    await script.advance(30 * DAY_SECONDS)
    await script.rest("POST", STAGE, {"content": "in a month"})
    today, later = await script.messages()
    moments = [datetime.fromisoformat(one["timestamp"]) for one in (today, later)]
    assert moments[1] - moments[0] >= timedelta(days=30)
    assert int(later["id"]) > int(today["id"])


async def test_pages_are_told_of_a_move(script: Script) -> None:
    told: list[Json] = []
    script.sandbox.world.watchers.add(lambda news, _message: told.append(news))
    await script.advance(1)
    assert told == [{"type": "state"}]


async def test_who_waits_for_an_answer_is_let_go_at_once(script: Script, bot: SmallBot) -> None:
    acting = asyncio.create_task(script.command("hold"))
    await bot.held.wait()
    await script.advance(4)
    assert (await acting)["outcome"] == "timeout"
    bot.gate.set()
    assert await bot.error_codes.get() == 10062


async def test_a_restart_does_not_go_back_in_time(tmp_path: Path) -> None:
    state_path = tmp_path / "sandbox.json"
    first = Sandbox(state_path=state_path)
    await first.start()
    first.time_machine.advance(3 * DAY_SECONDS)
    await first.close()
    clock = SandboxClock()
    second = Sandbox(state_path=state_path, clock=clock)
    await second.start()
    assert second.time_machine.advanced_seconds == 3 * DAY_SECONDS
    assert timedelta(days=2, hours=23) < clock() - utc_now() <= timedelta(days=3)
    assert abs(clock.seconds() - clock().timestamp()) < 2
    await second.close()


@pytest.mark.parametrize("saved", ["-5", '"soon"', "1e300", "[]"])
async def test_a_saved_time_that_makes_no_sense_is_set_aside(tmp_path: Path, saved: str) -> None:
    state_path = tmp_path / "sandbox.json"
    rest = '"last_snowflake": 0, "members": {}, "applications": [], "direct_channels": []'
    written = (
        f'{{"format": 1, "base_url": "", "advanced_seconds": {saved}, "messages": [], {rest}}}'
    )
    state_path.write_text(written)
    sandbox = Sandbox(state_path=state_path)
    await sandbox.start()
    assert sandbox.time_machine.advanced_seconds == 0
    await sandbox.close()
    assert (tmp_path / "sandbox.json.unreadable").exists()


def test_a_clock_that_is_not_moved_tells_the_real_time() -> None:
    clock = SandboxClock()
    before = utc_now()
    assert before <= clock() <= utc_now()


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_time_only_goes_forward(clock: MovableClock, seconds: float) -> None:
    before = clock()
    with pytest.raises(ScriptError):
        TimeMachine(clock).advance(seconds)
    assert clock() == before
