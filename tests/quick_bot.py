"""Bouquet's bot for tests that need many of them in one process, one after the other."""

import importlib
from typing import Any

from typing_extensions import override

from bot.client import BouquetBot


class QuickBot(BouquetBot):
    """Adds its cogs from modules that are loaded once.

    discord.py runs an extension's module anew for each bot, and searches the whole bot for traces
    of it when the bot closes: half of what a town costs. The command line's tests start bots that
    do just that, and `test_readme` loads every extension as discord.py does.
    """

    @override
    async def load_extension(self, name: str, *, package: str | None = None) -> None:
        """Let an extension add itself."""
        module: Any = importlib.import_module(name, package)
        await module.setup(self)
