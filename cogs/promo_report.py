"""`/promo list` and `/promo show`: what there is, and how it goes."""

import re
from collections.abc import Iterator
from typing import Any, Self
from zoneinfo import ZoneInfo

import discord
from typing_extensions import override

from bot.services.clock import snowflake_seconds
from bot.services.economy import Economy
from bot.services.notices import Why
from bot.services.promotion_reports import Report, Window
from bot.services.promotions import Promotion
from bot.texts import N_, Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.looks import COIN_COLOUR, GARDEN_COLOUR
from cogs.pictures import Picture, studio_of
from cogs.promo_sales import sales_bars, sales_picture, sales_words
from cogs.promo_words import (
    announcement_lines,
    bonus_words,
    escaped,
    rule_line,
    step_line,
    term_lines,
    window_line,
)

LISTED_AT_ONCE = 10
# Below the sums, above the windows.
_SALES_FIELD = 1

_STATES = {"active": N_("🟢 active"), "paused": N_("⏸️ paused"), "over": N_("⏹️ over")}
_WINDOW_STATES = {
    "scheduled": N_("to come"),
    "running": N_("open now"),
    "ended": N_("ended"),
    "missed": N_("missed: I was away the whole time"),
}
_UNSENT = {
    "started": N_("The start, {start:at}, in {channel}: {why}"),
    "ending": N_("The hint at the end, for {start:at}, in {channel}: {why}"),
}
_WHY = {
    Why.NOTHING: N_("it could not be sent"),
    Why.GONE: N_("the channel is gone"),
    Why.CLOSED: N_("I may not see the channel, write there or embed links"),
    Why.UNREACHED: N_("Discord did not take it before the window was over"),
    Why.LATE: N_("the window was over before I could send it"),
    Why.ROLE: N_("it was sent, but I could not mention {role}"),
}


def list_embed(texts: Texts, reports: list[Report], now: int) -> discord.Embed:
    """Return one page of promotions."""
    return discord.Embed(
        title=texts("Promotions"),
        description="\n".join(_list_line(texts, report, now) for report in reports)
        or texts("None yet. `/promo create` makes the first one."),
        colour=GARDEN_COLOUR,
    )


def _list_line(texts: Texts, report: Report, now: int) -> str:
    promotion = report.promotion
    head = texts(
        "**{number:receipt} {name}** · {state} · {bonus}",
        number=promotion.promotion_id,
        name=escaped(promotion.plan.name),
        state=texts(_STATES[promotion.state]),
        bonus=bonus_words(texts, report.open_terms or promotion.plan.terms),
    )
    return f"{head}\n-# {_next_words(texts, report, now)}"


def _next_words(texts: Texts, report: Report, now: int) -> str:
    open_window = next((one for one in report.past if one.ends_at > now), None)
    if open_window is not None:
        return texts("open now, ends {end:until}", end=open_window.ends_at)
    if report.coming:
        start = report.coming[0].starts_at
        return texts("next {start:at}, {soon:until}", start=start, soon=start)
    return texts("no window to come")


async def show_card(answer: Answer, number: int) -> tuple[discord.Embed, Picture | None]:
    """Return all that is known of a promotion, and a picture of its sales where one can be had."""
    admin, interaction, texts = answer.admin(), answer.interaction, answer.texts
    economy = economy_of(interaction)
    report = await economy.promotion_reports.report(admin.guild_id, number)
    zone = await economy.promotions.zone(admin.guild_id)
    embed = show_embed(texts, report, zone, snowflake_seconds(interaction.id))
    if not report.past:
        return embed, None
    window = report.past[0]
    sales = await economy.promotion_reports.sales(admin.guild_id, window.window_id)
    picture = await sales_picture(studio_of(interaction), texts, window, sales, zone)
    lines = [sales_words(texts, window, sales)]
    if picture is None:
        lines.append(sales_bars(texts, window, sales, zone))
    embed.insert_field_at(
        _SALES_FIELD,
        name=texts("Coins sold in the latest window"),
        value="\n".join(lines),
        inline=False,
    )
    return embed, picture


