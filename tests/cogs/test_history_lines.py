"""One entry of the books as one line."""

from dataclasses import replace

import pytest

from bot.services.wallets import HistoryEntry
from bot.texts import texts_for
from cogs.history_lines import history_line

TEXTS = texts_for("en-US")
ENTRY = HistoryEntry(
    entry_id=42,
    kind="purchase",
    posted_at=1_800_000_000,
    coins=0,
    earned=0,
    diamonds=0,
    note="",
    other_id=7,
    gift="",
    count=0,
    message="",
)
AT = "<t:1800000000:R>"


def test_a_long_note_is_cut_where_there_is_little_room() -> None:
    entry = replace(ENTRY, kind="grant", coins=5, note="abcdef")
    assert "· abcdef `#42`" in history_line(TEXTS, entry, most_note=6)
    assert "· abcd… `#42`" in history_line(TEXTS, entry, most_note=5)


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (replace(ENTRY, coins=1_400), f"{AT} Coins bought **+1,400** 🪙 `#42`"),
        (
            replace(ENTRY, kind="grant", coins=5, note="for *you*"),
            rf"{AT} Bonus coins from an admin **+5** 🪙 · for \*you\* `#42`",
        ),
        (
            replace(ENTRY, kind="gift", gift="tulip", count=1, coins=-15),
            f"{AT} 🌷 Tulip to <@7> **-15** 🪙 `#42`",
        ),
        (
            replace(ENTRY, kind="gift", gift="tulip", count=1_200, earned=18_000),
            f"{AT} 🌷 Tulip ×1,200 from <@7> **+18,000** 💐 `#42`",
        ),
        (
            replace(ENTRY, kind="gift", gift="retired", count=2, coins=-2),
            f"{AT} retired to <@7> **-2** 🪙 `#42`",
        ),
        (
            replace(ENTRY, kind="undo", gift="petal", count=1, coins=1),
            f"{AT} 🌸 Petal taken back **+1** 🪙 `#42`",
        ),
        (
            replace(ENTRY, kind="conversion", earned=-300, diamonds=100),
            f"{AT} Converted **-300** 💐 **+100** 💎 `#42`",
        ),
        (replace(ENTRY, kind="promise"), f"{AT} Bonus set aside for an order `#42`"),
        (replace(ENTRY, kind="release"), f"{AT} Bonus no longer set aside `#42`"),
        (
            replace(ENTRY, kind="refund", coins=-700),
            f"{AT} A payment went back **-700** 🪙 `#42`",
        ),
        (
            replace(ENTRY, kind="restore", coins=700),
            f"{AT} A payment stays after all **+700** 🪙 `#42`",
        ),
        (replace(ENTRY, kind="season", coins=-70), f"{AT} A new season began **-70** 🪙 `#42`"),
        (replace(ENTRY, kind="claim"), f"{AT} Diamonds claimed `#42`"),
        (
            replace(ENTRY, kind="claim_rejected", note="no address"),
            f"{AT} Claim rejected, diamonds returned · no address `#42`",
        ),
        (replace(ENTRY, kind="claim_cancelled"), f"{AT} Claim cancelled, diamonds returned `#42`"),
        (
            replace(ENTRY, kind="claim_paid", diamonds=-100, note="INV-7"),
            f"{AT} Claim paid **-100** 💎 · INV-7 `#42`",
        ),
    ],
)
def test_each_kind_reads_as_one_line(entry: HistoryEntry, line: str) -> None:
    assert history_line(TEXTS, entry) == line
