"""Files for banks: what is in them, and that whatever is handed out is paid in no other way."""

import asyncio
import csv
import io
import json
from dataclasses import replace

import pytest

from bot.errors import ClaimMoved
from bot.ledger.audit import audit
from bot.services.claim import BANK
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.payout_csv import payout_csv
from bot.services.payout_exports import BankFile
from bot.services.payout_results import BadRow, Why
from bot.services.payout_word import PersonsWord
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.services.claiming import ClaimDesk, three_to_pay
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play
from tests.services.paid import Paid


class Exports:
    """Files as admins ask for them."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy

    async def hand_out(self, key: str = "export:1", *, by: int = ADMIN_ID) -> BankFile:
        return await self.economy.payout_exports.hand_out(guild_id=GUILD_ID, key=key, admin_id=by)

    async def again(self, *, by: int = ADMIN_ID) -> BankFile:
        return await self.economy.payout_exports.handed_out(GUILD_ID, by)

    async def bring(self, *rows: str, number: int = 77, by: int = ADMIN_ID) -> tuple[BadRow, ...]:
        """Show a file of results and apply it; return the rows that were in the way."""
        imports = self.economy.payout_imports
        data = ("claim,reference,result\n" + "\n".join(rows)).encode()
        shown = await imports.show(guild_id=GUILD_ID, import_id=number, admin_id=by, data=data)
        if shown.bad:
            return shown.bad
        applied = await imports.apply(guild_id=GUILD_ID, import_id=number, admin_id=by)
        again = await imports.apply(guild_id=GUILD_ID, import_id=number, admin_id=by)
        assert replace(again, replayed=applied.replayed) == applied
        return applied.bad


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """Approved claims 1, 2 and 3 for 100 diamonds each, the streamer's first; 40 of 3 are paid."""
    return await three_to_pay(economy, play)


@pytest.fixture
def exports(economy: Economy, desk: ClaimDesk) -> Exports:
    assert desk
    return Exports(economy)


def numbers(file: BankFile) -> list[int]:
    return [claim.claim_id for claim in file.claims]


async def test_what_is_handed_out_is_being_sent_by_the_bank(
    exports: Exports, desk: ClaimDesk, economy: Economy, clock: MovableClock
) -> None:
    clock.advance(60)
    file = await exports.hand_out()
    assert numbers(file) == [1, 2, 3]
    assert (file.more, file.own, file.at_bank) == (0, 0, 0)
    claim = await desk.find(3)
    assert claim.is_at_bank
    assert (claim.state, claim.provider, claim.payer) == (ClaimState.SENDING, BANK, "")
    assert (claim.sending_diamonds, claim.stepped_at) == (60, clock())
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_what_the_bank_has_can_be_paid_in_no_other_way(
    exports: Exports, desk: ClaimDesk, economy: Economy
) -> None:
    await desk.pay(claim_id=1)
    await exports.hand_out()
    for step in (
        lambda: desk.reject(2),
        lambda: desk.pay(claim_id=2),
        lambda: desk.bounce(2),
        lambda: desk.begin(claim_id=2),
        lambda: economy.payout_sending.send(
            guild_id=GUILD_ID, key="send", admin_id=ADMIN_ID, claim_id=2
        ),
    ):
        with pytest.raises(ClaimMoved):
            await step()
    second = await exports.hand_out("export:2")
    assert (numbers(second), second.at_bank) == ([], 2)
    # The job that finds out what became of payouts has nobody to ask there.
    assert await economy.claims.sendings() == ()
    await economy.payout_sending.run()
    assert (await desk.find(2)).is_at_bank


async def test_a_file_that_was_lost_is_had_again_by_any_admin(
    exports: Exports, desk: ClaimDesk, play: Play
) -> None:
    await exports.hand_out()
    await play.claim(100)
    await desk.approve(4)
    again = await exports.again(by=OTHER_ADMIN_ID)
    assert (numbers(again), again.more, again.own, again.at_bank) == ([1, 2, 3], 0, 0, 3)
    assert [claim.left_diamonds for claim in again.claims] == [100, 100, 60]


async def test_the_same_press_again_hands_out_the_same_and_nothing_more(
    exports: Exports, desk: ClaimDesk, play: Play
) -> None:
    first = await exports.hand_out()
    await play.claim(100)
    await desk.approve(4)
    again = await exports.hand_out()
    assert (numbers(again), again.more, again.at_bank) == (numbers(first), 1, 0)
    assert (await desk.find(4)).state is ClaimState.APPROVED
    # Another key that begins the same is another press.
    assert numbers(await exports.hand_out("export:11")) == [4]
    await exports.bring("1,SEPA,paid")
    assert numbers(await exports.hand_out()) == [2, 3]


