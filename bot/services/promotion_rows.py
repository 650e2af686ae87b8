"""Promotions as rows: each has the terms it began with, and beside them every later change."""

import json
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.promotion_errors import PromotionNotFound, PromotionOver
from bot.services.bonuses import TERMS_COLUMNS, Read, terms_from_row
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import Terms
from bot.services.recurrence import Recurrence

OVER = "over"
FIRST_TERMS_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promotion with the plan that its next windows follow.

    `terms_id` counts its changes; `budget_left` is what its next windows may still give (bonus
    coins), 0 also without a budget.
    """

    guild_id: int
    promotion_id: int
    state: str
    terms_id: int
    plan: Plan
    budget_left: int


async def find_promotion(read: Read, guild_id: int, promotion_id: int) -> Promotion:
    """Return one promotion.

    Raises:
        PromotionNotFound: there is none of that number.
    """
    rows = list(await read(_FIND_SQL + " AND p.promotion_id = ?", (guild_id, promotion_id)))
    if not rows:
        raise PromotionNotFound(promotion_id)
    return _promotion(tuple(rows[0]))


async def find_alive(read: Read, guild_id: int, promotion_id: int) -> Promotion:
    """Return one promotion that is not over.

    Raises:
        PromotionNotFound, PromotionOver: there is none.
    """
    promotion = await find_promotion(read, guild_id, promotion_id)
    if promotion.state == OVER:
        raise PromotionOver(promotion_id)
    return promotion


async def list_promotions(read: Read, guild_id: int, *, over: bool) -> tuple[Promotion, ...]:
    """Return the promotions that are over, or those that are not, oldest first."""
    condition = f"p.state {'=' if over else '<>'} '{OVER}'"
    rows = await read(f"{_FIND_SQL} AND {condition} ORDER BY p.promotion_id", (guild_id,))
    return tuple(_promotion(tuple(row)) for row in rows)


async def find_open_terms(read: Read, guild_id: int, promotion_id: int, now: int) -> Terms | None:
    """Return what the window of a promotion that is open now promises, None when none is."""
    rows = await read(
        f"SELECT {TERMS_COLUMNS} FROM promotion_window"
        " JOIN promotion_terms USING (guild_id, promotion_id, terms_id)"
        " WHERE guild_id = ? AND promotion_id = ? AND starts_at <= ? AND ends_at > ?",
        (guild_id, promotion_id, now, now),
    )
    return next((terms_from_row(row) for row in rows), None)


async def made_before(connection: aiosqlite.Connection, guild_id: int, key: str) -> int | None:
    """Return the number of the promotion that was made under a key, if any was."""
    rows = list(
        await connection.execute_fetchall(
            "SELECT promotion_id FROM promotion WHERE guild_id = ? AND key = ?", (guild_id, key)
        )
    )
    return rows[0][0] if rows else None


async def count_alive(connection: aiosqlite.Connection, guild_id: int) -> int:
    """Return how many promotions of a guild are not over."""
    rows = list(
        await connection.execute_fetchall(
            f"SELECT COUNT(*) FROM promotion WHERE guild_id = ? AND state <> '{OVER}'", (guild_id,)
        )
    )
    return rows[0][0]


async def insert_promotion(
    connection: aiosqlite.Connection,
    guild_id: int,
    admin_id: int,
    key: str,
    plan: Plan,
    *,
    now: int,
) -> int:
    """Write a new promotion with its first terms, and return its number."""
    rows = list(
        await connection.execute_fetchall(
            "INSERT INTO promotion (guild_id, promotion_id, name, state, terms_id, key, created_by,"
            " created_at)"
            " SELECT ?1, COALESCE(MAX(promotion_id), 0) + 1, ?2, 'active', 1, ?3, ?4, ?5"
            " FROM promotion WHERE guild_id = ?1"
            " RETURNING promotion_id",
            (guild_id, plan.name, key, admin_id, now),
        )
    )
    promotion_id = rows[0][0]
    await _insert_terms(connection, guild_id, promotion_id, plan, admin_id, now=now)
    return promotion_id


async def change_plan(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    plan: Plan,
    admin_id: int,
    *,
    now: int,
) -> None:
    """Let a promotion follow another plan from now on."""
    terms_id = await _insert_terms(connection, guild_id, promotion_id, plan, admin_id, now=now)
    await connection.execute_fetchall(
        "UPDATE promotion SET name = ?, terms_id = ? WHERE guild_id = ? AND promotion_id = ?",
        (plan.name, terms_id, guild_id, promotion_id),
    )


async def change_state(
    connection: aiosqlite.Connection, guild_id: int, promotion_id: int, state: str
) -> None:
    """Write another state: active, paused or over."""
    await connection.execute_fetchall(
        "UPDATE promotion SET state = ? WHERE guild_id = ? AND promotion_id = ?",
        (state, guild_id, promotion_id),
    )


async def _insert_terms(
    connection: aiosqlite.Connection,
    guild_id: int,
    promotion_id: int,
    plan: Plan,
    admin_id: int,
    *,
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
                "picture": announcement.picture_text,
                "admin": admin_id,
                "now": now,
            },
        )
    )
    return rows[0][0]


_TERMS_SQL = f"""
INSERT INTO promotion_terms (guild_id, promotion_id, terms_id, {TERMS_COLUMNS}, recurrence,
                             channel_id, role_id, tells_ending, announcement, picture_text, set_by,
                             set_at)
VALUES (:guild, :promotion,
        (SELECT COALESCE(MAX(terms_id), 0) + 1 FROM promotion_terms
          WHERE guild_id = :guild AND promotion_id = :promotion),
        :percent, :coins, :packs, :least, :first, :member_coins, :member_uses, :budget,
        :recurrence, :channel, :role, :tells_ending, :text, :picture, :admin, :now)
RETURNING terms_id
"""

_FIND_SQL = f"""
SELECT p.guild_id, p.promotion_id, p.state, p.terms_id, p.name, t.recurrence,
       t.channel_id, t.role_id, t.tells_ending, t.announcement, t.picture_text,
       MAX(MIN(COALESCE(b.balance, 0), t.budget_coins - COALESCE(g.bonus_coins, 0)), 0),
       t.{TERMS_COLUMNS.replace(", ", ", t.")}
  FROM promotion AS p JOIN promotion_terms AS t USING (guild_id, promotion_id, terms_id)
  LEFT JOIN promotion_total AS g ON g.guild_id = p.guild_id AND g.promotion_id = p.promotion_id
  LEFT JOIN pot AS b ON b.guild_id = p.guild_id AND b.owner_id = -p.promotion_id
                    AND b.account = 'budget'
 WHERE p.guild_id = ?"""


def _promotion(row: tuple[Any, ...]) -> Promotion:
    guild_id, promotion_id, state, terms_id, name, recurrence, *said, budget_left = row[:12]
    channel_id, role_id, tells_ending, text, picture_text = said
    return Promotion(
        guild_id=guild_id,
        promotion_id=promotion_id,
        state=state,
        terms_id=terms_id,
        plan=Plan(
            name=name,
            terms=terms_from_row(row[12:]),
            recurrence=Recurrence.from_json(recurrence),
            announcement=Announcement(
                channel_id=channel_id,
                role_id=role_id,
                tells_ending=bool(tells_ending),
                text=text,
                picture_text=picture_text,
            ),
        ),
        budget_left=budget_left,
    )
