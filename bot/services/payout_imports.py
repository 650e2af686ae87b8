"""A bank's results applied to claims: shown first, then all in one transaction or none."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Context, Decimal

import aiosqlite

from bot.claim_errors import ImportGone
from bot.currencies import Money, decimals_of
from bot.errors import ClaimNotFound
from bot.ledger.books import Books
from bot.services.bonuses import Read
from bot.services.claim import Claim
from bot.services.claim_rows import load_claim
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.claim_steps import StepJob
from bot.services.clock import Clock
from bot.services.payout_results import BadRow, ResultRow, Why, read_results


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file would do, or did: claims and diamonds paid and failed, or the rows in the way.

    With a bad row nothing is applied. `paid_worth` is None where diamonds have no value in money.
    """

    import_id: int
    paid_claims: int
    paid_diamonds: int
    paid_worth: Money | None
    failed_claims: int
    failed_diamonds: int
    bad: tuple[BadRow, ...]
    replayed: bool = False


class PayoutImports:
    """The service of files of results."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def show(
        self, *, guild_id: int, import_id: int, admin_id: int, data: bytes
    ) -> ImportReport:
        """Return what a file would do, and keep it for `apply` if nothing is in its way.

        Raises:
            ImportTooLarge, ImportUnreadable, ImportColumnsMissing, ImportTooLong, ImportEmpty: it
                is no file of results.
        """
        rows, bad = read_results(data)
        checked = await _checked(self._books.read, guild_id, admin_id, rows)
        report = _report(import_id, rows, checked, bad)
        if report.bad:
            return report
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> ImportReport:
            await connection.execute_fetchall(
                "INSERT INTO payout_import (guild_id, import_id, admin_id, results, made_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (guild_id, import_id, admin_id, _kept(rows, checked), now),
            )
            return report

        return await self._books.do(write)

    async def apply(self, *, guild_id: int, import_id: int, admin_id: int) -> ImportReport:
        """Apply what was shown, all of it or, where a claim moved meanwhile, nothing.

        Raises:
            ImportGone: this admin was shown no such file.
        """
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> ImportReport:
            read = connection.execute_fetchall
            rows, is_applied = await _load(read, guild_id, import_id, admin_id)
            if is_applied:
                return await _applied(read, guild_id, import_id, rows)
            checked = await _checked(read, guild_id, admin_id, rows)
            report = _report(import_id, rows, checked, ())
            if report.bad:
                return report
            for row, claim in _found(rows, checked):
                job = StepJob(
                    guild_id=guild_id,
                    key=f"import:{import_id}:{row.claim_id}",
                    claim_id=row.claim_id,
                    action=_action(row, claim),
                    now=now,
                    actor_id=admin_id,
                    note=row.note,
                )
                await job.write(connection)
            await read(
                "UPDATE payout_import SET applied_at = ? WHERE guild_id = ? AND import_id = ?",
                (now, guild_id, import_id),
            )
            return report

        return await self._books.do(write)


def _action(row: ResultRow, claim: Claim) -> ClaimAction:
    """Return the step of a result: of what the bank was handed, or of what a person paid there."""
    if claim.is_at_bank:
        return ClaimAction.SENT if row.is_paid else ClaimAction.FAIL
    return ClaimAction.PAY if row.is_paid else ClaimAction.BOUNCE


def _found(
    rows: Sequence[ResultRow], checked: Sequence[Claim | BadRow]
) -> list[tuple[ResultRow, Claim]]:
    """Return the rows that can be applied, each with its claim."""
    return [
        (row, claim) for row, claim in zip(rows, checked, strict=True) if isinstance(claim, Claim)
    ]


def _kept(rows: Sequence[ResultRow], checked: Sequence[Claim | BadRow]) -> str:
    # With what was shown to be left of each, so that a part paid meanwhile is in the way, and with
    # its last step: what was exported after the look, maybe anew, is paid by that file as well.
    return json.dumps(
        [
            asdict(replace(row, diamonds=str(claim.left_diamonds), seen_step=claim.step))
            for row, claim in _found(rows, checked)
        ]
    )


async def _load(
    read: Read, guild_id: int, import_id: int, admin_id: int
) -> tuple[tuple[ResultRow, ...], bool]:
    found = list(
        await read(
            "SELECT results, applied_at FROM payout_import"
            " WHERE guild_id = ? AND import_id = ? AND admin_id = ?",
            (guild_id, import_id, admin_id),
        )
    )
    if not found:
        raise ImportGone
    results, applied_at = found[0]
    return tuple(ResultRow(**row) for row in json.loads(results)), bool(applied_at)


async def _checked(
    read: Read, guild_id: int, admin_id: int, rows: Sequence[ResultRow]
) -> list[Claim | BadRow]:
    """Return the claim of each row, or what keeps the row from being applied."""
    checked: list[Claim | BadRow] = []
    for row in rows:
        try:
            claim = await load_claim(read, guild_id, row.claim_id)
        except ClaimNotFound:
            checked.append(BadRow(row.line, str(row.claim_id), Why.UNKNOWN))
            continue
        why = _what_differs(row, claim, admin_id)
        checked.append(claim if why is None else BadRow(row.line, str(row.claim_id), why))
    return checked


def _what_differs(row: ResultRow, claim: Claim, admin_id: int) -> Why | None:
    """Return the first thing in which a row and its claim do not agree; '' agrees with all."""
    left_minor = claim.amount_minor - claim.paid_minor
    # The bank's word for an earlier file says nothing of the one that it has now.
    is_old = claim.is_at_bank and row.step not in {"", str(claim.step)}
    differs = (
        (Why.OWN, claim.streamer_id == admin_id),
        (Why.MOVED, not (claim.is_at_bank or claim.state is ClaimState.APPROVED)),
        (Why.OLD, is_old),
        (Why.STREAMER, bool(row.streamer) and not _is_id(row.streamer, claim.streamer_id)),
        (Why.DIAMONDS, row.diamonds not in {"", str(claim.left_diamonds)}),
        (Why.CURRENCY, row.currency.upper() not in {"", claim.currency}),
        (Why.AMOUNT, bool(row.amount) and not _is_amount(row.amount, claim.currency, left_minor)),
        (Why.MOVED, claim.changed_since(row.seen_step)),
    )
    return next((why for why, is_so in differs if is_so), None)


def _is_id(typed: str, streamer_id: int) -> bool:
    """Tell whether an id was typed, or what a spreadsheet made of it: 1.2E+18 has lost digits."""
    try:
        number = Decimal(typed.replace(",", "."))
        digits = len(number.normalize().as_tuple().digits)
        return Context(prec=max(digits, 1)).create_decimal(streamer_id) == number
    except ArithmeticError:
        return False


def _is_amount(typed: str, currency: str, minor: int) -> bool:
    """Tell whether an amount in minor units was typed, with a point or a comma."""
    try:
        # Never made an int of: 1e999999 has a million digits, and everybody would wait for them.
        return Decimal(typed.replace(",", ".")).scaleb(decimals_of(currency)) == minor
    except ArithmeticError:
        return False


def _report(
    import_id: int,
    rows: Sequence[ResultRow],
    checked: Sequence[Claim | BadRow],
    bad: Sequence[BadRow],
) -> ImportReport:
    found = _found(rows, checked)
    paid = [claim for row, claim in found if row.is_paid]
    failed = [claim for row, claim in found if not row.is_paid]
    bad = sorted(
        (*bad, *(each for each in checked if isinstance(each, BadRow))), key=lambda row: row.line
    )
    currency = next((claim.currency for claim in paid if claim.currency), "")
    minor = sum(claim.amount_minor - claim.paid_minor for claim in paid)
    return ImportReport(
        import_id=import_id,
        paid_claims=len(paid),
        paid_diamonds=sum(claim.left_diamonds for claim in paid),
        paid_worth=Money(minor, currency) if currency else None,
        failed_claims=len(failed),
        failed_diamonds=sum(claim.left_diamonds for claim in failed),
        bad=tuple(bad),
    )


async def _applied(
    read: Read, guild_id: int, import_id: int, rows: Sequence[ResultRow]
) -> ImportReport:
    """Return what a file did when it was applied, as its steps say."""
    steps = await read(
        "SELECT s.claim_id, s.action, s.diamonds, COALESCE(p.amount_minor, 0), c.currency"
        "  FROM claim_step AS s JOIN claim AS c USING (guild_id, claim_id)"
        "  LEFT JOIN claim_payment AS p ON p.guild_id = s.guild_id AND p.claim_id = s.claim_id"
        "   AND p.entry_id = s.entry_id"
        f" WHERE s.guild_id = ? AND s.key IN ({', '.join('?' * len(rows))})",
        (guild_id, *(f"import:{import_id}:{row.claim_id}" for row in rows)),
    )
    done = [tuple(step) for step in steps]
    paid = [step for step in done if step[1] in {ClaimAction.PAY, ClaimAction.SENT}]
    failed = [step for step in done if step[1] in {ClaimAction.BOUNCE, ClaimAction.FAIL}]
    currency = next((step[4] for step in paid if step[4]), "")
    return ImportReport(
        import_id=import_id,
        paid_claims=len(paid),
        paid_diamonds=sum(step[2] for step in paid),
        paid_worth=Money(sum(step[3] for step in paid), currency) if currency else None,
        failed_claims=len(failed),
        failed_diamonds=sum(step[2] for step in failed),
        bad=(),
        replayed=True,
    )