def show_embed(texts: Texts, report: Report, zone: ZoneInfo, now: int) -> discord.Embed:
    """Return all that is known of a promotion, but for its sales by the hour."""
    promotion, plan = report.promotion, report.promotion.plan
    embed = discord.Embed(
        title=f"{escaped(plan.name)} · {texts(_STATES[promotion.state])}",
        description="\n".join(
            [
                *term_lines(texts, plan.terms),
                rule_line(texts, plan.recurrence, zone),
                step_line(texts, report.last_step),
            ]
        ),
        colour=COIN_COLOUR,
    )
    if report.open_terms is not None and report.open_terms != plan.terms:
        promised = "\n".join(term_lines(texts, report.open_terms))
        embed.add_field(name=texts("Open now, as it was promised"), value=promised, inline=False)
    embed.add_field(name=texts("So far"), value=_sums(texts, report), inline=False)
    if report.past:
        lines = [_window_words(texts, one, now) for one in report.past]
        embed.add_field(name=texts("Latest windows"), value="\n".join(lines), inline=False)
    coming = [window_line(texts, one.starts_at, one.ends_at) for one in report.coming]
    none = texts("No window is to come.")
    embed.add_field(name=texts("Next windows"), value="\n".join(coming) or none, inline=False)
    embed.add_field(
        name=texts("Announcement"),
        value="\n".join(announcement_lines(texts, plan.announcement)),
        inline=False,
    )
    return embed.set_footer(text=texts("Promotion {number:receipt}", number=promotion.promotion_id))


def _sums(texts: Texts, report: Report) -> str:
    promotion = report.promotion
    lines = [
        texts.plural("{count} buyer", "{count} buyers", report.buyers)
        + " · "
        + texts(
            "{sold:coins} sold · {given:coins} given as bonus",
            sold=report.coins_sold,
            given=report.bonus_given,
        )
    ]
    if promotion.plan.terms.budget_coins:
        left = promotion.budget_left
        lines.append(texts("Left of the budget: {left:coins}", left=left))
    return "\n".join([*lines, *_unsent_lines(texts, report)])


def _unsent_lines(texts: Texts, report: Report) -> Iterator[str]:
    """Yield that announcements failed, and of the latest which, where and why."""
    if not report.unsent:
        return
    yield "⚠️ " + texts.plural(
        "{count} announcement was not made as planned:",
        "{count} announcements were not made as planned, the latest:",
        report.unsent_count,
    )
    for one in report.unsent:
        words = texts(
            _UNSENT[one.kind],
            start=one.starts_at,
            channel=f"<#{one.channel_id}>",
            why=texts(_WHY[one.why], role=f"<@&{one.role_id}>"),
        )
        yield f"-# {words}"


def _window_words(texts: Texts, window: Window, now: int) -> str:
    # What the jobs noted may be a moment behind the clock.
    state = "running" if window.ends_at > now else window.state
    if window.ends_at <= now and window.state == "running":
        state = "ended"
    line = window_line(texts, window.starts_at, window.ends_at)
    return f"{line} · {texts(_WINDOW_STATES[state])}"


class ListButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_list:(?P<page>\d{1,3})",
):
    """Turns to another page of the promotions."""

    def __init__(self, page: int, label: str | None = None) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"bouquet:promo_list:{page}"))
        self.page = page

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["page"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            embed, view = await list_card(answer, self.page)
            await answer.update(embed=embed, view=view)


async def list_card(answer: Answer, page: int) -> tuple[discord.Embed, discord.ui.View]:
    """Return one page of promotions, with the buttons to those beside it."""
    admin = answer.admin()
    economy = economy_of(answer.interaction)
    promotions = await economy.promotions.list(admin.guild_id)
    page = min(page, max(len(promotions) - 1, 0) // LISTED_AT_ONCE)
    shown = promotions[page * LISTED_AT_ONCE : (page + 1) * LISTED_AT_ONCE]
    reports = [await _report(economy, promotion) for promotion in shown]
    view = discord.ui.View()
    if page:
        view.add_item(ListButton(page - 1, answer.texts("Back")))
    if (page + 1) * LISTED_AT_ONCE < len(promotions):
        view.add_item(ListButton(page + 1, answer.texts("More")))
    embed = list_embed(answer.texts, reports, snowflake_seconds(answer.interaction.id))
    over = len(await economy.promotions.list_over(admin.guild_id))
    if over:
        hint = answer.texts.plural(
            "{count} more is over: /promo show finds it.",
            "{count} more are over: /promo show finds them.",
            over,
        )
        embed.set_footer(text=hint)
    return embed, view


async def _report(economy: Economy, promotion: Promotion) -> Report:
    return await economy.promotion_reports.report(promotion.guild_id, promotion.promotion_id)
