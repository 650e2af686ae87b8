"""Commands through the wire: every option type, and everything Discord refuses."""

import base64
import json

import pytest

from bot.sandbox.server import Sandbox
from tests.sandbox.script import Json, Script
from tests.sandbox.small_bot import SmallBot

MIA, LUNA = "1200000000000000101", "1200000000000000104"

pytestmark = [pytest.mark.usefixtures("bot"), pytest.mark.proof("sandbox")]


async def test_a_command_gets_every_type_of_option(script: Script) -> None:
    options: Json = {
        "text": "hello",
        "whole": 7,
        "truth": True,
        "user": "Noor",
        "member": "Luna",
        "channel": "#lounge",
        "role": "Streamer",
        "mentionable": LUNA,
        "number": 1.5,
        "file": {"filename": "a.txt", "content": base64.b64encode(b"inside").decode()},
    }
    outcome = await script.command("everything", options=options)
    assert outcome["outcome"] == "answered"
    assert json.loads(outcome["messages"][0]["content"]) == {
        "text": "hello",
        "whole": 7,
        "truth": True,
        "user": 1200000000000000102,
        "member": ["@everyone", "Streamer"],
        "channel": "lounge",
        "role": "Streamer",
        "mentionable": int(LUNA),
        "number": 1.5,
        "file": "inside",
    }


async def test_numbers_and_truths_may_be_typed_as_text(script: Script) -> None:
    options = {"text": "hello", "whole": "42", "truth": "true", "number": "-2"}
    outcome = await script.command("everything", options=options)
    said = json.loads(outcome["messages"][0]["content"])
    assert (said["whole"], said["truth"], said["number"]) == (42, True, -2.0)


@pytest.mark.parametrize(
    ("options", "field", "code"),
    [
        ({"whole": 1}, "text", "BASE_TYPE_REQUIRED"),
        ({"text": "x", "whole": 1}, "text", "BASE_TYPE_BAD_LENGTH"),
        ({"text": "x" * 11, "whole": 1}, "text", "BASE_TYPE_BAD_LENGTH"),
        ({"text": "hello", "whole": 0}, "whole", "NUMBER_TYPE_MIN"),
        ({"text": "hello", "whole": 101}, "whole", "NUMBER_TYPE_MAX"),
        ({"text": "hello", "whole": 1.5}, "whole", "NUMBER_TYPE_COERCE"),
        ({"text": "hello", "whole": "one"}, "whole", "NUMBER_TYPE_COERCE"),
        ({"text": "hello", "whole": True}, "whole", "NUMBER_TYPE_COERCE"),
        ({"text": "hello", "whole": 1, "truth": "maybe"}, "truth", "BOOLEAN_TYPE_CONVERT"),
        ({"text": "hello", "whole": 1, "number": "much"}, "number", "NUMBER_TYPE_COERCE"),
        ({"text": "hello", "whole": 1, "user": "Nobody"}, "user", "UNKNOWN_ENTITY"),
        ({"text": "hello", "whole": 1, "channel": "staff"}, "channel", "UNKNOWN_ENTITY"),
        ({"text": "hello", "whole": 1, "odd": 1}, "odd", "UNKNOWN_OPTION"),
        ({"text": "hello", "whole": 1, "file": {}}, "file.filename", "BASE_TYPE_REQUIRED"),
        (
            {"text": "hello", "whole": 1, "file": {"filename": "a", "content": "?"}},
            "file.content",
            "BASE64_INVALID",
        ),
    ],
)
async def test_what_does_not_fit_an_option_is_refused(
    script: Script, options: Json, field: str, code: str
) -> None:
    outcome = await script.command("everything", options=options)
    assert outcome["outcome"] == "refused"
    assert outcome["error"]["code"] == 50035
    complaint = outcome["error"]["errors"]["options"]
    for step in field.split("."):
        complaint = complaint[step]
    assert complaint["_errors"][0]["code"] == code
    assert await script.messages() == []


async def test_a_forged_value_reaches_the_bot(script: Script) -> None:
    options = {"text": "hello", "whole": -5}
    outcome = await script.command("everything", options=options, force=True)
    assert json.loads(outcome["messages"][0]["content"])["whole"] == -5


