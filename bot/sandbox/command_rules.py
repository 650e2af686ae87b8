"""What Discord allows in commands and their options."""

import re
from typing import Any

from bot.sandbox.choice_rules import note_choices
from bot.sandbox.embed_rules import Path
from bot.sandbox.option_values import OptionType
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, as_list, as_object

LONGEST_NAME = 32
LONGEST_DESCRIPTION = 100
MOST_OPTIONS = 25
MOST_CHARACTERS = 8000
SLASH_COMMAND = 1
COMMAND_TYPES = (1, 2, 3, 4)
# Discord's pattern, with Python's idea of letters for its list of scripts.
NAME = re.compile(r"^[-_'\w]{1,32}$")
GROUPS = {OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP}
NUMBERS = {OptionType.INTEGER, OptionType.NUMBER}
WITH_CHOICES = NUMBERS | {OptionType.STRING}


def check_commands(commands: list[Json], *, bulk: bool = True) -> None:
    """Refuse commands that break a rule, two of one name included."""
    problems = FormProblems()
    seen: set[tuple[Any, Any]] = set()
    for index, command in enumerate(commands):
        path: Path = (index,) if bulk else ()
        _check_command(problems, command, path)
        key = (command.get("name"), command.get("type") or SLASH_COMMAND)
        if key in seen:
            message = "Application command names must be unique"
            problems.add((*path, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    problems.raise_if_any()


def _check_command(problems: FormProblems, command: Json, path: Path) -> None:
    kind = command.get("type") or SLASH_COMMAND
    if kind not in COMMAND_TYPES:
        problems.not_one_of((*path, "type"), COMMAND_TYPES)
        return
    if kind == SLASH_COMMAND:
        check_name(problems, command.get("name"), (*path, "name"))
        _check_description(problems, command.get("description"), (*path, "description"))
        _check_options(problems, as_list(command.get("options")), (*path, "options"), depth=0)
        if command_characters(command) > MOST_CHARACTERS:
            message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
            problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        name = command.get("name")
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
            problems.bad_length((*path, "name"), 1, LONGEST_NAME)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            where = (*path, "description")
            problems.add(where, "APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET", message)
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdecimal():
        where = (*path, "default_member_permissions")
        problems.add(where, "BITFIELD_TYPE_CONVERT", "Could not interpret as bitfield.")


def check_name(problems: FormProblems, name: object, path: Path) -> None:
    """Note a command's or option's name that Discord refuses."""
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        problems.bad_length(path, 1, LONGEST_NAME)
    elif not NAME.match(name) or name != name.lower():
        message = "Command name is invalid"
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", message)


def _check_description(problems: FormProblems, description: object, path: Path) -> None:
    if not isinstance(description, str) or not 1 <= len(description) <= LONGEST_DESCRIPTION:
        problems.bad_length(path, 1, LONGEST_DESCRIPTION)


def _check_options(problems: FormProblems, options: list[Any], path: Path, *, depth: int) -> None:
    if len(options) > MOST_OPTIONS:
        problems.too_long(path, MOST_OPTIONS)
    seen: set[object] = set()
    seen_optional = False
    for index, option in enumerate(map(as_object, options)):
        where = (*path, index)
        _check_option(problems, option, where, depth=depth)
        if option.get("name") in seen:
            message = "Option names must be unique"
            problems.add(
                (*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message
            )
        seen.add(option.get("name"))
        if option.get("required") and seen_optional:
            message = "Required options must be placed before non-required options"
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        seen_optional = seen_optional or not option.get("required")
    kinds = {as_object(option).get("type") in GROUPS for option in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to others"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_option(problems: FormProblems, option: Json, path: Path, *, depth: int) -> None:
    check_name(problems, option.get("name"), (*path, "name"))
    _check_description(problems, option.get("description"), (*path, "description"))
    kind = option.get("type")
    if not isinstance(kind, int) or kind not in set(OptionType):
        problems.not_one_of((*path, "type"), tuple(int(one) for one in OptionType))
        return
    if kind in GROUPS:
        _check_group(problems, option, path, depth=depth)
        return
    choices = as_list(option.get("choices"))
    if choices:
        note_choices(problems, choices, (*path, "choices"))
        _check_choice_values(problems, choices, (*path, "choices"), kind)
    if option.get("autocomplete") and (choices or kind not in WITH_CHOICES):
        message = "Autocomplete is for text and number options without choices"
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", message)
    _check_bounds(problems, option, path, kind)


def _check_group(problems: FormProblems, option: Json, path: Path, *, depth: int) -> None:
    is_group = option["type"] == OptionType.SUB_COMMAND_GROUP
    inner = as_list(option.get("options"))
    if depth > 1 or (is_group and depth > 0):
        message = "Sub-commands can be nested in one group at most"
        problems.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    if is_group and not inner:
        problems.required((*path, "options"))
    for index, child in enumerate(map(as_object, inner)):
        if is_group != (child.get("type") == OptionType.SUB_COMMAND):
            message = "A group holds sub-commands, and a sub-command holds plain options"
            where = (*path, "options", index, "type")
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    _check_options(problems, inner, (*path, "options"), depth=depth + 1)


def _check_choice_values(problems: FormProblems, choices: list[Any], path: Path, kind: int) -> None:
    fits = {OptionType.STRING: str, OptionType.INTEGER: int, OptionType.NUMBER: (int, float)}
    names: set[object] = set()
    for index, choice in enumerate(map(as_object, choices)):
        value = choice.get("value")
        wanted = fits.get(OptionType(kind))
        if value is not None and (wanted is None or not isinstance(value, wanted)):
            message = "The value does not fit the option's type"
            problems.add((*path, index, "value"), "UNION_TYPE_CHOICES", message)
        if choice.get("name") in names:
            message = "Option choice names must be unique"
            where = (*path, index, "name")
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message)
        names.add(choice.get("name"))


def _check_bounds(problems: FormProblems, option: Json, path: Path, kind: int) -> None:
    for name, allowed in (
        ("min_value", NUMBERS),
        ("max_value", NUMBERS),
        ("min_length", {OptionType.STRING}),
        ("max_length", {OptionType.STRING}),
    ):
        value = option.get(name)
        if value is not None and (kind not in allowed or not isinstance(value, (int, float))):
            problems.add((*path, name), "NUMBER_TYPE_COERCE", f"{name} does not fit this option")
    least, most = option.get("min_value"), option.get("max_value")
    if isinstance(least, (int, float)) and isinstance(most, (int, float)) and least > most:
        message = "min_value must be less than or equal to max_value"
        problems.add((*path, "min_value"), "NUMBER_TYPE_MAX", message)


def command_characters(command: Json) -> int:
    """Count the characters that Discord counts together for one command."""
    count = len(str(command.get("name") or "")) + len(str(command.get("description") or ""))
    for option in map(as_object, as_list(command.get("options"))):
        count += command_characters(option)
        for choice in map(as_object, as_list(option.get("choices"))):
            count += len(str(choice.get("name"))) + len(str(choice.get("value")))
    return count
