"""Claims once more, in plain Python: who may do what, and where the diamonds are then."""

from dataclasses import dataclass, field
from fractions import Fraction

from tests.proofs.model import Refused

DAY_SECONDS = 24 * 60 * 60
LEAST, MOST_PER_DAY, TWO_APPROVALS_FROM = 5, 400, 120
CENTS_PER_DIAMOND = Fraction(3, 2)


@dataclass
class Gems:
    """A streamer's diamonds: free ones, those in open claims, and those paid out."""

    diamonds: int = 0
    claimed: int = 0
    paid_out: int = 0


@dataclass
class ModelClaim:
    """A claim: who gave the first of two approvals, what is paid, and whether a bank has it."""

    streamer: int
    diamonds: int
    requested_at: int
    state: str = "requested"
    approved_by: int = 0
    paid: int = 0
    is_at_bank: bool = False

    @property
    def left(self) -> int:
        """Return what no part has paid."""
        return self.diamonds - self.paid

    @property
    def counts(self) -> int:
        """Return what counts towards the day's limit: what was given back does not."""
        is_gone = self.state in {"rejected", "cancelled", "failed"}
        return self.paid if is_gone else self.diamonds


@dataclass
class ClaimsModel:
    """The claims of one guild, and what a provider really transferred (diamonds, by claim).

    The operator may take the provider away for a while; then nobody can ask what it did.
    """

    gems: dict[int, Gems] = field(default_factory=dict[int, Gems])
    claims: list[ModelClaim] = field(default_factory=list[ModelClaim])
    transferred: dict[int, int] = field(default_factory=dict[int, int])
    is_gone: bool = False

    def of(self, person: int) -> Gems:
        """Return a person's diamonds."""
        return self.gems.setdefault(person, Gems())

    def request(self, streamer: int, diamonds: int | None, now: int) -> None:
        """Diamonds are locked at once; without a number as many as may be asked for today."""
        gems = self.of(streamer)
        left = MOST_PER_DAY - sum(
            claim.counts
            for claim in self.claims
            if claim.streamer == streamer and claim.requested_at > now - DAY_SECONDS
        )
        wanted = min(gems.diamonds, left) if diamonds is None else diamonds
        if not LEAST <= wanted <= min(left, gems.diamonds):
            raise Refused
        gems.diamonds -= wanted
        gems.claimed += wanted
        self.claims.append(ModelClaim(streamer, wanted, now))

    def _found(self, number: int, actor: int, *states: str, is_own: bool = False) -> ModelClaim:
        if not 1 <= number <= len(self.claims):
            raise Refused
        claim = self.claims[number - 1]
        if (claim.streamer == actor) is not is_own or claim.state not in states:
            raise Refused
        return claim

    def approve(self, number: int, actor: int) -> None:
        """Approve a claim that is not one's own; much within a day needs another admin as well."""
        claim = self._found(number, actor, "requested")
        earlier = sum(
            each.counts
            for each in self.claims[: number - 1]
            if each.streamer == claim.streamer
            and each.requested_at > claim.requested_at - DAY_SECONDS
        )
        if claim.diamonds + earlier >= TWO_APPROVALS_FROM:
            if claim.approved_by == actor:
                raise Refused
            if not claim.approved_by:
                claim.approved_by = actor
                return
        claim.state = "approved"

    def reject(self, number: int, actor: int) -> None:
        """Give back what no part paid."""
        self._give_back(self._found(number, actor, "requested", "approved"), "rejected")

    def bounce(self, number: int, actor: int) -> None:
        """A bank sent it back."""
        self._give_back(self._found(number, actor, "approved"), "failed")

    def cancel(self, number: int, actor: int) -> None:
        """Take back an own claim."""
        self._give_back(self._found(number, actor, "requested", is_own=True), "cancelled")

    def pay(self, number: int, actor: int, diamonds: int | None) -> None:
        """Pay by hand, all or a part."""
        claim = self._found(number, actor, "approved")
        part = claim.left if diamonds is None else diamonds
        if not 1 <= part <= claim.left:
            raise Refused
        self._pay(claim, part)

    def send(self, number: int, actor: int, mood: str) -> None:
        """Let a provider pay what is left; a streamer's first claim is paid by hand."""
        claim = self._found(number, actor, "approved")
        if self.is_gone:
            raise Refused
        if all(each.streamer != claim.streamer or each.state != "paid" for each in self.claims):
            raise Refused
        claim.state = "sending"
        self._send(number, mood)

    @property
    def sending(self) -> list[int]:
        """Return the claims that a provider may have paid and nobody knows of, oldest first."""
        return [
            number
            for number, each in enumerate(self.claims, 1)
            if each.state == "sending" and not each.is_at_bank
        ]

    @property
    def at_bank(self) -> list[int]:
        """Return the claims that a bank has, oldest first."""
        return [number for number, each in enumerate(self.claims, 1) if each.is_at_bank]

    def ask_again(self, moods: list[str]) -> None:
        """Look for what may have gone, and send what did not."""
        if self.is_gone:
            return
        for number, mood in zip(self.sending, moods, strict=True):
            claim = self.claims[number - 1]
            if mood == "blind":
                continue
            if number in self.transferred:
                self._pay(claim, claim.left)
            else:
                self._send(number, mood)

    def hand_out(self, actor: int) -> list[int]:
        """Give a bank what is approved and not the actor's own, and return which claims that is."""
        numbers = [
            number
            for number, each in enumerate(self.claims, 1)
            if each.state == "approved" and each.streamer != actor
        ]
        for number in numbers:
            claim = self.claims[number - 1]
            claim.state, claim.is_at_bank = "sending", True
        return numbers

    def bring(self, results: dict[int, bool], actor: int) -> None:
        """Take a file that says of claims whether they were paid."""
        for number, is_paid in results.items():
            claim = self._found(number, actor, "approved", "sending")
            if claim.state == "sending" and not claim.is_at_bank:
                raise Refused
            if is_paid:
                self._pay(claim, claim.left)
            else:
                self._give_back(claim, "failed")

    def say(self, number: int, actor: int, mood: str, *, is_paid: bool) -> None:
        """Hear a person; what the provider knows counts for more, unless there is none to ask."""
        claim = self._found(number, actor, "sending")
        if not claim.is_at_bank and not self.is_gone:
            went = number in self.transferred
            if mood == "blind" or (is_paid and not went):
                raise Refused
            is_paid = went
        if is_paid:
            self._pay(claim, claim.left)
        else:
            claim.state, claim.is_at_bank = "approved", False

    def _send(self, number: int, mood: str) -> None:
        claim = self.claims[number - 1]
        if mood in {"answers", "silent_after"}:
            self.transferred[number] = claim.left
        if mood == "answers":
            self._pay(claim, claim.left)
        elif mood == "refuses":
            self._give_back(claim, "failed")

    def _pay(self, claim: ModelClaim, diamonds: int) -> None:
        gems = self.of(claim.streamer)
        gems.claimed -= diamonds
        gems.paid_out += diamonds
        claim.paid += diamonds
        claim.state = "approved" if claim.left else "paid"
        claim.is_at_bank = False

    def _give_back(self, claim: ModelClaim, state: str) -> None:
        gems = self.of(claim.streamer)
        gems.claimed -= claim.left
        gems.diamonds += claim.left
        claim.state = state
        claim.is_at_bank = False
