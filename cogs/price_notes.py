"""What the prices in brackets are, once on a card that has them; nothing where coins have none."""

import discord

from bot.texts import Texts


def bracket_note(texts: Texts) -> str:
    """Return what stands in brackets behind amounts of coins."""
    if texts.coin_price is None:
        return ""
    return texts("In brackets: what as many coins cost here, without a discount for larger packs.")


def streamer_note(texts: Texts) -> str:
    """Return the same to a streamer, who could take it for the own pay."""
    if texts.coin_price is None:
        return ""
    return texts("In brackets: what members pay for as many coins here, not what you are paid.")


def with_note(embed: discord.Embed, note: str) -> discord.Embed:
    """Return the embed with a note at its foot, if there is one."""
    return embed.set_footer(text=note) if note else embed
