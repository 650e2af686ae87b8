"""A streamer's report as an embed: what everybody may see of it, and what is the streamer's own."""

from collections.abc import Iterator

import discord
from babel.dates import format_skeleton, get_timezone_location
from babel.numbers import format_percent

from bot.services.earnings import Earnings
from bot.services.earnings_periods import Period, Span
from bot.services.live_rows import Live
from bot.services.supporters import Supporters
from bot.services.zones import wall_at
from bot.texts import N_, Texts
from cogs.earnings_picture import hour_label, step_label
from cogs.live_words import live_line
from cogs.looks import DIAMOND, GARDEN_COLOUR
from cogs.price_notes import streamer_note, with_note
from cogs.split_words import reserved_line

PERIODS = {
    Period.TODAY: N_("Today"),
    Period.WEEK: N_("7 days"),
    Period.FOUR_WEEKS: N_("28 days"),
    Period.QUARTER_YEAR: N_("90 days"),
    Period.MONTH: N_("This month"),
    Period.ALL: N_("All"),
}
# What a report is compared with, the same for equals, for nothing, and for less or more.
_COMPARED = (
    N_("As much as in the same time before"),
    N_("Nothing in the same time before"),
    N_("{sign} {change} on the same time before, which had {coins:coins}"),
)
_COMPARED_LIVE = (
    N_("As much as in the live before"),
    N_("Nothing in the live before"),
    N_("{sign} {change} on the live before, which had {coins:coins}"),
)
_COMPARED_RUNNING = (
    N_("As much as in the live before at this point"),
    N_("Nothing in the live before at this point"),
    N_("{sign} {change} on the live before at this point, which had {coins:coins}"),
)
# In a shorter live the picture says it better.
_LEAST_SECONDS_WITH_HOURS = 2 * 60 * 60
_BAR_CELLS = 10
_BARS = 14
_BEST_HOURS = 3
_TOP_SUPPORTERS = 5
_RELEASES = 4


def earnings_embed(
    texts: Texts, name: str, earnings: Earnings, *, is_all: bool, is_drawn: bool
) -> discord.Embed:
    """Return a report: all of it, or what is public; with bars in words where none are drawn."""
    embed = _head(texts, texts("Earnings of {name}", name=_escaped(name)), earnings)
    received = "\n".join(_received_lines(texts, earnings, is_all=is_all))
    embed.add_field(name="💐 " + texts("Received"), value=received, inline=False)
    if is_all:
        _add_own(embed, texts, earnings)
    if not is_drawn:
        embed.add_field(name=texts("By time"), value=_bars(texts, earnings), inline=False)
    if any(earnings.hours) and _has_hours(earnings):
        hours = "\n".join(_best_hours(texts, earnings.hours))
        embed.add_field(name="🕗 " + texts("Best hours"), value=hours)
    supporters = "\n".join(_supporter_lines(texts, earnings.supporters, _TOP_SUPPORTERS))
    embed.add_field(name="💝 " + texts("Supporters"), value=supporters, inline=False)
    return with_note(embed, streamer_note(texts))


def supporters_embed(texts: Texts, name: str, earnings: Earnings) -> discord.Embed:
    """Return the list of those who sent most."""
    embed = _head(texts, texts("Supporters of {name}", name=_escaped(name)), earnings)
    supporters = earnings.supporters
    lines = "\n".join(_supporter_lines(texts, supporters, len(supporters.top)))
    embed.description = f"{embed.description}\n\n{lines}"
    return with_note(embed, streamer_note(texts))


def _has_hours(earnings: Earnings) -> bool:
    span = earnings.span
    return span.live is None or span.lasts_seconds > _LEAST_SECONDS_WITH_HOURS


def _head(texts: Texts, title: str, earnings: Earnings) -> discord.Embed:
    words = _when(texts, earnings.span)
    return discord.Embed(title=title, description=words, colour=GARDEN_COLOUR)


def _when(texts: Texts, span: Span) -> str:
    """Return which period or live it is, and when."""
    if span.live is not None:
        return live_line(texts, span.live)
    assert span.period is not None
    since = format_skeleton("yMMMd", wall_at(span.starts_at, span.zone), locale=texts.locale)
    city = get_timezone_location(span.zone, locale=texts.locale, return_city=True)
    when = texts("since {day}, {city} time", day=since, city=city)
    return f"**{texts(PERIODS[span.period])}** · {when}"


