"""Limits on what members spend on coins: their own, the guild's, and one for new buyers.

What counts are orders for money of this season that were paid, less what was refunded, and those
that still wait for their money. An own limit is lowered at once; raising it, or taking it off,
waits a day, so that nobody does it in the heat of the moment.
"""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.currencies import Money
from bot.errors import AmountOutOfBounds
from bot.ledger.books import Books
from bot.paid_errors import AboveSpendingLimit, OverSpendingLimit, PaidModeOnly
from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.guilds import Guilds, SettingsChanged, stored_settings
from bot.services.money import parse_money
from bot.services.money_orders import payable_sql
from bot.services.season_marks import season_entry_sql
from bot.services.settings import MOST_NEW_BUYER_DAYS, GuildSettings
from bot.services.spending import PERIODS_SECONDS, Limit, Spend, fits_at, spent

RAISE_SECONDS = DAY_SECONDS

_LOOK_SECONDS = 60

# How the table writes that there is no limit.
_NONE = -1


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """A member's own limit in minor units, None for none, and the one to come at `next_at`."""

    minor: int | None = None
    next_minor: int | None = None
    next_at: int = 0

    def at(self, now: int) -> "OwnLimit":
        """Return it as it is now: what was to come may have come."""
        return OwnLimit(self.next_minor) if 0 < self.next_at <= now else self

    def changed(self, minor: int | None, now: int) -> "OwnLimit":
        """Return the limit after the member asked for another one.

        A raise that waits already waits no longer for being asked again, or for less.
        """
        present = self.at(now)
        if _no_wider(minor, present.minor):
            return OwnLimit(minor)
        waits = present.next_at and _no_wider(minor, present.next_minor)
        return OwnLimit(present.minor, minor, present.next_at if waits else now + RAISE_SECONDS)


