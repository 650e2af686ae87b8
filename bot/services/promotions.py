"""Promotions as admins run them: made, changed, paused, ended, and looked at."""

from datetime import datetime
from zoneinfo import ZoneInfo

import aiosqlite

from bot.calendar_errors import StartsInThePast
from bot.errors import KeyConflict
from bot.ledger.books import Books
from bot.ledger.writer import Procedure
from bot.promotion_errors import (
    DayTaken,
    NeverComes,
    NothingRuns,
    PromotionChanged,
    TooManyPromotions,
)
from bot.services.clock import Clock
from bot.services.guilds import Guilds
from bot.services.packs import pack_coins
from bot.services.promotion_budgets import refuse_spent_budget, return_budget, set_budget
from bot.services.promotion_endings import retire_all
from bot.services.promotion_notices import note_again, note_resumed
from bot.services.promotion_plans import Plan, check_plan
from bot.services.promotion_rows import (
    FIRST_TERMS_ID,
    OVER,
    Promotion,
    change_plan,
    change_state,
    count_alive,
    find_alive,
    find_promotion,
    insert_promotion,
    list_promotions,
    made_before,
)
from bot.services.promotion_steps import What, note_step
from bot.services.promotion_windows import (
    READING_SECONDS,
    Rule,
    begun_windows,
    close_window,
    drop_windows,
    make_windows,
    missing_windows,
    zone_in,
)
from bot.services.promotion_zones import ZoneChanged, follow_zone
from bot.services.recurrence import Kind, Occurrence, Recurrence
from bot.services.settings import TIMEZONE
from bot.services.zones import instant_of, read_zone

MOST_PROMOTIONS = 50


