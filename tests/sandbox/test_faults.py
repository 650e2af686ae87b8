"""Faults of requests: what can be armed, what each does, how often, and to what."""

import asyncio

import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.script import OTHER_BOT, Json, MovableClock, Script

pytestmark = pytest.mark.proof("sandbox")

STAGE = "/channels/1200000000000000202/messages"
MIA = "1200000000000000101"
UNKNOWN_TOKEN = "/webhooks/1300000000000000001/nothing"  # noqa: S105 - it opens nothing
SAY = {"content": "hello"}


async def contents(script: Script) -> list[str]:
    """Read the stage."""
    return [message["content"] for message in await script.messages()]


async def say(script: Script) -> tuple[int, Json, dict[str, str]]:
    """Send a message; give the status, the answer and the headers."""
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, json=SAY, headers=headers) as response:
        return response.status, await response.json(), dict(response.headers)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, '"fault" must be one of rate_limit, '),
        ({"fault": "flood"}, '"fault" must be one of rate_limit, '),
        ({"fault": 5}, '"fault" must be one of rate_limit, '),
        ({"fault": ["slow"]}, '"fault" must be one of rate_limit, '),
        ({"fault": "slow", "status": 500}, 'The fault "slow" has no field "status"; it has "on", '),
        ({"fault": "reconnect", "times": 2}, 'The fault "reconnect" has no field "times"; '),
        ({"fault": "slow", "on": "gateway"}, '"on" must be one of any, first_answer, '),
        ({"fault": "slow", "on": 1}, '"on" must be one of any, first_answer, '),
        ({"fault": "late", "on": "channel"}, '"on" must be first_answer.'),
        ({"fault": "slow", "times": 0}, '"times" must be a whole number between 1 and 1000.'),
        ({"fault": "slow", "times": 1001}, '"times" must be a whole number between 1 and 1000.'),
        ({"fault": "slow", "times": True}, '"times" must be a whole number between 1 and 1000.'),
        ({"fault": "slow", "times": 1.0}, '"times" must be a whole number between 1 and 1000.'),
        ({"fault": "slow", "seconds": "2"}, '"seconds" must be a number between 0.01 and 600.'),
        ({"fault": "slow", "seconds": 0}, '"seconds" must be a number between 0.01 and 600.'),
        ({"fault": "slow", "seconds": 601}, '"seconds" must be a number between 0.01 and 600.'),
        ({"fault": "slow", "seconds": 10**400}, '"seconds" must be a number between 0.01 and 600.'),
        ({"fault": "slow", "seconds": True}, '"seconds" must be a number between 0.01 and 600.'),
        ({"fault": "slow", "after_work": 1}, '"after_work" must be true or false.'),
        ({"fault": "server_error", "status": 501}, '"status" must be one of 500, 502, 503, 504.'),
        ({"fault": "server_error", "status": 500.0}, '"status" must be one of 500, 502, 503, 504.'),
        ({"fault": "refuse", "code": 1}, '"code" must be one of '),
        ({"fault": "refuse", "code": 0}, '"code" must be one of '),
        ({"fault": "rate_limit", "retry_after_seconds": 0}, '"retry_after_seconds" must be a '),
        ({"fault": "rate_limit", "global": "no"}, '"global" must be true or false.'),
        ({"fault": "drop", "replay_events": 101}, '"replay_events" must be a whole number '),
        ({"fault": "drop", "down_seconds": -1}, '"down_seconds" must be a number between 0 and '),
        ({"fault": "narrow_limits", "limit": 0}, '"limit" must be a whole number between 1 and '),
    ],
)
async def test_a_fault_that_makes_no_sense_gets_a_sentence_and_changes_nothing(
    script: Script, asked: Json, sentence: str
) -> None:
    status, answer = await script.post("fault", asked)
    assert status == 400
    assert answer["error"].startswith(sentence)
    assert answer["error"].endswith(".")
    assert await script.armed() == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_what_is_no_number_is_refused(script: Script, number: str) -> None:
    address = f"{script.sandbox.url}sandbox/fault"
    body = f'{{"fault": "slow", "seconds": {number}}}'
    async with script.http.post(address, data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"].endswith(".")
    assert await script.armed() == []


@pytest.mark.parametrize("body", ["", "{", "[]", '"slow"'])
async def test_a_body_that_is_no_object_gets_a_sentence(script: Script, body: str) -> None:
    async with script.http.post(f"{script.sandbox.url}sandbox/fault", data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"].startswith("The body ")


async def test_what_is_armed_is_listed_with_all_its_fields(script: Script) -> None:
    await script.fault("slow", times=2, on="channel")
    listed = await script.fault("refuse")
    assert listed == [
        {
            "id": 1,
            "fault": "slow",
            "on": "channel",
            "times_left": 2,
            "seconds": 2.0,
            "after_work": False,
        },
        {"id": 2, "fault": "refuse", "on": "first_answer", "times_left": 1, "code": 10062},
    ]
    assert await script.armed() == listed
    assert (await script.get("state"))["faults"] == listed


async def test_a_script_in_python_arms_the_same(sandbox: Sandbox, script: Script) -> None:
    listed = sandbox.faults.arm("rate_limit", **{"global": True})
    assert await script.armed() == listed == sandbox.faults.armed()
    assert sandbox.faults.arm("none") == []


async def test_no_more_than_a_hundred_are_armed(script: Script) -> None:
    for _ in range(100):
        await script.fault("slow")
    status, answer = await script.post("fault", {"fault": "slow"})
    assert (status, answer["error"][:10]) == (400, "100 faults")
    assert await script.fault("none") == []


async def test_faults_hit_in_their_order_and_are_counted_down(script: Script) -> None:
    await script.fault("rate_limit", times=2)
    await script.fault("server_error", status=502)
    statuses = [(await script.rest("POST", STAGE, SAY))[0]]
    assert [one["times_left"] for one in await script.armed()] == [1, 1]
    statuses += [(await script.rest("POST", STAGE, SAY))[0] for _ in range(3)]
    assert statuses == [429, 429, 502, 200]
    assert await script.armed() == []
    assert await contents(script) == ["hello"]


async def test_a_rate_limit_is_told_as_discord_tells_it(script: Script) -> None:
    await script.fault("rate_limit", retry_after_seconds=1.5)
    status, answer, headers = await say(script)
    assert status == 429
    assert answer == {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": 1.5,
        "global": False,
    }
    # Without a Via discord.py thinks that it was banned.
    assert headers["Via"]
    assert (headers["Retry-After"], headers["X-RateLimit-Scope"]) == ("2", "user")
    assert (headers["X-RateLimit-Remaining"], headers["X-RateLimit-Reset-After"]) == ("0", "1.500")
    assert "X-RateLimit-Global" not in headers
    assert await contents(script) == []


async def test_a_global_rate_limit_says_so(script: Script) -> None:
    await script.fault("rate_limit", **{"global": True})
    status, answer, headers = await say(script)
    assert (status, answer["global"], answer["retry_after"]) == (429, True, 1.0)
    assert (headers["X-RateLimit-Global"], headers["X-RateLimit-Scope"]) == ("true", "global")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after_work", [False, True])
async def test_a_server_error_comes_before_the_work_or_after_it(
    script: Script, status: int, *, after_work: bool
) -> None:
    await script.fault("server_error", status=status, after_work=after_work)
    got, answer = await script.rest("POST", STAGE, SAY)
    assert (got, answer["code"], answer["message"][:4]) == (status, 0, f"{status}:")
    assert await contents(script) == (["hello"] if after_work else [])


async def test_a_slow_request_is_held_before_it_is_served(script: Script) -> None:
    await script.fault("slow", seconds=30)
    sending = asyncio.create_task(script.rest("POST", STAGE, SAY))
    await script.pause()
    assert await contents(script) == []
    await script.advance(30)
    assert (await sending)[0] == 200
    assert await contents(script) == ["hello"]


async def test_a_slow_answer_is_held_after_the_work(script: Script) -> None:
    await script.fault("slow", seconds=30, after_work=True)
    sending = asyncio.create_task(script.rest("POST", STAGE, SAY))
    while not await contents(script):
        pass
    assert not sending.done()
    await script.advance(30)
    assert (await sending)[0] == 200


async def test_what_is_held_is_held_to_the_moment(script: Script) -> None:
    await script.fault("slow", seconds=2)
    sending = asyncio.create_task(script.rest("POST", STAGE, SAY))
    await script.until_disarmed()
    await script.advance(1.999)
    await script.pause()
    assert not sending.done()
    await script.advance(0.001)
    assert (await sending)[0] == 200


async def test_a_clock_that_a_test_moves_itself_is_seen_too(
    script: Script, clock: MovableClock
) -> None:
    await script.fault("slow", seconds=600)
    sending = asyncio.create_task(script.rest("POST", STAGE, SAY))
    await script.pause()
    clock.advance(600)
    assert (await sending)[0] == 200


async def test_disarming_lets_what_is_held_go(script: Script) -> None:
    await script.fault("slow", times=5)
    sending = asyncio.create_task(script.rest("POST", STAGE, SAY))
    await script.pause()
    assert not sending.done()
    assert await script.fault("none") == []
    assert (await sending)[0] == 200


@pytest.mark.parametrize(
    ("on", "hits"),
    [
        ("any", [True, True, True, True]),
        ("later_answer", [True, False, False, False]),
        ("channel", [False, True, True, False]),
        ("other", [False, False, False, True]),
        ("first_answer", [False, False, False, False]),
        ("choices", [False, False, False, False]),
    ],
)
async def test_a_fault_chooses_the_requests_that_it_hits(
    script: Script, on: str, hits: list[bool]
) -> None:
    await script.fault("rate_limit", on=on, times=1000)
    requests = [
        ("POST", UNKNOWN_TOKEN, SAY),
        ("POST", STAGE, SAY),
        ("POST", "/users/@me/channels", {"recipient_id": MIA}),
        ("GET", "/users/@me", None),
    ]
    statuses = [(await script.rest(*one))[0] for one in requests]
    assert [status == 429 for status in statuses] == hits


async def test_an_unknown_route_uses_up_no_fault(script: Script) -> None:
    await script.fault("rate_limit")
    assert (await script.rest("GET", "/nothing"))[0] == 404
    assert (await script.rest("DELETE", "/gateway/bot"))[0] in {404, 405}
    assert [one["times_left"] for one in await script.armed()] == [1]
    script.sandbox.world.unknown_requests.clear()


@pytest.mark.parametrize("code", [10008, 40060, 50001, 50013, 50035])
async def test_a_refusal_has_the_code_that_was_asked_for(script: Script, code: int) -> None:
    await script.fault("refuse", on="channel", code=code)
    status, answer = await script.rest("POST", STAGE, SAY)
    assert (status // 100, answer["code"]) == (4, code)
    assert await contents(script) == []


@pytest.mark.parametrize(
    ("on", "code"), [("first_answer", 10062), ("later_answer", 50027), ("channel", 50013)]
)
async def test_a_refusal_without_a_code_is_the_usual_one(
    script: Script, on: str, code: int
) -> None:
    assert [one["code"] for one in await script.fault("refuse", on=on)] == [code]


async def test_the_pages_are_told_when_a_fault_is_armed_and_when_it_hits(script: Script) -> None:
    told: list[Json] = []
    script.sandbox.world.watchers.add(lambda news, _message: told.append(news))
    await script.fault("rate_limit")
    assert told == [{"type": "state"}]
    await script.rest("GET", "/gateway/bot")
    assert len(told) >= 2
    told.clear()
    await script.rest("GET", "/nothing")
    assert {"type": "state"} in told
    state = await script.get("state")
    assert {"method": "GET", "path": "/v10/nothing"} in state["unknown_requests"]
    script.sandbox.world.unknown_requests.clear()
