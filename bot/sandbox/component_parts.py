"""The parts that components of messages and modals share, and their rules."""

from enum import IntEnum
from typing import Any

from bot.sandbox.embed_rules import Path
from bot.sandbox.emoji_rules import check_emoji
from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_snowflake, check_truths
from bot.sandbox.wire import Json, as_list, as_object, whole

MOST_OPTIONS = 25
LONGEST_CUSTOM_ID = 100
LONGEST_OPTION_TEXT = 100
LONGEST_PLACEHOLDER = 150
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15)


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


DEFAULT_TYPES: dict[Kind, tuple[str, ...]] = {
    Kind.USER_SELECT: ("user",),
    Kind.ROLE_SELECT: ("role",),
    Kind.MENTIONABLE_SELECT: ("user", "role"),
    Kind.CHANNEL_SELECT: ("channel",),
}


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


def check_select(problems: FormProblems, select: Json, path: Path) -> None:
    """Check any select menu."""
    check_truths(problems, select, path, "disabled", "required")
    check_channel_types(problems, as_list(select.get("channel_types")), (*path, "channel_types"))
    check_custom_id(problems, select, path)
    check_text(
        problems,
        select.get("placeholder"),
        (*path, "placeholder"),
        least=0,
        most=LONGEST_PLACEHOLDER,
    )
    least, most = check_counts(problems, select, path, most=MOST_OPTIONS)
    if select["type"] == Kind.STRING_SELECT:
        options = as_list(select.get("options"))
        check_options(problems, options, (*path, "options"), chosen=(least, most))
    else:
        check_default_values(problems, select, path, chosen=(least, most))


def check_channel_types(problems: FormProblems, types: list[Any], path: Path) -> None:
    """Check which channels an option or select takes."""
    if len(types) > len(CHANNEL_TYPES):
        problems.too_long(path, len(CHANNEL_TYPES))
        return
    for index, channel_type in enumerate(types):
        if whole(channel_type) not in CHANNEL_TYPES:
            problems.not_one_of((*path, index), CHANNEL_TYPES)


def check_counts(
    problems: FormProblems, component: Json, path: Path, *, most: int
) -> tuple[int, int]:
    """Check how many values may be chosen, and give the bounds."""
    fewest, largest = _count(component, "min_values"), _count(component, "max_values")
    if fewest is None or not 0 <= fewest <= most:
        _outside(problems, (*path, "min_values"), 0, most)
    elif largest is None or not max(1, fewest) <= largest <= most:
        _outside(problems, (*path, "max_values"), max(1, fewest), most)
    return fewest or 0, largest or 1


def _count(component: Json, name: str) -> int | None:
    value = component.get(name)
    return 1 if value is None else whole(value)


def _outside(problems: FormProblems, path: Path, least: int, most: int) -> None:
    message = f"int value should be between {least} and {most}."
    problems.add(path, "NUMBER_TYPE_RANGE", message)


def check_default_values(
    problems: FormProblems, select: Json, path: Path, *, chosen: tuple[int, int]
) -> None:
    """Check who or what is chosen from the start in a select that fills itself."""
    defaults = as_list(select.get("default_values"))
    least, most = chosen
    if defaults and not least <= len(defaults) <= most:
        problems.bad_length((*path, "default_values"), least, most)
        return
    allowed = DEFAULT_TYPES[Kind(select["type"])]
    for index, default in enumerate(map(as_object, defaults)):
        where = (*path, "default_values", index)
        if default.get("type") not in allowed:
            problems.not_one_of((*where, "type"), allowed)
        check_snowflake(problems, default.get("id"), (*where, "id"))


def check_options(
    problems: FormProblems,
    options: list[Any],
    path: Path,
    *,
    chosen: tuple[int, int],
    fewest: int = 1,
    most: int = MOST_OPTIONS,
) -> None:
    """Check the options of a string select, radio group or checkbox group."""
    # There must be as many options as can be chosen.
    least = max(fewest, *chosen)
    if not least <= len(options) <= most:
        problems.bad_length(path, least, most)
        return
    values: set[str] = set()
    for index, option in enumerate(map(as_object, options)):
        for name, shortest in (("label", 1), ("value", 1), ("description", 0)):
            where = (*path, index, name)
            check_text(problems, option.get(name), where, least=shortest, most=LONGEST_OPTION_TEXT)
        check_emoji(problems, option.get("emoji"), (*path, index, "emoji"))
        check_truths(problems, option, (*path, index), "default")
        if str(option.get("value")) in values:
            message = "The specified option value is already used"
            problems.add(
                (*path, index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message
            )
        values.add(str(option.get("value")))
    defaults = sum(bool(as_object(option).get("default")) for option in options)
    if defaults > chosen[1]:
        message = f"The number of default options must not exceed {chosen[1]}"
        problems.add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