def _no_wider(minor: int | None, other: int | None) -> bool:
    return other is None or (minor is not None and minor <= other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One period as a member meets it (minor units of `currency`, None for no limit)."""

    period: str
    currency: str
    own: OwnLimit
    guild_minor: int | None
    spent_minor: int


class SpendingLimits:
    """The service of limits on spending."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def standing(self, guild_id: int, member_id: int) -> tuple[Standing, ...]:
        """Return a member's limits and what was spent, by day, week and month; none in play."""
        now = self._clock()
        settings = (await self._guilds.get(guild_id)).settings
        if not settings.is_paid:
            return ()
        own = await _own_limits(self._books.read, guild_id, member_id)
        spends = await _spends(self._books.read, guild_id, member_id, settings.currency, now)
        return tuple(
            Standing(
                period=period,
                currency=settings.currency,
                own=own.get(period, OwnLimit()).at(now),
                guild_minor=_guild_minor(settings, period) or None,
                spent_minor=spent(spends, seconds, now),
            )
            for period, seconds in PERIODS_SECONDS.items()
        )

    async def set_own(
        self, guild_id: int, member_id: int, period: str, typed: str | None, locale: str
    ) -> OwnLimit:
        """Let a member's own limit be what was typed, None for no limit; 0 lets nothing be bought.

        Raises:
            PaidModeOnly, NotMoney, MoneyOutOfBounds: nothing changed.
        """
        assert period in PERIODS_SECONDS
        currency = await self._currency(guild_id)
        minor = None if typed is None else parse_money(typed, currency, locale, least=0)

        async def write(connection: aiosqlite.Connection) -> OwnLimit:
            settings = await stored_settings(connection.execute_fetchall, guild_id)
            if not settings.is_paid or settings.currency != currency:
                raise PaidModeOnly  # another season began meanwhile
            own = await _own_limits(connection.execute_fetchall, guild_id, member_id)
            changed = own.get(period, OwnLimit()).changed(minor, self._clock())
            await _keep_own(connection, guild_id, member_id, period, changed)
            return changed

        return await self._books.do(write)

    async def set_guild(
        self, guild_id: int, admin_id: int, period: str, typed: str, locale: str
    ) -> SettingsChanged:
        """Let nobody spend more in a period than an admin typed; 0 is no limit.

        Raises:
            PaidModeOnly, NotMoney, MoneyOutOfBounds: nothing changed.
        """
        assert period in PERIODS_SECONDS
        minor = parse_money(typed, await self._currency(guild_id), locale, least=0)
        values = {f"spend_{period}_minor": minor}
        return await self._books.do(self._guilds.storing_many(guild_id, admin_id, values))

    async def set_new_buyers(
        self, guild_id: int, admin_id: int, days: int, typed: str, locale: str
    ) -> SettingsChanged:
        """Let buyers of so many days spend no more in a day than was typed; 0 is no limit.

        Raises:
            PaidModeOnly, AmountOutOfBounds, NotMoney, MoneyOutOfBounds: nothing changed.
        """
        if not 0 <= days <= MOST_NEW_BUYER_DAYS:
            raise AmountOutOfBounds(0, MOST_NEW_BUYER_DAYS)
        minor = parse_money(typed, await self._currency(guild_id), locale, least=0)
        values = {"new_buyer_days": days, "new_buyer_day_minor": minor}
        return await self._books.do(self._guilds.storing_many(guild_id, admin_id, values))

    async def _currency(self, guild_id: int) -> str:
        settings = (await self._guilds.get(guild_id)).settings
        if not settings.is_paid:
            raise PaidModeOnly
        return settings.currency


async def refuse_over(
    read: Read, guild_id: int, member_id: int, price_minor: int, now: int
) -> None:
    """Refuse an order over a limit, inside its transaction; the price is in minor units.

    Of several limits the one that holds it up longest is told.

    Raises:
        OverSpendingLimit: it fits later, and when.
        AboveSpendingLimit: it never fits, as it is above the limit by itself.
    """
    settings = await stored_settings(read, guild_id)
    limits = await _limits(read, guild_id, member_id, settings, now)
    if not limits:
        return
    spends = await _spends(read, guild_id, member_id, settings.currency, now)
    fits = [(fits_at(spends, limit, price_minor, now), limit) for limit in limits]
    for at, limit in fits:
        if at is None:
            most = Money(limit.minor, settings.currency)
            raise AboveSpendingLimit(limit.rule, most, Money(price_minor, settings.currency))
    at, limit = max(fits, key=lambda fit: fit[0] or 0)
    if at is not None and at > now:
        raise OverSpendingLimit(
            limit.rule,
            Money(limit.minor, settings.currency),
            Money(spent(spends, limit.period_seconds, now), settings.currency),
            at,
        )


async def _limits(
    read: Read, guild_id: int, member_id: int, settings: GuildSettings, now: int
) -> list[Limit]:
    own = await _own_limits(read, guild_id, member_id)
    limits: list[Limit] = []
    for period, seconds in PERIODS_SECONDS.items():
        mine = own.get(period, OwnLimit()).at(now)
        if mine.minor is not None:
            limits.append(
                Limit(
                    rule=f"own_{period}",
                    period_seconds=seconds,
                    minor=mine.minor,
                    changes_at=mine.next_at,
                    next_minor=mine.next_minor,
                )
            )
        most = _guild_minor(settings, period)
        if most:
            limits.append(Limit(rule=f"guild_{period}", period_seconds=seconds, minor=most))
    limits += await _new_buyer_limit(read, guild_id, member_id, settings)
    return limits


def _guild_minor(settings: GuildSettings, period: str) -> int:
    return getattr(settings, f"spend_{period}_minor")


async def _new_buyer_limit(
    read: Read, guild_id: int, member_id: int, settings: GuildSettings
) -> list[Limit]:
    """Return the limit for new buyers, which ends when the member is none any more."""
    if not settings.new_buyer_days or not settings.new_buyer_day_minor:
        return []
    rows: list[Any] = list(
        await read(
            "SELECT MIN(ordered_at) FROM purchase_order"
            " WHERE guild_id = ? AND member_id = ? AND price_minor > 0 AND entry_id IS NOT NULL",
            (guild_id, member_id),
        )
    )
    first_at = rows[0][0]
    limit = Limit(
        rule="new_buyer",
        period_seconds=DAY_SECONDS,
        minor=settings.new_buyer_day_minor,
        changes_at=first_at + settings.new_buyer_days * DAY_SECONDS if first_at else 0,
    )
    return [limit]


async def _spends(
    read: Read, guild_id: int, member_id: int, currency: str, now: int
) -> tuple[Spend, ...]:
    since = now - max(PERIODS_SECONDS.values())
    rows = await read(
        _SPENDS_SQL, (now + _LOOK_SECONDS, guild_id, member_id, currency, since, now, guild_id)
    )
    return tuple(Spend(*row) for row in rows)


# A provider's test purchase costs nothing. An order whose time is over still counts while its money
# may be on its way; when that is known it is paid or closed, which is soon looked at again.
_SPENDS_SQL = f"""
SELECT MAX(o.price_minor - COALESCE(p.refunded_minor, 0), 0), o.ordered_at,
       CASE WHEN o.entry_id IS NOT NULL THEN 0 WHEN o.state = 'open' THEN MAX(o.expires_at, ?)
            ELSE o.expires_at END
  FROM purchase_order AS o LEFT JOIN payment AS p USING (guild_id, order_id)
 WHERE o.guild_id = ? AND o.member_id = ? AND o.currency = ? AND o.price_minor > 0
   AND o.ordered_at > ? AND COALESCE(p.is_test, 0) = 0
   AND CASE WHEN o.entry_id IS NULL THEN {payable_sql("o")}
            ELSE o.entry_id > {season_entry_sql("?")} END
"""


async def _own_limits(read: Read, guild_id: int, member_id: int) -> dict[str, OwnLimit]:
    rows = await read(
        "SELECT period, limit_minor, next_minor, next_at FROM spending_limit"
        " WHERE guild_id = ? AND member_id = ?",
        (guild_id, member_id),
    )
    return {row[0]: OwnLimit(_read(row[1]), _read(row[2]), row[3]) for row in rows}


async def _keep_own(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, period: str, own: OwnLimit
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO spending_limit (guild_id, member_id, period, limit_minor, next_minor, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET limit_minor = excluded.limit_minor,"
        " next_minor = excluded.next_minor, next_at = excluded.next_at",
        (guild_id, member_id, period, _write(own.minor), _write(own.next_minor), own.next_at),
    )


def _read(minor: int) -> int | None:
    return None if minor == _NONE else minor


def _write(minor: int | None) -> int:
    return _NONE if minor is None else minor
