"""Garbage of every kind gets a clear answer, and the sandbox serves the next request."""

import asyncio
import copy
import io
import json
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.wire import as_list, as_object
from tests.sandbox.conftest import TOKEN, running_bot
from tests.sandbox.forms import STAGE, button, layout, row, select, text
from tests.sandbox.script import OTHER_BOT, Json, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

BAD_JSON = (400, {"message": "The request body contains invalid JSON.", "code": 50109})
BAD_REQUEST = (400, {"message": "400: Bad Request", "code": 0})
TOO_LARGE = (413, {"message": "Request entity too large", "code": 40005})
UNAUTHORIZED = (401, {"message": "401: Unauthorized", "code": 0})
MOST_BYTES = 30 * 1024 * 1024


@pytest.fixture(autouse=True)
async def stays_up(script: Script, caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """See that the next request is served, and that nothing failed on the way."""
    yield
    status, user = await script.rest("GET", "/users/@me")
    assert (status, user["bot"]) == (200, True)
    assert "guilds" in await script.get("state")
    assert "failed" not in caplog.text
    assert "Error handling request" not in caplog.text


async def send(script: Script, data: Any, path: str = STAGE, **headers: str) -> tuple[int, Any]:
    """Send a body as it is."""
    sent = {"Authorization": f"Bot {OTHER_BOT}", "Content-Type": "application/json"} | headers
    address = script.sandbox.api_base + path
    async with script.http.post(address, data=data, headers=sent) as response:
        return response.status, await response.json()


NO_JSON = [
    b"{",
    b"{'content': 'x'}",
    b'{"content": "x",}',
    b'{"content": NaN}',
    b'{"nonce": 1e999}',
    b'{"nonce": ' + b"1" * 5000 + b"}",
    b'{"content": "\xff"}',
    b'{"content": "\\ud800"}',
    b"\x00\x01\x02",
    b"[" * 100_000,
    b"[" * 500 + b"]" * 500,
    b'{"embeds": ' * 300 + b"1" + b"}" * 300,
]


@pytest.mark.parametrize("data", NO_JSON)
async def test_a_body_that_is_no_json_is_refused(script: Script, data: bytes) -> None:
    assert await send(script, data) == BAD_JSON


@pytest.mark.parametrize("data", NO_JSON)
async def test_a_call_that_is_no_json_gets_a_sentence(script: Script, data: bytes) -> None:
    address = f"{script.sandbox.url}sandbox/command"
    async with script.http.post(address, data=data) as response:
        answer = await response.json()
    assert (response.status, answer) == (400, {"error": "The body is not JSON."})


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nno header at all"),
        ("multipart/form-data; boundary=" + "b" * 100, b"x"),
    ],
)
async def test_what_only_says_that_it_is_multipart_is_refused(
    script: Script, content_type: str, data: bytes
) -> None:
    status, answer = await send(script, data, **{"Content-Type": content_type})
    assert status == 400, answer
    assert set(answer) <= {"message", "code", "errors"}


async def test_a_body_packed_wrongly_is_refused(script: Script) -> None:
    assert await send(script, b"no gzip", **{"Content-Encoding": "gzip"}) == BAD_REQUEST


async def test_wrong_json_beside_files_is_refused(script: Script) -> None:
    form = aiohttp.FormData()
    form.add_field("payload_json", "{")
    form.add_field("files[0]", b"x", filename="a.txt")
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        assert (response.status, await response.json()) == BAD_JSON


async def test_a_json_body_above_thirty_mebibytes_is_too_large(script: Script) -> None:
    assert await send(script, io.BytesIO(b" " * (MOST_BYTES + 1))) == TOO_LARGE
    address = f"{script.sandbox.url}sandbox/command"
    async with script.http.post(address, data=io.BytesIO(b" " * (MOST_BYTES + 1))) as response:
        answer = await response.json()
    assert (response.status, answer) == (413, {"error": "The body is larger than 30 MiB."})


async def test_files_above_thirty_mebibytes_together_are_too_large(script: Script) -> None:
    form = aiohttp.FormData()
    for number in range(4):
        content = io.BytesIO(b"x" * (8 * 1024 * 1024))
        form.add_field(f"files[{number}]", content, filename="a.txt")
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        assert (response.status, await response.json()) == TOO_LARGE


@pytest.mark.parametrize("body", [[], "x", 5, True, [{"content": "x"}]])
async def test_a_body_that_is_no_object_is_refused(script: Script, body: object) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert (status, answer["code"]) == (400, 50035)


