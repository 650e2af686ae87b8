"""What owners read about paid mode: what they confirm, who gets the money, what is missing."""

from collections.abc import Mapping

import discord

from bot.payments.provider import PaymentProvider
from bot.services.checkouts import DISCORD_PROVIDER
from bot.services.orders import TEST_PROVIDER
from bot.services.packs import PricedPack
from bot.services.season_marks import Season
from bot.services.seasons import Confirmation, SeasonBegun
from bot.services.settings import GuildSettings
from bot.texts import N_, Texts
from cogs.checkout_words import within_brackets
from cogs.looks import COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR

Providers = Mapping[str, PaymentProvider]

# What the owner confirms. Whoever changes what it says counts the version up: it is kept with who
# confirmed it, and when.
PAID_TEXT_VERSION = 1
_PAID_TEXT = N_(
    "- Members buy coins with money. {payee}\n"
    "- **The season that was played ends.** Coins, earnings, diamonds and promotions are archived,"
    " and the books start empty.\n"
    "- **Coins go one way:** they buy gifts. They cannot be turned into money or passed on.\n"
    "- **Diamonds are your reward to streamers:** you owe it, under your own terms. Bonus coins"
    " yield none, and received coins wait 30 days.\n"
    "- Buyers declare once that they are **18 or older**, or that a guardian allows it, and where"
    " they live.\n"
    "- **You are the seller.** Terms, refunds, taxes and the laws where you and your members live"
    " are yours to look after. Nothing here is legal advice."
)
_CHANGE_TEXT = N_(
    "- From now on members pay this way: **{way}**. {payee}\n"
    "- Orders that wait already are paid the way they were made.\n"
    "- What you confirmed when paid mode began holds as before. Another way to pay you confirm"
    " again; it is kept with today's date."
)
# Typed under the text by whoever agrees.
AGREE_WORD = N_("I agree")

# Ways to pay as owners choose them, and who gets the money, in short and in full.
_WAYS = {
    "manual": (
        N_("By hand: bank transfer or cash"),
        N_("paid to you"),
        N_(
            "The money goes straight to you, the way your support page says; an admin confirms each"
            " order."
        ),
    ),
    "stripe": (
        N_("Stripe: cards and wallets"),
        N_("paid to whoever runs this bot"),
        N_("The money goes to the Stripe account of whoever runs this bot."),
    ),
    "discord": (
        N_("Discord's own shop"),
        N_("paid to the team that owns this bot's app"),
        N_(
            "The money goes to the team that owns this bot's app at Discord, less Discord's share;"
            " none of it goes to you by itself."
        ),
    ),
}
_PAYEE_ELSEWHERE = N_("The money goes where whoever runs this bot has set it up.")


def way_words(texts: Texts, provider: str) -> str:
    """Return a way to pay as owners choose it."""
    return texts(_WAYS[provider][0]) if provider in _WAYS else provider.capitalize()


def payee_words(texts: Texts, provider: str) -> str:
    """Return who gets the money."""
    return texts(_WAYS[provider][2] if provider in _WAYS else _PAYEE_ELSEWHERE)


def way_choice(texts: Texts, provider: str) -> str:
    """Return a way to pay with who gets the money, as one line among choices."""
    way = way_words(texts, provider)
    return f"{way} · {texts(_WAYS[provider][1])}" if provider in _WAYS else way


def ways_of(providers: Providers) -> tuple[str, ...]:
    """Return the ways to pay that can be chosen for money, in the order of their names."""
    return tuple(sorted(name for name in providers if name != TEST_PROVIDER))


def paid_text(texts: Texts, provider: str) -> str:
    """Return what the owner confirms when a guild begins to take money."""
    return texts(_PAID_TEXT, payee=payee_words(texts, provider))


def change_text(texts: Texts, provider: str) -> str:
    """Return what the owner reads before links or the way to pay change."""
    way = way_words(texts, provider)
    return texts(_CHANGE_TEXT, way=way, payee=payee_words(texts, provider))


def agrees(texts: Texts, typed: str) -> bool:
    """Tell whether somebody typed the word, in their language or in English."""
    wanted = {texts(AGREE_WORD).casefold(), AGREE_WORD.casefold()}
    return typed.strip(" .!“”\"'").casefold() in wanted


def missing_lines(
    texts: Texts, settings: GuildSettings, packs: tuple[PricedPack, ...], providers: Providers
) -> list[str]:
    """Return what keeps members of a guild that takes money from buying."""
    provider = providers.get(settings.provider)
    lines: list[str] = []
    if provider is None:
        lines.append(
            texts(
                "⚠️ **{way}** is not set up on this bot any more, so nobody can buy. Choose another"
                " way with `/economy mode`, or ask whoever runs the bot.",
                way=way_words(texts, settings.provider),
            )
        )
    elif provider.currencies is not None and settings.currency not in provider.currencies:
        lines.append(
            texts(
                "⚠️ **{way}** takes no {currency}, so nobody can buy. Choose another way with"
                " `/economy mode`.",
                way=way_words(texts, settings.provider),
                currency=settings.currency,
            )
        )
    offered = [pack for pack in packs if not pack.hidden]
    if not offered:
        lines.append(
            texts(
                "⚠️ There is no pack to buy yet. Add some with `/economy packs usual` or"
                " `/economy packs add`."
            )
        )
    elif settings.provider == DISCORD_PROVIDER and not all(pack.sku_id for pack in offered):
        lines.append(
            texts(
                "⚠️ Discord sells only packs that have its number. `/economy packs sku` gives it to"
                " those that have none."
            )
        )
    if not settings.open:
        lines.append(
            texts(
                "⚠️ The economy is closed, so nobody can buy. `/economy settings setting: open"
                " value: on` opens it."
            )
        )
    return lines


