"""Webhooks: what is settled, what is refused, and what nobody gets to read."""

import asyncio
import gzip
import logging
from collections.abc import AsyncGenerator

import pytest

from bot.errors import BooksUnavailable, BooksUnreadable, Busy
from bot.payment_errors import PaymentUnknown, ProviderSilent
from bot.payments.provider import Notice
from bot.web.limits import MOST_BODY_BYTES
from tests.web.conftest import SECRET, SIGNATURE, Site, event, sign

JSON = {"Content-Type": "application/json"}
PIECE = b"x" * 65_536


async def test_a_signed_webhook_is_settled(site: Site) -> None:
    answer = await site.ring(event())
    assert answer.status == 200
    assert site.desk.settled == [("stripe", Notice("evt_1", "pay_1"))]


async def test_the_answer_comes_after_the_commit(site: Site) -> None:
    site.desk.gate = asyncio.Event()
    ringing = asyncio.create_task(site.ring(event()))
    await site.desk.asked.wait()
    assert not ringing.done()
    assert site.desk.settled == []
    site.desk.gate.set()
    assert (await ringing).status == 200
    assert len(site.desk.settled) == 1


async def test_an_event_that_comes_again_is_answered_as_well(site: Site) -> None:
    assert [(await site.ring(event())).status for _ in range(3)] == [200, 200, 200]


async def test_an_event_of_no_interest_is_taken(site: Site) -> None:
    assert (await site.ring(b'{"id": "evt_1", "payments": []}')).status == 200
    assert site.desk.settled == []


async def test_all_notices_of_a_webhook_are_settled_in_their_order(site: Site) -> None:
    await site.ring(b'{"id": "evt_1", "payments": ["pay_2", "pay_1", "pay_3"]}')
    assert [notice.payment_id for _, notice in site.desk.settled] == ["pay_2", "pay_1", "pay_3"]


async def test_the_signature_is_checked_over_the_very_bytes_that_came(site: Site) -> None:
    body = '{ "id":"evt_ü",\r\n\t"payments" : [] }\n\n'.encode()
    assert (await site.ring(body)).status == 200
    assert site.providers["stripe"].bodies == [body]


async def test_a_provider_reads_header_names_in_lower_case(site: Site) -> None:
    await site.ring(event(), **{"X-SIGNATURE-Timestamp": "12"})
    assert site.providers["stripe"].headers[0]["x-signature-timestamp"] == "12"


async def test_discord_gets_the_answer_that_it_wants(site: Site) -> None:
    answer = await site.ring(event(), "discord")
    assert answer.status == 204
    assert answer.headers["Content-Type"] == "application/json"
    assert site.desk.settled == [("discord", Notice("evt_1", "pay_1"))]


async def test_discords_ping_is_answered(site: Site) -> None:
    assert (await site.ring(b'{"id": "ping", "payments": []}', "discord")).status == 204


@pytest.mark.parametrize(("provider", "status"), [("stripe", 400), ("discord", 401)])
@pytest.mark.parametrize("signature", ["", "00", sign(b"another body"), "ü", None])
async def test_a_wrong_signature_is_refused(
    site: Site, provider: str, status: int, signature: str | None
) -> None:
    headers = JSON if signature is None else {**JSON, SIGNATURE: signature}
    answer = await site.send(event(), provider, headers)
    assert answer.status == status
    assert site.desk.settled == []


async def test_a_signed_body_that_is_no_event_is_refused(site: Site) -> None:
    for body in (b"", b"{", b'{"id": 1}', b"\xff\xfe"):
        assert (await site.ring(body)).status == 400
    assert site.desk.settled == []


@pytest.mark.parametrize("provider", ["paypal", "manual", "Stripe", "..", "%00", "stripe%2f"])
async def test_who_sends_no_webhooks_here_is_not_found(site: Site, provider: str) -> None:
    assert (await site.ring(event(), provider)).status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"])
async def test_a_webhook_is_posted(site: Site, method: str) -> None:
    async with site.session.request(method, f"{site.url}/webhooks/stripe") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json-patch+json"},
    ],
)
async def test_another_content_type_is_refused(site: Site, headers: dict[str, str]) -> None:
    body = event()
    answer = await site.send(body, "stripe", {**headers, SIGNATURE: sign(body)})
    assert answer.status == 415
    assert site.providers["stripe"].bodies == []


