"""Clients that speak HTTP badly, slowly, too much or not at all."""

import asyncio
import logging
from contextlib import suppress

import pytest

from bot.web.limits import MOST_BODY_BYTES, Limits
from tests.web.conftest import SIGNATURE, Site, event, serving, sign, until

BODY = event()
NOT_SO_MANY_BYTES = 16 * 1024 * 1024


def request(*headers: str, method: str = "POST", version: str = "1.1") -> bytes:
    """Return a request to the webhook of Stripe, up to where the body begins."""
    lines = [
        f"{method} /webhooks/stripe HTTP/{version}",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"{SIGNATURE}: {sign(BODY)}",
        *headers,
    ]
    return "\r\n".join((*lines, "", "")).encode()


WHOLE = request(f"Content-Length: {len(BODY)}") + BODY


def statuses(answer: bytes) -> list[int]:
    """Return the statuses of all answers in what a server sent."""
    return [int(line[9:12]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]


async def test_a_whole_request_is_taken_and_the_connection_closed(site: Site) -> None:
    answer = await site.raw(WHOLE)
    assert statuses(answer) == [200]
    assert b"\r\nConnection: close\r\n" in answer
    assert len(site.desk.settled) == 1


async def test_http_1_0_is_understood(site: Site) -> None:
    whole = request(f"Content-Length: {len(BODY)}", version="1.0") + BODY
    assert statuses(await site.raw(whole)) == [200]
    kept = request(f"Content-Length: {len(BODY)}", "Connection: keep-alive", version="1.0") + BODY
    assert statuses(await site.raw(kept)) == [200]


async def test_a_body_in_chunks_is_put_together(site: Site) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY)
    answer = await site.raw(request("Transfer-Encoding: chunked"), chunks, b"0\r\n\r\n")
    assert statuses(answer) == [200]
    assert site.providers["stripe"].bodies == [BODY]


