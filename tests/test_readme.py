"""The README tells of the commands that there are, and of nothing else."""

import re
from pathlib import Path
from typing import Any

from discord import app_commands

from bot.client import BouquetBot
from bot.services.economy import Economy
from cogs import EXTENSIONS

TEMPLATE = (Path(__file__).parents[1] / "bot/locale/bouquet.pot").read_text("utf-8")
README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def usage(command: app_commands.Command[Any, ..., Any]) -> str:
    options = (
        option.display_name if option.required else f"[{option.display_name}]"
        for option in command.parameters
    )
    return " ".join((f"/{command.qualified_name}", *options))


async def test_the_table_lists_every_command_with_its_options(economy: Economy) -> None:
    bot = BouquetBot(economy)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    commands = {
        usage(command)
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    await bot.close()
    listed = set(re.findall(r"^\| `(/[^`]+)` \|", README, re.MULTILINE))
    assert listed == commands


async def test_every_command_says_in_one_short_line_what_it_does(economy: Economy) -> None:
    bot = BouquetBot(economy)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    for command in bot.tree.walk_commands():
        assert 10 <= len(command.description) <= 100, command.qualified_name
    await bot.close()


async def test_every_command_that_a_text_names_is_there(economy: Economy) -> None:
    bot = BouquetBot(economy)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    options = {
        command.qualified_name: {option.display_name for option in command.parameters}
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    await bot.close()
    catalogue = "".join(re.findall(r'^(?:msgid |msgid_plural )?"(.*)"$', TEMPLATE, re.MULTILINE))
    for named in re.findall(r"`/([^`]+)`", catalogue):
        command = re.split(r" \w+:", named)[0]
        assert command in options, named
        assert set(re.findall(r"(\w+):", named)) <= options[command], named
