"""The checker on a small description of its own, which is there on every machine."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.discord_description.description import Description, Exchange
from tests.discord_description.wrong_bodies import wrong_bodies

pytestmark = pytest.mark.proof("sandbox")

FLOWER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "planted_at": {"type": ["string", "null"], "format": "date-time"},
        "page": {"type": "string", "format": "uri"},
        "height": {"type": "integer", "format": "int32"},
        "pot": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Pot"}]},
        "parts": {
            "type": "array",
            "items": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Leaf"},
                    {"$ref": "#/components/schemas/Thorn"},
                ]
            },
        },
    },
    "required": ["name"],
}
DESCRIPTION: dict[str, Any] = {
    "paths": {
        "/flowers/{flower_id}": {
            "parameters": [
                {"name": "flower_id", "in": "path", "schema": {"$ref": "#/components/schemas/Id"}}
            ],
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}},
                    {"name": "dried", "in": "query", "schema": {"type": "boolean"}},
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Flower"}}
                        }
                    },
                    "4XX": {"$ref": "#/components/responses/ClientErrorResponse"},
                },
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Flower"}}
                    },
                },
                "responses": {"204": {"description": "done"}},
            },
        },
        "/flowers/@mine": {"get": {"responses": {"204": {"description": "nothing"}}}},
    },
    "components": {
        "schemas": {
            "Id": {"type": "string", "pattern": "^[0-9]+$"},
            "Flower": FLOWER,
            "Pot": {
                "type": "object",
                "properties": {
                    "colour": {"type": "integer", "oneOf": [{"const": 1}, {"const": 2}]}
                },
            },
            "Kinds": {"type": "integer", "oneOf": [{"const": 1}, {"const": 2}, {"const": 3}]},
            "Leaf": {
                "type": "object",
                "properties": {
                    "type": {
                        "type": "integer",
                        "enum": [1],
                        "allOf": [{"$ref": "#/components/schemas/Kinds"}],
                    },
                    "veins": {"type": "integer"},
                },
                "required": ["type", "veins"],
            },
            "Thorn": {
                "type": "object",
                "properties": {
                    "type": {"enum": [2], "$ref": "#/components/schemas/Kinds"},
                    "tip": {"type": "string"},
                },
                "required": ["type", "tip"],
            },
            "Error": {
                "type": "object",
                "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
                "required": ["code", "message"],
            },
        },
        "responses": {
            "ClientErrorResponse": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
            }
        },
    },
}


@pytest.fixture
def small(tmp_path: Path) -> Description:
    """Give the small description."""
    path = tmp_path / "flowers.json"
    path.write_text(json.dumps(DESCRIPTION), "utf-8")
    return Description.read(path)


def put(body: Any) -> Exchange:
    """Write a request with this body, which was taken."""
    return Exchange(method="PUT", path="/flowers/7", body=body, status=204)


def get(status: int = 200, answer: Any = None, **more: Any) -> Exchange:
    """Write a question and its answer."""
    asked: dict[str, Any] = {"path": "/flowers/7"} | more
    return Exchange(method="GET", status=status, answer=answer, **asked)


def said(description: Description, exchange: Exchange) -> list[str]:
    """Give what the checker says."""
    return [str(one) for one in description.violations(exchange)]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "rose"},
        {"name": "rose", "pot": None, "planted_at": None},
        {"name": "rose", "pot": {"colour": 2}, "planted_at": "2026-03-01T12:00:00.000000+00:00"},
        {"name": "rose", "page": "attachment://rose.png", "height": 2**31 - 1},
        {"name": "rose", "parts": [{"type": 1, "veins": 3}, {"type": 2, "tip": "sharp"}]},
        {"name": "rose", "unknown": 5},
    ],
)
def test_what_conforms_passes(small: Description, body: Any) -> None:
    assert said(small, put(body)) == []


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (None, "", "a body is required"),
        ({}, "", "'name' is a required property"),
        ({"name": "tulips"}, " name", "'tulips' breaks maxLength: 5"),
        ({"name": 5}, " name", "5 breaks type: 'string'"),
        ({"name": "x", "planted_at": "soon"}, " planted_at", "'soon' breaks format: 'date-time'"),
        (
            {"name": "x", "planted_at": "2026-03-01T12:00:00"},
            " planted_at",
            "'2026-03-01T12:00:00' breaks format: 'date-time'",
        ),
        ({"name": "x", "page": "rose"}, " page", "'rose' breaks format: 'uri'"),
        ({"name": "x", "height": 2**31}, " height", "2147483648 breaks format: 'int32'"),
        ({"name": "x", "height": True}, " height", "True breaks type: 'integer'"),
        ({"name": "x", "pot": "red"}, " pot", "'red' breaks type: 'object'"),
        ({"name": "x", "pot": {"colour": 3}}, " pot.colour", "3 is none of ['1', '2']"),
        ({"name": "x", "pot": {"colour": True}}, " pot.colour", "True breaks type: 'integer'"),
    ],
)
def test_what_does_not_conform_is_named_with_its_place(
    small: Description, body: Any, place: str, words: str
) -> None:
    assert f"PUT /flowers/{{flower_id}}: request{place}: {words}" in said(small, put(body))


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ({"type": 1}, "parts[0]: 'veins' is a required property"),
        ({"type": 2, "tip": 5}, "parts[0].tip: 5 breaks type: 'string'"),
        ({"type": 3}, "parts[0]: {'type': 3} is of none of the kinds allowed"),
        ("leaf", "parts[0]: 'leaf' is of none of the kinds allowed"),
        ({"veins": "many"}, "parts[0].veins: 'many' breaks type: 'integer'"),
    ],
)
def test_a_union_complains_as_the_kind_that_was_meant(
    small: Description, part: Any, complaint: str
) -> None:
    body = {"name": "x", "parts": [part]}
    assert f"PUT /flowers/{{flower_id}}: request {complaint}" in said(small, put(body))


@pytest.mark.parametrize(
    ("exchange", "complaint"),
    [
        (get(answer={"name": "tulips"}), "answer name: 'tulips' breaks maxLength: 5"),
        (get(answer=None), "answer: None breaks type: 'object'"),
        (get(status=201), "answer: 201 is none of ['200', '4XX']"),
        (get(status=404, answer={"code": 0}), "answer: 'message' is a required property"),
        (
            get(answer={"name": "x"}, query={"limit": "10"}),
            "request query.limit: 10 breaks maximum: 9",
        ),
        (
            get(answer={"name": "x"}, query={"limit": "many"}),
            "request query.limit: 'many' breaks type: 'integer'",
        ),
        (
            get(answer={"name": "x"}, query={"dried": "maybe"}),
            "request query.dried: 'maybe' breaks type: 'boolean'",
        ),
        (
            get(answer={"name": "x"}, query={"colour": "red"}),
            "request query.colour: there is no such parameter",
        ),
        (
            get(answer={"name": "x"}, path="/flowers/rose"),
            "request path.flower_id: 'rose' breaks pattern: '^[0-9]+$'",
        ),
        (get(answer={"name": "x"}, body={}), "request: no body belongs here"),
    ],
)
def test_answers_and_parameters_are_checked(
    small: Description, exchange: Exchange, complaint: str
) -> None:
    assert said(small, exchange) == [f"GET /flowers/{{flower_id}}: {complaint}"]


def test_bodies_made_wrong_are_wrong_each_by_its_own_rule(small: Description) -> None:
    body: dict[str, Any] = {
        "name": "rose",
        "planted_at": "2026-03-01T12:00:00+00:00",
        "page": "https://example.com/",
        "pot": {"colour": 2},
        "parts": [{"type": 1, "veins": 3}, {"type": 2, "tip": "sharp"}],
    }
    operation = small.operation("PUT", "/flowers/7")
    assert operation
    assert operation.body_schema
    made = list(wrong_bodies(operation.body_schema, body))
    assert all(said(small, put(wrong.body)) for wrong in made)
    assert said(small, put(body)) == []
    assert {(wrong.place, wrong.rule) for wrong in made} >= {
        ((), "type"),
        (("name",), "required"),
        (("name",), "maxLength"),
        (("planted_at",), "format"),
        (("page",), "format"),
        (("pot", "colour"), "enum"),
        (("parts", 0, "veins"), "type"),
        (("parts", 1, "tip"), "required"),
    }


def test_an_answer_without_a_described_body_has_none(small: Description) -> None:
    wrong = Exchange(method="PUT", path="/flowers/7", body={"name": "x"}, status=204, answer={})
    assert said(small, wrong) == [
        "PUT /flowers/{flower_id}: answer: an answer 204 has no body",
    ]


def test_of_a_refused_request_only_the_answer_counts(small: Description) -> None:
    refused = get(status=400, answer={"code": 0, "message": "no"}, query={"limit": "many"})
    assert said(small, refused) == []


def test_a_literal_step_wins_over_a_parameter(small: Description) -> None:
    assert said(small, get(status=204, path="/flowers/@mine")) == []


def test_a_route_that_is_not_described_may_only_be_refused(small: Description) -> None:
    assert said(small, get(path="/trees/1", status=404, answer={"code": 0, "message": "?"})) == []
    assert said(small, get(path="/trees/1", status=404, answer="no")) == [
        "GET /trees/1: answer: 'no' breaks type: 'object'"
    ]
    assert said(small, get(path="/trees/1", answer={})) == [
        "GET /trees/1: request: Discord's description has no such route"
    ]
