"""What coins yield: exact fractions, rounded down, and never a coin taken that yields nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Conversion:
    """What converting would take and yield: coins by what paid for them, diamonds."""

    paid_coins: int
    bonus_coins: int
    diamonds: int

    @property
    def coins(self) -> int:
        """Return the coins that are taken."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Earned coins that are converted at the same rates (diamonds per coin).

    `change_id` is the change of rates that they are from before, 0 for the rates of now.
    """

    paid_coins: int
    bonus_coins: int
    paid_rate: Fraction
    bonus_rate: Fraction
    change_id: int = 0

    @property
    def coins(self) -> int:
        """Return the coins of both kinds."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True)
class Part:
    """What is converted of one share."""

    share: Share
    conversion: Conversion


def plan_conversion(
    *, paid: int, bonus: int, asked: int, paid_rate: Fraction, bonus_rate: Fraction
) -> Conversion:
    """Return what `asked` coins yield, paid coins first, never taking a coin that yields nothing.

    With one rate for both kinds they are converted as one sum, so that no odd coin is left on each
    side. With two rates each kind is rounded down by itself.
    """
    if paid_rate == bonus_rate:
        taken, diamonds = _exchange(asked, paid_rate)
        from_paid = min(paid, taken)
        return Conversion(from_paid, taken - from_paid, diamonds)
    paid_taken, paid_diamonds = _exchange(min(paid, asked), paid_rate)
    bonus_taken, bonus_diamonds = _exchange(min(bonus, asked - paid_taken), bonus_rate)
    return Conversion(paid_taken, bonus_taken, paid_diamonds + bonus_diamonds)


def _exchange(coins: int, rate: Fraction) -> tuple[int, int]:
    """Return the fewest coins that yield as many diamonds as `coins` do, and those diamonds."""
    diamonds = math.floor(coins * rate)
    return (math.ceil(diamonds / rate) if diamonds else 0, diamonds)


def plan_parts(shares: Sequence[Share], asked: int) -> tuple[Part, ...]:
    """Return what `asked` coins yield of shares with rates of their own, the first share first.

    Each share is rounded down by itself; its odd coins stay in it, and the next share is asked for
    as many. So what was taken, asked for again, yields the same.
    """
    parts: list[Part] = []
    for share in shares:
        conversion = plan_conversion(
            paid=share.paid_coins,
            bonus=share.bonus_coins,
            asked=min(asked, share.coins),
            paid_rate=share.paid_rate,
            bonus_rate=share.bonus_rate,
        )
        asked -= conversion.coins
        if conversion.diamonds:
            parts.append(Part(share, conversion))
    return tuple(parts)


def sum_of(parts: Sequence[Part]) -> Conversion:
    """Return what all parts take and yield together."""
    return Conversion(
        sum(part.conversion.paid_coins for part in parts),
        sum(part.conversion.bonus_coins for part in parts),
        sum(part.conversion.diamonds for part in parts),
    )
