"""What an admin is putting together: kept, altered by one form at a time, and saved once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiosqlite

from bot.calendar_errors import StartsInThePast
from bot.errors import Busy, OldButton
from bot.ledger.books import Books
from bot.ledger.writer import Procedure
from bot.promotion_errors import AlreadySaved, PreviewChanged
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.drafts import DraftTable
from bot.services.packs import pack_coins
from bot.services.promotion_plans import Plan, check_plan
from bot.services.promotion_previews import Preview, preview_of
from bot.services.promotion_rows import Promotion, find_alive, find_promotion
from bot.services.promotion_windows import READING_SECONDS, zone_in
from bot.services.promotions import Promotions
from bot.services.recurrence import Kind
from bot.services.zones import instant_of, wall_at

# Long enough to ask somebody, short enough that "tomorrow" is not forgotten.
DRAFT_SECONDS = DAY_SECONDS

# Each other change that comes between is somebody else's work that counts too.
_MOST_ALTERED = 20

_TABLE = DraftTable(
    "promotion_draft",
    "admin_id",
    "admin_id, promotion_id, plan, terms_id, keeps_end, saved_as",
    DRAFT_SECONDS,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that is not saved yet, for a new promotion or for one that is edited.

    `terms_id` are those that an edit began with. `keeps_end` says that the end of a single window
    was typed, rather than how long it lasts. `saved_as` is the promotion that it became, 0 before.
    """

    guild_id: int
    draft_id: int
    admin_id: int
    promotion_id: int
    plan: Plan
    terms_id: int = 0
    keeps_end: bool = False
    saved_as: int = 0


Alter = Callable[[Draft], Awaitable[Draft]]


class PromotionDrafts:
    """The service of what is not saved yet."""

    def __init__(self, books: Books, promotions: Promotions, clock: Clock) -> None:
        self._books = books
        self._promotions = promotions
        self._clock = clock

    async def begin(
        self, guild_id: int, draft_id: int, admin_id: int, plan: Plan, *, keeps_end: bool = False
    ) -> Draft:
        """Keep a plan of a new promotion for its admin.

        Raises:
            Refusal: it breaks a rule; see `check_plan`.
            AlreadySaved: there was such a draft, and it is saved.
        """
        check_plan(plan, await pack_coins(self._books.read, guild_id))
        draft = Draft(guild_id, draft_id, admin_id, 0, plan, keeps_end=keeps_end)

        async def write(connection: aiosqlite.Connection) -> Draft:
            return await self._begin(connection, draft)

        return await self._books.do(write)

    async def begin_edit(
        self, guild_id: int, draft_id: int, admin_id: int, promotion_id: int
    ) -> Draft:
        """Keep the plan of a promotion for an admin who is about to change it.

        Raises:
            PromotionNotFound, PromotionOver: there is none.
            AlreadySaved: there was such a draft, and it is saved.
        """

        async def write(connection: aiosqlite.Connection) -> Draft:
            found = await find_alive(connection.execute_fetchall, guild_id, promotion_id)
            draft = Draft(guild_id, draft_id, admin_id, promotion_id, found.plan, found.terms_id)
            return await self._begin(connection, draft)

        return await self._books.do(write)

    async def find(self, guild_id: int, draft_id: int, admin_id: int) -> Draft:
        """Return a draft, saved or not.

        Raises:
            OldButton: it was discarded, or is too long ago.
            NotYourButton: it is another admin's.
        """
        row = await _TABLE.find(self._books, self._clock, guild_id, draft_id, admin_id)
        return _draft(guild_id, draft_id, row)

    async def alter(self, guild_id: int, draft_id: int, admin_id: int, alter: Alter) -> Draft:
        """Keep what `alter` makes of a draft, and of what somebody else made of it meanwhile.

        Raises:
            OldButton, NotYourButton, AlreadySaved: there is none to alter.
            Refusal: it breaks a rule; see `check_plan`.
        """
        for _ in range(_MOST_ALTERED):
            before = await self.find(guild_id, draft_id, admin_id)
            after = await alter(before)
            check_plan(after.plan, await pack_coins(self._books.read, guild_id))
            if await self._replace(before, after):
                return after
        raise Busy

    async def save(self, draft: Draft) -> Promotion:
        """Make it a promotion, or change the one that is edited; twice is once.

        Raises:
            OldButton, PreviewChanged: it was discarded or altered meanwhile.
            PromotionChanged: the promotion was changed since the edit began.
            Refusal: a rule says no; see `Promotions.create` and `edit`.
        """

        async def write(connection: aiosqlite.Connection) -> Promotion:
            read, kept = connection.execute_fetchall, await _waiting(connection, draft)
            if kept.saved_as:
                return await find_promotion(read, draft.guild_id, kept.saved_as)
            if kept != draft:
                raise PreviewChanged
            zone = await zone_in(read, draft.guild_id)
            saved = await self._saving(begun_meanwhile(draft, zone, self._clock()))(connection)
            await read(
                "UPDATE promotion_draft SET saved_as = ? WHERE guild_id = ? AND draft_id = ?",
                (saved.promotion_id, draft.guild_id, draft.draft_id),
            )
            return saved

        return await self._books.do(write)

    async def discard(self, draft: Draft) -> None:
        """Forget it.

        Raises:
            AlreadySaved: it is saved, and stays so.
        """

        async def write(connection: aiosqlite.Connection) -> None:
            row = await _TABLE.waiting(connection, draft.guild_id, draft.draft_id)
            if row is not None:
                _refuse_saved(_draft(draft.guild_id, draft.draft_id, row))
            await _TABLE.discard(connection, draft.guild_id, draft.draft_id)

        await self._books.do(write)

    async def purge(self) -> None:
        """Forget what nobody can save any more."""
        await _TABLE.purge(self._books, self._clock)

    async def preview(self, guild_id: int, plan: Plan, promotion_id: int = 0) -> Preview:
        """Return what would come of a plan now; `promotion_id` is the promotion that it changes."""
        return await preview_of(self._books.read, guild_id, plan, promotion_id, self._clock())

    def _saving(self, draft: Draft) -> Procedure[Promotion]:
        guild_id, admin_id = draft.guild_id, draft.admin_id
        if not draft.promotion_id:
            key = f"promo:{draft.draft_id}"
            return self._promotions.creating(guild_id, admin_id, key, draft.plan)
        return self._promotions.editing(
            guild_id, admin_id, draft.promotion_id, draft.plan, terms_id=draft.terms_id
        )

    async def _begin(self, connection: aiosqlite.Connection, draft: Draft) -> Draft:
        row = await _TABLE.waiting(connection, draft.guild_id, draft.draft_id)
        if row is not None:
            _refuse_saved(_draft(draft.guild_id, draft.draft_id, row))
        await connection.execute_fetchall(_BEGIN_SQL, _values(draft, self._clock()))
        return draft

    async def _replace(self, before: Draft, after: Draft) -> bool:
        """Return whether the one draft took the other's place, which it does if it still stands."""

        async def write(connection: aiosqlite.Connection) -> bool:
            kept = await _waiting(connection, before)
            _refuse_saved(kept)
            if kept != before:
                return False
            await connection.execute_fetchall(_BEGIN_SQL, _values(after, self._clock()))
            return True

        return await self._books.do(write)


