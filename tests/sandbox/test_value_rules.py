"""Truth values, ids and objects: what is none of these is refused wherever one belongs."""

from typing import Any

import pytest

from tests.sandbox.script import Json, Script
from tests.sandbox.test_rest import STAGE, button, first_error, option, row, select

pytestmark = pytest.mark.proof("sandbox")
FIELD = {"name": "n", "value": "v"}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"tts": "yes"}, "tts", "BOOLEAN_TYPE_CONVERT"),
        ({"enforce_nonce": 1}, "enforce_nonce", "BOOLEAN_TYPE_CONVERT"),
        (
            {"embeds": [{"fields": [FIELD | {"inline": "yes"}]}]},
            "embeds.0.fields.0.inline",
            "BOOLEAN_TYPE_CONVERT",
        ),
        (
            {"components": [row(button(disabled="yes"))]},
            "components.0.components.0.disabled",
            "BOOLEAN_TYPE_CONVERT",
        ),
        (
            {"components": [row(select(2, disabled={}))]},
            "components.0.components.0.disabled",
            "BOOLEAN_TYPE_CONVERT",
        ),
        (
            {"components": [row({"type": 8, "custom_id": "c", "channel_types": [77]})]},
            "components.0.components.0.channel_types.0",
            "BASE_TYPE_CHOICES",
        ),
        ({"message_reference": "1"}, "message_reference", "MODEL_TYPE_CONVERT"),
        ({"message_reference": {}}, "message_reference.message_id", "BASE_TYPE_REQUIRED"),
        (
            {"message_reference": {"message_id": "first"}},
            "message_reference.message_id",
            "NUMBER_TYPE_COERCE",
        ),
        (
            {"message_reference": {"message_id": "1", "type": 9}},
            "message_reference.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            {"allowed_mentions": {"users": ["everybody"]}},
            "allowed_mentions.users.0",
            "NUMBER_TYPE_COERCE",
        ),
        (
            {"attachments": [{"id": 0, "filename": ""}]},
            "attachments.0.filename",
            "BASE_TYPE_BAD_LENGTH",
        ),
    ],
)
async def test_a_value_of_another_kind_is_refused(
    script: Script, body: Json, path: str, code: str
) -> None:
    status, answer = await script.rest("POST", STAGE, {"content": "x"} | body)
    assert (status, answer["code"]) == (400, 50035)
    assert first_error(answer["errors"]) == (path, code)


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        ({"dm_permission": "yes"}, "0.dm_permission", "BOOLEAN_TYPE_CONVERT"),
        ({"options": [option(required=1)]}, "0.options.0.required", "BOOLEAN_TYPE_CONVERT"),
        (
            {"options": [option(type=4, choices=[{"name": "n", "value": 2**53}])]},
            "0.options.0.choices.0.value",
            "UNION_TYPE_CHOICES",
        ),
        (
            {"options": [option(type=4, max_value=2**53)]},
            "0.options.0.max_value",
            "NUMBER_TYPE_RANGE",
        ),
    ],
)
async def test_a_command_with_such_a_value_is_refused(
    script: Script, fields: Json, path: str, code: str
) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    command = {"name": "fine", "description": "fine"} | fields
    status, answer = await script.rest("PUT", f"/applications/{own['id']}/commands", [command])
    assert (status, answer["code"]) == (400, 50035)
    assert first_error(answer["errors"]) == (path, code)


@pytest.mark.parametrize("body", ["hello", 5, ["hello"]])
async def test_a_body_that_is_no_object_changes_nothing(script: Script, body: Any) -> None:
    _, sent = await script.rest("POST", STAGE, {"content": "old"})
    status, answer = await script.rest("PATCH", f"{STAGE}/{sent['id']}", body)
    assert (status, answer["errors"]["_errors"][0]["code"]) == (400, "MODEL_TYPE_CONVERT")
    assert [one["content"] for one in await script.messages()] == ["old"]


async def test_of_a_field_and_its_parts_only_the_first_problem_is_told(script: Script) -> None:
    body = {"components": [row(button("x" * 101))] * 6}
    _, answer = await script.rest("POST", STAGE, body)
    assert list(answer["errors"]["components"]) == ["_errors"]
