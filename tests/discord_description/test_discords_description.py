"""The checker on Discord's own description."""

from typing import Any

import pytest

from tests.discord_description.description import Description, Exchange
from tests.discord_description.exceptions import EXEMPTIONS, Exemption, unexpected
from tests.discord_description.frames import FrameDescription

pytestmark = pytest.mark.proof("sandbox")

MESSAGES = "/channels/1200000000000000202/messages"
USER = {
    "id": "1",
    "username": "mia",
    "avatar": None,
    "discriminator": "0",
    "public_flags": 0,
    "flags": 0,
    "global_name": None,
    "primary_guild": None,
}

ENTITLEMENT = {
    "id": "5",
    "sku_id": "6",
    "application_id": "1",
    "user_id": "7",
    "type": 1,
    "deleted": False,
    "starts_at": None,
    "ends_at": None,
}


def said(description: Description, exchange: Exchange, side: str) -> list[str]:
    """Give what the checker says of one side."""
    return [
        str(one).partition(f": {side} ")[2] or str(one).partition(f": {side}: ")[2]
        for one in unexpected(description.violations(exchange))
        if one.side == side
    ]


def sent(body: Any) -> Exchange:
    """Write a message that was taken."""
    return Exchange(method="POST", path=MESSAGES, body=body, status=200)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "hello"},
        {"embeds": [{"title": "x" * 256, "timestamp": "2026-03-01T12:00:00+00:00"}]},
        {"content": "x", "allowed_mentions": {"parse": ["users"]}, "nonce": "n"},
    ],
)
def test_good_messages_pass(description: Description, body: Any) -> None:
    assert said(description, sent(body), "request") == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (None, "a body is required"),
        (
            {"embeds": [{"title": "x" * 257}]},
            f"embeds[0].title: '{'x' * 59}… breaks maxLength: 256",
        ),
        ({"content": 5}, "content: 5 breaks type: ['string', 'null']"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 7}]}]},
            "components[0].components[0].style: 7 is none of ['1', '2', '3', '4', '5', '6']",
        ),
        (
            {"components": [{"type": 1, "components": [{"type": 3, "custom_id": "x"}]}]},
            "components[0].components[0]: 'options' is a required property",
        ),
        (
            {"components": [{"type": 99}]},
            "components[0]: {'type': 99} is of none of the kinds allowed",
        ),
    ],
)
def test_bad_messages_are_named_with_their_place(
    description: Description, body: Any, complaint: str
) -> None:
    assert said(description, sent(body), "request") == [complaint]


def test_a_route_that_discord_does_not_have_is_told(description: Description) -> None:
    wrong = Exchange(method="POST", path="/flowers", status=200)
    assert said(description, wrong, "request") == ["Discord's description has no such route"]


@pytest.mark.parametrize("field", USER)
def test_a_field_that_is_missing_in_an_answer_is_told(description: Description, field: str) -> None:
    answer = {name: value for name, value in USER.items() if name != field}
    asked = Exchange(method="GET", path="/users/1", status=200, answer=answer)
    assert said(description, asked, "answer") == [f"{field!r} is a required property"]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"error": "no"}, "'code' is a required property"),
        ({"code": "no", "message": "no"}, "code: 'no' breaks type: 'integer'"),
        (
            {"code": 50035, "message": "x", "errors": {"content": {"_errors": [{"code": "X"}]}}},
            "errors.content._errors[0]: 'message' is a required property",
        ),
    ],
)
def test_a_refusal_of_another_shape_is_told(
    description: Description, answer: Any, complaint: str
) -> None:
    refused = Exchange(method="POST", path=MESSAGES, body={}, status=400, answer=answer)
    assert complaint in said(description, refused, "answer")


def test_the_original_message_is_its_own_route(description: Description) -> None:
    operation = description.operation("PATCH", "/webhooks/1/token/messages/@original")
    assert operation
    assert operation.name.endswith("/messages/@original")


def interaction(value: Any) -> dict[str, Any]:
    """Write a command's interaction with one number."""
    option = {"name": "count", "type": 4, "value": value}
    return {"type": 2, "data": {"type": 1, "id": "1", "name": "gift", "options": [option]}}


def frame(event: str, data: Any) -> dict[str, Any]:
    """Write an event as it is sent."""
    return {"op": 0, "s": 1, "t": event, "d": data}


