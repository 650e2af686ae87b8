"""`/limits`: what a member spends on coins at most, by the own will and by the server's rules."""

from typing import Any

import discord
from discord import app_commands

from bot.currencies import Money
from bot.payment_errors import LimitIncomplete
from bot.services.plain_text import plain
from bot.services.spending import PERIODS_SECONDS
from bot.services.spending_limits import OwnLimit, Standing
from bot.texts import N_, Texts
from cogs.answers import Answer, Asker, answering
from cogs.base import EconomyCog
from cogs.checkout import settings_of
from cogs.looks import GARDEN_COLOUR

_PERIODS = {"day": N_("24 hours"), "week": N_("7 days"), "month": N_("30 days")}
_NO_LIMIT = frozenset({"none", "no", "off", "-"})


def limits_embed(texts: Texts, standings: tuple[Standing, ...]) -> discord.Embed:
    """Return what was spent in each period, and what the limits on it are."""
    embed = discord.Embed(
        title=texts("What you spend on coins"),
        description=texts(
            "`/limits period: amount:` sets yourself a limit. A lower one counts at once; a higher"
            " one, or none, 24 hours later."
        ),
        colour=GARDEN_COLOUR,
    )
    for standing in standings:
        name = texts("In {period}", period=texts(_PERIODS[standing.period]))
        embed.add_field(name=name, value="\n".join(_lines(texts, standing)), inline=False)
    return embed


def _lines(texts: Texts, standing: Standing) -> list[str]:
    def money(minor: int) -> Money:
        return Money(minor, standing.currency)

    own, most = standing.own, standing.guild_minor
    spent = texts("**{spent}** spent", spent=money(standing.spent_minor))
    limits = [limit for limit in (own.minor, most) if limit is not None]
    if limits:
        left = max(min(limits) - standing.spent_minor, 0)
        spent += " · " + texts("**{left}** left", left=money(left))
    lines = [spent]
    if own.minor is not None:
        lines.append(texts("Your own limit: {limit}", limit=money(own.minor)))
    if own.next_at:
        lines.append(_to_come(texts, own, standing.currency))
    if most is not None:
        lines.append(texts("This server's limit: {limit}", limit=money(most)))
    if not limits:
        lines.append(texts("No limit"))
    return lines


def _to_come(texts: Texts, own: OwnLimit, currency: str) -> str:
    if own.next_minor is None:
        return texts("None of your own from {at:at} on", at=own.next_at)
    limit = Money(own.next_minor, currency)
    return texts("Your own from {at:at} on: {limit}", at=own.next_at, limit=limit)


def changed_text(texts: Texts, period: str, own: OwnLimit, currency: str) -> str:
    """Return what a member's own limit is after it was changed, and what it will be."""
    words = texts(_PERIODS[period])
    if own.minor is None:
        return texts("You have no limit of your own for {period}.", period=words)
    now = Money(own.minor, currency)
    if not own.next_at:
        return texts("Your limit for {period} is **{limit}** now.", period=words, limit=now)
    if own.next_minor is None:
        return texts(
            "Your limit for {period} stays **{limit}** until {at:at}, and there is none of your own"
            " after that. You can lower it again at any time.",
            period=words,
            limit=now,
            at=own.next_at,
        )
    return texts(
        "Your limit for {period} stays **{limit}** until {at:at}, and is **{next}** from then on."
        " You can lower it again at any time.",
        period=words,
        limit=now,
        next=Money(own.next_minor, currency),
        at=own.next_at,
    )


class LimitsCog(EconomyCog):
    """Limits that members set themselves."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        period="Which limit; leave both out to see how you stand",
        amount="The most you want to spend in it, such as 20, or none",
    )
    @app_commands.choices(
        period=[app_commands.Choice(name=words, value=name) for name, words in _PERIODS.items()]
    )
    async def limits(
        self,
        interaction: discord.Interaction[Any],
        period: str | None = None,
        amount: str | None = None,
    ) -> None:
        """See what you spend on coins, or set yourself a limit."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            standings = await self._economy.spending_limits.standing(
                asker.guild_id, asker.member_id
            )
            if not standings:
                await answer.show(
                    answer.texts(
                        "Limits are for coins that are sold. This server plays with test coins, so"
                        " there is nothing to limit: `/buy` is free."
                    )
                )
            elif period is None and amount is None:
                await answer.show(embed=limits_embed(answer.texts, standings))
            else:
                await self._set(answer, asker, period, amount)

    async def _set(
        self, answer: Answer, asker: Asker, period: str | None, amount: str | None
    ) -> None:
        currency = (await settings_of(self._economy, asker.guild_id)).currency
        if period not in PERIODS_SECONDS or amount is None:
            raise LimitIncomplete(Money(2_000, currency))
        typed = plain(amount)
        own = await self._economy.spending_limits.set_own(
            asker.guild_id,
            asker.member_id,
            period,
            None if typed.casefold() in _NO_LIMIT else typed,
            str(answer.interaction.locale),
        )
        await answer.show(changed_text(answer.texts, period, own, currency))


async def setup(bot: Any) -> None:
    """Add the cog to a bot that has an `economy`."""
    await bot.add_cog(LimitsCog(bot.economy))
