"""`/claim`: asking to be paid for diamonds, and what became of it."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.claim import Claim, ClaimStep
from bot.services.claim_states import ClaimState
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.base import EconomyCog
from cogs.claim_words import claim_line, claim_option, claim_title, standing, timeline
from cogs.looks import DIAMOND_COLOUR, whole
from cogs.repeated_buttons import OwnButton

_MOST_NUMBER = 10**15

Card = tuple[discord.Embed, discord.ui.View]


def claims_card(texts: Texts, title: str, streamer_id: int, claims: tuple[Claim, ...]) -> Card:
    """Return a streamer's latest claims, with what can be done about them."""
    embed = discord.Embed(
        title=title,
        description="\n".join(claim_line(texts, claim) for claim in claims)
        or texts("No claims yet. `/claim request` asks an admin to pay your diamonds."),
        colour=DIAMOND_COLOUR,
    )
    view = discord.ui.View()
    if claims:
        view.add_item(OwnClaimSelect(streamer_id, texts, claims))
    for claim in claims:
        _add_cancel(texts, view, claim)
    return embed, view


def claim_card(texts: Texts, claim: Claim, steps: tuple[ClaimStep, ...]) -> Card:
    """Return one claim of a streamer's with everything that was done with it."""
    embed = discord.Embed(
        title=claim_title(texts, claim),
        description=f"{standing(texts, claim)}\n\n{timeline(texts, steps)}",
        colour=DIAMOND_COLOUR,
    )
    view = discord.ui.View()
    _add_cancel(texts, view, claim)
    view.add_item(OwnClaimsButton(claim.streamer_id, texts("All claims")))
    return embed, view


def _add_cancel(texts: Texts, view: discord.ui.View, claim: Claim) -> None:
    if claim.state is ClaimState.REQUESTED:
        label = texts("Cancel #{number}", number=str(claim.claim_id))
        view.add_item(CancelClaimButton(claim.streamer_id, claim.claim_id, label))


class CancelClaimButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:cancel:(?P<streamer>\d+):(?P<claim>\d+)",
):
    """Takes back an own claim that nobody approved yet."""

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
            embed, view = claims_card(answer.texts, title, asker.member_id, own)
            await answer.update(embed=embed, view=view)


class OwnClaimSelect(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=r"bouquet:claim_open:(?P<streamer>\d+)",
):
    """Opens one of the own latest claims."""

    def __init__(
        self, streamer_id: int, texts: Texts | None = None, claims: tuple[Claim, ...] = ()
    ) -> None:
        super().__init__(
            discord.ui.Select(
                custom_id=f"bouquet:claim_open:{streamer_id}",
                placeholder=texts("See what was done with a claim") if texts else None,
                options=[claim_option(texts, claim) for claim in claims] if texts else [],
            )
        )
        self.streamer_id = streamer_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["streamer"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.streamer_id)
            embed, view = await own_claim(answer, asker.member_id, chosen_number(self.item))
            await answer.update(embed=embed, view=view)


class OwnClaimsButton(OwnButton, template=r"bouquet:claims:(?P<owner>\d+)"):
    """Leads from one claim back to all."""

    action = "claims"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.owner_id)
            embed, view = await own_claims(answer)
            await answer.update(embed=embed, view=view)


def chosen_number(select: "discord.ui.Select[discord.ui.View]") -> int:
    """Return the number that was chosen; what was forged is none that exists."""
    value = select.values[0] if select.values else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0  # noqa: PLR2004 - as many digits as a number can have


async def own_claims(answer: Answer) -> Card:
    """Return the asker's latest claims under what they have to claim."""
    asker, economy = answer.asker(), economy_of(answer.interaction)
    claims = await economy.claims.own(asker.guild_id, asker.member_id)
    wallet = await economy.wallets.balance(asker.guild_id, asker.member_id)
    title = answer.texts("You have {diamonds:diamonds} to claim", diamonds=wallet.diamonds)
    return claims_card(answer.texts, title, asker.member_id, claims)


async def own_claim(answer: Answer, streamer_id: int, claim_id: int) -> Card:
    """Return one of a streamer's claims.

    Raises:
        ClaimNotFound: they have none of that number.
    """
    asker, claims = answer.asker(), economy_of(answer.interaction).claims
    claim = await claims.find_own(asker.guild_id, streamer_id, claim_id)
    steps = await claims.timeline(asker.guild_id, claim_id)
    return claim_card(answer.texts, claim, steps)


class ClaimCog(EconomyCog):
    """Claiming diamonds."""

    claim = app_commands.Group(
        name="claim", description="Be paid for your diamonds", guild_only=True
    )

    @claim.command()
    @app_commands.describe(diamonds="How many diamonds to be paid for; leave it out for all")
    async def request(
        self,
        interaction: discord.Interaction[Any],
        diamonds: app_commands.Range[int, 1] | None = None,
    ) -> None:
        """Ask to be paid for your diamonds."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            stepped = await self._economy.claims.request(
                guild_id=asker.guild_id,
                key=f"claim:{answer.key}",
                streamer_id=asker.member_id,
                diamonds=None if diamonds is None else whole(diamonds),
            )
            title = answer.texts("Claimed. An admin will look at it")
            embed, view = claims_card(answer.texts, title, asker.member_id, (stepped.claim,))
            await answer.show(embed=embed, view=view)

    @claim.command()
    @app_commands.describe(number="Which claim; leave it out to see your latest ones")
    async def status(
        self,
        interaction: discord.Interaction[Any],
        number: app_commands.Range[int, 1, _MOST_NUMBER] | None = None,
    ) -> None:
        """See how your claims stand, or everything that was done with one."""
        async with answering(interaction) as answer:
            if number is None:
                embed, view = await own_claims(answer)
            else:
                embed, view = await own_claim(answer, answer.asker().member_id, whole(number))
            await answer.show(embed=embed, view=view)


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(CancelClaimButton, OwnClaimSelect, OwnClaimsButton)
    await bot.add_cog(ClaimCog(bot.economy))
