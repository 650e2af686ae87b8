"""Nobody reads on in a list that is refused for its length, however much longer it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.choice_rules import check_choices
from bot.sandbox.command_rules import check_commands
from bot.sandbox.http_edge import MOST_PARTS
from bot.sandbox.message_rules import check_message
from bot.sandbox.modal_rules import check_modal
from bot.sandbox.rejections import DiscordError
from tests.sandbox.forms import GUILD, STAGE, button, embed, first_error, row, select
from tests.sandbox.script import OTHER_BOT, Json, Script

pytestmark = pytest.mark.proof("sandbox")

LAYOUT = 1 << 15
READ_AT_MOST = 150
LENGTH = 2000
TOO_LONG, BAD_LENGTH = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH"


class Long(list[Any]):
    """A list of so many that it fails when somebody reads far into it."""

    def __init__(self, one: Any) -> None:
        super().__init__([one] * LENGTH)

    def __iter__(self) -> Iterator[Any]:
        for index, one in enumerate(super().__iter__()):
            assert index < READ_AT_MOST, "somebody reads on"
            yield one


class Unread(dict[str, Any]):
    """An object that fails when somebody reads of it."""

    def get(self, *_: Any) -> Any:
        """Fail."""
        raise AssertionError("somebody reads on")

    def items(self) -> Any:
        """Fail."""
        raise AssertionError("somebody reads on")


def with_options(**fields: Any) -> Json:
    """Write a command with one option."""
    return {"name": "c", "description": "d", "options": [option(**fields)]}


def option(**fields: Any) -> Json:
    """Write an option of text."""
    return {"type": 3, "name": "o", "description": "d"} | fields


def refused(check: Any, *given: Any, **named: Any) -> tuple[str, str]:
    """Check something that is too long and give path and code of the first complaint."""
    with pytest.raises(DiscordError) as caught:
        check(*given, **named)
    return first_error(caught.value.errors or {})


FIELD = {"name": "n", "value": "v"}
TEXT = {"type": 10, "content": "x"}
PICTURE = {"media": {"url": "https://example.com/a.png"}}
SELECT = {"type": 8, "custom_id": "s"}
PART = "components.0.components.0"


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"embeds": Long({})}, "embeds", TOO_LONG),
        (embed(fields=Long(FIELD)), "embeds.0.fields", TOO_LONG),
        ({"attachments": Long({"id": 0})}, "attachments", TOO_LONG),
        ({"components": Long(row(button()))}, "components", TOO_LONG),
        (
            {"components": [row(*[button()] * 5) | {"components": Long(button())}]},
            "components.0.components",
            BAD_LENGTH,
        ),
        ({"components": [row(button(components=Long({})))]}, "components", BAD_LENGTH),
        (
            {"components": [row(select(1) | {"options": Long({"label": "l", "value": "v"})})]},
            f"{PART}.options",
            BAD_LENGTH,
        ),
        (
            {"components": [row(SELECT | {"channel_types": Long(0)})]},
            f"{PART}.channel_types",
            TOO_LONG,
        ),
        (
            {
                "components": [
                    row(SELECT | {"default_values": Long({"id": "1", "type": "channel"})})
                ]
            },
            f"{PART}.default_values",
            BAD_LENGTH,
        ),
        (
            {"content": "x", "allowed_mentions": {"users": Long("1")}},
            "allowed_mentions.users",
            TOO_LONG,
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": Long("users")}},
            "allowed_mentions.parse",
            TOO_LONG,
        ),
    ],
)
def test_a_message_is_read_no_further(body: Json, path: str, code: str) -> None:
    assert refused(check_message, body, is_layout=False) == (path, code)


@pytest.mark.parametrize(
    ("component", "path", "code"),
    [
        ({"type": 17, "components": Long(TEXT)}, "components", BAD_LENGTH),
        ({"type": 12, "items": Long(PICTURE)}, "components.0.items", BAD_LENGTH),
        ({"type": 9, "components": Long(TEXT)}, "components", BAD_LENGTH),
    ],
)
def test_a_layout_is_read_no_further(component: Json, path: str, code: str) -> None:
    body = {"flags": LAYOUT, "components": [component]}
    assert refused(check_message, body, is_layout=True) == (path, code)


LONG_LOCALES = Unread({f"x{number}": "x" for number in range(LENGTH)})


@pytest.mark.parametrize(
    ("command", "path", "code"),
    [
        (with_options() | {"options": Long(option())}, "options", TOO_LONG),
        (with_options(choices=Long({"name": "n", "value": "v"})), "options.0.choices", TOO_LONG),
        (with_options(type=7, channel_types=Long(0)), "options.0.channel_types", TOO_LONG),
        (with_options(type=1, options=Long(option())), "options.0.options", TOO_LONG),
        (with_options(name_localizations=LONG_LOCALES), "options.0.name_localizations", TOO_LONG),
        (with_options() | {"contexts": Long(0)}, "contexts", BAD_LENGTH),
    ],
)
def test_a_command_is_read_no_further(command: Json, path: str, code: str) -> None:
    assert refused(check_commands, [command], bulk=False) == (path, code)


def test_no_deeper_commands_are_read_than_there_are() -> None:
    unread = Unread(option())
    deep = option(type=2, options=[option(type=1, options=[option(type=1, options=[unread])])])
    command = {"name": "c", "description": "d", "options": [deep]}
    path, code = refused(check_commands, [command], bulk=False)
    assert (path, code) == (
        "options.0.options.0.options.0.type",
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    )


def test_a_modal_and_choices_are_read_no_further() -> None:
    modal: Json = {"title": "t", "custom_id": "m", "components": Long(row(button()))}
    assert refused(check_modal, modal) == ("data.components", BAD_LENGTH)
    modal["components"] = [{"type": 1, "components": Long(button())}]
    assert refused(check_modal, modal) == ("data.components.0.components", BAD_LENGTH)
    choices = Long({"name": "n", "value": "v"})
    assert refused(check_choices, choices) == ("data.choices", TOO_LONG)


async def test_far_too_many_commands_are_refused_unread(script: Script) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    path = f"/applications/{own['id']}{GUILD}/commands"
    nothing: Json = {}
    status, answer = await script.rest("PUT", path, [nothing] * LENGTH)
    assert (status, answer["code"]) == (400, 30032)


async def post_parts(script: Script, count: int) -> int:
    """Send a multipart body of so many empty parts beside its JSON and give the status."""
    parts = [b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'] * count
    parts += [b'--b\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{"content":"x"}']
    data = b"".join([*parts, b"\r\n--b--\r\n"])
    sent = {
        "Authorization": f"Bot {OTHER_BOT}",
        "Content-Type": "multipart/form-data; boundary=b",
    }
    async with script.http.post(script.sandbox.api_base + STAGE, data=data, headers=sent) as got:
        return got.status


async def test_a_body_of_more_parts_than_a_message_has_is_refused(script: Script) -> None:
    assert await post_parts(script, MOST_PARTS - 1) == 200
    assert await post_parts(script, MOST_PARTS) == 400
    assert await post_parts(script, LENGTH) == 400


@pytest.mark.parametrize("name", ["values", "options"])
async def test_a_call_of_more_entries_than_anything_takes_gets_a_sentence(
    script: Script, name: str
) -> None:
    body: Json = {"as": "Mia", "message": "1", "custom_id": "x", "values": ["x"] * 1001}
    if name == "options":
        entries = {f"{number}": 1 for number in range(1001)}
        body = {"as": "Mia", "channel": "stage", "command": "x", "options": entries}
    status, answer = await script.post("component" if name == "values" else "command", body)
    assert (status, answer["error"]) == (400, f'The field "{name}" takes 1000 entries at most.')
