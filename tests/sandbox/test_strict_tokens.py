"""The tokens of interactions: when they are good, for whom, and for what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.interaction_records import Interaction, Result
from tests.sandbox.forms import STAGE, button, row
from tests.sandbox.script import OTHER_BOT, Json, Script

pytestmark = pytest.mark.proof("sandbox")

UNKNOWN_INTERACTION = (404, {"message": "Unknown interaction", "code": 10062})
ACKNOWLEDGED = (400, {"message": "Interaction has already been acknowledged.", "code": 40060})
UNKNOWN_WEBHOOK = (404, {"message": "Unknown Webhook", "code": 10015})
INVALID_TOKEN = (401, {"message": "Invalid Webhook Token", "code": 50027})
UNKNOWN_MESSAGE = (404, {"message": "Unknown Message", "code": 10008})
WORD: Json = {"name": "word", "description": "d", "type": 3, "autocomplete": True}
COMMAND: Json = {"name": "wait", "description": "d", "options": [WORD]}
MESSAGE, THINKING, LATER, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


class Bare:
    """An interaction in the hands of a bot that is only a script."""

    def __init__(self, script: Script, interaction: Interaction, asked: asyncio.Task[Any]) -> None:
        self.script = script
        self.interaction = interaction
        self.asked = asked

    @property
    def hook(self) -> str:
        """The address of everything after the first answer."""
        return f"/webhooks/{self.interaction.application.id}/{self.interaction.token}"

    async def answer(self, kind: object, data: object = None) -> tuple[int, Any]:
        """Give the first answer."""
        path = f"/interactions/{self.interaction.id}/{self.interaction.token}/callback"
        return await self.script.rest("POST", path, {"type": kind, "data": data}, token=None)

    async def call(
        self, method: str, path: str = "", body: object = None, hook: str | None = None
    ) -> tuple[int, Any]:
        """Do something after the first answer."""
        return await self.script.rest(method, (hook or self.hook) + path, body, token=None)


async def used(script: Script, **call: Any) -> Bare:
    """Use a command, and leave the answer to the test."""
    asked = asyncio.create_task(script.sandbox.interactions.command(**call))
    await asyncio.sleep(0)
    return Bare(script, script.sandbox.deliveries.in_flight()[-1], asked)


@pytest.fixture
async def bare(script: Script) -> AsyncIterator[Bare]:
    """Give an interaction that waits for its first answer."""
    _, own = await script.rest("GET", "/applications/@me")
    commands = [COMMAND, {"name": "Look at", "type": 3}]
    await script.rest("PUT", f"/applications/{own['id']}/commands", commands)
    bare = await used(script, as_="Mia", channel="stage", command="wait")
    yield bare
    bare.interaction.settle(Result.TIMEOUT)
    await asyncio.wait([bare.asked])


async def test_the_first_answer_has_three_seconds(bare: Bare) -> None:
    bare.script.clock.advance(3.0)
    assert (await bare.answer(MESSAGE, {"content": "just in time"}))[0] == 204


async def test_after_three_seconds_the_interaction_is_unknown(bare: Bare) -> None:
    bare.script.clock.advance(3.001)
    for kind in (MESSAGE, THINKING, MODAL):
        assert await bare.answer(kind, {"content": "late"}) == UNKNOWN_INTERACTION
    # And nothing can follow an answer that there was not.
    assert await bare.call("POST", body={"content": "later"}) == UNKNOWN_WEBHOOK


async def test_there_is_one_first_answer(bare: Bare) -> None:
    assert (await bare.answer(THINKING))[0] == 204
    for kind in (MESSAGE, THINKING, MODAL):
        assert await bare.answer(kind, {"content": "again"}) == ACKNOWLEDGED
    assert len(await bare.script.messages()) == 1


async def test_a_refused_first_answer_is_none(bare: Bare) -> None:
    assert (await bare.answer(MESSAGE, {"content": ""}))[1]["code"] == 50006
    assert (await bare.answer(MESSAGE, {"content": "better"}))[0] == 204


@pytest.mark.parametrize("kind", [1, LATER, UPDATE, CHOICES, 12, True, "4", 4.0, [], None])
async def test_a_command_takes_only_some_answers(bare: Bare, kind: object) -> None:
    status, refused = await bare.answer(kind, {"content": "x"})
    assert (status, refused["code"]) == (400, 50035)
    assert list(refused["errors"]) == ["type"]


@pytest.mark.parametrize("kind", [MESSAGE, THINKING, MODAL])
async def test_what_a_first_answer_says_is_an_object(bare: Bare, kind: int) -> None:
    for data in ([1], "x", True):
        _, refused = await bare.answer(kind, data)
        assert refused["code"] == 50035
        assert refused["errors"]["data"]["_errors"][0]["code"] == "MODEL_TYPE_CONVERT"


async def test_what_is_wrong_with_a_first_answer_stands_under_its_data(bare: Bare) -> None:
    rows = [row(button("a"), button("a"))]
    _, refused = await bare.answer(MESSAGE, {"content": "x", "components": rows})
    where = refused["errors"]["data"]["components"]["0"]["components"]["1"]["custom_id"]
    assert where["_errors"][0]["code"] == "COMPONENT_CUSTOM_ID_DUPLICATED"
    await bare.answer(THINKING)
    _, refused = await bare.call("POST", body={"content": "x" * 2001})
    assert list(refused["errors"]) == ["content"]


async def test_nothing_follows_before_the_first_answer(bare: Bare) -> None:
    for method, path in (
        ("POST", ""),
        ("GET", "/messages/@original"),
        ("PATCH", "/messages/@original"),
        ("DELETE", "/messages/@original"),
    ):
        body = {"content": "x"} if method in {"POST", "PATCH"} else None
        assert await bare.call(method, path, body) == UNKNOWN_WEBHOOK


async def test_a_token_lives_for_fifteen_minutes(bare: Bare) -> None:
    await bare.answer(MESSAGE, {"content": "one"})
    bare.script.clock.advance(15 * 60)
    assert (await bare.call("POST", body={"content": "two"}))[0] == 200
    bare.script.clock.advance(0.001)
    for method, path in (
        ("POST", ""),
        ("GET", "/messages/@original"),
        ("PATCH", "/messages/@original"),
        ("DELETE", "/messages/@original"),
    ):
        body = {"content": "three"} if method in {"POST", "PATCH"} else None
        assert await bare.call(method, path, body) == INVALID_TOKEN
    assert len(await bare.script.messages()) == 2


async def test_a_token_is_good_for_its_own_application_alone(bare: Bare) -> None:
    await bare.answer(MESSAGE, {"content": "one"})
    _, other = await bare.script.rest("GET", "/applications/@me", token="second.bot")  # noqa: S106 - any token works here
    body = {"content": "two"}
    stolen = bare.hook.replace(bare.interaction.application.id, other["id"])
    assert await bare.call("POST", body=body, hook=stolen) == INVALID_TOKEN
    nobodys = bare.hook.replace(bare.interaction.application.id, "5")
    assert await bare.call("POST", body=body, hook=nobodys) == UNKNOWN_WEBHOOK
    made_up = bare.hook[:-4] + "AAAA"
    assert await bare.call("POST", body=body, hook=made_up) == INVALID_TOKEN


async def test_a_first_answer_needs_id_and_token_of_one_interaction(bare: Bare) -> None:
    other = await used(bare.script, as_="Noor", channel="stage", command="wait")
    mixed = f"/interactions/{bare.interaction.id}/{other.interaction.token}/callback"
    body = {"type": MESSAGE, "data": {"content": "x"}}
    assert await bare.script.rest("POST", mixed, body) == UNKNOWN_INTERACTION
    odd = f"/interactions/x/{bare.interaction.token}/callback"
    assert (await bare.script.rest("POST", odd, body))[1]["code"] == 50035
    other.interaction.settle(Result.TIMEOUT)
    await other.asked


async def test_a_token_reaches_no_other_message(bare: Bare) -> None:
    await bare.answer(MESSAGE, {"content": "mine"})
    _, sent = await bare.script.rest("POST", STAGE, {"content": "beside"}, token=OTHER_BOT)
    path = f"/messages/{sent['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        assert await bare.call(method, path, body) == UNKNOWN_MESSAGE


async def test_an_ephemeral_message_stays_one_and_is_reached_by_its_token_alone(
    bare: Bare,
) -> None:
    await bare.answer(MESSAGE, {"content": "psst", "flags": 64})
    _, message = await bare.call("GET", "/messages/@original")
    assert await bare.script.messages(who="Noor") == []
    path = f"{STAGE}/{message['id']}"
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        assert await bare.script.rest(method, path, body) == UNKNOWN_MESSAGE
    assert await bare.script.rest("GET", STAGE) == (200, [])
    _, edited = await bare.call("PATCH", "/messages/@original", {"content": "pst", "flags": 0})
    assert edited["flags"] == 64
    reply = {"content": "heard", "message_reference": {"message_id": message["id"]}}
    assert (await bare.script.rest("POST", STAGE, reply))[0] == 400


async def test_a_deleted_first_answer_is_gone(bare: Bare) -> None:
    await bare.answer(MESSAGE, {"content": "x"})
    assert (await bare.call("DELETE", "/messages/@original"))[0] == 204
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        assert await bare.call(method, "/messages/@original", body) == UNKNOWN_MESSAGE


async def test_who_takes_thinking_away_is_still_to_answer(bare: Bare) -> None:
    await bare.answer(THINKING)
    assert (await bare.call("DELETE", "/messages/@original"))[0] == 204
    assert not bare.asked.done()
    assert (await bare.call("POST", body={"content": "psst", "flags": 64}))[0] == 200
    outcome = await bare.asked
    assert outcome.outcome == "answered"
    assert [(one["content"], one["flags"]) for one in outcome.messages] == [("psst", 64)]


async def test_messages_tell_what_they_answer(bare: Bare) -> None:
    await bare.answer(MESSAGE, {"content": "one"})
    _, first = await bare.call("GET", "/messages/@original")
    _, second = await bare.call("POST", body={"content": "two"})
    assert (first["type"], first["interaction_metadata"]["name"]) == (20, "wait")
    assert (second["type"], second["message_reference"]["message_id"]) == (19, first["id"])
    assert second["interaction_metadata"]["original_response_message_id"] == first["id"]
    look = await used(
        bare.script, as_="Noor", channel="stage", command="Look at", target=first["id"]
    )
    await look.answer(MESSAGE, {"content": "three"})
    assert (await look.asked).messages[0]["type"] == 23


async def test_the_edit_of_an_answer_is_marked_unless_it_ends_the_thinking(bare: Bare) -> None:
    await bare.answer(THINKING)
    _, first = await bare.call("PATCH", "/messages/@original", {"content": "thought"})
    assert (first["edited_timestamp"], first["flags"]) == (None, 0)
    _, second = await bare.call("PATCH", "/messages/@original", {"content": "again"})
    assert second["edited_timestamp"] is not None


async def test_a_completion_takes_choices_alone_and_only_sound_ones(bare: Bare) -> None:
    complete = bare.script.sandbox.interactions.autocomplete
    call: Json = {"as_": "Mia", "channel": "stage", "command": "wait", "focused": "word"}
    asking = asyncio.create_task(complete(**call, options={"word": "a"}))
    await asyncio.sleep(0)
    completion = Bare(bare.script, bare.script.sandbox.deliveries.in_flight()[-1], asking)
    for kind in (MESSAGE, THINKING, LATER, UPDATE, MODAL):
        status, refused = await completion.answer(kind, {"content": "x"})
        assert (status, list(refused["errors"])) == (400, ["type"])
    many = [{"name": f"{n}", "value": f"{n}"} for n in range(26)]
    _, refused = await completion.answer(CHOICES, {"choices": many})
    assert refused["errors"]["data"]["choices"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
    _, refused = await completion.answer(CHOICES, {"choices": [{"name": "x", "value": True}]})
    assert list(refused["errors"]["data"]["choices"]["0"]) == ["value"]
    assert (await completion.answer(CHOICES, {"choices": many[:25]}))[0] == 204
    assert len((await asking).choices or []) == 25


async def test_a_poll_is_refused_aloud_as_an_answer_too(bare: Bare) -> None:
    question = {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "Roses"}}]}
    status, answer = await bare.answer(MESSAGE, {"content": "x", "poll": question})
    assert status == 400
    assert list(answer["errors"]["data"]) == ["poll"]
    noted = bare.script.sandbox.world.unknown_requests
    assert [path.rpartition(" ")[2] for _, path in noted] == ["polls"]
    noted.clear()
    assert (await bare.answer(MESSAGE, {"content": "x"}))[0] == 204
