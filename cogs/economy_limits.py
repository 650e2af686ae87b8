"""`/economy limits`: what members can spend on coins at most."""

from typing import Any

import discord
from discord import app_commands

from bot.currencies import Money
from bot.paid_errors import MembersLimitIncomplete, NewBuyersOnly, PaidModeOnly
from bot.services.plain_text import plain
from bot.services.settings import MOST_NEW_BUYER_DAYS, GuildSettings
from bot.services.spending import PERIODS_SECONDS
from bot.texts import N_, Texts
from cogs.answers import Answer, Asker, answering
from cogs.base import EconomyCog
from cogs.checkout import settings_of
from cogs.looks import COIN_COLOUR, whole

_MOST_TYPED_CHARACTERS = 60
_NONE = frozenset({"none", "no", "off", "-", "0"})
_NEW_BUYERS = "new"
_USUAL_NEW_BUYER_DAYS = 7
_LIMITS = {
    "day": N_("each member in 24 hours"),
    "week": N_("each member in 7 days"),
    "month": N_("each member in 30 days"),
    _NEW_BUYERS: N_("new buyers in 24 hours"),
}

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]


def limits_embed(texts: Texts, settings: GuildSettings) -> discord.Embed:
    """Return the guild's limits on what members spend."""

    def amount(minor: int) -> str:
        money = Money(minor, settings.currency)
        return texts("**{limit}**", limit=money) if minor else texts("no limit")

    lines = [
        texts(
            "{whom}: {limit}",
            whom=texts(_LIMITS[period]),
            limit=amount(getattr(settings, f"spend_{period}_minor")),
        )
        for period in PERIODS_SECONDS
    ]
    new = settings.new_buyer_day_minor if settings.new_buyer_days else 0
    lines.append(texts("{whom}: {limit}", whom=texts(_LIMITS[_NEW_BUYERS]), limit=amount(new)))
    if new:
        lines[-1] += "\n-# " + texts.plural(
            "New is whoever first bought less than {count} day ago.",
            "New is whoever first bought less than {count} days ago.",
            settings.new_buyer_days,
        )
    return discord.Embed(
        title=texts("What members can spend on coins"),
        description="\n".join(_capital(line) for line in lines)
        + "\n\n"
        + texts(
            "`/economy limits limit: amount:` changes one. Members set themselves lower ones with"
            " `/limits`."
        ),
        colour=COIN_COLOUR,
    )


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


class LimitsPart(EconomyCog):
    """What members can spend at most."""

    @app_commands.command()
    @app_commands.describe(
        limit="Whose, and for how long; leave all out to see them",
        amount="The most they can spend, such as 50, or none",
        days="For how many days after the first purchase a buyer is new",
    )
    @app_commands.choices(
        limit=[app_commands.Choice(name=words, value=name) for name, words in _LIMITS.items()]
    )
    async def limits(
        self,
        interaction: discord.Interaction[Any],
        limit: str | None = None,
        amount: Typed | None = None,
        days: app_commands.Range[int, 1, MOST_NEW_BUYER_DAYS] | None = None,
    ) -> None:
        """See or change how much members can spend on coins."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            settings = await settings_of(self._economy, admin.guild_id)
            if not settings.is_paid:
                raise PaidModeOnly
            if limit is not None or amount is not None or days is not None:
                await self._set(answer, admin, settings, limit, amount, days)
                settings = await settings_of(self._economy, admin.guild_id)
            await answer.show(embed=limits_embed(answer.texts, settings))

    async def _set(
        self,
        answer: Answer,
        admin: Asker,
        settings: GuildSettings,
        limit: str | None,
        amount: str | None,
        days: int | None,
    ) -> None:
        if limit not in _LIMITS or amount is None:
            raise MembersLimitIncomplete(Money(5_000, settings.currency))
        typed = plain(amount)
        typed = "0" if typed.casefold() in _NONE else typed
        locale, limits = str(answer.interaction.locale), self._economy.spending_limits
        if limit == _NEW_BUYERS:
            days = whole(days or settings.new_buyer_days or _USUAL_NEW_BUYER_DAYS)
            await limits.set_new_buyers(admin.guild_id, admin.member_id, days, typed, locale)
            return
        if days is not None:
            raise NewBuyersOnly
        await limits.set_guild(admin.guild_id, admin.member_id, limit, typed, locale)
