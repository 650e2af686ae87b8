"""What can be refused about lives.

Refusal
├── LiveRuns            a second one is started
├── NotLive             there is none to end
├── LiveEndedItself     there is none to end any more
├── LiveTitleTooLong
└── LiveUnknown         a report is asked for of a live that is not this streamer's
"""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


@dataclass(eq=False)
class LiveRuns(Refusal):
    """A live is started while another one of the same streamer runs, since `since` (UTC)."""

    since: int
    message = N_("You are live since {since:at} already. `/live end` ends that one first.")


class NotLive(Refusal):
    """A live is ended by somebody who has none."""

    message = N_("You are not live right now. `/live start` begins a live.")


@dataclass(eq=False)
class LiveEndedItself(Refusal):
    """A live is ended that was over after the longest time, at `ended` (UTC)."""

    ended: int
    hours: int
    message = N_(
        "Your live ended by itself {ended:until}, after {hours} hours. `/earnings show live:` shows"
        " what it brought, and `/live start` begins the next one."
    )


@dataclass(eq=False)
class LiveTitleTooLong(Refusal):
    """A title is over the limit (characters)."""

    most: int
    length: int
    message = N_("A live's title can have up to {most} characters; yours has {length}.")


class LiveUnknown(Refusal):
    """A live that is not this streamer's, or not of this season."""

    message = N_(
        "There is no such live in this season. Please pick one from the list that"
        " `/earnings show live:` offers."
    )
