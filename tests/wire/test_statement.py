"""`/earnings statement`: a month as files, for the streamer and admins, with everybody's names."""

import csv
import io
from typing import Any

import aiohttp
import pytest

from tests.wire.sentences import ADMINS_ONLY
from tests.wire.town import Outcome, Town

pytestmark = pytest.mark.proof("streamer")

DAY_SECONDS = 24 * 60 * 60


async def files_of(outcome: Outcome) -> dict[str, str]:
    """Return the files of an answer by their names."""
    assert outcome.is_private
    files: dict[str, str] = {}
    async with aiohttp.ClientSession() as session:
        for attachment in outcome.message["attachments"]:
            async with session.get(attachment["url"]) as response:
                files[attachment["filename"]] = (await response.read()).decode("utf-8-sig")
    return files


def lines_of(table: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(table, newline="")))


async def test_a_month_comes_as_a_page_and_a_table(town: Town) -> None:
    await town.type("Ada", "economy settings", setting="claim_least", value="1")
    await town.grant("Mia", 200)
    await town.type("Mia", "gift", streamer="Luna", gift="honeypot", message="=Brava!")
    await town.type("Luna", "convert", coins=40)
    await town.type("Luna", "claim request", diamonds=40)
    got = await town.type("Luna", "earnings statement")
    assert got.text == (
        "**January 2027** of Luna: a page to read and print, and a table with every row.\n"
        "This month is not over: more may come."
    )
    files = await files_of(got)
    assert list(files) == ["statement-2027-01.html", "statement-2027-01.csv"]
    page, table = files.values()
    assert "<h1 dir=auto>Statement of Luna</h1>" in page
    assert "Honey Pot from Mia" in page
    assert "“=Brava!”" in page
    lines = lines_of(table)
    assert [line["kind"] for line in lines] == [
        *("opening", "gift", "conversion", "claim", "closing")
    ]
    assert lines[1]["message"] == "'=Brava!"
    assert (lines[-1]["bonus_coins_balance"], lines[-1]["claimed_diamonds_balance"]) == ("59", "40")


async def test_months_are_offered_and_a_button_leads_from_one_to_the_next(town: Town) -> None:
    await town.earn("Luna", 30)
    town.clock.advance(31 * DAY_SECONDS)
    await town.earn("Luna", 5)
    offered = await town.choices("Luna", "earnings statement", "month", month="")
    assert offered == [
        {"name": "February 2027", "value": "2027-02"},
        {"name": "January 2027", "value": "2027-01"},
    ]
    offered = await town.choices("Luna", "earnings statement", "month", month="jan")
    assert [choice["value"] for choice in offered] == ["2027-01"]
    january = await town.type("Luna", "earnings statement", month="2027-01")
    assert "**January 2027**" in january.text
    assert "not over" not in january.text
    assert january.labels == ["February 2027"]
    await town.restart()
    february = await town.press("Luna", january.message, january.button("February"))
    lines = lines_of((await files_of(february))["statement-2027-02.csv"])
    assert [line["bonus_coins_balance"] for line in lines] == ["30", "35", "35"]


async def test_the_button_under_the_report_gives_the_latest_month(town: Town) -> None:
    await town.earn("Luna", 30)
    shown = await town.type("Luna", "earnings show")
    got = await town.press("Luna", shown.message, shown.button("Statement"))
    assert "statement-2027-01.csv" in await files_of(got)


async def test_statements_are_for_their_streamer_and_admins_alone(town: Town) -> None:
    await town.earn("Luna", 30)
    await town.type("Luna", "earnings public", on=True)
    await town.refuses(town.type("Mia", "earnings statement", member="Luna"), ADMINS_ONLY)
    assert await town.choices("Mia", "earnings statement", "month", month="", member="Luna") == []
    assert await town.choices("Ada", "earnings statement", "month", month="", member="Luna")
    got = await town.type("Ada", "earnings statement", member="Luna")
    assert "Statement of Luna" in (await files_of(got))["statement-2027-01.html"]


async def test_what_is_no_month_or_to_come_is_refused(town: Town) -> None:
    await town.refuses(
        town.type("Luna", "earnings statement", month="soon"),
        "“soon” is no month. Please choose one, or type it like 2026-12.",
    )
    await town.refuses(
        town.type("Luna", "earnings statement", month="2027-02"),
        "2027-02 did not begin yet. Please choose an earlier month.",
    )


async def test_whoever_left_is_a_number(town: Town) -> None:
    await town.earn("Luna", 30, giver="Theo")
    await town.post("member", member="Theo", action="leave")
    page, _ = (await files_of(await town.type("Luna", "earnings statement"))).values()
    assert " from member " in page
    assert "Theo" not in page


async def test_an_empty_month_is_a_statement_too(town: Town) -> None:
    page, table = (await files_of(await town.type("Luna", "earnings statement"))).values()
    assert "Nothing happened in this month." in page
    assert [line["kind"] for line in lines_of(table)] == ["opening", "closing"]
