"""What buyers read where coins have a price: the offer, the order, the guild's own links."""

import discord

from bot.currencies import Money
from bot.payments.provider import CheckoutKind
from bot.services.checkouts import Offer, OpenOrder
from bot.services.money_orders import MoneyOrder
from bot.services.orders import LessBonus
from bot.services.settings import GuildSettings
from bot.texts import N_, Texts
from cogs.bonus_words import bonus_text, less_text, window_text
from cogs.looks import COIN, COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR

# As Discord bounds them.
MOST_FIELD_CHARACTERS = 1024
MOST_BUTTON_URL_CHARACTERS = 512

# Ways to pay as a buyer knows them; what is not among them goes by its own name.
_PROVIDERS = {
    "stripe": N_("by card or wallet, through Stripe"),
    "discord": N_("through Discord"),
    "manual": N_("by hand, confirmed by an admin"),
    "test": N_("test purchase"),
}

_PAY_THERE = {
    CheckoutKind.LINK: N_(
        "The button opens the payment page. Nothing is charged before you pay there. Your coins"
        " follow by themselves, and I write to you when they are here."
    ),
    CheckoutKind.NATIVE: N_(
        "The button is Discord's own and shows the price in your currency. Nothing is charged"
        " before you pay there. Your coins follow by themselves, and I write to you when they are"
        " here."
    ),
    CheckoutKind.CODE: N_(
        "1. [This server's support page]({support}) tells where to pay.\n"
        "2. Pay **{price}** there, with the code **`{code}`** as its reference. Nothing is charged"
        " before you pay there.\n"
        "3. An admin confirms it. Your coins follow, and I write to you when they are here."
    ),
    CheckoutKind.NONE: N_(
        "A payment of yours was waiting for this order, so it is paid and your coins are here."
    ),
}


def provider_words(texts: Texts, provider: str) -> str:
    """Return a way to pay in plain words."""
    words = _PROVIDERS.get(provider)
    return texts(words) if words else provider.capitalize()


def offer_embed(
    texts: Texts, offers: tuple[Offer, ...], settings: GuildSettings, *, is_declared: bool
) -> discord.Embed:
    """Return what is for sale, each pack with its price, and what a press leads to."""
    lines = [_pack_line(texts, offer) for offer in offers]
    next_step = (
        texts("A press opens an order. Nothing is charged before you pay for it.")
        if is_declared
        else texts(
            "Before your first purchase I have two questions, once: where you live, and whether you"
            " are old enough to buy. Nothing is bought by answering them."
        )
    )
    embed = discord.Embed(
        title=texts("Which pack would you like?"),
        description="\n".join(lines) + "\n\n" + next_step,
        colour=COIN_COLOUR,
    )
    bonuses = (offer.pack.bonus for offer in offers)
    for bonus in {bonus.window_id: bonus for bonus in bonuses if bonus}.values():
        embed.add_field(name=f"🎉 {bonus.name}", value=window_text(texts, bonus), inline=False)
    return with_links(texts, embed, settings)


def pack_label(texts: Texts, offer: Offer) -> str:
    """Return what stands on a pack's button."""
    return f"{texts.number(offer.priced.coins)} · {_price(texts, offer)}"


def pack_choice(texts: Texts, offer: Offer) -> str:
    """Return a pack as one line among choices."""
    bonus = bonus_text(texts, offer.pack.bonus)
    return f"{texts.bare(offer.priced.coins)}{bonus} · {_price(texts, offer)}"


def _pack_line(texts: Texts, offer: Offer) -> str:
    coins = texts.number(offer.priced.coins)
    return f"{COIN} **{coins}**{bonus_text(texts, offer.pack.bonus)} · {_price(texts, offer)}"


def _price(texts: Texts, offer: Offer) -> str:
    return texts.money(offer.priced.price_minor, offer.priced.currency)


