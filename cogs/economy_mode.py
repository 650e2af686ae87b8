"""`/economy mode`: play, or take money; the server's owner alone decides, and confirms the text."""

from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.errors import OldButton
from bot.paid_errors import (
    AlreadyPaidMode,
    CurrencyNotTaken,
    ModeIncomplete,
    NoSuchProvider,
    NotAgreed,
    ProviderMissing,
)
from bot.services.economy import Economy
from bot.services.money import currencies_like, find_currency
from bot.services.plain_text import plain
from bot.services.seasons import MOST_LINK_CHARACTERS, PaidSetup
from bot.services.settings import PAID, PLAY, GuildSettings
from bot.texts import N_
from cogs.answers import Answer, Asker, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.checkout import settings_of
from cogs.mode_words import (
    AGREE_WORD,
    PAID_TEXT_VERSION,
    agrees,
    ask_play_embed,
    begun_embed,
    change_text,
    changed_embed,
    kept_embed,
    missing_lines,
    paid_embed,
    paid_text,
    play_embed,
    played_embed,
    way_choice,
    way_words,
    ways_of,
)
from cogs.repeated_buttons import DangerButton

# A form that was closed tells nobody, so it is forgotten after a while.
FORM_SECONDS = 60 * 60

_MOST_CHOICE_CHARACTERS = 100
_MOST_TYPED_CHARACTERS = 100
_MOST_SHOWN_CHARACTERS = 40
_MOST_CHOICES = 25

_MODES = {
    PLAY: N_("play: test coins, without money"),
    PAID: N_("paid: coins are sold for money"),
}

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


async def missing_of(answer: Answer, economy: Economy, guild_id: int) -> list[str]:
    """Return what keeps members of a guild that takes money from buying."""
    settings = await settings_of(economy, guild_id)
    packs = await economy.packs.all(guild_id)
    return missing_lines(answer.texts, settings, packs, economy.providers)


class SetupForm(discord.ui.Modal):
    """Shows the owner what paid mode means, and asks for the links and for the word.

    With `is_change` the guild takes money already, and only links and way to pay change. Who gets
    the money is part of what was confirmed, so another way to pay is confirmed again.
    """

    def __init__(
        self,
        answer: Answer,
        settings: GuildSettings,
        currency: str,
        provider: str,
        *,
        is_change: bool,
    ) -> None:
        texts = answer.texts
        super().__init__(
            title=texts("Change how coins are sold")
            if is_change
            else texts("Sell coins for {currency}", currency=currency),
            timeout=FORM_SECONDS,
            # The same form may be open twice; each is answered.
            custom_id=f"bouquet:mode:{answer.key}",
        )
        self.currency = currency
        self.provider = provider
        self.is_change = is_change
        self.is_confirmed = is_change and provider == settings.provider
        text = change_text(texts, provider) if is_change else paid_text(texts, provider)
        self.add_item(discord.ui.TextDisplay(text))
        self.terms = self._link(texts("Link to your terms of sale"), "terms", settings.terms_url)
        self.privacy = self._link(
            texts("Link to your privacy policy"), "privacy", settings.privacy_url
        )
        self.support = self._link(
            texts("Link to where buyers get help"), "support", settings.support_url
        )
        self.word: discord.ui.TextInput[Self] | None = None
        if not self.is_confirmed:
            word = texts(AGREE_WORD)
            self.word = discord.ui.TextInput(
                custom_id="word", placeholder=word, max_length=_MOST_TYPED_CHARACTERS
            )
            self.add_item(
                discord.ui.Label(text=texts("Type “{word}”", word=word), component=self.word)
            )

    def _link(self, label: str, name: str, value: str) -> "discord.ui.TextInput[Self]":
        line: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id=name,
            default=value or None,
            placeholder="https://",
            max_length=MOST_LINK_CHARACTERS,
        )
        self.add_item(discord.ui.Label(text=label, component=line))
        return line

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction) as answer:
            owner, economy = await answer.server_owner(), economy_of(interaction)
            check_way(answer, economy, self.currency, self.provider)
            if self.word is not None and not agrees(answer.texts, self.word.value):
                raise NotAgreed(answer.texts(AGREE_WORD))
            embed = await self._keep(answer, economy, owner)
            await answer.show(embed=embed)

    async def _keep(self, answer: Answer, economy: Economy, owner: Asker) -> discord.Embed:
        setup = PaidSetup(
            currency=self.currency,
            provider=self.provider,
            terms_url=plain(self.terms.value),
            privacy_url=plain(self.privacy.value),
            support_url=plain(self.support.value),
            text_version=PAID_TEXT_VERSION,
        )
        guild_id, seasons, texts = owner.guild_id, economy.seasons, answer.texts
        # Meanwhile another form may have changed the mode; what was read here must be what is done.
        if self.is_change:
            if self.is_confirmed:
                await self._check_confirmed(economy, guild_id)
            await seasons.change_setup(guild_id, owner.member_id, setup)
            missing = await missing_of(answer, economy, guild_id)
            return changed_embed(texts, await settings_of(economy, guild_id), missing)
        begun = await seasons.begin_paid(guild_id, owner.member_id, setup)
        missing = await missing_of(answer, economy, guild_id)
        return begun_embed(texts, await settings_of(economy, guild_id), begun, missing)

    async def _check_confirmed(self, economy: Economy, guild_id: int) -> None:
        """Refuse a way to pay that somebody left meanwhile: this form asked nobody to confirm it.

        Raises:
            OldButton: it is another one by now.
        """
        if (await settings_of(economy, guild_id)).provider != self.provider:
            raise OldButton


