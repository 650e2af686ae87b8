"""Promotions as admins run them: made, changed, paused, ended, and looked at."""

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import aiosqlite

from bot.calendar_errors import StartsInThePast
from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Line, post
from bot.ledger.pots import balance_of
from bot.promotion_errors import (
    BudgetSpent,
    NeverComes,
    NothingRuns,
    PromotionNotFound,
    PromotionOver,
    TooManyPromotions,
)
from bot.services.bonuses import TERMS_COLUMNS, budget_owner, terms_from_row
from bot.services.clock import Clock
from bot.services.guilds import Guilds, SettingChanged
from bot.services.promotion_plans import Announcement, Plan, check_plan
from bot.services.promotion_windows import (
    close_window,
    drop_windows,
    make_windows,
)
from bot.services.recurrence import Kind, Recurrence, next_occurrences
from bot.services.settings import TIMEZONE
from bot.services.zones import read_zone

MOST_PROMOTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promotion with the plan that its next windows follow."""

    guild_id: int
    promotion_id: int
    state: str
    plan: Plan
    budget_left: int


class Promotions:
    """The service of promotions; every change is one transaction."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def zone(self, guild_id: int) -> ZoneInfo:
        """Return the time zone that a guild's wall clock follows."""
        return ZoneInfo((await self._guilds.get(guild_id)).settings.timezone)

    async def create(self, guild_id: int, admin_id: int, key: str, plan: Plan) -> Promotion:
        """Save a new promotion with its windows and its budget; the same key again is a replay.

        Raises:
            TooManyPromotions, StartsInThePast, Refusal: nothing was saved; see `check_plan`.
        """
        check_plan(plan)
        zone = await self.zone(guild_id)

        async def write(connection: aiosqlite.Connection) -> Promotion:
            now = self._clock()
            made = await _made_before(connection, guild_id, key)
            if made is None:
                _refuse_past(plan.recurrence, zone, now)
                made = await _insert(connection, guild_id, admin_id, key, plan, now)
                await _set_budget(connection, guild_id, made, 1, plan, admin_id, now)
                await make_windows(connection, guild_id, made, zone, now)
            return await _find(connection, guild_id, made)

        return await self._books.do(write)

    async def edit(self, guild_id: int, admin_id: int, promotion_id: int, plan: Plan) -> Promotion:
        """Let windows that did not begin yet follow another plan; what was promised stays.

        Raises:
            PromotionNotFound, PromotionOver, BudgetSpent, StartsInThePast, Refusal: no change.
        """
        check_plan(plan)
        zone = await self.zone(guild_id)

        async def write(connection: aiosqlite.Connection) -> Promotion:
            now = self._clock()
            promotion = await _alive(connection, guild_id, promotion_id)
            if promotion.plan == plan:
                return promotion
            if plan.recurrence != promotion.plan.recurrence:
                _refuse_past(plan.recurrence, zone, now)
            terms_id = await _insert_terms(connection, guild_id, promotion_id, plan, admin_id, now)
            await connection.execute_fetchall(
                "UPDATE promotion SET name = ?, terms_id = ?"
                " WHERE guild_id = ? AND promotion_id = ?",
                (plan.name, terms_id, guild_id, promotion_id),
            )
            await _set_budget(connection, guild_id, promotion_id, terms_id, plan, admin_id, now)
            await drop_windows(connection, guild_id, promotion_id, now)
            await make_windows(connection, guild_id, promotion_id, zone, now)
            return await _find(connection, guild_id, promotion_id)

        return await self._books.do(write)

    async def pause(self, guild_id: int, promotion_id: int) -> Promotion:
        """Give no bonus until it is resumed; its windows pass meanwhile."""
        return await self._set_state(guild_id, promotion_id, "paused")

    async def resume(self, guild_id: int, promotion_id: int) -> Promotion:
        """Give bonuses again."""
        return await self._set_state(guild_id, promotion_id, "active")

    async def end_window(self, guild_id: int, promotion_id: int) -> Promotion:
        """End the window that is open now; later ones come as planned.

        Raises:
            PromotionNotFound, PromotionOver, NothingRuns: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            await _alive(connection, guild_id, promotion_id)
            if await close_window(connection, guild_id, promotion_id, self._clock()) is None:
                raise NothingRuns
            return await _find(connection, guild_id, promotion_id)

        return await self._books.do(write)

    async def cancel(self, guild_id: int, admin_id: int, promotion_id: int) -> Promotion:
        """Take a promotion off for good: no more windows, and the rest of its budget goes back.

        Raises:
            PromotionNotFound: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            now = self._clock()
            promotion = await _find(connection, guild_id, promotion_id)
            if promotion.state == "over":
                return promotion
            await drop_windows(connection, guild_id, promotion_id, now)
            await close_window(connection, guild_id, promotion_id, now)
            await connection.execute_fetchall(
                "UPDATE promotion SET state = 'over' WHERE guild_id = ? AND promotion_id = ?",
                (guild_id, promotion_id),
            )
            key = f"budget:{promotion_id}:over"
            await _move_budget(
                connection, guild_id, promotion_id, -promotion.budget_left, key, admin_id, now
            )
            return await _find(connection, guild_id, promotion_id)

        return await self._books.do(write)

    async def find(self, guild_id: int, promotion_id: int) -> Promotion:
        """Return one promotion.

        Raises:
            PromotionNotFound: there is none of that number.
        """
        rows = await self._books.read(_ONE_SQL, (guild_id, promotion_id))
        if not rows:
            raise PromotionNotFound(promotion_id)
        return _promotion(tuple(rows[0]))

    async def list(self, guild_id: int) -> tuple[Promotion, ...]:
        """Return the promotions that are not over, oldest first."""
        rows = await self._books.read(_FIND_SQL + " AND p.state <> 'over'", (guild_id,))
        return tuple(_promotion(row) for row in rows)

    async def set_zone(self, guild_id: int, admin_id: int, name: str) -> SettingChanged:
        """Let a guild's wall clock follow another zone; what did not begin yet is made anew.

        Raises:
            UnknownZone: there is none of that name.
        """
        storing = self._guilds.storing(guild_id, admin_id, TIMEZONE, read_zone(name).key)

        async def write(connection: aiosqlite.Connection) -> SettingChanged:
            changed = await storing(connection)
            now = self._clock()
            rows = await connection.execute_fetchall(
                "SELECT promotion_id FROM promotion WHERE guild_id = ? AND state <> 'over'",
                (guild_id,),
            )
            for (promotion_id,) in rows:
                await drop_windows(connection, guild_id, promotion_id, now)
                await make_windows(connection, guild_id, promotion_id, ZoneInfo(changed.after), now)
            return changed

        await self._guilds.get(guild_id)
        return await self._books.do(write)

    async def _set_state(self, guild_id: int, promotion_id: int, state: str) -> Promotion:
        async def write(connection: aiosqlite.Connection) -> Promotion:
            await _alive(connection, guild_id, promotion_id)
            await connection.execute_fetchall(
                "UPDATE promotion SET state = ? WHERE guild_id = ? AND promotion_id = ?",
                (state, guild_id, promotion_id),
            )
            return await _find(connection, guild_id, promotion_id)

        return await self._books.do(write)


