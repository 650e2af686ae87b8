"""What was typed into a form comes out of it and goes into it again, and is not kept for ever."""

from typing import Any

import discord
import pytest
from discord import ui

from cogs.kept_forms import MOST_KEPT, Form, KeptForms

TYPED = {
    "line": "Happy",
    "packs": ["70", "700"],
    "first": True,
    "channel": [5],
    "role": [6],
}


async def form() -> Form:
    """Return a form with a field of every kind."""
    made = Form("A form", "form")
    made.add_line("line", "as it is", "Line", most=10)
    options = [discord.SelectOption(label=coins, default=coins == "350") for coins in PACKS]
    made.add(ui.Select[Any](custom_id="packs", options=options, min_values=0), "Packs")
    made.add(ui.Checkbox[Any](custom_id="first"), "First")
    made.add(ui.ChannelSelect[Any](custom_id="channel"), "Channel")
    made.add(ui.RoleSelect[Any](custom_id="role"), "Role")
    return made


PACKS = ("70", "350", "700")


def opens_with(made: Form) -> dict[str, Any]:
    """Return what stands in the fields when Discord opens the form."""
    found: dict[str, Any] = {}
    for label in made.to_dict()["components"]:
        field: Any = label["component"]
        standing = field.get("value", field.get("default"))
        if "options" in field:
            standing = [one["value"] for one in field["options"] if one["default"]]
        if "default_values" in field:
            standing = [(one["type"], int(one["id"])) for one in field["default_values"]]
        found[field["custom_id"]] = standing
    return found


async def test_a_form_opens_with_what_was_typed() -> None:
    made = await form()
    made.fill(TYPED)
    assert opens_with(made) == TYPED | {"channel": [("channel", 5)], "role": [("role", 6)]}


async def test_what_was_emptied_opens_empty() -> None:
    made = await form()
    made.fill({"line": "", "packs": [], "first": False, "channel": [], "role": []})
    standing = opens_with(made)
    assert not standing["line"]
    assert standing["packs"] == []
    assert standing["first"] is False
    assert not standing["channel"]


async def test_a_field_that_nothing_was_typed_into_stays_as_it_is() -> None:
    made = await form()
    made.fill({"else": "nothing"})
    assert (opens_with(made)["line"], opens_with(made)["packs"]) == ("as it is", ["350"])


async def test_what_was_forged_to_be_too_long_is_cut_to_what_opens() -> None:
    made = await form()
    made.fill({"line": "x" * 10_000})
    assert opens_with(made)["line"] == "x" * 10


def test_only_the_latest_are_kept() -> None:
    kept = KeptForms()
    for number in range(MOST_KEPT):
        kept.keep(str(number), {"line": str(number)})
    kept.keep("0", {"line": "again"})
    kept.keep("one more", {})
    assert kept.find("0") == {"line": "again"}
    assert kept.find("1") is None
    assert kept.find("2") == {"line": "2"}
    kept.forget("2")
    kept.forget("2")
    assert kept.find("2") is None


@pytest.mark.parametrize("name", ["0", "never"])
def test_nothing_is_left_after_a_restart(name: str) -> None:
    kept = KeptForms()
    kept.keep("0", {"line": "0"})
    kept.clear()
    assert kept.find(name) is None


async def test_nothing_remembers_a_form_that_is_open() -> None:
    assert (await form()).is_finished()
