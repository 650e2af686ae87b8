"""The discord.py bot: loads the cogs, mentions nobody by default, needs no privileged intent."""

import gc
import logging

import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from typing_extensions import override

from bot.errors import OptionsChanged
from bot.pictures.studio import Studio
from bot.services.economy import Economy
from cogs import EXTENSIONS
from cogs.announcer import Announcer
from cogs.answers import answering, finish_answers
from cogs.postman import deliver_letters

log = logging.getLogger(__name__)

# Discord waits three seconds for an answer; who stops the bot should not wait much longer.
FAREWELL_SECONDS = 5.0

# It never speaks, so nobody needs to hear which voice libraries are missing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree["BouquetBot"]):
    """The commands; answers for those that no cog has any more."""

    @override
    async def on_error(
        self,
        interaction: discord.Interaction["BouquetBot"],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Tell an outdated Discord client to reload; every other error was told by its cog."""
        is_autocomplete = interaction.type is discord.InteractionType.autocomplete
        if isinstance(error, app_commands.CommandNotFound) and not is_autocomplete:
            async with answering(interaction):
                raise OptionsChanged


class BouquetBot(commands.Bot):
    """A bot with an economy."""

    def __init__(
        self,
        economy: Economy,
        *,
        studio: Studio | None = None,
        guild_ready_seconds: float = 0.5,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            tree_cls=Tree,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            # Nothing waits for the members of every guild: commands bring who they name.
            guild_ready_timeout=guild_ready_seconds,
        )
        self.economy = economy
        self.studio = studio
        self._announcer = Announcer(self, economy)

    @override
    async def setup_hook(self) -> None:
        """Load every cog and register the commands; a cog that fails stops the start."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        synced = await self.tree.sync()
        log.info("registered %d commands", len(synced))
        # What lives this long lives for ever: the collector need not look at it again.
        gc.collect()
        gc.freeze()

    async def announce(self) -> None:
        """Say what the outbox has to say, in channels and to single persons."""
        try:
            await self._announcer.announce()
        finally:
            await deliver_letters(self, self.economy)

    @override
    async def close(self) -> None:
        """Give the answers that are owed, then leave."""
        await finish_answers(FAREWELL_SECONDS)
        if self.studio is not None:
            await self.studio.close()
        await super().close()

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))


def use_server(api_base: str, gateway: str) -> None:
    """Point discord.py at another server than Discord; with one address alone it dials both."""
    Route.BASE = api_base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
