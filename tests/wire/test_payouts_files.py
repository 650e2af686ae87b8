"""Files of payouts: the approved claims for a bank, and what came of them sent back."""

import csv
import io
from typing import Any

import pytest

from tests.services.paid import SETUP
from tests.wire.paying_out import download, numbers, open_claim
from tests.wire.sentences import NOT_YOURS
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town, components_of

LUNA, KAI = MEMBER_ID["Luna"], MEMBER_ID["Kai"]


@pytest.fixture
async def approved(town: Town) -> Town:
    """Luna's claim #1 and Kai's claim #2, both approved; a diamond is worth two cents."""
    economy = town.bot.economy
    await economy.seasons.begin_paid(GUILD_ID, MEMBER_ID["Olive"], SETUP)
    await town.type("Ada", "economy settings", setting="diamond_value_minor", value="2")
    await town.type("Ada", "economy rate", bonus="1", applies="later")
    await town.type("Ada", "economy hold", days=0)
    for number, streamer in enumerate(("Luna", "Kai"), 1):
        await town.earn(streamer, 500)
        await town.type(streamer, "convert")
        await town.type(streamer, "claim request", diamonds=200)
        await economy.claims.approve(
            guild_id=GUILD_ID, key=f"a{number}", admin_id=MEMBER_ID["Ada"], claim_id=number
        )
    return town


async def bring(town: Town, text: str, person: str = "Ada", **more: Any) -> Outcome:
    """Send a file of results."""
    file = {"filename": "results.csv", "text": text}
    return await town.type(person, "payouts import", file=file, **more)


async def test_the_file_says_what_is_to_be_paid_to_whom(approved: Town) -> None:
    exported = await approved.type("Ada", "payouts export")
    assert exported.is_private
    assert exported.text == (
        "2 approved claims, which are paid by this file alone from now on. Add `reference` and"
        " `result` (paid or failed) to each row and send the file back with `/payouts import`."
    )
    name, content = await download(exported)
    assert name.startswith("payouts-")
    assert name.endswith(".csv")
    assert content == (
        "\ufeffclaim,streamer_id,name,payee,diamonds,amount,currency,step\r\n"
        f"1,{LUNA},Luna,,200,4.00,EUR,3\r\n2,{KAI},Kai,,200,4.00,EUR,3\r\n"
    )


async def test_where_nothing_is_approved_there_is_no_file(town: Town) -> None:
    exported = await town.type("Ada", "payouts export")
    assert exported.text == "No claim is approved and unpaid, so there is nothing to export."
    assert not exported.message["attachments"]
    again = await town.type("Ada", "payouts export", again=True)
    assert again.text == (
        "No exported claim waits for its result, so there is nothing to export again."
    )


async def test_a_file_that_was_lost_is_made_again_and_nothing_is_handed_out_twice(
    approved: Town,
) -> None:
    _, content = await download(await approved.type("Ada", "payouts export"))
    second = await approved.type("Olive", "payouts export")
    assert second.text == (
        "No claim is approved and unpaid, so there is nothing to export.\n2 were exported before"
        " and wait for their results; `/payouts export again: True` has them once more."
    )
    await approved.restart()
    again = await approved.type("Olive", "payouts export", again=True)
    assert again.text.startswith("2 claims that were exported and wait for their results. Add")
    assert (await download(again))[1] == content


async def test_a_file_that_is_asked_for_twice_by_one_command_is_one(approved: Town) -> None:
    exported = await approved.type("Ada", "payouts export", deliveries=3)
    assert exported.text.startswith("2 approved claims, which")
    steps = await approved.bot.economy.claims.timeline(GUILD_ID, 1)
    assert [step.action.value for step in steps] == ["request", "approve", "begin_sending"]


async def test_the_bank_has_it_says_everything_that_shows_the_claim(approved: Town) -> None:
    day = f"<t:{approved.clock.seconds()}:D>"
    await approved.type("Ada", "payouts export")
    for outcome in (
        await approved.type("Luna", "claim status"),
        await approved.type("Luna", "claim status", number=1),
        await approved.type("Ada", "payouts queue"),
        await open_claim(approved, 1),
    ):
        assert f"🏦 the bank has it since {day}" in outcome.text
    # In a list to choose from, Discord shows no times.
    status = await approved.type("Luna", "claim status")
    (select, *_) = components_of(status.message)
    assert select["options"][0]["description"] == "🏦 the bank has it"
    await approved.bot.announce()
    (*_, letter) = await approved.letters("Luna")
    assert letter.startswith(
        "Claim #1 is on its way\nThe bank has it now: **200 diamonds (€4.00)**."
    )


async def test_a_server_that_plays_hands_out_its_claims_without_a_word_of_money(
    town: Town,
) -> None:
    await town.earn("Luna", 500)
    await town.type("Luna", "convert")
    await town.type("Luna", "claim request", diamonds=200)
    await town.bot.economy.claims.approve(
        guild_id=GUILD_ID, key="a", admin_id=MEMBER_ID["Ada"], claim_id=1
    )
    await town.type("Ada", "payouts export")
    status = await town.type("Luna", "claim status")
    assert f"📨 being paid since <t:{town.clock.seconds()}:D>" in status.text
    await town.bot.announce()
    (*_, letter) = await town.letters("Luna")
    assert letter.startswith("Claim #1 is on its way\n**200 diamonds** are being paid to you.")
    assert "bank" not in status.text + letter


