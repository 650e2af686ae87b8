"""`/earnings`: what a streamer received and what became of it; statements; who may look."""

from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.live_errors import LiveUnknown
from bot.services.earnings_periods import Period
from cogs.answers import answering, texts_of
from cogs.base import EconomyCog
from cogs.earnings_buttons import PeriodButton, SupportersButton, report_card
from cogs.earnings_card import PERIODS
from cogs.live_words import choice_words
from cogs.looks import person_of
from cogs.statement_desk import StatementButton, show_statement
from cogs.statement_page import month_words

_MOST_TYPED_CHARACTERS = 40
# So many choices Discord shows; what is typed looks further back.
_MOST_CHOICES = 25
_MOST_LIVES = 200
# What the books can count to.
_MOST_DIGITS = 18

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


class EarningsCog(EconomyCog):
    """A streamer's earnings."""

    earnings = app_commands.Group(
        name="earnings", description="What streamers received", guild_only=True
    )

    @earnings.command()
    @app_commands.describe(
        period="How far back; 7 days when left out",
        member="Whose; you when left out",
        live="One of the lives of this season, instead of a period",
    )
    @app_commands.choices(
        period=[app_commands.Choice(name=name, value=period) for period, name in PERIODS.items()]
    )
    async def show(
        self,
        interaction: discord.Interaction[Any],
        period: str = Period.WEEK,
        member: discord.User | None = None,
        live: Typed | None = None,
    ) -> None:
        """Show what you received, with a picture, and what became of it."""
        async with answering(interaction) as answer:
            streamer = person_of(member or interaction.user)
            chosen = _period(period) if live is None else _live_number(live)
            embed, view, picture = await report_card(answer, streamer, chosen)
            await answer.show(embed=embed, view=view, picture=picture)

    @show.autocomplete("live")
    async def lives(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the newest lives of whoever the report is about, if the asker may see it."""
        guild_id = interaction.guild_id
        if guild_id is None:
            return []
        streamer_id = _whose(interaction)
        may_see = _is_own_or_admins(interaction, streamer_id)
        if not may_see and not await self._economy.earnings_access.is_public(guild_id, streamer_id):
            return []
        texts = await texts_of(interaction)
        zone = ZoneInfo((await self._economy.guilds.get(guild_id)).settings.timezone)
        lives = await self._economy.lives.latest(guild_id, streamer_id, _MOST_LIVES)
        names = [(choice_words(texts, each, zone), str(each.live_id)) for each in lives]
        wanted = typed.strip().casefold()
        choices = [
            app_commands.Choice(name=name, value=value)
            for name, value in names
            if wanted in name.casefold() or wanted == value
        ]
        return choices[:_MOST_CHOICES]

    @earnings.command()
    @app_commands.describe(
        month="Like 2026-11; the latest one when left out",
        member="Whose; only admins can ask for another's",
    )
    async def statement(
        self,
        interaction: discord.Interaction[Any],
        month: Typed | None = None,
        member: discord.User | None = None,
    ) -> None:
        """Get every gift, conversion and claim of a month as files, with balances."""
        async with answering(interaction) as answer:
            await show_statement(answer, (member or interaction.user).id, month or "")

    @statement.autocomplete("month")
    async def months(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the months in which there was anything."""
        if interaction.guild_id is None:
            return []
        texts = await texts_of(interaction)
        wanted = typed.strip().casefold()
        streamer_id = _whose(interaction)
        if not _is_own_or_admins(interaction, streamer_id):
            return []
        months = await self._economy.statements.months(interaction.guild_id, streamer_id)
        choices = [(month_words(texts, month), str(month)) for month in months]
        return [
            app_commands.Choice(name=name, value=value)
            for name, value in choices
            if wanted in name.casefold() or wanted in value
        ]

    @earnings.command()
    @app_commands.describe(on="Whether everybody may see what you receive, and from whom")
    async def public(self, interaction: discord.Interaction[Any], *, on: bool) -> None:
        """Let everybody see what you receive, or only you and the admins."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            streamer = person_of(interaction.user)
            await self._economy.earnings_access.set_public(asker.guild_id, streamer, is_public=on)
            texts = answer.texts
            words = (
                texts(
                    "Everybody here can see now what you receive and from whom, with"
                    " `/earnings show member:`. Holds, diamonds, claims and statements stay yours."
                )
                if on
                else texts("Only you and the admins can see your earnings now.")
            )
            await answer.show(words)


def _period(typed: str) -> Period:
    return Period(typed) if typed in set(Period) else Period.WEEK


def _live_number(typed: str) -> int:
    """Return the number of a live that was picked.

    Raises:
        LiveUnknown: something else was typed.
    """
    typed = typed.strip()
    if not typed.isdecimal() or len(typed) > _MOST_DIGITS:
        raise LiveUnknown
    return int(typed)


def _whose(interaction: discord.Interaction[Any]) -> int:
    """Return whom somebody asks about who is still typing."""
    return getattr(interaction.namespace.member, "id", interaction.user.id)


def _is_own_or_admins(interaction: discord.Interaction[Any], streamer_id: int) -> bool:
    return streamer_id == interaction.user.id or interaction.permissions.manage_guild


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(PeriodButton, SupportersButton, StatementButton)
    await bot.add_cog(EarningsCog(bot.economy))
