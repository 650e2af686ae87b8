"""What a member bought, or meant to buy: every order with its price and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.currencies import Money
from bot.ledger.books import Books

PURCHASES_PAGE = 6


class PurchaseState(StrEnum):
    """What became of an order, as its buyer sees it."""

    OPEN = "open"  # waits for its money
    PAID = "paid"
    CLOSED = "closed"  # no money came in time
    DISPUTED = "disputed"
    PART_BACK = "part_back"  # a part of the money went back
    BACK = "back"  # all of it did


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order as its buyer sees it (coins, money, seconds UTC); `price` None: play money.

    `is_bonus_sure` says whether the bonus is set aside or booked; a newer order may have it.
    """

    order_id: int
    code: str
    provider: str
    state: PurchaseState
    coins: int
    bonus_coins: int
    is_bonus_sure: bool
    price: Money | None
    back: Money | None
    ordered_at: int
    expires_at: int
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """Orders from newest to oldest, and where the pages beside this one begin, if there are any.

    A page begins before an order: `newer` 0 means the newest page.
    """

    purchases: tuple[Purchase, ...]
    newer: int | None
    older: int | None


class Purchases:
    """The service of purchases; only reads."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def page(self, guild_id: int, member_id: int, *, before: int = 0) -> PurchasePage:
        """Return a page of a member's orders older than the order `before` (0: the newest)."""
        rows = await self._books.read(
            _PAGE_SQL, (guild_id, member_id, before, before, PURCHASES_PAGE + 1)
        )
        found = tuple(_purchase(tuple(row)) for row in rows)
        shown = found[:PURCHASES_PAGE]
        older = shown[-1].order_id if len(found) > PURCHASES_PAGE else None
        newer = await self._newer(guild_id, member_id, before) if before else None
        return PurchasePage(shown, newer, older)

    async def _newer(self, guild_id: int, member_id: int, before: int) -> int:
        """Return where the page after this one begins, 0 when that is the newest page."""
        rows = await self._books.read(
            "SELECT order_id FROM purchase_order WHERE guild_id = ? AND member_id = ?"
            " AND order_id >= ? ORDER BY order_id LIMIT 1 OFFSET ?",
            (guild_id, member_id, before, PURCHASES_PAGE),
        )
        return rows[0][0] if rows else 0


_PAGE_SQL = """
SELECT o.order_id, o.code, o.provider, o.state, o.pack_coins, o.bonus_coins, o.price_minor,
       o.currency, COALESCE(p.refunded_minor + p.lost_minor, 0), COALESCE(p.amount_minor, 0),
       COALESCE(p.disputes_open, 0), COALESCE(m.state, '') <> 'released' OR o.state <> 'open',
       o.ordered_at, o.expires_at, o.entry_id
  FROM purchase_order AS o
  LEFT JOIN payment AS p USING (guild_id, order_id)
  LEFT JOIN order_promise AS m USING (guild_id, order_id)
 WHERE o.guild_id = ? AND o.member_id = ? AND (? = 0 OR o.order_id < ?)
 ORDER BY o.order_id DESC LIMIT ?
"""


def _purchase(row: tuple[Any, ...]) -> Purchase:
    order_id, code, provider, state, coins, bonus_coins, price_minor, currency, *paid = row
    back_minor, amount_minor, disputes_open, is_bonus_sure, *times, entry_id = paid
    return Purchase(
        order_id=order_id,
        code=code,
        provider=provider,
        state=_state(state, min(back_minor, amount_minor), amount_minor, disputes_open),
        coins=coins,
        bonus_coins=bonus_coins,
        is_bonus_sure=bool(is_bonus_sure),
        price=Money(price_minor, currency) if price_minor else None,
        # What a shop does not tell the price of is given back as a whole or not at all.
        back=Money(back_minor, currency) if price_minor == amount_minor and back_minor else None,
        ordered_at=times[0],
        expires_at=times[1],
        entry_id=entry_id,
    )


def _state(state: str, back_minor: int, amount_minor: int, disputes_open: int) -> PurchaseState:
    if state != "credited":
        return PurchaseState(state)
    if disputes_open:
        return PurchaseState.DISPUTED
    if not back_minor:
        return PurchaseState.PAID
    return PurchaseState.BACK if back_minor == amount_minor else PurchaseState.PART_BACK
