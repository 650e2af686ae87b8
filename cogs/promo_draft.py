"""A promotion that is not saved yet: the buttons of its preview, and the forms behind them."""

import logging
import re
from collections.abc import Iterable
from typing import Any, Self

import discord
from typing_extensions import override

from bot.errors import OldButton, Refusal, Told
from bot.promotion_errors import AlreadySaved
from bot.services.economy import Economy
from bot.services.promotion_drafts import Draft
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.kept_forms import KEPT
from cogs.looks import QUIET_COLOUR
from cogs.pictures import Picture, studio_of
from cogs.promo_banner import banner_picture
from cogs.promo_forms import (
    AnnouncementForm,
    Changed,
    DraftForm,
    LimitsForm,
    WhatForm,
    pack_labels,
)
from cogs.promo_input import TakenDay
from cogs.promo_places import refuse_unreachable
from cogs.promo_preview import preview_embed, saved_embed
from cogs.promo_when import WhenForm

log = logging.getLogger(__name__)

# What a message shows of a draft.
Card = tuple[discord.Embed, discord.ui.View, Picture | None]

_BUTTONS = {
    "save": (N_("Save"), discord.ButtonStyle.success),
    "what": (N_("Who and what"), discord.ButtonStyle.secondary),
    "limits": (N_("Limits"), discord.ButtonStyle.secondary),
    "when": (N_("When"), discord.ButtonStyle.secondary),
    "announcement": (N_("Announcement"), discord.ButtonStyle.secondary),
    "discard": (N_("Discard"), discord.ButtonStyle.danger),
}
_BUTTONS_A_ROW = 5
_AGAIN = N_("Try again")


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=(
        r"bouquet:promo:(?P<what>save|what|limits|when|announcement|discard)(?P<again>_again)?"
        r":(?P<admin>\d+):(?P<draft>\d+)"
    ),
):
    """Changes, saves or discards what is not saved yet; survives a restart.

    `again` opens a form with what was typed into it when it was refused.
    """

    def __init__(
        self,
        what: str,
        admin_id: int,
        draft_id: int,
        texts: Texts | None = None,
        *,
        again: bool = False,
    ) -> None:
        label, style = (_AGAIN, discord.ButtonStyle.primary) if again else _BUTTONS[what]
        name = f"{what}_again" if again else what
        super().__init__(
            discord.ui.Button(
                label=texts(label) if texts else None,
                style=style,
                custom_id=f"bouquet:promo:{name}:{admin_id}:{draft_id}",
            )
        )
        self.what = what
        self.again = again
        self.admin_id = admin_id
        self.draft_id = draft_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        again = match["again"] is not None
        return cls(match["what"], int(match["admin"]), int(match["draft"]), again=again)

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
                form = await _form(answer, economy, draft, self.what)
                if self.again:
                    form.fill(KEPT.find(form.name) or {})
                await answer.ask(form)


async def _form(answer: Answer, economy: Economy, draft: Draft, part: str) -> DraftForm:
    if part == "when":
        return WhenForm(answer, draft, await economy.promotions.zone(draft.guild_id))
    if part == "what":
        return WhatForm(answer, draft, await pack_labels(answer.texts, economy, draft.guild_id))
    forms = {"limits": LimitsForm, "announcement": AnnouncementForm}
    if part not in forms:
        raise OldButton
    return forms[part](answer, draft)


async def take_draft_form(interaction: discord.Interaction[Any], match: re.Match[str]) -> None:
    """Answer a form over a draft, whichever process opened it."""
    async with answering(interaction, Kind.UPDATE) as answer:
        admin, economy = answer.admin(), economy_of(interaction)
        draft_id = int(match["draft"])
        draft = await economy.promotion_drafts.find(admin.guild_id, draft_id, admin.member_id)
        form = await _form(answer, economy, draft, match["part"])
        await form.read(interaction)
        await _take(answer, economy, draft, form)


async def _take(answer: Answer, economy: Economy, draft: Draft, form: DraftForm) -> None:
    """Change a draft as it is by now, and show it; what is refused can be mended in the form."""
    taken: tuple[TakenDay, ...] = ()

    async def alter(before: Draft) -> Draft:
        nonlocal taken
        changed: Changed = await form.change(before, answer.interaction)
        taken = changed.taken
        return changed.draft

    try:
        draft = await economy.promotion_drafts.alter(
            draft.guild_id, draft.draft_id, draft.admin_id, alter
        )
    except (OldButton, AlreadySaved):
        raise
    except Told as told:
        if not isinstance(told, Refusal):
            log.warning("%s was told: %s", draft.admin_id, told)
        KEPT.keep(form.name, form.values())
        embed, view, picture = await preview_card(answer, draft)
        view.add_item(_again(answer.texts, draft, form.part))
        sentence = f"⚠️ {told.sentence(answer.texts)}"
        await answer.update(sentence, embed=embed, view=view, picture=picture)
    else:
        KEPT.forget(form.name)
        embed, view, picture = await preview_card(answer, draft, taken)
        await answer.update(embed=embed, view=view, picture=picture)


def _again(texts: Texts, draft: Draft, part: str) -> DraftButton:
    button = DraftButton(part, draft.admin_id, draft.draft_id, texts, again=True)
    button.row = 1
    return button


async def _save(answer: Answer, economy: Economy, draft: Draft) -> None:
    refuse_unreachable(answer.interaction, answer.texts, draft.plan.announcement)
    promotion = await economy.promotion_drafts.save(draft)
    preview = await economy.promotion_drafts.preview(
        draft.guild_id, promotion.plan, promotion.promotion_id
    )
    await answer.update(embed=saved_embed(answer.texts, promotion, preview), view=None)


async def preview_card(answer: Answer, draft: Draft, taken: Iterable[TakenDay] = ()) -> Card:
    """Return the preview of a draft with its buttons, and its picture where one can be had."""
    texts, economy = answer.texts, economy_of(answer.interaction)
    zone = await economy.promotions.zone(draft.guild_id)
    preview = await economy.promotion_drafts.preview(draft.guild_id, draft.plan, draft.promotion_id)
    view = discord.ui.View()
    for position, what in enumerate(_BUTTONS):
        button = DraftButton(what, draft.admin_id, draft.draft_id, texts)
        button.row = position // _BUTTONS_A_ROW
        view.add_item(button)
    words = draft.plan.announcement.picture_text
    picture = await banner_picture(
        studio_of(answer.interaction), answer.public_texts, draft.plan.terms, words
    )
    embed = preview_embed(texts, draft, preview, zone, taken)
    if picture is not None:
        embed.set_image(url=f"attachment://{picture.name}")
    return embed, view, picture
