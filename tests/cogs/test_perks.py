"""Perks as people read them."""

from bot.services.perk_rows import Perk
from bot.services.perks import MOST_NAME_CHARACTERS, MOST_PERKS
from bot.texts import texts_for
from cogs.perks import perk_line, perks_embed

ENGLISH = texts_for("en-US")


def perks(name: str) -> tuple[Perk, ...]:
    """Return as many perks as a guild can offer, all of one name."""
    return tuple(
        Perk(
            guild_id=1,
            perk_id=number,
            name=name,
            role_id=1_200_000_000_000_000_101,
            diamonds=10**15,
            days=365,
        )
        for number in range(1, MOST_PERKS + 1)
    )


def test_perks_of_the_longest_names_are_cut_to_what_discord_takes() -> None:
    offered = perks("*_" * (MOST_NAME_CHARACTERS // 2))
    description = perks_embed(ENGLISH, offered, ()).description or ""
    *lines, last = description.splitlines()
    assert len(description) <= 4_096
    assert lines == [perk_line(ENGLISH, perk) for perk in offered[: len(lines)]]
    assert last == f"and {MOST_PERKS - len(lines)} more"
    assert len(description) + len(perk_line(ENGLISH, offered[0])) > 4_096


def test_perks_of_usual_names_are_all_shown() -> None:
    offered = perks("Front row")
    assert (perks_embed(ENGLISH, offered, ()).description or "").count("\n") == MOST_PERKS - 1
