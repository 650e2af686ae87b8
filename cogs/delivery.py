"""How an answer reaches its reader, also when Discord refuses or loses it on the way.

Discord waits three seconds for the first answer, then the interaction is closed: whoever typed is
told that the application did not respond. What was booked by then is booked, and somebody who reads
that would do it again. So what can no longer be said as an answer is said elsewhere: what everybody
may see as a message in the channel, what is private as a direct message.
"""

import asyncio
import io
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

import aiohttp
import discord
from discord.utils import MISSING

from bot.texts import Texts
from cogs.copies import COPIES
from cogs.pictures import Picture

log = logging.getLogger(__name__)

# What discord.py raises when Discord says no, says nothing, or is not there.
UNREACHED = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

_ALREADY_ANSWERED = 40060
_UNKNOWN_INTERACTION = 10062


class Kind(Enum):
    """Where an answer is meant to appear, which decides how it is deferred."""

    PRIVATE = "only the asker sees it"
    PUBLIC = "the channel sees it"
    UPDATE = "it replaces the message that has the pressed button"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to hand out beside an answer: its name and its bytes."""

    name: str
    content: bytes

    def file(self) -> discord.File:
        """Return it for one message; discord.py closes what it has sent, so each needs its own."""
        return discord.File(io.BytesIO(self.content), self.name)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader sees; None in the place of a message's part takes that part away."""

    content: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | None = None
    private: bool = True
    picture: Picture | None = None
    paper: Paper | None = None

    def files(self) -> list[discord.File]:
        """Return what is to be attached, for one message."""
        return [each.file() for each in (self.picture, self.paper) if each]


