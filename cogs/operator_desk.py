"""What the operator does in direct messages with the bot: settle payments, of whichever server."""

import re
from typing import Any, Self

import discord
from discord.ext import commands
from typing_extensions import override

from bot.texts import Texts
from cogs.answers import Kind, answering, economy_of
from cogs.economy_orders import DismissForm
from cogs.review_words import settled_embed


class OperatorSettleButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:operator_review:(?P<review>\d+)",
):
    """Settles a payment once the operator dealt with it; first asks how."""

    def __init__(self, review_id: int, texts: Texts | None = None) -> None:
        label = texts("Settle {number:receipt}", number=review_id) if texts else None
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"bouquet:operator_review:{review_id}",
            )
        )
        self.review_id = review_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["review"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            # Who presses is asked when the form comes back: Discord opens forms at once or never.
            await answer.ask(OperatorSettleForm(answer, self.review_id))


class OperatorSettleForm(DismissForm):
    """Asks what the operator did about a payment."""

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            operator_id = await answer.operator()
            note = await economy_of(interaction).payment_reviews.settle_as_operator(
                self.review_id, self.words.value, operator_id
            )
            letter = interaction.message.embeds[0] if interaction.message else None
            embed = settled_embed(answer.texts, letter, self.review_id, note)
            await answer.update(embed=embed, view=None)


async def setup(bot: commands.Bot) -> None:
    """Load the button; the postman sends it."""
    bot.add_dynamic_items(OperatorSettleButton)
