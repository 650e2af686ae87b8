"""Buying where coins have a price: the offer's buttons, the buyer's declaration, the order.

All buttons of one offer carry one order, so an offer becomes one order at most, and pressing again
leads to the same checkout. Everything survives a restart but a form that is open meanwhile.
"""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.currencies import Money
from bot.errors import AlreadyUsed, KeyConflict
from bot.paid_errors import DeclarationMissing
from bot.payment_errors import AdultOnly
from bot.payments.provider import CheckoutKind
from bot.services.checkouts import Offer, OpenOrder
from bot.services.economy import Economy
from bot.services.orders import LessBonus
from bot.services.settings import GuildSettings
from bot.texts import SOURCE_LOCALE, Texts, texts_for
from cogs.answers import Answer, Asker, Kind, answering, economy_of, texts_of
from cogs.checkout_words import (
    MOST_BUTTON_URL_CHARACTERS,
    less_order_embed,
    offer_embed,
    order_embed,
    pack_choice,
    pack_label,
    pay_label,
)
from cogs.order_cancel import CancelOrderButton
from cogs.repeated_buttons import PackOfferButton

# A form that was closed tells nobody, so it is forgotten after a while.
FORM_SECONDS = 60 * 60
_MOST_COUNTRY_CHARACTERS = 100
_BUTTONS_A_ROW = 4
_MOST_BUTTONS_A_ROW = 5
_MOST_ROWS = 5

Card = tuple[discord.Embed, discord.ui.View]


async def settings_of(economy: Economy, guild_id: int) -> GuildSettings:
    """Return a guild's settings."""
    return (await economy.guilds.get(guild_id)).settings


async def is_paid(economy: Economy, guild_id: int) -> bool:
    """Tell whether coins have a price in a guild."""
    return (await settings_of(economy, guild_id)).is_paid


async def show_priced(answer: Answer, economy: Economy) -> None:
    """Show whoever asks what is for sale for them now, a button a pack."""
    embed, view = await _offer_card(answer, economy, answer.asker())
    await answer.show(embed=embed, view=view)


async def begin_order(answer: Answer, economy: Economy, coins: int) -> None:
    """Open an order for a pack that was named; who declared nothing yet is shown the offer."""
    asker = answer.asker()
    try:
        embed, view = await _order_card(answer, economy, asker, answer.interaction.id, coins)
    except DeclarationMissing:
        embed, view = await _offer_card(answer, economy, asker)
    await answer.show(embed=embed, view=view)


async def priced_choices(
    interaction: discord.Interaction[Any], economy: Economy, typed: str
) -> list[app_commands.Choice[int]]:
    """Return the packs whose number begins as typed, with their prices.

    Raises:
        Refusal: nothing is for sale.
    """
    assert interaction.guild_id is not None
    texts = await texts_of(interaction)
    offers = await economy.checkouts.offers(interaction.guild_id, interaction.user.id)
    return [
        app_commands.Choice(name=pack_choice(texts, offer)[:100], value=offer.priced.coins)
        for offer in offers
        if str(offer.priced.coins).startswith(typed)
    ]


async def _offer_card(answer: Answer, economy: Economy, asker: Asker) -> Card:
    """Return the offer; its order is named by the interaction that shows it."""
    offers = await economy.checkouts.offers(asker.guild_id, asker.member_id)
    settings = await settings_of(economy, asker.guild_id)
    declared = await economy.declarations.of(asker.guild_id, asker.member_id)
    view = discord.ui.View()
    if declared is None:
        view.add_item(DeclareButton(asker.member_id, answer.texts("Answer two questions")))
    else:
        _add_packs(answer, view, asker.member_id, offers)
    embed = offer_embed(answer.texts, offers, settings, is_declared=declared is not None)
    return embed, view


def _add_packs(
    answer: Answer, view: discord.ui.View, member_id: int, offers: tuple[Offer, ...]
) -> None:
    fits = len(offers) <= _BUTTONS_A_ROW * _MOST_ROWS
    width = _BUTTONS_A_ROW if fits else _MOST_BUTTONS_A_ROW
    for position, offer in enumerate(offers):
        button = OrderButton(
            member_id,
            answer.interaction.id,
            offer.priced.coins,
            offer.pack.bonus_coins,
            pack_label(answer.texts, offer),
        )
        button.row = position // width
        view.add_item(button)


