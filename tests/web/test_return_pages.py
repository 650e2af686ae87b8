"""The pages after paying: plain words, and nothing that is fetched from anywhere."""

import re

import pytest

from tests.web.conftest import Site


@pytest.mark.parametrize(
    ("outcome", "title"), [("paid", "Thank you!"), ("cancelled", "Nothing was paid")]
)
async def test_a_buyer_reads_how_it_went_and_where_to_go(
    site: Site, outcome: str, title: str
) -> None:
    async with site.session.get(f"{site.url}/return/{outcome}?session_id=cs_1") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        text = await answer.text()
    assert f"<title>{title}</title>" in text
    assert "go back to Discord" in text
    assert "cs_1" not in text


async def test_nothing_is_loaded_and_nothing_runs(site: Site) -> None:
    async with site.session.get(f"{site.url}/return/paid") as answer:
        policy = answer.headers["Content-Security-Policy"]
        text = await answer.text()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in text
    assert re.findall(r'(?:src|href)="([^"]*)"', text) == [
        "data:,",
        "https://discord.com/channels/@me",
    ]
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize("outcome", ["failed", "Paid", "paid/", "", "%3Cscript%3E", "..%2fpaid"])
async def test_there_are_no_other_outcomes(site: Site, outcome: str) -> None:
    async with site.session.get(f"{site.url}/return/{outcome}") as answer:
        assert answer.status == 404
        assert "script" not in await answer.text()


async def test_opening_a_page_books_nothing(site: Site) -> None:
    async with site.session.post(f"{site.url}/return/paid") as answer:
        assert answer.status == 405
    async with site.session.get(f"{site.url}/return/paid"):
        assert site.desk.settled == []