def play_embed(texts: Texts, season: Season, confirmation: Confirmation | None) -> discord.Embed:
    """Return how it stands with a guild that plays."""
    embed = discord.Embed(
        title=texts("This server plays"),
        description=texts(
            "Coins come from test purchases and grants, and nothing here speaks of money to"
            " members.\n\nTo sell coins for money choose a currency and a way to pay:\n"
            "`/economy mode mode: paid currency: provider:`\n"
            "You read first what that means, and nothing changes before you agree."
        ),
        colour=GARDEN_COLOUR,
    )
    return _with_beginning(texts, embed, season, confirmation)


def paid_embed(
    texts: Texts,
    settings: GuildSettings,
    season: Season,
    confirmation: Confirmation | None,
    changed: Confirmation | None,
    missing: list[str],
) -> discord.Embed:
    """Return how it stands with a guild that takes money; `changed` is its last change of way."""
    embed = discord.Embed(
        title=texts("This server sells coins"),
        description="\n".join(missing) or texts("Members can buy: everything is in place."),
        colour=COIN_COLOUR,
    )
    add_setup(texts, embed, settings)
    _with_beginning(texts, embed, season, confirmation)
    if changed is not None:
        embed.add_field(
            name=texts("Paid this way since"),
            value=texts(
                "{at:at}, confirmed by {member}",
                at=changed.confirmed_at,
                member=f"<@{changed.member_id}>",
            ),
            inline=False,
        )
    embed.add_field(
        name=texts("Change it"),
        value=texts(
            "`/economy mode mode: paid` changes the links, and with `provider:` the way to pay."
            " `/economy mode mode: play` goes back to play."
        ),
        inline=False,
    )
    return embed


def add_setup(texts: Texts, embed: discord.Embed, settings: GuildSettings) -> None:
    """Add what the owner chose: currency, way to pay, links."""
    embed.add_field(name=texts("Currency"), value=settings.currency)
    embed.add_field(
        name=texts("Members pay"),
        value=way_words(texts, settings.provider) + "\n-# " + payee_words(texts, settings.provider),
    )
    for name, url in (
        (texts("Terms"), settings.terms_url),
        (texts("Privacy"), settings.privacy_url),
        (texts("Support"), settings.support_url),
    ):
        # A field of its own each: three long links do not fit into one.
        embed.add_field(name=name, value=f"<{within_brackets(url)}>", inline=False)


def _with_beginning(
    texts: Texts, embed: discord.Embed, season: Season, confirmation: Confirmation | None
) -> discord.Embed:
    if confirmation is None:
        return embed
    said = texts("{at:at}, by {member}", at=season.began_at, member=f"<@{confirmation.member_id}>")
    if confirmation.text_version:
        said += "\n-# " + texts(
            "Text version {version} was confirmed.", version=confirmation.text_version
        )
    return embed.add_field(name=texts("Since"), value=said, inline=False)


def begun_embed(
    texts: Texts, settings: GuildSettings, begun: SeasonBegun, missing: list[str]
) -> discord.Embed:
    """Return what the owner reads once paid mode has begun."""
    lines = [
        texts(
            "The season that was played is archived, and the books are empty. Your confirmation is"
            " kept with today's date."
        )
    ]
    if begun.promotions_ended:
        lines.append(
            texts.plural(
                "{count} promotion ended with it; `/promo create` plans a new one.",
                "{count} promotions ended with it; `/promo create` plans new ones.",
                begun.promotions_ended,
            )
        )
    embed = discord.Embed(
        title=texts("Paid mode is on"), description="\n".join(lines), colour=COIN_COLOUR
    )
    if missing:
        embed.add_field(name=texts("What comes next"), value="\n".join(missing), inline=False)
    add_setup(texts, embed, settings)
    return embed


def changed_embed(texts: Texts, settings: GuildSettings, missing: list[str]) -> discord.Embed:
    """Return what the owner reads once links or the way to pay have changed."""
    embed = discord.Embed(
        title=texts("Paid mode is changed"), description="\n".join(missing), colour=COIN_COLOUR
    )
    add_setup(texts, embed, settings)
    return embed


def ask_play_embed(texts: Texts) -> discord.Embed:
    """Return the question before a guild stops taking money."""
    return discord.Embed(
        title=texts("Go back to play?"),
        description=texts(
            "Coins have no price any more, and a new season starts with empty books. It is only"
            " possible once nothing is owed: no coins or diamonds with members, no open orders,"
            " claims or disputes. Packs, links and limits are kept for the next time."
        )
        + "\n-# "
        + texts("Nothing is changed yet."),
        colour=COIN_COLOUR,
    )


def played_embed(texts: Texts, begun: SeasonBegun) -> discord.Embed:
    """Return what the owner reads once a guild plays again."""
    embed = discord.Embed(
        title=texts("This server plays again"),
        description=texts("The books are empty, and `/buy` fills wallets for free."),
        colour=GARDEN_COLOUR,
    )
    if begun.promotions_ended:
        embed.set_footer(
            text=texts.plural(
                "{count} promotion ended with the season.",
                "{count} promotions ended with the season.",
                begun.promotions_ended,
            )
        )
    return embed


def kept_embed(texts: Texts) -> discord.Embed:
    """Return that nothing was changed."""
    return discord.Embed(description=texts("It stays as it is."), colour=QUIET_COLOUR)
