"""REST: what is refused, with Discord's status, code and tree; and what routes exist."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.permissions import Permission
from bot.sandbox.server import Sandbox
from tests.sandbox.script import OTHER_BOT, Json, Script

pytestmark = pytest.mark.proof("sandbox")

STAGE = "/channels/1200000000000000202/messages"
STAFF = "/channels/1200000000000000203/messages"
SECOND_BOT = "second.bot"
GUILD = "/guilds/1200000000000000001"


def row(*components: Json) -> Json:
    """Put components into a row."""
    return {"type": 1, "components": list(components)}


def button(custom_id: str = "b", **fields: Any) -> Json:
    """Write a button."""
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id} | fields


def select(options: int, **fields: Any) -> Json:
    """Write a select."""
    choices = [{"label": f"{number}", "value": f"{number}"} for number in range(options)]
    return {"type": 3, "custom_id": "s", "options": choices} | fields


def first_error(errors: Json) -> tuple[str, str]:
    """Give path and code of the first complaint."""
    path: list[str] = []
    while "_errors" not in errors:
        step = next(iter(errors))
        path.append(step)
        errors = errors[step]
    return ".".join(path), errors["_errors"][0]["code"]


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        (
            {"embeds": [{"description": "x" * 3001}] * 2},
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
        (
            {"embeds": [{"fields": [{"name": "", "value": "x"}]}]},
            "embeds.0.fields.0.name",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {"embeds": [{"fields": [{"name": "x", "value": "x" * 1025}]}]},
            "embeds.0.fields.0.value",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"embeds": [{"fields": [{"name": "x", "value": "x"}] * 26}]},
            "embeds.0.fields",
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"embeds": [{"url": "ftp://x"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"timestamp": "soon"}]}, "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"components": [row(button())] * 6}, "components", "BASE_TYPE_MAX_LENGTH"),
        (
            {"components": [row(*(button(f"{number}") for number in range(6)))]},
            "components.0.components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"components": [row()]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [button()]}, "components.0.type", "BASE_TYPE_CHOICES"),
        (
            {"components": [row(button(), button())]},
            "components.0.components.1.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            {"components": [row(button("x" * 101))]},
            "components.0.components.0.custom_id",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [row(button(label="x" * 81))]},
            "components.0.components.0.label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"components": [row(button(emoji={"name": "smile"}))]},
            "components.0.components.0.emoji.name",
            "BUTTON_COMPONENT_INVALID_EMOJI",
        ),
        (
            {"components": [row(select(26))]},
            "components.0.components.0.options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [row(select(2), button())]},
            "components.0.components.1",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        ),
        (
            {"content": "x", "attachments": [{"id": 0, "filename": "x"}]},
            "attachments",
            "ATTACHMENT_NOT_FOUND",
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            {"content": "x", "flags": 1 << 15},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": {}, "content": "x"}, "embeds", "LIST_TYPE_CONVERT"),
    ],
)
async def test_a_message_that_breaks_a_rule_is_refused(
    script: Script, body: Json, path: str, code: str
) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    assert first_error(answer["errors"]) == (path, code)


EMPTY_MESSAGES: list[Json] = [
    {},
    {"content": "  "},
    {"components": [row(button())]},
    {"embeds": [{}]},
]


@pytest.mark.parametrize("body", EMPTY_MESSAGES)
async def test_an_empty_message_is_refused(script: Script, body: Json) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert (status, answer) == (400, {"message": "Cannot send an empty message", "code": 50006})


async def test_files_of_a_layout_get_their_addresses(script: Script) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.txt"}}]}
    file = {"type": 13, "file": {"url": "attachment://a.txt"}}
    form = aiohttp.FormData()
    body = {"flags": 1 << 15, "components": [gallery, file]}
    form.add_field("payload_json", json.dumps(body))
    form.add_field("files[0]", b"inside", filename="a.txt")
    headers = {"Authorization": "Bot other.token"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        shown, listed = (await response.json())["components"]
    assert shown["items"][0]["media"]["url"] == listed["file"]["url"]
    assert (listed["name"], listed["size"]) == ("a.txt", 6)
    async with script.http.get(listed["file"]["url"]) as response:
        assert await response.text() == "inside"


async def test_two_bots_with_one_command_must_be_told_apart(script: Script) -> None:
    ids: list[str] = []
    for token in (OTHER_BOT, SECOND_BOT):
        _, own = await script.rest("GET", "/applications/@me", token=token)
        ids.append(own["id"])
        commands = [{"name": "twin", "description": "d"}]
        path = f"/applications/{own['id']}/commands"
        assert (await script.rest("PUT", path, commands, token=token))[0] == 200
    status, foreign = await script.rest("PUT", f"/applications/{ids[1]}/commands", [])
    assert (status, foreign["code"]) == (404, 10002)
    body = {"as": "Mia", "channel": "stage", "command": "twin"}
    status, answer = await script.post("command", body)
    assert (status, answer["error"]) == (
        400,
        'Several bots have /twin; say which with "application".',
    )


async def test_a_layout_of_new_components_is_given_back_numbered(script: Script) -> None:
    text = {"type": 10, "content": "hello"}
    section = {"type": 9, "components": [text], "accessory": button()}
    body = {"flags": 1 << 15, "components": [{"type": 17, "components": [section, text]}]}
    status, message = await script.rest("POST", STAGE, body)
    assert status == 200
    container = message["components"][0]
    assert [container["id"], container["components"][0]["id"]] == [1, 2]
    assert container["components"][0]["accessory"]["id"] == 4


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/channels/1", 404, 10003),
        ("GET", f"{STAGE}/1", 404, 10008),
        ("POST", STAFF, 403, 50001),
        ("GET", "/users/1", 404, 10013),
        ("GET", f"{GUILD}/members/1", 404, 10013),
        ("GET", f"{GUILD}/roles/1", 404, 10011),
        ("GET", "/guilds/1", 404, 10004),
        ("POST", "/interactions/1/token/callback", 404, 10062),
        ("POST", "/webhooks/1/token", 404, 10015),
        ("GET", f"{STAGE}?limit=101", 400, 50035),
        ("GET", f"{STAGE}?before=x", 400, 50035),
    ],
)
async def test_what_is_not_there_has_discords_codes(
    script: Script, method: str, path: str, status: int, code: int
) -> None:
    got, answer = await script.rest(method, path, {"content": "x"} if method == "POST" else None)
    assert (got, answer["code"]) == (status, code)


@pytest.mark.parametrize("token", [None, ""])
async def test_without_a_token_nothing_is_told(script: Script, token: str | None) -> None:
    assert await script.rest("GET", "/users/@me", token=token) == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )


async def test_a_token_is_needed_even_where_nothing_is_secret(script: Script) -> None:
    assert (await script.rest("GET", "/gateway/bot", token=None))[0] == 401
    status, answer = await script.rest("GET", "/gateway", token=None)
    assert (status, answer["url"]) == (200, script.sandbox.gateway_url)


async def test_everyone_is_only_mentioned_with_the_permission(script: Script) -> None:
    body = {"content": "@everyone"}
    assert (await script.rest("POST", STAGE, body))[1]["mention_everyone"] is True
    (application,) = script.sandbox.world.applications.values()
    guild = script.sandbox.world.guild
    role = guild.roles[application.role_id]
    role["permissions"] = str(int(role["permissions"]) & ~Permission.MENTION_EVERYONE)
    guild.set_roles(guild.members[application.id], [application.role_id])
    assert (await script.rest("POST", STAGE, body))[1]["mention_everyone"] is False


async def test_unknown_routes_are_noted(
    script: Script, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    assert await script.rest("GET", "/stars") == (404, {"message": "404: Not Found", "code": 0})
    status, answer = await script.rest("PUT", "/users/@me")
    assert (status, answer["message"]) == (405, "405: Method Not Allowed")
    assert sandbox.world.unknown_requests == [("GET", "/v10/stars"), ("PUT", "/v10/users/@me")]
    assert "no route for GET /v10/stars" in caplog.text
    # What is left here at the end fails the test.
    sandbox.world.unknown_requests.clear()


async def test_every_answer_carries_rate_limit_headers(script: Script) -> None:
    headers = {"Authorization": "Bot other.token"}
    address = script.sandbox.api_base + "/users/@me"
    async with script.http.get(address, headers=headers) as response:
        assert response.headers["Content-Type"] == "application/json"
        for name in ("Limit", "Remaining", "Reset", "Reset-After", "Bucket"):
            assert f"X-RateLimit-{name}" in response.headers


async def test_a_nonce_sends_only_once(script: Script) -> None:
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    _, first = await script.rest("POST", STAGE, body)
    _, second = await script.rest("POST", STAGE, body | {"content": "twice"})
    assert second["id"] == first["id"]
    assert second["content"] == "once"
    assert len(await script.messages()) == 1


async def test_a_nonce_is_of_the_bot_and_not_of_a_channel(script: Script) -> None:
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    _, first = await script.rest("POST", STAGE, body)
    _, second = await script.rest("POST", STAGE.replace("202", "201"), body)
    assert second["id"] == first["id"]


async def test_what_was_deleted_is_not_sent_once_more(script: Script) -> None:
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    _, first = await script.rest("POST", STAGE, body)
    await script.rest("DELETE", f"{STAGE}/{first['id']}")
    status, error = await script.rest("POST", STAGE, body)
    assert (status, error["code"]) == (404, 10008)


async def test_messages_are_edited_listed_and_deleted(script: Script) -> None:
    sent = [(await script.rest("POST", STAGE, {"content": f"{n}"}))[1] for n in range(4)]
    _, edited = await script.rest("PATCH", f"{STAGE}/{sent[0]['id']}", {"content": "new"})
    assert edited["content"] == "new"
    assert edited["edited_timestamp"] is not None
    assert (await script.rest("DELETE", f"{STAGE}/{sent[3]['id']}"))[0] == 204
    _, listed = await script.rest("GET", STAGE)
    assert [one["content"] for one in listed] == ["2", "1", "new"]
    _, before = await script.rest("GET", f"{STAGE}?before={sent[1]['id']}")
    assert [one["content"] for one in before] == ["new"]
    _, after = await script.rest("GET", f"{STAGE}?after={sent[0]['id']}&limit=1")
    assert [one["content"] for one in after] == ["1"]


async def test_another_bots_message_is_not_ones_own(script: Script) -> None:
    _, sent = await script.rest("POST", STAGE, {"content": "mine"})
    path = f"{STAGE}/{sent['id']}"
    status, answer = await script.rest("PATCH", path, {"content": "yours"}, token=SECOND_BOT)
    assert (status, answer["code"]) == (403, 50005)
    status, answer = await script.rest("DELETE", path, token=SECOND_BOT)
    assert (status, answer["code"]) == (403, 50013)
    _, read = await script.rest("GET", path, token=SECOND_BOT)
    assert (read["content"], read["author"]["id"]) == ("mine", sent["author"]["id"])


def option(**fields: Any) -> Json:
    """Write a command's option."""
    return {"name": "o", "description": "d", "type": 3} | fields


