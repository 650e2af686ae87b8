"""What a coin costs in a guild, kept at hand: every amount of coins stands with its price.

One process writes, and every change of packs and settings is told after its commit, so what is
kept is what the database says.
"""

from fractions import Fraction

from bot.currencies import CoinPrice
from bot.ledger.books import Books
from bot.services.checkouts import DISCORD_PROVIDER
from bot.services.guilds import SettingsChanged, stored_settings
from bot.services.packs import PacksChanged, read_packs
from bot.services.seasons import SeasonBegun


class CoinPrices:
    """The service of the prices that stand behind amounts of coins."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._known: dict[int, CoinPrice | None] = {}
        self._changes = 0
        # What is set one by one has nothing to do with prices.
        books.listen(PacksChanged, lambda changed: self._forget(changed.guild_id))
        books.listen(SettingsChanged, lambda changed: self._forget(changed.guild_id))
        books.listen(SeasonBegun, lambda begun: self._forget(begun.guild_id))

    async def of(self, guild_id: int) -> CoinPrice | None:
        """Return what a coin costs in a guild, None where none is sold for money.

        Raises:
            BooksUnreadable: nobody knows; it happens only before it was first asked for.
        """
        if guild_id in self._known:
            return self._known[guild_id]
        changes = self._changes
        price = await self._read(guild_id)
        if changes == self._changes:
            self._known[guild_id] = price
        return price

    def _forget(self, guild_id: int) -> None:
        # Also what is being read meanwhile, which may be older than this change.
        self._changes += 1
        self._known.pop(guild_id, None)

    async def _read(self, guild_id: int) -> CoinPrice | None:
        """Return the price of a coin in the pack that can be bought and where it costs most."""
        read = self._books.read
        settings = await stored_settings(read, guild_id)
        # Discord's own price in the buyer's currency is known to Discord alone. Offers, orders and
        # limits tell the guild's list price there too, so it is what stands behind coins.
        needs_sku = settings.provider == DISCORD_PROVIDER
        return max(
            (
                CoinPrice(Fraction(pack.price_minor, pack.coins), pack.currency)
                for pack in await read_packs(read, guild_id)
                if not pack.hidden and (pack.sku_id or not needs_sku)
            ),
            key=lambda price: price.minor,
            default=None,
        )
