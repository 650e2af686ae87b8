"""The parts that components of messages and modals share, and their rules."""

from enum import IntEnum
from typing import Any

from bot.sandbox.embed_rules import Path
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, as_list, as_object

MOST_OPTIONS = 25
LONGEST_CUSTOM_ID = 100
LONGEST_OPTION_TEXT = 100
LONGEST_PLACEHOLDER = 150
LONGEST_EMOJI = 16


class Kind(IntEnum):
    """Component types."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class ButtonStyle(IntEnum):
    """Button styles."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4
    LINK = 5
    PREMIUM = 6


SELECTS = frozenset(
    {
        Kind.STRING_SELECT,
        Kind.USER_SELECT,
        Kind.ROLE_SELECT,
        Kind.MENTIONABLE_SELECT,
        Kind.CHANNEL_SELECT,
    }
)


def check_text(problems: FormProblems, value: object, path: Path, *, most: int, least: int) -> None:
    """Note a text that is missing, too short or too long."""
    if value is None:
        if least:
            problems.required(path)
    elif not isinstance(value, str) or not least <= len(value) <= most:
        problems.bad_length(path, least, most)


def check_custom_id(problems: FormProblems, component: Json, path: Path) -> None:
    """Note a custom id that is missing, too long, or where an address belongs."""
    custom_id = component.get("custom_id")
    check_text(problems, custom_id, (*path, "custom_id"), least=1, most=LONGEST_CUSTOM_ID)
    if component.get("url") is not None:
        message = "A custom id and url cannot both be specified"
        problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_EXCLUSIVE", message)


def check_emoji(problems: FormProblems, emoji: object, path: Path) -> None:
    """Note an emoji that is neither Unicode's nor one of the guild, which has none of its own."""
    if emoji is None:
        return
    name, emoji_id = as_object(emoji).get("name"), as_object(emoji).get("id")
    if emoji_id is not None or not is_unicode_emoji(name):
        problems.add((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def is_unicode_emoji(name: object) -> bool:
    """Tell whether a text can be one emoji; keycaps are the only ones with ASCII in them."""
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_EMOJI:
        return False
    ascii_part = [character for character in name if character.isascii()]
    return len(ascii_part) < len(name) and all(one in "0123456789#*" for one in ascii_part)


def check_select(problems: FormProblems, select: Json, path: Path) -> None:
    """Check any select menu."""
    check_custom_id(problems, select, path)
    check_text(
        problems,
        select.get("placeholder"),
        (*path, "placeholder"),
        least=0,
        most=LONGEST_PLACEHOLDER,
    )
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not isinstance(least, int) or not 0 <= least <= MOST_OPTIONS:
        _outside(problems, (*path, "min_values"), 0)
    elif not isinstance(most, int) or not max(1, least) <= most <= MOST_OPTIONS:
        _outside(problems, (*path, "max_values"), max(1, least))
    if select["type"] == Kind.STRING_SELECT:
        check_options(problems, as_list(select.get("options")), (*path, "options"), most)


def _outside(problems: FormProblems, path: Path, least: int) -> None:
    message = f"int value should be between {least} and {MOST_OPTIONS}."
    problems.add(path, "NUMBER_TYPE_RANGE", message)


def check_options(problems: FormProblems, options: list[Any], path: Path, most: object) -> None:
    """Check the options of a string select, radio group or checkbox group."""
    if not 1 <= len(options) <= MOST_OPTIONS:
        problems.bad_length(path, 1, MOST_OPTIONS)
    values: set[str] = set()
    for index, option in enumerate(map(as_object, options)):
        for name, least in (("label", 1), ("value", 1), ("description", 0)):
            where = (*path, index, name)
            check_text(problems, option.get(name), where, least=least, most=LONGEST_OPTION_TEXT)
        check_emoji(problems, option.get("emoji"), (*path, index, "emoji"))
        if str(option.get("value")) in values:
            message = "The specified option value is already used"
            problems.add(
                (*path, index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message
            )
        values.add(str(option.get("value")))
    defaults = sum(bool(as_object(option).get("default")) for option in options)
    if isinstance(most, int) and defaults > most:
        message = f"The number of default options must not exceed {most}"
        problems.add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
