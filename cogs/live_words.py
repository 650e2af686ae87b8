"""Lives in words: when one was and how long, and what the channel is told of it."""

from zoneinfo import ZoneInfo

import discord
from babel.dates import format_skeleton, format_time
from babel.units import format_unit

from bot.services.earnings import Earnings
from bot.services.live_rows import MOST_LIVE_SECONDS, Live
from bot.services.zones import wall_at
from bot.texts import Texts
from cogs.looks import GARDEN_COLOUR, QUIET_COLOUR, quoted
from cogs.promo_words import escaped, window_line

_HOUR_SECONDS = 60 * 60
_MINUTE_SECONDS = 60
_MOST_CHOICE_CHARACTERS = 100


def choice_words(texts: Texts, live: Live, zone: ZoneInfo) -> str:
    """Return what a live is called in a list of choices, on the guild's clock."""
    wall = wall_at(live.started_at, zone)
    words = texts(
        " — {day}, {time} ({lasts})",
        day=format_skeleton("MMMd", wall, locale=texts.locale),
        time=format_time(wall, "short", locale=texts.locale),
        lasts=_lasts(texts, live) if live.ended_at else texts("running"),
    )
    title, room = live.title or texts("Live"), _MOST_CHOICE_CHARACTERS - len(words)
    return (title if len(title) <= room else title[: room - 1] + "…") + words


def live_line(texts: Texts, live: Live) -> str:
    """Return a live's title and when it was, in each reader's own time."""
    title = escaped(live.title) or texts("Live")
    if not live.ended_at:
        return texts("🔴 **{title}** · live since {start:at}", title=title, start=live.started_at)
    return texts(
        "**{title}** · {when} · {lasts}",
        title=title,
        when=window_line(texts, live.started_at, live.ended_at),
        lasts=_lasts(texts, live),
    )


def started_embed(texts: Texts, live: Live) -> discord.Embed:
    """Return what the channel reads when a live begins."""
    return discord.Embed(
        description="\n".join(
            (
                texts("🔴 **<@{streamer}> is live**", streamer=str(live.streamer_id)),
                *([quoted(live.title)] if live.title else []),
                texts("`/gift` sends a gift."),
                "-# "
                + texts(
                    "`/live end` ends it, and after {hours} hours it ends by itself.",
                    hours=MOST_LIVE_SECONDS // _HOUR_SECONDS,
                ),
            )
        ),
        colour=GARDEN_COLOUR,
    )


def ended_embed(texts: Texts, live: Live, earnings: Earnings) -> discord.Embed:
    """Return what the channel reads when a live is over; coins are the streamer's own business."""
    return discord.Embed(
        description="\n".join(
            (
                texts(
                    "**<@{streamer}>'s live is over** after {lasts}",
                    streamer=str(live.streamer_id),
                    lasts=_lasts(texts, live),
                ),
                *([quoted(live.title)] if live.title else []),
                _thanks(texts, earnings),
            )
        ),
        colour=QUIET_COLOUR,
    )


def _thanks(texts: Texts, earnings: Earnings) -> str:
    if not earnings.received.gifts:
        return texts("No gifts this time.")
    return "💐 " + texts.plural(
        "{gifts:gifts} from {count} supporter",
        "{gifts:gifts} from {count} supporters",
        earnings.supporters.count,
        gifts=earnings.received.gifts,
    )


def _lasts(texts: Texts, live: Live) -> str:
    """Return how long a live went on that is over: hours and minutes, or seconds of a short one."""
    hours, seconds = divmod(live.ended_at - live.started_at, _HOUR_SECONDS)
    minutes = seconds // _MINUTE_SECONDS
    parts = [("hour", hours), ("minute", minutes)]
    if not hours and not minutes:
        return format_unit(seconds, "duration-second", "short", locale=texts.locale)
    return " ".join(
        format_unit(count, f"duration-{unit}", "short", locale=texts.locale)
        for unit, count in parts
        if count
    )