@pytest.mark.parametrize("authorization", ["", "Bot", "Bot ", "Bearer x", OTHER_BOT, "bot x"])
async def test_who_brings_no_bots_token_is_told_nothing(script: Script, authorization: str) -> None:
    for path in ("/users/@me", STAGE, "/gateway/bot"):
        address = script.sandbox.api_base + path
        headers = {"Authorization": authorization} if authorization else {}
        async with script.http.get(address, headers=headers) as response:
            assert (response.status, await response.json()) == UNAUTHORIZED


@pytest.mark.parametrize(
    "path", ["/channels/x", "/users/x", f"{STAGE}/x", "/guilds/x/roles", "/channels/1e3"]
)
async def test_what_is_no_id_is_told(script: Script, path: str) -> None:
    status, answer = await script.rest("GET", path)
    assert (status, answer["code"]) == (400, 50035)
    (complaint,) = answer["errors"].values()
    assert complaint["_errors"][0]["code"] == "NUMBER_TYPE_COERCE"


async def test_unknown_calls_of_the_json_api_get_a_sentence(script: Script) -> None:
    status, answer = await script.post("dance", {})
    assert (status, answer["error"]) == (404, "There is no call POST /sandbox/dance.")
    assert (await script.get("command"))["error"] == "There is no call GET /sandbox/command."


HOSTS = ["evil.example", "127.0.0.1.evil.example", "[::1", "", "localhost@evil.example"]


@pytest.mark.parametrize("host", HOSTS)
async def test_other_host_names_are_refused(script: Script, host: str) -> None:
    for path in ("sandbox/state", "api/v10/gateway", "", "gateway"):
        async with script.http.get(script.sandbox.url + path, headers={"Host": host}) as response:
            answer = await response.json()
        assert response.status == 403
        assert answer["error"] == "The sandbox only answers to this machine."


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://[", "file://", "http://127.0.0.1.evil"]
)
async def test_other_sites_are_refused(script: Script, origin: str) -> None:
    body: Json = {"member": "Mia", "action": "leave"}
    address = f"{script.sandbox.url}sandbox/member"
    async with script.http.post(address, json=body, headers={"Origin": origin}) as response:
        assert response.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await script.http.ws_connect(script.sandbox.gateway_url, headers={"Origin": origin})


async def closed_with(script: Script, *frames: str | bytes) -> int | None:
    """Send frames to the gateway and tell with which code it closes."""
    async with script.http.ws_connect(script.sandbox.gateway_url) as socket:
        assert (await socket.receive_json(timeout=5))["op"] == 10
        for frame in frames:
            if isinstance(frame, str):
                await socket.send_str(frame)
            else:
                await socket.send_bytes(frame)
        while not socket.closed:
            await socket.receive(timeout=5)
        return socket.close_code


PROPERTIES = {"os": "linux", "browser": "none", "device": "none"}
WHO: Json = {"token": "wire.bot", "intents": 1, "properties": PROPERTIES}
IDENTIFY = json.dumps({"op": 2, "d": WHO})


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x00\xff\xfe garbage", 4002),
        (b"\x28\xb5\x2f\xfd", 4002),
        ("", 4002),
        ("null", 4002),
        ("[" * 4000, 4002),
        ('{"op": 1, "d": ' + "[" * 300 + "]" * 300 + "}", 4002),
        ('{"op": 1, "d": "' + "x" * 4096 + '"}', 4002),
        ('{"op": "1"}', 4002),
        ('{"op": 1.0}', 4002),
        ('{"op": true}', 4002),
        ('{"op": null}', 4002),
        ('{"op": [1]}', 4002),
        ('{"d": {}}', 4002),
        ('{"op": 2}', 4002),
        ('{"op": 2, "d": "token"}', 4002),
        ('{"op": 6, "d": []}', 4002),
        ('{"op": 5}', 4001),
        ('{"op": -1}', 4001),
        ('{"op": 99999999999999999999}', 4001),
        ('{"op": 2, "d": {}}', 4004),
        ('{"op": 2, "d": {"token": 5, "intents": 1}}', 4004),
        ('{"op": 2, "d": {"token": "a", "intents": "1"}}', 4013),
        ('{"op": 2, "d": {"token": "a", "intents": true}}', 4013),
        ('{"op": 2, "d": {"token": "a", "intents": -1}}', 4013),
        ('{"op": 2, "d": {"token": "a", "intents": 1, "shard": [0]}}', 4010),
        ('{"op": 2, "d": {"token": "a", "intents": 1, "shard": [1, 0]}}', 4010),
    ],
)
async def test_a_malformed_frame_ends_the_connection_alone(
    script: Script, frame: str | bytes, code: int
) -> None:
    assert await closed_with(script, frame) == code


