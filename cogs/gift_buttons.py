"""The buttons of gifts. They carry who may press them and the intent, and survive a restart."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.errors import AlreadyUsed, MemberLeft, OldButton
from bot.services.clock import snowflake_seconds
from bot.services.gift_drafts import GiftDraft
from bot.services.gifts import GiftReceipt, GiftRequest
from bot.services.guilds import Person
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.gift_cards import draft_embed, gift_embed, undone_embed
from cogs.looks import person_of

# "Send again" is for the moment; prices and people change.
AGAIN_SECONDS = 60 * 60


class GiverButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"never sent: discord.py wants a template of every class",
):
    """A button that only the giver may press; `subject_id` is a receipt or a draft."""

    action = ""
    style = discord.ButtonStyle.secondary

    def __init__(self, giver_id: int, subject_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=self.style,
                custom_id=f"bouquet:{self.action}:{giver_id}:{subject_id}",
            )
        )
        self.giver_id = giver_id
        self.subject_id = subject_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["giver"]), int(match["subject"]))


class AgainButton(GiverButton, template=r"bouquet:again:(?P<giver>\d+):(?P<subject>\d+)"):
    """Sends the same gift once more. The card is the intent, so two presses are one gift.

    A large one asks first, like any other.
    """

    action = "again"
    style = discord.ButtonStyle.primary

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.PUBLIC) as answer:
            asker = answer.owner(self.giver_id)
            # Both ids are by Discord's clock, so that ours may be wrong.
            shown_at = snowflake_seconds(interaction.message.id) if interaction.message else 0
            if snowflake_seconds(interaction.id) - shown_at > AGAIN_SECONDS:
                raise OldButton
            first = await economy_of(interaction).gifts.find(asker.guild_id, self.subject_id)
            streamer = await find_person(interaction, first.streamer_id)
            outcome = await economy_of(interaction).gift_drafts.offer(
                GiftRequest(
                    guild_id=asker.guild_id,
                    key=f"gift:again:{first.entry_id}",
                    giver_id=asker.member_id,
                    streamer=streamer,
                    gift=first.gift.code,
                    count=first.count,
                    message=first.message,
                ),
                interaction.id,
            )
            if isinstance(outcome, GiftReceipt) and outcome.replayed:
                raise AlreadyUsed
            await show_offered(answer, asker.member_id, outcome)


class UndoButton(GiverButton, template=r"bouquet:undo:(?P<giver>\d+):(?P<subject>\d+)"):
    """Takes the gift back while that is possible."""

    action = "undo"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.giver_id)
            economy = economy_of(interaction)
            await economy.gift_undos.undo(asker.guild_id, asker.member_id, self.subject_id)
            receipt = await economy.gifts.find(asker.guild_id, self.subject_id)
            await answer.update(embed=undone_embed(answer.public_texts, receipt), view=None)


class SendDraftButton(GiverButton, template=r"bouquet:send:(?P<giver>\d+):(?P<subject>\d+)"):
    """Says yes to a large gift."""

    action = "send"
    style = discord.ButtonStyle.success

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.giver_id)
            drafts = economy_of(interaction).gift_drafts
            draft = await drafts.find(asker.guild_id, self.subject_id, asker.member_id)
            receipt = await drafts.send(draft, await find_person(interaction, draft.streamer_id))
            await answer.update(
                answer.texts("Sent. Receipt {number:receipt}", number=receipt.entry_id),
                embed=None,
                view=None,
            )
            if not receipt.replayed:
                await show_gift(answer, receipt, follow_up=True)


class DiscardButton(GiverButton, template=r"bouquet:discard:(?P<giver>\d+):(?P<subject>\d+)"):
    """Says no to a large gift."""

    action = "discard"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.giver_id)
            drafts = economy_of(interaction).gift_drafts
            await drafts.discard(
                await drafts.find(asker.guild_id, self.subject_id, asker.member_id)
            )
            await answer.update(answer.texts("Nothing was sent."), embed=None, view=None)


async def find_person(interaction: discord.Interaction[Any], member_id: int) -> Person:
    """Ask Discord who a member is now; a button's message may be older than their roles.

    Raises:
        MemberLeft: they are no longer in the guild.
    """
    assert interaction.guild is not None
    try:
        return person_of(await interaction.guild.fetch_member(member_id))
    except discord.NotFound:
        name = f"<@{member_id}>"
        raise MemberLeft(name) from None


async def show_offered(answer: Answer, giver_id: int, outcome: GiftReceipt | GiftDraft) -> None:
    """Show a sent gift to the channel, or ask its giver alone about a large one."""
    if isinstance(outcome, GiftDraft):
        view = draft_view(answer.texts, giver_id, outcome)
        await answer.show(embed=draft_embed(answer.texts, outcome), view=view, private=True)
    else:
        await show_gift(answer, outcome)


async def show_gift(answer: Answer, receipt: GiftReceipt, *, follow_up: bool = False) -> None:
    """Show a gift's card to the channel, as the answer or after it."""
    texts = answer.public_texts
    embed, view = gift_embed(texts, receipt), gift_view(texts, receipt)
    if follow_up:
        await answer.add(embed=embed, view=view)
    else:
        await answer.show(embed=embed, view=view, private=False)


def gift_view(texts: Texts, receipt: GiftReceipt) -> discord.ui.View:
    """Return the giver's buttons under the card."""
    view = discord.ui.View()
    view.add_item(AgainButton(receipt.giver_id, receipt.entry_id, texts("Send again")))
    view.add_item(UndoButton(receipt.giver_id, receipt.entry_id, texts("Undo")))
    return view


def draft_view(texts: Texts, giver_id: int, draft: GiftDraft) -> discord.ui.View:
    """Return the giver's yes and no."""
    view = discord.ui.View()
    view.add_item(SendDraftButton(giver_id, draft.draft_id, texts("Send it")))
    view.add_item(DiscardButton(giver_id, draft.draft_id, texts("Not now")))
    return view
