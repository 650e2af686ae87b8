"""The queue of payouts: claims by age, those an admin asks for, page by page."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.services.claim_queue import ClaimQueue, QueueFilter, QueueKind
from bot.services.claim_states import ClaimState
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.claim_words import claim_line, diamonds_worth
from cogs.looks import DIAMOND_COLOUR
from cogs.payout_places import (
    PLACE_PATTERN,
    Place,
    PlaceButton,
    batch_button,
    open_select,
    queue_button,
)

_FILTERS = {
    QueueKind.ALL: N_("All open claims"),
    QueueKind.WAITING: N_("Waiting for approval"),
    QueueKind.APPROVED: N_("Approved, to be paid"),
    QueueKind.SENDING: N_("Being paid"),
    QueueKind.FIRST: N_("First claims"),
}


def queue_embed(texts: Texts, queue: ClaimQueue) -> discord.Embed:
    """Return one page of the queue, oldest claims first, and what all of it sums up to."""
    lines = [
        f"{claim_line(texts, claim, has_note=False)}\n-# <@{claim.streamer_id}>"
        + (" · " + texts("🌱 first claim") if claim.is_first else "")
        for claim in queue.claims
    ]
    embed = discord.Embed(
        title=texts("Payouts"),
        description="\n\n".join(lines) or _nothing(texts, queue.shown),
        colour=DIAMOND_COLOUR,
    )
    if queue.count:
        count = texts.plural("{count} open claim", "{count} open claims", queue.count)
        left = diamonds_worth(texts, queue.left_diamonds, queue.left_worth)
        embed.set_footer(text=texts("{count} · {left} to pay", count=count, left=left))
    return embed


def _nothing(texts: Texts, shown: QueueFilter) -> str:
    if shown.kind is QueueKind.ALL:
        return texts("Nothing to pay. New claims appear here as streamers make them.")
    return texts("No open claim is like that right now. The menu below shows others.")


def queue_view(texts: Texts, queue: ClaimQueue) -> discord.ui.View:
    """Return what can be shown, the claims to open, and the pages beside this one."""
    place = Place(queue.shown, queue.after)
    view = discord.ui.View()
    if not queue.count and queue.shown.kind is QueueKind.ALL:
        return view
    view.add_item(FilterSelect(texts, queue.shown))
    view.add_item(StreamerSelect(texts, queue.shown))
    if queue.claims:
        view.add_item(open_select(place, texts, queue.claims))
    waiting = [claim for claim in queue.claims if claim.state is ClaimState.REQUESTED]
    if len(waiting) > 1:
        view.add_item(batch_button(place, texts("Approve all on this page…")))
    if queue.older is not None:
        view.add_item(queue_button(Place(queue.shown, queue.older), texts("Older")))
    if queue.newer is not None:
        view.add_item(queue_button(Place(queue.shown, queue.newer), texts("Newer")))
    return view


async def queue_card(
    answer: Answer, place: Place | None = None
) -> tuple[discord.Embed, discord.ui.View]:
    """Return a page of the queue as it is now, for an admin."""
    place = place or Place()
    admin = answer.admin()
    queue = await economy_of(answer.interaction).claims.queue(
        admin.guild_id, after=place.after, shown=place.shown
    )
    return queue_embed(answer.texts, queue), queue_view(answer.texts, queue)


async def update_queue(answer: Answer, place: Place) -> None:
    """Show a page of the queue in place of the message with the button."""
    embed, view = await queue_card(answer, place)
    await answer.update(embed=embed, view=view)


class QueueButton(PlaceButton, template=rf"bouquet:queue:{PLACE_PATTERN}"):
    """Turns to a page of the queue."""

    action = "queue"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            await update_queue(answer, self.place)


class FilterSelect(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template="bouquet:payouts_filter"
):
    """Chooses which open claims the queue shows."""

    def __init__(self, texts: Texts | None = None, shown: QueueFilter | None = None) -> None:
        super().__init__(
            discord.ui.Select(
                custom_id="bouquet:payouts_filter",
                placeholder=texts("Show…") if texts else None,
                options=[
                    discord.SelectOption(
                        label=texts(label), value=kind, default=shown == QueueFilter(kind)
                    )
                    for kind, label in _FILTERS.items()
                ]
                if texts
                else [],
            )
        )

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls()

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            await update_queue(answer, Place(QueueFilter.read(self.item.values[0])))


class StreamerSelect(
    discord.ui.DynamicItem[discord.ui.UserSelect[discord.ui.View]],
    template="bouquet:payouts_streamer",
):
    """Chooses whose open claims the queue shows."""

    def __init__(self, texts: Texts | None = None, shown: QueueFilter | None = None) -> None:
        chosen = shown.streamer_id if shown else 0
        super().__init__(
            discord.ui.UserSelect(
                custom_id="bouquet:payouts_streamer",
                placeholder=texts("Claims of one streamer…") if texts else None,
                default_values=[
                    discord.SelectDefaultValue(id=chosen, type=discord.SelectDefaultValueType.user)
                ]
                if chosen
                else [],
            )
        )

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls()

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            shown = QueueFilter(QueueKind.STREAMER, self.item.values[0].id)
            await update_queue(answer, Place(shown))
