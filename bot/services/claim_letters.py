"""What a streamer is told of a claim, written with the step it tells of."""

from typing import Any

import aiosqlite

from bot.services.claim import Claim
from bot.services.claim_states import ClaimAction
from bot.services.letters import write_letter

# A first approval of two changes nothing for the streamer; nobody is told of their own steps.
_KINDS = {
    ClaimAction.APPROVE: "claim_approved",
    ClaimAction.REJECT: "claim_rejected",
    ClaimAction.NOT_SENT: "claim_not_sent",
    ClaimAction.FAIL: "claim_failed",
    ClaimAction.BOUNCE: "claim_failed",
    ClaimAction.PAY_PART: "claim_part_paid",
    ClaimAction.SENT_PART: "claim_part_paid",
    ClaimAction.PAY: "claim_paid",
    ClaimAction.SENT: "claim_paid",
}


async def tell_streamer(
    connection: aiosqlite.Connection,
    claim: Claim,
    action: ClaimAction,
    *,
    step: int,
    diamonds: int,
    amount_minor: int,
    now: int,
) -> None:
    """Write the letter about a step, if the streamer gets one; amounts are those of the step."""
    # What a provider sends is there in a moment; a bank takes its days.
    kind = "claim_at_bank" if claim.is_at_bank else _KINDS.get(action)
    if kind is None:
        return
    facts: dict[str, Any] = {
        "claim_id": claim.claim_id,
        "diamonds": diamonds,
        "amount_minor": amount_minor,
        "currency": claim.currency,
        "note": claim.note,
        "left_diamonds": claim.left_diamonds,
        "paid_diamonds": claim.paid_diamonds,
    }
    await write_letter(
        connection,
        claim.guild_id,
        claim.streamer_id,
        kind,
        subject=f"{claim.claim_id}:{step}",
        facts=facts,
        now=now,
    )