async def test_many_presses_at_once_hand_out_each_claim_once(exports: Exports) -> None:
    keys = ["export:1", "export:2", "export:1", "export:3"]
    files = await asyncio.gather(*(exports.hand_out(key) for key in keys))
    handed_out = {key: file.claims for key, file in zip(keys, files, strict=True)}
    claims = [claim.claim_id for each in handed_out.values() for claim in each]
    assert sorted(claims) == [1, 2, 3]


async def test_an_admin_is_not_handed_what_they_claimed_themselves(exports: Exports) -> None:
    file = await exports.hand_out(by=STREAMER_ID)
    assert (numbers(file), file.own) == ([], 3)
    await exports.hand_out()
    again = await exports.again(by=STREAMER_ID)
    assert (numbers(again), again.own, again.at_bank) == ([], 3, 3)


async def test_what_asks_for_a_perk_is_for_no_bank(
    exports: Exports, desk: ClaimDesk, economy: Economy
) -> None:
    perk = await economy.perks.offer(
        GUILD_ID, ADMIN_ID, name="Star", role_id=5, diamonds=100, days=7
    )
    stepped = await economy.perks.claim(
        guild_id=GUILD_ID, key="perk", streamer_id=STREAMER_ID, perk_id=perk.perk_id
    )
    await desk.approve(stepped.claim.claim_id)
    assert numbers(await exports.hand_out()) == [1, 2, 3]


async def test_results_of_what_the_bank_has_pay_it_or_give_it_back(
    exports: Exports, desk: ClaimDesk, play: Play, economy: Economy
) -> None:
    await exports.hand_out()
    await play.claim(100)
    await desk.approve(4)
    bad = await exports.bring(
        "1,SEPA 1,paid", "2,account closed,failed", "3,SEPA 3,paid", "4,SEPA 4,paid"
    )
    assert bad == ()
    claims = [await desk.find(claim_id) for claim_id in (1, 2, 3, 4)]
    assert [(claim.state.value, claim.note, claim.provider) for claim in claims] == [
        ("paid", "SEPA 1", BANK),
        ("failed", "account closed", BANK),
        ("paid", "SEPA 3", BANK),
        ("paid", "SEPA 4", "manual"),
    ]
    steps = await economy.claims.timeline(GUILD_ID, 2)
    assert [(step.action.value, step.actor_id) for step in steps[-2:]] == [
        ("begin_sending", ADMIN_ID),
        ("fail", ADMIN_ID),
    ]
    assert await play.pots(STREAMER_ID) == {"diamonds": 700}
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_what_a_provider_is_sending_is_none_of_the_banks_results(
    exports: Exports, desk: ClaimDesk
) -> None:
    await desk.pay(claim_id=1)
    await desk.begin(claim_id=2)
    assert numbers(await exports.hand_out()) == [3]
    assert await exports.bring("2,SEPA,paid") == (BadRow(2, "2", Why.MOVED),)


async def test_what_was_exported_after_the_look_keeps_all_from_being_applied(
    exports: Exports, economy: Economy, desk: ClaimDesk
) -> None:
    imports = economy.payout_imports
    data = b"claim,reference,result\n1,SEPA,paid\n"
    await imports.show(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID, data=data)
    await exports.hand_out()
    report = await imports.apply(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID)
    assert report.bad == (BadRow(2, "1", Why.MOVED),)
    assert (await desk.find(1)).is_at_bank


async def not_paid(economy: Economy) -> None:
    """Let an admin say that the bank did not pay claim 1."""
    await economy.payout_sending.take_word(
        PersonsWord(
            guild_id=GUILD_ID,
            key="word",
            admin_id=ADMIN_ID,
            claim_id=1,
            is_paid=False,
            note="not in the list",
        )
    )


async def test_a_result_of_an_earlier_file_says_nothing_of_what_the_bank_has_now(
    exports: Exports, economy: Economy, desk: ClaimDesk
) -> None:
    imports = economy.payout_imports
    (claim, *_) = (await exports.hand_out()).claims
    data = b"claim,reference,result\n1,wrong account,failed\n"
    await imports.show(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID, data=data)
    await not_paid(economy)
    await exports.hand_out("export:2")
    shown_before = await imports.apply(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID)
    assert shown_before.bad == (BadRow(2, "1", Why.MOVED),)
    data = f"claim,reference,result,step\n1,wrong account,failed,{claim.step}\n".encode()
    shown = await imports.show(guild_id=GUILD_ID, import_id=6, admin_id=ADMIN_ID, data=data)
    assert shown.bad == (BadRow(2, "1", Why.OLD),)
    assert (await desk.find(1)).is_at_bank
    # The bank's answer to the file that it has now is taken.
    (claim, *_) = (await exports.again()).claims
    data = f"claim,reference,result,step\n1,SEPA 1,paid,{claim.step}\n".encode()
    await imports.show(guild_id=GUILD_ID, import_id=7, admin_id=ADMIN_ID, data=data)
    await imports.apply(guild_id=GUILD_ID, import_id=7, admin_id=ADMIN_ID)
    assert (await desk.find(1)).state is ClaimState.PAID