@pytest.mark.parametrize(
    ("command", "path", "code"),
    [
        ({"name": "Upper"}, "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "two words"}, "0.name", "STRING_TYPE_REGEX"),
        ({"name": "x" * 33}, "0.name", "BASE_TYPE_BAD_LENGTH"),
        ({"description": ""}, "0.description", "BASE_TYPE_BAD_LENGTH"),
        ({"description": "x" * 101}, "0.description", "BASE_TYPE_BAD_LENGTH"),
        (
            {"options": [option(name=f"o{n}") for n in range(26)]},
            "0.options",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"options": [option(), option()]},
            "0.options.1.name",
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (
            {"options": [option(), option(name="p", required=True)]},
            "0.options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            {"options": [option(choices=[{"name": f"{n}", "value": "v"} for n in range(26)])]},
            "0.options.0.choices",
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"options": [option(type=12)]}, "0.options.0.type", "BASE_TYPE_CHOICES"),
        (
            {"type": 2, "description": "x"},
            "0.description",
            "APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET",
        ),
    ],
)
async def test_a_command_that_breaks_a_rule_is_refused(
    script: Script, command: Json, path: str, code: str
) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    commands = [{"name": "fine", "description": "fine"} | command]
    status, answer = await script.rest("PUT", f"/applications/{own['id']}/commands", commands)
    assert (status, answer["code"]) == (400, 50035)
    assert first_error(answer["errors"]) == (path, code)