async def test_a_huge_frame_ends_the_connection(script: Script) -> None:
    assert await closed_with(script, "x" * (2 << 20)) in {1009, 4002}


async def test_a_session_survives_what_another_connection_sends(
    script: Script, bot: SmallBot
) -> None:
    assert bot.is_ready()
    assert await closed_with(script, IDENTIFY, '{"op": 8}') == 4002
    assert (await script.command("whisper"))["outcome"] == "answered"


HERE = {"guild_id": "1200000000000000001"}
ODD_REQUESTS: list[Json] = [
    {},
    HERE,
    {"user_ids": [5]},
    HERE | {"user_ids": [[], {}]},
    HERE | {"query": 5, "limit": 0},
    HERE | {"query": "m"},
    HERE | {"query": "m", "limit": -1},
    HERE | {"query": "m", "limit": "1"},
    {"guild_id": "here", "query": "m", "limit": 0},
]


@pytest.mark.parametrize("request_", ODD_REQUESTS)
async def test_an_odd_request_for_members_ends_the_connection(
    script: Script, request_: Json
) -> None:
    assert await closed_with(script, IDENTIFY, json.dumps({"op": 8, "d": request_})) == 4001


async def test_privileged_intents_that_are_switched_off_are_refused(script: Script) -> None:
    members: Json = {"token": OTHER_BOT, "intents": 1 << 1, "properties": PROPERTIES}
    identify = json.dumps({"op": 2, "d": members})
    _, application = await script.rest("PATCH", "/applications/@me", {"flags": 0})
    assert application["flags"] == 0
    assert await closed_with(script, identify) == 4014
    await script.rest("PATCH", "/applications/@me", {"flags": 1 << 15})
    async with script.http.ws_connect(script.sandbox.gateway_url) as socket:
        await socket.send_str(identify)
        async with asyncio.timeout(5):
            while (await socket.receive_json())["t"] != "READY":
                pass


async def test_two_bots_with_one_token_both_hear_and_one_answers(
    script: Script, sandbox: Sandbox, bot: SmallBot
) -> None:
    bot.gate.set()
    async with running_bot(sandbox, SmallBot()) as second:
        assert second.application_id == bot.application_id, TOKEN
        second.gate.set()
        outcome = await script.command("hold")
        assert outcome["outcome"] == "answered"
        late = asyncio.create_task(bot.error_codes.get())
        also = asyncio.create_task(second.error_codes.get())
        done, _ = await asyncio.wait({late, also}, timeout=5, return_when="FIRST_COMPLETED")
        assert [one.result() for one in done] == [40060]
        late.cancel()
        also.cancel()
    assert len(await script.messages()) == 1
    assert (await script.command("whisper"))["outcome"] == "answered"


JUNK: list[Any] = [None, True, -1, 1.5, 10**30, "", "x", "1" * 300, [], {}, [[]], [None], {"a": 1}]
GOOD: list[Json] = [
    {
        "content": "x <@1>",
        "nonce": "1",
        "flags": 0,
        "embeds": [{"title": "t", "fields": [{"name": "n", "value": "v"}], "image": {"url": "x"}}],
        "components": [row(button(emoji={"name": "🌷"})), row(select(2, custom_id="t"))],
        "allowed_mentions": {"parse": ["users"], "roles": ["1"]},
        "message_reference": {"message_id": "1", "fail_if_not_exists": False},
        "attachments": [],
    },
    layout(
        {"type": 17, "components": [{"type": 9, "components": [text()], "accessory": button()}]},
        {"type": 12, "items": [{"media": {"url": "https://a.b"}}]},
    ),
]


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Go over every place in a body."""
    if path:
        yield path
    for name, inner in as_object(value).items():
        yield from places(inner, (*path, name))
    for index, inner in enumerate(as_list(value)):
        yield from places(inner, (*path, index))


def spoilt(body: Json, path: tuple[Any, ...], junk: Any) -> Json:
    """Put junk at a place of a body."""
    changed = copy.deepcopy(body)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return changed


@pytest.mark.parametrize("body", GOOD)
async def test_junk_at_any_place_is_taken_or_refused_and_never_fails(
    script: Script, body: Json
) -> None:
    chance = random.Random(3)
    for path in places(body):
        for junk in chance.sample(JUNK, 4):
            status, answer = await script.rest("POST", STAGE, spoilt(body, path, junk))
            assert status in {200, 400}, (path, junk, answer)
