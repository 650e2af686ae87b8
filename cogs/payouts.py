"""`/payouts`: the queue of claims, for admins: approve, reject, mark paid."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.services.claim import Claim
from bot.services.claim_queue import ClaimQueue
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.plain_text import plain
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.base import EconomyCog
from cogs.claim import claim_line
from cogs.looks import DIAMOND_COLOUR

# A form that was closed tells nobody, so it is forgotten after a while.
FORM_SECONDS = 60 * 60


def queue_embed(texts: Texts, queue: ClaimQueue) -> discord.Embed:
    """Return one page of the queue, oldest claims first."""
    lines = [f"{claim_line(texts, claim)}\n-# <@{claim.streamer_id}>" for claim in queue.claims]
    return discord.Embed(
        title=texts("Payouts"),
        description="\n\n".join(lines)
        or texts("Nothing to pay. New claims appear here as streamers make them."),
        colour=DIAMOND_COLOUR,
    )


class QueueButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:queue:(?P<after>\d+)",
):
    """Turns to another page of the queue."""

    def __init__(self, after: int, label: str | None = None) -> None:
        super().__init__(discord.ui.Button(label=label, row=4, custom_id=f"bouquet:queue:{after}"))
        self.after = after

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["after"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            await update_queue(answer, economy_of(interaction), self.after)


class StepButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:payout:(?P<step>approve|reject|paid):(?P<claim>\d+):(?P<after>\d+)",
):
    """Takes a step with a claim; rejecting and paying first ask for a few words."""

    def __init__(self, step: str, claim_id: int, after: int, texts: Texts | None = None) -> None:
        labels = {
            "approve": (discord.ButtonStyle.success, N_("Approve #{number}")),
            "reject": (discord.ButtonStyle.danger, N_("Reject #{number}")),
            "paid": (discord.ButtonStyle.primary, N_("Mark #{number} paid")),
        }
        style, label = labels[step]
        super().__init__(
            discord.ui.Button(
                label=texts(label, number=str(claim_id)) if texts else None,
                style=style,
                custom_id=f"bouquet:payout:{step}:{claim_id}:{after}",
            )
        )
        self.step = step
        self.claim_id = claim_id
        self.after = after

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["step"], int(match["claim"]), int(match["after"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin = answer.admin()
            if self.step != "approve":
                await answer.ask(StepModal(answer, self.step, self.claim_id, self.after))
                return
            await economy_of(interaction).claims.approve(
                guild_id=admin.guild_id,
                key=f"step:{answer.key}",
                admin_id=admin.member_id,
                claim_id=self.claim_id,
            )
            await update_queue(answer, economy_of(interaction), self.after)


class StepModal(discord.ui.Modal):
    """Asks why a claim is rejected, or how it was paid."""

    def __init__(self, answer: Answer, step: str, claim_id: int, after: int) -> None:
        texts, number = answer.texts, str(claim_id)
        is_paid = step == "paid"
        super().__init__(
            title=texts("Mark claim #{number} paid", number=number)
            if is_paid
            else texts("Reject claim #{number}", number=number),
            timeout=FORM_SECONDS,
            # Two admins may have the same form open; each is answered.
            custom_id=f"bouquet:payout:{step}:{claim_id}:{answer.key}",
        )
        self.is_paid = is_paid
        self.claim_id = claim_id
        self.after = after
        self.words: discord.ui.TextInput[Self] = discord.ui.TextInput(
            label=texts("Reference of the payment") if is_paid else texts("Reason"),
            placeholder=texts("The streamer reads this"),
            max_length=MOST_REASON_CHARACTERS,
            custom_id="words",
        )
        self.add_item(self.words)

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin = answer.admin()
            claims, words = economy_of(interaction).claims, plain(self.words.value)
            key = f"step:{answer.key}"
            if self.is_paid:
                await claims.mark_paid(
                    guild_id=admin.guild_id,
                    key=key,
                    admin_id=admin.member_id,
                    claim_id=self.claim_id,
                    reference=words,
                )
            else:
                await claims.reject(
                    guild_id=admin.guild_id,
                    key=key,
                    admin_id=admin.member_id,
                    claim_id=self.claim_id,
                    reason=words,
                )
            await update_queue(answer, economy_of(interaction), self.after)


async def update_queue(answer: Answer, economy: Economy, after: int) -> None:
    """Show the queue as it is now in place of the message with the button."""
    admin = answer.admin()
    queue = await economy.claims.queue(admin.guild_id, after=after)
    await answer.update(
        embed=queue_embed(answer.texts, queue), view=queue_view(answer.texts, queue)
    )


def queue_view(texts: Texts, queue: ClaimQueue) -> discord.ui.View:
    """Return the steps that each claim can take, a row a claim, and the pages beside this one."""
    view = discord.ui.View()
    for row, claim in enumerate(queue.claims):
        for step in _steps_of(claim):
            button = StepButton(step, claim.claim_id, queue.after, texts)
            button.row = row
            view.add_item(button)
    if queue.older is not None:
        view.add_item(QueueButton(queue.older, texts("Older")))
    if queue.newer is not None:
        view.add_item(QueueButton(queue.newer, texts("Newer")))
    return view


def _steps_of(claim: Claim) -> tuple[str, ...]:
    return ("approve", "reject") if claim.state is ClaimState.REQUESTED else ("paid", "reject")


class PayoutsCog(EconomyCog):
    """Paying streamers by hand."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def payouts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the claims that wait for you: approve, reject, mark paid."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            queue = await self._economy.claims.queue(admin.guild_id)
            await answer.show(
                embed=queue_embed(answer.texts, queue), view=queue_view(answer.texts, queue)
            )


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(QueueButton, StepButton)
    await bot.add_cog(PayoutsCog(bot.economy))