async def test_an_admins_own_claim_is_for_another_admin_to_export(approved: Town) -> None:
    economy = approved.bot.economy
    await economy.guilds.name_streamer(GUILD_ID, MEMBER_ID["Olive"], MEMBER_ID["Ada"])
    await approved.earn("Ada", 500)
    await approved.type("Ada", "convert")
    await approved.type("Ada", "claim request", diamonds=200)
    await economy.claims.approve(
        guild_id=GUILD_ID, key="own", admin_id=MEMBER_ID["Olive"], claim_id=3
    )
    exported = await approved.type("Ada", "payouts export")
    assert exported.text.endswith("\n1 is your own and left out: another admin has to export it.")
    assert "1 approved claim, which" in (await approved.type("Olive", "payouts export")).text


async def test_an_exported_file_comes_back_with_what_the_bank_said(approved: Town) -> None:
    _, content = await download(await approved.type("Ada", "payouts export"))
    head, luna, kai = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    rows = [
        [*head, "reference", "result", "reason"],
        [*luna, "SEPA 7", "paid", ""],
        [*kai, "", "failed", "account closed"],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    shown = await bring(approved, text.getvalue())
    assert shown.is_private
    assert shown.text == (
        "Apply these results?\n💸 paid: 1 claim, 200 diamonds (€4.00)\n"
        "⚠️ failed: 1 claim, 200 diamonds go back"
    )
    await approved.restart()
    applied = await approved.press("Ada", shown.message, shown.button("Apply all of it"))
    assert applied.text == shown.text.replace("Apply these results?", "The results are applied")
    status = await approved.type("Luna", "claim status")
    assert "💸 paid" in status.text
    assert "> SEPA 7" in status.text
    status = await approved.type("Kai", "claim status")
    assert "⚠️ failed, diamonds returned" in status.text
    assert "> account closed" in status.text


async def test_a_file_that_was_applied_is_not_applied_again(approved: Town) -> None:
    shown = await bring(approved, "claim,reference,result\n1,SEPA 7,paid\n")
    before = await approved.entries()
    applied = await approved.press("Ada", shown.message, shown.button("Apply"), deliveries=5)
    assert applied.text == "The results are applied\n💸 paid: 1 claim, 200 diamonds (€4.00)"
    assert await approved.entries() == before + 1


async def test_what_is_left_is_not_applied(approved: Town) -> None:
    shown = await bring(approved, "claim,reference,result\n1,SEPA 7,paid\n")
    left = await approved.press("Ada", shown.message, shown.button("Leave it"))
    assert left.text == "Nothing was applied."
    queue = await approved.press("Ada", left.message, left.button("Back to the queue"))
    assert numbers(queue) == [1, 2]


async def test_with_one_row_in_the_way_nothing_is_applied_and_each_is_named(
    approved: Town,
) -> None:
    text = (
        "claim,reference,result,streamer_id,amount\n"
        f"1,SEPA 7,paid,{LUNA},4.00\n"
        f"2,SEPA 8,paid,{LUNA},4.00\n"
        "1,SEPA 9,paid,,\n"
        "9,SEPA 9,paid,,\n"
        "\n"
        "*x*,SEPA 9,paid,,\n"
        ",SEPA 9,paid,,\n"
    )
    await approved.refuses(
        bring(approved, text),
        "Nothing was applied\n"
        "Line 3, claim 2: it belongs to another streamer\n"
        "Line 4, claim 1: this claim stands in the file twice\n"
        "Line 5, claim 9: there is no such claim\n"
        r"Line 7, claim \*x\*: this is no number of a claim"
        "\nLine 8: this is no number of a claim\n\n"
        "Please mend these rows and send it again.",
    )


async def test_many_rows_in_the_way_come_as_a_file(approved: Town) -> None:
    rows = "".join(f"{number},SEPA,paid\n" for number in range(11, 41))
    shown = await bring(approved, f"claim,reference,result\n{rows}")
    assert "Line 21, claim 30: there is no such claim\nand 10 more, in the file below" in shown.text
    _, content = await download(shown)
    lines = content.splitlines()
    assert lines[:2] == ["line,claim,why", "2,11,there is no such claim"]
    assert len(lines) == 31


async def test_what_moved_after_the_look_keeps_all_from_being_applied(approved: Town) -> None:
    shown = await bring(approved, "claim,reference,result\n1,SEPA 7,paid\n2,SEPA 8,paid\n")
    await approved.bot.economy.claims.reject(
        guild_id=GUILD_ID, key="r", admin_id=MEMBER_ID["Ada"], claim_id=2, reason="twice"
    )
    await approved.refuses(
        approved.press("Ada", shown.message, shown.button("Apply")),
        "Nothing was applied\nLine 3, claim 2: it is neither approved nor exported, or not any"
        " more\n\n"
        "Please mend these rows and send it again.",
    )


async def test_nobody_applies_what_another_was_shown(approved: Town) -> None:
    shown = await bring(approved, "claim,reference,result\n1,SEPA 7,paid\n")
    await approved.refuses(
        approved.press("Olive", shown.message, shown.button("Apply"), force=True), NOT_YOURS
    )


async def test_a_file_that_is_too_large_is_not_even_read(approved: Town) -> None:
    await approved.refuses(
        bring(approved, "x" * (256 * 1024 + 1)),
        "A file of results has at most 256 KiB. Please send it in parts.",
    )


async def test_a_file_that_is_none_is_refused(approved: Town) -> None:
    await approved.refuses(
        bring(approved, "claim,result\n1,paid\n"),
        "The first line has to name each column once, and these are missing or doubled: reference."
        " `/payouts export` makes a file to begin with.",
    )