def with_links(
    texts: Texts, embed: discord.Embed, settings: GuildSettings, hint: str = ""
) -> discord.Embed:
    """Return the embed with the guild's terms, privacy policy and support at its foot."""
    links = [
        f"[{name}]({within_brackets(url)})"
        for name, url in (
            (texts("Terms"), settings.terms_url),
            (texts("Privacy"), settings.privacy_url),
            (texts("Support"), settings.support_url),
        )
    ]
    # Links can be so long that each needs a field of its own.
    lines = [f"{hint}\n{' · '.join(links)}".strip()]
    if len(lines[0]) > MOST_FIELD_CHARACTERS:
        lines = [*filter(None, [hint]), *links]
    for line in lines:
        embed.add_field(name=texts("Good to know"), value=line, inline=False)
    return embed


def within_brackets(url: str) -> str:
    """Return a link as it can stand in a masked one, which the first bracket would end."""
    return url.replace("(", "%28").replace(")", "%29")


def order_embed(texts: Texts, opened: OpenOrder, settings: GuildSettings) -> discord.Embed:
    """Return an order that waits for its money: what it brings, what it costs, how to pay."""
    order, checkout = opened.order, opened.checkout
    price = Money(order.price_minor, order.currency)
    how = texts(
        _PAY_THERE[checkout.kind],
        price=price,
        code=order.code,
        support=within_brackets(settings.support_url),
    )
    if len(checkout.url) > MOST_BUTTON_URL_CHARACTERS:
        # Too long for a button, not for a line.
        how = f"**[{pay_label(texts, price)}]({within_brackets(checkout.url)})**\n{how}"
    embed = discord.Embed(
        title=texts("Your order {code}", code=order.code),
        description=how,
        colour=GARDEN_COLOUR if checkout.kind is CheckoutKind.NONE else COIN_COLOUR,
    )
    embed.add_field(name=texts("Coins"), value=_coins(texts, order.coins))
    if order.bonus_coins:
        embed.add_field(name=texts("Bonus"), value=_coins(texts, order.bonus_coins))
    embed.add_field(name=texts("Price"), value=texts("**{price}**", price=price))
    if checkout.kind is CheckoutKind.NONE:
        return with_links(texts, embed, settings, texts("`/purchases` shows this order."))
    end = order.expires_at
    embed.add_field(
        name=texts("Waits for your payment, and holds the bonus, until")
        if order.bonus_coins
        else texts("Waits for your payment until"),
        value=texts("{end:at}, {relative:until}", end=end, relative=end),
        inline=False,
    )
    if opened.bonus_from:
        codes = " · ".join(f"`{code}`" for code in opened.bonus_from)
        embed.add_field(
            name=texts("The bonus is with this order now"),
            value=texts(
                "{codes} can still be paid, and brings a bonus only if any is left then.",
                codes=codes,
            ),
            inline=False,
        )
    hint = texts("`/purchases` shows this order, also to pay it later.")
    return with_links(texts, embed, settings, hint)


def cancelled_embed(texts: Texts, order: MoneyOrder) -> discord.Embed:
    """Return what became of an order that its buyer does not want any more."""
    if order.state == "credited":
        return discord.Embed(
            title=texts("Order {code} is paid already", code=order.code),
            description=texts(
                "Its coins are in your wallet. To give it back, please ask the people who run this"
                " server."
            ),
            colour=GARDEN_COLOUR,
        )
    return discord.Embed(
        title=texts("Order {code} is cancelled", code=order.code),
        description=texts(
            "Nothing is owed. Money that is on its way already is credited all the same."
            " `/buy` starts a new order."
        ),
        colour=QUIET_COLOUR,
    )


def _coins(texts: Texts, coins: int) -> str:
    # The price of the order stands beside what it brings.
    return f"{COIN} **{texts.bare(coins)}**"


def pay_label(texts: Texts, price: Money) -> str:
    """Return what stands on the way to a payment page."""
    return texts("Pay {price}", price=price)


def less_order_embed(
    texts: Texts, less: LessBonus, price: Money, settings: GuildSettings
) -> discord.Embed:
    """Return the question before an order that brings less than was expected."""
    embed = discord.Embed(
        title=texts(
            "Order {coins:bare} for {price} all the same?", coins=less.pack.coins, price=price
        ),
        description=less_text(texts, less) + "\n-# " + texts("Nothing is ordered yet."),
        colour=COIN_COLOUR,
    )
    return with_links(texts, embed, settings)