def check_way(answer: Answer, economy: Economy, currency: str, provider: str) -> None:
    """Refuse a way to pay that is not set up, or takes another currency.

    Raises:
        ProviderMissing, NoSuchProvider, CurrencyNotTaken: it cannot be chosen.
    """
    ways = ways_of(economy.providers)
    if not ways:
        raise ProviderMissing
    if provider not in ways:
        names = " · ".join(way_words(answer.texts, name) for name in ways)
        raise NoSuchProvider(plain(provider)[:_MOST_SHOWN_CHARACTERS], names)
    takes = economy.providers[provider].currencies
    if takes is not None and currency not in takes:
        raise CurrencyNotTaken(currency)


class PlayButton(
    DangerButton,
    template=r"bouquet:mode_play:(?P<answer>yes|no):(?P<admin>\d+):(?P<subject>\d+)",
):
    """Goes back to play, or leaves it; of a season that is over it does neither."""

    action = "mode_play"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            owner, seasons = await answer.server_owner(), economy_of(interaction).seasons
            if (await seasons.current(owner.guild_id)).number != self.subject_id:
                raise OldButton
            if not self.is_yes:
                await answer.update(embed=kept_embed(answer.texts), view=None)
                return
            begun = await seasons.begin_play(owner.guild_id, owner.member_id)
            await answer.update(embed=played_embed(answer.texts, begun), view=None)


class ModePart(EconomyCog):
    """Playing, or taking money."""

    @app_commands.command()
    @app_commands.describe(
        mode="Play, or paid; leave all out to see how it stands",
        currency="The currency of your prices, such as EUR",
        provider="How members pay, and who gets the money",
    )
    @app_commands.choices(
        mode=[app_commands.Choice(name=words, value=name) for name, words in _MODES.items()]
    )
    async def mode(
        self,
        interaction: discord.Interaction[Any],
        mode: str | None = None,
        currency: Typed | None = None,
        provider: Typed | None = None,
    ) -> None:
        """For the server's owner: see whether coins are sold for money, or decide it."""
        async with answering(interaction) as answer:
            owner = await answer.server_owner()
            if mode == PLAY:
                await self._ask_play(answer, owner)
            elif mode == PAID or currency is not None or provider is not None:
                await self._ask_paid(answer, owner, currency, provider)
            else:
                await answer.show(embed=await self._standing(answer, owner))

    @mode.autocomplete("currency")
    async def suggest_currencies(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest currencies by code and name, those that the chosen way to pay takes."""
        chosen = self._economy.providers.get(str(getattr(interaction.namespace, "provider", "")))
        takes = None if chosen is None else chosen.currencies
        found = currencies_like(typed, str(interaction.locale), most=10**4)
        return [
            app_commands.Choice(name=f"{code} · {name}"[:_MOST_CHOICE_CHARACTERS], value=code)
            for code, name in found
            if takes is None or code in takes
        ][:_MOST_CHOICES]

    @mode.autocomplete("provider")
    async def suggest_providers(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the ways to pay that whoever runs the bot has set up."""
        texts = await texts_of(interaction)
        named = [(way_choice(texts, name), name) for name in ways_of(self._economy.providers)]
        return [
            app_commands.Choice(name=words[:_MOST_CHOICE_CHARACTERS], value=name)
            for words, name in named
            if typed.strip().casefold() in f"{words} {name}".casefold()
        ][:_MOST_CHOICES]

    async def _standing(self, answer: Answer, owner: Asker) -> discord.Embed:
        seasons, guild_id = self._economy.seasons, owner.guild_id
        season = await seasons.current(guild_id)
        confirmation = await seasons.confirmation(guild_id, season)
        settings = await settings_of(self._economy, guild_id)
        if not settings.is_paid:
            return play_embed(answer.texts, season, confirmation)
        missing = await missing_of(answer, self._economy, guild_id)
        changed = await seasons.changed_way(guild_id, season)
        return paid_embed(answer.texts, settings, season, confirmation, changed, missing)

    async def _ask_paid(
        self, answer: Answer, owner: Asker, currency: str | None, provider: str | None
    ) -> None:
        settings = await settings_of(self._economy, owner.guild_id)
        if settings.is_paid:
            currency, provider = currency or settings.currency, provider or settings.provider
        if currency is None or provider is None:
            raise ModeIncomplete
        currency = find_currency(plain(currency))
        if settings.is_paid and currency != settings.currency:
            raise AlreadyPaidMode
        check_way(answer, self._economy, currency, provider)
        form = SetupForm(answer, settings, currency, provider, is_change=settings.is_paid)
        await answer.ask(form)

    async def _ask_play(self, answer: Answer, owner: Asker) -> None:
        season = await self._economy.seasons.current(owner.guild_id)
        if season.mode == PLAY:
            await answer.show(embed=await self._standing(answer, owner))
            return
        view = discord.ui.View()
        texts, owner_id = answer.texts, owner.member_id
        view.add_item(PlayButton("yes", owner_id, season.number, texts("Go back to play")))
        view.add_item(PlayButton("no", owner_id, season.number, texts("Keep selling coins")))
        await answer.show(embed=ask_play_embed(texts), view=view)
