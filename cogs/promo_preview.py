"""A promotion before it is saved: what would come of it, and the buttons that change or save it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Self
from zoneinfo import ZoneInfo

import discord
from typing_extensions import override

from bot.services.clock import snowflake_seconds
from bot.services.economy import Economy
from bot.services.promotion_drafts import Draft, Preview
from bot.services.promotion_plans import Plan
from bot.services.promotions import Promotion
from bot.services.recurrence import Kind as Repeats
from bot.services.zones import instant_of, wall_at
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.looks import COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR
from cogs.promo_forms import AnnouncementForm, DraftForm, LimitsForm, WhatForm, WhenForm
from cogs.promo_places import refuse_unreachable
from cogs.promo_words import (
    announcement_lines,
    clock_notes,
    escaped,
    rule_line,
    term_lines,
    window_line,
)

_BUTTONS = {
    "save": (N_("Save"), discord.ButtonStyle.success),
    "what": (N_("Who and what"), discord.ButtonStyle.secondary),
    "limits": (N_("Limits"), discord.ButtonStyle.secondary),
    "when": (N_("When"), discord.ButtonStyle.secondary),
    "announcement": (N_("Announcement"), discord.ButtonStyle.secondary),
    "discard": (N_("Discard"), discord.ButtonStyle.danger),
}
_BUTTONS_A_ROW = 5

# A start that passed while the admin read the preview is now; one that is longer past is refused.
_READING_SECONDS = 10 * 60


def preview_embed(texts: Texts, draft: Draft, preview: Preview, zone: ZoneInfo) -> discord.Embed:
    """Return what would come of a plan."""
    plan = draft.plan
    embed = discord.Embed(
        title=escaped(plan.name),
        description="\n".join(
            [*term_lines(texts, plan.terms), rule_line(texts, plan.recurrence, zone)]
        ),
        colour=COIN_COLOUR,
    )
    windows = [window_line(texts, one.starts_at, one.ends_at) for one in preview.windows]
    notes = [f"-# ⚠️ {note}" for note in _notes(texts, plan, preview, zone)]
    none = texts("None: no window would ever open.")
    _add_field(embed, texts("Next windows"), windows + notes or [none])
    overlaps = [
        f"{escaped(one.name)} · {window_line(texts, one.starts_at, one.ends_at)}"
        for one in preview.overlaps
    ]
    if overlaps:
        best = texts("A buyer gets the better of the two bonuses, never both.")
        _add_field(embed, texts("At the same time"), [*overlaps, f"-# {best}"])
    _add_field(embed, texts("At most it costs"), _cost_lines(texts, preview))
    _add_field(embed, texts("Announcement"), announcement_lines(texts, plan.announcement))
    footer = texts("Nothing is saved yet.")
    if draft.promotion_id:
        footer = texts("Nothing is saved yet. A window that is open stays as it was promised.")
    return embed.set_footer(text=footer)


def _notes(texts: Texts, plan: Plan, preview: Preview, zone: ZoneInfo) -> list[str]:
    return clock_notes(texts, plan.recurrence, zone, preview.windows)


def _cost_lines(texts: Texts, preview: Preview) -> list[str]:
    no_limit = texts("no limit")
    member, budget = preview.member_coins, preview.budget_coins
    return [
        texts("For one purchase: {coins:coins}", coins=preview.purchase_coins),
        texts(
            "For one member in a window: {most}",
            most=no_limit if member is None else texts.coins(member),
        ),
        texts("In all: {most}", most=no_limit if budget is None else texts.coins(budget)),
    ]


# What a field of an embed holds, less what a cut needs.
_MOST_FIELD_CHARACTERS = 1_000


def _add_field(embed: discord.Embed, name: str, lines: list[str]) -> None:
    """Add lines as a field, as many as there is room for."""
    while len("\n".join(lines)) > _MOST_FIELD_CHARACTERS and len(lines) > 1:
        lines = [*lines[:-2], "…"] if lines[-1] == "…" else [*lines[:-1], "…"]
    embed.add_field(name=name, value="\n".join(lines), inline=False)


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
    _add_field(embed, texts("Next windows"), windows)
    return embed.set_footer(text=texts("Promotion {number:receipt}", number=promotion.promotion_id))


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=(
        r"bouquet:promo:(?P<what>save|what|limits|when|announcement|discard)"
        r":(?P<admin>\d+):(?P<draft>\d+)"
    ),
):
    """Changes, saves or discards what is not saved yet; survives a restart."""

    def __init__(self, what: str, admin_id: int, draft_id: int, texts: Texts | None = None) -> None:
        label, style = _BUTTONS[what]
        super().__init__(
            discord.ui.Button(
                label=texts(label) if texts else None,
                style=style,
                custom_id=f"bouquet:promo:{what}:{admin_id}:{draft_id}",
            )
        )
        self.what = what
        self.admin_id = admin_id
        self.draft_id = draft_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["what"], int(match["admin"]), int(match["draft"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin = answer.admin()
            economy = economy_of(interaction)
            drafts = economy.promotion_drafts
            draft = await drafts.find(admin.guild_id, self.draft_id, admin.member_id)
            if self.what == "save":
                await _save(answer, economy, draft)
            elif self.what == "discard":
                await drafts.discard(draft)
                embed = discord.Embed(
                    description=answer.texts("Discarded. Nothing was saved."), colour=QUIET_COLOUR
                )
                await answer.update(embed=embed, view=None)
            else:
                await answer.ask(await _form(answer, economy, draft, self.what))


async def _form(answer: Answer, economy: Economy, draft: Draft, what: str) -> DraftForm:
    keep = partial(_keep, draft_id=draft.draft_id)
    if what == "when":
        zone = await economy.promotions.zone(draft.guild_id)
        return WhenForm(answer, draft, keep, zone)
    forms = {"what": WhatForm, "limits": LimitsForm, "announcement": AnnouncementForm}
    return forms[what](answer, draft, keep)


async def _keep(answer: Answer, change: Callable[[Plan], Plan], *, draft_id: int) -> None:
    """Change a draft as it is by now, and show it."""
    admin = answer.admin()
    economy = economy_of(answer.interaction)
    drafts = economy.promotion_drafts
    draft = await drafts.find(admin.guild_id, draft_id, admin.member_id)
    changed = await drafts.change(draft, change(draft.plan))
    embed, view = await preview_card(answer.texts, economy, changed)
    await answer.update(embed=embed, view=view)


async def _save(answer: Answer, economy: Economy, draft: Draft) -> None:
    refuse_unreachable(answer.interaction, answer.texts, draft.plan.announcement)
    zone = await economy.promotions.zone(draft.guild_id)
    plan = _begun_meanwhile(draft, zone, snowflake_seconds(answer.interaction.id))
    promotion = await economy.promotion_drafts.save(replace(draft, plan=plan))
    preview = await economy.promotion_drafts.preview(
        draft.guild_id, promotion.plan, promotion.promotion_id
    )
    await answer.update(embed=saved_embed(answer.texts, promotion, preview), view=None)


def _begun_meanwhile(draft: Draft, zone: ZoneInfo, now: int) -> Plan:
    """Return the plan, of which a single window that was to begin just now begins now."""
    rule = draft.plan.recurrence
    if rule.kind is not Repeats.ONCE or draft.promotion_id:
        return draft.plan
    starts_at = instant_of(datetime.combine(rule.first_date, rule.start_time), zone)
    if not starts_at < now <= starts_at + _READING_SECONDS:
        return draft.plan
    wall = wall_at(-(-now // 60) * 60, zone)
    rule = replace(rule, first_date=wall.date(), start_time=wall.time())
    return replace(draft.plan, recurrence=rule)


async def preview_card(
    texts: Texts, economy: Economy, draft: Draft
) -> tuple[discord.Embed, discord.ui.View]:
    """Return the preview of a draft with its buttons."""
    zone = await economy.promotions.zone(draft.guild_id)
    preview = await economy.promotion_drafts.preview(draft.guild_id, draft.plan, draft.promotion_id)
    view = discord.ui.View()
    for position, what in enumerate(_BUTTONS):
        button = DraftButton(what, draft.admin_id, draft.draft_id, texts)
        button.row = position // _BUTTONS_A_ROW
        view.add_item(button)
    return preview_embed(texts, draft, preview, zone), view
