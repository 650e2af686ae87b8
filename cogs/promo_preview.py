"""A promotion before it is saved: what would come of it, and the buttons that change or save it."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import discord

from bot.services.promotion_drafts import Draft
from bot.services.promotion_previews import Preview
from bot.services.promotion_rows import Promotion
from bot.texts import Texts
from cogs.looks import COIN_COLOUR, GARDEN_COLOUR
from cogs.promo_input import TakenDay
from cogs.promo_words import (
    announcement_lines,
    clock_notes,
    escaped,
    rule_line,
    taken_note,
    term_lines,
    window_line,
)


def preview_embed(
    texts: Texts,
    draft: Draft,
    preview: Preview,
    zone: ZoneInfo,
    taken: Iterable[TakenDay] = (),
) -> discord.Embed:
    """Return what would come of a plan, and how its days were taken just now."""
    plan = draft.plan
    embed = discord.Embed(
        title=escaped(plan.name),
        description="\n".join(
            [*term_lines(texts, plan.terms), rule_line(texts, plan.recurrence, zone)]
        ),
        colour=COIN_COLOUR,
    )
    coming, none = preview.windows, texts("None: no window would ever open.")
    if preview.open_terms and coming:
        now, *later = coming
        coming, none = tuple(later), texts("No window is to come.")
        promised = term_lines(texts, preview.open_terms)
        line = window_line(texts, now.starts_at, now.ends_at)
        _add_field(embed, texts("Open now, as it was promised"), [line, *promised])
    windows = [window_line(texts, one.starts_at, one.ends_at) for one in coming]
    odd = [taken_note(texts, one) for one in taken]
    odd += clock_notes(texts, plan.recurrence, zone, coming)
    notes = [f"-# ⚠️ {note}" for note in odd]
    _add_field(embed, texts("Next windows"), (windows or [none]) + notes)
    overlaps = [
        f"{escaped(one.name)} · {window_line(texts, one.starts_at, one.ends_at)}"
        for one in preview.overlaps
    ]
    if overlaps:
        best = texts("A buyer gets the better of the two bonuses, never both.")
        _add_field(embed, texts("At the same time"), overlaps, f"-# {best}")
    _add_field(embed, texts("At most it costs"), _cost_lines(texts, preview))
    _add_field(embed, texts("Announcement"), announcement_lines(texts, plan.announcement))
    footer = texts("Nothing is saved yet.")
    if draft.promotion_id:
        footer = texts("Nothing is saved yet. A window that is open stays as it was promised.")
    return embed.set_footer(text=footer)


def _cost_lines(texts: Texts, preview: Preview) -> list[str]:
    no_limit = texts("no limit")
    member, budget = preview.member_coins, preview.budget_coins
    return [
        texts("For one purchase: {most}", most=texts.coins(preview.purchase_coins)),
        texts(
            "For one member in a window: {most}",
            most=no_limit if member is None else texts.coins(member),
        ),
        texts("In all: {most}", most=no_limit if budget is None else texts.coins(budget)),
    ]


# What a field of an embed holds, less what a cut needs.
_MOST_FIELD_CHARACTERS = 1_000


def _add_field(embed: discord.Embed, name: str, lines: list[str], *last: str) -> None:
    """Add lines as a field, as many as there is room for, and in any case the last ones."""
    while len("\n".join([*lines, *last])) > _MOST_FIELD_CHARACTERS and len(lines) > 1:
        lines = [*lines[:-2], "…"] if lines[-1] == "…" else [*lines[:-1], "…"]
    embed.add_field(name=name, value="\n".join([*lines, *last]), inline=False)


def saved_embed(texts: Texts, promotion: Promotion, preview: Preview) -> discord.Embed:
    """Return what an admin reads once a promotion is saved."""
    windows = [window_line(texts, one.starts_at, one.ends_at) for one in preview.windows]
    embed = discord.Embed(
        title=texts("{name} is saved", name=escaped(promotion.plan.name)),
        description=texts(
            "`/promo show` tells how it goes, `/promo edit` changes what did not begin yet."
        ),
        colour=GARDEN_COLOUR,
    )
    none = texts("No window is to come. `/promo edit` gives it another time.")
    _add_field(embed, texts("Next windows"), windows or [none])
    return embed.set_footer(text=texts("Promotion {number:receipt}", number=promotion.promotion_id))
