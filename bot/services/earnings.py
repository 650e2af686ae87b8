"""What a streamer received and what became of it: sums, days, hours, supporters, holds.

The sums of `tallies` are read, and what came since is added, so that a report is exact at any time
and reads little, however many gifts there were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.ledger.books import Books
from bot.live_errors import LiveUnknown
from bot.services.clock import Clock
from bot.services.earnings_periods import Period, Span, offsets_of, span_of
from bot.services.earnings_rows import (
    HOURS_A_DAY,
    Shared,
    Snapshot,
    Streamer,
    Sums,
    read_converted,
    read_paid_out,
    read_returned,
    read_shared,
    read_snapshot,
    read_streamer,
    step_of,
)
from bot.services.edge_rows import edges_of, read_edges, whole_quarters
from bot.services.guilds import Guilds
from bot.services.holds import Held, held_coins
from bot.services.live_rows import find_live, live_before
from bot.services.live_spans import live_span_of
from bot.services.releases import Release, ReleaseDay, less_returned, release_days, releases_of
from bot.services.share_rows import Reserved, reserved_coins
from bot.services.supporters import Supporters, read_supporters
from bot.services.tally_rows import HOUR_SECONDS, QUARTER_SECONDS, received_rows_of
from bot.services.wallets import Wallet, Wallets
from bot.services.zones import wall_at


@dataclass(frozen=True, slots=True)
class DayEarned:
    """What was received on one day, or in one other step, which begins at `starts_at`.

    Coins are after the fee; `starts_at` is in seconds, UTC, where the guild's clock begins it.
    """

    starts_at: int
    paid_coins: int
    bonus_coins: int
    gifts: int

    @property
    def coins(self) -> int:
        """Return what arrived (coins)."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """A streamer's earnings over a period or a live, and what there is now.

    `before` is the time just before the period, as long as what is over of it, or the live before;
    None where there is none. `hours` are coins by the hour of the guild's clock. `converted_coins`
    and `made_diamonds` are of that time, `paid_out_diamonds` of the whole season; `releases` say
    when which coins pass their hold; `reserved` is for those the streamer shares with.
    """

    span: Span
    days: tuple[DayEarned, ...]
    received: Sums
    before: Sums | None
    hours: tuple[int, ...]
    supporters: Supporters
    shared: Shared
    converted_coins: int
    made_diamonds: int
    held: Held
    releases: tuple[Release, ...]
    reserved: Reserved
    paid_out_diamonds: int
    wallet: Wallet

    @property
    def convertible_coins(self) -> int:
        """Return the coins that can be converted now."""
        wallet, held, reserved = self.wallet, self.held, self.reserved
        paid = wallet.earned_paid_coins - held.paid_coins - reserved.paid_coins
        bonus = wallet.earned_bonus_coins - held.bonus_coins - reserved.bonus_coins
        return max(paid, 0) + max(bonus, 0)


class EarningsReports:
    """The service of earnings; only reads."""

    def __init__(self, books: Books, guilds: Guilds, wallets: Wallets, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._wallets = wallets
        self._clock = clock

    async def report(
        self, guild_id: int, streamer_id: int, chosen: Period | int = Period.WEEK
    ) -> Earnings:
        """Return the earnings of a period on the guild's clock, to now, or of a live by its number.

        What a season before this one brought does not count.

        Raises:
            LiveUnknown: the streamer had no such live in this season.
        """
        read, now = self._books.read, self._clock()
        settings = (await self._guilds.get(guild_id)).settings
        zone = ZoneInfo(settings.timezone)
        streamer = await read_streamer(read, guild_id, streamer_id)
        span = await self._span(streamer, chosen, now, zone)
        held = await held_coins(read, guild_id, streamer_id, settings, now)
        days = release_days(held.until, now, settings.hold_days, zone)
        looked = await self._look(streamer, span, days, zone)
        received = sum(looked.step_sums, start=Sums())
        converted_coins, made_diamonds = await read_converted(read, streamer, span)
        return Earnings(
            span=span,
            days=looked.days,
            received=received,
            before=looked.before,
            hours=looked.hour_coins,
            supporters=await read_supporters(
                read, streamer, span, gifts=received.gifts, fresh_after=looked.fresh_after, now=now
            ),
            shared=await read_shared(read, streamer, span),
            converted_coins=converted_coins,
            made_diamonds=made_diamonds,
            held=held,
            releases=releases_of(
                held,
                days,
                less_returned(days, looked.waiting_coins, await read_returned(read, streamer)),
            ),
            reserved=await reserved_coins(read, guild_id, streamer_id, settings, now),
            paid_out_diamonds=await read_paid_out(read, streamer),
            wallet=await self._wallets.balance(guild_id, streamer_id),
        )

    async def _span(
        self, streamer: Streamer, chosen: Period | int, now: int, zone: ZoneInfo
    ) -> Span:
        if isinstance(chosen, Period):
            return span_of(chosen, now=now, first_at=streamer.first_at or now, zone=zone)
        read, of = self._books.read, (streamer.guild_id, streamer.streamer_id, streamer.season)
        live = await find_live(read, *of, chosen)
        if live is None:
            raise LiveUnknown
        return live_span_of(live, await live_before(read, live), now=now, zone=zone)

    async def _look(
        self, streamer: Streamer, span: Span, days: Sequence[ReleaseDay], zone: ZoneInfo
    ) -> "_Looked":
        """Read the sums, and add what came since they were made, and what is at their edges."""
        read, steps = self._books.read, tuple(span.steps)
        before = [(span.before_starts_at, span.before_ends_at)] if span.before_ends_at else []
        exact = [*steps, *before]
        whole = [whole_quarters(*time) for time in exact]
        times = [*whole, *((day.sent_from, day.sent_before) for day in days)]
        # The hours of a live are those of its steps, which no hour of the clock ends within.
        offsets = tuple(offsets_of(span, zone)) if span.live is None else ()
        step_seconds = step_of((*offsets, *exact)) if span.live is None else QUARTER_SECONDS
        snapshot = await read_snapshot(read, streamer, times, offsets, step_seconds=step_seconds)
        sums, fresh_after = snapshot.sums, snapshot.fresh_after
        await self._add_fresh(streamer, snapshot, times, offsets)
        edges = tuple(edges_of(exact))
        for number, edge in (
            await read_edges(read, streamer, edges, fresh_after=fresh_after)
        ).items():
            sums[number] += edge
        step_sums = tuple(sums[: len(steps)])
        return _Looked(
            starts=span.starts,
            step_sums=step_sums,
            before=sums[len(steps)] if before else None,
            waiting_coins=tuple(each.coins for each in sums[len(exact) :]),
            hour_coins=_hours_of(span, step_sums) if span.live else tuple(snapshot.hour_coins),
            fresh_after=fresh_after,
        )

    async def _add_fresh(
        self,
        streamer: Streamer,
        snapshot: Snapshot,
        times: Sequence[tuple[int, int]],
        offsets: Sequence[tuple[int, int, int]],
    ) -> None:
        """Add to a snapshot what came after it."""
        sums, hour_coins = snapshot.sums, snapshot.hour_coins
        for row in await received_rows_of(
            self._books.read,
            streamer.guild_id,
            streamer.streamer_id,
            after=snapshot.fresh_after,
        ):
            for number, (starts_at, ends_at) in enumerate(times):
                if starts_at <= row.at < ends_at:
                    sums[number] += Sums.of(row)
            for starts_at, ends_at, offset_seconds in offsets:
                if starts_at <= row.at < ends_at:
                    hour = (row.at + offset_seconds) // HOUR_SECONDS % HOURS_A_DAY
                    hour_coins[hour] += row.paid_coins + row.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """Sums that are exact now: step by step, before, by day of release, by hour."""

    starts: tuple[int, ...]
    step_sums: tuple[Sums, ...]
    before: Sums | None
    waiting_coins: tuple[int, ...]
    hour_coins: tuple[int, ...]
    fresh_after: int

    @property
    def days(self) -> tuple[DayEarned, ...]:
        """Return what was received in each step."""
        return tuple(
            DayEarned(starts_at, step.paid_coins, step.bonus_coins, step.gifts)
            for starts_at, step in zip(self.starts, self.step_sums, strict=True)
        )


def _hours_of(span: Span, step_sums: Sequence[Sums]) -> tuple[int, ...]:
    """Return the coins of a live by hour of the guild's clock."""
    hours = [0] * HOURS_A_DAY
    for starts_at, step in zip(span.starts, step_sums, strict=True):
        hours[wall_at(starts_at, span.zone).hour] += step.coins
    return tuple(hours)
