"""Which emoji Discord takes on buttons and in selects."""

import re

from bot.sandbox.embed_rules import Path
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import as_object

LONGEST_NAME = 32
# Where Unicode keeps what can stand as an emoji of its own.
_ONE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe"
    "\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_TAGS = "[\U000e0020-\U000e007f]*"
_PART = f"{_ONE}(?:\ufe0f|{_SKIN})?"
EMOJI = re.compile(f"{_FLAG}|{_KEYCAP}|{_PART}(?:\u200d{_PART})*{_TAGS}")


def check_emoji(problems: FormProblems, emoji: object, path: Path) -> None:
    """Note an emoji that is not Unicode's.

    A custom one counts by its id, and only one that the bot can reach. There are none here: the
    guild has no emoji and applications upload none. So each is refused, as Discord refuses the
    emoji of a server that the bot is not in.
    """
    if emoji is None:
        return
    given = as_object(emoji)
    if given is not emoji:
        message = "Only dictionaries may be used in a ModelType"
        problems.add(path, "MODEL_TYPE_CONVERT", message)
        return
    name, emoji_id = given.get("name"), given.get("id")
    if emoji_id is not None and not str(emoji_id).isdecimal():
        message = f'Value "{emoji_id}" is not snowflake.'
        problems.add((*path, "id"), "NUMBER_TYPE_COERCE", message)
    elif emoji_id is not None:
        _invalid(problems, (*path, "id"))
    elif not is_unicode_emoji(name):
        _invalid(problems, (*path, "name"))


def _invalid(problems: FormProblems, path: Path) -> None:
    # Discord calls it so in selects as well.
    problems.add(path, "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def is_unicode_emoji(name: object) -> bool:
    """Tell whether a text is one emoji: a sign, a flag, a keycap, or several joined into one."""
    return isinstance(name, str) and len(name) <= LONGEST_NAME and bool(EMOJI.fullmatch(name))
