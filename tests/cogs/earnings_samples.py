"""Reports of earnings made by hand, for tests of what is shown of them."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.earnings import DayEarned, Earnings
from bot.services.earnings_periods import Period, Span, span_of
from bot.services.earnings_rows import Shared, Sums
from bot.services.holds import Held
from bot.services.live_rows import Live
from bot.services.live_spans import live_span_of
from bot.services.share_rows import Reserved
from bot.services.supporters import Supporters
from bot.services.wallets import Wallet

BERLIN = ZoneInfo("Europe/Berlin")
# 15 January 2027, 09:00 in Berlin.
NOW = 1_800_000_000
LIVE_AT = NOW + 11 * 60 * 60 + 7 * 60
YEAR = 365 * 24 * 60 * 60


def earnings_of(
    period: Period = Period.WEEK, *, first_at: int = NOW, empty: bool = False, **values: Any
) -> Earnings:
    """Return a report of a period in which more was received with every step, unless `empty`."""
    return report_of(
        span_of(period, now=NOW, first_at=first_at, zone=BERLIN), empty=empty, **values
    )


def live_earnings_of(lasts_seconds: int, *, ended: bool = True, **values: Any) -> Earnings:
    """Return a report of a live that began at 20:07 in Berlin, which received more and more."""
    live = Live(
        guild_id=7,
        live_id=3,
        streamer_id=20,
        season=1,
        title="Songs by the fire",
        started_at=LIVE_AT,
        ended_at=LIVE_AT + lasts_seconds if ended else 0,
    )
    span = live_span_of(live, None, now=LIVE_AT + lasts_seconds, zone=BERLIN)
    return report_of(span, **values)


def report_of(span: Span, *, empty: bool = False, **values: Any) -> Earnings:
    """Return a report of a span in which more was received with every step, unless `empty`."""
    days = tuple(
        DayEarned(starts_at, *((0, 0, 0) if empty else (100 * number, 40 * number % 90, number)))
        for number, starts_at in enumerate(span.starts, start=1)
    )
    sums = Sums(
        gifts=sum(day.gifts for day in days),
        paid_coins=sum(day.paid_coins for day in days),
        bonus_coins=sum(day.bonus_coins for day in days),
    )
    report = Earnings(
        span=span,
        days=days,
        received=sums,
        before=None,
        hours=tuple(0 if empty else (hour * 7) % 24 for hour in range(24)),
        supporters=Supporters((), 0),
        shared=Shared(),
        converted_coins=0,
        made_diamonds=0,
        held=Held(),
        releases=(),
        reserved=Reserved(),
        paid_out_diamonds=0,
        wallet=Wallet(0, 0, 0, 0, 0, 0),
    )
    return replace(report, **values)
