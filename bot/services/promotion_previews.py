"""What would come of a plan before it is saved: windows, overlaps, and what it can cost."""

import asyncio
from dataclasses import dataclass
from itertools import islice

from bot.services.bonuses import Read
from bot.services.packs import pack_coins
from bot.services.promotion_overlaps import Others, Overlap, others_of, overlaps_of
from bot.services.promotion_plans import Plan
from bot.services.promotion_rows import find_open_terms
from bot.services.promotion_terms import Terms, full_bonus
from bot.services.promotion_windows import Rule, begun_windows, windows_ahead, zone_in
from bot.services.recurrence import Occurrence

WINDOWS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a plan: its next windows, and the most that it can cost in bonus coins.

    `member_coins` is for one member in one window; None means that there is no limit. `open_terms`
    are those of the first window when it is open already, and stay as they were promised.
    """

    windows: tuple[Occurrence, ...]
    overlaps: tuple[Overlap, ...]
    purchase_coins: int
    member_coins: int | None
    budget_coins: int | None
    open_terms: Terms | None


async def preview_of(read: Read, guild_id: int, plan: Plan, promotion_id: int, now: int) -> Preview:
    """Return what would come of a plan; `promotion_id` is the promotion that it changes, if any."""
    zone = await zone_in(read, guild_id)
    rule = Rule(recurrence=plan.recurrence, zone=zone, made_at=now, from_at=now)
    begun = await begun_windows(read, guild_id, promotion_id, now)
    others = await others_of(read, guild_id, promotion_id, now)
    open_terms = await find_open_terms(read, guild_id, promotion_id, now)
    packs = await pack_coins(read, guild_id)
    return await asyncio.to_thread(
        _preview, plan.terms, rule, begun, others, open_terms, packs, now
    )


def _preview(
    terms: Terms,
    rule: Rule,
    begun: tuple[Occurrence, ...],
    others: Others,
    open_terms: Terms | None,
    packs: tuple[int, ...],
    now: int,
) -> Preview:
    windows = tuple(islice(windows_ahead(rule, begun, now), WINDOWS_SHOWN))
    overlaps = overlaps_of(windows_ahead(rule, begun, now), others, rule, now)
    purchase_coins = max((full_bonus(terms, coins) for coins in packs), default=0)
    uses = 1 if terms.first_purchase else terms.member_uses
    # Whatever is least is the most that it costs.
    limits = [uses * purchase_coins, terms.member_coins, terms.budget_coins]
    member_limits = [limit for limit in limits if limit]
    return Preview(
        windows=windows,
        overlaps=tuple(overlaps),
        purchase_coins=min([purchase_coins, *member_limits]),
        member_coins=min(member_limits, default=None),
        budget_coins=terms.budget_coins or None,
        open_terms=open_terms,
    )
