"""Who a report of earnings is about, also when they are not here any more."""

from typing import Any

import discord

from bot.errors import MemberLeft
from bot.services.guilds import Person
from bot.texts import Texts
from cogs.gift_buttons import find_person
from cogs.looks import person_of


async def streamer_named(
    interaction: discord.Interaction[Any], texts: Texts, streamer_id: int
) -> Person:
    """Return a streamer as Discord knows them now; what somebody received stays readable."""
    if streamer_id == interaction.user.id:
        return person_of(interaction.user)
    try:
        return await find_person(interaction, streamer_id)
    except MemberLeft:
        return Person(streamer_id, texts("somebody who left"), is_member=False)
