"""Uploads are anybody's files: they keep their kind, and never run as a page of ours."""

import aiohttp
import pytest

from bot.sandbox.rejections import FormProblems
from bot.sandbox.resolved import Resolver
from tests.sandbox.forms import STAGE
from tests.sandbox.script import OTHER_BOT, Script

pytestmark = pytest.mark.proof("sandbox")

PAGE = "<script>document.title = 'mine'</script>"


@pytest.mark.parametrize(
    ("filename", "kind"), [("page.html", "text/html"), ("page.svg", "image/svg+xml")]
)
async def test_a_page_that_a_bot_uploads_is_shut_in(
    script: Script, filename: str, kind: str
) -> None:
    form = aiohttp.FormData({"payload_json": "{}"})
    form.add_field("files[0]", PAGE, filename=filename, content_type=kind)
    headers = {"Authorization": f"Bot {OTHER_BOT}"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=form, headers=headers) as response:
        (attachment,) = (await response.json())["attachments"]
    async with script.http.get(attachment["url"]) as response:
        assert await response.text() == PAGE
        assert response.content_type == kind
        rules = response.headers["Content-Security-Policy"].split("; ")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    # Without scripts, without our origin, and with nothing else to load.
    assert {"sandbox", "default-src 'none'"} <= set(rules)


@pytest.mark.parametrize("kind", ["image/png", "text/plain"])
async def test_what_a_person_uploads_keeps_its_kind(script: Script, kind: str) -> None:
    world, problems = script.sandbox.world, FormProblems()
    resolver = Resolver(world, world.guild.members["1200000000000000101"])
    upload = {"filename": "a", "text": "x", "content_type": kind}
    file_id = resolver.add_upload(upload, problems, ("values",))
    problems.raise_if_any()
    url = resolver.resolved["attachments"][file_id]["url"]
    assert resolver.resolved["attachments"][file_id]["content_type"] == kind
    async with script.http.get(url) as response:
        assert response.content_type == kind
