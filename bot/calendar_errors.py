"""Refusals about days, times, zones and windows: what was understood, and two ways to type it."""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


@dataclass(eq=False)
class MomentNotUnderstood(Refusal):
    """What was typed is no moment."""

    message = N_(
        "I cannot read “{text}” as a day and a time. Type it like “tomorrow 18:00” or “fri 20:00”."
    )
    text: str


@dataclass(eq=False)
class MomentWithoutTime(Refusal):
    """What was typed is a day, without a time of day."""

    message = N_(
        "I read “{text}” as {day}, without a time of day. "
        "Type it like “tomorrow 18:00” or “fri 20:00”."
    )
    text: str
    day: str


@dataclass(eq=False)
class MomentAmbiguous(Refusal):
    """What was typed can be read in two ways."""

    message = N_("“{text}” could be {first} or {second}. Type the one you mean just like that.")
    text: str
    first: str
    second: str


@dataclass(eq=False)
class MomentNamesZone(Refusal):
    """A time was typed with a zone of its own."""

    message = N_(
        "I read a time zone in “{text}”, but times here follow {zone}. "
        "Type it like “tomorrow 18:00” or “fri 20:00”."
    )
    text: str
    zone: str


@dataclass(eq=False)
class MomentTooFar(Refusal):
    """What was typed is years away, before or after today."""

    message = N_(
        "I read “{text}” as {day}, which is more than {most_years} years away. "
        "Type it like “tomorrow 18:00” or “fri 20:00”."
    )
    text: str
    day: str
    most_years: int


@dataclass(eq=False)
class MomentTooLong(Refusal):
    """What was typed is longer than any day and time."""

    message = N_(
        "That is longer than {most_characters} characters, which no day or time is. "
        "Type it like “tomorrow 18:00” or “fri 20:00”."
    )
    most_characters: int


@dataclass(eq=False)
class DayNotUnderstood(Refusal):
    """What was typed is no day."""

    message = N_("I cannot read “{text}” as a day. Type it like “31 december” or “in 30 days”.")
    text: str


@dataclass(eq=False)
class DurationNotUnderstood(Refusal):
    """What was typed does not say how long something lasts."""

    message = N_(
        "I cannot read “{text}” as how long it lasts. Type it like “2 hours” or “1 day 4 hours”."
    )
    text: str


@dataclass(eq=False)
class StartsInThePast(Refusal):
    """The first window would start before now (seconds, UTC)."""

    message = N_(
        "That start, {starts_at:at}, is already past. "
        "Type a later one, like “tomorrow 18:00” or “now”."
    )
    starts_at: int


class UntilWithoutRepeats(Refusal):
    """A last day was typed for a promotion that comes once."""

    message = N_(
        "A last day is for what repeats. "
        "Choose how often it repeats, such as daily, or leave the last day empty."
    )


@dataclass(eq=False)
class EndsBeforeStart(Refusal):
    """A window would end when it starts, or before."""

    message = N_(
        "That would end at {ends_at:at}, and start only at {starts_at:at}. "
        "Type a later end like “fri 20:00”, or how long it lasts, like “2 hours”."
    )
    starts_at: int
    ends_at: int


class WindowTooShort(Refusal):
    """A window would last less than a minute."""

    message = N_("A window lasts a minute at least. Type it like “30 minutes” or “2 hours”.")


@dataclass(eq=False)
class WindowTooLong(Refusal):
    """A window would last longer than the longest one may (days)."""

    message = N_(
        "A window lasts up to {most_days} days. Type it like “2 hours” or “1 day 4 hours”."
    )
    most_days: int


class WindowsOverlap(Refusal):
    """A window would still be open when the next one of its promotion starts."""

    message = N_(
        "Each window would still be open when the next one starts. "
        "Let it last less long, like “2 hours”, or come less often, like weekly."
    )


@dataclass(eq=False)
class UnknownZone(Refusal):
    """No time zone has that name."""

    message = N_(
        "There is no time zone called “{name}”. "
        "Pick one from the list, like “Europe/Berlin” or “America/New_York”."
    )
    name: str
