"""Modals and first answers that Discord refuses, without sockets."""

from typing import Any

import pytest

from bot.sandbox.choice_rules import check_choices
from bot.sandbox.modal_rules import check_modal
from bot.sandbox.rejections import DiscordError
from tests.sandbox.script import Json

pytestmark = pytest.mark.proof("sandbox")


def text_input(**fields: Any) -> Json:
    """Write a text input in its row."""
    field = {"type": 4, "custom_id": "t", "style": 1, "label": "l"} | fields
    return {"type": 1, "components": [field]}


def modal(*parts: Json, **fields: Any) -> Json:
    """Write a modal."""
    return {"title": "t", "custom_id": "m", "components": list(parts)} | fields


def test_a_modal_within_the_rules_is_taken() -> None:
    label = {"type": 18, "label": "l", "component": {"type": 23, "custom_id": "c"}}
    check_modal(modal(text_input(max_length=4000), label, {"type": 10, "content": "hello"}))


@pytest.mark.parametrize(
    "refused",
    [
        modal(),
        modal(*(text_input(custom_id=f"{number}") for number in range(6))),
        modal(text_input(), title="x" * 46),
        modal(text_input(), custom_id=""),
        modal(text_input(), text_input()),
        modal(text_input(label="x" * 46)),
        modal(text_input(label=None)),
        modal(text_input(style=3)),
        modal(text_input(max_length=4001)),
        modal(text_input(placeholder="x" * 101)),
        modal(text_input(type=2)),
        modal({"type": 2}),
        modal({"type": 18, "label": "", "component": {"type": 23, "custom_id": "c"}}),
        modal({"type": 18, "label": "l", "component": {"type": 21, "custom_id": "c"}}),
        modal({"type": 18, "label": "l", "component": {"type": 3, "custom_id": "c"}}),
        modal({"type": 1, "components": []}),
    ],
)
def test_a_modal_that_breaks_a_rule_is_refused(refused: Json) -> None:
    with pytest.raises(DiscordError) as caught:
        check_modal(refused)
    assert caught.value.refusal.code == 50035


@pytest.mark.parametrize(
    "choices",
    [
        None,
        [{"name": f"{number}", "value": number} for number in range(26)],
        [{"name": "", "value": 1}],
        [{"name": "x" * 101, "value": 1}],
        [{"name": "x"}],
        [{"name": "x", "value": "x" * 101}],
    ],
)
def test_choices_that_break_a_rule_are_refused(choices: object) -> None:
    with pytest.raises(DiscordError):
        check_choices(choices)
