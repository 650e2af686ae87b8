"""A Discord that still shows a command the bot no longer has."""

from tests.wire.sentences import CHANGED
from tests.wire.town import Town


async def test_a_command_that_is_gone_asks_to_reload(town: Town) -> None:
    await town.bot.remove_cog("WalletCog")
    await town.refuses(town.type("Mia", "wallet"), CHANGED)
