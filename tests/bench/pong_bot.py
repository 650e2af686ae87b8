"""The bare bot of the end-to-end figure: discord.py as anybody starts it, and one answer."""

import os
from typing import Any

import discord
import uvloop
from discord import app_commands

from bot.client import use_server

uvloop.install()
use_server(os.environ["API_BASE"], os.environ["GATEWAY"])
client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)


@tree.command()
async def ping(interaction: discord.Interaction[Any]) -> None:
    """Answer pong."""
    await interaction.response.send_message("pong")


async def _register() -> None:
    await tree.sync()


client.setup_hook = _register
client.run("pong", log_handler=None)
