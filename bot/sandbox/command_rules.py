"""What Discord allows in commands and their options."""

import re
from typing import Any

from bot.sandbox.choice_rules import MOST_CHOICES, note_choices
from bot.sandbox.component_parts import CHANNEL_TYPES, check_channel_types
from bot.sandbox.embed_rules import Path, check_list
from bot.sandbox.localization_rules import check_localizations, longest
from bot.sandbox.option_values import LONGEST_STRING, MOST_INTEGER, OptionType
from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_truths
from bot.sandbox.wire import Json, as_list, as_object, whole

LONGEST_NAME = 32
LONGEST_DESCRIPTION = 100
MOST_OPTIONS = 25
# A group, a sub-command in it, and that one's options.
MOST_LEVELS = 3
MOST_CHARACTERS = 8000
SLASH_COMMAND = 1
COMMAND_TYPES = (1, 2, 3, 4)
# Discord's pattern: letters and numbers of all scripts, and the marks of Devanagari and Thai.
NAME = re.compile(r"[-_'\w\u0900-\u097f\ua8e0-\ua8ff\u0e00-\u0e7f]{1,32}")
CONTEXTS = (0, 1, 2)
INTEGRATION_TYPES = (0, 1)
MOST_PERMISSIONS = 2**54 - 1
MOST_DIGITS = 20
GROUPS = {OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP}
NUMBERS = {OptionType.INTEGER, OptionType.NUMBER}
WITH_CHOICES = NUMBERS | {OptionType.STRING}
# The bounds of an option: of which types, and between which numbers.
BOUNDS: tuple[tuple[str, set[OptionType], int, int], ...] = (
    ("min_value", NUMBERS, -MOST_INTEGER, MOST_INTEGER),
    ("max_value", NUMBERS, -MOST_INTEGER, MOST_INTEGER),
    ("min_length", {OptionType.STRING}, 0, LONGEST_STRING),
    ("max_length", {OptionType.STRING}, 1, LONGEST_STRING),
)


