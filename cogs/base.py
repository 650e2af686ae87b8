"""What all cogs share: the services, and what happens when discord.py itself gives up."""

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.errors import OptionsChanged
from bot.services.economy import Economy
from cogs.answers import answering

log = logging.getLogger(__name__)


class EconomyCog(commands.Cog):
    """A cog over the economy's services."""

    def __init__(self, economy: Economy) -> None:
        self._economy = economy

    @override
    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Answer for a command whose options discord.py could not even read."""
        if interaction.type is discord.InteractionType.autocomplete:
            # There is no place for a sentence in a list of choices; the command itself will tell.
            log.info("no choices for %s: %s", interaction.data, error)
            return
        async with answering(interaction):
            if isinstance(
                error, app_commands.TransformerError | app_commands.CommandSignatureMismatch
            ):
                raise OptionsChanged
            raise error
