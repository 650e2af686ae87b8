"""Where in the queue of payouts an admin is, and the ways to and fro that only need their ids.

What is shown is at rest, so a plain component with the right id is as good as the class that
answers it; the queue and its cards lead to each other this way.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

import discord
from typing_extensions import override

from bot.services.claim import Claim
from bot.services.claim_queue import QueueFilter
from bot.texts import Texts
from cogs.claim_words import claim_option

PLACE_PATTERN = r"(?P<filter>all|waiting|approved|sending|first|s\d{1,20}):(?P<after>\d{1,15})"


_NEVER_SENT = r"never sent: discord.py wants a template of every class"


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the queue: which claims it shows, and after which it begins."""

    shown: QueueFilter = QueueFilter()  # noqa: RUF009 - it is frozen
    after: int = 0

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        """Return the place that an id with PLACE_PATTERN names."""
        return cls(QueueFilter.read(match["filter"]), int(match["after"]))

    @property
    def code(self) -> str:
        """Return it as PLACE_PATTERN reads it."""
        return f"{self.shown.code}:{self.after}"


class PlaceButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_NEVER_SENT):
    """Answers a button of which all that is known is a place in the queue."""

    action = ""

    def __init__(self, place: Place) -> None:
        super().__init__(discord.ui.Button(custom_id=f"bouquet:{self.action}:{place.code}"))
        self.place = place

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(Place.of(match))


def queue_button(place: Place, label: str) -> "discord.ui.Button[discord.ui.View]":
    """Return the way to a page of the queue; `QueueButton` answers it."""
    return discord.ui.Button(label=label, custom_id=f"bouquet:queue:{place.code}")


def batch_button(place: Place, label: str) -> "discord.ui.Button[discord.ui.View]":
    """Return the way to approve what a page shows; `BatchButton` answers it."""
    return discord.ui.Button(
        label=label,
        style=discord.ButtonStyle.success,
        custom_id=f"bouquet:batch:{place.code}",
    )


def open_select(
    place: Place, texts: Texts | None = None, claims: tuple[Claim, ...] = ()
) -> "discord.ui.Select[discord.ui.View]":
    """Return the way to the card of one claim; `OpenSelect` answers it."""
    return discord.ui.Select(
        custom_id=f"bouquet:payouts_open:{place.code}",
        placeholder=texts("Open a claim") if texts else None,
        options=[claim_option(texts, claim) for claim in claims] if texts else [],
    )
