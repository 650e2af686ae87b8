"""What was sold in a promotion's window beside the same hours before: a picture, else bars."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location
from babel.numbers import format_compact_decimal

from bot.pictures.charts import BarChart, Mark, Series, even_marks
from bot.pictures.studio import Studio
from bot.services.clock import DAY_SECONDS
from bot.services.promotion_reports import Sales, Window
from bot.texts import Texts
from cogs.pictures import Picture, drawn

PICTURE_NAME = "sales.png"
_BAR_CELLS = 10


async def sales_picture(
    studio: Studio | None, texts: Texts, window: Window, sales: Sales, zone: ZoneInfo
) -> Picture | None:
    """Return a picture of the sales, or None where none can be drawn."""
    numbers = sales_words(texts, window, sales, lambda at: _clock(texts, window, at, zone))
    alt = texts(
        "Bars over time. {numbers} Times are those of {city}.",
        numbers=numbers,
        city=_city(texts, zone),
    )
    return await drawn(
        studio,
        texts,
        lambda language: sales_chart(language, window, sales, zone),
        name=PICTURE_NAME,
        alt=alt,
    )


def sales_chart(texts: Texts, window: Window, sales: Sales, zone: ZoneInfo) -> BarChart:
    """Return what there is to draw."""
    marks = even_marks(max(*sales.during, *sales.before))
    return BarChart(
        places=tuple(
            _clock(texts, window, _starts_at(window, sales, number), zone)
            for number in range(len(sales.during))
        ),
        axis=texts("{city} time", city=_city(texts, zone)),
        bars=(Series(texts("Latest window"), sales.during),),
        compared=Series(texts("Same hours before"), sales.before),
        marks=tuple(Mark(value, _compact(texts, value)) for value in marks),
        nothing=texts("Nothing was sold in these hours."),
    )


def sales_words(
    texts: Texts, window: Window, sales: Sales, when: Callable[[int], str] = "<t:{}:f>".format
) -> str:
    """Return the numbers that matter; `when` writes a time, in an embed as Discord's own."""
    if not any((*sales.during, *sales.before)):
        return texts("Nothing was sold in these hours.")
    words = texts(
        "{sold:coins}; {before:coins} in the same hours before.",
        sold=sum(sales.during),
        before=sum(sales.before),
    )
    most = max(sales.during)
    if most:
        at = _starts_at(window, sales, sales.during.index(most))
        words += " " + texts("Most from {start}: {most:coins}.", start=when(at), most=most)
    return words


def sales_bars(texts: Texts, window: Window, sales: Sales, zone: ZoneInfo) -> str:
    """Return a line for each slice of a window: when, how much, and how much before."""
    most = max(*sales.during, *sales.before) or 1
    lines: list[str] = []
    for number, (sold, before) in enumerate(zip(sales.during, sales.before, strict=True)):
        cells = -(-sold * _BAR_CELLS // most)  # rounded up: a little is more than nothing
        bar = "█" * cells + "░" * (_BAR_CELLS - cells)
        clock = _clock(texts, window, _starts_at(window, sales, number), zone)
        lines.append(f"`{clock} {bar} {texts.number(sold):>9} ({texts.number(before)})`")
    return "\n".join(lines)


def _starts_at(window: Window, sales: Sales, number: int) -> int:
    return window.starts_at + (window.ends_at - window.starts_at) * number // len(sales.during)


def _clock(texts: Texts, window: Window, at: int, zone: ZoneInfo) -> str:
    """Return a time on the guild's clock; the day too, where one window has several."""
    pattern = "HH:mm" if window.ends_at - window.starts_at <= DAY_SECONDS else "d MMM HH:mm"
    moment = datetime.fromtimestamp(at, zone)
    return format_datetime(moment, pattern, tzinfo=zone, locale=texts.locale)


def _city(texts: Texts, zone: ZoneInfo) -> str:
    return get_timezone_location(zone, locale=texts.locale, return_city=True)


def _compact(texts: Texts, value: int) -> str:
    return format_compact_decimal(value, locale=texts.locale, fraction_digits=1)
