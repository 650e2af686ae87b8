"""Commands that Discord refuses to register, and people it does not offer them to."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.cast import GUILD_ID
from bot.sandbox.interaction_records import Outcome
from tests.sandbox.forms import first_error
from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

INVALID_NAME = "APPLICATION_COMMAND_INVALID_NAME"
REGEX, BAD_LENGTH, TOO_LONG = "STRING_TYPE_REGEX", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_MAX_LENGTH"
CHOICES, COERCE = "BASE_TYPE_CHOICES", "NUMBER_TYPE_COERCE"
WRONG_TYPE = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
OPTION = "0.options.0"


def option(kind: int = 3, name: str = "o", **fields: Any) -> Json:
    """Write an option."""
    return {"name": name, "description": "d", "type": kind} | fields


def having(*options: Json, **fields: Any) -> Json:
    """Write what a command has beside its name and description."""
    return {"options": list(options)} | fields


def choice(value: object, name: str = "n", **fields: Any) -> Json:
    """Write a choice."""
    return {"name": name, "value": value} | fields


# To Python it is a number.
TRUE = choice(value=True)


def group(*options: Json) -> Json:
    """Write a group of subcommands."""
    return option(2, "g", options=list(options))


async def commands_path(script: Script) -> str:
    """Give the address of the bot's commands."""
    _, own = await script.rest("GET", "/applications/@me")
    return f"/applications/{own['id']}/commands"


async def register(script: Script, *commands: Json) -> tuple[int, Any]:
    """Replace the bot's commands by these."""
    usual = {"name": "fine", "description": "fine"}
    given = [usual | command for command in commands]
    return await script.rest("PUT", await commands_path(script), given)


NAMES = [
    "a",
    "two-words",
    "two_words",
    "don't",
    "ブーケ",
    "गुलदस्ता",
    "ช่อดอกไม้",
    "βουκέτο",
    "x" * 32,
    "42",
]


@pytest.mark.parametrize("name", [*NAMES, "x" * 32])
async def test_names_of_all_scripts_are_taken(script: Script, name: str) -> None:
    status, commands = await register(script, {"name": name})
    assert (status, commands[0]["name"]) == (200, name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", BAD_LENGTH),
        ("x" * 33, BAD_LENGTH),
        (None, BAD_LENGTH),
        (5, BAD_LENGTH),
        ("Bouquet", INVALID_NAME),
        ("ÉCLAIR", INVALID_NAME),
        ("two words", REGEX),
        ("a.b", REGEX),
        ("line\n", REGEX),
        ("🌷", REGEX),
        ("/gift", REGEX),
    ],
)
async def test_other_names_are_refused_for_commands_and_options(
    script: Script, name: object, code: str
) -> None:
    for command, path in ({"name": name}, "0.name"), (having(option() | {"name": name}), OPTION):
        status, answer = await register(script, command)
        assert (status, answer["code"]) == (400, 50035)
        where, why = first_error(answer["errors"])
        assert where.startswith(path)
        assert why == code


