"""`/live`: a streamer's session, begun and ended for the whole channel to see."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.lives import MOST_TITLE_CHARACTERS
from cogs.answers import Kind, answering
from cogs.base import EconomyCog
from cogs.earnings_buttons import report_card
from cogs.earnings_people import streamer_named
from cogs.live_words import ended_embed, started_embed
from cogs.looks import person_of


class LiveReportButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:live:(?P<streamer>\d+):(?P<live>\d+)",
):
    """Shows whoever presses what a live brought, as far as they may see it."""

    def __init__(self, streamer_id: int, live_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label, emoji="📊", custom_id=f"bouquet:live:{streamer_id}:{live_id}"
            )
        )
        self.streamer_id = streamer_id
        self.live_id = live_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["streamer"]), int(match["live"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction) as answer:
            streamer = await streamer_named(interaction, answer.texts, self.streamer_id)
            embed, view, picture = await report_card(answer, streamer, self.live_id)
            await answer.show(embed=embed, view=view, picture=picture)


class LiveCog(EconomyCog):
    """Going live."""

    live = app_commands.Group(
        name="live", description="Tell everybody that you are live", guild_only=True
    )

    @live.command()
    @app_commands.describe(title="What it is about; everybody reads it")
    async def start(
        self,
        interaction: discord.Interaction[Any],
        title: app_commands.Range[str, 0, MOST_TITLE_CHARACTERS] = "",
    ) -> None:
        """Begin a live: gifts from now on stand in its report."""
        async with answering(interaction, Kind.PUBLIC) as answer:
            started = await self._economy.lives.start(
                guild_id=answer.asker().guild_id,
                key=f"live:{answer.key}",
                streamer=person_of(interaction.user),
                title=title,
            )
            await answer.show(embed=started_embed(answer.public_texts, started.live))

    @live.command()
    async def end(self, interaction: discord.Interaction[Any]) -> None:
        """End your live and see what it brought."""
        async with answering(interaction, Kind.PUBLIC) as answer:
            asker, texts = answer.asker(), answer.public_texts
            ended = await self._economy.lives.end(
                guild_id=asker.guild_id, key=f"live:{answer.key}", streamer_id=asker.member_id
            )
            live = ended.live
            earnings = await self._economy.earnings.report(
                asker.guild_id, asker.member_id, live.live_id
            )
            view = discord.ui.View()
            view.add_item(LiveReportButton(asker.member_id, live.live_id, texts("Earnings")))
            await answer.show(embed=ended_embed(texts, live, earnings), view=view)


async def setup(bot: Any) -> None:
    """Add the cog and its button to a bot that has an `economy`."""
    bot.add_dynamic_items(LiveReportButton)
    await bot.add_cog(LiveCog(bot.economy))
