"""`/promo`: bonus coins by the clock, for admins: made, looked at, changed, ended."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.clock import snowflake_seconds
from bot.services.durations import MOST_TYPED_CHARACTERS
from bot.services.promotion_rows import Promotion
from bot.services.promotion_terms import MOST_NAME_CHARACTERS
from bot.services.recurrence import Kind as Repeats
from bot.texts import N_, Texts
from cogs.announcer import OfferButton
from cogs.answers import Answer, answering, texts_of
from cogs.base import EconomyCog
from cogs.looks import GARDEN_COLOUR, whole
from cogs.promo_cancel import CancelButton, cancel_card
from cogs.promo_create import (
    CreateButton,
    CreateForm,
    TypedPromotion,
    show_created,
    take_create_form,
)
from cogs.promo_draft import DraftButton, preview_card, take_draft_form
from cogs.promo_forms import DraftForm
from cogs.promo_input import read_kind
from cogs.promo_report import ListButton, list_card, show_card
from cogs.promo_words import KINDS, bonus_words, escaped, window_line

_MOST_CHOICES = 25
_MOST_CHOICE_CHARACTERS = 100

_FORMS = (
    (DraftForm.template, take_draft_form),
    (CreateForm.template, take_create_form),
)

Typed = app_commands.Range[str, 1, MOST_TYPED_CHARACTERS]
Number = app_commands.Range[int, 1]


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
        until="The last day of what repeats, like “31 december”; for good when left out",
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
            typed = TypedPromotion(
                name=name,
                bonus=bonus,
                starts=starts,
                lasts=lasts,
                until=until,
                repeats=read_kind(repeats),
            )
            await show_created(answer, interaction.id, typed)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def edit(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Change a promotion; a window that is open stays as it was promised."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            draft = await self._economy.promotion_drafts.begin_edit(
                admin.guild_id, interaction.id, admin.member_id, whole(promotion)
            )
            embed, view, picture = await preview_card(answer, draft)
            await answer.show(embed=embed, view=view, picture=picture)

    @promo.command(name="list")
    async def list_all(self, interaction: discord.Interaction[Any]) -> None:
        """Show the promotions that there are."""
        async with answering(interaction) as answer:
            embed, view = await list_card(answer, 0)
            await answer.show(embed=embed, view=view)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def show(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Show how a promotion goes, or how one went that is over."""
        async with answering(interaction) as answer:
            embed, picture = await show_card(answer, whole(promotion))
            await answer.show(embed=embed, picture=picture)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def pause(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Give no bonus until you resume it."""
        said = N_(
            "**{name}** is paused: it brings no bonus, and its windows pass. "
            "`/promo resume` goes on."
        )
        await self._change(interaction, self._economy.promotions.pause, promotion, said)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def resume(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Let a paused promotion go on."""
        said = N_("**{name}** goes on.")
        await self._change(interaction, self._economy.promotions.resume, promotion, said)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def end(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """End the window that is open now; later ones come as planned."""
        said = N_("The open window of **{name}** has ended.")
        await self._change(interaction, self._economy.promotions.end_window, promotion, said)

    @promo.command()
    @app_commands.describe(promotion="Which one")
    async def cancel(self, interaction: discord.Interaction[Any], promotion: Number) -> None:
        """Take a promotion off for good."""
        async with answering(interaction) as answer:
            found = await self._find_alive(answer, promotion)
            embed, view = cancel_card(answer.texts, interaction.user.id, found)
            await answer.show(embed=embed, view=view)

    @show.autocomplete("promotion")
    async def suggest_any(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest promotions, and after them those that are over."""
        guild_id, promotions = _guild_of_admin(interaction), self._economy.promotions
        if guild_id is None:
            return []
        alive, over = await promotions.list(guild_id), await promotions.list_over(guild_id)
        return _choices(await texts_of(interaction), (*alive, *over), typed)

    @edit.autocomplete("promotion")
    @pause.autocomplete("promotion")
    @resume.autocomplete("promotion")
    @end.autocomplete("promotion")
    @cancel.autocomplete("promotion")
    async def suggest_promotions(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest promotions that can still be changed."""
        guild_id = _guild_of_admin(interaction)
        if guild_id is None:
            return []
        alive = await self._economy.promotions.list(guild_id)
        return _choices(await texts_of(interaction), alive, typed)

    @commands.Cog.listener("on_interaction")
    async def take_form(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the forms of promotions, also those that were opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        custom_id = str((interaction.data or {}).get("custom_id"))
        for template, take in _FORMS:
            match = template.fullmatch(custom_id)
            if match is not None:
                await take(interaction, match)

    async def _change(
        self,
        interaction: discord.Interaction[Any],
        change: Callable[[int, int, int], Awaitable[Promotion]],
        number: object,
        said: str,
    ) -> None:
        """Change a promotion and say what comes next."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            changed = await change(admin.guild_id, admin.member_id, whole(number))
            lines = [answer.texts(said, name=escaped(changed.plan.name))]
            if changed.state == "active":
                lines.append(await self._next(answer, changed))
            embed = discord.Embed(description="\n".join(lines), colour=GARDEN_COLOUR)
            await answer.show(embed=embed)

    async def _find_alive(self, answer: Answer, number: object) -> Promotion:
        """Return a promotion that can still be changed, before anybody is asked how."""
        return await self._economy.promotions.find_alive(answer.admin().guild_id, whole(number))

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


def _guild_of_admin(interaction: discord.Interaction[Any]) -> int | None:
    return interaction.guild_id if interaction.permissions.manage_guild else None


def _choices(
    texts: Texts, promotions: Iterable[Promotion], typed: int | str
) -> list[app_commands.Choice[int]]:
    """Return those whose name or number has what was typed in it, as many as Discord shows."""
    part = str(typed).casefold().lstrip("#")
    return [
        app_commands.Choice(name=_choice_name(texts, one), value=one.promotion_id)
        for one in promotions
        if part in one.plan.name.casefold() or str(one.promotion_id).startswith(part)
    ][:_MOST_CHOICES]


def _choice_name(texts: Texts, promotion: Promotion) -> str:
    words = {
        "number": promotion.promotion_id,
        "name": promotion.plan.name,
        "bonus": bonus_words(texts, promotion.plan.terms),
    }
    name = texts("{number:receipt} {name} · {bonus}", **words)
    if promotion.state == "over":
        name = texts("{number:receipt} {name} · {bonus} · over", **words)
    return name[:_MOST_CHOICE_CHARACTERS]


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(CreateButton, DraftButton, ListButton, CancelButton, OfferButton)
    await bot.add_cog(PromoCog(bot.economy))
