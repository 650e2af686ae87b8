"""Buttons, selects and modals."""

import pytest

from tests.sandbox.script import Json, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")


@pytest.fixture
async def menu(script: Script, bot: SmallBot) -> Json:
    """Give a message with everything to press."""
    assert bot.is_ready()
    return (await script.command("menu"))["messages"][0]


async def test_a_dynamic_button_changes_its_message(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    message = (await script.command("count"))["messages"][0]
    outcome = await script.press(message, "count:0", who="Noor")
    assert outcome["messages"][0]["id"] == message["id"]
    assert outcome["messages"][0]["content"] == "count 1"
    refused = await script.press(message, "count:0")
    assert refused["error"]["errors"]["data"]["custom_id"]["_errors"][0]["code"] == (
        "COMPONENT_VALIDATION_FAILED"
    )


async def test_an_update_may_come_later(script: Script, menu: Json) -> None:
    outcome = await script.press(menu, "later")
    assert (outcome["outcome"], outcome["messages"][0]["content"]) == ("answered", "changed later")
    assert outcome["messages"][0]["edited_timestamp"] is not None


@pytest.mark.parametrize("custom_id", ["off", "nothing"])
async def test_what_cannot_be_pressed_is_refused(
    script: Script, menu: Json, custom_id: str
) -> None:
    outcome = await script.press(menu, custom_id)
    assert (outcome["outcome"], outcome["error"]["code"]) == ("refused", 50035)


async def test_a_select_takes_its_options_only(script: Script, menu: Json) -> None:
    chosen = await script.press(menu, "flowers", values=["rose", "iris"])
    assert chosen["messages"][0]["content"] == "rose,iris"
    assert chosen["messages"][0]["type"] == 19
    for values in ([], ["thistle"], ["rose", "lily", "iris"]):
        outcome = await script.press(menu, "flowers", values=values)
        assert outcome["outcome"] == "refused", values


async def test_a_user_select_resolves_people(script: Script, menu: Json) -> None:
    chosen = await script.press(menu, "people", values=["Luna"])
    assert chosen["messages"][0]["content"] == "Luna"
    refused = await script.press(menu, "people", values=["Nobody"])
    assert refused["outcome"] == "refused"


async def test_an_ephemeral_button_is_for_its_reader(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    message = (await script.command("menu", options={"hidden": True}))["messages"][0]
    refused = await script.press(message, "later", who="Noor")
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", 10008)
    for forced, who in ((True, "Noor"), (False, "Mia")):
        pressed = await script.press(message, "later", who=who, force=forced)
        assert pressed["messages"][0]["content"] == "changed later"


async def test_a_modal_opens_and_is_sent(script: Script, menu: Json) -> None:
    opened = await script.press(menu, "form")
    assert opened["outcome"] == "modal"
    assert opened["modal"]["title"] == "A form"
    body: Json = {"as": "Mia", "interaction": opened["interaction"]}
    too_long = {"name": "x" * 11, "colour": ["red"]}
    _, refused = await script.post("modal", body | {"values": too_long})
    assert refused["outcome"] == "refused"
    _, refused = await script.post("modal", body | {"values": {"colour": ["red"]}})
    assert refused["error"]["errors"]["values"]["name"]["_errors"][0]["code"] == (
        "BASE_TYPE_REQUIRED"
    )
    _, sent = await script.post("modal", body | {"values": {"name": "Mia", "colour": ["red"]}})
    assert sent["messages"][0]["content"] == "Mia likes red"
    status, _ = await script.post("modal", body | {"values": {"name": "Mia", "colour": ["red"]}})
    assert status == 404


async def test_somebody_elses_modal_cannot_be_sent(script: Script, menu: Json) -> None:
    opened = await script.press(menu, "form")
    body = {"as": "Noor", "interaction": opened["interaction"], "values": {"name": "x"}}
    status, answer = await script.post("modal", body)
    assert status == 404
    assert "no modal open" in answer["error"]