@pytest.mark.parametrize(
    ("command", "path", "code"),
    [
        ({"type": 5}, "0.type", CHOICES),
        ({"type": True}, "0.type", CHOICES),
        ({"options": {}}, "0.options", "LIST_TYPE_CONVERT"),
        ({"default_member_permissions": "all"}, "0.default_member_permissions", ""),
        ({"default_member_permissions": -1}, "0.default_member_permissions", ""),
        ({"contexts": [3]}, "0.contexts.0", CHOICES),
        ({"contexts": []}, "0.contexts", BAD_LENGTH),
        ({"integration_types": [2]}, "0.integration_types.0", CHOICES),
        ({"name_localizations": {"xx": "a"}}, "0.name_localizations.xx", CHOICES),
        ({"name_localizations": {"de": "Strauß Blumen"}}, "0.name_localizations.de", REGEX),
        ({"description_localizations": {"de": ""}}, "0.description_localizations.de", BAD_LENGTH),
        ({"name_localizations": ["de"]}, "0.name_localizations", "DICT_TYPE_CONVERT"),
        (having(option(3, description="x" * 101)), f"{OPTION}.description", BAD_LENGTH),
        (having(option(3, choices=[choice(5)])), f"{OPTION}.choices.0.value", ""),
        (having(option(4, choices=[choice("5")])), f"{OPTION}.choices.0.value", ""),
        (having(option(4, choices=[TRUE])), f"{OPTION}.choices.0.value", ""),
        (having(option(3, choices=[choice("x" * 101)])), f"{OPTION}.choices.0.value", TOO_LONG),
        (having(option(3, choices=[choice("v", "")])), f"{OPTION}.choices.0.name", BAD_LENGTH),
        (
            having(option(3, choices=[choice("v", name_localizations={"de": "x" * 101})])),
            f"{OPTION}.choices.0.name_localizations.de",
            BAD_LENGTH,
        ),
        (having(option(3, choices=[choice("a"), choice("b")])), f"{OPTION}.choices.1.name", ""),
        (having(option(5, choices=[choice("a")])), f"{OPTION}.choices.0.value", ""),
        (having(option(5, autocomplete=True)), f"{OPTION}.autocomplete", ""),
        (having(option(3, autocomplete=True, choices=[choice("a")])), f"{OPTION}.autocomplete", ""),
        (having(option(3, min_value=1)), f"{OPTION}.min_value", COERCE),
        (having(option(4, min_value=1.5)), f"{OPTION}.min_value", COERCE),
        (having(option(4, min_value=5, max_value=4)), f"{OPTION}.min_value", "NUMBER_TYPE_MAX"),
        (having(option(4, max_value=2**53 + 1)), f"{OPTION}.max_value", "NUMBER_TYPE_RANGE"),
        (having(option(3, max_length=6001)), f"{OPTION}.max_length", "NUMBER_TYPE_RANGE"),
        (having(option(3, max_length=0)), f"{OPTION}.max_length", "NUMBER_TYPE_RANGE"),
        (having(option(3, channel_types=[0])), f"{OPTION}.channel_types.0", CHOICES),
        (having(option(7, channel_types=[99])), f"{OPTION}.channel_types.0", CHOICES),
        (having(option(1, "s"), option(3)), "0.options", WRONG_TYPE),
        (having(group()), f"{OPTION}.options", "BASE_TYPE_REQUIRED"),
        (having(group(option(3))), f"{OPTION}.options.0.type", WRONG_TYPE),
        (having(group(group(option(1, "s")))), f"{OPTION}.options.0.type", WRONG_TYPE),
        (having(option(1, "s", options=[option(1, "t")])), f"{OPTION}.options.0.type", WRONG_TYPE),
        ({"type": 2, "name": "", "description": ""}, "0.name", BAD_LENGTH),
        ({"type": 2, "description": "", "options": [option()]}, "0.options", ""),
    ],
)
async def test_what_breaks_a_rule_is_not_registered(
    script: Script, command: Json, path: str, code: str
) -> None:
    status, answer = await register(script, command)
    assert (status, answer["code"]) == (400, 50035), answer
    where, why = first_error(answer["errors"])
    assert where == path, answer
    assert code in {why, ""}
    assert (await script.rest("GET", await commands_path(script)))[1] == []


async def test_all_texts_of_a_command_together_have_a_limit(script: Script) -> None:
    choices = [choice("v" * 100, f"{n}") for n in range(25)]
    options = [option(3, f"o{n}", choices=choices) for n in range(2)]
    assert (await register(script, having(*options)))[0] == 200
    # Of each text the longest translation counts, so this makes 5,000 letters of 50.
    for place in choices:
        place["name_localizations"] = {"de": "d" * 100}
    status, answer = await register(script, having(*options))
    assert (status, first_error(answer["errors"])) == (400, ("0", "APPLICATION_COMMAND_TOO_LARGE"))


