"""The button that sends a claim by its provider."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.payout_errors import PerkRoleGone, PerkRoleTooHigh
from bot.services.claim_states import ClaimState
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
            await _refuse_ungivable(interaction, admin.guild_id, self.claim_id)
            await economy_of(interaction).payout_sending.send(
                guild_id=admin.guild_id,
                key=f"step:{answer.key}",
                admin_id=admin.member_id,
                claim_id=self.claim_id,
            )
            await update_card(answer, self.claim_id, self.place)


async def _refuse_ungivable(
    interaction: discord.Interaction[Any], guild_id: int, claim_id: int
) -> None:
    """Raise PerkRoleGone or PerkRoleTooHigh for a role that changed since it was offered.

    To try would fail the claim, and its streamer would have to ask anew for what admins can mend.
    """
    economy, guild = economy_of(interaction), interaction.guild
    claim = await economy.claims.find(guild_id, claim_id)
    grant = await economy.perks.granted(guild_id, claim_id)
    # Where nobody told what roles there are, Discord says it when the role is given.
    if claim.state is not ClaimState.APPROVED or grant is None or guild is None or not guild.roles:
        return
    role = guild.get_role(grant.role_id)
    if role is None:
        raise PerkRoleGone
    if not (interaction.app_permissions.manage_roles and role.is_assignable()):
        raise PerkRoleTooHigh
