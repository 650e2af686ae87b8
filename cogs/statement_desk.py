"""Hands out a streamer's statement of a month, and offers those of other months."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self
from weakref import WeakValueDictionary

import discord
from typing_extensions import override

from bot.services.statement_months import Month
from bot.services.statements import Statement
from bot.texts import Texts
from cogs.answers import Answer, answering, economy_of
from cogs.earnings_people import streamer_named
from cogs.people import names_in
from cogs.statement_files import statement_papers
from cogs.statement_page import StatementPage, month_words

LATEST = "latest"

# Room for everything that is sent beside the files.
_OTHER_BYTES = 256 * 1024
_OFFERED_BESIDE = 5

# A large statement takes some 50 MB while it is made. Those of one guild take turns, so that it has
# one place at most and waits in the line as one, however many of its people ask.
_making = asyncio.Semaphore(2)
_turns = WeakValueDictionary[int, asyncio.Lock]()


@asynccontextmanager
async def place_of(guild_id: int) -> AsyncGenerator[None]:
    """Wait until a guild may make a statement, and keep the place for it."""
    turn = _turns.setdefault(guild_id, asyncio.Lock())
    async with turn, _making:
        yield


async def show_statement(answer: Answer, streamer_id: int, typed: str) -> None:
    """Answer with the statement of a month, as typed or the latest one.

    Raises:
        AdminsOnly: the asker is neither the streamer nor an admin.
        NotAStreamerYourself, NotAStreamer, MonthUnreadable, MonthToCome, StatementTooLarge,
            StatementUnsound: there is no statement.
    """
    asker, texts = answer.asker(), answer.texts
    interaction, economy = answer.interaction, economy_of(answer.interaction)
    streamer = await streamer_named(interaction, texts, streamer_id)
    await economy.earnings_access.refuse_strangers(
        asker.guild_id,
        asker.member_id,
        streamer,
        is_admin=interaction.permissions.manage_guild,
    )
    month = await economy.statements.read_month(asker.guild_id, streamer_id, typed)
    async with place_of(asker.guild_id):
        statement = await economy.statements.open(asker.guild_id, streamer_id, month)
        guild = interaction.guild
        page = StatementPage(
            texts,
            statement,
            streamer=streamer.name,
            guild=guild.name if guild is not None else "",
        )
        papers = await statement_papers(
            economy.statements,
            statement,
            page,
            find_names=lambda people: names_in(guild, texts, people),
            most_bytes=interaction.filesize_limit - _OTHER_BYTES,
        )
    months = await economy.statements.months(asker.guild_id, streamer_id)
    await answer.show(
        _words(texts, statement, streamer.name),
        papers=papers,
        view=_month_view(texts, statement, months),
        private=True,
    )


def _words(texts: Texts, statement: Statement, name: str) -> str:
    words = texts(
        "**{month}** of {name}: a page to read and print, and a table with every row.",
        month=month_words(texts, statement.month),
        name=discord.utils.escape_markdown(name),
    )
    if not statement.is_over:
        words += "\n" + texts("This month is not over: more may come.")
    return words


def _month_view(texts: Texts, statement: Statement, months: tuple[Month, ...]) -> discord.ui.View:
    view = discord.ui.View()
    others = [month for month in months if month != statement.month]
    for month in others[:_OFFERED_BESIDE]:
        label = month_words(texts, month)
        view.add_item(StatementButton(statement.streamer_id, str(month), label))
    return view


class StatementButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"bouquet:statement:(?P<streamer>\d+):(?P<month>\d{{4}}-\d{{2}}|{LATEST})",
):
    """Asks for a statement; whoever presses must be allowed to."""

    def __init__(self, streamer_id: int, month: str = LATEST, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label, emoji="📄", custom_id=f"bouquet:statement:{streamer_id}:{month}"
            )
        )
        self.streamer_id = streamer_id
        self.month = month

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["streamer"]), match["month"])

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction) as answer:
            await show_statement(
                answer, self.streamer_id, "" if self.month == LATEST else self.month
            )
