"""A claim as values: how it stands, what was done with it, in which parts it was paid."""

from dataclasses import dataclass

from bot.currencies import Money
from bot.services.claim_states import OPEN_STATES, ClaimAction, ClaimState

# Whoever pays by hand, and a bank that has a file; every other provider pays by itself.
BY_HAND = "manual"
BANK = "bank"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands; `note` is the last step's reason or reference.

    What it is worth was fixed when it was requested: `amount_minor` is in minor units of
    `currency`, 0 and '' where diamonds have no value in money. `is_first` says that no earlier
    claim of its streamer was paid in this season; of one in money, that none was paid in money.
    `payer` is the provider's account that it is paid from, '' where there is no such thing;
    `stepped_at` is when the last step was taken (UTC), and `step` its number, from 1.
    """

    guild_id: int
    claim_id: int
    streamer_id: int
    diamonds: int
    state: ClaimState
    requested_at: int
    note: str = ""
    requested_by: int = 0
    amount_minor: int = 0
    currency: str = ""
    provider: str = ""
    sending_diamonds: int = 0
    parts: int = 0
    paid_diamonds: int = 0
    paid_minor: int = 0
    payer: str = ""
    stepped_at: int = 0
    step: int = 0
    is_first: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether its diamonds are still locked."""
        return self.state in OPEN_STATES

    @property
    def is_at_bank(self) -> bool:
        """Tell whether a bank has it in a file, and its result is waited for."""
        return self.state is ClaimState.SENDING and self.provider == BANK

    @property
    def left_diamonds(self) -> int:
        """Return the diamonds that no part has paid."""
        return self.diamonds - self.paid_diamonds

    @property
    def worth(self) -> Money | None:
        """Return what all of it is worth, None where diamonds have no value in money."""
        return Money(self.amount_minor, self.currency) if self.currency else None

    @property
    def left_worth(self) -> Money | None:
        """Return what is left to pay of its worth."""
        left_minor = self.amount_minor - self.paid_minor
        return Money(left_minor, self.currency) if self.currency else None

    def changed_since(self, seen_step: int) -> bool:
        """Tell whether steps were taken after the one that somebody saw last; 0 is any.

        It may stand as before and be on its way a second time, or be paid in part.
        """
        return seen_step not in {0, self.step}

    def part_minor(self, diamonds: int) -> int:
        """Return what the next part of so many diamonds is worth, in minor units.

        Each part is what all up to it are worth less what was paid, so that however a claim is
        parted, the parts add up to it.
        """
        paid_then = self.paid_diamonds + diamonds
        return self.amount_minor * paid_then // self.diamonds - self.paid_minor


@dataclass(frozen=True, slots=True)
class ClaimStepped:
    """A claim after a step that was just taken, or taken before under the same key."""

    claim: Claim
    action: ClaimAction
    entry_id: int | None
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStep:
    """One step of a claim: what, who, when (seconds, UTC), why, and the diamonds it moved."""

    step: int
    action: ClaimAction
    state: ClaimState
    actor_id: int
    taken_at: int
    note: str
    diamonds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSending:
    """What a provider is asked to send, under a name that stays the same however often."""

    guild_id: int
    claim_id: int
    part: int
    streamer_id: int
    diamonds: int
    amount_minor: int
    currency: str
    provider: str
    payer: str = ""

    @property
    def name(self) -> str:
        """Return the name under which the provider knows this part for ever."""
        return f"claim-{self.guild_id}-{self.claim_id}-{self.part}"


def sending_of(claim: Claim) -> ClaimSending:
    """Return what is on its way of a claim that is being sent."""
    assert claim.state is ClaimState.SENDING, f"claim {claim.claim_id} is {claim.state}"
    return ClaimSending(
        guild_id=claim.guild_id,
        claim_id=claim.claim_id,
        part=claim.parts + 1,
        streamer_id=claim.streamer_id,
        diamonds=claim.sending_diamonds,
        amount_minor=claim.part_minor(claim.sending_diamonds),
        currency=claim.currency,
        provider=claim.provider,
        payer=claim.payer,
    )
