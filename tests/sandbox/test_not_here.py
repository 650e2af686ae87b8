"""What Discord has and the sandbox has not is refused aloud, and noted like an unknown route."""

import pytest

from tests.sandbox.forms import STAGE, first_error
from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

POLL: Json = {
    "poll": {
        "question": {"text": "Which?"},
        "answers": [{"poll_media": {"text": "Roses"}}],
        "duration": 1,
    }
}
FORWARD: Json = {
    "message_reference": {"type": 1, "message_id": "1", "channel_id": "1200000000000000201"}
}


@pytest.mark.parametrize(
    ("body", "place", "what"),
    [
        (POLL, "poll", "polls"),
        (POLL | {"content": "x"}, "poll", "polls"),
        ({"content": "x", "sticker_ids": ["749054660769218631"]}, "sticker_ids", "stickers"),
        (FORWARD, "message_reference.type", "forwards"),
    ],
)
async def test_what_is_not_here_is_refused_and_noted(
    script: Script, body: Json, place: str, what: str
) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert (status, answer["code"]) == (400, 50035)
    assert first_error(answer["errors"]) == (place, "NOT_IN_SANDBOX")
    assert await script.messages() == []
    noted = (await script.get("state"))["unknown_requests"]
    assert noted == [{"method": "POST", "path": f"/v10{STAGE} with {what}"}]
    script.sandbox.world.unknown_requests.clear()


@pytest.mark.parametrize("nothing", [{"poll": None}, {"sticker_ids": []}, {"sticker_ids": None}])
async def test_nothing_of_it_is_nothing_to_refuse(script: Script, nothing: Json) -> None:
    status, _ = await script.rest("POST", STAGE, {"content": "x"} | nothing)
    assert status == 200
    assert script.sandbox.world.unknown_requests == []


async def test_what_discord_refuses_as_well_is_not_noted(script: Script) -> None:
    status, answer = await script.rest("POST", STAGE, POLL | {"content": "x" * 2001})
    assert (status, first_error(answer["errors"])[0]) == (400, "content")
    assert script.sandbox.world.unknown_requests == []
