"""The way of a command: one answer, sent after the commit, deferred only when that takes long.

Every command and button runs inside `answering`. It knows who asks, refuses what came too late or
from outside a guild, defers after a second, and is the one place that turns errors into sentences.
"""

import asyncio
import logging
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Self

import discord
from discord.utils import MISSING

from bot.errors import AdminsOnly, NotInGuild, NotYourButton, Refusal, Told, TooLate
from bot.services.economy import Economy
from bot.texts import N_, SOURCE_LOCALE, Texts, texts_for
from cogs.freshness import FRESHNESS

log = logging.getLogger(__name__)

# Discord waits three seconds for the first answer; the commit usually takes milliseconds.
DEFER_AFTER_SECONDS = 1.0

_DEFECT = N_("Something went wrong on our side. `/history` shows what was booked.")
_ALREADY_ANSWERED = 40060
_UNKNOWN_INTERACTION = 10062


class Kind(Enum):
    """Where an answer is meant to appear, which decides how it is deferred."""

    PRIVATE = "only the asker sees it"
    PUBLIC = "the channel sees it"
    UPDATE = "it replaces the message that has the pressed button"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which guild."""

    guild_id: int
    member_id: int


class Answer:
    """The one answer to an interaction; made by `answering`."""

    def __init__(self, interaction: discord.Interaction, kind: Kind) -> None:
        self.interaction = interaction
        self.texts: Texts = texts_for(str(interaction.locale))
        self._kind = kind
        # Asked once, on arrival: what is slow after that is our own work, which may be booked.
        self._is_fresh = FRESHNESS.is_fresh(interaction.id)
        self._deferred = False
        self._answered = False
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._deferring: asyncio.Task[None] | None = None

    @property
    def public_texts(self) -> Texts:
        """Return the texts in the guild's language, for what everybody sees."""
        return texts_for(str(self.interaction.guild_locale or SOURCE_LOCALE))

    @property
    def key(self) -> str:
        """Return the interaction's id, which grows in time and names the intent."""
        return str(self.interaction.id)

    def asker(self) -> Asker:
        """Return who asks.

        Raises:
            NotInGuild: the command came from a direct message.
            TooLate: Discord delivered it so late that it cannot be answered in time.
        """
        if self.interaction.guild_id is None:
            raise NotInGuild
        if not self._is_fresh:
            raise TooLate
        return Asker(self.interaction.guild_id, self.interaction.user.id)

    def admin(self) -> Asker:
        """Return who asks, who must have Manage Server.

        Discord checks it too, but an integration's settings can change that, so it is checked here.

        Raises:
            AdminsOnly: they have not; and what `asker` raises.
        """
        asker = self.asker()
        if not self.interaction.permissions.manage_guild:
            raise AdminsOnly
        return asker

    def owner(self, owner_id: int) -> Asker:
        """Return who presses a button, who must be the one it was made for.

        Raises:
            NotYourButton: they are not; and what `asker` raises.
        """
        asker = self.asker()
        if asker.member_id != owner_id:
            raise NotYourButton
        return asker

    async def show(
        self,
        content: str | None = None,
        *,
        embed: discord.Embed = MISSING,
        view: discord.ui.View = MISSING,
        private: bool | None = None,
    ) -> None:
        """Send the answer as a new message; `private` overrules what was announced."""
        ephemeral = self._kind is not Kind.PUBLIC if private is None else private
        if view is not MISSING:
            view.stop()  # its buttons are dynamic items: nothing needs to remember the view
        async with self._turn:
            self._answered = True
            if not self._deferred:
                await self.interaction.response.send_message(
                    content, embed=embed, view=view, ephemeral=ephemeral
                )
            elif ephemeral == (self._kind is Kind.PRIVATE) and self._kind is not Kind.UPDATE:
                await self.interaction.edit_original_response(
                    content=content, embed=embed, view=view
                )
            else:
                if self._kind is not Kind.UPDATE:
                    # The first follow-up would take the place of "thinking", for the wrong readers.
                    await self.interaction.delete_original_response()
                await self.interaction.followup.send(
                    content or MISSING, embed=embed, view=view, ephemeral=ephemeral
                )

    async def update(
        self,
        content: str | None = None,
        *,
        embed: discord.Embed | None,
        view: discord.ui.View | None,
    ) -> None:
        """Replace the message that has the pressed button."""
        if view is not None:
            view.stop()
        async with self._turn:
            self._answered = True
            if self._deferred:
                await self.interaction.edit_original_response(
                    content=content, embed=embed, view=view
                )
            else:
                await self.interaction.response.edit_message(
                    content=content, embed=embed, view=view
                )

    async def ask(self, modal: discord.ui.Modal) -> None:
        """Open a form."""
        async with self._turn:
            self._answered = True
            await self.interaction.response.send_modal(modal)

    async def refuse(self, told: Told) -> None:
        """Tell the asker alone why nothing was booked."""
        await self.show(told.sentence(self.texts), private=True)

    async def __aenter__(self) -> Self:
        self._timer = asyncio.get_running_loop().call_later(
            DEFER_AFTER_SECONDS, self._start_deferring
        )
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._timer is not None:
            self._timer.cancel()
        if error is None:
            return False
        if isinstance(error, discord.HTTPException):
            self._log_unanswered(error)
            return True
        if not isinstance(error, Exception):
            return False
        await self._explain(error)
        return True

    async def _explain(self, error: Exception) -> None:
        """Send the sentence of an error: its own when it has one, else that it is our fault."""
        try:
            if isinstance(error, Told):
                if not isinstance(error, Refusal):
                    log.warning("%s was told: %s", self.interaction.user.id, error)
                await self.refuse(error)
            else:
                log.error("a command failed", exc_info=error)
                await self.show(self.texts(_DEFECT), private=True)
        except discord.HTTPException as http_error:
            self._log_unanswered(http_error)

    def _log_unanswered(self, error: discord.HTTPException) -> None:
        """Say in the log that a person got no answer; what was booked stays booked."""
        if error.code in {_ALREADY_ANSWERED, _UNKNOWN_INTERACTION}:
            log.info("interaction %s was answered already or is over", self.interaction.id)
        else:
            log.warning("interaction %s could not be answered: %s", self.interaction.id, error)

    def _start_deferring(self) -> None:
        self._deferring = asyncio.create_task(self._defer())

    async def _defer(self) -> None:
        async with self._turn:
            if self._answered:
                return
            try:
                if self._kind is Kind.UPDATE:
                    await self.interaction.response.defer()
                else:
                    await self.interaction.response.defer(
                        ephemeral=self._kind is Kind.PRIVATE, thinking=True
                    )
            except discord.HTTPException as error:
                self._log_unanswered(error)
            else:
                self._deferred = True


def answering(interaction: discord.Interaction[Any], kind: Kind = Kind.PRIVATE) -> Answer:
    """Make the answer to an interaction, for an `async with` around the whole command."""
    return Answer(interaction, kind)


def economy_of(interaction: discord.Interaction[Any]) -> Economy:
    """Return the services of the bot that received an interaction."""
    economy = interaction.client.economy
    assert isinstance(economy, Economy)
    return economy


def texts_of(interaction: discord.Interaction[Any]) -> Texts:
    """Return the texts in the language of whoever typed."""
    return texts_for(str(interaction.locale))
