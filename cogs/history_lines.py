"""One entry of the books as a line that a person reads."""

from collections.abc import Callable

import discord

from bot.errors import UnknownGift
from bot.services.catalogue import find_gift
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.wallets import HistoryEntry
from bot.texts import Texts
from cogs.looks import COIN, DIAMOND


def history_line(
    texts: Texts, entry: HistoryEntry, *, most_note: int = MOST_REASON_CHARACTERS
) -> str:
    """Return when, what, how much, the first `most_note` characters of the note, the receipt."""
    what = _WHAT[entry.kind](texts, entry)
    shown = entry.note if len(entry.note) <= most_note else f"{entry.note[: most_note - 1]}…"
    note = f"· {discord.utils.escape_markdown(shown)}" if shown else ""
    changes = " ".join(
        f"**{'+' if amount > 0 else ''}{texts.number(amount)}** {unit}{worth}"
        for amount, unit, worth in (
            (entry.coins, COIN, texts.worth(entry.coins)),
            (entry.earned, "💐", texts.worth(entry.earned)),
            (entry.diamonds, DIAMOND, ""),
        )
        if amount
    )
    at = texts("{at:until}", at=entry.posted_at)
    return " ".join(filter(None, (at, what, changes, note, f"`#{entry.entry_id}`")))


def _gift(texts: Texts, entry: HistoryEntry) -> str:
    thing = _thing(texts, entry)
    other = f"<@{entry.other_id}>"
    if entry.earned:
        return texts("{thing} from {other}", thing=thing, other=other)
    return texts("{thing} to {other}", thing=thing, other=other)


def _undo(texts: Texts, entry: HistoryEntry) -> str:
    return texts("{thing} taken back", thing=_thing(texts, entry))


def _split(texts: Texts, entry: HistoryEntry) -> str:
    if entry.earned > 0:
        return texts("Shared with you by <@{other}>", other=str(entry.other_id))
    return texts("Shared with others")


def _thing(texts: Texts, entry: HistoryEntry) -> str:
    try:
        gift = find_gift(entry.gift)
    except UnknownGift:
        return entry.gift  # a gift that left the catalogue keeps its code in the books
    count = f" ×{texts.number(entry.count)}" if entry.count > 1 else ""
    return f"{gift.emoji} {texts(gift.name)}{count}"


_WHAT: dict[str, Callable[[Texts, HistoryEntry], str]] = {
    "purchase": lambda texts, _: texts("Coins bought"),
    "grant": lambda texts, _: texts("Bonus coins from an admin"),
    "gift": _gift,
    "undo": _undo,
    "conversion": lambda texts, _: texts("Converted"),
    "split": _split,
    "promise": lambda texts, _: texts("Bonus set aside for an order"),
    "release": lambda texts, _: texts("Bonus no longer set aside"),
    "refund": lambda texts, _: texts("A payment went back"),
    "restore": lambda texts, _: texts("A payment stays after all"),
    "season": lambda texts, _: texts("A new season began"),
    "claim": lambda texts, _: texts("Diamonds claimed"),
    "claim_rejected": lambda texts, _: texts("Claim rejected, diamonds returned"),
    "claim_cancelled": lambda texts, _: texts("Claim cancelled, diamonds returned"),
    "claim_failed": lambda texts, _: texts("Claim could not be paid, diamonds returned"),
    "claim_paid": lambda texts, _: texts("Claim paid"),
}
