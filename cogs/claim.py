"""`/claim`: asking to be paid for diamonds, and what became of it."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.claim import Claim
from bot.services.claim_states import ClaimState
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.base import EconomyCog
from cogs.looks import DIAMOND, DIAMOND_COLOUR, whole

STATE_TEXTS = {
    ClaimState.REQUESTED: N_("🕰️ waiting for an admin"),
    ClaimState.APPROVED: N_("✅ approved, to be paid"),
    ClaimState.SENDING: N_("📨 being paid"),
    ClaimState.PAID: N_("💸 paid"),
    ClaimState.FAILED: N_("⚠️ failed, diamonds returned"),
    ClaimState.REJECTED: N_("❌ rejected, diamonds returned"),
    ClaimState.CANCELLED: N_("↩️ cancelled, diamonds returned"),
}


def claim_line(texts: Texts, claim: Claim) -> str:
    """Return a claim's number, amount, state and the last word about it."""
    line = texts(
        "**#{number}** · {emoji} {amount} · {state} · {at:until}",
        number=str(claim.claim_id),
        emoji=DIAMOND,
        amount=claim.diamonds,
        state=texts(STATE_TEXTS[claim.state]),
        at=claim.requested_at,
    )
    return f"{line}\n> {discord.utils.escape_markdown(claim.note)}" if claim.note else line


def claims_embed(texts: Texts, title: str, claims: tuple[Claim, ...]) -> discord.Embed:
    """Return a streamer's latest claims."""
    return discord.Embed(
        title=title,
        description="\n".join(claim_line(texts, claim) for claim in claims),
        colour=DIAMOND_COLOUR,
    )


class CancelClaimButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:cancel:(?P<streamer>\d+):(?P<claim>\d+)",
):
    """Takes back an own claim that nobody handled yet."""

    def __init__(self, streamer_id: int, claim_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"bouquet:cancel:{streamer_id}:{claim_id}")
        )
        self.streamer_id = streamer_id
        self.claim_id = claim_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["streamer"]), int(match["claim"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.streamer_id)
            claims = economy_of(interaction).claims
            await claims.cancel(
                guild_id=asker.guild_id,
                key=f"cancel:{answer.key}",
                streamer_id=asker.member_id,
                claim_id=self.claim_id,
            )
            own = await claims.own(asker.guild_id, asker.member_id)
            title = answer.texts("Claim cancelled, your diamonds are back")
            await answer.update(
                embed=claims_embed(answer.texts, title, own), view=cancel_view(answer.texts, own)
            )


def cancel_view(texts: Texts, claims: tuple[Claim, ...]) -> discord.ui.View:
    """Return a button for every claim that can still be taken back."""
    view = discord.ui.View()
    for claim in claims:
        if claim.state is ClaimState.REQUESTED:
            label = texts("Cancel #{number}", number=str(claim.claim_id))
            view.add_item(CancelClaimButton(claim.streamer_id, claim.claim_id, label))
    return view


class ClaimCog(EconomyCog):
    """Claiming diamonds."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        diamonds="How many diamonds to be paid for; leave it out to see your claims"
    )
    async def claim(
        self,
        interaction: discord.Interaction[Any],
        diamonds: app_commands.Range[int, 1] | None = None,
    ) -> None:
        """Ask to be paid for your diamonds, or see how your claims stand."""
        async with answering(interaction) as answer:
            if diamonds is None:
                await self._status(answer)
            else:
                await self._request(answer, whole(diamonds))

    async def _request(self, answer: Answer, diamonds: int) -> None:
        asker = answer.asker()
        stepped = await self._economy.claims.request(
            guild_id=asker.guild_id,
            key=f"claim:{answer.key}",
            streamer_id=asker.member_id,
            diamonds=diamonds,
        )
        title = answer.texts("Claimed. An admin will look at it")
        await self._show(answer, title, (stepped.claim,))

    async def _status(self, answer: Answer) -> None:
        asker = answer.asker()
        claims = await self._economy.claims.own(asker.guild_id, asker.member_id)
        wallet = await self._economy.wallets.balance(asker.guild_id, asker.member_id)
        title = answer.texts("You have {diamonds:diamonds} to claim", diamonds=wallet.diamonds)
        await self._show(answer, title, claims)

    async def _show(self, answer: Answer, title: str, claims: tuple[Claim, ...]) -> None:
        embed = claims_embed(answer.texts, title, claims)
        if not claims:
            embed.description = answer.texts(
                "No claims yet. `/claim` with a number of diamonds asks an admin to pay them."
            )
        await answer.show(embed=embed, view=cancel_view(answer.texts, claims))


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(CancelClaimButton)
    await bot.add_cog(ClaimCog(bot.economy))
