"""Says in channels what the outbox has: that a promotion began, that it is about to end.

What Discord does not take now is tried again later, what it will never take is reported to the
admin who set it. A message that was sent although its answer was lost is found again in the
channel, as Discord itself remembers nonces for some minutes only.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any, Self

import discord
from discord.ext import commands
from typing_extensions import override

from bot.services.economy import Economy
from bot.services.outbox import Notice
from bot.texts import SOURCE_LOCALE, Texts, texts_for
from cogs.answers import Kind, answering, at_rest, economy_of
from cogs.buy import show_offer
from cogs.delivery import UNREACHED
from cogs.looks import COIN_COLOUR
from cogs.promo_words import escaped, term_lines

log = logging.getLogger(__name__)

# Shorter than the claim on a notice holds, so that nobody else sends it meanwhile.
SEND_SECONDS = 30.0
_LOOKED_THROUGH = 100
# Each has up to 20; what is left waits for the next look.
_MOST_ROUNDS = 100


class OfferButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_buy(?::(?P<nonce>\d+:\d+))?",
):
    """Shows whoever presses it the packs, as `/buy` does; it carries what tells its message."""

    def __init__(self, nonce: str | None = None, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                emoji="🛍️",
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:promo_buy:{nonce}" if nonce else "bouquet:promo_buy",
            )
        )

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["nonce"])

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.PRIVATE) as answer:
            await show_offer(answer, economy_of(interaction))


async def announce(bot: commands.Bot, economy: Economy) -> None:
    """Send what is due; what fails comes again by itself."""
    if bot.user is None:
        return  # not logged in yet, so nothing could be sent
    for _ in range(_MOST_ROUNDS):
        notices = await economy.outbox.claim()
        if not notices:
            return
        await asyncio.gather(*(_deliver(bot, economy, notice) for notice in notices))


async def _deliver(bot: commands.Bot, economy: Economy, notice: Notice) -> None:
    """Send one notice and note what became of it; nothing that goes wrong reaches the others."""
    try:
        await _settle(bot, economy, notice)
    except Exception:
        # The claim ends by itself, and then it is tried again.
        log.exception("announcement %s of server %s failed", notice.outbox_id, notice.guild_id)


async def _settle(bot: commands.Bot, economy: Economy, notice: Notice) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            message_id = await _send(bot, notice)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("nobody takes announcement %s: %s", notice.outbox_id, error)
        await economy.outbox.give_up(notice)
    except UNREACHED as error:
        log.warning("announcement %s comes later: %s", notice.outbox_id, error)
        await economy.outbox.try_later(notice)
    else:
        await economy.outbox.sent(notice, message_id)


async def _send(bot: commands.Bot, notice: Notice) -> int:
    """Send a notice, unless an earlier try did already, and return the message's id."""
    texts = _texts(bot, notice)
    if notice.kind == "unsendable":
        return await _write_admin(bot, texts, notice)
    channel = bot.get_partial_messageable(notice.channel_id, guild_id=notice.guild_id)
    found = await _earlier(bot, notice, channel, lambda message: notice.nonce in _nonces(message))
    if found is not None:
        return found
    view = discord.ui.View()
    view.add_item(OfferButton(notice.nonce, texts("Buy")))
    message = await channel.send(
        f"<@&{notice.role_id}>" if notice.role_id else None,
        embed=announcement_embed(texts, notice),
        view=at_rest(view) or view,
        nonce=notice.nonce,
        allowed_mentions=discord.AllowedMentions(
            everyone=False,
            users=False,
            roles=[discord.Object(notice.role_id)] if notice.role_id else False,
        ),
    )
    return message.id


def _nonces(message: discord.Message) -> set[str]:
    """Return the nonces that the buttons of a message carry."""
    return {
        child.custom_id.removeprefix("bouquet:promo_buy:")
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button) and child.custom_id
    }


async def _earlier(
    bot: commands.Bot,
    notice: Notice,
    channel: discord.abc.Messageable,
    is_it: Callable[[discord.Message], bool],
) -> int | None:
    """Return the message that an earlier try sent, whatever became of its answer."""
    if notice.tries <= 1:
        return None
    try:
        async for message in channel.history(limit=_LOOKED_THROUGH):
            if message.author == bot.user and is_it(message):
                return message.id
    except discord.Forbidden:
        log.info("channel %s has no history to look through", notice.channel_id)
    return None


async def _write_admin(bot: commands.Bot, texts: Texts, notice: Notice) -> int:
    """Tell the admin who chose the channel that it takes no announcements."""
    content = texts(
        "I could not announce **{name}** in {channel}: the channel is gone, or I may not write "
        "there. Members still get the bonus. Let me see the channel, send messages and embed links "
        "there, or pick another one with `/promo edit` (promotion {number:receipt}).",
        name=escaped(notice.name),
        channel=f"<#{notice.channel_id}>",
        number=notice.promotion_id,
    )
    # The name of the server tells admins of several which one it is.
    guild = bot.get_guild(notice.guild_id)
    content = f"**{escaped(guild.name)}**\n{content}" if guild and guild.name else content
    user = discord.Object(notice.admin_id)
    channel = await bot.create_dm(user)
    found = await _earlier(bot, notice, channel, lambda message: message.content == content)
    return found or (await channel.send(content, nonce=notice.nonce)).id


def announcement_embed(texts: Texts, notice: Notice) -> discord.Embed:
    """Return what a channel reads of a window."""
    is_ending = notice.kind == "ending"
    name = escaped(notice.name)
    title = f"⏳ {texts('{name} is about to end', name=name)}" if is_ending else f"🎉 {name}"
    lines = [*([notice.text, ""] if notice.text else []), *term_lines(texts, notice.terms)]
    embed = discord.Embed(
        title=title,
        description="\n".join(lines),
        colour=COIN_COLOUR,
    )
    end = f"<t:{notice.ends_at}:f>"
    ends = texts("Until {end}, {relative:until}", end=end, relative=notice.ends_at)
    return embed.add_field(name=texts("Ends") if is_ending else texts("When"), value=ends)


def _texts(bot: commands.Bot, notice: Notice) -> Texts:
    guild = bot.get_guild(notice.guild_id)
    return texts_for(str(guild.preferred_locale) if guild else SOURCE_LOCALE)
