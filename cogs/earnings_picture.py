"""What a streamer received as a picture: a bar for each step of the time, a line of the total."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time, get_timezone_location
from babel.numbers import format_compact_decimal

from bot.pictures.charts import BarChart, Mark, Series, even_marks
from bot.pictures.studio import Studio
from bot.services.earnings import Earnings
from bot.services.earnings_periods import Period, Span, Step
from bot.services.zones import wall_at
from bot.texts import N_, Texts
from cogs.pictures import Picture, drawn

PICTURE_NAME = "earnings.png"

# How a bar is called, as short as CLDR knows it.
_SKELETONS = {Step.DAY: "MMMd", Step.MONTH: "yMMM", Step.YEAR: "y"}
_ALT = {
    Step.QUARTER: N_("Bars by quarter of an hour, and a line of the total. {numbers}"),
    Step.HOUR: N_("Bars by hour, and a line of the total. {numbers}"),
    Step.DAY: N_("Bars by day, and a line of the total. {numbers}"),
    Step.MONTH: N_("Bars by month, and a line of the total. {numbers}"),
    Step.YEAR: N_("Bars by year, and a line of the total. {numbers}"),
}


async def earnings_picture(
    studio: Studio | None, texts: Texts, earnings: Earnings
) -> Picture | None:
    """Return a picture of what was received, or None where none can be drawn."""
    return await drawn(
        studio,
        texts,
        lambda language: earnings_chart(language, earnings),
        name=PICTURE_NAME,
        alt=earnings_alt(texts, earnings),
    )


def earnings_chart(texts: Texts, earnings: Earnings) -> BarChart:
    """Return what there is to draw: today by the hour, any other time by its steps."""
    if earnings.span.period is Period.TODAY:
        return _chart(
            texts,
            [hour_label(texts, hour) for hour in range(len(earnings.hours))],
            (Series(texts("Received"), earnings.hours),),
            earnings.span.zone,
        )
    days = earnings.days
    return _chart(
        texts,
        [step_label(texts, earnings.span, day.starts_at) for day in days],
        (
            Series(texts("From bought coins"), tuple(day.paid_coins for day in days)),
            Series(texts("From bonus coins"), tuple(day.bonus_coins for day in days)),
        ),
        earnings.span.zone,
    )


def earnings_alt(texts: Texts, earnings: Earnings) -> str:
    """Return the numbers of the picture in words, for who cannot see it."""
    received = earnings.received
    if not received.coins:
        return texts("Nothing was received in this time.")
    numbers = texts(
        "{coins:coins} in {gifts:gifts}: {paid:amount} from bought, {bonus:amount} from bonus"
        " coins.",
        coins=received.coins,
        gifts=received.gifts,
        paid=received.paid_coins,
        bonus=received.bonus_coins,
    )
    if earnings.span.period is Period.TODAY:
        return texts(_ALT[Step.HOUR], numbers=numbers)
    best = max(earnings.days, key=lambda day: day.coins)
    when = step_label(texts, earnings.span, best.starts_at)
    most = N_("Most in {when}: {most:coins}.")
    if earnings.span.live is not None:
        most = N_("Most from {when} on: {most:coins}.")
    numbers += " " + texts(most, when=when, most=best.coins)
    return texts(_ALT[earnings.span.step], numbers=numbers)


def step_label(texts: Texts, span: Span, starts_at: int) -> str:
    """Return what a step of the time is called that begins at an instant (seconds, UTC)."""
    wall = wall_at(starts_at, span.zone)
    if span.live is not None:
        return format_time(wall, "short", locale=texts.locale)
    return format_skeleton(_SKELETONS[span.step], wall, locale=texts.locale)


def hour_label(texts: Texts, hour: int) -> str:
    """Return when an hour of the day begins (0 to 23)."""
    return format_time(datetime(2000, 1, 1, hour), "short", locale=texts.locale)  # noqa: DTZ001 - an hour of any day


def _chart(
    texts: Texts, places: Sequence[str], bars: tuple[Series, ...], zone: ZoneInfo
) -> BarChart:
    by_place = [sum(values) for values in zip(*(series.values for series in bars), strict=True)]
    total = tuple(accumulate(by_place))
    city = get_timezone_location(zone, locale=texts.locale, return_city=True)
    return BarChart(
        places=tuple(places),
        axis=texts("{city} time", city=city),
        bars=bars,
        marks=_marks(texts, max(by_place)),
        line=Series(texts("Total"), total) if total[-1] else None,
        line_marks=_marks(texts, total[-1]) if total[-1] else (),
        nothing=texts("Nothing was received in this time."),
    )


def _marks(texts: Texts, most: int) -> tuple[Mark, ...]:
    return tuple(Mark(value, _short(texts, value)) for value in even_marks(most))


def _short(texts: Texts, value: int) -> str:
    short = format_compact_decimal(value, locale=texts.locale, fraction_digits=1)
    # Some languages have no short word for thousands, and Babel then forgets to group them.
    return texts.number(value) if short.isdecimal() else short
