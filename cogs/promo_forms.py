"""The forms behind a preview: each shows a part of the plan as it is and returns it changed."""

import re
from dataclasses import dataclass, replace
from typing import Any

import discord
from typing_extensions import override

from bot.promotion_errors import PacksMissing
from bot.services.durations import MOST_TYPED_CHARACTERS
from bot.services.economy import Economy
from bot.services.packs import PricedPack
from bot.services.plain_text import plain
from bot.services.promotion_drafts import Draft
from bot.services.promotion_plans import Announcement
from bot.services.promotion_terms import (
    MOST_ANNOUNCEMENT_CHARACTERS,
    MOST_NAME_CHARACTERS,
    MOST_PICTURE_CHARACTERS,
    Terms,
)
from bot.texts import Texts
from cogs.answers import Answer
from cogs.kept_forms import Form
from cogs.pictures import studio_of
from cogs.promo_banner import refuse_unwritable
from cogs.promo_input import TakenDay, read_bonus, read_limit
from cogs.promo_places import refuse_unreachable
from cogs.promo_words import bonus_typed


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed draft, and the days in it that only the reader's habit decided."""

    draft: Draft
    taken: tuple[TakenDay, ...] = ()


class DraftForm(Form):
    """A form over one part of a plan that is not saved yet; its answer is known by its name."""

    template = re.compile(r"bouquet:promo_form:(?P<part>[a-z]+):(?P<draft>\d+):\d+")

    def __init__(self, answer: Answer, draft: Draft, part: str, title: str) -> None:
        # Discord shows what was typed before in a form of the same id, so each has its own.
        super().__init__(title, f"bouquet:promo_form:{part}:{draft.draft_id}:{answer.key}")
        self.texts = answer.texts
        self.part = part
        self.name = f"{part}:{draft.draft_id}"

    async def change(self, draft: Draft, interaction: discord.Interaction[Any]) -> Changed:
        """Return the draft with what was filled in.

        Raises:
            Refusal: it cannot be so.
        """
        raise NotImplementedError


class WhatForm(DraftForm):
    """The name, the bonus, and which purchases bring it; `packs` are labels by their coins."""

    def __init__(self, answer: Answer, draft: Draft, packs: dict[int, str]) -> None:
        texts, plan = answer.texts, draft.plan
        super().__init__(answer, draft, "what", texts("Who and what"))
        self.called = self.add_line("name", plan.name, texts("Name"), most=MOST_NAME_CHARACTERS)
        self.bonus = self.add_line(
            "bonus",
            bonus_typed(plan.terms),
            texts("Bonus"),
            texts("A percentage such as 20%, or coins such as 50"),
            most=MOST_TYPED_CHARACTERS,
        )
        options = [
            discord.SelectOption(label=label, value=str(coins), default=coins in plan.terms.packs)
            for coins, label in packs.items()
        ]
        self.packs: discord.ui.Select[Any] = self.add(
            discord.ui.Select(
                custom_id="packs",
                options=options,
                required=False,
                min_values=0,
                max_values=len(options),
            ),
            texts("Packs"),
            texts("Choose none for all of them"),
        )
        self.least = self.add_line(
            "least",
            str(plan.terms.least_coins or ""),
            texts("Least coins of a pack"),
            most=MOST_TYPED_CHARACTERS,
        )
        self.first: discord.ui.Checkbox[Any] = self.add(
            discord.ui.Checkbox(custom_id="first", default=plan.terms.first_purchase),
            texts("Only for a member's first purchase"),
        )

    @override
    async def change(self, draft: Draft, interaction: discord.Interaction[Any]) -> Changed:
        percent, coins = read_bonus(self.bonus.value)
        plan = draft.plan
        terms = replace(
            plan.terms,
            bonus_percent=percent,
            bonus_coins=coins,
            # A pack that is gone since the form was opened is refused, not left out: without the
            # last one that was chosen it would be for all packs.
            packs=tuple(sorted({int(coins) for coins in self.packs.values if coins.isdecimal()})),
            least_coins=read_limit(self.least.value),
            first_purchase=self.first.value,
        )
        plan = replace(plan, name=plain(self.called.value), terms=terms)
        return Changed(replace(draft, plan=plan))


