"""The card of one claim: what an admin should know before paying it, and what can be done."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.claim_errors import ClaimChanged
from bot.services.claim import Claim
from bot.services.claim_cards import ClaimCard, StreamerRecord
from bot.services.claim_states import ClaimState
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.claim import chosen_number
from cogs.claim_words import claim_title, diamonds_worth, standing, timeline
from cogs.looks import DIAMOND_COLOUR
from cogs.payout_forms import StepForm
from cogs.payout_places import PLACE_PATTERN, Place, open_select, queue_button
from cogs.payout_ways import PayWay, add_send_button, add_way, read_way

_LABELS = {
    "approve": (discord.ButtonStyle.success, N_("Approve #{number}")),
    "reject": (discord.ButtonStyle.danger, N_("Reject #{number}")),
    "paid": (discord.ButtonStyle.primary, N_("Mark #{number} paid")),
    "sent": (discord.ButtonStyle.primary, N_("It was paid")),
    "unsent": (discord.ButtonStyle.danger, N_("It was not paid")),
}

_STEPS = {
    ClaimState.REQUESTED: ("approve", "reject"),
    ClaimState.APPROVED: ("paid", "reject"),
    # Who sends it may be unable to tell, and then somebody has to.
    ClaimState.SENDING: ("sent", "unsent"),
}


def card_embed(texts: Texts, card: ClaimCard) -> discord.Embed:
    """Return a claim's card."""
    claim, record = card.claim, card.record
    embed = discord.Embed(
        title=claim_title(texts, claim),
        description="\n\n".join((_state(texts, claim), timeline(texts, card.steps))),
        colour=DIAMOND_COLOUR,
    )
    embed.add_field(name=texts("Streamer"), value=_history(texts, claim, record), inline=False)
    embed.add_field(name=texts("What it rests on"), value=_grounds(texts, record), inline=False)
    return embed


def _state(texts: Texts, claim: Claim) -> str:
    lines = [standing(texts, claim)]
    if claim.is_open and claim.paid_diamonds:
        left = diamonds_worth(texts, claim.left_diamonds, claim.left_worth)
        lines.append(texts("{left} are left to pay.", left=left))
    if claim.is_open and claim.is_first:
        lines.append(texts("🌱 The first claim of this streamer: a person has to pay it."))
    return "\n".join(lines)


def _history(texts: Texts, claim: Claim, record: StreamerRecord) -> str:
    """Return whose claim it is and what became of the earlier ones, in all seasons."""
    paid = texts.plural("{count} claim paid", "{count} claims paid", record.paid_claims)
    returned = texts.plural("{count} returned", "{count} returned", record.returned_claims)
    lines = [
        f"<@{claim.streamer_id}>",
        texts(
            "{paid} ({diamonds:diamonds}), {returned}, since {at:day}",
            paid=paid,
            diamonds=record.paid_diamonds,
            returned=returned,
            at=record.first_claim_at,
        ),
    ]
    if record.is_disputed:
        lines.append(texts("⚖️ A payment of this streamer is disputed right now."))
    if record.debt_coins:
        lines.append(texts("⚠️ This streamer owes {coins:coins}.", coins=record.debt_coins))
    return "\n".join(lines)


def _grounds(texts: Texts, record: StreamerRecord) -> str:
    """Return where the diamonds came from, as far as this season knows."""
    lines: list[str] = []
    if record.received_coins:
        lines.append(
            texts(
                "{coins:coins} in gifts, {percent}% of them from {who}",
                coins=record.received_coins,
                percent=record.largest_percent,
                who=f"<@{record.largest_id}>",
            )
        )
    if record.returned_coins:
        lines.append(texts("↩️ {coins:coins} went back out of gifts", coins=record.returned_coins))
    if record.converted_coins:
        lines.append(
            texts(
                "{percent}% of the converted coins were bonus coins", percent=record.bonus_percent
            )
        )
    return "\n".join(lines) or texts("No gifts or conversions in this season.")


