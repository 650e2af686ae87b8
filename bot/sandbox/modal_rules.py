"""What Discord allows in a modal, and in what a person types into it."""

from bot.sandbox.component_parts import (
    LONGEST_CUSTOM_ID,
    LONGEST_OPTION_TEXT,
    SELECTS,
    Kind,
    check_custom_id,
    check_options,
    check_select,
    check_text,
)
from bot.sandbox.component_rules import check_duplicates
from bot.sandbox.embed_rules import Path
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, as_list, as_object

LONGEST_TITLE = 45
LONGEST_LABEL = 45
LONGEST_INPUT = 4000
MOST_PARTS = 5
TEXT_STYLES = (1, 2)
LABEL_CHILDREN = SELECTS | {
    Kind.TEXT_INPUT,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
}


def check_modal(modal: Json) -> None:
    """Refuse a modal whose parts break a rule."""
    problems = FormProblems()
    path = ("data",)
    check_text(problems, modal.get("title"), (*path, "title"), least=1, most=LONGEST_TITLE)
    custom_id = modal.get("custom_id")
    check_text(problems, custom_id, (*path, "custom_id"), least=1, most=LONGEST_CUSTOM_ID)
    parts = as_list(modal.get("components"))
    if not 1 <= len(parts) <= MOST_PARTS:
        problems.bad_length((*path, "components"), 1, MOST_PARTS)
    for index, part in enumerate(map(as_object, parts)):
        _check_part(problems, part, (*path, "components", index))
    check_duplicates(problems, parts, (*path, "components"))
    problems.raise_if_any()


def _check_part(problems: FormProblems, part: Json, path: Path) -> None:
    match part.get("type"):
        case Kind.ACTION_ROW:
            children = as_list(part.get("components"))
            if len(children) != 1:
                problems.bad_length((*path, "components"), 1, 1)
            for child in map(as_object, children):
                inner = (*path, "components", 0)
                check_text(
                    problems, child.get("label"), (*inner, "label"), least=1, most=LONGEST_LABEL
                )
                _check_field(problems, child, inner, frozenset({Kind.TEXT_INPUT}))
        case Kind.LABEL:
            check_text(problems, part.get("label"), (*path, "label"), least=1, most=LONGEST_LABEL)
            where = (*path, "description")
            most = LONGEST_OPTION_TEXT
            check_text(problems, part.get("description"), where, least=0, most=most)
            field = as_object(part.get("component"))
            _check_field(problems, field, (*path, "component"), LABEL_CHILDREN)
        case Kind.TEXT_DISPLAY:
            check_text(problems, part.get("content"), (*path, "content"), least=1, most=4000)
        case _:
            problems.not_one_of((*path, "type"), "(1, 10, 18)")


def _check_field(problems: FormProblems, field: Json, path: Path, allowed: frozenset[Kind]) -> None:
    kind = field.get("type")
    if kind not in allowed:
        problems.not_one_of((*path, "type"), tuple(sorted(int(one) for one in allowed)))
    elif kind in SELECTS:
        check_select(problems, field, path)
    else:
        check_custom_id(problems, field, path)
        if kind == Kind.TEXT_INPUT:
            _check_input(problems, field, path)
        elif kind in {Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP}:
            options = as_list(field.get("options"))
            check_options(problems, options, (*path, "options"), field.get("max_values"))


def _check_input(problems: FormProblems, field: Json, path: Path) -> None:
    if field.get("style") not in TEXT_STYLES:
        problems.not_one_of((*path, "style"), TEXT_STYLES)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = field.get(name)
        if value is not None and not (isinstance(value, int) and least <= value <= LONGEST_INPUT):
            message = f"int value should be between {least} and {LONGEST_INPUT}."
            problems.add((*path, name), "NUMBER_TYPE_RANGE", message)
    longest_placeholder = 100
    where = (*path, "placeholder")
    check_text(problems, field.get("placeholder"), where, least=0, most=longest_placeholder)
    check_text(problems, field.get("value"), (*path, "value"), least=0, most=LONGEST_INPUT)
