"""`/economy rate` and `/economy hold`: what earned coins become, and how long they wait."""

from typing import Any

import discord
from discord import app_commands

from bot.services.rates import Applies, HoldChanged, RateChange, RatesChanged, RatesNow
from bot.services.settings import MOST_HOLD_DAYS, GuildSettings
from bot.texts import N_, Texts
from cogs.answers import answering
from cogs.base import EconomyCog
from cogs.looks import DIAMOND_COLOUR, whole
from cogs.rate_words import rates_text, rates_words

_MOST_TYPED_CHARACTERS = 20
_APPLIES = {
    Applies.LATER: N_("what is received from now on"),
    Applies.EARLIER: N_("everything not converted yet"),
}

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


def rates_embed(texts: Texts, now: RatesNow) -> discord.Embed:
    """Return the rates of now, who keeps an older one, and the latest changes."""
    settings = now.settings
    lines = [rates_text(texts, settings.paid_rate, settings.bonus_rate)]
    if now.keeping_streamers:
        lines.append(
            texts.plural(
                "{count} streamer has coins that keep an older rate.",
                "{count} streamers have coins that keep an older rate.",
                now.keeping_streamers,
            )
        )
    embed = discord.Embed(
        title=texts("What earned coins become"),
        description="\n".join(lines)
        + "\n\n"
        + texts(
            "`/economy rate paid: bonus: applies:` changes it, and every streamer is told."
            " Conversions that are done never change."
        ),
        colour=DIAMOND_COLOUR,
    )
    if now.changes:
        embed.add_field(
            name=texts("Latest changes"),
            value="\n".join(_change_line(texts, change) for change in now.changes),
            inline=False,
        )
    return embed


def _change_line(texts: Texts, change: RateChange) -> str:
    return texts(
        "{at:at} · {rates} · for {applies} · <@{admin}>",
        at=change.changed_at,
        rates=rates_words(texts, change.paid_rate, change.bonus_rate),
        applies=texts(_APPLIES[change.applies]),
        admin=str(change.changed_by),
    )


def changed_embed(texts: Texts, changed: RatesChanged) -> discord.Embed:
    """Return the rates before and after."""
    before, after = changed.before, changed.after
    return discord.Embed(
        title=texts("Earned coins become something else now"),
        description=texts(
            "{after}\n-# Before: {before}\nIt is for {applies}.\n{told}",
            after=rates_text(texts, after.paid_rate, after.bonus_rate),
            before=rates_words(texts, before.paid_rate, before.bonus_rate),
            applies=texts(_APPLIES[changed.applies]),
            told=_told(texts, changed.told),
        ),
        colour=DIAMOND_COLOUR,
    )


def hold_embed(texts: Texts, settings: GuildSettings) -> discord.Embed:
    """Return how long received coins wait now; where nobody pays, it speaks of no money."""
    changes = (
        texts(
            "`/economy hold days:` changes it. A gift waits that long after it was sent, and as"
            " long as the money behind it is disputed; until then a refund can take it back."
        )
        if settings.is_paid
        else texts("`/economy hold days:` changes it. A gift waits that long after it was sent.")
    )
    return discord.Embed(
        title=texts("How long received coins wait"),
        description=f"{_days(texts, settings.hold_days)}\n\n{changes}",
        colour=DIAMOND_COLOUR,
    )


def hold_changed_embed(texts: Texts, changed: HoldChanged) -> discord.Embed:
    """Return the hold before and after."""
    return discord.Embed(
        title=texts("The wait for received coins changed"),
        description=texts(
            "{after}\n-# Before: {before}\nWhat is free already stays free.\n{told}",
            after=_days(texts, changed.after_days),
            before=_days(texts, changed.before_days),
            told=_told(texts, changed.told),
        ),
        colour=DIAMOND_COLOUR,
    )


def _days(texts: Texts, days: int) -> str:
    if not days:
        return texts("Received coins can be converted at once.")
    return texts.plural(
        "Received coins can be converted after {count} day.",
        "Received coins can be converted after {count} days.",
        days,
    )


def _told(texts: Texts, streamers: int) -> str:
    return texts.plural(
        "{count} streamer gets a message about it.",
        "{count} streamers get a message about it.",
        streamers,
    )


class RatesPart(EconomyCog):
    """What earned coins become, and when."""

    @app_commands.command()
    @app_commands.describe(
        paid="Diamonds for a coin received from bought coins, such as 1/2; leave all out to see",
        bonus="Diamonds for a coin received from bonus coins, such as 1/2 or 0",
        applies="Which coins the new rate is for",
    )
    @app_commands.choices(
        applies=[
            app_commands.Choice(name=words, value=applies.value)
            for applies, words in _APPLIES.items()
        ]
    )
    async def rate(
        self,
        interaction: discord.Interaction[Any],
        paid: Typed | None = None,
        bonus: Typed | None = None,
        applies: str | None = None,
    ) -> None:
        """See or change how many diamonds a coin becomes."""
        async with answering(interaction) as answer:
            admin, rates = answer.admin(), self._economy.rates
            if paid is None and bonus is None and applies is None:
                now = await rates.now(admin.guild_id)
                await answer.show(embed=rates_embed(answer.texts, now))
                return
            changed = await rates.change(
                admin.guild_id,
                admin.member_id,
                paid=paid,
                bonus=bonus,
                applies=Applies(applies) if applies in set(Applies) else None,
            )
            await answer.show(embed=changed_embed(answer.texts, changed))

    @app_commands.command()
    @app_commands.describe(days="For how many days; leave it out to see what it is now")
    async def hold(
        self,
        interaction: discord.Interaction[Any],
        days: app_commands.Range[int, 0, MOST_HOLD_DAYS] | None = None,
    ) -> None:
        """See or change how long received coins wait before they can be converted."""
        async with answering(interaction) as answer:
            admin, rates = answer.admin(), self._economy.rates
            if days is None:
                settings = (await rates.now(admin.guild_id)).settings
                await answer.show(embed=hold_embed(answer.texts, settings))
                return
            changed = await rates.change_hold(admin.guild_id, admin.member_id, whole(days))
            await answer.show(embed=hold_changed_embed(answer.texts, changed))
