"""Claims and their steps as rows: read, and written inside the caller's transaction."""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.errors import ClaimNotFound
from bot.services.bonuses import Read
from bot.services.claim import Claim, ClaimStep
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.season_marks import season_entry_sql

OPEN_SQL = "c.state IN ('requested', 'approved', 'sending')"

# What was paid with a role says nothing of how money reaches somebody.
# Steps count from 1, so the first says who asked and which entry locked the diamonds.
_PAID_BEFORE_SQL = f"""
SELECT 1 FROM claim AS e JOIN claim_step AS s USING (guild_id, claim_id)
 WHERE e.guild_id = c.guild_id AND e.streamer_id = c.streamer_id AND e.claim_id < c.claim_id
   AND e.state = 'paid' AND (e.amount_minor > 0 OR c.amount_minor = 0)
   AND s.step = 1 AND s.entry_id > {season_entry_sql("c.guild_id")}
"""
IS_FIRST_SQL = f"NOT EXISTS ({_PAID_BEFORE_SQL})"

_OF_CLAIM = "guild_id = c.guild_id AND claim_id = c.claim_id"
CLAIMS_SQL = f"""
SELECT c.guild_id, c.claim_id, c.streamer_id, c.diamonds, c.state, c.requested_at,
       (SELECT note FROM claim_step WHERE {_OF_CLAIM} ORDER BY step DESC LIMIT 1),
       (SELECT actor_id FROM claim_step WHERE {_OF_CLAIM} AND step = 1),
       c.amount_minor, c.currency, c.provider, c.sending_diamonds,
       (SELECT COUNT(*) FROM claim_payment WHERE {_OF_CLAIM}),
       (SELECT COALESCE(SUM(diamonds), 0) FROM claim_payment WHERE {_OF_CLAIM}),
       (SELECT COALESCE(SUM(amount_minor), 0) FROM claim_payment WHERE {_OF_CLAIM}),
       c.payer,
       (SELECT taken_at FROM claim_step WHERE {_OF_CLAIM} ORDER BY step DESC LIMIT 1),
       (SELECT MAX(step) FROM claim_step WHERE {_OF_CLAIM}),
       {IS_FIRST_SQL}
  FROM claim AS c
"""


def claim_of(row: tuple[Any, ...]) -> Claim:
    """Return the claim of a row of CLAIMS_SQL."""
    guild_id, claim_id, streamer_id, diamonds, state, requested_at, note, *rest = row
    *more, is_first = rest
    return Claim(
        guild_id,
        claim_id,
        streamer_id,
        diamonds,
        ClaimState(state),
        requested_at,
        note,
        *more,
        is_first=bool(is_first),
    )


async def load_claim(read: Read, guild_id: int, claim_id: int) -> Claim:
    """Return a claim.

    Raises:
        ClaimNotFound: there is none of that number.
    """
    rows = list(
        await read(f"{CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id = ?", (guild_id, claim_id))
    )
    if not rows:
        raise ClaimNotFound(claim_id)
    return claim_of(tuple(rows[0]))


async def load_steps(read: Read, guild_id: int, claim_id: int) -> tuple[ClaimStep, ...]:
    """Return what was done with a claim, oldest first."""
    rows = await read(
        "SELECT step, action, state, actor_id, taken_at, note, diamonds FROM claim_step"
        " WHERE guild_id = ? AND claim_id = ? ORDER BY step",
        (guild_id, claim_id),
    )
    return tuple(
        ClaimStep(
            step=step,
            action=ClaimAction(action),
            state=ClaimState(state),
            actor_id=actor_id,
            taken_at=taken_at,
            note=note,
            diamonds=diamonds,
        )
        for step, action, state, actor_id, taken_at, note, diamonds in rows
    )


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step that was taken under a key before."""

    claim_id: int
    action: ClaimAction
    actor_id: int
    note: str
    diamonds: int
    entry_id: int | None


async def taken_before(read: Read, guild_id: int, key: str) -> TakenStep | None:
    """Return the step that was taken under a key, if one was."""
    rows = list(
        await read(
            "SELECT claim_id, action, actor_id, note, diamonds, entry_id FROM claim_step"
            " WHERE guild_id = ? AND key = ?",
            (guild_id, key),
        )
    )
    if not rows:
        return None
    claim_id, action, *rest = rows[0]
    return TakenStep(claim_id, ClaimAction(action), *rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step to be written down; `diamonds` are those that its entry moves."""

    claim_id: int
    key: str
    action: ClaimAction
    state: ClaimState
    actor_id: int
    taken_at: int
    note: str
    diamonds: int
    entry_id: int | None = None


async def record_step(connection: aiosqlite.Connection, guild_id: int, step: NewStep) -> int:
    """Write a step down and return its number in the claim, from 1."""
    rows = await connection.execute_fetchall(
        "INSERT INTO claim_step (guild_id, claim_id, step, key, action, state, actor_id, taken_at,"
        " note, diamonds, entry_id) SELECT ?1, ?2, COALESCE(MAX(step), 0) + 1, ?3, ?4, ?5, ?6, ?7,"
        " ?8, ?9, ?10 FROM claim_step WHERE guild_id = ?1 AND claim_id = ?2 RETURNING step",
        (
            guild_id,
            step.claim_id,
            step.key,
            step.action,
            step.state,
            step.actor_id,
            step.taken_at,
            step.note,
            step.diamonds,
            step.entry_id,
        ),
    )
    return int(next(iter(rows))[0])
