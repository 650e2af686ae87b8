"""Claims as a CSV file, for whoever pays them at a bank."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.currencies import decimals_of
from bot.services.claim import Claim
from bot.services.csv_cells import BYTE_ORDER_MARK, csv_lines, typed


def payout_csv(
    claims: Sequence[Claim],
    *,
    names: Mapping[int, str],
    payees: Mapping[int, str],
    has_money: bool,
) -> bytes:
    """Return what is left to pay of each claim; `names` and `payees` are by streamer.

    Numbers are plain and money stands in its own unit, 12.34 rather than 1234; where a guild plays
    there is no money in it.
    """
    money = ("amount", "currency") if has_money else ()
    # The step tells this file from an earlier one with the same claim, when its results come back.
    head = ("claim", "streamer_id", "name", "payee", "diamonds", *money, "step")
    rows = [
        (
            claim.claim_id,
            str(claim.streamer_id),
            typed(names.get(claim.streamer_id, "")),
            typed(payees.get(claim.streamer_id, "")),
            claim.left_diamonds,
            *((_left_amount(claim), claim.currency) if has_money else ()),
            claim.step,
        )
        for claim in claims
    ]
    return (BYTE_ORDER_MARK + csv_lines([head, *rows])).encode()


def _left_amount(claim: Claim) -> str:
    """Return what is left to pay, '' where diamonds had no value in money."""
    if claim.left_worth is None:
        return ""
    return f"{Decimal(claim.left_worth.minor).scaleb(-decimals_of(claim.currency)):f}"
