"""`/earnings`: what a streamer received and what became of it."""

from datetime import UTC, datetime
from typing import Any

import discord
from babel.dates import format_date
from discord import app_commands

from bot.errors import NotAStreamerYourself
from bot.services.earnings import DayEarned, Earnings
from bot.texts import Texts
from cogs.answers import Asker, answering
from cogs.base import EconomyCog
from cogs.looks import DIAMOND, GARDEN_COLOUR, person_of
from cogs.price_notes import streamer_note, with_note

_DAYS = {"7 days": 7, "28 days": 28, "90 days": 90}
_BAR_CELLS = 10
_BARS = 14


def earnings_embed(texts: Texts, name: str, earnings: Earnings) -> discord.Embed:
    """Return a streamer's report."""
    wallet = earnings.wallet
    embed = discord.Embed(
        title=texts("Earnings of {name}", name=name),
        description=texts("The last {days} days, in UTC", days=len(earnings.days)),
        colour=GARDEN_COLOUR,
    )
    embed.add_field(
        name="💐 " + texts("Received"),
        value=texts(
            "**{coins:coins}** in {gifts:gifts}\n{paid} from bought · {bonus} from bonus coins",
            coins=earnings.received_coins,
            gifts=earnings.gifts,
            paid=earnings.received_paid_coins,
            bonus=earnings.received_bonus_coins,
        )
        + (texts("\n{fee:amount} fee", fee=earnings.fee_coins) if earnings.fee_coins else ""),
    )
    embed.add_field(
        name="♻️ " + texts("Converted"),
        value=texts(
            "{coins:coins} → {diamonds:diamonds}\n**{left:coins}** left to `/convert`",
            coins=earnings.converted_coins,
            diamonds=earnings.made_diamonds,
            left=wallet.earned_coins,
        ),
    )
    embed.add_field(
        name=f"{DIAMOND} " + texts("Claimable"),
        value=texts(
            "**{diamonds:diamonds}** to `/claim request`\n{claimed} in claims",
            diamonds=wallet.diamonds,
            claimed=wallet.claimed_diamonds,
        ),
    )
    embed.add_field(
        name=texts("By day"), value=_day_lines(texts, earnings.days[-_BARS:]), inline=False
    )
    embed.add_field(
        name=texts("By supporter"), value=_supporter_lines(texts, earnings), inline=False
    )
    return with_note(embed, streamer_note(texts))


def _day_lines(texts: Texts, days: tuple[DayEarned, ...]) -> str:
    # The bars are parts of what was received, which stands with its price above.
    most = max(day.coins for day in days) or 1
    lines: list[str] = []
    for day in days:
        cells = -(-day.coins * _BAR_CELLS // most)  # rounded up: a little is more than nothing
        bar = "█" * cells + "░" * (_BAR_CELLS - cells)
        date = format_date(datetime.fromtimestamp(day.starts_at, UTC), "E d MMM", texts.locale)
        lines.append(f"`{date:>10} {bar} {texts.number(day.coins):>9}`")
    return "\n".join(lines)


def _supporter_lines(texts: Texts, earnings: Earnings) -> str:
    if not earnings.supporters:
        return texts("Nobody yet. Your first gift shows here.")
    lines = [
        texts(
            "{place}. <@{member}> · {coins:coins} in {gifts:gifts}",
            place=place,
            member=str(supporter.member_id),
            coins=supporter.coins,
            gifts=supporter.gifts,
        )
        for place, supporter in enumerate(earnings.supporters, start=1)
    ]
    rest = earnings.supporter_count - len(earnings.supporters)
    if rest:
        lines.append(texts.plural("and {count} more", "and {count} more", rest))
    return "\n".join(lines)


class EarningsCog(EconomyCog):
    """A streamer's earnings."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(period="How far back; 7 days when left out")
    @app_commands.choices(
        period=[app_commands.Choice(name=name, value=days) for name, days in _DAYS.items()]
    )
    async def earnings(self, interaction: discord.Interaction[Any], period: int = 7) -> None:
        """Show the gifts you received, by day and by supporter."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            days = period if period in _DAYS.values() else 7
            report = await self._economy.earnings.report(asker.guild_id, asker.member_id, days=days)
            await self._refuse_strangers(interaction.user, asker, report)
            await answer.show(
                embed=earnings_embed(answer.texts, interaction.user.display_name, report)
            )

    async def _refuse_strangers(
        self, user: discord.User | discord.Member, asker: Asker, report: Earnings
    ) -> None:
        """Let streamers in, and whoever was one and still has something."""
        guild = await self._economy.guilds.get(asker.guild_id)
        has_something = report.wallet.earned_coins or report.wallet.owed_diamonds or report.gifts
        if not has_something and not guild.is_streamer(person_of(user)):
            raise NotAStreamerYourself


async def setup(bot: Any) -> None:
    """Add the cog to a bot that has an `economy`."""
    await bot.add_cog(EarningsCog(bot.economy))
