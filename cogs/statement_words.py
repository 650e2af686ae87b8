"""What stands in a statement's rows, in the words of its reader."""

from collections.abc import Callable, Iterator

from bot.errors import UnknownGift
from bot.services.catalogue import find_gift
from bot.services.statement_rows import StatementRow
from bot.services.statement_totals import GiftRun
from bot.texts import N_, Texts

NameOf = Callable[[int], str]

KINDS = {
    "gift": N_("Gifts received"),
    "undo": N_("Gifts taken back"),
    "refund": N_("Gifts whose payment went back"),
    "conversion": N_("Converted"),
    "split": N_("Shared"),
    "claim": N_("Diamonds claimed"),
    "claim_rejected": N_("Claims rejected, diamonds returned"),
    "claim_cancelled": N_("Claims cancelled, diamonds returned"),
    "claim_failed": N_("Claims that could not be paid, diamonds returned"),
    "claim_paid": N_("Claims paid"),
    "season": N_("End of a season"),
}
_OTHER = N_("Other")


def kind_words(texts: Texts, kind: str) -> str:
    """Return what rows of a kind are called together."""
    return texts(KINDS.get(kind, _OTHER))


def row_words(texts: Texts, row: StatementRow, name_of: NameOf) -> str:
    """Return what a row is."""
    if row.gift:
        thing, other = _thing(texts, row), name_of(row.other_id)
        if row.kind == "gift":
            return texts("{thing} from {other}", thing=thing, other=other)
        if row.kind == "undo":
            return texts("{thing} from {other}, taken back", thing=thing, other=other)
        return texts("{thing} from {other}, its payment went back", thing=thing, other=other)
    if row.kind == "split" and row.change.coins > 0:
        return texts("Shared by {other}", other=name_of(row.other_id))
    words = texts(_ROWS.get(row.kind, _OTHER))
    if row.claim_id:
        return texts("{what} · Claim {number:receipt}", what=words, number=row.claim_id)
    return words


_ROWS = {
    "conversion": N_("Converted"),
    "split": N_("Shared with others"),
    "claim": N_("Diamonds claimed"),
    "claim_rejected": N_("Claim rejected, diamonds returned"),
    "claim_cancelled": N_("Claim cancelled, diamonds returned"),
    "claim_failed": N_("Claim could not be paid, diamonds returned"),
    "claim_paid": N_("Claim paid"),
    "season": N_("A new season began"),
}


def row_details(texts: Texts, row: StatementRow, name_of: NameOf) -> Iterator[str]:
    """Yield what else is known of a row; what people wrote is in it as they wrote it."""
    if row.message:
        yield texts("“{text}”", text=row.message)
    if row.fee_coins and row.kind == "gift":
        yield texts("{fee:coins} fee", fee=row.fee_coins)
    if row.paid_rate:
        yield _rate_words(texts, row)
    if row.kind.startswith("claim_") and row.kind != "claim_cancelled":
        yield texts("by {name}", name=name_of(row.other_id))
    if row.note:
        yield row.note
    if row.about_id:
        yield texts("Gift {number:receipt}", number=row.about_id)


def run_words(texts: Texts, run: GiftRun) -> str:
    """Return what a run of gifts is."""
    givers = texts.plural("from {count} person", "from {count} people", len(run.giver_ids))
    return texts("{gifts:gifts} {givers}", gifts=run.gifts, givers=givers)


def run_details(texts: Texts, run: GiftRun) -> Iterator[str]:
    """Yield what else is known of a run of gifts."""
    if run.undone:
        yield texts.plural("{count} taken back", "{count} taken back", run.undone)
    if run.fee_coins:
        yield texts("{fee:coins} fee", fee=run.fee_coins)


def _rate_words(texts: Texts, row: StatementRow) -> str:
    if row.paid_rate == row.bonus_rate:
        return texts("{rate} diamonds per coin", rate=row.paid_rate)
    return texts(
        "{paid} diamonds per bought coin, {bonus} per bonus coin",
        paid=row.paid_rate,
        bonus=row.bonus_rate,
    )


def _thing(texts: Texts, row: StatementRow) -> str:
    try:
        gift = find_gift(row.gift)
    except UnknownGift:
        return row.gift  # a gift that left the catalogue keeps its code in the books
    count = f" ×{texts.number(row.count)}" if row.count > 1 else ""
    return f"{gift.emoji} {texts(gift.name)}{count}"
