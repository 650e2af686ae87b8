"""The page's own files: served offline, never stale, and nothing beside them."""

import asyncio
import re

import pytest

from bot.sandbox.page_files import PAGE_FOLDER
from tests.sandbox.script import Script

pytestmark = pytest.mark.proof("sandbox")

OUTSIDE = ("../server.py", "..%2Fserver.py", "styles/../../server.py", "%00", "a" * 5000, "styles")


@pytest.mark.parametrize("path", ["", "page/main.js", "page/styles/base.css", "page/flower.svg"])
async def test_the_page_may_load_nothing_from_elsewhere_and_is_never_stale(
    script: Script, path: str
) -> None:
    async with script.http.get(script.sandbox.url + path) as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-cache"
    assert policy.startswith("default-src 'self'; img-src 'self' data: blob:;")
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", OUTSIDE)
async def test_nothing_beside_the_page_is_served(script: Script, path: str) -> None:
    host = script.sandbox.url.removeprefix("http://").rstrip("/")
    assert (await first_line(host, f"/page/{path}")).startswith("HTTP/1.1 4")


async def first_line(host: str, path: str) -> str:
    """Ask for a path as it is, which a client would tidy up, and read how the answer begins."""
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    line = (await reader.readline()).decode().strip()
    writer.close()
    await writer.wait_closed()
    return line


def test_every_file_that_the_page_names_is_there_and_every_file_is_used() -> None:
    index = (PAGE_FOLDER / "index.html").read_text()
    named = {PAGE_FOLDER / path for path in re.findall(r'(?:href|src)="/page/([^"]+)"', index)}
    waiting = [path for path in named if path.suffix == ".js"]
    while waiting:
        text = waiting.pop().read_text()
        found = {PAGE_FOLDER / name for name in re.findall(r'from "\./([^"]+)"', text)} - named
        named |= found
        waiting += found
    assert named == {path for path in PAGE_FOLDER.rglob("*.*") if path.name != "index.html"}
