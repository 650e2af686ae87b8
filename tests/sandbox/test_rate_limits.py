"""Rate limits: the headers of every answer, counts that are true, and what too many get."""

import aiohttp
import pytest

from bot.sandbox.rate_limits import KEPT_WINDOWS, WIDE_LIMIT, RateLimits
from bot.sandbox.server import Sandbox
from tests.sandbox.script import OTHER_BOT, MovableClock, Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

STAGE = "/channels/1200000000000000202/messages"
GENERAL = "/channels/1200000000000000201/messages"
SAY = {"content": "hello"}
HEADERS = {
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-RateLimit-Reset-After",
    "X-RateLimit-Bucket",
}


async def answer(
    script: Script, method: str, path: str, body: object = None, *, token: str = OTHER_BOT
) -> aiohttp.ClientResponse:
    """Make a request and give the whole answer."""
    headers = {"Authorization": f"Bot {token}"} if token else {}
    address = script.sandbox.api_base + path
    async with script.http.request(method, address, json=body, headers=headers) as response:
        await response.read()
        return response


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/users/@me", None, 200),
        ("POST", STAGE, SAY, 200),
        ("POST", STAGE, {}, 400),
        ("GET", "/channels/1/messages/2", None, 404),
        ("POST", "/webhooks/1/nothing", SAY, 404),
        ("POST", "/interactions/1/nothing/callback", {"type": 5}, 404),
    ],
)
async def test_every_answer_of_a_known_route_has_the_headers(
    script: Script, method: str, path: str, body: object, status: int
) -> None:
    response = await answer(script, method, path, body)
    assert response.status == status
    assert set(response.headers) >= HEADERS


async def test_a_first_answer_has_the_headers_too(
    script: Script, bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bot.is_ready()
    seen: list[dict[str, str]] = []
    real = script.sandbox.rest.answer

    def watched(call: object) -> object:
        given = real(call)  # pyright: ignore[reportArgumentType] - handed on as it came
        seen.append(given.headers)
        return given

    monkeypatch.setattr(script.sandbox.rest, "answer", watched)
    await script.command("whisper")
    assert set(seen[0]) >= HEADERS


@pytest.mark.parametrize("body", [b"{", b"\xff"])
async def test_a_body_that_makes_no_sense_is_counted(script: Script, body: bytes) -> None:
    headers = {"Authorization": f"Bot {OTHER_BOT}", "Content-Type": "application/json"}
    address = script.sandbox.api_base + STAGE
    async with script.http.post(address, data=body, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)
        assert response.headers["X-RateLimit-Remaining"] == str(WIDE_LIMIT - 1)


async def test_an_unknown_route_has_no_limits(script: Script) -> None:
    response = await answer(script, "GET", "/nothing")
    assert response.status == 404
    assert not HEADERS & set(response.headers)
    script.sandbox.world.unknown_requests.clear()


async def test_what_remains_is_counted_down_until_the_reset(
    script: Script, clock: MovableClock
) -> None:
    first = await answer(script, "POST", STAGE, SAY)
    clock.advance(0.25)
    second = await answer(script, "POST", STAGE, SAY)
    assert first.headers["X-RateLimit-Remaining"] == str(WIDE_LIMIT - 1)
    assert second.headers["X-RateLimit-Remaining"] == str(WIDE_LIMIT - 2)
    assert second.headers["X-RateLimit-Reset"] == first.headers["X-RateLimit-Reset"]
    assert second.headers["X-RateLimit-Reset-After"] == "0.750"
    clock.advance(0.75)
    third = await answer(script, "POST", STAGE, SAY)
    assert third.headers["X-RateLimit-Remaining"] == str(WIDE_LIMIT - 1)
    assert third.headers["X-RateLimit-Reset-After"] == "1.000"


async def test_each_channel_each_route_and_each_bot_counts_by_itself(script: Script) -> None:
    one = await answer(script, "POST", STAGE, SAY)
    others = [
        await answer(script, "POST", GENERAL, SAY),
        await answer(script, "POST", STAGE, SAY, token="third.bot"),  # noqa: S106 - any works
        await answer(script, "POST", "/webhooks/1/a", SAY),
        await answer(script, "POST", "/webhooks/1/b", SAY),
    ]
    remaining = [each.headers["X-RateLimit-Remaining"] for each in (one, *others)]
    assert remaining == [str(WIDE_LIMIT - 1)] * 5
    buckets = {each.headers["X-RateLimit-Bucket"] for each in (one, *others)}
    assert len(buckets) == 2


async def test_one_too_many_is_refused_until_the_reset(script: Script, clock: MovableClock) -> None:
    armed = await script.fault("narrow_limits", limit=2, per_seconds=5)
    assert armed == [{"id": 1, "fault": "narrow_limits", "limit": 2, "per_seconds": 5}]
    last = [await answer(script, "POST", STAGE, SAY) for _ in range(2)][1]
    assert (last.headers["X-RateLimit-Limit"], last.headers["X-RateLimit-Remaining"]) == ("2", "0")
    clock.advance(1.5)
    status, refused = await script.rest("POST", STAGE, SAY)
    assert (status, refused["retry_after"], refused["global"]) == (429, 3.5, False)
    response = await answer(script, "POST", STAGE, SAY)
    assert (response.headers["Retry-After"], response.headers["X-RateLimit-Scope"]) == ("4", "user")
    assert len(await script.messages()) == 2
    clock.advance(refused["retry_after"])
    assert (await script.rest("POST", STAGE, SAY))[0] == 200


async def test_narrow_limits_last_until_they_are_disarmed(script: Script) -> None:
    await script.fault("narrow_limits")
    await script.fault("narrow_limits", limit=3)
    assert [one["limit"] for one in await script.armed()] == [3]
    for _ in range(3):
        await script.rest("GET", "/users/@me")
    assert (await script.rest("GET", "/users/@me"))[0] == 429
    assert await script.fault("none") == []
    assert (await script.rest("GET", "/users/@me"))[0] == 200


async def test_a_client_that_reads_the_headers_waits_by_itself(
    script: Script, bot: SmallBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await script.advance(seconds)

    monkeypatch.setattr("discord.http.asyncio.sleep", nap)
    await script.fault("narrow_limits", limit=1, per_seconds=60)
    channel = bot.get_partial_messageable(1200000000000000202)
    for _ in range(2):
        await channel.send("hello")
    assert naps
    assert 59 < naps[0] <= 60
    assert len(await script.messages()) == 2


def test_tokens_of_interactions_do_not_pile_up(clock: MovableClock) -> None:
    limits = RateLimits(clock)
    for number in range(KEPT_WINDOWS + 500):
        limits.count("bucket", "", {"token": str(number)})
    assert limits.kept == KEPT_WINDOWS
    clock.advance(1)
    limits.count("bucket", "", {"token": "last"})
    assert limits.kept == 1


async def test_a_thousand_a_second_are_let_through(sandbox: Sandbox, clock: MovableClock) -> None:
    limits = sandbox.rest.limits
    counted = [limits.count("bucket", "", {})[1] for _ in range(WIDE_LIMIT + 1)]
    assert counted[:-1] == [None] * WIDE_LIMIT
    assert counted[-1] is not None
    clock.advance(1)
    assert limits.count("bucket", "", {})[1] is None
