"""What Discord allows in a modal, and in what a person types into it."""

from bot.sandbox.component_answers import answered_components
from bot.sandbox.component_parts import (
    LONGEST_CUSTOM_ID,
    LONGEST_OPTION_TEXT,
    SELECTS,
    Kind,
    check_counts,
    check_custom_id,
    check_options,
    check_select,
    check_text,
)
from bot.sandbox.component_rules import check_duplicates, note_too_many
from bot.sandbox.embed_rules import Path, check_list, note_text
from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_truths
from bot.sandbox.wire import Json, as_list, as_object, whole

LONGEST_TITLE = 45
LONGEST_LABEL = 45
LONGEST_INPUT = 4000
MOST_PARTS = 5
MOST_UPLOADS = 10
MOST_GROUP_OPTIONS = 10
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
    check_list(problems, modal.get("components"), (*path, "components"))
    parts = as_list(modal.get("components"))
    if not 1 <= len(parts) <= MOST_PARTS:
        problems.bad_length((*path, "components"), 1, MOST_PARTS)
    for index, part in enumerate(map(as_object, parts[:MOST_PARTS])):
        _check_part(problems, part, (*path, "components", index))
    note_too_many(problems, parts, (*path, "components"))
    check_duplicates(problems, parts, (*path, "components"))
    problems.raise_if_any()


def _check_part(problems: FormProblems, part: Json, path: Path) -> None:
    match whole(part.get("type")):
        case Kind.ACTION_ROW:
            children = as_list(part.get("components"))
            if len(children) != 1:
                problems.bad_length((*path, "components"), 1, 1)
            for child in map(as_object, children[:1]):
                inner = (*path, "components", 0)
                check_text(
                    problems, child.get("label"), (*inner, "label"), least=1, most=LONGEST_LABEL
                )
                _check_field(problems, child, inner, frozenset({Kind.TEXT_INPUT}))
        case Kind.LABEL:
            check_text(problems, part.get("label"), (*path, "label"), least=1, most=LONGEST_LABEL)
            if part.get("description") is not None:
                where, most = (*path, "description"), LONGEST_OPTION_TEXT
                check_text(problems, part["description"], where, least=1, most=most)
            field = as_object(part.get("component"))
            _check_field(problems, field, (*path, "component"), LABEL_CHILDREN)
        case Kind.TEXT_DISPLAY:
            check_text(problems, part.get("content"), (*path, "content"), least=1, most=4000)
        case _:
            problems.not_one_of((*path, "type"), "(1, 10, 18)")


def _check_field(problems: FormProblems, field: Json, path: Path, allowed: frozenset[Kind]) -> None:
    kind = whole(field.get("type"))
    if kind is None or kind not in allowed:
        problems.not_one_of((*path, "type"), tuple(sorted(int(one) for one in allowed)))
    elif kind in SELECTS:
        check_select(problems, field, path)
    else:
        check_custom_id(problems, field, path)
        check_truths(problems, field, path, "required", "default")
        _check_by_kind(problems, field, path, Kind(kind))


def _check_by_kind(problems: FormProblems, field: Json, path: Path, kind: Kind) -> None:
    options, where = as_list(field.get("options")), (*path, "options")
    match kind:
        case Kind.TEXT_INPUT:
            _check_input(problems, field, path)
        case Kind.FILE_UPLOAD:
            check_counts(problems, field, path, most=MOST_UPLOADS)
        case Kind.RADIO_GROUP:
            most = MOST_GROUP_OPTIONS
            check_options(problems, options, where, chosen=(1, 1), fewest=2, most=most)
        case Kind.CHECKBOX_GROUP:
            # All boxes may be ticked unless a bound says otherwise.
            bounded = {"max_values": max(1, len(options))} | _without_nulls(field)
            chosen = check_counts(problems, bounded, path, most=MOST_GROUP_OPTIONS)
            check_options(problems, options, where, chosen=chosen, most=MOST_GROUP_OPTIONS)
        case _:
            pass


def _without_nulls(field: Json) -> Json:
    return {name: value for name, value in field.items() if value is not None}


def _check_input(problems: FormProblems, field: Json, path: Path) -> None:
    if whole(field.get("style")) not in TEXT_STYLES:
        problems.not_one_of((*path, "style"), TEXT_STYLES)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = field.get(name)
        if value is not None and not least <= (-1 if whole(value) is None else value) <= (
            LONGEST_INPUT
        ):
            message = f"int value should be between {least} and {LONGEST_INPUT}."
            problems.add((*path, name), "NUMBER_TYPE_RANGE", message)
    _check_own_value(problems, field, path)
    longest_placeholder = 100
    where = (*path, "placeholder")
    check_text(problems, field.get("placeholder"), where, least=0, most=longest_placeholder)


def _check_own_value(problems: FormProblems, field: Json, path: Path) -> None:
    """Check the text that stands in an input from the start, which obeys the input's bounds."""
    least, most = whole(field.get("min_length")) or 0, whole(field.get("max_length"))
    if most is not None and least > most:
        message = "min_length must be less than or equal to max_length"
        problems.add((*path, "min_length"), "TEXT_INPUT_COMPONENT_INVALID_LENGTH", message)
        return
    longest = LONGEST_INPUT if most is None else most
    note_text(problems, field.get("value"), (*path, "value"), most=longest)
    if isinstance(field.get("value"), str) and len(field["value"]) < least:
        message = f"Must be {least} or more in length."
        problems.add((*path, "value"), "BASE_TYPE_MIN_LENGTH", message)


def answered_modal(modal: Json) -> Json:
    """Write a modal as Discord shows it: every component numbered and completed."""
    return modal | {"components": answered_components(as_list(modal["components"]), [])}