class Delivery:
    """The way back of one interaction: at once, deferred when it takes long, or elsewhere."""

    def __init__(self, interaction: discord.Interaction[Any], kind: Kind, texts: Texts) -> None:
        self._interaction = interaction
        self._kind = kind
        self._texts = texts
        self._deferred = False
        self._answered = False
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._deferring: asyncio.Task[None] | None = None
        COPIES.arrive(interaction.id)

    def defer_after(self, seconds: float) -> None:
        """Tell Discord to wait if there is no answer by then."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._start_deferring)

    def defer_no_more(self) -> None:
        """Leave it at that: whatever is still to say comes at once."""
        if self._timer is not None:
            self._timer.cancel()

    def end(self) -> None:
        """Note that this copy has said all it will say."""
        COPIES.leave(self._interaction.id)

    async def send(self, shown: Shown, *, is_last_word: bool = False) -> None:
        """Send a new message as the answer; a last word that is refused is said elsewhere."""
        async with self._turn:
            self._answered = True
            await self._try(self._send(shown), shown, is_last_word=is_last_word)

    async def replace(self, shown: Shown) -> None:
        """Replace the message that has the pressed button."""
        async with self._turn:
            self._answered = True
            await self._try(self._replace(shown), shown, replaces=self._interaction.message)

    async def add(self, shown: Shown) -> None:
        """Send one more message after the answer; only the copy that booked has one to send."""
        try:
            await self._follow_up(shown)
        except UNREACHED as error:
            if is_malformed(error):
                raise
            self._log(error)
            await self._try_elsewhere(shown, None)

    async def open(self, modal: discord.ui.Modal) -> None:
        """Open a form as the answer; nothing is booked yet, so one that is lost is pressed anew."""
        async with self._turn:
            self._answered = True
            try:
                await self._interaction.response.send_modal(modal)
            except UNREACHED as error:
                if is_malformed(error):
                    raise
                self._log(error)

    async def _send(self, shown: Shown) -> None:
        if not self._deferred:
            await self._interaction.response.send_message(
                shown.content,
                embed=shown.embed or MISSING,
                view=shown.view or MISSING,
                files=shown.files(),
                ephemeral=shown.private,
            )
        elif self._kind is not Kind.UPDATE and shown.private == (self._kind is Kind.PRIVATE):
            await self._edit(shown)
        else:
            if self._kind is not Kind.UPDATE:
                # The first follow-up would take the place of "thinking", for the wrong readers.
                await self._interaction.delete_original_response()
            await self._follow_up(shown)

    async def _replace(self, shown: Shown) -> None:
        if self._deferred:
            await self._edit(shown)
        else:
            await self._interaction.response.edit_message(
                content=shown.content,
                embed=shown.embed,
                view=shown.view,
                attachments=shown.files(),
            )

    async def _edit(self, shown: Shown) -> None:
        await self._interaction.edit_original_response(
            content=shown.content,
            embed=shown.embed,
            view=shown.view,
            attachments=shown.files(),
        )

    async def _follow_up(self, shown: Shown) -> None:
        await self._interaction.followup.send(
            shown.content or MISSING,
            embed=shown.embed or MISSING,
            view=shown.view or MISSING,
            files=shown.files(),
            ephemeral=shown.private,
        )

    async def _try(
        self,
        attempt: Coroutine[Any, Any, None],
        shown: Shown,
        *,
        replaces: discord.Message | None = None,
        is_last_word: bool = False,
    ) -> None:
        interaction_id = self._interaction.id
        try:
            await attempt
        except UNREACHED as error:
            if is_malformed(error) and not is_last_word:
                raise
            self._log(error)
            if code_of(error) != _ALREADY_ANSWERED:
                if COPIES.is_untold(interaction_id):
                    await self._try_elsewhere(shown, replaces)
                return
        COPIES.tell(interaction_id)

    async def _try_elsewhere(self, shown: Shown, replaces: discord.Message | None) -> None:
        COPIES.tell(self._interaction.id)
        try:
            if not await self._write_in_channel(shown, replaces):
                embed = shown.embed or MISSING
                files = shown.files()
                await self._interaction.user.send(self._preface(shown), embed=embed, files=files)
        except UNREACHED as error:
            log.warning("nobody could be told of interaction %s: %s", self._interaction.id, error)

    async def _write_in_channel(self, shown: Shown, replaces: discord.Message | None) -> bool:
        """Say it where everybody may read it, if they may; return whether that was done."""
        try:
            if replaces is not None and not replaces.flags.ephemeral:
                await replaces.edit(
                    content=shown.content,
                    embed=shown.embed,
                    view=shown.view,
                    attachments=shown.files(),
                )
                return True
            if shown.private or self._interaction.channel_id is None:
                return False
            client = self._interaction.client
            channel = client.get_partial_messageable(self._interaction.channel_id)
            await channel.send(
                shown.content,
                embed=shown.embed or MISSING,
                view=shown.view or MISSING,
                files=shown.files(),
            )
        except UNREACHED as error:
            log.info("channel %s takes no messages: %s", self._interaction.channel_id, error)
            return False
        return True

    def _preface(self, shown: Shown) -> str:
        """Say why there is a direct message; its buttons would only work in the guild."""
        why = self._texts(
            "Discord did not take my answer in {channel}, so here it is:",
            channel=f"<#{self._interaction.channel_id}>",
        )
        return f"{why}\n{shown.content}" if shown.content else why

    def _log(self, error: BaseException) -> None:
        if code_of(error) in {_ALREADY_ANSWERED, _UNKNOWN_INTERACTION}:
            log.info("interaction %s was answered already or is over", self._interaction.id)
        else:
            log.warning("interaction %s could not be answered: %s", self._interaction.id, error)

    def _start_deferring(self) -> None:
        self._deferring = asyncio.create_task(self._defer())

    async def _defer(self) -> None:
        async with self._turn:
            if self._answered:
                return
            try:
                if self._kind is Kind.UPDATE:
                    await self._interaction.response.defer()
                else:
                    await self._interaction.response.defer(
                        ephemeral=self._kind is Kind.PRIVATE, thinking=True
                    )
            except UNREACHED as error:
                self._log(error)
                # When no copy can have answered, it was this very request, sent once more by
                # discord.py after Discord's first word on it was lost.
                is_answered = code_of(error) == _ALREADY_ANSWERED
                self._deferred = is_answered and COPIES.is_only(self._interaction.id)
            else:
                self._deferred = True


def code_of(error: BaseException) -> int:
    """Return Discord's code for what it refused, or 0."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def is_malformed(error: BaseException) -> bool:
    """Tell whether Discord refused what was sent rather than when or where: our own defect."""
    if not isinstance(error, discord.HTTPException) or error.code == _ALREADY_ANSWERED:
        return False
    return error.status == HTTPStatus.BAD_REQUEST