async def test_a_truncated_body_is_not_settled(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    longer = request(f"Content-Length: {len(BODY) + 1}") + BODY
    assert statuses(await site.raw(longer, end=True)) in ([], [400])
    in_chunks = request("Transfer-Encoding: chunked") + b"%x\r\n%s" % (len(BODY), BODY)
    assert statuses(await site.raw(in_chunks, end=True)) in ([], [400])
    await site.server.close()
    assert site.providers["stripe"].bodies == []
    assert site.desk.settled == []
    assert (
        caplog.messages
        == ["refused a request with 400: The body could not be read to its end."] * 2
    )


async def test_a_body_that_stops_coming_is_not_waited_for(hasty_site: Site) -> None:
    longer = request(f"Content-Length: {len(BODY) + 1}") + BODY
    assert statuses(await hasty_site.raw(longer)) == [408]
    in_chunks = request("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(BODY), BODY)
    assert statuses(await hasty_site.raw(in_chunks)) == [408]
    assert hasty_site.desk.settled == []


@pytest.mark.parametrize("length", [MOST_BODY_BYTES + 1, 10**15, 10**30])
async def test_a_length_that_is_too_large_is_refused_before_the_body(
    site: Site, length: int
) -> None:
    assert statuses(await site.raw(request(f"Content-Length: {length}"), b"x")) in ([413], [400])


async def test_chunks_without_end_are_cut_off(hasty_site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_site.server.port)
    writer.write(request("Transfer-Encoding: chunked"))
    sent = 0
    with suppress(ConnectionError):
        while not reader.at_eof() and sent < NOT_SO_MANY_BYTES:
            writer.write(b"10000\r\n%s\r\n" % (b"x" * 65_536))
            await writer.drain()
            sent += 65_536
            # Whoever is at the other end of this loop needs a turn too.
            await asyncio.sleep(0)
    writer.transport.abort()
    assert sent < NOT_SO_MANY_BYTES
    assert hasty_site.providers["stripe"].bodies == []


async def test_too_many_headers_are_refused(site: Site) -> None:
    many = [f"X-Flood-{number}: x" for number in range(10_000)]
    assert statuses(await site.raw(request(*many))) == [400]
    assert statuses(await site.raw(request("X-Flood: " + "x" * 100_000))) == [400]
    assert site.desk.settled == []


@pytest.mark.parametrize("begin", [b"", b"POST /webh", request()[:-2]])
async def test_headers_that_do_not_end_are_not_waited_for(hasty_site: Site, begin: bytes) -> None:
    assert await hasty_site.raw(begin) == b""


async def test_headers_that_drip_are_not_waited_for(hasty_site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_site.server.port)
    writer.write(request()[:-2])

    async def drip() -> None:
        while True:
            writer.write(b"X-Slow: 1\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    with suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), 20) == b""
    dripping.cancel()
    await asyncio.gather(dripping, return_exceptions=True)
    writer.transport.abort()


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03hush",
        b"hush hush hush\r\n\r\n",
        b"POST /webhooks/stripe HTTP/9.9\r\n\r\n",
        b"POST webhooks HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST http://[hush/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /\xff\xfehush HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhu sh: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT hush:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_not_repeated(
    hasty_site: Site, noise: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await hasty_site.raw(noise)
    assert all(status in {400, 404, 405, 505} for status in statuses(answer))
    assert b"hush" not in answer
    assert b"Traceback" not in answer
    assert "hush" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_flood_of_noise_writes_few_lines(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aiohttp")
    for _ in range(40):
        await site.raw(b"noise\r\n\r\n")
    lines = [record for record in caplog.records if record.name.startswith(("aiohttp", "bot."))]
    assert len(lines) == 10


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 1", "Transfer-Encoding: chunked"),
        ("Content-Length: 1", "Content-Length: 2"),
        ("Content-Length: -1",),
        ("Content-Length: +5",),
        ("Content-Length: 0x10",),
        ("Transfer-Encoding: chunked, identity",),
    ],
)
async def test_a_body_of_two_lengths_is_refused(hasty_site: Site, headers: tuple[str, ...]) -> None:
    answer = await hasty_site.raw(request(*headers) + b"0\r\n\r\n", WHOLE)
    assert statuses(answer) == [400]
    assert hasty_site.desk.settled == []


async def test_of_pipelined_requests_the_first_is_answered(site: Site) -> None:
    assert statuses(await site.raw(WHOLE * 50)) == [200]
    assert len(site.desk.settled) == 1


async def test_who_asks_before_sending_the_body_is_told_to_go_on(hasty_site: Site) -> None:
    answer = await hasty_site.raw(
        request("Expect: 100-continue", f"Content-Length: {len(BODY)}"), BODY
    )
    assert statuses(answer) == [100, 200]
    assert statuses(await hasty_site.raw(request("Expect: magic"), b"")) == [417]


async def test_who_asks_for_another_protocol_gets_none(hasty_site: Site) -> None:
    upgrade = request("Connection: Upgrade", "Upgrade: websocket", f"Content-Length: {len(BODY)}")
    assert 101 not in statuses(await hasty_site.raw(upgrade, BODY))


async def test_a_signature_beyond_ascii_is_a_wrong_one(site: Site) -> None:
    whole = WHOLE.replace(sign(BODY).encode(), b"\xff\xfe\x80")
    assert statuses(await site.raw(whole)) == [400]


async def test_too_many_connections_are_told_to_come_again() -> None:
    async with serving(Limits(connections=2)) as site:
        site.desk.gate = asyncio.Event()
        kept = [asyncio.create_task(site.ring(BODY)) for _ in range(2)]
        await until(lambda: site.server.connections == 2)
        answer = await site.raw(b"")
        assert statuses(answer) == [503]
        assert b"Retry-After: " in answer
        site.desk.gate.set()
        assert [(await ringing).status for ringing in kept] == [200, 200]
        await until(lambda: site.server.connections == 0)
        assert (await site.ring(BODY)).status == 200