async def pack_labels(texts: Texts, economy: Economy, guild_id: int) -> dict[int, str]:
    """Return what a guild's packs are called in a menu, by their coins; hidden ones too.

    Raises:
        PacksMissing: a menu without anything in it cannot be opened.
    """
    coins = await economy.packs.coins(guild_id)
    if not coins:
        raise PacksMissing
    priced = {pack.coins: _priced_label(texts, pack) for pack in await economy.packs.all(guild_id)}
    return priced or {each: texts.coins(each) for each in coins}


def _priced_label(texts: Texts, pack: PricedPack) -> str:
    label = f"{texts.bare(pack.coins)} · {texts('{price}', price=pack.price)}"
    return f"{label} · {texts('hidden')}" if pack.hidden else label


class LimitsForm(DraftForm):
    """How much of it there is, for a member and in all."""

    def __init__(self, answer: Answer, draft: Draft) -> None:
        texts, terms = answer.texts, draft.plan.terms
        super().__init__(answer, draft, "limits", texts("Limits"))
        none = texts("Leave it empty for no limit")
        most = MOST_TYPED_CHARACTERS
        self.coins = self.add_line(
            "coins",
            str(terms.member_coins or ""),
            texts("Bonus coins for each member in a window"),
            none,
            most=most,
        )
        self.uses = self.add_line(
            "uses",
            str(terms.member_uses or ""),
            texts("Purchases of each member in a window"),
            none,
            most=most,
        )
        self.budget = self.add_line(
            "budget", str(terms.budget_coins or ""), texts("Bonus coins in all"), none, most=most
        )

    @override
    async def change(self, draft: Draft, interaction: discord.Interaction[Any]) -> Changed:
        terms: Terms = replace(
            draft.plan.terms,
            member_coins=read_limit(self.coins.value),
            member_uses=read_limit(self.uses.value),
            budget_coins=read_limit(self.budget.value),
        )
        return Changed(replace(draft, plan=replace(draft.plan, terms=terms)))


class AnnouncementForm(DraftForm):
    """Where windows are announced, to whom, and with which words."""

    def __init__(self, answer: Answer, draft: Draft) -> None:
        texts, now = answer.texts, draft.plan.announcement
        super().__init__(answer, draft, "announcement", texts("Announcement"))
        self.channel: discord.ui.ChannelSelect[Any] = self.add(
            discord.ui.ChannelSelect(
                custom_id="channel",
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                required=False,
                min_values=0,
                default_values=_chosen(now.channel_id, discord.SelectDefaultValueType.channel),
            ),
            texts("Channel"),
            texts("Choose none to announce nothing"),
        )
        self.role: discord.ui.RoleSelect[Any] = self.add(
            discord.ui.RoleSelect(
                custom_id="role",
                required=False,
                min_values=0,
                default_values=_chosen(now.role_id, discord.SelectDefaultValueType.role),
            ),
            texts("Role that is mentioned"),
        )
        self.ending: discord.ui.Checkbox[Any] = self.add(
            discord.ui.Checkbox(custom_id="ending", default=now.tells_ending),
            texts("Also tell when it is about to end"),
        )
        self.words: discord.ui.TextInput[Any] = self.add(
            discord.ui.TextInput(
                custom_id="text",
                style=discord.TextStyle.paragraph,
                default=now.text or None,
                required=False,
                max_length=MOST_ANNOUNCEMENT_CHARACTERS,
            ),
            texts("Your own words"),
        )
        self.picture = self.add_line(
            "picture",
            now.picture_text,
            texts("Words on a picture"),
            texts("Beside the bonus, on a banner of flowers; leave it empty for no picture"),
            most=MOST_PICTURE_CHARACTERS,
        )

    @override
    async def change(self, draft: Draft, interaction: discord.Interaction[Any]) -> Changed:
        announcement = Announcement(
            channel_id=self.channel.values[0].id if self.channel.values else 0,
            role_id=self.role.values[0].id if self.role.values else 0,
            tells_ending=self.ending.value,
            text="\n".join(map(plain, self.words.value.splitlines())).strip(),
            picture_text=plain(self.picture.value),
        )
        refuse_unreachable(interaction, self.texts, announcement)
        await refuse_unwritable(studio_of(interaction), announcement.picture_text)
        return Changed(replace(draft, plan=replace(draft.plan, announcement=announcement)))


def _chosen(
    chosen_id: int, kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=chosen_id, type=kind)] if chosen_id else []
