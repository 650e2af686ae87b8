"""The forms behind a preview: each shows a part of the plan as it is and returns it changed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from babel.dates import get_day_names
from typing_extensions import override

from bot.services.clock import snowflake_seconds
from bot.services.moments import Moment
from bot.services.orders import PACKS_COINS
from bot.services.plain_text import plain
from bot.services.promotion_drafts import Draft
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import MOST_ANNOUNCEMENT_CHARACTERS, MOST_NAME_CHARACTERS, Terms
from bot.services.recurrence import Kind, Recurrence
from bot.services.zones import instant_of
from cogs.answers import Answer, answering
from cogs.answers import Kind as AnswerKind
from cogs.promo_input import (
    MOST_TYPED_CHARACTERS,
    TypedTimes,
    read_bonus,
    read_lasts,
    read_limit,
    read_times,
    read_until,
    rule_from,
)
from cogs.promo_places import refuse_unreachable
from cogs.promo_words import KINDS, bonus_typed, lasts_typed

# A form that was closed tells nobody, so it is forgotten after a while.
FORM_SECONDS = 60 * 60

# Keeps a changed plan and shows what would come of it.
Keep = Callable[[Answer, Callable[[Plan], Plan]], Awaitable[None]]


class DraftForm(discord.ui.Modal):
    """A form over one part of a plan that is not saved yet."""

    def __init__(self, answer: Answer, draft: Draft, title: str, keep: Keep) -> None:
        super().__init__(
            title=title,
            timeout=FORM_SECONDS,
            # The same form may be open twice; each is answered.
            custom_id=f"bouquet:promo_form:{draft.draft_id}:{answer.key}",
        )
        self.texts = answer.texts
        self.keep = keep

    def change(self, plan: Plan, interaction: discord.Interaction[Any]) -> Plan:
        """Return the plan with what was filled in.

        Raises:
            Refusal: it cannot be so.
        """
        raise NotImplementedError

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction, AnswerKind.UPDATE) as answer:
            await self.keep(answer, lambda plan: self.change(plan, interaction))

    def add(self, item: discord.ui.Item[Any], label: str, description: str | None = None) -> Any:
        """Add a field with its label and return it."""
        self.add_item(discord.ui.Label(text=label, component=item, description=description))
        return item

    def add_line(
        self, name: str, value: str, label: str, description: str | None = None, *, most: int
    ) -> "discord.ui.TextInput[Any]":
        """Add a line of text that can be left empty."""
        line: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=name, default=value or None, required=False, max_length=most
        )
        return self.add(line, label, description)


class WhatForm(DraftForm):
    """The name, the bonus, and which purchases bring it."""

    def __init__(self, answer: Answer, draft: Draft, keep: Keep) -> None:
        texts, plan = answer.texts, draft.plan
        super().__init__(answer, draft, texts("Who and what"), keep)
        self.name = self.add_line("name", plan.name, texts("Name"), most=MOST_NAME_CHARACTERS)
        self.bonus = self.add_line(
            "bonus",
            bonus_typed(plan.terms),
            texts("Bonus"),
            texts("A percentage such as 20%, or coins such as 50"),
            most=MOST_TYPED_CHARACTERS,
        )
        options = [
            discord.SelectOption(
                label=texts.coins(coins), value=str(coins), default=coins in plan.terms.packs
            )
            for coins in PACKS_COINS
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
    def change(self, plan: Plan, interaction: discord.Interaction[Any]) -> Plan:
        percent, coins = read_bonus(self.bonus.value)
        terms = replace(
            plan.terms,
            bonus_percent=percent,
            bonus_coins=coins,
            packs=tuple(sorted(int(pack) for pack in self.packs.values if pack.isdecimal())),
            least_coins=read_limit(self.least.value),
            first_purchase=self.first.value,
        )
        return replace(plan, name=plain(self.name.value), terms=terms)


class LimitsForm(DraftForm):
    """How much of it there is, for a member and in all."""

    def __init__(self, answer: Answer, draft: Draft, keep: Keep) -> None:
        texts, terms = answer.texts, draft.plan.terms
        super().__init__(answer, draft, texts("Limits"), keep)
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
    def change(self, plan: Plan, interaction: discord.Interaction[Any]) -> Plan:
        terms: Terms = replace(
            plan.terms,
            member_coins=read_limit(self.coins.value),
            member_uses=read_limit(self.uses.value),
            budget_coins=read_limit(self.budget.value),
        )
        return replace(plan, terms=terms)


class WhenForm(DraftForm):
    """When windows open, and how often."""

    def __init__(self, answer: Answer, draft: Draft, keep: Keep, zone: ZoneInfo) -> None:
        texts, rule = answer.texts, draft.plan.recurrence
        super().__init__(answer, draft, texts("When"), keep)
        self.zone = zone
        most = MOST_TYPED_CHARACTERS
        self.starts = self.add_line(
            "starts", _start_typed(rule), texts("Starts"), zone.key, most=most
        )
        self.lasts = self.add_line(
            "lasts",
            lasts_typed(rule.lasts_seconds),
            texts("Lasts"),
            texts("Like “2 hours”, or until “fri 22:00”"),
            most=most,
        )
        self.repeats: discord.ui.Select[Any] = self.add(
            discord.ui.Select(
                custom_id="repeats",
                options=[
                    discord.SelectOption(
                        label=texts(words), value=kind.value, default=kind is rule.kind
                    )
                    for kind, words in KINDS.items()
                ],
            ),
            texts("Repeats"),
        )
        names = get_day_names("wide", locale=texts.locale)
        self.weekdays: discord.ui.Select[Any] = self.add(
            discord.ui.Select(
                custom_id="weekdays",
                options=[
                    discord.SelectOption(
                        label=names[day], value=str(day), default=day in rule.weekdays
                    )
                    for day in range(7)
                ],
                required=False,
                min_values=0,
                max_values=7,
            ),
            texts("Weekdays, if it is weekly"),
        )
        self.until = self.add_line(
            "until",
            rule.until_date.isoformat() if rule.until_date else "",
            texts("Last day"),
            texts("Leave it empty for good"),
            most=most,
        )

    @override
    def change(self, plan: Plan, interaction: discord.Interaction[Any]) -> Plan:
        now = snowflake_seconds(interaction.id)
        kind = Kind(self.repeats.values[0]) if self.repeats.values else plan.recurrence.kind
        days = frozenset(int(day) for day in self.weekdays.values if day.isdecimal())
        rule = plan.recurrence
        if plain(self.starts.value) != _start_typed(rule):
            typed = TypedTimes(
                starts=self.starts.value,
                lasts=self.lasts.value,
                kind=kind,
                until=self.until.value,
                weekdays=days,
            )
            return replace(plan, recurrence=read_times(typed, self.zone, now))
        # A rule that runs since last month keeps its first day, however long past that is.
        wall = datetime.combine(rule.first_date, rule.start_time)
        start = Moment(instant_of(wall, self.zone), wall)
        lasts_seconds = read_lasts(self.lasts.value, start, self.zone, now)
        until = read_until(self.until.value, self.zone, now) if kind is not Kind.ONCE else None
        return replace(plan, recurrence=rule_from(start, lasts_seconds, kind, days, until))


def _start_typed(rule: Recurrence) -> str:
    return f"{rule.first_date} {rule.start_time:%H:%M}"


class AnnouncementForm(DraftForm):
    """Where windows are announced, to whom, and with which words."""

    def __init__(self, answer: Answer, draft: Draft, keep: Keep) -> None:
        texts, now = answer.texts, draft.plan.announcement
        super().__init__(answer, draft, texts("Announcement"), keep)
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

    @override
    def change(self, plan: Plan, interaction: discord.Interaction[Any]) -> Plan:
        announcement = Announcement(
            channel_id=self.channel.values[0].id if self.channel.values else 0,
            role_id=self.role.values[0].id if self.role.values else 0,
            tells_ending=self.ending.value,
            text="\n".join(map(plain, self.words.value.splitlines())).strip(),
        )
        refuse_unreachable(interaction, self.texts, announcement)
        return replace(plan, announcement=announcement)


def _chosen(
    chosen_id: int, kind: discord.SelectDefaultValueType
) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=chosen_id, type=kind)] if chosen_id else []
