"""`/promo cancel` asks first, as it cannot be taken back."""

from typing import Any

import discord
from typing_extensions import override

from bot.services.promotion_rows import Promotion
from bot.texts import Texts
from cogs.answers import Kind, answering, economy_of
from cogs.looks import COIN_COLOUR, QUIET_COLOUR
from cogs.promo_words import escaped
from cogs.repeated_buttons import DangerButton


class CancelButton(
    DangerButton,
    template=r"bouquet:promo_cancel:(?P<answer>yes|no):(?P<admin>\d+):(?P<subject>\d+)",
):
    """Takes a promotion off for good, or leaves it."""

    action = "promo_cancel"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin, promotions = answer.admin(), economy_of(interaction).promotions
            if self.is_yes:
                promotion = await promotions.cancel(
                    admin.guild_id, admin.member_id, self.subject_id
                )
                said = answer.texts(
                    "**{name}** is cancelled for good.", name=escaped(promotion.plan.name)
                )
            else:
                promotion = await promotions.find(admin.guild_id, self.subject_id)
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