async def test_subcommands_are_found_by_their_words(script: Script) -> None:
    planted = await script.command("flower plant", options={"kind": "rose"})
    assert planted["messages"][0]["content"] == "planted rose"
    watered = await script.command("flower bed water", options={"word": "lily", "litres": 3})
    assert watered["messages"][0]["content"] == "3 on lily"
    assert watered["messages"][0]["interaction_metadata"]["name"] == "flower bed water"


@pytest.mark.parametrize("name", ["nothing", "flower", "flower bed", "flower plant deep"])
async def test_an_unknown_command_is_refused(script: Script, name: str) -> None:
    outcome = await script.command(name)
    assert (outcome["outcome"], outcome["error"]["code"]) == ("refused", 10063)


async def test_a_value_outside_the_choices_is_refused(script: Script) -> None:
    outcome = await script.command("flower plant", options={"kind": "thistle"})
    errors = outcome["error"]["errors"]["options"]["kind"]["_errors"]
    assert errors[0]["code"] == "CHOICE_TYPE_INVALID"


async def test_autocomplete_passes_on_what_was_typed_so_far(script: Script) -> None:
    body = {
        "as": "Mia",
        "channel": "stage",
        "command": "flower bed water",
        "options": {"word": "ro", "litres": 2},
        "focused": "word",
    }
    _, outcome = await script.post("autocomplete", body)
    assert outcome["outcome"] == "answered"
    assert outcome["choices"] == [{"name": "ro! 2", "value": "ro"}]
    _, refused = await script.post("autocomplete", body | {"focused": "litres"})
    assert refused["outcome"] == "refused"


async def test_default_permissions_decide_who_is_offered_a_command(script: Script) -> None:
    refused = await script.command("settle", who="Mia")
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", 50013)
    for who in ("Ada", "Olive"):
        settled = await script.command("settle", who=who)
        assert settled["messages"][0]["content"] == "settled True"


async def test_a_forged_permission_reaches_the_bot_with_the_real_bits(script: Script) -> None:
    forged = await script.command("settle", who="Mia", force=True)
    assert forged["messages"][0]["content"] == "settled False"


async def test_a_guild_only_command_is_not_there_in_direct_messages(script: Script) -> None:
    refused = await script.command("settle", who="Ada", channel="dm")
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", 10063)
    whispered = await script.command("whisper", who="Ada", channel="dm")
    assert whispered["outcome"] == "answered"


async def test_a_channel_one_cannot_see_takes_no_command(script: Script) -> None:
    refused = await script.command("whisper", channel="staff")
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", 50001)
    assert (await script.command("whisper", who="Ada", channel="staff"))["outcome"] == "answered"


async def test_context_menus_get_their_target(script: Script) -> None:
    waved = await script.command("Wave at", target="Luna")
    assert waved["messages"][0]["content"] == "waves at Luna"
    quoted = await script.command("Quote", who="Noor", target=waved["messages"][0]["id"])
    assert quoted["messages"][0]["content"] == "> waves at Luna"
    assert quoted["messages"][0]["type"] == 23


async def test_who_left_can_act_no_more(script: Script, bot: SmallBot) -> None:
    await script.post("member", {"member": "Theo", "action": "leave"})
    refused = await script.command("whisper", who="Theo")
    assert refused["error"]["code"] == 50001
    options = {"text": "hello", "whole": 1, "user": "Theo"}
    outcome = await script.command("everything", options=options)
    assert json.loads(outcome["messages"][0]["content"])["user"] == 1200000000000000103
    await script.post("member", {"member": "Theo", "action": "join"})
    assert (await script.command("whisper", who="Theo"))["outcome"] == "answered"
    assert bot.is_ready()


async def test_commands_stand_in_the_state_exactly_as_registered(
    script: Script, bot: SmallBot
) -> None:
    state = await script.get("state")
    commands = {one["name"]: one for one in state["applications"][0]["commands"]}
    registered = {one.name: one for one in await bot.tree.fetch_commands()}
    assert commands.keys() == registered.keys()
    assert commands["settle"]["default_member_permissions"] == "32"
    assert commands["everything"]["options"][0] == {
        "type": 3,
        "name": "text",
        "description": "…",
        "required": True,
        "min_length": 2,
        "max_length": 10,
    }


async def test_syncing_again_keeps_the_ids(bot: SmallBot, sandbox: Sandbox) -> None:
    before = {one.name: one.id for one in await bot.tree.fetch_commands()}
    after = {one.name: one.id for one in await bot.tree.sync()}
    assert before == after
    assert sandbox.world.unknown_requests == []
