"""`/healthz`: all is well, or not, for a machine that asks often."""

import asyncio

import pytest

from bot.errors import BooksUnavailable
from bot.web.health import Health, HealthPage
from bot.web.refusal_log import RefusalLog
from tests.web.conftest import Doctor, Site


async def test_all_is_well(site: Site) -> None:
    async with site.session.get(f"{site.url}/healthz") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.json() == {
            "well": True,
            "books_writable": True,
            "connected": True,
            "poll_ages_seconds": {"stripe": 12},
        }


@pytest.mark.parametrize(
    ("books_writable", "is_connected"), [(False, True), (True, False), (False, False)]
)
async def test_what_keeps_purchases_from_being_booked_is_a_503(
    site: Site, *, books_writable: bool, is_connected: bool
) -> None:
    site.doctor.health = Health(
        books_writable=books_writable, is_connected=is_connected, poll_ages_seconds={"stripe": None}
    )
    async with site.session.get(f"{site.url}/healthz") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "well": False,
            "books_writable": books_writable,
            "connected": is_connected,
            "poll_ages_seconds": {"stripe": None},
        }


async def test_an_old_poll_alone_is_no_reason_to_start_the_bot_anew(site: Site) -> None:
    site.doctor.health = Health(
        books_writable=True, is_connected=True, poll_ages_seconds={"stripe": 10**6}
    )
    async with site.session.get(f"{site.url}/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("failure", [BooksUnavailable(), RuntimeError("hush")])
async def test_who_cannot_even_say_is_not_well(
    site: Site, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    site.doctor.failure = failure
    async with site.session.get(f"{site.url}/healthz") as answer:
        assert answer.status == 503
        assert await answer.json() == {"well": False}
    assert "hush" not in caplog.text


async def test_a_machine_may_ask_for_the_status_alone(site: Site) -> None:
    async with site.session.head(f"{site.url}/healthz") as answer:
        assert answer.status == 200
    async with site.session.post(f"{site.url}/healthz") as answer:
        assert answer.status == 405


async def test_however_many_ask_the_books_are_tried_once() -> None:
    now = 0.0
    doctor = Doctor()
    page = HealthPage(doctor.ask, RefusalLog(), clock=lambda: now)
    await asyncio.gather(*(page.latest() for _ in range(100)))
    assert doctor.visits == 1
    now = 1.0
    await page.latest()
    assert doctor.visits == 2


async def test_a_look_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.health.PATIENCE_SECONDS", 0.01)

    async def ask() -> Health:
        await asyncio.Event().wait()
        raise AssertionError

    assert await HealthPage(ask, RefusalLog()).latest() is None
