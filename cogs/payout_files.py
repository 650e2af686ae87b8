"""Files of payouts: what there is to pay, for the bank, and what the bank made of it."""

import logging
from typing import Any

import discord
from typing_extensions import override

from bot.claim_errors import ImportTooLarge
from bot.services.csv_cells import csv_lines
from bot.services.payout_csv import payout_csv
from bot.services.payout_exports import BankFile
from bot.services.payout_imports import ImportReport
from bot.services.payout_results import MOST_IMPORT_KIB, BadRow, Why
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.claim_words import diamonds_worth
from cogs.delivery import Paper
from cogs.looks import DIAMOND_COLOUR, QUIET_COLOUR, quoted
from cogs.payout_places import Place, queue_button
from cogs.repeated_buttons import DangerButton

log = logging.getLogger(__name__)

# What an embed has room for; a file names every row.
_MOST_LINES = 20

# Discord names so many members for one question.
_NAMED_AT_ONCE = 100

_WHY = {
    Why.NO_NUMBER: N_("this is no number of a claim"),
    Why.NO_RESULT: N_("its result is neither “paid” nor “failed”"),
    Why.NO_WORDS: N_("it has no reference, and no reason either"),
    Why.TOO_LONG: N_("its reference or reason is longer than 200 characters"),
    Why.DOUBLED: N_("this claim stands in the file twice"),
    Why.UNKNOWN: N_("there is no such claim"),
    Why.OWN: N_("it is your own, so another admin has to import it"),
    Why.MOVED: N_("it is neither approved nor exported, or not any more"),
    Why.STREAMER: N_("it belongs to another streamer"),
    Why.DIAMONDS: N_("another number of diamonds is left to pay"),
    Why.AMOUNT: N_("another amount is left to pay"),
    Why.CURRENCY: N_("it is in another currency"),
    Why.OLD: N_("it was exported again since; this result is of an earlier file"),
}


async def export_file(answer: Answer, *, again: bool) -> tuple[str, tuple[Paper, ...]]:
    """Return approved claims as a file, and the words beside it; `again`, those exported before."""
    admin, economy = answer.admin(), economy_of(answer.interaction)
    exports = economy.payout_exports
    if again:
        file = await exports.handed_out(admin.guild_id, admin.member_id)
    else:
        file = await exports.hand_out(
            guild_id=admin.guild_id, key=f"export:{answer.key}", admin_id=admin.member_id
        )
    words = export_words(answer.texts, file, again=again)
    if not file.claims:
        return words, ()
    settings = (await economy.guilds.get(admin.guild_id)).settings
    ids = list({claim.streamer_id for claim in file.claims})
    content = payout_csv(
        file.claims,
        names=await _names(answer.interaction.guild, ids),
        payees=await economy.payees.by_hand(admin.guild_id, ids),
        has_money=settings.is_paid,
    )
    return words, (Paper(f"payouts-{answer.key}.csv", content),)


def export_words(texts: Texts, file: BankFile, *, again: bool) -> str:
    """Return what is in a file of claims, what to do with it, and what is left out of it."""
    lines = [_content_words(texts, file, again=again)]
    if file.more and again:
        lines.append(
            texts.plural(
                "{count} more comes here once these have their results.",
                "{count} more come here once these have their results.",
                file.more,
            )
        )
    elif file.more:
        lines.append(
            texts.plural(
                "{count} more waits for the next file.",
                "{count} more wait for the next file.",
                file.more,
            )
        )
    if file.own:
        lines.append(
            texts.plural(
                "{count} is your own and left out: another admin has to export it.",
                "{count} are your own and left out: another admin has to export them.",
                file.own,
            )
        )
    if file.at_bank and not again:
        lines.append(
            texts.plural(
                "{count} was exported before and waits for its result; `/payouts export again:"
                " True` has it once more.",
                "{count} were exported before and wait for their results; `/payouts export again:"
                " True` has them once more.",
                file.at_bank,
            )
        )
    return "\n".join(lines)


def _content_words(texts: Texts, file: BankFile, *, again: bool) -> str:
    if not file.claims:
        return (
            texts("No exported claim waits for its result, so there is nothing to export again.")
            if again
            else texts("No claim is approved and unpaid, so there is nothing to export.")
        )
    if again:
        head = texts.plural(
            "{count} claim that was exported and waits for its result.",
            "{count} claims that were exported and wait for their results.",
            len(file.claims),
        )
    else:
        head = texts.plural(
            "{count} approved claim, which is paid by this file alone from now on.",
            "{count} approved claims, which are paid by this file alone from now on.",
            len(file.claims),
        )
    return texts(
        "{head} Add `reference` and `result` (paid or failed) to each row and send the file back"
        " with `/payouts import`.",
        head=head,
    )