def _received_lines(texts: Texts, earnings: Earnings, *, is_all: bool) -> Iterator[str]:
    received = earnings.received
    yield texts(
        "**{coins:coins}** in {gifts:gifts}\n{paid} from bought · {bonus} from bonus coins",
        coins=received.coins,
        gifts=received.gifts,
        paid=received.paid_coins,
        bonus=received.bonus_coins,
    )
    if is_all and received.fee_coins:
        yield texts("{fee:amount} fee", fee=received.fee_coins)
    if is_all and received.returned_coins:
        yield texts(
            "{coins:coins} went back in this time, as payments did", coins=received.returned_coins
        )
    if is_all and earnings.shared.in_coins:
        yield texts("{coins:coins} shared with you", coins=earnings.shared.in_coins)
    if is_all and earnings.shared.out_coins:
        yield texts("{coins:coins} shared with others", coins=earnings.shared.out_coins)
    if earnings.before is not None:
        yield _comparison(texts, earnings.span.live, received.coins, earnings.before.coins)


def _comparison(texts: Texts, live: Live | None, coins: int, before: int) -> str:
    as_much, nothing, changed = _COMPARED
    if live is not None:
        as_much, nothing, changed = _COMPARED_LIVE if live.ended_at else _COMPARED_RUNNING
    if coins == before:
        return texts(as_much)
    if not before:
        return texts(nothing)
    change = format_percent(abs(coins - before) / before, locale=texts.locale)
    return texts(
        changed,
        sign="▲" if coins > before else "▼",
        change=change,
        coins=before,
    )


def _add_own(embed: discord.Embed, texts: Texts, earnings: Earnings) -> None:
    """Add what is the streamer's own business: holds, coins to convert, diamonds."""
    if earnings.held.coins:
        held = "\n".join(_hold_lines(texts, earnings))
        embed.add_field(name="⏳ " + texts("On hold"), value=held)
    convertible = texts(
        "**{left:coins}** to `/convert`\n{coins:coins} → {diamonds:diamonds} in this time",
        left=earnings.convertible_coins,
        coins=earnings.converted_coins,
        diamonds=earnings.made_diamonds,
    )
    if earnings.reserved.coins:
        convertible += "\n" + reserved_line(texts, earnings.reserved.coins)
    embed.add_field(name="♻️ " + texts("Convertible"), value=convertible)
    diamonds = texts(
        "**{diamonds:diamonds}** to `/claim request`\n{claimed} in claims · {paid} paid out",
        diamonds=earnings.wallet.diamonds,
        claimed=earnings.wallet.claimed_diamonds,
        paid=earnings.paid_out_diamonds,
    )
    embed.add_field(name=f"{DIAMOND} " + texts("Diamonds"), value=diamonds)


def _hold_lines(texts: Texts, earnings: Earnings) -> Iterator[str]:
    yield texts("**{coins:coins}**", coins=earnings.held.coins)
    for release in earnings.releases[:_RELEASES]:
        yield texts("{coins:coins} {at:until}", coins=release.coins, at=release.at)
    rest = earnings.releases[_RELEASES:]
    if rest:
        coins = sum(release.coins for release in rest)
        yield texts("{coins:coins} later, the last {at:until}", coins=coins, at=rest[-1].at)
    if earnings.held.disputed_coins:
        yield texts("{coins:coins} until a bank has decided", coins=earnings.held.disputed_coins)


def _bars(texts: Texts, earnings: Earnings) -> str:
    days = earnings.days[-_BARS:]
    # The bars are parts of what was received, which stands with its price above.
    most = max(day.coins for day in days) or 1
    lines: list[str] = []
    for day in days:
        cells = -(-day.coins * _BAR_CELLS // most)  # rounded up: a little is more than nothing
        bar = "█" * cells + "░" * (_BAR_CELLS - cells)
        when = step_label(texts, earnings.span, day.starts_at)
        lines.append(f"`{when:>10} {bar} {texts.number(day.coins):>9}`")
    return "\n".join(lines)


def _best_hours(texts: Texts, hours: tuple[int, ...]) -> Iterator[str]:
    ranked = sorted(range(len(hours)), key=lambda hour: (-hours[hour], hour))
    for hour in ranked[:_BEST_HOURS]:
        if hours[hour]:
            yield texts(
                "{start} to {end} · {coins:coins}",
                start=hour_label(texts, hour),
                end=hour_label(texts, (hour + 1) % len(hours)),
                coins=hours[hour],
            )


def _supporter_lines(texts: Texts, supporters: Supporters, most: int) -> Iterator[str]:
    if not supporters.top:
        yield texts("Nobody in this time.")
    for place, supporter in enumerate(supporters.top[:most], start=1):
        yield texts(
            "{place}. <@{member}> · {coins:coins} in {gifts:gifts}",
            place=place,
            member=str(supporter.member_id),
            coins=supporter.coins,
            gifts=supporter.gifts,
        )
    rest = supporters.count - len(supporters.top[:most])
    if rest:
        yield texts.plural("and {count} more", "and {count} more", rest)
    if supporters.made_at:
        # Of very many gifts they are not looked through each time.
        yield texts("-# As of {at:until}", at=supporters.made_at)


def _escaped(name: str) -> str:
    return discord.utils.escape_markdown(name)
