"""Reads the numbers, truths and lists in a request's query, within Discord's bounds."""

from bot.sandbox.rejections import FormProblems

MOST_SNOWFLAKE = 2**63 - 1
MOST_DIGITS = 20
MOST_IDS = 100
TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def read_number(
    query: dict[str, str], name: str, *, usual: int, least: int = 0, most: int = MOST_SNOWFLAKE
) -> int:
    """Read one number, or refuse it."""
    text = query.get(name)
    if text is None:
        return usual
    problems = FormProblems()
    if not text.isdecimal():
        message = f'Value "{text}" is not int.'
        problems.add((name,), "NUMBER_TYPE_COERCE", message)
    elif len(text) > MOST_DIGITS or not least <= int(text) <= most:
        message = f"int value should be between {least} and {most}."
        problems.add((name,), "NUMBER_TYPE_RANGE", message)
    problems.raise_if_any()
    return int(text)


def read_truth(query: dict[str, str], name: str, *, usual: bool) -> bool:
    """Read whether something is so, or refuse what says neither."""
    text = query.get(name)
    if text is None:
        return usual
    if text.lower() not in TRUTHS:
        problems = FormProblems()
        problems.add((name,), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        problems.raise_if_any()
    return TRUTHS[text.lower()]


def read_ids(query: dict[str, str], name: str) -> frozenset[str]:
    """Read ids with commas between, or refuse them; none is no choice at all."""
    ids = [one for one in query.get(name, "").split(",") if one]
    problems = FormProblems()
    if len(ids) > MOST_IDS:
        problems.too_long((name,), MOST_IDS)
    for index, one in enumerate(ids):
        if not one.isdecimal():
            problems.add((name, index), "NUMBER_TYPE_COERCE", f'Value "{one}" is not snowflake.')
    problems.raise_if_any()
    return frozenset(ids)
