"""`/promo cancel` asks first, as it cannot be taken back."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.services.promotion_rows import Promotion
from bot.texts import Texts
from cogs.answers import Kind, answering, economy_of
from cogs.looks import COIN_COLOUR, QUIET_COLOUR
from cogs.promo_words import escaped


class CancelButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_cancel:(?P<answer>yes|no):(?P<admin>\d+):(?P<promotion>\d+)",
):
    """Takes a promotion off for good, or leaves it."""

    def __init__(
        self, answer: str, admin_id: int, promotion_id: int, label: str | None = None
    ) -> None:
        is_yes = answer == "yes"
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.danger if is_yes else discord.ButtonStyle.secondary,
                custom_id=f"bouquet:promo_cancel:{answer}:{admin_id}:{promotion_id}",
            )
        )
        self.is_yes = is_yes
        self.admin_id = admin_id
        self.promotion_id = promotion_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["answer"], int(match["admin"]), int(match["promotion"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin, promotions = answer.admin(), economy_of(interaction).promotions
            if self.is_yes:
                promotion = await promotions.cancel(
                    admin.guild_id, admin.member_id, self.promotion_id
                )
                said = answer.texts(
                    "**{name}** is cancelled for good.", name=escaped(promotion.plan.name)
                )
            else:
                promotion = await promotions.find(admin.guild_id, self.promotion_id)
                said = answer.texts("**{name}** stays as it is.", name=escaped(promotion.plan.name))
            embed = discord.Embed(description=said, colour=QUIET_COLOUR)
            await answer.update(embed=embed, view=None)


def cancel_card(
    texts: Texts, admin_id: int, promotion: Promotion
) -> tuple[discord.Embed, discord.ui.View]:
    """Return the question before a promotion is taken off."""
    embed = discord.Embed(
        title=texts("Cancel {name} for good?", name=escaped(promotion.plan.name)),
        description=texts(
            "A window that is open ends at once, and no other comes. "
            "What was bought stays as it is. `/promo pause` stops it for a while only."
        ),
        colour=COIN_COLOUR,
    )
    view = discord.ui.View()
    number = promotion.promotion_id
    view.add_item(CancelButton("yes", admin_id, number, texts("Cancel it for good")))
    view.add_item(CancelButton("no", admin_id, number, texts("Keep it")))
    return embed, view
