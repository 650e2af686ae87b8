"""Odd names, times, ids and edits that Discord refuses although they look almost right."""

import pytest

from tests.sandbox.forms import LAYOUT, STAFF, STAGE, button, embed, first_error, row, text
from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

CONTAINS, LEGACY = (
    "USERNAME_INVALID_CONTAINS",
    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Everyone", "USERNAME_INVALID_MATCHES"),
        (" here ", "USERNAME_INVALID_MATCHES"),
        ("     ", "BASE_TYPE_BAD_LENGTH"),
        (" x ", "BASE_TYPE_BAD_LENGTH"),
        ("x" * 33, "BASE_TYPE_BAD_LENGTH"),
        ("x" * 1001, "BASE_TYPE_MAX_LENGTH"),
        ("a@b", CONTAINS),
        ("a#b", CONTAINS),
        ("a:b", CONTAINS),
        ("a```b", CONTAINS),
        ("My DISCORD bot", CONTAINS),
        (5, "STRING_TYPE_CONVERT"),
    ],
)
async def test_a_bot_cannot_take_every_name(script: Script, name: object, code: str) -> None:
    status, refused = await script.rest("PATCH", "/users/@me", {"username": name})
    assert (status, first_error(refused["errors"])) == (400, ("username", code))
    status, _ = await script.rest("PATCH", "/users/@me", {"username": "Where everyone is"})
    assert status == 200


@pytest.mark.parametrize("timestamp", [20200101, True, "yesterday", []])
async def test_a_time_is_written_as_text(script: Script, timestamp: object) -> None:
    status, refused = await script.rest("POST", STAGE, embed(title="x", timestamp=timestamp))
    path = "embeds.0.timestamp"
    assert (status, first_error(refused["errors"])) == (400, (path, "DATE_TIME_TYPE_PARSE"))


@pytest.mark.parametrize(
    ("had", "emptied", "path"),
    [
        ({"content": "x"}, {}, "content"),
        ({"content": "x"}, {"embeds": []}, "content"),
        (embed(title="x"), {"content": None}, "embeds"),
        (embed(title="x"), {"embeds": None}, "embeds"),
    ],
)
async def test_a_message_becomes_a_layout_only_when_its_old_parts_go(
    script: Script, had: Json, emptied: Json, path: str
) -> None:
    _, sent = await script.rest("POST", STAGE, had)
    to_layout = {"flags": LAYOUT, "components": [text()]}
    address = f"{STAGE}/{sent['id']}"
    status, refused = await script.rest("PATCH", address, to_layout | emptied)
    assert (status, first_error(refused["errors"])) == (400, (path, LEGACY))
    status, edited = await script.rest(
        "PATCH", address, to_layout | {"content": None, "embeds": []}
    )
    assert (status, edited["content"], edited["embeds"]) == (200, "", [])
    # What is a layout already has nothing left to empty.
    assert (await script.rest("PATCH", address, {"components": [text("new")]}))[0] == 200
    assert (await script.rest("PATCH", address, {"flags": LAYOUT}))[0] == 200


async def test_buttons_may_stay_when_a_message_becomes_a_layout(script: Script) -> None:
    _, sent = await script.rest("POST", STAGE, {"content": "x", "components": [row(button())]})
    emptied = {"flags": LAYOUT, "content": "", "components": [text()]}
    assert (await script.rest("PATCH", f"{STAGE}/{sent['id']}", emptied))[0] == 200


async def test_a_reply_is_to_a_message_of_the_same_channel(script: Script) -> None:
    _, sent = await script.rest("POST", STAGE, {"content": "x"})
    reference = {"message_id": sent["id"], "channel_id": sent["channel_id"]}
    reply: Json = {"content": "y", "message_reference": reference}
    assert (await script.rest("POST", STAGE, reply))[0] == 200
    reference["channel_id"] = STAFF.split("/")[2]
    reference["fail_if_not_exists"] = False
    status, refused = await script.rest("POST", STAGE, reply)
    why = ("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL")
    assert (status, first_error(refused["errors"])) == (400, why)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/channels/@original", "channel_id"),
        (f"{STAGE}/@original", "message_id"),
        ("/users/@original", "user_id"),
        ("/webhooks/@original/token/messages/@original", "application_id"),
    ],
)
async def test_the_original_is_one_only_of_an_interaction(
    script: Script, path: str, name: str
) -> None:
    status, refused = await script.rest("GET", path)
    assert (status, first_error(refused["errors"])) == (400, (name, "NUMBER_TYPE_COERCE"))
