"""The button with which a buyer lets an order wait no longer; it survives a restart."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from cogs.answers import Kind, answering, economy_of
from cogs.checkout_words import cancelled_embed


class CancelOrderButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:order_cancel:(?P<member>\d+):(?P<order>\d+)",
):
    """Lets an order wait no longer that its buyer does not want any more."""

    def __init__(self, member_id: int, order_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"bouquet:order_cancel:{member_id}:{order_id}",
            )
        )
        self.member_id = member_id
        self.order_id = order_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["member"]), int(match["order"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.member_id)
            order = await economy_of(interaction).checkouts.cancel(
                asker.guild_id, asker.member_id, self.order_id
            )
            await answer.update(embed=cancelled_embed(answer.texts, order), view=None)
