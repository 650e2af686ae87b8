"""A statement's files: page and table, packed when they would be too large, and never cut."""

import csv
import io
import zipfile

import pytest

from bot.earnings_errors import StatementTooLarge
from bot.services.economy import Economy
from bot.services.statement_months import Month
from bot.texts import texts_for
from cogs.delivery import Paper
from cogs.statement_files import statement_papers
from cogs.statement_page import StatementPage
from cogs.statement_words import NameOf
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, STREAMER_ID, Play
from tests.services.statement_samples import name_of

pytestmark = pytest.mark.proof("streamer")

MIB = 1024 * 1024
GIFTS = 60


@pytest.fixture
async def gifted(economy: Economy) -> Economy:
    """An economy whose streamer received 60 gifts, the next one for each coin."""
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    play = Play(economy)
    await play.coins(paid=GIFTS)
    for number in range(GIFTS):
        await play.gift(gift="petal", message=f"Number {number}", giver_id=GIVER_ID)
    return economy


async def papers(economy: Economy, *, most_bytes: int) -> tuple[Paper, ...]:
    statement = await economy.statements.open(GUILD_ID, STREAMER_ID, Month(2027, 1))
    page = StatementPage(texts_for("en-US"), statement, streamer="Luna", guild="Garden")

    async def find_names(people: set[int]) -> NameOf:
        assert people == {GIVER_ID}
        return name_of

    return await statement_papers(
        economy.statements, statement, page, find_names=find_names, most_bytes=most_bytes
    )


async def test_there_is_a_page_and_a_table(gifted: Economy) -> None:
    page, table = await papers(gifted, most_bytes=MIB)
    assert (page.name, table.name) == ("statement-2027-01.html", "statement-2027-01.csv")
    assert page.content.decode().count("Petal from Mia") == GIFTS
    lines = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert [line["kind"] for line in lines] == ["opening", *["gift"] * GIFTS, "closing"]
    assert (lines[-1]["paid_coins_balance"], lines[-1]["time_utc"]) == (
        str(GIFTS),
        "2027-01-15T08:00:00Z",
    )
    assert page.file().filename == page.name


async def test_a_table_that_would_be_too_large_is_packed_whole(gifted: Economy) -> None:
    page, table = await papers(gifted, most_bytes=MIB)
    most_bytes = len(page.content) + len(table.content) - 1
    again, packed = await papers(gifted, most_bytes=most_bytes)
    assert again == page
    assert packed.name == "statement-2027-01.csv.zip"
    assert len(page.content) + len(packed.content) <= most_bytes
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [table.name]
        assert archive.read(table.name) == table.content


async def test_what_does_not_fit_even_packed_is_refused_rather_than_cut(gifted: Economy) -> None:
    page, _ = await papers(gifted, most_bytes=MIB)
    with pytest.raises(StatementTooLarge, match="has 60 rows or more"):
        await papers(gifted, most_bytes=len(page.content) + 100)


async def test_what_can_never_fit_is_given_up_before_it_fills_the_memory(gifted: Economy) -> None:
    with pytest.raises(StatementTooLarge, match="has 60 rows or more"):
        await papers(gifted, most_bytes=10)
