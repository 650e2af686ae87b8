"""`/earnings`: what a streamer received and what became of it; statements; who may look."""

from typing import Any

import discord
from discord import app_commands

from bot.services.earnings_periods import Period
from cogs.answers import answering, texts_of
from cogs.base import EconomyCog
from cogs.earnings_buttons import PeriodButton, SupportersButton, report_card
from cogs.earnings_card import PERIODS
from cogs.looks import person_of
from cogs.statement_desk import StatementButton, show_statement
from cogs.statement_page import month_words

_MOST_TYPED_CHARACTERS = 40

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


class EarningsCog(EconomyCog):
    """A streamer's earnings."""

    earnings = app_commands.Group(
        name="earnings", description="What streamers received", guild_only=True
    )

    @earnings.command()
    @app_commands.describe(
        period="How far back; 7 days when left out", member="Whose; you when left out"
    )
    @app_commands.choices(
        period=[app_commands.Choice(name=name, value=period) for period, name in PERIODS.items()]
    )
    async def show(
        self,
        interaction: discord.Interaction[Any],
        period: str = Period.WEEK,
        member: discord.User | None = None,
    ) -> None:
        """Show what you received, with a picture, and what became of it."""
        async with answering(interaction) as answer:
            streamer = person_of(member or interaction.user)
            chosen = Period(period) if period in set(Period) else Period.WEEK
            embed, view, picture = await report_card(answer, streamer, chosen)
            await answer.show(embed=embed, view=view, picture=picture)

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
        streamer_id = getattr(interaction.namespace.member, "id", interaction.user.id)
        if streamer_id != interaction.user.id and not interaction.permissions.manage_guild:
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


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(PeriodButton, SupportersButton, StatementButton)
    await bot.add_cog(EarningsCog(bot.economy))