class Promotions:
    """The service of promotions; every change is one transaction."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock
        books.listen(ZoneChanged, lambda changed: guilds.keep_setting(changed.setting))

    async def zone(self, guild_id: int) -> ZoneInfo:
        """Return the time zone that a guild's wall clock follows."""
        return ZoneInfo((await self._guilds.get(guild_id)).settings.timezone)

    async def create(self, guild_id: int, admin_id: int, key: str, plan: Plan) -> Promotion:
        """Save a new promotion with its windows and its budget; the same key again is a replay.

        Raises:
            TooManyPromotions, StartsInThePast, Refusal: nothing was saved; see `check_plan`.
            KeyConflict: the key was for another plan.
        """
        return await self._books.do(self.creating(guild_id, admin_id, key, plan))

    def creating(self, guild_id: int, admin_id: int, key: str, plan: Plan) -> Procedure[Promotion]:
        """Return what `create` does, for a transaction that does more."""

        async def write(connection: aiosqlite.Connection) -> Promotion:
            read, now = connection.execute_fetchall, self._clock()
            made = await made_before(connection, guild_id, key)
            if made is None:
                check_plan(plan, await pack_coins(read, guild_id))
                _refuse_idle(plan.recurrence, await zone_in(read, guild_id), (), now)
                await _refuse_crowd(connection, guild_id, now)
                made = await insert_promotion(connection, guild_id, admin_id, key, plan, now=now)
                await set_budget(connection, guild_id, made, admin_id=admin_id, now=now)
                await make_windows(connection, guild_id, made, now)
                await note_step(connection, guild_id, made, What.CREATED, done_by=admin_id, now=now)
                return await find_promotion(read, guild_id, made)
            promotion = await find_promotion(read, guild_id, made)
            if promotion.terms_id == FIRST_TERMS_ID and promotion.plan != plan:
                message = f"key {key} was used before with another plan"
                raise KeyConflict(message)
            return promotion

        return write

    async def edit(self, guild_id: int, admin_id: int, promotion_id: int, plan: Plan) -> Promotion:
        """Let windows that did not begin yet follow another plan; what was promised stays.

        Raises:
            PromotionNotFound, PromotionOver, BudgetSpent, StartsInThePast, NeverComes, DayTaken,
            Refusal: nothing was changed; see `check_plan`.
        """
        return await self._books.do(self.editing(guild_id, admin_id, promotion_id, plan))

    def editing(
        self,
        guild_id: int,
        admin_id: int,
        promotion_id: int,
        plan: Plan,
        *,
        terms_id: int | None = None,
    ) -> Procedure[Promotion]:
        """Return what `edit` does, for a transaction that does more.

        `terms_id` are the terms that the admin saw; if there are others by now, it is refused as
        PromotionChanged.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            read, now = connection.execute_fetchall, self._clock()
            promotion = await find_alive(read, guild_id, promotion_id)
            if terms_id not in {None, promotion.terms_id}:
                raise PromotionChanged
            await note_again(connection, guild_id, promotion_id, now)
            if promotion.plan == plan:
                return promotion
            check_plan(plan, await pack_coins(read, guild_id))
            if plan.recurrence != promotion.plan.recurrence:
                begun = await begun_windows(read, guild_id, promotion_id, now)
                _refuse_idle(plan.recurrence, await zone_in(read, guild_id), begun, now)
            if plan.terms.budget_coins != promotion.plan.terms.budget_coins:
                await refuse_spent_budget(read, guild_id, promotion_id, plan.terms.budget_coins)
            await change_plan(connection, guild_id, promotion_id, plan, admin_id, now=now)
            await set_budget(connection, guild_id, promotion_id, admin_id=admin_id, now=now)
            await drop_windows(connection, guild_id, promotion_id, now)
            await make_windows(connection, guild_id, promotion_id, now)
            await note_step(
                connection, guild_id, promotion_id, What.EDITED, done_by=admin_id, now=now
            )
            return await find_promotion(read, guild_id, promotion_id)

        return write

    async def pause(self, guild_id: int, admin_id: int, promotion_id: int) -> Promotion:
        """Give no bonus until it is resumed; its windows pass meanwhile.

        Raises:
            PromotionNotFound, PromotionOver: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            await self._set_state(connection, guild_id, admin_id, promotion_id, "paused")
            return await find_promotion(connection.execute_fetchall, guild_id, promotion_id)

        return await self._books.do(write)

    async def resume(self, guild_id: int, admin_id: int, promotion_id: int) -> Promotion:
        """Give bonuses again, and announce a window that began meanwhile.

        Raises:
            PromotionNotFound, PromotionOver: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            await self._set_state(connection, guild_id, admin_id, promotion_id, "active")
            await note_resumed(connection, guild_id, promotion_id, self._clock())
            return await find_promotion(connection.execute_fetchall, guild_id, promotion_id)

        return await self._books.do(write)

    async def end_window(self, guild_id: int, admin_id: int, promotion_id: int) -> Promotion:
        """End the window that is open now; later ones come as planned.

        Raises:
            PromotionNotFound, PromotionOver, NothingRuns: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            now = self._clock()
            promotion = await find_alive(connection.execute_fetchall, guild_id, promotion_id)
            if await close_window(connection, guild_id, promotion_id, now) is None:
                raise NothingRuns
            await note_step(
                connection, guild_id, promotion_id, What.WINDOW_ENDED, done_by=admin_id, now=now
            )
            return promotion

        return await self._books.do(write)

    async def cancel(self, guild_id: int, admin_id: int, promotion_id: int) -> Promotion:
        """Take a promotion off for good: no more windows, and the rest of its budget goes back.

        Raises:
            PromotionNotFound: there is none.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            now = self._clock()
            promotion = await find_promotion(connection.execute_fetchall, guild_id, promotion_id)
            if promotion.state == OVER:
                return promotion
            await drop_windows(connection, guild_id, promotion_id, now)
            await close_window(connection, guild_id, promotion_id, now)
            await change_state(connection, guild_id, promotion_id, OVER)
            await return_budget(connection, guild_id, promotion_id, actor_id=admin_id, now=now)
            await note_step(
                connection, guild_id, promotion_id, What.CANCELLED, done_by=admin_id, now=now
            )
            return await find_promotion(connection.execute_fetchall, guild_id, promotion_id)

        return await self._books.do(write)

    async def find(self, guild_id: int, promotion_id: int) -> Promotion:
        """Return one promotion.

        Raises:
            PromotionNotFound: there is none of that number.
        """
        return await find_promotion(self._books.read, guild_id, promotion_id)

    async def find_alive(self, guild_id: int, promotion_id: int) -> Promotion:
        """Return one promotion that can still be changed.

        Raises:
            PromotionNotFound, PromotionOver: there is none.
        """
        return await find_alive(self._books.read, guild_id, promotion_id)

    async def list(self, guild_id: int) -> tuple[Promotion, ...]:
        """Return the promotions that are not over, oldest first."""
        return await list_promotions(self._books.read, guild_id, over=False)

    async def list_over(self, guild_id: int) -> tuple[Promotion, ...]:
        """Return the promotions that had their last window or were taken off, newest first."""
        return (await list_promotions(self._books.read, guild_id, over=True))[::-1]

    async def set_zone(self, guild_id: int, admin_id: int, name: str) -> ZoneChanged:
        """Let a guild's wall clock follow another zone; what did not begin yet is made anew.

        Raises:
            UnknownZone: there is none of that name.
        """
        storing = self._guilds.storing(guild_id, admin_id, TIMEZONE, read_zone(name).key)

        async def write(connection: aiosqlite.Connection) -> ZoneChanged:
            setting = await storing(connection)
            return await follow_zone(connection, setting, self._clock())

        await self._guilds.get(guild_id)
        return await self._books.do(write)

    async def _set_state(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        promotion_id: int,
        state: str,
    ) -> None:
        promotion = await find_alive(connection.execute_fetchall, guild_id, promotion_id)
        if promotion.state == state:
            return
        what = What.PAUSED if state == "paused" else What.RESUMED
        await change_state(connection, guild_id, promotion_id, state)
        await note_step(
            connection, guild_id, promotion_id, what, done_by=admin_id, now=self._clock()
        )


async def _refuse_crowd(connection: aiosqlite.Connection, guild_id: int, now: int) -> None:
    """Refuse one promotion more than a guild can have; those that are done count no more."""
    if await count_alive(connection, guild_id) >= MOST_PROMOTIONS:
        await retire_all(connection, guild_id, now)
        if await count_alive(connection, guild_id) >= MOST_PROMOTIONS:
            raise TooManyPromotions(MOST_PROMOTIONS)


def _refuse_idle(
    recurrence: Recurrence, zone: ZoneInfo, begun: tuple[Occurrence, ...], now: int
) -> None:
    """Refuse a rule of which no window would come, beside those that began."""
    if recurrence.kind is Kind.ONCE:
        wall = datetime.combine(recurrence.first_date, recurrence.start_time)
        starts_at = instant_of(wall, zone)
        if starts_at < now - READING_SECONDS:
            raise StartsInThePast(starts_at)
    rule = Rule(recurrence=recurrence, zone=zone, made_at=now, from_at=now)
    if next(missing_windows(rule, begun, now), None) is not None:
        return
    first = next(missing_windows(rule, (), now), None)
    if first is None:
        raise NeverComes
    raise DayTaken(first.local_date)
