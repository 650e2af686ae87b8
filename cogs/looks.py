"""How things look in Discord: colours, people, amounts, and what keeps user text harmless."""

import discord

from bot.errors import NotANumber
from bot.services.catalogue import Tier
from bot.services.guilds import Person

COIN = "🪙"
DIAMOND = "💎"
GARDEN_COLOUR = discord.Colour(0x3BA55D)
COIN_COLOUR = discord.Colour(0xF0B132)
DIAMOND_COLOUR = discord.Colour(0x5BC0EB)
QUIET_COLOUR = discord.Colour(0x80848E)

TIER_COLOURS = {
    Tier.BUD: discord.Colour(0x9CCC65),
    Tier.BLOOM: discord.Colour(0xEC6EAD),
    Tier.GARDEN: discord.Colour(0x8E6CEF),
    Tier.WONDER: discord.Colour(0xF5C542),
}


def person_of(user: discord.User | discord.Member) -> Person:
    """Return what the rules need to know about somebody named in a command."""
    if isinstance(user, discord.Member):
        return Person(
            user.id,
            user.display_name,
            is_bot=user.bot,
            role_ids=frozenset(role.id for role in user.roles),
        )
    return Person(user.id, user.display_name, is_bot=user.bot, is_member=False)


def whole(value: object) -> int:
    """Return a whole number that Discord should have sent as one.

    Raises:
        NotANumber: it did not; discord.py passes on whatever an option has.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotANumber(str(value)[:20])
    return value


def quoted(text: str) -> str:
    """Return user text as a quote that formats nothing and mentions nobody."""
    # discord.py escapes the first of several links alone, so the others are taken apart here.
    escaped = discord.utils.escape_markdown(text).replace("](", "]\\(")
    return f"> {discord.utils.escape_mentions(escaped)}"
