"""What can be refused about sharing what is received.

Refusal
├── SplitWithNobody     nobody else is named
├── SplitWithOneself    a streamer names the own account
├── SplitWithTwice      somebody is named twice
├── SplitTooLarge       the others' parts leave the streamer too little
├── SplitPercent        a part is out of bounds
├── SplitGone           it is over, or there never was one
├── SplitBegan          a no comes after everybody agreed
├── SplitNotChosen      somebody in several agreements does not say which one is meant
├── SplitNotYours       somebody presses who was not named
├── SplitHalf           somebody is named without percent, or the other way round
└── SharesWait          coins are those of others, or may become so with the next gift
"""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


class SplitWithNobody(Refusal):
    """Nobody else is named."""

    message = N_("Please name at least one person to share with, and how many percent they get.")


class SplitHalf(Refusal):
    """Somebody is named without percent, or the other way round."""

    message = N_("Each person needs a number of percent, and each number a person.")


class SplitWithOneself(Refusal):
    """A streamer names the own account."""

    message = N_("What is not shared stays yours anyway; please name others only.")


@dataclass(eq=False)
class SplitWithTwice(Refusal):
    """Somebody is named twice."""

    name: str
    message = N_("{name} is named twice; one number of percent each is enough.")


@dataclass(eq=False)
class SplitPercent(Refusal):
    """A part is out of bounds (percent)."""

    least: int
    most: int
    message = N_("Each part is a whole number of percent from {least} to {most}.")


@dataclass(eq=False)
class SplitTooLarge(Refusal):
    """The others' parts leave the streamer too little (percent)."""

    most: int
    asked: int
    message = N_(
        "All parts together can be at most {most} percent; these are {asked}. Something has to stay"
        " with you."
    )


class SplitGone(Refusal):
    """It is over, or there never was one."""

    message = N_("This agreement is over. `/split show` tells what holds now.")


class SplitBegan(Refusal):
    """A no comes after everybody agreed."""

    message = N_("Everybody agreed, so this has begun. `/split end` ends it.")


@dataclass(eq=False)
class SplitNotChosen(Refusal):
    """Somebody in several agreements does not say which one is meant."""

    count: int
    message = N_(
        "You are in {count} agreements. Please choose in `/split end` which of them is to end."
    )


class SplitNotYours(Refusal):
    """Somebody presses who was not named."""

    message = N_("Only the people named in it can answer this.")


@dataclass(eq=False)
class SharesWait(Refusal):
    """Coins are those of others that cannot take them yet, or may become so with the next gift."""

    free: int
    reserved: int
    message = N_(
        "You can convert {free:coins} now. {reserved:coins} more belong to those you share with,"
        " or may do so with the next gift."
    )