def _refuse_past(recurrence: Recurrence, zone: ZoneInfo, now: int) -> None:
    """Refuse a rule that has nothing to give: a single window that began, or none that comes."""
    coming = next_occurrences(recurrence, zone, now, 1)
    if recurrence.kind is Kind.ONCE and (not coming or coming[0].starts_at < now):
        raise StartsInThePast
    if not coming:
        raise NeverComes


async def _made_before(connection: aiosqlite.Connection, guild_id: int, key: str) -> int | None:
    rows = list(
        await connection.execute_fetchall(
            "SELECT promotion_id FROM promotion WHERE guild_id = ? AND key = ?", (guild_id, key)
        )
    )
    return rows[0][0] if rows else None


async def _insert(
    connection: aiosqlite.Connection, guild_id: int, admin_id: int, key: str, plan: Plan, now: int
) -> int:
    rows = list(
        await connection.execute_fetchall(
            "SELECT COALESCE(MAX(promotion_id), 0) + 1, COUNT(*) FILTER (WHERE state <> 'over')"
            " FROM promotion WHERE guild_id = ?",
            (guild_id,),
        )
    )
    promotion_id, alive = rows[0]
    if alive >= MOST_PROMOTIONS:
        raise TooManyPromotions(MOST_PROMOTIONS)
    await connection.execute_fetchall(
        "INSERT INTO promotion (guild_id, promotion_id, name, state, terms_id, key, created_by,"
        " created_at) VALUES (?, ?, ?, 'active', 1, ?, ?, ?)",
        (guild_id, promotion_id, plan.name, key, admin_id, now),
    )
    await _insert_terms(connection, guild_id, promotion_id, plan, admin_id, now)
    return promotion_id