def card_view(texts: Texts, claim: Claim, place: Place, way: PayWay) -> discord.ui.View:
    """Return the steps that a claim can take, and the way back to the queue."""
    view = discord.ui.View()
    add_send_button(texts, view, claim, place, way)
    for step in steps_of(claim):
        view.add_item(StepButton(step, claim.claim_id, place, texts, seen_step=claim.step))
    view.add_item(queue_button(place, texts("Back to the queue")))
    return view


def steps_of(claim: Claim) -> tuple[str, ...]:
    """Return the steps that an admin can take with a claim by hand."""
    return _STEPS.get(claim.state, ())


async def claim_card(
    answer: Answer, claim_id: int, place: Place
) -> tuple[discord.Embed, discord.ui.View]:
    """Return a claim's card, for an admin.

    Raises:
        ClaimNotFound: there is none of that number.
    """
    admin = answer.admin()
    economy, texts = economy_of(answer.interaction), answer.texts
    card = await economy.payout_desk.card(admin.guild_id, claim_id)
    way = await read_way(economy, card.claim)
    embed = card_embed(texts, card)
    add_way(texts, embed, way)
    return embed, card_view(texts, card.claim, place, way)


async def update_card(
    answer: Answer, claim_id: int, place: Place, words: str | None = None
) -> None:
    """Show a claim's card in place of the message with the button, below words about it."""
    embed, view = await claim_card(answer, claim_id, place)
    await answer.update(words, embed=embed, view=view)


class OpenSelect(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=rf"bouquet:payouts_open:{PLACE_PATTERN}",
):
    """Opens the card of one claim of the queue."""

    def __init__(self, place: Place) -> None:
        super().__init__(open_select(place))
        self.place = place

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(Place.of(match))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            await update_card(answer, chosen_number(self.item), self.place)


class StepButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"bouquet:payout:(?P<step>approve|reject|paid|sent|unsent):(?P<claim>\d+):{PLACE_PATTERN}"
    r"(:(?P<seen>\d+))?",
):
    """Takes a step with a claim; all but approving it first ask for a few words.

    `seen_step` is the last step that its card shows, 0 where that is not known.
    """

    def __init__(
        self,
        step: str,
        claim_id: int,
        place: Place,
        texts: Texts | None = None,
        *,
        seen_step: int = 0,
    ) -> None:
        style, label = _LABELS[step]
        super().__init__(
            discord.ui.Button(
                label=texts(label, number=str(claim_id)) if texts else None,
                style=style,
                custom_id=f"bouquet:payout:{step}:{claim_id}:{place.code}:{seen_step}",
            )
        )
        self.step = step
        self.claim_id = claim_id
        self.place = place
        self.seen_step = seen_step

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        seen_step = int(match["seen"] or 0)
        return cls(match["step"], int(match["claim"]), Place.of(match), seen_step=seen_step)

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin = answer.admin()
            claims = economy_of(interaction).claims
            if self.step != "approve":
                claim = await claims.find(admin.guild_id, self.claim_id)
                if claim.changed_since(self.seen_step):
                    raise ClaimChanged(self.claim_id)
                await answer.ask(StepForm.filled(answer, self.step, claim, self.place))
                return
            await claims.approve(
                guild_id=admin.guild_id,
                key=f"step:{answer.key}",
                admin_id=admin.member_id,
                claim_id=self.claim_id,
            )
            await update_card(answer, self.claim_id, self.place)


async def take_step_form(interaction: discord.Interaction[Any], match: re.Match[str]) -> None:
    """Answer the form of a step, whichever process opened it."""
    async with answering(interaction, Kind.UPDATE) as answer:
        admin = answer.admin()
        place, claim_id = Place.of(match), int(match["claim"])
        claim = await economy_of(interaction).claims.find(admin.guild_id, claim_id)
        seen_step = int(match["seen"] or 0)
        form = StepForm(answer, match["step"], claim, place, seen_step=seen_step)
        await form.read(interaction)
        words = await form.take(answer)
        await update_card(answer, claim_id, place, words)
