"""The form about when windows open, which is the one that reads days and times."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from babel.dates import get_day_names
from typing_extensions import override

from bot.services.clock import snowflake_seconds
from bot.services.durations import MOST_TYPED_CHARACTERS
from bot.services.moments import Moment
from bot.services.plain_text import plain
from bot.services.promotion_drafts import Draft
from bot.services.recurrence import Recurrence
from bot.services.zones import instant_of
from cogs.answers import Answer
from cogs.promo_forms import Changed, DraftForm
from cogs.promo_input import Reader, TypedTimes, habits_in, read_kind
from cogs.promo_words import KINDS, lasts_typed


class WhenForm(DraftForm):
    """When windows open, and how often."""

    def __init__(self, answer: Answer, draft: Draft, zone: ZoneInfo) -> None:
        texts, rule = answer.texts, draft.plan.recurrence
        super().__init__(answer, draft, "when", texts("When"))
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
            texts("Last day, if it repeats"),
            texts("Leave it empty for good"),
            most=most,
        )

    @override
    async def change(self, draft: Draft, interaction: discord.Interaction[Any]) -> Changed:
        rule = draft.plan.recurrence
        typed = TypedTimes(
            starts=self.starts.value,
            lasts=self.lasts.value,
            kind=read_kind(self.repeats.values[0]) if self.repeats.values else rule.kind,
            until=self.until.value,
            weekdays=frozenset(day for day in range(7) if str(day) in self.weekdays.values),
        )
        start = None
        if plain(typed.starts) == _start_typed(rule):
            # A rule that runs since last month keeps its first day, however long past that is.
            wall = datetime.combine(rule.first_date, rule.start_time)
            start = Moment(instant_of(wall, self.zone), wall)
        reader = Reader(self.zone, snowflake_seconds(interaction.id), habits_in(interaction))
        read = await reader.read(typed, start)
        plan = replace(draft.plan, recurrence=read.rule)
        # Whoever leaves the length as it stands leaves the end as it was typed, too.
        keeps_end = read.is_end_typed
        if plain(typed.lasts) == lasts_typed(rule.lasts_seconds) and start is not None:
            keeps_end = draft.keeps_end
        return Changed(replace(draft, plan=plan, keeps_end=keeps_end), read.taken)


def _start_typed(rule: Recurrence) -> str:
    return f"{rule.first_date} {rule.start_time:%H:%M}"
