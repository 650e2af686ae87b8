"""What Discord allows in choices, of options and of autocomplete."""

from typing import Any

from bot.sandbox.embed_rules import Path
from bot.sandbox.localization_rules import check_localizations
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import as_list, as_object

MOST_CHOICES = 25
LONGEST_CHOICE = 100


def check_choices(choices: object) -> None:
    """Refuse what autocomplete may not offer."""
    problems = FormProblems()
    listed = as_list(choices)
    if listed is not choices:
        problems.required(("data", "choices"))
    note_choices(problems, listed, ("data", "choices"))
    problems.raise_if_any()


def note_choices(problems: FormProblems, choices: list[Any], path: Path) -> None:
    """Note what is wrong with a list of choices."""
    if len(choices) > MOST_CHOICES:
        problems.too_long(path, MOST_CHOICES)
        return
    for index, choice in enumerate(map(as_object, choices)):
        check_choice_name(problems, choice.get("name"), (*path, index, "name"))
        check_localizations(problems, choice, "name", (*path, index), check_choice_name)
        value, where = choice.get("value"), (*path, index, "value")
        if value is None:
            problems.required(where)
        elif isinstance(value, bool) or not isinstance(value, (str, int, float)):
            code, message = "UNION_TYPE_CHOICES", "Value must be a text or a number."
            problems.add(where, code, message)
        elif isinstance(value, str) and len(value) > LONGEST_CHOICE:
            problems.too_long(where, LONGEST_CHOICE)


def check_choice_name(problems: FormProblems, name: object, path: Path) -> None:
    """Note a choice's name that is missing, empty or too long."""
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_CHOICE:
        problems.bad_length(path, 1, LONGEST_CHOICE)
