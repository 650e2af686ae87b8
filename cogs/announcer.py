"""Says in channels what the outbox has: that a promotion began, is about to end, or is over.

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
from bot.services.notices import Card, Notice, Why
from bot.texts import Texts
from cogs.announcement_cards import announcement_embed, letter, over_embed
from cogs.answers import Kind, answering, at_rest, economy_of
from cogs.buy import show_offer
from cogs.delivery import UNREACHED, code_of
from cogs.guild_texts import texts_in
from cogs.pictures import Picture, studio_in
from cogs.promo_banner import Painter
from cogs.promo_places import may_mention, permissions_in

log = logging.getLogger(__name__)

# Shorter than the claim on a notice holds, so that nobody else sends it meanwhile.
SEND_SECONDS = 30.0
# As many are on their way at once; a slow one keeps its own place alone.
AT_ONCE = 20
_LOOKED_THROUGH = 100
_UNKNOWN_MESSAGE = 10008
# Discord's clock and ours may differ by so much.
_CLOCKS_APART_SECONDS = 10 * 60


class OfferButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_buy(?::(?P<nonce>[0-9a-f]+:[0-9a-f]+))?",
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


class Announcer:
    """Sends what is due, a number of messages at once, for one bot."""

    def __init__(self, bot: commands.Bot, economy: Economy) -> None:
        self._bot = bot
        self._economy = economy
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turn = asyncio.Lock()
        self._painter = Painter()

    async def announce(self) -> None:
        """Send what is due and return when that is done; what fails comes again by itself.

        It may be called again meanwhile: then it sends what has become due since.
        """
        if self._bot.user is None:
            return  # not logged in yet, so nothing could be sent
        # What was not taken may have made a letter due.
        while await self._send_due():
            pass

    async def _send_due(self) -> bool:
        """Send what is due, each as soon as there is a place; return whether there was any."""
        is_any = False
        # One asks at a time; a second one would only find what the first is about to take.
        async with asyncio.TaskGroup() as sending, self._turn:
            while notices := await self._claim():
                is_any = True
                for notice in notices:
                    sending.create_task(self._deliver(notice))
        return is_any

    async def _claim(self) -> tuple[Notice, ...]:
        """Claim as many notices as have a place, once there is one."""
        await self._places.acquire()
        free = 1
        while free < AT_ONCE and not self._places.locked():
            await self._places.acquire()
            free += 1
        claimed: tuple[Notice, ...] = ()
        try:
            claimed = await self._economy.outbox.claim(free)
        finally:
            for _ in range(free - len(claimed)):
                self._places.release()
        return claimed

    async def _deliver(self, notice: Notice) -> None:
        """Send one notice and note what became of it; nothing that goes wrong reaches others."""
        try:
            await self._settle(notice)
        except Exception:
            # The claim ends by itself, and then it is tried again.
            log.exception("announcement %s of server %s", notice.outbox_id, notice.guild_id)
        finally:
            self._places.release()

    async def _settle(self, notice: Notice) -> None:
        outbox = self._economy.outbox
        try:
            async with asyncio.timeout(SEND_SECONDS):
                message_id, is_role_missed = await self._send(notice)
        except (discord.Forbidden, discord.NotFound) as error:
            log.warning("nobody takes announcement %s: %s", notice.outbox_id, error)
            is_gone = isinstance(error, discord.NotFound)
            await outbox.give_up(notice, Why.GONE if is_gone else Why.CLOSED)
        except UNREACHED as error:
            log.warning("announcement %s comes later: %s", notice.outbox_id, error)
            await outbox.try_later(notice)
        else:
            await outbox.sent(notice, message_id, is_role_missed=is_role_missed)

    async def _send(self, notice: Notice) -> tuple[int, bool]:
        """Send a notice, unless an earlier try did already.

        Return the message's id, 0 if there is none, and whether its role was not mentioned.
        """
        guild = self._bot.get_guild(notice.guild_id)
        locale = guild.preferred_locale if guild else None
        texts = await texts_in(self._economy, notice.guild_id, locale)
        if notice.kind == "unsendable":
            return await self._write_admin(texts, notice), False
        if notice.kind == "ended":
            for card in notice.cards:
                await self._close(texts, notice, card)
            return 0, False
        channel = _channel(self._bot, notice, notice.channel_id)
        message = None
        if notice.tries > 1:
            message = await self._earlier(channel, lambda one: notice.nonce in _nonces(one))
        if message is None:
            try:
                message = await self._say(texts, notice, channel)
            except discord.NotFound as error:
                if code_of(error) != _UNKNOWN_MESSAGE:
                    raise
                # Discord knows the nonce of an earlier try, whose message was deleted since.
                return 0, False
        return message.id, _is_role_missed(notice, message)

    async def _say(
        self, texts: Texts, notice: Notice, channel: discord.PartialMessageable
    ) -> discord.Message:
        studio = studio_in(self._bot)
        text = notice.picture_text
        picture = await self._painter.banner(studio, texts, notice.terms, text)
        try:
            return await _post(texts, notice, channel, picture)
        except discord.Forbidden:
            if picture is None:
                raise
            # It may be that only files are not allowed there.
            return await _post(texts, notice, channel, None)

    async def _earlier(
        self, channel: discord.abc.Messageable, is_it: Callable[[discord.Message], bool]
    ) -> discord.Message | None:
        """Return the message that an earlier try sent, whatever became of its answer."""
        try:
            async for message in channel.history(limit=_LOOKED_THROUGH):
                if message.author == self._bot.user and is_it(message):
                    return message
        except discord.Forbidden:
            log.info("a channel has no history to look through")
        return None

    async def _close(self, texts: Texts, notice: Notice, card: Card) -> None:
        """Let a message that announced a window say that it is over, if it is still there."""
        channel = _channel(self._bot, notice, card.channel_id)
        message_id = card.message_id
        try:
            if not message_id:
                found = await self._earlier(channel, lambda one: card.nonce in _nonces(one))
                message_id = found.id if found else 0
            if message_id:
                await channel.get_partial_message(message_id).edit(
                    embed=over_embed(texts, notice), view=None, attachments=[]
                )
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("a card in channel %s stays as it is: %s", card.channel_id, error)

    async def _write_admin(self, texts: Texts, notice: Notice) -> int:
        """Tell the admin who chose the place what became of the announcement."""
        content = letter(texts, notice, self._bot.get_guild(notice.guild_id))
        channel = await self._bot.create_dm(discord.Object(notice.admin_id))
        oldest = notice.starts_at - _CLOCKS_APART_SECONDS

        def is_it(message: discord.Message) -> bool:
            # An older letter may have said the same of another window.
            return message.content == content and message.created_at.timestamp() >= oldest

        message = await self._earlier(channel, is_it) if notice.tries > 1 else None
        return (message or await channel.send(content, nonce=notice.nonce)).id


async def _post(
    texts: Texts,
    notice: Notice,
    channel: discord.PartialMessageable,
    picture: Picture | None,
) -> discord.Message:
    role_id = notice.role_id
    guild = channel.guild
    # A role that is gone would stand there as one that is unknown.
    is_named = bool(role_id) and (guild is None or guild.get_role(role_id) is not None)
    view = discord.ui.View()
    view.add_item(OfferButton(notice.nonce, texts("Buy")))
    embed = announcement_embed(texts, notice)
    if picture is not None:
        embed.set_image(url=f"attachment://{picture.name}")
    return await channel.send(
        f"<@&{role_id}>" if is_named else None,
        embed=embed,
        files=[picture.file()] if picture else [],
        view=at_rest(view) or view,
        nonce=notice.nonce,
        allowed_mentions=discord.AllowedMentions(
            everyone=False, users=False, roles=[discord.Object(role_id)] if is_named else False
        ),
    )


def _is_role_missed(notice: Notice, message: discord.Message) -> bool:
    """Tell whether a role was to be mentioned and was not, as far as can be known."""
    guild = message.guild
    if not notice.role_id or guild is None:
        return False
    is_mentioned = any(role.id == notice.role_id for role in message.role_mentions)
    role = guild.get_role(notice.role_id)
    permissions = permissions_in(guild, message.channel.id)
    return not is_mentioned or role is None or not may_mention(role, permissions)


def _nonces(message: discord.Message) -> set[str]:
    """Return the nonces that the buttons of a message carry."""
    return {
        child.custom_id.removeprefix("bouquet:promo_buy:")
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button) and child.custom_id
    }


def _channel(bot: commands.Bot, notice: Notice, channel_id: int) -> discord.PartialMessageable:
    return bot.get_partial_messageable(channel_id, guild_id=notice.guild_id)
