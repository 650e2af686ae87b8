"""`/promo`: bonus coins by the clock, for admins: made, looked at, changed, ended."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.promotion_errors import PromotionOver
from bot.services.clock import snowflake_seconds
from bot.services.plain_text import plain
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import MOST_NAME_CHARACTERS, Terms
from bot.services.promotions import Promotion
from bot.services.recurrence import Kind as Repeats
from bot.texts import Texts
from cogs.announcer import OfferButton
from cogs.answers import Answer, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.looks import COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR, whole
from cogs.promo_input import MOST_TYPED_CHARACTERS, TypedTimes, read_bonus, read_times
from cogs.promo_preview import DraftButton, preview_card
from cogs.promo_report import ListButton, list_card, show_embed
from cogs.promo_words import KINDS, bonus_words, escaped, window_line

_MOST_CHOICES = 25
_MOST_CHOICE_CHARACTERS = 100

Typed = app_commands.Range[str, 1, MOST_TYPED_CHARACTERS]
Number = app_commands.Range[int, 1]


class CancelButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_cancel:(?P<answer>yes|no):(?P<admin>\d+):(?P<promotion>\d+)",
):
    """Takes a promotion off for good, or leaves it."""

    def __init__(
        self, answer: str, admin_id: int, promotion_id: int, label: str | None = None
    ) -> None:
        is_yes = answer == "yes"
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.danger if is_yes else discord.ButtonStyle.secondary,
                custom_id=f"bouquet:promo_cancel:{answer}:{admin_id}:{promotion_id}",
            )
        )
        self.is_yes = is_yes
        self.admin_id = admin_id
        self.promotion_id = promotion_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["answer"], int(match["admin"]), int(match["promotion"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin, promotions = answer.admin(), economy_of(interaction).promotions
            if self.is_yes:
                promotion = await promotions.cancel(
                    admin.guild_id, admin.member_id, self.promotion_id
                )
                said = answer.texts("**{name}** is cancelled for good.", name=_name(promotion))
            else:
                promotion = await promotions.find(admin.guild_id, self.promotion_id)
                said = answer.texts("**{name}** stays as it is.", name=_name(promotion))
            embed = discord.Embed(description=said, colour=QUIET_COLOUR)
            await answer.update(embed=embed, view=None)


def cancel_card(
    texts: Texts, admin_id: int, promotion: Promotion
) -> tuple[discord.Embed, discord.ui.View]:
    """Return the question before a promotion is taken off."""
    embed = discord.Embed(
        title=texts("Cancel {name} for good?", name=_name(promotion)),
        description=texts(
            "A window that is open ends at once, and no other comes. "
            "What was bought stays as it is. `/promo pause` stops it for a while only."
        ),
        colour=COIN_COLOUR,
    )
    view = discord.ui.View()
    number = promotion.promotion_id
    view.add_item(CancelButton("yes", admin_id, number, texts("Cancel it for good")))
    view.add_item(CancelButton("no", admin_id, number, texts("Keep it")))
    return embed, view


def _name(promotion: Promotion) -> str:
    return escaped(promotion.plan.name)


class PromoCog(EconomyCog):
    """Running promotions."""

    promo = app_commands.Group(
        name="promo",
        description="Bonus coins by the clock",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @promo.command()
    @app_commands.describe(
        name="What members will read, like Happy Hour",
        bonus="A percentage like 20%, or coins like 50",
        starts="Like “tomorrow 18:00”, “fri 20:00” or “now”",
        lasts="Like “2 hours”, or until when: “22:00”, “sun 23:00”",
        repeats="How often; once when left out",
        until="The last day, like “31 december”; for good when left out",
    )
    @app_commands.choices(
        repeats=[app_commands.Choice(name=words, value=kind.value) for kind, words in KINDS.items()]
    )
    async def create(
        self,
        interaction: discord.Interaction[Any],
        name: app_commands.Range[str, 1, MOST_NAME_CHARACTERS],
        bonus: Typed,
        starts: Typed,
        lasts: Typed,
        repeats: str = Repeats.ONCE.value,
        until: Typed = "",
    ) -> None:
        """Plan a promotion; you see what would come of it before it is saved."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            percent, coins = read_bonus(bonus)
            zone = await self._economy.promotions.zone(admin.guild_id)
            typed = TypedTimes(starts=starts, lasts=lasts, kind=_kind(repeats), until=until)
            plan = Plan(
                name=plain(name),
                terms=Terms(bonus_percent=percent, bonus_coins=coins),
                recurrence=read_times(typed, zone, snowflake_seconds(interaction.id)),
            )
            await self._preview(answer, plan)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def edit(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Change a promotion; a window that is open stays as it was promised."""
        async with answering(interaction) as answer:
            found = await self._find_alive(answer, promotion)
            await self._preview(answer, found.plan, found.promotion_id)

    async def _preview(self, answer: Answer, plan: Plan, promotion_id: int = 0) -> None:
        admin = answer.admin()
        draft = await self._economy.promotion_drafts.begin(
            admin.guild_id, answer.interaction.id, admin.member_id, plan, promotion_id
        )
        embed, view = await preview_card(answer.texts, self._economy, draft)
        await answer.show(embed=embed, view=view)

    @promo.command(name="list")
    async def list_all(self, interaction: discord.Interaction[Any]) -> None:
        """Show the promotions that there are."""
        async with answering(interaction) as answer:
            embed, view = await list_card(answer, 0)
            await answer.show(embed=embed, view=view)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def show(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Show how a promotion goes."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            reports = self._economy.promotion_reports
            report = await reports.report(admin.guild_id, whole(promotion))
            sales = None
            if report.past:
                sales = await reports.sales(admin.guild_id, report.past[0].window_id)
            zone = await self._economy.promotions.zone(admin.guild_id)
            now = snowflake_seconds(interaction.id)
            await answer.show(embed=show_embed(answer.texts, report, sales, zone, now))

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def pause(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Give no bonus until you resume it."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            paused = await self._economy.promotions.pause(admin.guild_id, whole(promotion))
            said = answer.texts(
                "**{name}** is paused: it brings no bonus, and its windows pass. "
                "`/promo resume` goes on.",
                name=_name(paused),
            )
            await self._say(answer, said)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def resume(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Let a paused promotion go on."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            resumed = await self._economy.promotions.resume(admin.guild_id, whole(promotion))
            said = answer.texts("**{name}** goes on.", name=_name(resumed))
            await self._say(answer, f"{said}\n{await self._next(answer, resumed)}")

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def end(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """End the window that is open now; later ones come as planned."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            ended = await self._economy.promotions.end_window(admin.guild_id, whole(promotion))
            said = answer.texts("The open window of **{name}** has ended.", name=_name(ended))
            await self._say(answer, f"{said}\n{await self._next(answer, ended)}")

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def cancel(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Take a promotion off for good."""
        async with answering(interaction) as answer:
            found = await self._find_alive(answer, promotion)
            embed, view = cancel_card(answer.texts, interaction.user.id, found)
            await answer.show(embed=embed, view=view)

    @edit.autocomplete("promotion")
    @show.autocomplete("promotion")
    @pause.autocomplete("promotion")
    @resume.autocomplete("promotion")
    @end.autocomplete("promotion")
    @cancel.autocomplete("promotion")
    async def suggest_promotions(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest promotions by their names and numbers."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts, part = texts_of(interaction), str(typed).casefold().lstrip("#")
        promotions = await self._economy.promotions.list(interaction.guild_id)
        return [
            app_commands.Choice(name=_choice_name(texts, one), value=one.promotion_id)
            for one in promotions
            if part in one.plan.name.casefold() or str(one.promotion_id).startswith(part)
        ][:_MOST_CHOICES]

    async def _find_alive(self, answer: Answer, number: object) -> Promotion:
        """Return a promotion that can still be changed, before anybody is asked how."""
        found = await self._economy.promotions.find(answer.admin().guild_id, whole(number))
        if found.state == "over":
            raise PromotionOver(found.plan.name)
        return found

    async def _next(self, answer: Answer, promotion: Promotion) -> str:
        """Return which window is open now or comes next."""
        now = snowflake_seconds(answer.interaction.id)
        reports = self._economy.promotion_reports
        report = await reports.report(promotion.guild_id, promotion.promotion_id)
        for window in (*report.past[:1], *report.coming[:1]):
            if window.ends_at > now:
                line = window_line(answer.texts, window.starts_at, window.ends_at)
                if window.starts_at <= now:
                    return "-# " + answer.texts("Open now: {window}", window=line)
                return "-# " + answer.texts("Next: {window}", window=line)
        return "-# " + answer.texts("No window is to come.")

    @staticmethod
    async def _say(answer: Answer, said: str) -> None:
        await answer.show(embed=discord.Embed(description=said, colour=GARDEN_COLOUR))


def _kind(repeats: str) -> Repeats:
    """Return the choice; of a forged one, once."""
    return Repeats(repeats) if repeats in set(Repeats) else Repeats.ONCE


def _choice_name(texts: Texts, promotion: Promotion) -> str:
    name = texts(
        "{number:receipt} {name} · {bonus}",
        number=promotion.promotion_id,
        name=promotion.plan.name,
        bonus=bonus_words(texts, promotion.plan.terms),
    )
    return name[:_MOST_CHOICE_CHARACTERS]


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(DraftButton, ListButton, CancelButton, OfferButton)
    await bot.add_cog(PromoCog(bot.economy))
