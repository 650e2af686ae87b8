"""How a promotion goes: its windows, who bought, what was sold and given."""

from dataclasses import dataclass

from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.notices import Why
from bot.services.promotion_rows import find_open_terms
from bot.services.promotion_steps import Step, last_step
from bot.services.promotion_terms import Terms
from bot.services.promotions import Promotion, Promotions
from bot.services.season_marks import season_before

WINDOWS_SHOWN = 5
UNSENT_SHOWN = 3
SLICES = 12


@dataclass(frozen=True, slots=True)
class Window:
    """One occurrence of a promotion (seconds, UTC)."""

    window_id: int
    local_date: str
    starts_at: int
    ends_at: int
    state: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """An announcement of a window (seconds, UTC) that was not made as it was meant: where and why.

    `kind` is "started" or "ending".
    """

    kind: str
    starts_at: int
    channel_id: int
    role_id: int
    why: Why


@dataclass(frozen=True, slots=True)
class Report:
    """A promotion with its latest and next windows, and what came of all of them.

    Coins sold are those of the packs, bonus coins what the promotion gave on top. `unsent` are the
    latest of the `unsent_count` announcements that were not made as they were meant. `open_terms`
    are those of the window that is open now, which stay as they were promised whatever the
    promotion's next windows will bring.
    """

    promotion: Promotion
    past: tuple[Window, ...]
    coming: tuple[Window, ...]
    buyers: int
    coins_sold: int
    bonus_given: int
    unsent_count: int
    unsent: tuple[Unsent, ...]
    open_terms: Terms | None
    last_step: Step


@dataclass(frozen=True, slots=True)
class Sales:
    """Coins sold in the guild by equal slices of a window, and of the same time the week before.

    Only those of the window's season count: play money of the season before was no sale.
    """

    during: tuple[int, ...]
    before: tuple[int, ...]


class PromotionReports:
    """The service of reports; only reads."""

    def __init__(self, books: Books, promotions: Promotions, clock: Clock) -> None:
        self._books = books
        self._promotions = promotions
        self._clock = clock

    async def report(self, guild_id: int, promotion_id: int) -> Report:
        """Return how a promotion goes.

        Raises:
            PromotionNotFound: there is none of that number.
        """
        promotion = await self._promotions.find(guild_id, promotion_id)
        now = self._clock()
        key = (guild_id, promotion_id)
        sums = await self._books.read(
            "SELECT buyers, pack_coins, bonus_coins FROM promotion_total"
            " WHERE guild_id = ? AND promotion_id = ?",
            key,
        )
        unsent = await self._books.read(_UNSENT_SQL, key)
        buyers, coins_sold, bonus_given = sums[0] if sums else (0, 0, 0)
        return Report(
            promotion=promotion,
            past=await self._windows("starts_at <= ? ORDER BY starts_at DESC", key, now),
            coming=await self._windows("starts_at > ? ORDER BY starts_at", key, now),
            buyers=buyers,
            coins_sold=coins_sold,
            bonus_given=bonus_given,
            unsent_count=len(unsent),
            unsent=tuple(_unsent(*row) for row in unsent[:UNSENT_SHOWN]),
            open_terms=await find_open_terms(self._books.read, *key, now),
            last_step=await last_step(self._books.read, *key),
        )

    async def sales(self, guild_id: int, window_id: int) -> Sales:
        """Return what was sold in a window, and a week before it; nothing for an unknown one."""
        rows = await self._books.read(
            "SELECT starts_at, ends_at FROM promotion_window WHERE guild_id = ? AND window_id = ?",
            (guild_id, window_id),
        )
        if not rows:
            return Sales((0,) * SLICES, (0,) * SLICES)
        starts_at, ends_at = rows[0]
        # The same hours of the same weekday, or of the days before when a window is longer.
        week_seconds = 7 * DAY_SECONDS
        back = week_seconds * max(1, -(-(ends_at - starts_at) // week_seconds))
        season = await season_before(self._books.read, guild_id, ends_at)
        return Sales(
            await self._sold(guild_id, season.entry_id, starts_at, ends_at),
            await self._sold(guild_id, season.entry_id, starts_at - back, ends_at - back),
        )

    async def _sold(
        self, guild_id: int, after_entry_id: int, starts_at: int, ends_at: int
    ) -> tuple[int, ...]:
        lasts = max(ends_at - starts_at, 1)
        rows = await self._books.read(
            "SELECT (ordered_at - ?) * ? / ?, SUM(pack_coins) FROM purchase_order"
            " WHERE guild_id = ? AND ordered_at >= ? AND ordered_at < ? AND entry_id > ?"
            " GROUP BY 1",
            (starts_at, SLICES, lasts, guild_id, starts_at, ends_at, after_entry_id),
        )
        sold = dict(map(tuple, rows))
        return tuple(sold.get(number, 0) for number in range(SLICES))

    async def _windows(self, condition: str, key: tuple[int, int], now: int) -> tuple[Window, ...]:
        rows = await self._books.read(
            "SELECT window_id, local_date, starts_at, ends_at, state FROM promotion_window"
            f" WHERE guild_id = ? AND promotion_id = ? AND {condition} LIMIT {WINDOWS_SHOWN}",
            (*key, now),
        )
        return tuple(Window(*row) for row in rows)


# By the promotion's windows: what a guild has said in its life may be much more.
_UNSENT_SQL = """
SELECT o.kind, w.starts_at, t.channel_id, t.role_id, o.why
  FROM promotion_window AS w CROSS JOIN outbox AS o USING (guild_id, window_id)
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = o.terms_id
 WHERE w.guild_id = ? AND w.promotion_id = ? AND o.kind IN ('started', 'ending')
   AND (o.state = 'given_up' AND o.why <> 'unwanted' OR o.why = 'role')
 ORDER BY w.starts_at DESC, o.kind
"""


def _unsent(kind: str, starts_at: int, channel_id: int, role_id: int, why: str) -> Unsent:
    return Unsent(kind, starts_at, channel_id, role_id, Why(why))
