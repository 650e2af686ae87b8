"""Values that are fine as JSON and still trip up whoever counts with them."""

import asyncio

import pytest
import yarl

from tests.sandbox.forms import GUILD, STAGE, first_error
from tests.sandbox.script import Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

HUGE = "9" * 5000


@pytest.mark.parametrize("command", ["", "   "])
async def test_a_command_without_a_name_is_unknown(
    script: Script, bot: SmallBot, command: str
) -> None:
    assert bot.is_ready()
    outcome = await script.command(command)
    assert (outcome["outcome"], outcome["error"]["code"]) == ("refused", 10063)


@pytest.mark.parametrize("name", ["rows", "metres"])
async def test_a_number_beyond_all_numbers_is_none(
    script: Script, bot: SmallBot, name: str
) -> None:
    assert bot.is_ready()
    options = {"rows": 1, "metres": 1, name: 10**399}
    refused = (await script.command("flower bed fill", options=options))["error"]
    assert first_error(refused["errors"]) == (f"options.{name}", "NUMBER_TYPE_COERCE")


@pytest.mark.parametrize(
    "path", [f"{STAGE}?limit={HUGE}", f"{STAGE}?before={HUGE}", f"{GUILD}/members?after={HUGE}"]
)
async def test_a_query_beyond_all_numbers_is_out_of_range(script: Script, path: str) -> None:
    status, answer = await script.rest("GET", path)
    assert status == 400
    assert first_error(answer["errors"])[1] == "NUMBER_TYPE_RANGE"


async def test_permissions_beyond_all_numbers_are_none(script: Script) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    command = {"name": "c", "description": "d", "default_member_permissions": HUGE}
    status, answer = await script.rest("POST", f"/applications/{own['id']}/commands", command)
    assert status == 400
    assert first_error(answer["errors"]) == ("default_member_permissions", "BITFIELD_TYPE_CONVERT")


@pytest.mark.parametrize("token", [b"\xff", "schlüssel".encode()])
async def test_a_token_of_strange_letters_is_nobodys(script: Script, token: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", yarl.URL(script.sandbox.url).port)
    request = b"GET /api/v10/users/@me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    writer.write(request + b"Authorization: Bot " + token + b"\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()
    await writer.wait_closed()
    assert not script.sandbox.world.applications
