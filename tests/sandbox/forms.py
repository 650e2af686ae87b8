"""What tests send: rows, buttons, selects, layouts; and what is told of a wrong one."""

from typing import Any

from tests.sandbox.script import Json

STAGE = "/channels/1200000000000000202/messages"
STAFF = "/channels/1200000000000000203/messages"
GUILD = "/guilds/1200000000000000001"
LAYOUT = 1 << 15


def row(*components: Json) -> Json:
    """Put components into a row."""
    return {"type": 1, "components": list(components)}


def button(custom_id: object = "b", **fields: Any) -> Json:
    """Write a button."""
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id} | fields


def link(url: object, **fields: Any) -> Json:
    """Write a button that leads somewhere."""
    return {"type": 2, "style": 5, "label": "x", "url": url} | fields


def select(options: int, **fields: Any) -> Json:
    """Write a select."""
    choices = [{"label": f"{number}", "value": f"{number}"} for number in range(options)]
    return {"type": 3, "custom_id": "s", "options": choices} | fields


def text(content: str = "hello") -> Json:
    """Write a text display."""
    return {"type": 10, "content": content}


def layout(*components: Json) -> Json:
    """Write a message of the newer components."""
    return {"flags": LAYOUT, "components": list(components)}


def embed(**fields: Any) -> Json:
    """Write a message with one embed."""
    return {"embeds": [fields]}


def first_error(errors: Json) -> tuple[str, str]:
    """Give path and code of the first complaint."""
    path: list[str] = []
    while "_errors" not in errors:
        step = next(iter(errors))
        path.append(step)
        errors = errors[step]
    return ".".join(path), errors["_errors"][0]["code"]
