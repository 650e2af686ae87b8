"""`/payouts`: the queue of claims and its files, for admins."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.answers import answering
from cogs.base import EconomyCog
from cogs.payout_batch import BatchButton, BatchYesButton
from cogs.payout_card import OpenSelect, StepButton, take_step_form
from cogs.payout_files import ImportButton, export_file, show_import
from cogs.payout_forms import StepForm
from cogs.payout_owed import OwedButton, OwedForm, show_owed, take_owed_form
from cogs.payout_queue import FilterSelect, QueueButton, StreamerSelect, queue_card
from cogs.payout_send import SendButton

# Forms are answered by what their custom id says, so that a restart closes none of them.
_FORMS = ((StepForm.template, take_step_form), (OwedForm.template, take_owed_form))


class PayoutsCog(EconomyCog):
    """Paying streamers."""

    payouts = app_commands.Group(
        name="payouts",
        description="Pay what streamers claimed",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @payouts.command()
    async def queue(self, interaction: discord.Interaction[Any]) -> None:
        """See the claims that wait for you: approve, reject, mark paid."""
        async with answering(interaction) as answer:
            embed, view = await queue_card(answer)
            await answer.show(embed=embed, view=view)

    @payouts.command()
    @app_commands.describe(again="The claims that were exported before and wait for their results")
    async def export(self, interaction: discord.Interaction[Any], again: bool = False) -> None:  # noqa: FBT001, FBT002 - an option of Discord's
        """Get the approved claims as a CSV file for your bank."""
        async with answering(interaction) as answer:
            words, papers = await export_file(answer, again=again)
            await answer.show(words, papers=papers)

    # `import` is a word of Python's own.
    @payouts.command(name="import")
    @app_commands.describe(file="A CSV file with the columns claim, reference, result and reason")
    async def import_results(
        self, interaction: discord.Interaction[Any], file: discord.Attachment
    ) -> None:
        """Tell what your bank made of many claims; shows first what that does."""
        async with answering(interaction) as answer:
            await show_import(answer, file)

    @payouts.command()
    @app_commands.describe(member="Whom; also somebody who left the server")
    async def owed(self, interaction: discord.Interaction[Any], member: discord.User) -> None:
        """See what is owed to a streamer, or claim it for one who left."""
        async with answering(interaction) as answer:
            await show_owed(answer, member)

    @commands.Cog.listener("on_interaction")
    async def take_form(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the forms of payouts, also those that were opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        custom_id = str((interaction.data or {}).get("custom_id"))
        for template, take in _FORMS:
            match = template.fullmatch(custom_id)
            if match is not None:
                await take(interaction, match)


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(
        QueueButton,
        FilterSelect,
        StreamerSelect,
        OpenSelect,
        StepButton,
        SendButton,
        BatchButton,
        BatchYesButton,
        ImportButton,
        OwedButton,
    )
    await bot.add_cog(PayoutsCog(bot.economy))
