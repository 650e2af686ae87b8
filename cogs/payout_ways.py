"""What a claim's card says of how it is paid: as its streamer told, through Stripe, with a role."""

from dataclasses import dataclass

import discord

from bot.services.claim import BY_HAND, Claim
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.payees import PayeeReference
from bot.services.perk_rows import PerkGrant
from bot.texts import N_, Texts
from cogs.looks import quoted
from cogs.payout_places import Place
from cogs.payout_words import way_words

_SEND_LABELS = {
    "stripe": N_("Send #{number} through Stripe"),
    "role": N_("Give the role of #{number}"),
}
_SEND_LABEL = N_("Send #{number}")


@dataclass(frozen=True, slots=True)
class PayWay:
    """The provider that would pay a claim, and what is known of its payee."""

    provider: str
    known: tuple[PayeeReference, ...] = ()
    grant: PerkGrant | None = None


async def read_way(economy: Economy, claim: Claim) -> PayWay:
    """Return how a claim would be paid, for an admin who looks at its card."""
    grant = await economy.perks.granted(claim.guild_id, claim.claim_id)
    known = await economy.payees.references(claim.guild_id, claim.streamer_id)
    can_send = claim.state is ClaimState.APPROVED and not claim.is_first
    provider = await economy.payout_sending.way_of(claim) if can_send else BY_HAND
    return PayWay(provider, known if claim.is_open and grant is None else (), grant)


def add_way(texts: Texts, embed: discord.Embed, way: PayWay) -> None:
    """Add to a claim's card what is known about how to pay it, if anything is."""
    lines = [f"{texts(way_words(each.provider))}\n{quoted(each.reference)}" for each in way.known]
    if way.grant is not None:
        lines.append(
            texts(
                "It asks for {role}, for {days}.",
                role=f"<@&{way.grant.role_id}>",
                days=texts.plural("{count} day", "{count} days", way.grant.days),
            )
        )
    if lines:
        embed.add_field(name=texts("How to pay it"), value="\n".join(lines), inline=False)


def add_send_button(
    texts: Texts, view: discord.ui.View, claim: Claim, place: Place, way: PayWay
) -> None:
    """Add the button that sends a claim, where a provider would; `SendButton` answers it."""
    if way.provider == BY_HAND:
        return
    label = _SEND_LABELS.get(way.provider, _SEND_LABEL)
    view.add_item(
        discord.ui.Button(
            label=texts(label, number=str(claim.claim_id)),
            style=discord.ButtonStyle.success,
            custom_id=f"bouquet:payout_send:{claim.claim_id}:{place.code}",
        )
    )