_BEGIN_SQL = """
INSERT INTO promotion_draft (guild_id, draft_id, admin_id, promotion_id, plan, terms_id, keeps_end,
                             drafted_at)
VALUES (:guild, :draft, :admin, :promotion, :plan, :terms, :keeps_end, :now)
ON CONFLICT DO UPDATE SET plan = excluded.plan, keeps_end = excluded.keeps_end,
                          drafted_at = excluded.drafted_at
"""


def _values(draft: Draft, now: int) -> dict[str, int | str]:
    return {
        "guild": draft.guild_id,
        "draft": draft.draft_id,
        "admin": draft.admin_id,
        "promotion": draft.promotion_id,
        "plan": draft.plan.to_json(),
        "terms": draft.terms_id,
        "keeps_end": int(draft.keeps_end),
        "now": now,
    }


def _draft(guild_id: int, draft_id: int, row: tuple[Any, ...]) -> Draft:
    admin_id, promotion_id, plan, terms_id, keeps_end, saved_as = row
    return Draft(
        guild_id,
        draft_id,
        admin_id,
        promotion_id,
        Plan.from_json(plan),
        terms_id,
        bool(keeps_end),
        saved_as,
    )


async def _waiting(connection: aiosqlite.Connection, draft: Draft) -> Draft:
    """Return a draft as it is inside the transaction that answers it."""
    row = await _TABLE.waiting(connection, draft.guild_id, draft.draft_id)
    if row is None:
        raise OldButton
    return _draft(draft.guild_id, draft.draft_id, row)


def _refuse_saved(draft: Draft) -> None:
    if draft.saved_as:
        raise AlreadySaved(draft.saved_as)


def begun_meanwhile(draft: Draft, zone: ZoneInfo, now: int) -> Draft:
    """Return a draft of which a single window that was to begin just now begins now.

    It lasts as long as it was typed, or until the end that was typed.

    Raises:
        StartsInThePast: its end passed too.
    """
    rule = draft.plan.recurrence
    if rule.kind is not Kind.ONCE or draft.promotion_id:
        return draft
    starts_at = instant_of(datetime.combine(rule.first_date, rule.start_time), zone)
    if not starts_at < now <= starts_at + READING_SECONDS:
        return draft
    begins_at = -(-now // 60) * 60
    lasts_seconds = rule.lasts_seconds
    if draft.keeps_end:
        lasts_seconds -= begins_at - starts_at
    if lasts_seconds <= 0:
        raise StartsInThePast(starts_at)
    wall = wall_at(begins_at, zone)
    rule = replace(
        rule, first_date=wall.date(), start_time=wall.time(), lasts_seconds=lasts_seconds
    )
    return replace(draft, plan=replace(draft.plan, recurrence=rule))
