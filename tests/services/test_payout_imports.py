"""A bank's results: shown first, and applied all together or not at all."""

import asyncio

import pytest

from bot.claim_errors import ImportGone
from bot.currencies import Money
from bot.ledger.audit import audit
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.payout_imports import ImportReport
from bot.services.payout_results import BadRow, Why
from bot.services.proofs import FULL_AUDIT
from tests.services.claiming import ClaimDesk, three_to_pay
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play

HEAD = "claim,reference,result,reason,streamer_id,diamonds,amount,currency\n"
IMPORT_ID = 77


class Bank:
    """Files of results, sent and applied."""

    def __init__(self, economy: Economy) -> None:
        self._imports = economy.payout_imports

    async def show(self, *rows: str, by: int = ADMIN_ID, number: int = IMPORT_ID) -> ImportReport:
        text = HEAD + "\n".join(rows)
        return await self._imports.show(
            guild_id=GUILD_ID, import_id=number, admin_id=by, data=text.encode()
        )

    async def apply(self, *, by: int = ADMIN_ID, number: int = IMPORT_ID) -> ImportReport:
        return await self._imports.apply(guild_id=GUILD_ID, import_id=number, admin_id=by)


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """Approved claims 1, 2 and 3 for 100 diamonds each, of two cents each; 40 of 3 are paid."""
    return await three_to_pay(economy, play)


@pytest.fixture
def bank(economy: Economy, desk: ClaimDesk) -> Bank:
    assert desk
    return Bank(economy)


async def states(desk: ClaimDesk) -> list[ClaimState]:
    return [(await desk.find(claim_id)).state for claim_id in (1, 2, 3)]


async def test_looking_changes_nothing_and_applying_does_what_was_shown(
    bank: Bank, desk: ClaimDesk, economy: Economy, play: Play
) -> None:
    before = await play.entries()
    shown = await bank.show("1,SEPA 1,paid,", "2,,failed,account closed", "3,SEPA 3,paid,")
    assert shown == ImportReport(
        import_id=IMPORT_ID,
        paid_claims=2,
        paid_diamonds=160,
        paid_worth=Money(320, "EUR"),
        failed_claims=1,
        failed_diamonds=100,
        bad=(),
    )
    assert await play.entries() == before
    assert await bank.apply() == shown
    assert await states(desk) == [ClaimState.PAID, ClaimState.FAILED, ClaimState.PAID]
    assert [(await desk.find(claim_id)).note for claim_id in (1, 2, 3)] == [
        "SEPA 1",
        "account closed",
        "SEPA 3",
    ]
    assert await play.pots(STREAMER_ID) == {"diamonds": 800}
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_a_file_is_applied_once_however_often_it_is_asked_for(bank: Bank, play: Play) -> None:
    shown = await bank.show("1,SEPA 1,paid,", "2,,failed,account closed")
    before = await play.entries()
    reports = await asyncio.gather(*(bank.apply() for _ in range(4)))
    assert [report.replayed for report in reports] == [False, True, True, True]
    assert {
        (report.paid_diamonds, report.failed_diamonds, report.paid_worth) for report in reports
    } == {(shown.paid_diamonds, shown.failed_diamonds, shown.paid_worth)}
    assert await play.entries() == before + 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("9,SEPA,paid,", Why.UNKNOWN),
        ("4,SEPA,paid,", Why.MOVED),
        ("2,SEPA,paid,,21", Why.STREAMER),
        ("2,SEPA,paid,,Luna", Why.STREAMER),
        ("3,SEPA,paid,,,100", Why.DIAMONDS),
        ("3,SEPA,paid,,,,2.00", Why.AMOUNT),
        ("3,SEPA,paid,,,,1.205", Why.AMOUNT),
        ("3,SEPA,paid,,,,NaN", Why.AMOUNT),
        ("3,SEPA,paid,,,,Infinity", Why.AMOUNT),
        ("3,SEPA,paid,,,,much", Why.AMOUNT),
        ("3,SEPA,paid,,,,1e99999", Why.AMOUNT),
        ("3,SEPA,paid,,,,1e9999999", Why.AMOUNT),
        ("3,SEPA,paid,,1e9999999,,,", Why.STREAMER),
        ("3,SEPA,paid,,,,1.20,USD", Why.CURRENCY),
        ("x,SEPA,paid,", Why.NO_NUMBER),
    ],
)
async def test_with_one_row_in_the_way_nothing_is_applied(
    bank: Bank, desk: ClaimDesk, play: Play, row: str, why: Why
) -> None:
    await play.claim(100)
    shown = await bank.show("1,SEPA 1,paid,", row)
    assert shown.bad == (BadRow(3, row.partition(",")[0], why),)
    with pytest.raises(ImportGone):
        await bank.apply()
    assert await states(desk) == [ClaimState.APPROVED] * 3


