"""Pages of other origins, open in the same browser, get nothing and do nothing."""

import aiohttp
import pytest
import yarl

from tests.sandbox.forms import STAGE
from tests.sandbox.script import Json, Script

pytestmark = pytest.mark.proof("sandbox")

OWN = "http://127.0.0.1:{port}"
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


async def status_of(script: Script, method: str, path: str, headers: dict[str, str]) -> int:
    """Ask as a browser would and give the status."""
    port = str(yarl.URL(script.sandbox.url).port)
    sent = {name: value.format(port=port) for name, value in headers.items()}
    address = script.sandbox.url + path
    body = {"advance_seconds": 1} if method == "POST" else None
    async with script.http.request(method, address, json=body, headers=sent) as response:
        return response.status


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://127.0.0.1",
        "http://localhost:{port}",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "null",
    ],
)
async def test_pages_of_other_ports_and_names_are_refused(script: Script, origin: str) -> None:
    headers = {"Origin": origin}
    assert await status_of(script, "POST", "sandbox/clock", headers) == 403
    assert await status_of(script, "GET", "sandbox/state", headers) == 403
    assert (await script.get("state"))["clock"]["advanced_seconds"] == 0
    port = str(yarl.URL(script.sandbox.url).port)
    headers = {"Origin": origin.format(port=port)}
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await script.http.ws_connect(script.sandbox.gateway_url, headers=headers)


async def test_our_own_page_is_served_under_either_name(script: Script) -> None:
    own = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}
    assert await status_of(script, "POST", "sandbox/clock", own) == 200
    as_localhost = {"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}
    assert await status_of(script, "POST", "sandbox/clock", as_localhost) == 200
    assert await status_of(script, "GET", "", {"Sec-Fetch-Site": "none"}) == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_a_browser_loads_for_another_page_is_refused(script: Script, site: str) -> None:
    for kind in ("image", "script", "empty", "iframe"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": kind}
        for path in ("", "sandbox/state", "page/main.js", "api/v10/gateway"):
            assert await status_of(script, "GET", path, headers) == 403


async def test_a_link_leads_to_the_page_and_nowhere_else(script: Script) -> None:
    assert await status_of(script, "GET", "", LINK) == 200
    assert await status_of(script, "GET", "?as=Mia&channel=stage", LINK) == 200
    assert await status_of(script, "GET", "sandbox/state", LINK) == 403
    assert await status_of(script, "POST", "", LINK) == 403


async def test_to_look_at_direct_messages_does_not_open_them(script: Script) -> None:
    _, own = await script.rest("GET", "/applications/@me")
    assert await script.messages(channel="dm") == []
    assert await script.messages(channel=f"dm:{own['id']}") == []
    assert script.sandbox.world.direct_channels == {}
    mia = "1200000000000000101"
    _, opened = await script.rest("POST", "/users/@me/channels", {"recipient_id": mia})
    await script.rest("POST", f"/channels/{opened['id']}/messages", {"content": "dear"})
    assert [one["content"] for one in await script.messages(channel="dm")] == ["dear"]


async def test_no_answer_is_taken_for_anything_but_json(script: Script) -> None:
    body: Json = {}
    for method, path in (
        ("GET", "sandbox/state"),
        ("POST", "sandbox/fault"),
        ("GET", f"api/v10{STAGE}"),
        ("GET", "sandbox/events?as=Mia"),
    ):
        address = script.sandbox.url + path
        async with script.http.request(method, address, json=body) as response:
            assert response.headers["X-Content-Type-Options"] == "nosniff"
