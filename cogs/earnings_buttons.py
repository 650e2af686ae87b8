"""The buttons under a report of earnings; each answers whoever may see it, also after a restart."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.services.earnings import Earnings
from bot.services.earnings_periods import Period
from bot.services.guilds import Person
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.earnings_card import PERIODS, earnings_embed, supporters_embed
from cogs.earnings_people import streamer_named
from cogs.earnings_picture import earnings_picture
from cogs.pictures import Picture, studio_of
from cogs.statement_desk import StatementButton

# A live stands by its number.
_NAMES = "|".join((*Period, r"live-\d{1,18}"))
_LIVE = "live-"
_PERIODS_IN_A_ROW = 3


async def report_card(
    answer: Answer, streamer: Person, chosen: Period | int
) -> tuple[discord.Embed, discord.ui.View, Picture | None]:
    """Return a report as far as the asker may see it, with its buttons and its picture.

    It is of a period, or of the live with that number.

    Raises:
        NotAStreamerYourself, NotAStreamer, EarningsPrivate: the asker may see nothing.
        LiveUnknown: the streamer had no such live in this season.
    """
    report, is_all = await _report(answer, streamer, chosen)
    texts = answer.texts
    picture = await earnings_picture(studio_of(answer.interaction), texts, report)
    embed = earnings_embed(
        texts, streamer.name, report, is_all=is_all, is_drawn=picture is not None
    )
    if picture is not None:
        embed.set_image(url=f"attachment://{picture.name}")
    return embed, _view(texts, streamer.member_id, chosen, is_all=is_all), picture


async def _report(answer: Answer, streamer: Person, chosen: Period | int) -> tuple[Earnings, bool]:
    asker, economy = answer.asker(), economy_of(answer.interaction)
    is_all = await economy.earnings_access.sees_all(
        asker.guild_id,
        asker.member_id,
        streamer,
        is_admin=answer.interaction.permissions.manage_guild,
    )
    report = await economy.earnings.report(asker.guild_id, streamer.member_id, chosen)
    return report, is_all


def _view(texts: Texts, streamer_id: int, chosen: Period | int, *, is_all: bool) -> discord.ui.View:
    view = discord.ui.View()
    for number, (each, name) in enumerate(PERIODS.items()):
        button = PeriodButton(streamer_id, each, texts(name), is_shown=each is chosen)
        button.item.row = number // _PERIODS_IN_A_ROW
        view.add_item(button)
    last_row = len(PERIODS) // _PERIODS_IN_A_ROW
    for other in (
        SupportersButton(streamer_id, chosen, texts("Supporters")),
        *([StatementButton(streamer_id, label=texts("Statement"))] if is_all else []),
    ):
        other.item.row = last_row
        view.add_item(other)
    return view


def _name_of(chosen: Period | int) -> str:
    return chosen if isinstance(chosen, Period) else f"{_LIVE}{chosen}"


def _chosen(name: str) -> Period | int:
    return int(name.removeprefix(_LIVE)) if name.startswith(_LIVE) else Period(name)


class ReportButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"never sent: discord.py wants a template of every class",
):
    """Shows something of a streamer's report in the place of what is shown."""

    action = ""

    def __init__(
        self,
        streamer_id: int,
        chosen: Period | int,
        label: str | None = None,
        *,
        emoji: str | None = None,
        is_shown: bool = False,
    ) -> None:
        style = discord.ButtonStyle.primary if is_shown else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(
                label=label,
                emoji=emoji,
                style=style,
                custom_id=f"bouquet:{self.action}:{streamer_id}:{_name_of(chosen)}",
            )
        )
        self.streamer_id = streamer_id
        self.chosen = chosen

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["streamer"]), _chosen(match["chosen"]))


class PeriodButton(
    ReportButton, template=rf"bouquet:earnings:(?P<streamer>\d+):(?P<chosen>{_NAMES})"
):
    """Looks at another period, or back at a live."""

    action = "earnings"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            streamer = await streamer_named(interaction, answer.texts, self.streamer_id)
            embed, view, picture = await report_card(answer, streamer, self.chosen)
            await answer.update(embed=embed, view=view, picture=picture)


class SupportersButton(
    ReportButton, template=rf"bouquet:supporters:(?P<streamer>\d+):(?P<chosen>{_NAMES})"
):
    """Looks at more of those who sent most."""

    action = "supporters"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            streamer = await streamer_named(interaction, answer.texts, self.streamer_id)
            report, _ = await _report(answer, streamer, self.chosen)
            view = discord.ui.View()
            view.add_item(PeriodButton(self.streamer_id, self.chosen, answer.texts("Back")))
            embed = supporters_embed(answer.texts, streamer.name, report)
            await answer.update(embed=embed, view=view)
