"""What Discord allows in choices, of options and of autocomplete."""

from typing import Any

from bot.sandbox.embed_rules import Path
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
    for index, choice in enumerate(map(as_object, choices)):
        name, value = choice.get("name"), choice.get("value")
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_CHOICE:
            problems.bad_length((*path, index, "name"), 1, LONGEST_CHOICE)
        if value is None:
            problems.required((*path, index, "value"))
        elif isinstance(value, str) and len(value) > LONGEST_CHOICE:
            problems.too_long((*path, index, "value"), LONGEST_CHOICE)