@pytest.mark.parametrize(
    "row",
    [
        f"3,SEPA,paid,,{STREAMER_ID},60,1.20,EUR",
        "3,SEPA,paid,,,60,1.2,eur",
        '3,SEPA,paid,,2E+1,,"1,20",',
    ],
)
async def test_what_a_spreadsheet_made_of_a_cell_is_still_the_same(bank: Bank, row: str) -> None:
    assert (await bank.show(row)).bad == ()


async def test_every_row_in_the_way_is_named_in_the_order_of_the_file(bank: Bank) -> None:
    shown = await bank.show("9,SEPA,paid,", "x,SEPA,paid,", "1,SEPA,paid,", "1,SEPA,paid,")
    assert shown.bad == (
        BadRow(2, "9", Why.UNKNOWN),
        BadRow(3, "x", Why.NO_NUMBER),
        BadRow(5, "1", Why.DOUBLED),
    )


async def test_nobody_imports_results_of_their_own_claims(bank: Bank) -> None:
    shown = await bank.show("1,SEPA,paid,", by=STREAMER_ID)
    assert shown.bad == (BadRow(2, "1", Why.OWN),)


async def test_what_moved_after_the_look_keeps_all_from_being_applied(
    bank: Bank, desk: ClaimDesk
) -> None:
    await bank.show("1,SEPA 1,paid,", "2,SEPA 2,paid,")
    await desk.reject(2)
    report = await bank.apply()
    assert report.bad == (BadRow(3, "2", Why.MOVED),)
    assert (await desk.find(1)).state is ClaimState.APPROVED


async def test_a_part_paid_after_the_look_keeps_all_from_being_applied(
    bank: Bank, desk: ClaimDesk
) -> None:
    await bank.show("1,SEPA 1,paid,", "2,SEPA 2,paid,")
    await desk.pay(30, claim_id=2)
    report = await bank.apply()
    assert report.bad == (BadRow(3, "2", Why.DIAMONDS),)
    assert await states(desk) == [ClaimState.APPROVED] * 3


async def test_a_file_is_applied_by_whoever_was_shown_it(bank: Bank) -> None:
    await bank.show("1,SEPA 1,paid,")
    with pytest.raises(ImportGone):
        await bank.apply(by=OTHER_ADMIN_ID)
    with pytest.raises(ImportGone):
        await bank.apply(number=IMPORT_ID + 1)


async def test_where_diamonds_have_no_value_a_file_names_none(
    bank: Bank, play: Play, desk: ClaimDesk
) -> None:
    await play.set("diamond_value_minor", "0")
    await play.claim(100)
    await desk.approve(4)
    assert (await bank.show("4,SEPA,paid,")).paid_worth is None
    first = await bank.apply()
    assert await bank.apply() == ImportReport(
        import_id=IMPORT_ID,
        paid_claims=1,
        paid_diamonds=100,
        paid_worth=None,
        failed_claims=0,
        failed_diamonds=0,
        bad=(),
        replayed=True,
    )
    assert first.paid_claims == 1