@pytest.mark.parametrize(("kind", "most"), [(1, 100), (2, 15), (3, 15)])
async def test_there_is_a_limit_of_commands_for_each_type(
    script: Script, kind: int, most: int
) -> None:
    described = "d" if kind == 1 else ""
    commands = [{"name": f"c{n}", "type": kind, "description": described} for n in range(most + 1)]
    assert (await register(script, *commands[:most]))[0] == 200
    message = f"Maximum number of application commands reached ({most})."
    refused = (400, {"message": message, "code": 30032})
    assert await register(script, *commands) == refused
    path = await commands_path(script)
    assert await script.rest("POST", path, commands[-1]) == refused


async def test_a_command_keeps_its_type_and_takes_no_other_ones_name(script: Script) -> None:
    _, (one, two) = await register(script, {"name": "one"}, {"name": "two"})
    path = f"{await commands_path(script)}/{two['id']}"
    status, answer = await script.rest("PATCH", path, {"name": "one"})
    assert (status, first_error(answer["errors"])) == (
        400,
        ("name", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    )
    _, changed = await script.rest("PATCH", path, {"name": "three", "type": 2})
    assert (changed["name"], changed["type"], changed["id"]) == ("three", 1, two["id"])
    assert one["version"] != two["version"]


@pytest.mark.parametrize("body", [{}, "x", 5])
async def test_commands_come_in_a_list(script: Script, body: object) -> None:
    await register(script, {})
    path = await commands_path(script)
    status, answer = await script.rest("PUT", path, body)
    assert (status, answer["errors"]["_errors"][0]["code"]) == (400, "LIST_TYPE_CONVERT")
    assert len((await script.rest("GET", path))[1]) == 1


async def outcome_of(script: Script, use: Json) -> Outcome:
    """Use the command; nobody is connected, so what is not refused times out."""
    named = {"as_" if name == "as" else name: value for name, value in use.items()}
    asked: Json = {"as_": "Mia", "channel": "stage", "command": "fine"} | named
    asking = asyncio.create_task(script.sandbox.interactions.command(**asked))
    await asyncio.sleep(0)
    script.clock.advance(3.1)
    script.sandbox.deliveries.expire()
    return await asking


MANAGE_GUILD = 1 << 5


@pytest.mark.parametrize(
    ("command", "use", "code"),
    [
        ({"default_member_permissions": MANAGE_GUILD}, {"as": "Mia"}, 50013),
        ({"default_member_permissions": MANAGE_GUILD}, {"as": "Ada"}, None),
        ({"default_member_permissions": MANAGE_GUILD}, {"as": "Olive"}, None),
        ({"default_member_permissions": MANAGE_GUILD}, {"channel": "dm"}, None),
        ({"default_member_permissions": 0}, {"as": "Ada"}, 50013),
        ({"default_member_permissions": 0}, {"as": "Olive"}, None),
        ({"contexts": [0]}, {"channel": "dm"}, 10063),
        ({"contexts": [0]}, {}, None),
        ({"contexts": [1]}, {}, 10063),
        ({"contexts": [1]}, {"channel": "dm"}, None),
        ({"dm_permission": False}, {"channel": "dm"}, 10063),
        ({"integration_types": [1]}, {}, 10063),
        ({"integration_types": [1]}, {"channel": "dm"}, 10063),
        ({"integration_types": [0, 1]}, {}, None),
        ({"nsfw": True}, {}, 10063),
        ({"nsfw": True}, {"channel": "dm"}, None),
        ({}, {"channel": "staff"}, 50001),
        ({}, {"as": "Ada", "channel": "staff"}, None),
    ],
)
async def test_a_command_is_offered_only_where_and_to_whom_it_may_be(
    script: Script, command: Json, use: Json, code: int | None
) -> None:
    await register(script, command)
    outcome = await outcome_of(script, use)
    assert (outcome.error or {}).get("code") == code
    assert outcome.outcome == ("timeout" if code is None else "refused")


async def test_who_may_not_use_commands_is_offered_none(script: Script) -> None:
    await register(script, {})
    guild = script.sandbox.world.guild
    deny: Json = {"id": GUILD_ID, "type": 0, "allow": "0", "deny": str(1 << 31)}
    guild.channels["1200000000000000202"]["permission_overwrites"].append(deny)
    outcome = await script.command("fine")
    assert outcome["error"] == {"message": "Missing Permissions", "code": 50013}
