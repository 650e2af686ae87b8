"""The states of a claim and what leads from one to the next: a table, and nothing else."""

from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands.

    Paying by hand goes from approved to paid. `sending` is what somebody else was told to pay: a
    provider that pays by itself, or a bank in a file; only their word, or a person's who looked
    there, leads on from it. `failed` is what a provider, or a bank, would not pay.
    """

    REQUESTED = "requested"
    APPROVED = "approved"
    SENDING = "sending"
    PAID = "paid"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class ClaimAction(StrEnum):
    """What can be done with a claim; what `whole` names is what people ask for.

    A provider fails; what a person paid bounces, when the bank sends it back. What was not sent
    after all waits to be paid again, with its diamonds still locked.
    """

    REQUEST = "request"
    APPROVE_FIRST = "approve_first"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    BEGIN_SENDING = "begin_sending"
    SENT_PART = "sent_part"
    SENT = "sent"
    NOT_SENT = "not_sent"
    FAIL = "fail"
    BOUNCE = "bounce"
    PAY_PART = "pay_part"
    PAY = "pay"

    @property
    def whole(self) -> "ClaimAction":
        """Return what was asked for when this came of it, as more was still missing."""
        return _WHOLES.get(self, self)


# One of two approvals, and a part of what is paid, leave the claim open.
FIRST_OF = {
    ClaimAction.APPROVE: ClaimAction.APPROVE_FIRST,
    ClaimAction.SENT: ClaimAction.SENT_PART,
    ClaimAction.PAY: ClaimAction.PAY_PART,
}
_WHOLES = {part: whole for whole, part in FIRST_OF.items()}

OPEN_STATES = frozenset({ClaimState.REQUESTED, ClaimState.APPROVED, ClaimState.SENDING})

# (where it stands, what is done) -> where it stands then; what is not here is refused.
LEADS_TO: dict[tuple[ClaimState | None, ClaimAction], ClaimState] = {
    (None, ClaimAction.REQUEST): ClaimState.REQUESTED,
    (ClaimState.REQUESTED, ClaimAction.APPROVE_FIRST): ClaimState.REQUESTED,
    (ClaimState.REQUESTED, ClaimAction.APPROVE): ClaimState.APPROVED,
    (ClaimState.REQUESTED, ClaimAction.REJECT): ClaimState.REJECTED,
    (ClaimState.REQUESTED, ClaimAction.CANCEL): ClaimState.CANCELLED,
    (ClaimState.APPROVED, ClaimAction.REJECT): ClaimState.REJECTED,
    (ClaimState.APPROVED, ClaimAction.BOUNCE): ClaimState.FAILED,
    (ClaimState.APPROVED, ClaimAction.PAY_PART): ClaimState.APPROVED,
    (ClaimState.APPROVED, ClaimAction.PAY): ClaimState.PAID,
    (ClaimState.APPROVED, ClaimAction.BEGIN_SENDING): ClaimState.SENDING,
    (ClaimState.SENDING, ClaimAction.SENT_PART): ClaimState.APPROVED,
    (ClaimState.SENDING, ClaimAction.SENT): ClaimState.PAID,
    (ClaimState.SENDING, ClaimAction.NOT_SENT): ClaimState.APPROVED,
    (ClaimState.SENDING, ClaimAction.FAIL): ClaimState.FAILED,
}


def next_state(state: ClaimState | None, action: ClaimAction) -> ClaimState | None:
    """Return where an action leads from a state, None where it is not allowed."""
    return LEADS_TO.get((state, action))
