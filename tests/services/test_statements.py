"""Statements: every change of a month with its words, and balances that meet."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.earnings_errors import MonthToCome, MonthUnreadable, StatementUnsound
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from bot.services.guilds import Person
from bot.services.rates import Applies
from bot.services.statement_months import Month
from bot.services.statement_rows import PAGE_ENTRIES, Pots, StatementRow, pots_after
from bot.services.statements import Statement
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    STREAMER_ID,
    Play,
)
from tests.services.paid import OWNER_ID, Paid
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")

# The tests' clock stands at 15 January 2027, 08:00 UTC.
JANUARY = Month(2027, 1)


async def statement_of(
    economy: Economy, month: Month = JANUARY, *, streamer_id: int = STREAMER_ID
) -> tuple[Statement, list[StatementRow]]:
    statement = await economy.statements.open(GUILD_ID, streamer_id, month)
    return statement, [row async for page in economy.statements.rows(statement) for row in page]


def told(row: StatementRow, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


async def test_a_member_nobody_ever_paid_has_an_empty_statement(economy: Economy) -> None:
    statement, rows = await statement_of(economy)
    assert rows == []
    assert (statement.opening, statement.closing) == (Pots(), Pots())
    assert not statement.is_over
    assert await economy.statements.months(GUILD_ID, STREAMER_ID) == ()


async def test_a_gift_stands_with_its_giver_and_its_fee(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=150, bonus=49)
    await play.set("fee_percent", "10")
    sent = await play.gift(gift="sunflower", count=3, message="For you")
    statement, rows = await statement_of(economy)
    assert rows == [
        StatementRow(
            entry_id=sent.entry_id,
            posted_at=clock(),
            kind="gift",
            change=Pots(paid_coins=98 - 9, bonus_coins=49 - 4),
            balance=Pots(89, 45),
            other_id=GIVER_ID,
            gift="sunflower",
            count=3,
            message="For you",
            spent_coins=147,
            fee_coins=13,
        )
    ]
    assert statement.closing == Pots(89, 45)
    assert statement.closing.coins == 134


async def test_a_gift_taken_back_names_the_receipt_it_takes_back(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=100)
    await play.set("fee_percent", "50")
    sent = await play.gift(gift="bumblebee")
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, sent.entry_id)
    statement, (_, undone) = await statement_of(economy)
    assert told(undone, "kind", "change", "about_id", "other_id", "gift") == {
        "kind": "undo",
        "change": Pots(paid_coins=-10),
        "about_id": sent.entry_id,
        "other_id": GIVER_ID,
        "gift": "bumblebee",
    }
    assert (undone.spent_coins, undone.fee_coins) == (20, 10)
    assert statement.closing == Pots()


async def test_a_payment_that_went_back_stands_gift_by_gift(
    play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "30")
    await play.set("fee_percent", "10")
    payment_id = await shop.bought(100)
    first = await play.gift(gift="bumblebee", count=2)
    second = await play.gift(gift="petal", count=60)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR * 7 // 10)
    statement, rows = await statement_of(play.economy)
    assert [
        told(row, "kind", "about_id", "spent_coins", "fee_coins", "gift") for row in rows[2:]
    ] == [
        {"kind": "refund", "about_id": first.entry_id, "spent_coins": 10, "fee_coins": 1}
        | {"gift": "bumblebee"},
        {"kind": "refund", "about_id": second.entry_id, "spent_coins": 60, "fee_coins": 6}
        | {"gift": "petal"},
    ]
    assert [row.change for row in rows[2:]] == [Pots(-9), Pots(-54)]
    assert [row.balance.paid_coins for row in rows] == [36, 90, 81, 27]
    assert rows[2].entry_id == rows[3].entry_id
    assert statement.closing == Pots(27)


async def test_a_conversion_keeps_the_rates_it_was_made_at(economy: Economy, play: Play) -> None:
    await play.earned(paid=21)
    await play.set("paid_rate", "1/2")
    converted = await play.convert()
    await play.set("paid_rate", "2/3")
    _, (row,) = await statement_of(economy)
    assert told(row, "entry_id", "change", "paid_rate", "bonus_rate") == {
        "entry_id": converted.entry_id,
        "change": Pots(paid_coins=-20, diamonds=10),
        "paid_rate": "1/2",
        "bonus_rate": "1",
    }


async def test_claims_stand_from_their_request_to_their_reference(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(500)
    first = (await play.claim(100)).claim.claim_id
    second = (await play.claim(200)).claim.claim_id
    third = (await play.claim(150)).claim.claim_id
    base: dict[str, Any] = {"guild_id": GUILD_ID, "admin_id": ADMIN_ID}
    await economy.claims.approve(key="a", claim_id=first, **base)
    await economy.claims.mark_paid(key="b", claim_id=first, reference="SEPA 77", **base)
    await economy.claims.reject(key="c", claim_id=second, reason="Wrong month", **base)
    await economy.claims.cancel(guild_id=GUILD_ID, key="d", streamer_id=STREAMER_ID, claim_id=third)
    statement, rows = await statement_of(economy)
    assert [(row.kind, row.claim_id, row.change, row.other_id, row.note) for row in rows] == [
        ("claim", first, Pots(0, 0, -100, 100), STREAMER_ID, ""),
        ("claim", second, Pots(0, 0, -200, 200), STREAMER_ID, ""),
        ("claim", third, Pots(0, 0, -150, 150), STREAMER_ID, ""),
        ("claim_paid", first, Pots(0, 0, 0, -100), ADMIN_ID, "SEPA 77"),
        ("claim_rejected", second, Pots(0, 0, 200, -200), ADMIN_ID, "Wrong month"),
        ("claim_cancelled", third, Pots(0, 0, 150, -150), STREAMER_ID, ""),
    ]
    assert statement.opening == Pots(diamonds=500)
    assert statement.closing == Pots(diamonds=400)


async def test_the_end_of_a_season_is_a_row_and_what_was_before_stays_readable(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=70)
    await play.gift(gift="ladybird", count=7)
    await play.convert(30)
    begun = await Paid(economy).begin()
    clock.advance(20 * DAY_SECONDS)
    statement, rows = await statement_of(economy)
    assert [row.kind for row in rows] == ["gift", "conversion", "season"]
    assert told(rows[2], "entry_id", "other_id", "change") == {
        "entry_id": begun.entry_id,
        "other_id": OWNER_ID,
        "change": Pots(-40, 0, -30),
    }
    assert statement.season_entry_id == begun.entry_id
    assert statement.closing == Pots()
    assert statement.is_over
    later, _ = await statement_of(economy, Month(2027, 2))
    assert (later.opening, later.closing) == (Pots(), Pots())


async def test_coins_to_spend_and_other_peoples_gifts_are_not_in_it(
    economy: Economy, play: Play
) -> None:
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, OTHER_GIVER_ID)
    await play.coins(paid=100, member_id=STREAMER_ID)
    await play.coins(paid=100)
    other = Person(OTHER_GIVER_ID, "Kai")
    await play.gift(gift="tulip", giver_id=STREAMER_ID, streamer=other)
    await play.gift(gift="tulip", streamer=other)
    assert (await statement_of(economy))[1] == []
    _, rows = await statement_of(economy, streamer_id=OTHER_GIVER_ID)
    assert [row.other_id for row in rows] == [STREAMER_ID, GIVER_ID]


async def test_the_guilds_own_midnight_parts_the_months(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, "Asia/Tokyo")
    clock.now = int(datetime(2027, 1, 31, 14, 59, 59, tzinfo=UTC).timestamp())
    last = await play.gift(gift="petal")
    clock.advance(1)
    first = await play.gift(gift="petal")
    january, rows = await statement_of(economy)
    assert [row.entry_id for row in rows] == [last.entry_id]
    february, rows = await statement_of(economy, Month(2027, 2))
    assert [row.entry_id for row in rows] == [first.entry_id]
    assert january.closing == february.opening == Pots(1)
    assert (january.is_over, february.is_over) == (True, False)


async def test_a_clock_that_was_put_back_tears_no_month_apart(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    await play.gift(gift="petal")
    clock.advance(20 * DAY_SECONDS)  # into February by mistake
    for _ in range(3):
        await play.gift(gift="petal")
    clock.advance(-20 * DAY_SECONDS)
    await play.gift(gift="petal")
    clock.advance(30 * DAY_SECONDS)
    january, in_january = await statement_of(economy)
    february, in_february = await statement_of(economy, Month(2027, 2))
    assert january.closing == february.opening
    assert len(in_january) + len(in_february) == 5


async def test_a_month_to_come_has_no_statement(economy: Economy) -> None:
    with pytest.raises(MonthToCome, match="2027-02 did not begin yet"):
        await economy.statements.open(GUILD_ID, STREAMER_ID, Month(2027, 2))


async def test_months_are_offered_back_to_the_first_entry(
    economy: Economy, clock: MovableClock
) -> None:
    await economy.grants.grant(
        guild_id=GUILD_ID, key="g", admin_id=ADMIN_ID, member=STREAMER, coins=1, reason="Hi"
    )
    clock.advance(62 * DAY_SECONDS)
    months = await economy.statements.months(GUILD_ID, STREAMER_ID)
    assert [str(month) for month in months] == ["2027-03", "2027-02", "2027-01"]
    clock.advance(2_000 * DAY_SECONDS)
    assert len(await economy.statements.months(GUILD_ID, STREAMER_ID)) == 25


async def test_without_a_month_it_is_the_one_before_if_there_was_anything(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    async def read(typed: str = "") -> Month:
        return await economy.statements.read_month(GUILD_ID, STREAMER_ID, typed)

    assert await read() == JANUARY
    await play.economy.grants.grant(
        guild_id=GUILD_ID, key="g", admin_id=1, member=STREAMER, coins=1, reason="Hi"
    )
    assert await read() == JANUARY
    clock.advance(31 * DAY_SECONDS)
    assert await read() == JANUARY
    clock.advance(31 * DAY_SECONDS)
    assert await read() == Month(2027, 2)
    assert await read("2026-10") == Month(2026, 10)
    with pytest.raises(MonthUnreadable, match="like 2027-02"):
        await read("soon")


# Around the ends of what is summed at once (4,096 entries) and of a bucket of lines (16,384).
EDGES = [1, 4_095, 4_096, 8_191, 16_383, 16_384, 16_385, 32_768, 33_000]


@pytest.fixture
def scattered(second: sqlite3.Connection) -> None:
    """Write gifts of one coin straight into the books, at the edges among 33,000 entries."""
    second.execute("BEGIN")
    second.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 33000)"
        " INSERT INTO entry SELECT ?, i, i, 0, 'gift', ?, 1799000000 + i, NULL, '' FROM n",
        (GUILD_ID, GIVER_ID),
    )
    for number in EDGES:
        second.execute(
            "INSERT INTO line VALUES (?, ?, 0, 0, 'sold', ?, 'earned_paid', 1)",
            (GUILD_ID, number, STREAMER_ID),
        )
    second.execute("COMMIT")


@pytest.mark.usefixtures("scattered")
@pytest.mark.parametrize("first", EDGES)
async def test_no_line_is_lost_at_the_edge_of_a_slice_or_bucket(
    economy: Economy, first: int
) -> None:
    whole = await economy.statements.open(GUILD_ID, STREAMER_ID, JANUARY)
    assert whole.closing == Pots(len(EDGES))
    opening = await pots_after(economy.books, GUILD_ID, STREAMER_ID, first - 1, since=Pots())
    assert opening == Pots(EDGES.index(first))
    part = replace(whole, after_entry_id=first - 1, opening=opening)
    rows = [row async for page in economy.statements.rows(part) for row in page]
    assert [row.entry_id for row in rows] == EDGES[EDGES.index(first) :]


@pytest.mark.usefixtures("scattered")
@pytest.mark.parametrize("last", EDGES)
async def test_nothing_after_the_month_is_in_it(economy: Economy, last: int) -> None:
    whole = await economy.statements.open(GUILD_ID, STREAMER_ID, JANUARY)
    closing = await pots_after(economy.books, GUILD_ID, STREAMER_ID, last, since=Pots())
    part = replace(whole, last_entry_id=last, closing=closing)
    rows = [row async for page in economy.statements.rows(part) for row in page]
    assert [row.entry_id for row in rows] == EDGES[: EDGES.index(last) + 1]


async def test_more_than_a_page_of_rows_leads_on_from_page_to_page(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=2 * PAGE_ENTRIES)
    sent = [play.gift(gift="petal") for _ in range(PAGE_ENTRIES + 1)]
    for one in sent:
        await one
    statement = await economy.statements.open(GUILD_ID, STREAMER_ID, JANUARY)
    pages = [page async for page in economy.statements.rows(statement)]
    assert [len(page) for page in pages] == [PAGE_ENTRIES, 1]
    assert pages[1][0].balance == Pots(PAGE_ENTRIES + 1)


async def test_a_statement_that_does_not_add_up_is_not_handed_out(
    economy: Economy, play: Play, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(play, clock)
    await play.set("hold_days", "30")
    payment_id = await shop.bought(100)
    sent = await play.gift(gift="petal", count=60)
    await shop.say(payment_id, refunded_minor=PRICE_MINOR)

    async def tell_of_a_return_that_never_was(connection: Any) -> None:
        await connection.execute_fetchall(
            "INSERT INTO gift_return SELECT guild_id, streamer_id, entry_id, return_id, 99, 5, 0"
            " FROM gift_return WHERE entry_id = ?",
            (sent.entry_id,),
        )

    assert (await statement_of(economy))[0].closing == Pots()
    await economy.books.do(tell_of_a_return_that_never_was)
    with pytest.raises(StatementUnsound, match="does not add up"):
        await statement_of(economy)
    assert "leads to Pots(paid_coins=-5" in caplog.text


async def test_a_conversion_at_several_rates_tells_them_all(economy: Economy, play: Play) -> None:
    await play.earned(paid=10)
    await economy.rates.change(GUILD_ID, ADMIN_ID, paid="1/2", bonus=None, applies=Applies.LATER)
    await play.earned(paid=10)
    await play.convert()
    _, rows = await statement_of(economy)
    row = rows[-1]
    assert (row.paid_rate, row.bonus_rate) == ("1; 1/2", "1; 1/2")
