"""What Discord allows as a truth value, as an id and as an object, wherever one stands."""

from bot.sandbox.rejections import INVALID_FORM, DiscordError, FormProblems
from bot.sandbox.wire import Json, as_object

NOT_AN_OBJECT = {"code": "MODEL_TYPE_CONVERT", "message": "Expected an object/dictionary."}


def check_truths(
    problems: FormProblems, holder: Json, path: tuple[str | int, ...], *names: str
) -> None:
    """Note fields that are neither true nor false, nor left out."""
    for name in names:
        if holder.get(name) is not None and not isinstance(holder[name], bool):
            message = "Must be either true or false."
            problems.add((*path, name), "BOOLEAN_TYPE_CONVERT", message)


def is_snowflake(value: object) -> bool:
    """Tell whether this can be an id; discord.py writes ids as numbers, others as texts."""
    return not isinstance(value, bool) and str(value).isdecimal()


def check_snowflake(problems: FormProblems, value: object, path: tuple[str | int, ...]) -> None:
    """Note what is no id."""
    if not is_snowflake(value):
        problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def read_object(body: object) -> Json:
    """Read a request's body that must be an object, or be left out."""
    form = as_object(body)
    if body is not None and form is not body:
        raise DiscordError(INVALID_FORM, {"_errors": [NOT_AN_OBJECT]})
    return form


def read_part(form: Json, name: str) -> Json:
    """Read a part of a form that must be an object, or be left out."""
    part = as_object(form.get(name))
    if form.get(name) is not None and part is not form[name]:
        raise DiscordError(INVALID_FORM, {name: {"_errors": [NOT_AN_OBJECT]}})
    return part