def test_frames_are_checked_by_their_kind(frames: FrameDescription) -> None:
    def complaints(kind: str, sent: dict[str, Any]) -> list[str]:
        return [str(one) for one in frames.violations(kind, sent)]

    assert complaints("Hello", {"op": 10, "d": {}, "s": None, "t": None}) == [
        "Hello: frame d: 'heartbeat_interval' is a required property"
    ]
    ready = complaints("Ready", frame("READY", {"v": 10, "application": {"flags": 3}}))
    assert "Ready: frame d: 'resume_gateway_url' is a required property" in ready
    assert not any("flags" in one.partition("frame ")[2].partition(":")[0] for one in ready)
    event = complaints("InteractionCreate", frame("INTERACTION_CREATE", interaction(5)))
    assert "InteractionCreate: frame d: 'token' is a required property" in event
    assert complaints("Nothing", {}) == []


# What each exemption is for; with it nothing is said of these, without it something is.
SAMPLES: dict[str, list[Exchange | tuple[str, dict[str, Any]]]] = {
    "words for the codes of fields": [
        Exchange(
            method="POST",
            path=MESSAGES,
            status=400,
            answer={
                "code": 50035,
                "message": "Invalid Form Body",
                "errors": {"embeds": {"0": {"_errors": [{"code": "WORDS", "message": "x"}]}}},
            },
        )
    ],
    "ids as numbers": [
        Exchange(method="POST", path="/users/@me/channels", body={"recipient_id": 5}, status=200),
        Exchange(
            method="POST",
            path="/applications/1/entitlements",
            body={"sku_id": 5, "owner_id": 6, "owner_type": 2},
            status=200,
            answer=ENTITLEMENT | {"type": 8},
        ),
        sent({"content": "x", "attachments": [{"id": 0}]}),
        sent({"content": "x", "allowed_mentions": {"users": [5], "roles": [6]}}),
        sent({"content": "x", "message_reference": {"message_id": 5, "channel_id": 6}}),
        sent(
            {
                "components": [
                    {
                        "type": 1,
                        "components": [
                            {
                                "type": 5,
                                "custom_id": "x",
                                "default_values": [{"type": "user", "id": 5}],
                            }
                        ],
                    }
                ]
            }
        ),
    ],
    "a plain description": [
        Exchange(method="PATCH", path="/applications/@me", body={"description": "Digs"}, status=200)
    ],
    "no new name": [Exchange(method="PATCH", path="/users/@me", body={}, status=200)],
    "permissions in digits": [
        Exchange(
            method="POST",
            path="/applications/1/guilds/2/commands",
            body={"name": "x", "description": "x", "default_member_permissions": "32"},
            status=201,
        ),
        Exchange(
            method="PUT",
            path="/applications/1/commands",
            body=[{"name": "x", "description": "x", "default_member_permissions": "32"}],
            status=200,
        ),
    ],
    "what is sold": [Exchange(method="GET", path="/applications/1/skus", status=200, answer=[])],
    "purchases": [
        Exchange(
            method="GET",
            path="/applications/1/entitlements",
            status=200,
            answer=[ENTITLEMENT],
        ),
        Exchange(
            method="GET",
            path="/applications/1/entitlements/5",
            status=200,
            answer=ENTITLEMENT | {"type": 4},
        ),
    ],
    "a client without properties": [
        ("Identify", {"op": 2, "d": {"token": "x", "intents": 1, "properties": {}}}),
    ],
    "values by force": [
        ("InteractionCreate", frame("INTERACTION_CREATE", interaction("many"))),
    ],
}


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda one: one.name)
def test_every_exemption_is_still_needed(
    description: Description, frames: FrameDescription, exemption: Exemption
) -> None:
    others = tuple(one for one in EXEMPTIONS if one is not exemption)
    for sample in SAMPLES[exemption.name]:
        if isinstance(sample, Exchange):
            violations = description.violations(sample)
        else:
            violations = frames.violations(*sample)
        assert [one for one in violations if exemption.covers(one)], sample
        left, without = unexpected(violations), unexpected(violations, others)
        assert len(without) > len(left)
        assert not any(one.side == "request" for one in left)


def test_every_exemption_has_a_reason_and_a_sample() -> None:
    assert {one.name for one in EXEMPTIONS} == set(SAMPLES)
    assert all(one.reason.endswith(".") for one in EXEMPTIONS)
