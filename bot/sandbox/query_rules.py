"""Reads the numbers in a request's query, within Discord's bounds."""

from bot.sandbox.rejections import FormProblems

MOST_SNOWFLAKE = 2**63 - 1
MOST_DIGITS = 20


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
