"""Brings letters as direct messages; what a person does not take they can look up.

A letter that was sent although its answer was lost is found again in the conversation by its
number, as Discord itself remembers nonces for some minutes only.
"""

import asyncio
import logging

import discord
from discord.ext import commands
from discord.utils import MISSING

from bot.services.economy import Economy
from bot.services.letters import NO_GUILD, OWNER, Letter
from bot.services.review_letters import FOR_ADMINS, FOR_OPERATOR
from bot.texts import Texts
from cogs.answers import at_rest
from cogs.delivery import UNREACHED, is_malformed
from cogs.guild_texts import texts_in
from cogs.letter_words import letter_embed
from cogs.operator_desk import OperatorSettleButton
from cogs.operators import operator_ids

log = logging.getLogger(__name__)

# Shorter than the claim on a letter holds, so that nobody else sends it meanwhile.
SEND_SECONDS = 30.0
_LOOKED_THROUGH = 50
_MOST_ROUNDS = 100

# Whoever is no admin any more reads nothing of others' money.
_ADMINS_ONLY = frozenset({FOR_ADMINS, "refund_sent", "refund_refused"})


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
            if letter.is_for_operator:
                await economy.letters.hand_on(letter, await _operators_to_tell(bot, letter))
                return
            is_sent = await _send(bot, economy, letter)
    except (discord.Forbidden, discord.NotFound) as error:
        log.info("member %s takes no letter: %s", letter.member_id, error)
        await economy.letters.give_up(letter)
    except UNREACHED as error:
        # What Discord calls malformed is our own defect, and comes no better later.
        level = logging.ERROR if is_malformed(error) else logging.WARNING
        log.log(level, "letter %s comes later: %s", letter.letter_id, error)
        await economy.letters.try_later(letter)
    else:
        await (economy.letters.sent if is_sent else economy.letters.give_up)(letter)


async def _send(bot: commands.Bot, economy: Economy, letter: Letter) -> bool:
    """Send a letter, unless it was sent before; return whether its reader is to have it."""
    guild = bot.get_guild(letter.about_id)
    reader_id = await _reader_id(bot, letter, guild)
    if reader_id is None:
        log.info("letter %s of server %s is for nobody", letter.letter_id, letter.guild_id)
        return False
    channel = await bot.create_dm(discord.Object(reader_id))
    if letter.tries > 1 and await _was_sent(bot, letter, channel):
        return True
    # Those who run the bot need not speak the language of each server.
    locale = guild.preferred_locale if guild and letter.kind != FOR_OPERATOR else None
    texts = await texts_in(economy, letter.guild_id, locale)
    embed = letter_embed(texts, letter, guild.name if guild else "")
    # The link says which letter it is, and leads nowhere else.
    embed.url = f"https://discord.com/channels/{letter.guild_id}?letter={letter.letter_id}"
    await channel.send(embed=embed, view=_view(texts, letter) or MISSING, nonce=letter.nonce)
    return True


def _view(texts: Texts, letter: Letter) -> discord.ui.View | None:
    if letter.kind != FOR_OPERATOR:
        return None
    view = discord.ui.View()
    view.add_item(OperatorSettleButton(letter.facts["review_id"], texts))
    return at_rest(view)


async def _reader_id(bot: commands.Bot, letter: Letter, guild: discord.Guild | None) -> int | None:
    """Return who is to have a letter by now, None when that is nobody."""
    if letter.kind not in _ADMINS_ONLY:
        return letter.member_id
    if guild is None or guild.owner_id is None:
        raise TimeoutError  # Discord has not sent the server yet
    if letter.member_id == OWNER:
        return guild.owner_id
    # Whoever is several of these gets one letter: as the owner, else as the operator.
    if letter.kind == FOR_ADMINS and letter.member_id in {
        guild.owner_id,
        *await operator_ids(bot),
    }:
        return None
    # A bot that asked Discord for no members keeps none.
    member = await guild.fetch_member(letter.member_id)
    return member.id if member.guild_permissions.manage_guild else None


async def _operators_to_tell(bot: commands.Bot, letter: Letter) -> tuple[int, ...]:
    """Return who runs the bot, but for the owner of the server, who has a letter of their own."""
    guild = bot.get_guild(letter.about_id)
    is_on_its_way = not bot.is_ready() if guild is None else guild.owner_id is None
    if letter.about_id != NO_GUILD and is_on_its_way:
        raise TimeoutError
    owner_id = guild.owner_id if guild else None
    return tuple(each for each in await operator_ids(bot) if each != owner_id)


async def _was_sent(bot: commands.Bot, letter: Letter, channel: discord.abc.Messageable) -> bool:
    """Tell whether an earlier try went out, whatever became of its answer."""
    end = f"/{letter.guild_id}?letter={letter.letter_id}"
    async for message in channel.history(limit=_LOOKED_THROUGH):
        if message.author == bot.user and any(
            embed.url is not None and embed.url.endswith(end) for embed in message.embeds
        ):
            return True
    return False