async def test_what_an_earlier_file_says_of_a_claim_that_waits_again_is_taken(
    exports: Exports, economy: Economy, desk: ClaimDesk
) -> None:
    imports = economy.payout_imports
    (claim, *_) = (await exports.hand_out()).claims
    await not_paid(economy)
    data = f"claim,reference,result,step\n1,SEPA 1,paid,{claim.step}\n".encode()
    await imports.show(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID, data=data)
    await imports.apply(guild_id=GUILD_ID, import_id=5, admin_id=ADMIN_ID)
    assert (await desk.find(1)).state is ClaimState.PAID


async def test_the_streamer_hears_that_the_bank_has_it(exports: Exports, economy: Economy) -> None:
    await exports.hand_out()
    rows = await economy.books.read("SELECT kind, facts FROM letter ORDER BY letter_id")
    told = [(kind, json.loads(facts)) for kind, facts in rows][-3:]
    assert [(kind, facts["claim_id"], facts["amount_minor"]) for kind, facts in told] == [
        ("claim_at_bank", 1, 200),
        ("claim_at_bank", 2, 200),
        ("claim_at_bank", 3, 120),
    ]


async def test_a_file_has_what_is_left_to_pay_of_approved_claims(
    economy: Economy, play: Play
) -> None:
    desk = ClaimDesk(economy, play)
    await Paid(economy).begin()
    await play.diamonds(1_000)
    await play.claim(100)
    await play.set("diamond_value_minor", "1/2")
    for _ in range(3):
        await play.claim(101)
    for claim_id in (1, 2, 3):
        await desk.approve(claim_id)
    await desk.pay(60, claim_id=2)
    file = await Exports(economy).hand_out()
    assert file.more == 0
    content = payout_csv(
        file.claims,
        names={STREAMER_ID: "=Luna"},
        payees={STREAMER_ID: "+49"},
        has_money=True,
    )
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["claim", "streamer_id", "name", "payee", "diamonds", "amount", "currency", "step"],
        ["1", str(STREAMER_ID), "'=Luna", "'+49", "100", "", "", "3"],
        ["2", str(STREAMER_ID), "'=Luna", "'+49", "41", "0.21", "EUR", "4"],
        ["3", str(STREAMER_ID), "'=Luna", "'+49", "101", "0.50", "EUR", "3"],
    ]


async def test_what_people_are_called_and_paid_to_is_read_as_no_number(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(100)
    await play.claim(100)
    await ClaimDesk(economy, play).approve()
    file = await Exports(economy).hand_out()
    content = payout_csv(
        file.claims, names={STREAMER_ID: "1/2"}, payees={STREAMER_ID: "0070"}, has_money=False
    )
    assert content.decode().endswith(f"\r\n1,{STREAMER_ID},'1/2,'0070,100,3\r\n")


async def test_a_guild_that_plays_has_no_money_in_its_file(economy: Economy, play: Play) -> None:
    desk = ClaimDesk(economy, play)
    await play.diamonds(100)
    await play.claim(100)
    await desk.approve()
    file = await Exports(economy).hand_out()
    content = payout_csv(file.claims, names={}, payees={}, has_money=False)
    assert content.decode() == (
        f"\ufeffclaim,streamer_id,name,payee,diamonds,step\r\n1,{STREAMER_ID},,,100,3\r\n"
    )


async def test_a_file_has_no_more_claims_than_can_come_back(
    economy: Economy, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.payout_exports.MOST_IMPORT_ROWS", 2)
    await play.diamonds(1_000)
    desk = ClaimDesk(economy, play)
    for claim_id in (1, 2, 3):
        await play.claim(100)
        await desk.approve(claim_id)
    file = await Exports(economy).hand_out()
    assert (numbers(file), file.more) == ([1, 2], 1)
    await Exports(economy).hand_out("export:2")
    again = await Exports(economy).again()
    assert (numbers(again), again.more, again.at_bank) == ([1, 2], 1, 3)