async def _order_card(
    answer: Answer,
    economy: Economy,
    asker: Asker,
    order_id: int,
    coins: int,
    expected_bonus: int | None = None,
) -> Card:
    """Open an order, or find it open, and return where to pay; or what to be sure about first."""
    try:
        opened = await economy.checkouts.open(
            asker.guild_id,
            asker.member_id,
            order_id,
            coins,
            # The same order must read the same for ever: a provider takes another title for
            # another order under the same number.
            title=texts_for(SOURCE_LOCALE).bare(coins),
            expected_bonus=expected_bonus,
        )
    except KeyConflict:
        raise AlreadyUsed from None
    settings = await settings_of(economy, asker.guild_id)
    if isinstance(opened, LessBonus):
        pack = opened.pack
        view = discord.ui.View()
        price = await economy.packs.price(asker.guild_id, pack.coins)
        label = answer.texts("Order {coins:bare} · {price}", coins=pack.coins, price=price)
        view.add_item(OrderButton(asker.member_id, order_id, pack.coins, pack.bonus_coins, label))
        return less_order_embed(answer.texts, opened, price, settings), view
    return order_embed(answer.texts, opened, settings), _pay_view(answer.texts, opened)


def _pay_view(texts: Texts, opened: OpenOrder) -> discord.ui.View:
    """Return the button that leads to the payment, if a button does."""
    order, checkout = opened.order, opened.checkout
    view = discord.ui.View()
    if checkout.kind is CheckoutKind.NATIVE:
        view.add_item(discord.ui.Button(sku_id=order.sku_id))
    elif 0 < len(checkout.url) <= MOST_BUTTON_URL_CHARACTERS:
        label = pay_label(texts, Money(order.price_minor, order.currency))
        view.add_item(discord.ui.Button(label=label, url=checkout.url))
    if checkout.kind is not CheckoutKind.NONE:
        label = texts("Cancel this order")
        view.add_item(CancelOrderButton(order.member_id, order.order_id, label))
    return view


class OrderButton(
    PackOfferButton,
    template=r"bouquet:order:(?P<member>\d+):(?P<order>\d+):(?P<coins>\d+):(?P<bonus>\d+)",
):
    """Opens an order for a pack, in the place of the offer."""

    action = "order"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.member_id)
            self.refuse_old(interaction)
            embed, view = await _order_card(
                answer,
                economy_of(interaction),
                asker,
                self.order_id,
                self.coins,
                self.bonus_coins,
            )
            await answer.update(embed=embed, view=view)


class PayButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:pay:(?P<member>\d+):(?P<order>\d+):(?P<coins>\d+)",
):
    """Shows once more where an order can be paid that was opened before."""

    def __init__(self, member_id: int, order_id: int, coins: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:pay:{member_id}:{order_id}:{coins}",
            )
        )
        self.member_id = member_id
        self.order_id = order_id
        self.coins = coins

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        member, order, coins = map(int, match.group("member", "order", "coins"))
        return cls(member, order, coins)

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.PRIVATE) as answer:
            asker = answer.owner(self.member_id)
            economy = economy_of(interaction)
            embed, view = await _order_card(answer, economy, asker, self.order_id, self.coins)
            await answer.show(embed=embed, view=view)


class DeclareButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:declare:(?P<member>\d+)",
):
    """Opens the form of the buyer's declaration."""

    def __init__(self, member_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:declare:{member_id}",
            )
        )
        self.member_id = member_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["member"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.member_id)
            await answer.ask(DeclarationForm(answer))


class DeclarationForm(discord.ui.Modal):
    """Asks a buyer for the country, and for being old enough or allowed."""

    def __init__(self, answer: Answer) -> None:
        texts = answer.texts
        super().__init__(
            title=texts("Before your first purchase"),
            timeout=FORM_SECONDS,
            # The same form may be open twice; each is answered.
            custom_id=f"bouquet:declaration:{answer.key}",
        )
        self.country: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="country", max_length=_MOST_COUNTRY_CHARACTERS
        )
        self.adult: discord.ui.RadioGroup[Any] = discord.ui.RadioGroup(
            custom_id="adult",
            options=[
                discord.RadioGroupOption(label=texts("Yes"), value="yes"),
                discord.RadioGroupOption(label=texts("No"), value="no"),
            ],
        )
        self.add_item(
            discord.ui.Label(
                text=texts("In which country do you live?"),
                description=texts("Its name or its two letters, such as Germany or DE"),
                component=self.country,
            )
        )
        self.add_item(
            discord.ui.Label(
                text=texts("Are you old enough to buy?"),
                description=texts("I am 18 or older, or my guardian allows this purchase."),
                component=self.adult,
            )
        )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker, economy = answer.asker(), economy_of(interaction)
            if self.adult.value != "yes":
                raise AdultOnly
            await economy.declarations.declare(
                asker.guild_id, asker.member_id, self.country.value, str(interaction.locale)
            )
            embed, view = await _offer_card(answer, economy, asker)
            await answer.update(embed=embed, view=view)


async def setup(bot: Any) -> None:
    """Add the buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(OrderButton, PayButton, CancelOrderButton, DeclareButton)