async def _names(guild: discord.Guild | None, member_ids: list[int]) -> dict[int, str]:
    """Return what members are called, as far as Discord says so; those who left have no name."""
    names: dict[int, str] = {}
    if guild is None:
        return names
    for start in range(0, len(member_ids), _NAMED_AT_ONCE):
        try:
            found = await guild.query_members(user_ids=member_ids[start : start + _NAMED_AT_ONCE])
        except TimeoutError:
            log.warning("server %s does not say what its members are called", guild.id)
            break
        names |= {member.id: member.display_name for member in found}
    return names


async def show_import(answer: Answer, file: discord.Attachment) -> None:
    """Show what a file of results would do, and ask whether it is to."""
    admin, texts = answer.admin(), answer.texts
    if file.size > MOST_IMPORT_KIB * 1024:
        raise ImportTooLarge(MOST_IMPORT_KIB)
    import_id = answer.interaction.id
    report = await economy_of(answer.interaction).payout_imports.show(
        guild_id=admin.guild_id,
        import_id=import_id,
        admin_id=admin.member_id,
        data=await file.read(),
    )
    if report.bad:
        await answer.show(embed=bad_embed(texts, report), papers=bad_papers(texts, report))
        return
    view = discord.ui.View()
    for word, label in (("yes", texts("Apply all of it")), ("no", texts("Leave it"))):
        view.add_item(ImportButton(word, admin.member_id, import_id, label))
    embed = report_embed(texts, texts("Apply these results?"), report)
    await answer.show(embed=embed, view=view)


def report_embed(texts: Texts, title: str, report: ImportReport) -> discord.Embed:
    """Return what a file would do or did."""
    paid = texts.plural("{count} claim", "{count} claims", report.paid_claims)
    failed = texts.plural("{count} claim", "{count} claims", report.failed_claims)
    lines: list[str] = []
    if report.paid_claims:
        amount = diamonds_worth(texts, report.paid_diamonds, report.paid_worth)
        lines.append(texts("💸 paid: {claims}, {amount}", claims=paid, amount=amount))
    if report.failed_claims:
        lines.append(
            texts(
                "⚠️ failed: {claims}, {diamonds:diamonds} go back",
                claims=failed,
                diamonds=report.failed_diamonds,
            )
        )
    return discord.Embed(title=title, description="\n".join(lines), colour=DIAMOND_COLOUR)


def bad_embed(texts: Texts, report: ImportReport) -> discord.Embed:
    """Return the rows that keep a file from being applied, as many as fit."""
    lines = [_bad_line(texts, row) for row in report.bad[:_MOST_LINES]]
    if more := len(report.bad) - len(lines):
        lines.append(
            texts.plural(
                "and {count} more, in the file below", "and {count} more, in the file below", more
            )
        )
    return discord.Embed(
        title=texts("Nothing was applied"),
        description="\n".join((*lines, "", texts("Please mend these rows and send it again."))),
        colour=QUIET_COLOUR,
    )


def bad_papers(texts: Texts, report: ImportReport) -> tuple[Paper, ...]:
    """Return every row that is in the way as a file, unless the message names them all."""
    if len(report.bad) <= _MOST_LINES:
        return ()
    rows = [(row.line, row.claim, texts(_WHY[row.why])) for row in report.bad]
    table = csv_lines([("line", "claim", "why"), *rows])
    return (Paper("rows-to-mend.csv", table.encode()),)


def _bad_line(texts: Texts, row: BadRow) -> str:
    why = texts(_WHY[row.why])
    if not row.claim:
        return texts("Line {line}: {why}", line=row.line, why=why)
    claim = quoted(row.claim).removeprefix("> ")
    return texts("Line {line}, claim {claim}: {why}", line=row.line, claim=claim, why=why)


class ImportButton(
    DangerButton,
    template=r"bouquet:payout_import:(?P<answer>yes|no):(?P<admin>\d+):(?P<subject>\d+)",
):
    """Applies the results that were shown, or leaves it at that."""

    action = "payout_import"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin, texts = answer.admin(), answer.texts
            view = discord.ui.View()
            view.add_item(queue_button(Place(), texts("Back to the queue")))
            if not self.is_yes:
                await answer.update(texts("Nothing was applied."), embed=None, view=view)
                return
            report = await economy_of(interaction).payout_imports.apply(
                guild_id=admin.guild_id, import_id=self.subject_id, admin_id=admin.member_id
            )
            if report.bad:
                embed = bad_embed(texts, report)
                await answer.update(embed=embed, view=view, papers=bad_papers(texts, report))
                return
            embed = report_embed(texts, texts("The results are applied"), report)
            await answer.update(embed=embed, view=view)
