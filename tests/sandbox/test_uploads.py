"""Files that come in: under which names they are kept, and when they are forgotten."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox import attachments
from bot.sandbox.file_names import LONGEST_NAME, safe_name, safe_type
from bot.sandbox.rejections import FormProblems
from bot.sandbox.resolved import Resolver
from tests.sandbox.forms import STAGE
from tests.sandbox.script import OTHER_BOT, Json, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

MIA = "1200000000000000101"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a b.txt", "a_b.txt"),
        ("a/b.txt", "b.txt"),
        ("c:\\d\\b.txt", "b.txt"),
        ("..", "file"),
        (".", "file"),
        ("a/", "file"),
        (".profile", ".profile"),
        ("\udcff\udcfe.txt", "??.txt"),
        ("ü" * 300 + ".png", "ü" * (LONGEST_NAME - 4) + ".png"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("image/svg+xml", "image/svg+xml"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("text/html\r\nX-Evil: 1", "text/plain"),
        ("text/html\n", "text/plain"),
        ("", "text/plain"),
        ("text", "text/plain"),
        (5, "text/plain"),
        (None, "text/plain"),
    ],
)
def test_a_type_that_is_none_is_told_by_the_name(given: object, kept: str) -> None:
    assert safe_type(given, "a.txt") == kept


async def test_bytes_that_are_no_name_are_kept_as_one(script: Script) -> None:
    data = (
        b'--b\r\nContent-Disposition: form-data; name="files[0]"; filename="\xff\xfe.txt"\r\n\r\n'
        b'inside\r\n--b\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n'
        b'{"content": "x"}\r\n--b--\r\n'
    )
    headers = {
        "Authorization": f"Bot {OTHER_BOT}",
        "Content-Type": "multipart/form-data; boundary=b",
    }
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=data, headers=headers) as response:
        (attachment,) = (await response.json())["attachments"]
    async with script.http.get(attachment["url"]) as response:
        assert await response.text() == "inside"


def upload(script: Script, **given: Any) -> Json:
    """Put a file into a form as Mia and give the attachment that the bot gets."""
    world, problems = script.sandbox.world, FormProblems()
    resolver = Resolver(world, world.guild.members[MIA])
    file_id = resolver.add_upload({"filename": "a.txt", "text": "x"} | given, problems, ())
    problems.raise_if_any()
    return resolver.resolved["attachments"][file_id]


async def read(script: Script, attachment: Json) -> tuple[int, str]:
    """Load a file and give status and type."""
    async with script.http.get(attachment["url"]) as response:
        return response.status, response.content_type


async def test_a_person_uploads_no_path_and_no_header(script: Script) -> None:
    sent = upload(script, filename="../../a b.txt", content_type="text/html\r\nX-Evil: 1")
    assert (sent["filename"], sent["ephemeral"]) == ("a_b.txt", True)
    assert await read(script, sent) == (200, "text/plain")


async def test_only_the_last_uploads_are_kept(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_UPLOADS", 3)
    monkeypatch.setattr(attachments, "MOST_UPLOAD_BYTES", 1000)
    sent = [upload(script) for _ in range(4)]
    assert [(await read(script, one))[0] for one in sent] == [404, 200, 200, 200]
    large = upload(script, text="x" * 999)
    statuses = [(await read(script, one))[0] for one in [*sent, large]]
    assert statuses == [404, 404, 404, 200, 200]


async def send(script: Script, method: str, path: str, body: Json, *names: str) -> tuple[int, Json]:
    """Send a message with files."""
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(body))
    for number, name in enumerate(names):
        form.add_field(f"files[{number}]", b"inside", filename=name)
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + path
    async with script.http.request(method, address, data=form, headers=headers) as response:
        return response.status, await response.json()


async def test_a_file_that_an_edit_takes_away_is_forgotten(script: Script) -> None:
    _, message = await send(script, "POST", STAGE, {"content": "x"}, "a.txt", "b.txt")
    first, second = message["attachments"]
    path = f"{STAGE}/{message['id']}"
    _, edited = await script.rest("PATCH", path, {"attachments": [{"id": second["id"]}]})
    assert [one["id"] for one in edited["attachments"]] == [second["id"]]
    assert [(await read(script, one))[0] for one in (first, second)] == [404, 200]


MISSING: Json = {
    "components": [
        {"type": 12, "items": [{"media": {"url": "attachment://elsewhere.png"}}]},
    ],
    "flags": 1 << 15,
}


async def test_files_of_a_refused_message_are_forgotten(script: Script) -> None:
    stored = script.sandbox.world.attachments
    before = await send(script, "POST", STAGE, {"content": "x"}, "a.txt")
    kept = before[1]["attachments"][0]
    count = stored.count
    assert (await send(script, "POST", STAGE, MISSING, "b.txt"))[0] == 400
    path = f"{STAGE}/{before[1]['id']}"
    changed = MISSING | {"content": None}
    assert (await send(script, "PATCH", path, changed, "c.txt"))[0] == 400
    assert stored.count == count
    assert (await read(script, kept))[0] == 200


async def test_a_bot_reads_what_a_person_uploads(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    file = {"filename": "a/b.txt", "text": "inside"}
    options = {"text": "ab", "whole": 1, "file": file}
    outcome = await script.command("everything", options=options)
    assert json.loads(outcome["messages"][0]["content"])["file"] == "inside"
