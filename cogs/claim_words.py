"""How a claim reads: its state, its amount, its parts, and what was done with it."""

import discord

from bot.currencies import Money
from bot.services.claim import Claim, ClaimStep
from bot.services.claim_states import ClaimAction, ClaimState
from bot.texts import N_, Texts
from cogs.looks import DIAMOND, quoted
from cogs.payout_words import reason_words

STATE_TEXTS = {
    ClaimState.REQUESTED: N_("🕰️ waiting for an admin"),
    ClaimState.APPROVED: N_("✅ approved, to be paid"),
    ClaimState.SENDING: N_("📨 being paid"),
    ClaimState.PAID: N_("💸 paid"),
    ClaimState.FAILED: N_("⚠️ failed, diamonds returned"),
    ClaimState.REJECTED: N_("❌ rejected, diamonds returned"),
    ClaimState.CANCELLED: N_("↩️ cancelled, diamonds returned"),
}
# Where diamonds have a value in money, a bank is named that has it; a server that plays has none.
_AT_BANK = N_("🏦 the bank has it")
_STEP_TEXTS = {
    ClaimAction.REQUEST: N_("🕰️ requested by {who}"),
    ClaimAction.APPROVE_FIRST: N_("☑️ first approval, by {who}"),
    ClaimAction.APPROVE: N_("✅ approved by {who}"),
    ClaimAction.REJECT: N_("❌ rejected by {who}, {diamonds:diamonds} returned"),
    ClaimAction.CANCEL: N_("↩️ cancelled by {who}, {diamonds:diamonds} returned"),
    ClaimAction.BEGIN_SENDING: N_("📨 {diamonds:diamonds} on their way, sent by {who}"),
    ClaimAction.SENT_PART: N_("💸 {diamonds:diamonds} paid"),
    ClaimAction.SENT: N_("💸 {diamonds:diamonds} paid"),
    ClaimAction.NOT_SENT: N_("↪️ not paid, noted by {who}; it waits to be paid"),
    ClaimAction.FAIL: N_("⚠️ could not be paid, {diamonds:diamonds} returned"),
    ClaimAction.BOUNCE: N_("⚠️ came back, noted by {who}; {diamonds:diamonds} returned"),
    ClaimAction.PAY_PART: N_("💸 {diamonds:diamonds} paid by {who}"),
    ClaimAction.PAY: N_("💸 {diamonds:diamonds} paid by {who}"),
}


def diamonds_worth(texts: Texts, diamonds: int, worth: Money | None) -> str:
    """Return diamonds in words, with what they are worth where they have a value in money."""
    if worth is None:
        return texts("{diamonds:diamonds}", diamonds=diamonds)
    return texts("{diamonds:diamonds} ({worth})", diamonds=diamonds, worth=worth)


# What an embed has room for, however long the reasons are.
_MOST_STEPS = 8


def claim_line(texts: Texts, claim: Claim, *, has_note: bool = True) -> str:
    """Return a claim's number, amount, state and, unless that is left out, the last word on it."""
    line = texts(
        "**#{number}** · {emoji} {amount} · {state} · {at:until}",
        number=str(claim.claim_id),
        emoji=DIAMOND,
        amount=_amount(texts, claim),
        state=standing(texts, claim),
        at=claim.requested_at,
    )
    return f"{line}\n{quoted(reason_words(texts, claim.note))}" if claim.note and has_note else line


def _amount(texts: Texts, claim: Claim) -> str:
    amount = texts.number(claim.diamonds)
    if claim.worth is None:
        return amount
    return texts("{amount} ({worth})", amount=amount, worth=claim.worth)


def standing(texts: Texts, claim: Claim) -> str:
    """Return where a claim stands, and since when while somebody else has it."""
    state = state_words(texts, claim)
    if claim.state is not ClaimState.SENDING:
        return state
    return texts("{state} since {at:day}", state=state, at=claim.stepped_at)


def state_words(texts: Texts, claim: Claim) -> str:
    """Return where a claim stands, and how much of it is paid while that is a part.

    It has no time in it, so it can stand where Discord shows none.
    """
    is_named = claim.is_at_bank and claim.worth is not None
    state = texts(_AT_BANK if is_named else STATE_TEXTS[claim.state])
    if not claim.paid_diamonds or claim.state is ClaimState.PAID:
        return state
    return texts(
        "{state}, {paid} of {diamonds} paid",
        state=state,
        paid=claim.paid_diamonds,
        diamonds=claim.diamonds,
    )


def claim_title(texts: Texts, claim: Claim) -> str:
    """Return what a card of one claim is called."""
    amount = diamonds_worth(texts, claim.diamonds, claim.worth)
    return texts("Claim {number:receipt} · {amount}", number=claim.claim_id, amount=amount)


def timeline(texts: Texts, steps: tuple[ClaimStep, ...]) -> str:
    """Return what was done with a claim, the latest last, with who, when and why."""
    lines: list[str] = []
    if left_out := len(steps[:-_MOST_STEPS]):
        lines.append(texts.plural("{count} earlier step", "{count} earlier steps", left_out))
    for step in steps[-_MOST_STEPS:]:
        what = texts(_STEP_TEXTS[step.action], who=f"<@{step.actor_id}>", diamonds=step.diamonds)
        lines.append(texts("{at:at} · {what}", at=step.taken_at, what=what))
        if step.note:
            lines.append(quoted(reason_words(texts, step.note)))
    return "\n".join(lines)


def claim_option(texts: Texts, claim: Claim) -> discord.SelectOption:
    """Return what stands for a claim in a list to choose from."""
    return discord.SelectOption(
        label=claim_title(texts, claim)[:100],
        value=str(claim.claim_id),
        description=state_words(texts, claim)[:100],
    )