async def test_a_character_set_beside_the_content_type_is_fine(site: Site) -> None:
    answer = await site.ring(event(), **{"Content-Type": "Application/JSON; charset=utf-8"})
    assert answer.status == 200


async def test_a_packed_body_is_never_unpacked(site: Site) -> None:
    answer = await site.ring(gzip.compress(event()), **{"Content-Encoding": "gzip"})
    assert answer.status == 415
    assert site.providers["stripe"].bodies == []


async def test_a_body_of_just_the_most_bytes_is_taken(site: Site) -> None:
    body = event().ljust(MOST_BODY_BYTES)
    assert (await site.ring(body)).status == 200
    assert (await site.ring(body + b" ")).status == 413


async def test_ten_mebibytes_without_a_length_are_too_many(site: Site) -> None:
    async def stream() -> AsyncGenerator[bytes]:
        for _ in range(160):
            yield PIECE

    answer = await site.send(stream(), "stripe", JSON)
    assert answer.status == 413
    assert site.providers["stripe"].bodies == []


@pytest.mark.parametrize("failure", [ProviderSilent(), Busy(), BooksUnavailable()])
async def test_what_cannot_be_booked_now_has_to_come_again(site: Site, failure: Exception) -> None:
    site.desk.failures = [failure]
    answer = await site.ring(event())
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert (await site.ring(event())).status == 200


async def test_a_second_notice_that_fails_brings_all_of_them_again(site: Site) -> None:
    site.desk.failures = [None, BooksUnreadable()]
    body = b'{"id": "evt_1", "payments": ["pay_1", "pay_2"]}'
    assert (await site.ring(body)).status == 503
    assert (await site.ring(body)).status == 200
    settled = [notice.payment_id for _, notice in site.desk.settled]
    assert settled == ["pay_1", "pay_1", "pay_2"]


async def test_who_settles_too_slowly_is_asked_again(hasty_site: Site) -> None:
    hasty_site.desk.gate = asyncio.Event()
    assert (await hasty_site.ring(event())).status == 503


async def test_a_payment_that_the_provider_does_not_know_does_not_come_for_ever(site: Site) -> None:
    site.desk.failures = [PaymentUnknown()]
    assert (await site.ring(event())).status == 200


async def test_who_hangs_up_is_settled_all_the_same(site: Site) -> None:
    site.desk.gate = asyncio.Event()
    ringing = asyncio.create_task(site.ring(event()))
    await site.desk.asked.wait()
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)
    site.desk.gate.set()
    await site.server.close()
    assert len(site.desk.settled) == 1


async def test_nobody_reads_what_a_defect_says(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    words = "secret words of a defect"
    site.desk.failures = [RuntimeError(words)]
    with caplog.at_level(logging.DEBUG):
        body = event()
        headers = {"Content-Type": "application/json", SIGNATURE: sign(body)}
        url = f"{site.url}/webhooks/stripe"
        async with site.session.post(url, data=body, headers=headers) as answer:
            text = await answer.text()
    assert answer.status == 500
    assert words not in text
    assert "Traceback" not in text
    assert words not in caplog.text
    assert "RuntimeError in conftest.py:" in caplog.text


async def test_no_part_of_a_request_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = b'{"id": "evt_hush", "payments": ["pay_hush"]}'
    await site.ring(body)
    await site.ring(body, **{SIGNATURE: "hush"})
    await site.ring(body, "hush")
    await site.ring(b"hush")
    site.desk.failures = [ProviderSilent(), PaymentUnknown("hush")]
    await site.ring(body)
    await site.ring(body)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert len(ours) >= 4
    assert "hush" not in "".join(ours)
    assert SECRET.decode() not in caplog.text
    assert [record for record in caplog.records if record.name.startswith("aiohttp")] == []


async def test_a_flood_writes_few_lines(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(60):
        assert (await site.ring(event(), **{SIGNATURE: "wrong"})).status == 400
    site.desk.failures = [BooksUnavailable()]
    await site.ring(event())
    lines = [record.getMessage() for record in caplog.records]
    assert len([line for line in lines if "with 400" in line]) == 10
    assert len([line for line in lines if "with 503" in line]) == 1
    await site.server.close()
    assert "refused 50 more requests with 400" in caplog.text


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/webhooks", "/webhooks/", "/return/", "//"])
async def test_nothing_else_is_there(site: Site, path: str) -> None:
    async with site.session.get(f"{site.url}{path}") as answer:
        assert answer.status == 404
        assert answer.headers["Server"] == "Bouquet"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
