"""What can be refused about rates, holds and what earned coins become.

Refusal
├── RateIncomplete        rates are to change, and nobody said which or for whom
├── RateUnchanged         they are so already
├── HoldUnchanged         and so is the hold
├── SetElsewhere          a setting has a command of its own
├── TooFewAtEachRate      coins keep several rates and yield nothing at any of them
└── YieldChanged          coins yield another number of diamonds than was shown
"""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


@dataclass(eq=False)
class RateIncomplete(Refusal):
    """An admin named a rate and not for whom it is, or the other way round."""

    message = N_(
        "A change needs the new rate in `paid:` or `bonus:`, and in `applies:` whether it is for"
        " what is received from now on or for everything not converted yet."
    )


@dataclass(eq=False)
class RateUnchanged(Refusal):
    """The rates are what an admin wants them to be."""

    message = N_("The rates are so already; nothing changed.")


@dataclass(eq=False)
class HoldUnchanged(Refusal):
    """Received coins wait for as long already as an admin wants them to."""

    message = N_("Received coins wait for that long already; nothing changed.")


@dataclass(eq=False)
class SetElsewhere(Refusal):
    """A setting has a command of its own."""

    name: str
    command: str
    message = N_("There is a command of its own for **{name}**: `{command}`.")


@dataclass(eq=False)
class TooFewAtEachRate(Refusal):
    """Coins that keep several rates are too few for a diamond at each (coins)."""

    coins: int
    message = N_(
        "{coins:coins} yield no diamond yet: they keep different rates, and are too few at each of"
        " them. Convert again when you have received more."
    )


@dataclass(eq=False)
class YieldChanged(Refusal):
    """Coins yield another number of diamonds than was shown (coins, diamonds)."""

    coins: int
    diamonds: int
    message = N_(
        "This is not what you were shown any more: {coins:coins} would be {diamonds:diamonds} now."
        " `/convert` shows it anew."
    )
