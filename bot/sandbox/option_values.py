"""Turns what a person filled in into a command's options, and says what does not fit."""

from enum import IntEnum
from typing import Any

from bot.sandbox.lookup import NotThere
from bot.sandbox.rejections import FormProblems
from bot.sandbox.resolved import Resolver
from bot.sandbox.wire import Json, as_list
from bot.sandbox.world import World

MOST_INTEGER = 2**53 - 1
MOST_DIGITS = 20
LONGEST_STRING = 6000


class OptionType(IntEnum):
    """Types of command options."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


ENTITIES = {
    OptionType.USER: ("user",),
    OptionType.CHANNEL: ("channel",),
    OptionType.ROLE: ("role",),
    OptionType.MENTIONABLE: ("user", "role"),
}
NUMBERS = {OptionType.INTEGER, OptionType.NUMBER}
# A truth value is an integer to Python, so it is asked for first.
TYPES_OF_FORGED_VALUES: tuple[tuple[type, OptionType], ...] = (
    (bool, OptionType.BOOLEAN),
    (int, OptionType.INTEGER),
    (float, OptionType.NUMBER),
)


class OptionReader:
    """Reads the options of one command call."""

    def __init__(
        self, world: World, resolver: Resolver, *, force: bool, focused: str | None
    ) -> None:
        self._world = world
        self._resolver = resolver
        self._force = force
        self._focused = focused
        self.problems = FormProblems()

    def read(self, declared: list[Json], given: Json) -> list[Json]:
        """Write the given options as Discord sends them, in the order of the declaration."""
        by_name = {option["name"]: option for option in declared}
        for name in given:
            if name not in by_name:
                self.problems.add(("options", name), "UNKNOWN_OPTION", "There is no such option.")
        options: list[Json] = []
        for name, option in by_name.items():
            value = given.get(name)
            if value is not None:
                options.append(self._one(option, value))
            elif name == self._focused:
                options.append({"name": name, "type": option["type"], "value": "", "focused": True})
            elif option.get("required") and self._focused is None:
                self.problems.required(("options", name))
        if not self._force:
            self.problems.raise_if_any()
            return options
        unknown = [name for name in given if name not in by_name]
        return options + [self._forged(name, given[name]) for name in unknown]

    def _forged(self, name: str, value: object) -> Json:
        fitting = [kind for known, kind in TYPES_OF_FORGED_VALUES if isinstance(value, known)]
        kind = fitting[0] if fitting else OptionType.STRING
        return {"name": name, "type": int(kind), "value": value}

    def _one(self, option: Json, value: Any) -> Json:
        name, kind = option["name"], OptionType(option["type"])
        written: Json = {"name": name, "type": int(kind)}
        if name == self._focused:
            # What is being typed is passed on as it is, whatever the option's type.
            return written | {"value": str(value), "focused": True}
        if kind in ENTITIES:
            return written | {"value": self._entity(option, kind, value)}
        if kind is OptionType.ATTACHMENT:
            file_id = self._resolver.add_upload(value, self.problems, ("options", name))
            return written | {"value": file_id}
        problem, converted = convert(kind, value)
        problem = problem or out_of_bounds(option, kind, converted)
        # Autocomplete sends the other options half-typed: nothing is refused, numbers are texts.
        if self._focused is not None:
            return written | {"value": str(value) if kind in NUMBERS else value}
        if problem:
            self.problems.add(("options", name), *problem)
        return written | {"value": value if problem else converted}

    def _entity(self, option: Json, kind: OptionType, value: Any) -> str:
        try:
            entity_id = self._resolver.add(ENTITIES[kind], value)
        except NotThere as error:
            self.problems.add(("options", option["name"]), "UNKNOWN_ENTITY", error.sentence)
            return str(value)
        allowed = as_list(option.get("channel_types"))
        if kind is OptionType.CHANNEL and allowed:
            channel = self._resolver.resolved["channels"][entity_id]
            if channel["type"] not in allowed:
                message = "The channel is of a type that this option does not take."
                self.problems.add(("options", option["name"]), "BAD_CHANNEL_TYPE", message)
        return entity_id


Problem = tuple[str, str]


def convert(kind: OptionType, value: object) -> tuple[Problem | None, Any]:
    """Read a typed value as its option's type, or say what is wrong with it."""
    match kind:
        case OptionType.STRING if isinstance(value, (str, int, float)):
            return None, str(value)
        case OptionType.BOOLEAN:
            truth = {"true": True, "false": False}.get(str(value).lower())
            problem = ("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return (problem, None) if truth is None else (None, truth)
        case OptionType.INTEGER:
            return _whole_number(value)
        case OptionType.NUMBER:
            return _number(value)
        case _:
            return ("STRING_TYPE_CONVERT", "Could not interpret as string."), None


def _whole_number(value: object) -> tuple[Problem | None, Any]:
    text = str(value).strip()
    is_whole = not isinstance(value, bool) and text.removeprefix("-").isdecimal()
    if not is_whole or len(text) > MOST_DIGITS or abs(int(text)) > MOST_INTEGER:
        return ("NUMBER_TYPE_COERCE", f'Value "{value}" is not a valid integer.'), None
    return None, int(text)


def _number(value: Any) -> tuple[Problem | None, Any]:
    problem = ("NUMBER_TYPE_COERCE", f'Value "{value}" is not a valid number.')
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return problem, None
    if isinstance(value, bool) or not abs(number) <= MOST_INTEGER:
        return problem, None
    return None, value if isinstance(value, (int, float)) else number


def out_of_bounds(option: Json, kind: OptionType, value: Any) -> Problem | None:
    """Say what an option's bounds or choices have against a value."""
    choices = as_list(option.get("choices"))
    if choices and value not in [choice["value"] for choice in choices]:
        return "CHOICE_TYPE_INVALID", "The value is not one of the choices."
    if kind is OptionType.STRING:
        least = option.get("min_length") or 0
        most = option.get("max_length") or LONGEST_STRING
        if not least <= len(value) <= most:
            return "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
        return None
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and value < least:
        return "NUMBER_TYPE_MIN", f"The value must be at least {least}."
    if most is not None and value > most:
        return "NUMBER_TYPE_MAX", f"The value must be at most {most}."
    return None
