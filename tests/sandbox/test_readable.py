"""Whose words a bot without the Message Content intent may read, over REST and the gateway."""

import pytest

from bot.sandbox.readable import readable_message
from tests.sandbox.forms import STAGE
from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

OWN, OTHER = "1", "2"
SECOND_BOT = "second.bot"


def message(author_id: str, *mentioned_ids: str, **fields: Json) -> Json:
    """Write a message."""
    mentions = [{"id": one} for one in mentioned_ids]
    return {"author": {"id": author_id}, "mentions": mentions, "content": "hello", **fields}


def test_ones_own_words_and_those_to_oneself_stay() -> None:
    for stays in (message(OWN), message(OTHER, OWN), message(OWN, referenced_message={})):
        assert readable_message(stays, OWN) is stays


def test_others_words_are_taken_away() -> None:
    parts = ("content", "embeds", "attachments", "components")
    shown = readable_message(message(OTHER, OTHER), OWN)
    assert {name: shown[name] for name in parts} == dict(zip(parts, ("", [], [], []), strict=True))


@pytest.mark.parametrize(
    ("reply_by", "answered", "reply_says", "answered_says"),
    [
        (OWN, message(OTHER), "hello", ""),
        (OWN, message(OTHER, OWN), "hello", "hello"),
        (OTHER, message(OWN), "", "hello"),
        (OTHER, message(OTHER), "", ""),
    ],
)
def test_a_reply_and_what_it_answers_count_each_for_itself(
    reply_by: str, answered: Json, reply_says: str, answered_says: str
) -> None:
    shown = readable_message(message(reply_by, referenced_message=answered), OWN)
    assert (shown["content"], shown["referenced_message"]["content"]) == (reply_says, answered_says)


async def test_rest_shows_others_words_where_the_application_may_have_the_intent(
    script: Script,
) -> None:
    _, theirs = await script.rest("POST", STAGE, {"content": "theirs"}, token=SECOND_BOT)
    reply = {"content": "x", "nonce": "1", "enforce_nonce": True}
    reply |= {"message_reference": {"message_id": theirs["id"]}}
    for flags, readable in ((1 << 19, "theirs"), (0, "")):
        await script.rest("PATCH", "/applications/@me", {"flags": flags})
        _, got = await script.rest("GET", f"{STAGE}/{theirs['id']}")
        _, listed = await script.rest("GET", STAGE)
        _, replied = await script.rest("POST", STAGE, reply)
        _, edited = await script.rest("PATCH", f"{STAGE}/{replied['id']}", {"content": "y"})
        seen = [got, listed[-1], replied["referenced_message"], edited["referenced_message"]]
        assert [one["content"] for one in seen] == [readable] * 4
        assert edited["content"] == "y"
