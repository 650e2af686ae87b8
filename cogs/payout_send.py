"""The button that sends a claim by its provider."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from cogs.answers import Kind, answering, economy_of
from cogs.payout_card import update_card
from cogs.payout_places import PLACE_PATTERN, Place


class SendButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"bouquet:payout_send:(?P<claim>\d+):{PLACE_PATTERN}",
):
    """Sends an approved claim, and shows what the provider made of it."""

    def __init__(self, claim_id: int, place: Place) -> None:
        super().__init__(
            discord.ui.Button(custom_id=f"bouquet:payout_send:{claim_id}:{place.code}")
        )
        self.claim_id = claim_id
        self.place = place

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["claim"]), Place.of(match))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin = answer.admin()
            await economy_of(interaction).payout_sending.send(
                guild_id=admin.guild_id,
                key=f"step:{answer.key}",
                admin_id=admin.member_id,
                claim_id=self.claim_id,
            )
            await update_card(answer, self.claim_id, self.place)
