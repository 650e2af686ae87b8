"""The way of a command: one answer, sent after the commit, deferred only when that takes long.

Every command and button runs inside `answering`. It knows who asks, refuses what came too late or
from outside a guild, defers after a second, and is the one place that turns errors into sentences.
Its texts know what a coin costs in the guild, so no command has to remember that.
"""

import asyncio
import logging
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import discord

from bot.errors import (
    AdminsOnly,
    BooksUnreadable,
    DiscordSilent,
    NotInGuild,
    NotYourButton,
    OperatorOnly,
    OwnerOnly,
    Refusal,
    Told,
    TooLate,
)
from bot.services.economy import Economy
from bot.texts import N_, SOURCE_LOCALE, Texts, texts_for
from cogs.delivery import UNREACHED, Delivery, Kind, Paper, Shown, is_malformed
from cogs.freshness import FRESHNESS
from cogs.guild_texts import texts_in
from cogs.operators import operator_ids
from cogs.pictures import Picture

log = logging.getLogger(__name__)

# Discord waits three seconds for the first answer; the commit usually takes milliseconds.
DEFER_AFTER_SECONDS = 1.0

# The commands being worked on, so that a bot that stops can give the answers it owes first.
_in_hand: set[asyncio.Task[Any]] = set()

_DEFECT = N_("Something went wrong on our side. `/history` shows what was booked.")


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
        self._delivery = Delivery(interaction, kind, self.texts)
        self._unpriced: BooksUnreadable | None = None

    @property
    def public_texts(self) -> Texts:
        """Return the texts in the guild's language, for what everybody sees."""
        texts = texts_for(str(self.interaction.guild_locale or SOURCE_LOCALE))
        return texts.priced(self.texts.coin_price)

    @property
    def key(self) -> str:
        """Return the interaction's id, which grows in time and names the intent."""
        return str(self.interaction.id)

    def asker(self) -> Asker:
        """Return who asks.

        Raises:
            NotInGuild: the command came from a direct message.
            TooLate: Discord delivered it so late that it cannot be answered in time.
            BooksUnreadable: nobody knows what a coin costs here, so no amount could be told.
        """
        if self.interaction.guild_id is None:
            raise NotInGuild
        if not self._is_fresh:
            raise TooLate
        if self._unpriced is not None:
            raise self._unpriced
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

    async def server_owner(self) -> Asker:
        """Return who asks, who must own the server.

        Raises:
            OwnerOnly: they do not; and what `admin` raises.
        """
        asker, guild = self.admin(), self.interaction.guild
        owner_id = None if guild is None else guild.owner_id
        if owner_id is None:
            # A bot that asked Discord for no servers keeps none.
            owner_id = (await self.interaction.client.fetch_guild(asker.guild_id)).owner_id
        if asker.member_id != owner_id:
            raise OwnerOnly
        return asker

    async def operator(self) -> int:
        """Return who asks, who must run the bot; also in a direct message.

        Raises:
            OperatorOnly: they do not.
            TooLate: Discord delivered it so late that it cannot be answered in time.
        """
        if not self._is_fresh:
            raise TooLate
        member_id = self.interaction.user.id
        if member_id not in await operator_ids(self.interaction.client):
            raise OperatorOnly
        return member_id

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
        embed: discord.Embed | None = None,
        view: discord.ui.View | None = None,
        picture: Picture | None = None,
        papers: tuple[Paper, ...] = (),
        private: bool | None = None,
    ) -> None:
        """Send the answer as a new message; `private` overrules what was announced."""
        is_private = self._kind is not Kind.PUBLIC if private is None else private
        await self._delivery.send(Shown(content, embed, at_rest(view), is_private, picture, papers))

    async def update(
        self,
        content: str | None = None,
        *,
        embed: discord.Embed | None,
        view: discord.ui.View | None,
        picture: Picture | None = None,
        papers: tuple[Paper, ...] = (),
    ) -> None:
        """Replace the message that has the pressed button."""
        await self._delivery.replace(
            Shown(content, embed, at_rest(view), picture=picture, papers=papers)
        )

    async def add(self, *, embed: discord.Embed, view: discord.ui.View) -> None:
        """Send the channel a message after the answer."""
        await self._delivery.add(Shown(None, embed, at_rest(view), private=False))

    async def ask(self, modal: discord.ui.Modal) -> None:
        """Open a form."""
        await self._delivery.open(modal)

    async def refuse(self, told: Told) -> None:
        """Tell the asker alone why nothing was booked."""
        await self._say_last(told.sentence(self.texts))

    async def __aenter__(self) -> Self:
        self._delivery.defer_after(DEFER_AFTER_SECONDS)
        task = asyncio.current_task()
        assert task is not None
        _in_hand.add(task)
        task.add_done_callback(_in_hand.discard)
        await self._learn_price()
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self._delivery.defer_no_more()
        try:
            if not isinstance(error, Exception):
                return False
            await self._explain(error)
            return True
        finally:
            self._delivery.end()

    async def _learn_price(self) -> None:
        """Let the texts know what a coin costs here; it is at hand after the first time."""
        interaction = self.interaction
        try:
            economy = economy_of(interaction)
            self.texts = await texts_in(economy, interaction.guild_id, interaction.locale)
        except BooksUnreadable as error:
            self._unpriced = error

    async def _explain(self, error: Exception) -> None:
        """Send the sentence of an error: its own when it has one, else that it is our fault."""
        if isinstance(error, UNREACHED) and not is_malformed(error):
            # Answers never raise this, so it was something that is asked before it is booked.
            log.warning("Discord could not be asked: %s", error)
            error = DiscordSilent()
        if isinstance(error, Told):
            if not isinstance(error, Refusal):
                log.warning("%s was told: %s", self.interaction.user.id, error)
            await self.refuse(error)
        else:
            log.error("a command failed", exc_info=error)
            await self._say_last(self.texts(_DEFECT))

    async def _say_last(self, sentence: str) -> None:
        """Say why there is no other answer; it reaches them whatever Discord makes of it."""
        await self._delivery.send(Shown(sentence), is_last_word=True)


def at_rest(view: discord.ui.View | None) -> discord.ui.View | None:
    """Stop a view: its buttons are dynamic items, so nothing needs to remember it."""
    if view is not None:
        view.stop()
    return view


def answering(interaction: discord.Interaction[Any], kind: Kind = Kind.PRIVATE) -> Answer:
    """Make the answer to an interaction, for an `async with` around the whole command."""
    return Answer(interaction, kind)


async def finish_answers(most_seconds: float) -> None:
    """Wait until every command in hand is answered, or for so long at most."""
    if _in_hand:
        await asyncio.wait(_in_hand, timeout=most_seconds)


def economy_of(interaction: discord.Interaction[Any]) -> Economy:
    """Return the services of the bot that received an interaction."""
    economy = interaction.client.economy
    assert isinstance(economy, Economy)
    return economy


async def texts_of(interaction: discord.Interaction[Any]) -> Texts:
    """Return the texts in the language of whoever typed.

    Raises:
        BooksUnreadable: nobody knows what a coin costs there.
    """
    return await texts_in(economy_of(interaction), interaction.guild_id, interaction.locale)
