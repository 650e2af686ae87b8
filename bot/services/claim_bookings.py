"""Booking a step of a claim: its diamonds, its part, its row and its letter in one transaction."""

from dataclasses import replace

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.posting import Entry, Line, post, to_house
from bot.services.claim import BY_HAND, Claim, ClaimStepped
from bot.services.claim_letters import tell_streamer
from bot.services.claim_rows import NewStep, load_claim, record_step
from bot.services.claim_states import ClaimAction, ClaimState

_PAYS = frozenset({ClaimAction.PAY, ClaimAction.PAY_PART, ClaimAction.SENT, ClaimAction.SENT_PART})
# What gives back all that is left, and the kind of its entry.
_GIVES_BACK = {
    ClaimAction.REJECT: "claim_rejected",
    ClaimAction.CANCEL: "claim_cancelled",
    ClaimAction.FAIL: "claim_failed",
    ClaimAction.BOUNCE: "claim_failed",
}


async def book_step(
    connection: aiosqlite.Connection,
    claim: Claim,
    step: NewStep,
    *,
    provider: str,
    payer: str,
) -> ClaimStepped:
    """Book a step that was found right, of the claim as it was before.

    `provider` begins to send, from its account `payer`. The diamonds of the step are those it
    moves, or is about where it moves none.
    """
    entry_id = await _move_diamonds(connection, claim, step)
    if step.action.whole is ClaimAction.PAY:
        provider = BY_HAND
    if not provider:
        provider, payer = claim.provider, claim.payer
    if entry_id is not None and step.action in _PAYS:
        await _insert_payment(connection, claim, step, provider=provider, entry_id=entry_id)
    await connection.execute_fetchall(
        "UPDATE claim SET state = ?, provider = ?, payer = ?, sending_diamonds = ?"
        " WHERE guild_id = ? AND claim_id = ?",
        (
            step.state,
            provider,
            payer,
            step.diamonds if step.state is ClaimState.SENDING else 0,
            claim.guild_id,
            claim.claim_id,
        ),
    )
    step = replace(step, entry_id=entry_id)
    number = await record_step(connection, claim.guild_id, step)
    moved = await load_claim(connection.execute_fetchall, claim.guild_id, claim.claim_id)
    await _tell(connection, claim, moved, step, number)
    return ClaimStepped(moved, step.action, entry_id, replayed=False)


async def _move_diamonds(
    connection: aiosqlite.Connection, claim: Claim, step: NewStep
) -> int | None:
    """Post the diamonds' way back or out; an approval moves nothing, nor does a beginning."""
    streamer_id = claim.streamer_id
    if step.action in _PAYS:
        kind = "claim_paid"
        line = to_house(streamer_id, Account.CLAIMED, Account.PAID_OUT, step.diamonds)
        # The first part's key is the one that payments had before there were parts.
        key = f"{kind}:{claim.claim_id}" + (f":{claim.parts + 1}" if claim.parts else "")
    elif step.action in _GIVES_BACK:
        kind = _GIVES_BACK[step.action]
        line = Line(streamer_id, Account.CLAIMED, streamer_id, Account.DIAMONDS, step.diamonds)
        key = f"{kind}:{claim.claim_id}"
    else:
        return None
    posted = await post(
        connection,
        Entry(
            guild_id=claim.guild_id,
            key=key,
            kind=kind,
            actor_id=step.actor_id,
            posted_at=step.taken_at,
            lines=(line,),
            content=(claim.claim_id,),
            note=step.note,
        ),
    )
    return posted.entry_id


async def _insert_payment(
    connection: aiosqlite.Connection, claim: Claim, step: NewStep, *, provider: str, entry_id: int
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO claim_payment (guild_id, claim_id, part, diamonds, amount_minor, reference,"
        " provider, paid_at, paid_by, entry_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim.guild_id,
            claim.claim_id,
            claim.parts + 1,
            step.diamonds,
            claim.part_minor(step.diamonds),
            step.note,
            provider,
            step.taken_at,
            step.actor_id,
            entry_id,
        ),
    )


async def _tell(
    connection: aiosqlite.Connection, before: Claim, moved: Claim, step: NewStep, number: int
) -> None:
    # An approval is about the whole claim, though it moves nothing.
    diamonds = step.diamonds or before.diamonds
    await tell_streamer(
        connection,
        moved,
        step.action,
        step=number,
        diamonds=diamonds,
        amount_minor=before.part_minor(diamonds),
        now=step.taken_at,
    )
