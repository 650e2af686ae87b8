"""What an admin is putting together: kept until it is saved, with a preview of what would come."""

from dataclasses import dataclass, replace

import aiosqlite

from bot.errors import NotYourButton, OldButton
from bot.ledger.books import Books
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.orders import PACKS_COINS
from bot.services.promotion_plans import Plan, check_plan
from bot.services.promotion_terms import full_bonus
from bot.services.promotions import Promotion, Promotions
from bot.services.recurrence import Occurrence, next_occurrences

# Long enough to ask somebody, short enough that "tomorrow" is not forgotten.
DRAFT_SECONDS = DAY_SECONDS
WINDOWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that is not saved yet, for a new promotion or for one that is edited."""

    guild_id: int
    draft_id: int
    admin_id: int
    promotion_id: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Overlap:
    """A window of another promotion that is open at the same time (seconds, UTC)."""

    name: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a plan: its next windows, and the most that it can cost in bonus coins.

    `member_coins` is for one member in one window; None means that there is no limit.
    """

    windows: tuple[Occurrence, ...]
    overlaps: tuple[Overlap, ...]
    purchase_coins: int
    member_coins: int | None
    budget_coins: int | None


class PromotionDrafts:
    """The service of what is not saved yet."""

    def __init__(self, books: Books, promotions: Promotions, clock: Clock) -> None:
        self._books = books
        self._promotions = promotions
        self._clock = clock

    async def begin(
        self, guild_id: int, draft_id: int, admin_id: int, plan: Plan, promotion_id: int = 0
    ) -> Draft:
        """Keep a plan for its admin.

        Raises:
            Refusal: it breaks a rule; see `check_plan`.
        """
        check_plan(plan)
        draft = Draft(guild_id, draft_id, admin_id, promotion_id, plan)
        await self._keep(draft)
        return draft

    async def find(self, guild_id: int, draft_id: int, admin_id: int) -> Draft:
        """Return a draft.

        Raises:
            OldButton: it was discarded, or is too long ago.
            NotYourButton: it is another admin's.
        """
        rows = await self._books.read(
            "SELECT admin_id, promotion_id, plan, drafted_at FROM promotion_draft"
            " WHERE guild_id = ? AND draft_id = ?",
            (guild_id, draft_id),
        )
        if not rows or self._clock() - rows[0][3] > DRAFT_SECONDS:
            raise OldButton
        owner_id, promotion_id, plan, _ = rows[0]
        if owner_id != admin_id:
            raise NotYourButton
        return Draft(guild_id, draft_id, admin_id, promotion_id, Plan.from_json(plan))

    async def change(self, draft: Draft, plan: Plan) -> Draft:
        """Keep another plan in its place.

        Raises:
            Refusal: it breaks a rule; see `check_plan`.
        """
        check_plan(plan)
        changed = replace(draft, plan=plan)
        await self._keep(changed)
        return changed

    async def save(self, draft: Draft) -> Promotion:
        """Make it a promotion, or change the one that is edited; twice is once.

        Raises:
            Refusal: a rule says no; see `Promotions.create` and `edit`.
        """
        if draft.promotion_id:
            return await self._promotions.edit(
                draft.guild_id, draft.admin_id, draft.promotion_id, draft.plan
            )
        return await self._promotions.create(
            draft.guild_id, draft.admin_id, f"promo:{draft.draft_id}", draft.plan
        )

    async def discard(self, draft: Draft) -> None:
        """Forget it."""

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "DELETE FROM promotion_draft WHERE guild_id = ? AND draft_id = ?",
                (draft.guild_id, draft.draft_id),
            )

        await self._books.do(write)

    async def purge(self) -> None:
        """Forget what nobody can save any more."""
        oldest = self._clock() - DRAFT_SECONDS

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "DELETE FROM promotion_draft WHERE drafted_at < ?", (oldest,)
            )

        await self._books.do(write)

    async def preview(self, guild_id: int, plan: Plan, promotion_id: int = 0) -> Preview:
        """Return what would come of a plan now; `promotion_id` is the promotion that it changes."""
        zone = await self._promotions.zone(guild_id)
        windows = next_occurrences(plan.recurrence, zone, self._clock(), WINDOWS_SHOWN)
        terms = plan.terms
        purchase_coins = max(full_bonus(terms, coins) for coins in PACKS_COINS)
        limits = [terms.member_coins] if terms.member_coins else []
        uses = 1 if terms.first_purchase else terms.member_uses
        if uses:
            limits.append(uses * purchase_coins)
        return Preview(
            windows=windows,
            overlaps=await self._overlaps(guild_id, windows, promotion_id),
            purchase_coins=purchase_coins,
            member_coins=min(limits) if limits else None,
            budget_coins=terms.budget_coins or None,
        )

    async def _overlaps(
        self, guild_id: int, windows: tuple[Occurrence, ...], promotion_id: int
    ) -> tuple[Overlap, ...]:
        found: dict[int, Overlap] = {}
        for window in windows:
            rows = await self._books.read(
                _OVERLAPS_SQL, (guild_id, promotion_id, window.ends_at, window.starts_at)
            )
            found |= {row[0]: Overlap(*row[1:]) for row in rows}
        return tuple(found.values())

    async def _keep(self, draft: Draft) -> None:
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> None:
            await connection.execute_fetchall(
                "INSERT INTO promotion_draft (guild_id, draft_id, admin_id, promotion_id, plan,"
                " drafted_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET plan = excluded.plan, drafted_at = excluded.drafted_at",
                (
                    draft.guild_id,
                    draft.draft_id,
                    draft.admin_id,
                    draft.promotion_id,
                    draft.plan.to_json(),
                    now,
                ),
            )

        await self._books.do(write)


_OVERLAPS_SQL = """
SELECT w.window_id, p.name, w.starts_at, w.ends_at
  FROM promotion_window AS w JOIN promotion AS p USING (guild_id, promotion_id)
 WHERE w.guild_id = ? AND w.promotion_id <> ? AND w.starts_at < ? AND w.ends_at > ?
   AND p.state = 'active'
 ORDER BY w.starts_at
"""
