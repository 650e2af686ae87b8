"""Approving all claims of a page at once: what exactly is shown first, and only that is done."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.claim_errors import NothingToApprove
from bot.currencies import Money
from bot.services.claim import Claim
from bot.services.claim_states import ClaimAction
from bot.services.payout_desk import BatchApproval
from bot.texts import Texts
from cogs.answers import Kind, answering, economy_of
from cogs.claim_words import claim_line, diamonds_worth
from cogs.looks import DIAMOND_COLOUR
from cogs.payout_places import PLACE_PATTERN, Place, PlaceButton, queue_button

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def written_ids(claim_ids: tuple[int, ...]) -> str:
    """Return claim ids as a custom id has room for: ten of them, of up to seven letters each."""
    return ".".join(_written(claim_id) for claim_id in claim_ids)


def read_ids(written: str) -> tuple[int, ...]:
    """Return the claim ids that were written."""
    return tuple(int(one, len(_DIGITS)) for one in written.split("."))


def _written(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits


def question_embed(texts: Texts, claims: tuple[Claim, ...]) -> discord.Embed:
    """Return exactly what would be approved, with its sums and who it is for."""
    worth = None
    # Claims for a perk are worth no money, wherever they stand among the others.
    if currency := next((claim.currency for claim in claims if claim.currency), ""):
        worth = Money(sum(claim.amount_minor for claim in claims), currency)
    diamonds = sum(claim.diamonds for claim in claims)
    streamers = len({claim.streamer_id for claim in claims})
    return discord.Embed(
        title=texts.plural("Approve {count} claim?", "Approve {count} claims?", len(claims)),
        description="\n".join(
            f"{claim_line(texts, claim, has_note=False)} · <@{claim.streamer_id}>"
            for claim in claims
        ),
        colour=DIAMOND_COLOUR,
    ).set_footer(
        text=texts.plural(
            "{amount} for {count} streamer",
            "{amount} for {count} streamers",
            streamers,
            amount=diamonds_worth(texts, diamonds, worth),
        )
    )


def approved_embed(texts: Texts, batch: BatchApproval) -> discord.Embed:
    """Return what became of it: what is approved, what waits for another admin, what was left."""
    done = [each for each in batch.stepped if each.action is ClaimAction.APPROVE]
    first = [each for each in batch.stepped if each.action is not ClaimAction.APPROVE]
    lines = [claim_line(texts, each.claim, has_note=False) for each in done]
    if first:
        lines.append("\n" + texts("**Approved by you, and another admin has to:**"))
        lines += [claim_line(texts, each.claim, has_note=False) for each in first]
    if batch.left_out:
        lines.append("\n" + texts("**Left out:**"))
        lines += [f"#{claim_id}: {why.sentence(texts)}" for claim_id, why in batch.left_out]
    return discord.Embed(
        title=texts.plural("{count} claim approved", "{count} claims approved", len(done)),
        description="\n".join(lines),
        colour=DIAMOND_COLOUR,
    )


class BatchButton(PlaceButton, template=rf"bouquet:batch:{PLACE_PATTERN}"):
    """Asks whether all that a page shows is to be approved."""

    action = "batch"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin, economy, texts = answer.admin(), economy_of(interaction), answer.texts
            place = self.place
            queue = await economy.claims.queue(admin.guild_id, after=place.after, shown=place.shown)
            claims = await economy.payout_desk.approvable(
                admin.guild_id, admin.member_id, [claim.claim_id for claim in queue.claims]
            )
            if not claims:
                raise NothingToApprove
            view = discord.ui.View()
            ids = tuple(claim.claim_id for claim in claims)
            label = texts.plural("Approve {count} claim", "Approve {count} claims", len(ids))
            view.add_item(BatchYesButton(ids, label))
            view.add_item(queue_button(place, texts("Back to the queue")))
            await answer.update(embed=question_embed(texts, claims), view=view)


class BatchYesButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:batch_yes:(?P<ids>[0-9a-z]{1,10}(\.[0-9a-z]{1,10})*)",
):
    """Approves exactly the claims that were shown."""

    def __init__(self, claim_ids: tuple[int, ...], label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.success,
                custom_id=f"bouquet:batch_yes:{written_ids(claim_ids)}",
            )
        )
        self.claim_ids = claim_ids

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(read_ids(match["ids"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin = answer.admin()
            batch = await economy_of(interaction).payout_desk.approve_shown(
                guild_id=admin.guild_id,
                key=f"batch:{answer.key}",
                admin_id=admin.member_id,
                claim_ids=self.claim_ids,
            )
            view = discord.ui.View()
            view.add_item(queue_button(Place(), answer.texts("Back to the queue")))
            await answer.update(embed=approved_embed(answer.texts, batch), view=view)