def check_commands(commands: list[Json], *, bulk: bool = True) -> None:
    """Refuse commands that break a rule, two of one name included."""
    problems = FormProblems()
    seen: set[tuple[str, str]] = set()
    for index, command in enumerate(commands):
        path: Path = (index,) if bulk else ()
        _check_command(problems, command, path)
        key = str(command.get("name")), str(command.get("type") or SLASH_COMMAND)
        if key in seen:
            message = "Application command names must be unique"
            problems.add((*path, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    problems.raise_if_any()


def _check_command(problems: FormProblems, command: Json, path: Path) -> None:
    given = command.get("type")
    kind = SLASH_COMMAND if given is None else whole(given)
    if kind not in COMMAND_TYPES:
        problems.not_one_of((*path, "type"), COMMAND_TYPES)
        return
    if kind == SLASH_COMMAND:
        _check_texts(problems, command, path)
        check_list(problems, command.get("options"), (*path, "options"))
        _check_options(problems, as_list(command.get("options")), (*path, "options"), depth=0)
    else:
        _check_context_menu(problems, command, path)
    if command_characters(command) > MOST_CHARACTERS:
        message = f"Command exceeds maximum size ({MOST_CHARACTERS})"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)
    _check_where(problems, command, path)


def _check_texts(problems: FormProblems, holder: Json, path: Path) -> None:
    check_name(problems, holder.get("name"), (*path, "name"))
    check_localizations(problems, holder, "name", path, check_name)
    _check_description(problems, holder.get("description"), (*path, "description"))
    check_localizations(problems, holder, "description", path, _check_description)


def _check_context_menu(problems: FormProblems, command: Json, path: Path) -> None:
    _check_menu_name(problems, command.get("name"), (*path, "name"))
    check_localizations(problems, command, "name", path, _check_menu_name)
    for name in ("description", "options"):
        if command.get(name):
            message = f"Context menu commands cannot have {name}"
            code = f"APPLICATION_COMMAND_{name.upper()}_CANNOT_BE_SET"
            problems.add((*path, name), code, message)


def _check_menu_name(problems: FormProblems, name: object, path: Path) -> None:
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        problems.bad_length(path, 1, LONGEST_NAME)


def _check_where(problems: FormProblems, command: Json, path: Path) -> None:
    """Check who may use a command, in which places and of which installations."""
    check_truths(problems, command, path, "dm_permission", "nsfw")
    permissions = command.get("default_member_permissions")
    if permissions is not None and not _is_bitfield(str(permissions)):
        where = (*path, "default_member_permissions")
        problems.add(where, "BITFIELD_TYPE_CONVERT", "Could not interpret as bitfield.")
    for name, allowed in (("contexts", CONTEXTS), ("integration_types", INTEGRATION_TYPES)):
        given = command.get(name)
        check_list(problems, given, (*path, name))
        if given == []:
            problems.bad_length((*path, name), 1, len(allowed))
        elif len(as_list(given)) > len(allowed):
            problems.bad_length((*path, name), 1, len(allowed))
            continue
        for index, one in enumerate(as_list(given)):
            if whole(one) not in allowed:
                problems.not_one_of((*path, name, index), allowed)


def _is_bitfield(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS and int(text) <= MOST_PERMISSIONS


def check_name(problems: FormProblems, name: object, path: Path) -> None:
    """Note a command's or option's name that Discord refuses."""
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        problems.bad_length(path, 1, LONGEST_NAME)
        return
    if not NAME.fullmatch(name):
        message = "String value did not match validation regex."
        problems.add(path, "STRING_TYPE_REGEX", message)
    if not NAME.fullmatch(name) or name != name.lower():
        message = "Command name is invalid"
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", message)


def _check_description(problems: FormProblems, description: object, path: Path) -> None:
    if not isinstance(description, str) or not 1 <= len(description) <= LONGEST_DESCRIPTION:
        problems.bad_length(path, 1, LONGEST_DESCRIPTION)


def _check_options(problems: FormProblems, options: list[Any], path: Path, *, depth: int) -> None:
    if len(options) > MOST_OPTIONS:
        problems.too_long(path, MOST_OPTIONS)
        return
    seen: set[str] = set()
    seen_optional = False
    for index, option in enumerate(map(as_object, options)):
        where = (*path, index)
        _check_option(problems, option, where, depth=depth)
        name = str(option.get("name"))
        if name in seen:
            message = "Option names must be unique"
            problems.add(
                (*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message
            )
        seen.add(name)
        if option.get("required") and seen_optional:
            message = "Required options must be placed before non-required options"
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        seen_optional = seen_optional or not option.get("required")
    kinds = {whole(as_object(option).get("type")) in GROUPS for option in options}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to others"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_option(problems: FormProblems, option: Json, path: Path, *, depth: int) -> None:
    _check_texts(problems, option, path)
    for name in ("options", "choices", "channel_types"):
        check_list(problems, option.get(name), (*path, name))
    check_truths(problems, option, path, "required", "autocomplete")
    kind = whole(option.get("type"))
    if kind is None or kind not in set(OptionType):
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
        return
    if is_group and not inner:
        problems.required((*path, "options"))
    for index, child in enumerate(map(as_object, inner[:MOST_OPTIONS])):
        if is_group != (child.get("type") == OptionType.SUB_COMMAND):
            message = "A group holds sub-commands, and a sub-command holds plain options"
            where = (*path, "options", index, "type")
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    _check_options(problems, inner, (*path, "options"), depth=depth + 1)


def _check_choice_values(problems: FormProblems, choices: list[Any], path: Path, kind: int) -> None:
    fits = {OptionType.STRING: str, OptionType.INTEGER: int, OptionType.NUMBER: (int, float)}
    names: set[str] = set()
    for index, choice in enumerate(map(as_object, choices[:MOST_CHOICES])):
        value = choice.get("value")
        wanted = fits.get(OptionType(kind))
        fitting = wanted is not None and isinstance(value, wanted) and not isinstance(value, bool)
        if kind == OptionType.INTEGER:
            fitting = fitting and abs(whole(value) or 0) <= MOST_INTEGER
        if value is not None and not fitting:
            message = "The value does not fit the option's type"
            problems.add((*path, index, "value"), "UNION_TYPE_CHOICES", message)
        name = str(choice.get("name"))
        if name in names:
            message = "Option choice names must be unique"
            where = (*path, index, "name")
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message)
        names.add(name)


def _check_bounds(problems: FormProblems, option: Json, path: Path, kind: int) -> None:
    for name, allowed, least, most in BOUNDS:
        value = option.get(name)
        if value is None:
            continue
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        needs_whole = kind != OptionType.NUMBER
        if kind not in allowed or not is_number or (needs_whole and whole(value) is None):
            problems.add((*path, name), "NUMBER_TYPE_COERCE", f"{name} does not fit this option")
        elif not least <= value <= most:
            message = f"int value should be between {least} and {most}."
            problems.add((*path, name), "NUMBER_TYPE_RANGE", message)
    for least, most in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(least), option.get(most)
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
            message = f"{least} must be less than or equal to {most}"
            problems.add((*path, least), "NUMBER_TYPE_MAX", message)
    channel_types, where = as_list(option.get("channel_types")), (*path, "channel_types")
    if channel_types and kind != OptionType.CHANNEL:
        problems.not_one_of((*where, 0), CHANNEL_TYPES)
    check_channel_types(problems, channel_types, where)


def command_characters(command: Json, *, levels: int = MOST_LEVELS) -> int:
    """Count the characters that Discord counts together for one command.

    Of each text only the longest translation counts; what is refused for being too much is not
    counted through.
    """
    count = longest(command, "name") + longest(command, "description")
    options = as_list(command.get("options"))[:MOST_OPTIONS] if levels else []
    for option in map(as_object, options):
        count += command_characters(option, levels=levels - 1)
        for choice in map(as_object, as_list(option.get("choices"))[:MOST_CHOICES]):
            count += longest(choice, "name") + len(str(choice.get("value")))
    return count
