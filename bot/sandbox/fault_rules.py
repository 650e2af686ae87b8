"""What faults there are, what each one can be told, and the sentences about what it cannot."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeGuard

from bot.sandbox import rejections
from bot.sandbox.lookup import ScriptError
from bot.sandbox.rejections import Refusal
from bot.sandbox.wire import Json

MOST_TIMES = 1000
MOST_SECONDS = 600.0
SHORTEST_SECONDS = 0.01
# As many as one look at a busy chat; a session keeps 1,000.
MOST_REPLAYED_EVENTS = 100


class Fault(StrEnum):
    """The faults by name."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    SLOW = "slow"
    REFUSE = "refuse"
    LATE = "late"
    DELIVER_TWICE = "deliver_twice"
    DELIVER_LATE = "deliver_late"
    NARROW_LIMITS = "narrow_limits"
    DROP = "drop"
    RECONNECT = "reconnect"
    INVALID_SESSION = "invalid_session"
    NONE = "none"


class Target(StrEnum):
    """Which requests a fault hits."""

    ANY = "any"
    FIRST_ANSWER = "first_answer"
    CHOICES = "choices"
    LATER_ANSWER = "later_answer"
    CHANNEL = "channel"
    OTHER = "other"


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value of JSON is a number; for Python true and false are numbers too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class FaultField(Protocol):
    """One thing that a fault can be told."""

    @property
    def default(self) -> object:
        """What it is when nothing is said; None when that depends on the others."""
        ...

    def problem(self, value: object) -> str | None:
        """Tell what is wrong with a value: the end of the sentence `"name" must be ...`."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, which NaN and infinity never are."""

    default: float
    least: float
    most: float

    def problem(self, value: object) -> str | None:
        """Tell what is wrong with a value."""
        if is_number(value) and self.least <= value <= self.most:
            return None
        return f"a number between {self.least:g} and {self.most:g}"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    default: int
    least: int
    most: int

    def problem(self, value: object) -> str | None:
        """Tell what is wrong with a value."""
        if is_number(value) and isinstance(value, int) and self.least <= value <= self.most:
            return None
        return f"a whole number between {self.least} and {self.most}"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    default: bool

    def problem(self, value: object) -> str | None:
        """Tell what is wrong with a value."""
        return None if isinstance(value, bool) else "true or false"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    default: int | str | None
    values: tuple[int | str, ...]

    def problem(self, value: object) -> str | None:
        """Tell what is wrong with a value; true is not 1 here."""
        if any(type(value) is type(known) and value == known for known in self.values):
            return None
        named = [str(one) for one in self.values]
        return f"one of {', '.join(named)}" if named[1:] else named[0]


def known_refusals() -> dict[int, Refusal]:
    """List what the sandbox refuses by Discord's code; those without one are no choice."""
    everything = [one for one in vars(rejections).values() if isinstance(one, Refusal)]
    return {one.code: one for one in everything if one.code}


REFUSALS = known_refusals()
_TIMES = Whole(1, 1, MOST_TIMES)
_ON_ANY = Choice(Target.ANY.value, tuple(target.value for target in Target))
_ON_FIRST_ANSWER = Choice(Target.FIRST_ANSWER.value, _ON_ANY.values)
_DROPPED: dict[str, FaultField] = {
    "resumable": Flag(default=True),
    "down_seconds": Number(0.0, 0.0, MOST_SECONDS),
    "replay_events": Whole(0, 0, MOST_REPLAYED_EVENTS),
}
FIELDS: dict[Fault, dict[str, FaultField]] = {
    Fault.RATE_LIMIT: {
        "on": _ON_ANY,
        "times": _TIMES,
        "retry_after_seconds": Number(1.0, 0.001, MOST_SECONDS),
        "global": Flag(default=False),
    },
    Fault.SERVER_ERROR: {
        "on": _ON_ANY,
        "times": _TIMES,
        "status": Choice(500, (500, 502, 503, 504)),
        "after_work": Flag(default=False),
    },
    Fault.SLOW: {
        "on": _ON_ANY,
        "times": _TIMES,
        "seconds": Number(2.0, SHORTEST_SECONDS, MOST_SECONDS),
        "after_work": Flag(default=False),
    },
    Fault.REFUSE: {
        "on": _ON_FIRST_ANSWER,
        "times": _TIMES,
        "code": Choice(None, tuple(REFUSALS)),
    },
    Fault.LATE: {
        "on": Choice(Target.FIRST_ANSWER.value, (Target.FIRST_ANSWER.value,)),
        "times": _TIMES,
    },
    Fault.DELIVER_TWICE: {"times": _TIMES},
    Fault.DELIVER_LATE: {
        "times": _TIMES,
        "seconds": Number(2.7, SHORTEST_SECONDS, MOST_SECONDS),
    },
    Fault.NARROW_LIMITS: {
        "limit": Whole(1, 1, MOST_TIMES),
        "per_seconds": Number(5.0, 0.1, MOST_SECONDS),
    },
    Fault.DROP: _DROPPED,
    Fault.RECONNECT: {},
    Fault.INVALID_SESSION: {"resumable": Flag(default=False)},
    Fault.NONE: {},
}
# What a refused request is refused with when nobody says: what Discord says there most often.
USUAL_CODES = {
    Target.FIRST_ANSWER: rejections.UNKNOWN_INTERACTION.code,
    Target.CHOICES: rejections.UNKNOWN_INTERACTION.code,
    Target.LATER_ANSWER: rejections.INVALID_WEBHOOK_TOKEN.code,
}


def read_fault(asked: Json) -> tuple[Fault, Json]:
    """Read which fault is asked for, with all its fields.

    Raises:
        ScriptError: the fault or a field is unknown, or a field is not what it must be.
    """
    fault = _named(asked.get("fault"))
    fields = FIELDS[fault]
    if unknown := sorted(set(asked) - set(fields) - {"fault"}):
        known = ", ".join(f'"{name}"' for name in fields) or "none"
        sentence = f'The fault "{fault}" has no field "{unknown[0]}"; it has {known}.'
        raise ScriptError(sentence)
    details: Json = {}
    for name, field in fields.items():
        value = asked.get(name)
        if value is None:
            value = field.default
        elif problem := field.problem(value):
            sentence = f'"{name}" must be {problem}.'
            raise ScriptError(sentence)
        details[name] = value
    if fault is Fault.REFUSE and details["code"] is None:
        usual = USUAL_CODES.get(details["on"], rejections.MISSING_PERMISSIONS.code)
        details["code"] = usual
    return fault, details


def _named(name: object) -> Fault:
    if isinstance(name, str) and name in set(Fault):
        return Fault(name)
    sentence = f'"fault" must be one of {", ".join(Fault)}.'
    raise ScriptError(sentence)
