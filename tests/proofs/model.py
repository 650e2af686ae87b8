"""The rules once more, in plain Python and as simple as can be: what the books must agree with."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Pots:
    """What one person has."""

    paid: int = 0
    bonus: int = 0
    earned_paid: int = 0
    earned_bonus: int = 0
    diamonds: int = 0
    claimed: int = 0


@dataclass
class ModelClaim:
    """A claim of the model."""

    streamer: int
    diamonds: int
    state: str = "requested"


class Refused(Exception):
    """The rules say no."""


@dataclass
class Model:
    """One guild."""

    fee_percent: int = 0
    rate: Fraction = Fraction(1)
    pots: dict[int, Pots] = field(default_factory=dict[int, Pots])
    claims: list[ModelClaim] = field(default_factory=list[ModelClaim])
    gifts: dict[str, tuple[int, int, dict[str, int]]] = field(
        default_factory=dict[str, tuple[int, int, dict[str, int]]]
    )
    undone: set[str] = field(default_factory=set[str])

    def of(self, person: int) -> Pots:
        """Return a person's pots."""
        return self.pots.setdefault(person, Pots())

    def buy(self, member: int, coins: int) -> None:
        """A test purchase: paid coins."""
        self.of(member).paid += coins

    def grant(self, member: int, coins: int) -> None:
        """A grant: bonus coins."""
        self.of(member).bonus += coins

    def gift(self, key: str, giver: int, streamer: int, coins: int) -> None:
        """Bonus first, then paid; the fee of each kind is rounded down."""
        pots = self.of(giver)
        if giver == streamer or pots.paid + pots.bonus < coins:
            raise Refused
        moved: dict[str, int] = {}
        bonus = min(pots.bonus, coins)
        for kind, amount in (("bonus", bonus), ("paid", coins - bonus)):
            arrives = amount - amount * self.fee_percent // 100
            moved[kind], moved[f"earned_{kind}"] = amount, arrives
        self._move(giver, streamer, moved, 1)
        self.gifts[key] = (giver, streamer, moved)

    def undo(self, key: str) -> None:
        """A gift goes back, as long as its own coins are still there: later ones are others'."""
        giver, streamer, moved = self.gifts[key]
        pots = self.of(streamer)
        if key in self.undone:
            return
        keys = list(self.gifts)
        later = [
            self.gifts[other][2]
            for other in keys[keys.index(key) + 1 :]
            if self.gifts[other][1] == streamer and other not in self.undone
        ]
        for kind, have in (("earned_paid", pots.earned_paid), ("earned_bonus", pots.earned_bonus)):
            if moved[kind] and have < moved[kind] + sum(other[kind] for other in later):
                raise Refused
        self._move(giver, streamer, moved, -1)
        self.undone.add(key)

    def _move(self, giver: int, streamer: int, moved: dict[str, int], sign: int) -> None:
        self.of(giver).bonus -= sign * moved["bonus"]
        self.of(giver).paid -= sign * moved["paid"]
        self.of(streamer).earned_bonus += sign * moved["earned_bonus"]
        self.of(streamer).earned_paid += sign * moved["earned_paid"]

    def convert(self, streamer: int, coins: int) -> int:
        """Whole diamonds only; the fewest coins that yield them, paid coins first."""
        pots = self.of(streamer)
        if not 1 <= coins <= pots.earned_paid + pots.earned_bonus:
            raise Refused
        diamonds = int(coins * self.rate)
        if diamonds == 0:
            raise Refused
        taken = coins
        while int((taken - 1) * self.rate) == diamonds:
            taken -= 1
        from_paid = min(taken, pots.earned_paid)
        pots.earned_paid -= from_paid
        pots.earned_bonus -= taken - from_paid
        pots.diamonds += diamonds
        return diamonds

    def claim(self, streamer: int, diamonds: int, least: int) -> None:
        """Diamonds are locked at once."""
        pots = self.of(streamer)
        if not least <= diamonds <= pots.diamonds:
            raise Refused
        pots.diamonds -= diamonds
        pots.claimed += diamonds
        self.claims.append(ModelClaim(streamer, diamonds))

    def step(self, number: int, actor: int, state: str) -> None:
        """Approve, reject, pay or cancel the claim of that number (from 1)."""
        if not 1 <= number <= len(self.claims):
            raise Refused
        claim = self.claims[number - 1]
        allowed_from = {
            "approved": ("requested",),
            "rejected": ("requested", "approved"),
            "cancelled": ("requested",),
            "paid": ("approved",),
        }
        is_own = claim.streamer == actor
        if is_own != (state == "cancelled") or claim.state not in allowed_from[state]:
            raise Refused
        claim.state = state
        if state == "approved":
            return
        pots = self.of(claim.streamer)
        pots.claimed -= claim.diamonds
        if state != "paid":
            pots.diamonds += claim.diamonds