async def _insert_terms(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    plan: Plan,
    admin_id: int,
    now: int,
) -> int:
    terms, announcement = plan.terms, plan.announcement
    rows = list(
        await connection.execute_fetchall(
            _TERMS_SQL,
            {
                "guild": guild_id,
                "promotion": promotion_id,
                "percent": terms.bonus_percent,
                "coins": terms.bonus_coins,
                "packs": json.dumps(terms.packs),
                "least": terms.least_coins,
                "first": int(terms.first_purchase),
                "member_coins": terms.member_coins,
                "member_uses": terms.member_uses,
                "budget": terms.budget_coins,
                "recurrence": plan.recurrence.to_json(),
                "channel": announcement.channel_id,
                "role": announcement.role_id,
                "tells_ending": int(announcement.tells_ending),
                "text": announcement.text,
                "admin": admin_id,
                "now": now,
            },
        )
    )
    return rows[0][0]


_TERMS_SQL = f"""
INSERT INTO promotion_terms (guild_id, promotion_id, terms_id, {TERMS_COLUMNS}, recurrence,
                             channel_id, role_id, tells_ending, announcement, set_by, set_at)
VALUES (:guild, :promotion,
        (SELECT COALESCE(MAX(terms_id), 0) + 1 FROM promotion_terms
          WHERE guild_id = :guild AND promotion_id = :promotion),
        :percent, :coins, :packs, :least, :first, :member_coins, :member_uses, :budget,
        :recurrence, :channel, :role, :tells_ending, :text, :admin, :now)
RETURNING terms_id
"""


async def _set_budget(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    terms_id: int,
    plan: Plan,
    admin_id: int,
    now: int,
) -> None:
    """Set aside what the terms say, less what was given already.

    Raises:
        BudgetSpent: more was given than the new budget has in all.
    """
    left = await balance_of(connection, guild_id, budget_owner(promotion_id), Account.BUDGET)
    rows = list(
        await connection.execute_fetchall(
            "SELECT COALESCE(SUM(bonus_coins), 0) FROM order_bonus"
            " WHERE guild_id = ? AND promotion_id = ?",
            (guild_id, promotion_id),
        )
    )
    given = rows[0][0]
    wanted = max(plan.terms.budget_coins - given, 0) if plan.terms.budget_coins else 0
    if plan.terms.budget_coins and plan.terms.budget_coins < given:
        raise BudgetSpent(given)
    key = f"budget:{promotion_id}:{terms_id}"
    await _move_budget(connection, guild_id, promotion_id, wanted - left, key, admin_id, now)


async def _move_budget(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    coins: int,
    key: str,
    admin_id: int,
    now: int,
) -> None:
    """Put coins into the promotion's budget, or take them out again when below zero."""
    if coins == 0:
        return
    owner_id = budget_owner(promotion_id)
    line = Line(HOUSE_ID, Account.PROMOTED, owner_id, Account.BUDGET, coins)
    if coins < 0:
        line = Line(owner_id, Account.BUDGET, HOUSE_ID, Account.PROMOTED, -coins)
    await post(
        connection,
        Entry(
            guild_id=guild_id,
            key=key,
            kind="budget",
            actor_id=admin_id,
            posted_at=now,
            lines=(line,),
            content=(promotion_id, coins),
        ),
    )


async def _find(connection: aiosqlite.Connection, guild_id: int, promotion_id: int) -> Promotion:
    rows = list(await connection.execute_fetchall(_ONE_SQL, (guild_id, promotion_id)))
    if not rows:
        raise PromotionNotFound(promotion_id)
    return _promotion(tuple(rows[0]))


async def _alive(connection: aiosqlite.Connection, guild_id: int, promotion_id: int) -> Promotion:
    promotion = await _find(connection, guild_id, promotion_id)
    if promotion.state == "over":
        raise PromotionOver(promotion.plan.name)
    return promotion


_FIND_SQL = f"""
SELECT p.guild_id, p.promotion_id, p.state, p.name, t.recurrence, t.channel_id, t.role_id,
       t.tells_ending, t.announcement, COALESCE(b.balance, 0),
       t.{TERMS_COLUMNS.replace(", ", ", t.")}
  FROM promotion AS p JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)
  LEFT JOIN pot AS b ON b.guild_id = p.guild_id AND b.owner_id = -p.promotion_id
                    AND b.account = 'budget'
 WHERE p.guild_id = ?"""

_ONE_SQL = _FIND_SQL + " AND p.promotion_id = ?"


def _promotion(row: tuple[Any, ...]) -> Promotion:
    guild_id, promotion_id, state, name, recurrence, *said, budget_left = row[:10]
    channel_id, role_id, tells_ending, text = said
    return Promotion(
        guild_id=guild_id,
        promotion_id=promotion_id,
        state=state,
        plan=Plan(
            name=name,
            terms=terms_from_row(row[10:]),
            recurrence=Recurrence.from_json(recurrence),
            announcement=Announcement(
                channel_id=channel_id,
                role_id=role_id,
                tells_ending=bool(tells_ending),
                text=text,
            ),
        ),
        budget_left=budget_left,
    )
