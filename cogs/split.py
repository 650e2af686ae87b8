"""`/split`: sharing what is received with others, who all agree by a button."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.split_rows import Split, SplitState
from bot.services.splits import MOST_PERCENT, SplitParts
from bot.split_errors import SplitHalf
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.looks import GARDEN_COLOUR, person_of, whole
from cogs.people import names_in
from cogs.split_words import choice_name, split_embed, splits_embed

_MOST_SHOWN = 5
_MOST_CHOICES = 25

# Discord waits three seconds for suggestions, and a number says who it is as well.
_PATIENCE_SECONDS = 1.5

Percent = app_commands.Range[int, 1, MOST_PERCENT]


class SplitButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:split:(?P<act>yes|no):(?P<split>\d+)",
):
    """Agrees to a proposal, or takes it off; anyone named in it may press."""

    def __init__(self, act: str, split_id: int, label: str | None = None) -> None:
        style = discord.ButtonStyle.success if act == "yes" else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(label=label, style=style, custom_id=f"bouquet:split:{act}:{split_id}")
        )
        self.is_yes = act == "yes"
        self.split_id = split_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["act"], int(match["split"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker, splits = answer.asker(), economy_of(interaction).splits
            act = splits.agree if self.is_yes else splits.decline
            split = await act(asker.guild_id, self.split_id, asker.member_id)
            # The card may be everybody's, where the sums are nobody's business.
            await answer.update(
                embed=split_embed(answer.texts, split), view=proposal_view(answer.texts, split)
            )


def proposal_view(texts: Texts, split: Split) -> discord.ui.View:
    """Return yes and no, as long as somebody has to say so."""
    view = discord.ui.View()
    if split.state is SplitState.PROPOSED:
        view.add_item(SplitButton("yes", split.split_id, texts("I agree")))
        view.add_item(SplitButton("no", split.split_id, texts("No, thanks")))
    return view


class SplitCog(EconomyCog):
    """Sharing what is received."""

    split = app_commands.Group(
        name="split", description="Share the gifts you receive with others", guild_only=True
    )

    @split.command()
    @app_commands.describe(
        first="Who gets a part",
        first_percent="How many percent of each gift",
        second="Who else gets a part",
        second_percent="How many percent",
        third="Who else gets a part",
        third_percent="How many percent",
        fourth="Who else gets a part",
        fourth_percent="How many percent",
        fifth="Who else gets a part",
        fifth_percent="How many percent",
    )
    async def propose(  # noqa: PLR0913, PLR0917 - the options that Discord shows
        self,
        interaction: discord.Interaction[Any],
        first: discord.User,
        first_percent: Percent,
        second: discord.User | None = None,
        second_percent: Percent | None = None,
        third: discord.User | None = None,
        third_percent: Percent | None = None,
        fourth: discord.User | None = None,
        fourth_percent: Percent | None = None,
        fifth: discord.User | None = None,
        fifth_percent: Percent | None = None,
    ) -> None:
        """Propose to share the gifts you receive from when everybody named agreed."""
        async with answering(interaction, Kind.PUBLIC) as answer:
            asker = answer.asker()
            split = await self._economy.splits.propose(
                guild_id=asker.guild_id,
                key=f"split:{answer.key}",
                streamer=person_of(interaction.user),
                parts=_parts(
                    (first, first_percent),
                    (second, second_percent),
                    (third, third_percent),
                    (fourth, fourth_percent),
                    (fifth, fifth_percent),
                ),
            )
            await answer.show(
                embed=split_embed(answer.public_texts, split),
                view=proposal_view(answer.public_texts, split),
            )

    @split.command()
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show what you share, what is shared with you, and what waits for your word."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            found = await self._economy.splits.of(asker.guild_id, asker.member_id)
            if not found:
                await answer.show(embed=_nothing_embed(answer))
                return
            shown = found[:_MOST_SHOWN]
            waiting = next((each for each in shown if _waits_for(each, asker.member_id)), None)
            await answer.show(
                embed=splits_embed(answer.texts, shown),
                view=proposal_view(answer.texts, waiting) if waiting else None,
            )

    @split.command()
    @app_commands.describe(agreement="Which one, where you are in several")
    async def end(
        self,
        interaction: discord.Interaction[Any],
        agreement: app_commands.Range[int, 1] | None = None,
    ) -> None:
        """End what you share or what is shared with you, or take a proposal off."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            ended = await self._economy.splits.end(
                asker.guild_id, None if agreement is None else whole(agreement), asker.member_id
            )
            await answer.show(embed=split_embed(answer.texts, ended))

    @end.autocomplete("agreement")
    async def suggest_agreements(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest those that somebody is in, as they see them."""
        if interaction.guild_id is None:
            return []
        member_id, texts = interaction.user.id, await texts_of(interaction)
        found = await self._economy.splits.of(interaction.guild_id, member_id)
        people = {split.streamer_id for split in found}
        people |= {member.member_id for split in found for member in split.members}
        name_of = await names_in(
            interaction.guild, texts, people, patience_seconds=_PATIENCE_SECONDS
        )
        lines = [(choice_name(texts, split, member_id, name_of), split) for split in found]
        return [
            app_commands.Choice(name=line, value=split.split_id)
            for line, split in lines
            if str(typed).casefold() in line.casefold()
        ][:_MOST_CHOICES]


def _parts(
    *options: tuple[discord.User | discord.Member | None, int | None],
) -> list[SplitParts]:
    """Return whoever is named with a number; a half of it is refused."""
    parts: list[SplitParts] = []
    for user, percent in options:
        if (user is None) is not (percent is None):
            raise SplitHalf
        if user is not None and percent is not None:
            parts.append(SplitParts(person_of(user), whole(percent)))
    return parts


def _waits_for(split: Split, member_id: int) -> bool:
    return split.state is SplitState.PROPOSED and any(
        member.member_id == member_id and not member.agreed_at for member in split.members
    )


def _nothing_embed(answer: Answer) -> discord.Embed:
    return discord.Embed(
        title=answer.texts("Nothing is shared"),
        description=answer.texts(
            "Streamers propose with `/split propose`: who gets how many percent of each gift."
            " It begins when everybody named agreed."
        ),
        colour=GARDEN_COLOUR,
    )


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(SplitButton)
    await bot.add_cog(SplitCog(bot.economy))
