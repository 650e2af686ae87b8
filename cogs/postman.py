"""Brings letters as direct messages; what a person does not take they can look up.

A letter that was sent although its answer was lost is found again in the conversation by its
number, as Discord itself remembers nonces for some minutes only.
"""

import asyncio
import logging

import discord
from discord.ext import commands

from bot.services.economy import Economy
from bot.services.letters import OWNER, Letter
from cogs.delivery import UNREACHED, is_malformed
from cogs.guild_texts import texts_in
from cogs.letter_words import letter_embed

log = logging.getLogger(__name__)

# Shorter than the claim on a letter holds, so that nobody else sends it meanwhile.
SEND_SECONDS = 30.0
_LOOKED_THROUGH = 50
_MOST_ROUNDS = 100


async def deliver_letters(bot: commands.Bot, economy: Economy) -> None:
    """Send the letters that are due; what fails comes again by itself."""
    if bot.user is None:
        return  # not logged in yet, so nothing could be sent
    for _ in range(_MOST_ROUNDS):
        letters = await economy.letters.claim()
        if not letters:
            return
        await asyncio.gather(*(_deliver(bot, economy, letter) for letter in letters))


async def _deliver(bot: commands.Bot, economy: Economy, letter: Letter) -> None:
    """Send one letter and note what became of it; nothing that goes wrong reaches the others."""
    try:
        await _settle(bot, economy, letter)
    except Exception:
        # The claim ends by itself, and then it is tried again.
        log.exception("letter %s of server %s failed", letter.letter_id, letter.guild_id)


async def _settle(bot: commands.Bot, economy: Economy, letter: Letter) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await _send(bot, economy, letter)
    except (discord.Forbidden, discord.NotFound) as error:
        log.info("member %s takes no letter: %s", letter.member_id, error)
        await economy.letters.give_up(letter)
    except UNREACHED as error:
        # What Discord calls malformed is our own defect, and comes no better later.
        level = logging.ERROR if is_malformed(error) else logging.WARNING
        log.log(level, "letter %s comes later: %s", letter.letter_id, error)
        await economy.letters.try_later(letter)
    else:
        await economy.letters.sent(letter)


async def _send(bot: commands.Bot, economy: Economy, letter: Letter) -> None:
    guild = bot.get_guild(letter.guild_id)
    member_id = letter.member_id
    if member_id == OWNER:
        if guild is None or guild.owner_id is None:
            raise TimeoutError  # Discord has not sent the server yet
        member_id = guild.owner_id
    channel = await bot.create_dm(discord.Object(member_id))
    if letter.tries > 1 and await _was_sent(bot, letter, channel):
        return
    texts = await texts_in(economy, letter.guild_id, guild.preferred_locale if guild else None)
    embed = letter_embed(texts, letter, guild.name if guild else "")
    # The link says which letter it is, and leads nowhere else.
    embed.url = f"https://discord.com/channels/{letter.guild_id}?letter={letter.letter_id}"
    await channel.send(embed=embed, nonce=letter.nonce)


async def _was_sent(bot: commands.Bot, letter: Letter, channel: discord.abc.Messageable) -> bool:
    """Tell whether an earlier try went out, whatever became of its answer."""
    end = f"/{letter.guild_id}?letter={letter.letter_id}"
    async for message in channel.history(limit=_LOOKED_THROUGH):
        if message.author == bot.user and any(
            embed.url is not None and embed.url.endswith(end) for embed in message.embeds
        ):
            return True
    return False