async def test_commands_have_one_name_each_and_are_a_hundred_at_most(script: Script) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    path = f"/applications/{own['id']}/commands"
    same = [{"name": "same", "description": "d"}] * 2
    status, answer = await script.rest("PUT", path, same)
    assert first_error(answer["errors"]) == ("1.name", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    many = [{"name": f"c{n}", "description": "d"} for n in range(101)]
    status, answer = await script.rest("PUT", path, many)
    assert (status, answer["code"]) == (400, 30032)


async def test_single_commands_are_created_edited_and_deleted(script: Script) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    path = f"/applications/{own['id']}/guilds/1200000000000000001/commands"
    status, created = await script.rest("POST", path, {"name": "one", "description": "d"})
    assert (status, created["guild_id"]) == (201, "1200000000000000001")
    assert (await script.rest("POST", path, {"name": "one", "description": "e"}))[0] == 200
    one = f"{path}/{created['id']}"
    _, edited = await script.rest("PATCH", one, {"description": "f"})
    assert (edited["id"], edited["description"]) == (created["id"], "f")
    assert (await script.rest("DELETE", one))[0] == 204
    assert (await script.rest("GET", one))[1]["code"] == 10063


async def test_bodies_that_are_no_json_are_refused(script: Script) -> None:
    headers = {"Authorization": "Bot other.token", "Content-Type": "application/json"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data="{", headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)


@pytest.mark.parametrize("body", [[], "x", 5, {"content": 5}, {"components": [5]}, {"embeds": [5]}])
async def test_odd_bodies_never_break_the_sandbox(script: Script, body: object) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert status == 400, json.dumps(answer)


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_other_hosts_and_sites_are_refused(script: Script, headers: dict[str, str]) -> None:
    async with script.http.get(f"{script.sandbox.url}sandbox/state", headers=headers) as response:
        assert response.status == 403
