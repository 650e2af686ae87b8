"""The texts of whoever reads in a guild: where coins are sold for money they know the price."""

from bot.services.economy import Economy
from bot.texts import SOURCE_LOCALE, Texts, texts_for


async def texts_in(economy: Economy, guild_id: int | None, locale: object) -> Texts:
    """Return the texts for a Discord locale in a guild, None for a direct message to the bot.

    Raises:
        BooksUnreadable: nobody knows what a coin costs there.
    """
    texts = texts_for(str(locale or SOURCE_LOCALE))
    return texts if guild_id is None else texts.priced(await economy.coin_prices.of(guild_id))
