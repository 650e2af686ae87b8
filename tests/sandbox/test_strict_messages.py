"""Messages, embeds and components that Discord refuses, with the path and code of each."""

import io
import json
from typing import Any

import aiohttp
import pytest

from tests.sandbox.forms import (
    STAGE,
    button,
    embed,
    first_error,
    layout,
    link,
    row,
    select,
    text,
)
from tests.sandbox.script import OTHER_BOT, Json, Script

pytestmark = pytest.mark.proof("sandbox")

PART = "components.0.components.0"
TOO_LONG, BAD_LENGTH = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH"
RANGE, REQUIRED = "NUMBER_TYPE_RANGE", "BASE_TYPE_REQUIRED"
CHOICES, BAD_EMOJI = "BASE_TYPE_CHOICES", "BUTTON_COMPONENT_INVALID_EMOJI"


def one(component: Json) -> Json:
    """Put one component into a message."""
    return {"components": [row(component)]}


def fields(count: int, name: int = 1, value: int = 1) -> Json:
    """Write an embed with so many fields of so many letters."""
    return embed(fields=[{"name": "n" * name, "value": "v" * value}] * count)


REFUSED: list[tuple[Json, str, str]] = [
    (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text", TOO_LONG),
    (embed(footer={"icon_url": "https://a.b"}), "embeds.0.footer.text", REQUIRED),
    (embed(author={"name": "x" * 257}), "embeds.0.author.name", TOO_LONG),
    (embed(author={"url": "https://a.b"}), "embeds.0.author.name", REQUIRED),
    (embed(image={}), "embeds.0.image.url", REQUIRED),
    (embed(title="x", color=0x1000000), "embeds.0.color", "NUMBER_TYPE_MAX"),
    (embed(title="x", color="red"), "embeds.0.color", "NUMBER_TYPE_COERCE"),
    (embed(title={"a": 1}), "embeds.0.title", "STRING_TYPE_CONVERT"),
    (embed(title="x", url="https://"), "embeds.0.url", "URL_TYPE_INVALID_URL"),
    (embed(fields=5), "embeds.0.fields", "LIST_TYPE_CONVERT"),
    (fields(26), "embeds.0.fields", TOO_LONG),
    (fields(1, name=257), "embeds.0.fields.0.name", TOO_LONG),
    (fields(1, value=1025), "embeds.0.fields.0.value", TOO_LONG),
    (fields(6, value=1000), "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"content": 5}, "content", "STRING_TYPE_CONVERT"),
    ({"content": "x", "flags": "64"}, "flags", "NUMBER_TYPE_COERCE"),
    ({"content": "x", "nonce": 1.5}, "nonce", "UNION_TYPE_CHOICES"),
    ({"content": "x", "allowed_mentions": []}, "allowed_mentions", "MODEL_TYPE_CONVERT"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["everybody"]}},
        "allowed_mentions.parse.0",
        CHOICES,
    ),
    (
        {"content": "x", "allowed_mentions": {"users": ["Mia"]}},
        "allowed_mentions.users.0",
        "NUMBER_TYPE_COERCE",
    ),
    (
        {"content": "x", "allowed_mentions": {"users": ["1"] * 101}},
        "allowed_mentions.users",
        TOO_LONG,
    ),
    (
        {"content": "x", "attachments": [{"id": 0, "description": "x" * 1025}]},
        "attachments.0.description",
        TOO_LONG,
    ),
    ({"content": "x", "attachments": [{"filename": "a"}]}, "attachments.0.id", REQUIRED),
    (one(button(style=7)), f"{PART}.style", CHOICES),
    (one(button(style=True)), f"{PART}.style", CHOICES),
    (one(button(type=True)), f"{PART}.type", CHOICES),
    (one(button(label="")), PART, "BUTTON_COMPONENT_MUST_HAVE_LABEL_OR_EMOJI"),
    (one(button(custom_id=None)), f"{PART}.custom_id", REQUIRED),
    (one(button(url="https://a.b")), PART, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_EXCLUSIVE"),
    (one(link("ftp://a.b")), f"{PART}.url", "URL_TYPE_INVALID_SCHEME"),
    (one(link("https://a.b/" + "x" * 512)), f"{PART}.url", TOO_LONG),
    (one(button(id="one")), f"{PART}.id", "NUMBER_TYPE_COERCE"),
    (one(button(emoji="🌷")), f"{PART}.emoji", "MODEL_TYPE_CONVERT"),
    (one(button(emoji={})), f"{PART}.emoji.name", BAD_EMOJI),
    (one(button(emoji={"name": "tulip", "id": "5"})), f"{PART}.emoji.id", BAD_EMOJI),
    (one(button(emoji={"name": "tulip", "id": "x"})), f"{PART}.emoji.id", "NUMBER_TYPE_COERCE"),
    (one(select(0)), f"{PART}.options", BAD_LENGTH),
    (one(select(2, max_values=3)), f"{PART}.options", BAD_LENGTH),
    (one(select(2, min_values=-1)), f"{PART}.min_values", RANGE),
    (one(select(2, max_values=26)), f"{PART}.max_values", RANGE),
    (one(select(2, min_values=2, max_values=1)), f"{PART}.max_values", RANGE),
    (one(select(1, placeholder="x" * 151)), f"{PART}.placeholder", BAD_LENGTH),
    (one({"type": 5, "custom_id": ""}), f"{PART}.custom_id", BAD_LENGTH),
    (
        one({"type": 5, "custom_id": "u", "default_values": [{"id": "1", "type": "role"}]}),
        f"{PART}.default_values.0.type",
        CHOICES,
    ),
    (one({"type": 4, "custom_id": "t", "style": 1, "label": "l"}), f"{PART}.type", CHOICES),
    ({"components": [text()]}, "components.0.type", CHOICES),
    (
        {"components": [row(button("a")), row(button("b"), button("a"))]},
        "components.1.components.1.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (
        layout({"type": 17, "components": [row(button("a"))]}, row(button("a"))),
        "components.1.components.0.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    (layout(text("x" * 4001)), "components.0.content", BAD_LENGTH),
    (layout(text("x" * 2001), text("x" * 2000)), "components", ""),
    (layout(*[text()] * 41), "components", BAD_LENGTH),
    (layout({"type": 9, "components": [text()]}), "components.0.accessory.type", CHOICES),
    (
        layout({"type": 9, "components": [text()] * 4, "accessory": button()}),
        "components.0.components",
        BAD_LENGTH,
    ),
    (layout({"type": 12, "items": []}), "components.0.items", BAD_LENGTH),
    (layout({"type": 14, "spacing": 3}), "components.0.spacing", CHOICES),
    (layout({"type": 17, "components": []}), "components.0.components", BAD_LENGTH),
    (layout(text()) | {"content": "x"}, "content", ""),
    (layout(text()) | embed(title="x"), "embeds", ""),
    (
        layout({"type": 13, "file": {"url": "https://a.b/c"}}),
        "components.0.file.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    (
        layout({"type": 13, "file": {"url": "attachment://gone.txt"}}),
        "components.0.file.url",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
]


@pytest.mark.parametrize(("body", "path", "code"), REFUSED)
async def test_what_breaks_a_rule_is_refused_at_its_place(
    script: Script, body: Json, path: str, code: str
) -> None:
    status, answer = await script.rest("POST", STAGE, body)
    assert (status, answer.get("code"), answer.get("message")) == (400, 50035, "Invalid Form Body")
    where, why = first_error(answer["errors"])
    assert where == path, answer
    assert code in {why, ""}
    assert await script.messages() == []


EMOJI = ["🌷", "❤️", "❤", "☺️", "👍🏽", "🇳🇱", "1️⃣", "#️⃣", "👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "↔️", "©️", "🧑🏽‍🚀"]


@pytest.mark.parametrize("emoji", EMOJI)
async def test_every_form_of_a_unicode_emoji_is_taken(script: Script, emoji: str) -> None:
    chosen = select(1)
    chosen["options"][0]["emoji"] = {"name": emoji}
    rows = [row(button(emoji={"name": emoji}, label=None)), row(chosen)]
    assert (await script.rest("POST", STAGE, {"components": rows, "content": "x"}))[0] == 200


@pytest.mark.parametrize(
    "name",
    [":tulip:", "tulip", "é", "日", "1", "🌷🌷", "🌷 ", "<:tulip:5>", "", "x🌷", None, 5, "🇳"],
)
async def test_what_is_no_emoji_is_refused(script: Script, name: object) -> None:
    status, answer = await script.rest("POST", STAGE, one(button(emoji={"name": name})))
    assert status == 400
    assert first_error(answer["errors"]) == (f"{PART}.emoji.name", BAD_EMOJI)


EMPTY: list[Json | None] = [
    None,
    {},
    {"content": ""},
    {"content": " \n "},
    {"embeds": []},
    {"embeds": [{}]},
    {"components": [row(button())]},
    {"content": None, "allowed_mentions": {"parse": []}},
]


@pytest.mark.parametrize("body", EMPTY)
async def test_an_empty_message_is_refused(script: Script, body: Json | None) -> None:
    refused = (400, {"message": "Cannot send an empty message", "code": 50006})
    assert await script.rest("POST", STAGE, body) == refused
    _, sent = await script.rest("POST", STAGE, {"content": "x"})
    assert (await script.rest("PATCH", f"{STAGE}/{sent['id']}", {"content": ""}))[1][
        "code"
    ] == 50006


async def test_the_longest_of_everything_is_taken(script: Script) -> None:
    body: Json = {
        "content": "x" * 2000,
        "embeds": [
            {"title": "t" * 256, "description": "d" * 4096},
            {"fields": [{"name": "n" * 256, "value": "v" * 1024}]},
            *[{"title": "x"} for _ in range(8)],
        ],
        "components": [
            *(row(*(button(f"{place}{number}") for number in range(5))) for place in "abcd"),
            row(select(25, max_values=25, custom_id="c" * 100, placeholder="p" * 150)),
        ],
        "nonce": "n" * 25,
    }
    status, message = await script.rest("POST", STAGE, body)
    assert status == 200, message
    assert len(message["components"][4]["components"][0]["options"]) == 25


async def upload(script: Script, body: Json, **files: bytes) -> tuple[int, Any]:
    """Send a message with files."""
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(body))
    for number, (name, content) in enumerate(files.items()):
        opened = io.BytesIO(content)
        form.add_field(f"files[{number}]", opened, filename=name.replace("_", "."))
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        return response.status, await response.json()


async def test_files_come_with_their_descriptions(script: Script) -> None:
    notes = [{"id": 0, "filename": "a.txt", "description": "what it is"}]
    status, message = await upload(script, {"attachments": notes}, a_txt=b"inside")
    assert status == 200
    attachment = message["attachments"][0]
    assert (attachment["filename"], attachment["description"]) == ("a.txt", "what it is")
    async with script.http.get(attachment["url"]) as response:
        assert await response.read() == b"inside"


async def test_ten_files_are_the_most(script: Script) -> None:
    files = {f"{letter}_txt": b"x" for letter in "abcdefghijk"}
    status, answer = await upload(script, {}, **files)
    assert (status, first_error(answer["errors"])) == (400, ("attachments", TOO_LONG))


async def test_a_file_above_ten_mebibytes_is_too_large(script: Script) -> None:
    status, answer = await upload(script, {}, a_txt=b"x" * (10 * 1024 * 1024 + 1))
    assert (status, answer) == (413, {"message": "Request entity too large", "code": 40005})
    status, _ = await upload(script, {}, a_txt=b"x" * (10 * 1024 * 1024))
    assert status == 200


WEBP = b"RIFF\x00\x00\x00\x00WEBP"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\0\0\0\x07\0\0\0\x09", (7, 9)),
        (b"GIF89a\x07\x00\x09\x00", (7, 9)),
        (b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc2\x00\x0b\x08\x00\x09\x00\x07", (7, 9)),
        (WEBP + b"VP8 " + bytes(10) + b"\x07\x00\x09\x00", (7, 9)),
        (WEBP + b"VP8L" + bytes(4) + b"\x2f\x06\x00\x02\x00", (7, 9)),
        (WEBP + b"VP8X" + bytes(8) + b"\x06\x00\x00\x08\x00\x00", (7, 9)),
        (WEBP + b"VP8X", None),
        (b"\xff\xd8\xff\xe0", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"no picture", None),
    ],
)
async def test_a_pictures_size_is_read_from_it(
    script: Script, content: bytes, size: tuple[int, int] | None
) -> None:
    _, message = await upload(script, {}, a_png=content)
    attachment = message["attachments"][0]
    told = attachment.get("width"), attachment.get("height")
    assert told == (size or (None, None))
