"""What was refused is not typed again: a button opens the form with what stood in it."""

from typing import Any

import pytest

from cogs.kept_forms import KEPT
from tests.wire.promoting import HAPPY_HOUR, fill, preview, save, standing
from tests.wire.sentences import ADMINS_ONLY, NOT_YOURS, OLD
from tests.wire.town import STREAMERS, Outcome, Town

TYPO = HAPPY_HOUR | {"starts": "tomorow 18:00", "repeats": "daily", "until": "31 january"}


async def reopened(town: Town, refused: Outcome) -> dict[str, Any]:
    """Press the button and return what stands in the form."""
    return standing(await town.press("Ada", refused.message, refused.button("Try again")))


async def test_a_command_that_was_refused_is_mended_in_a_form(town: Town) -> None:
    refused = await town.type("Ada", "promo create", **TYPO)
    assert refused.is_private
    assert refused.text.startswith("I cannot read “tomorow 18:00” as a day and a time.")
    assert refused.labels == ["Try again"]
    assert await reopened(town, refused) == {
        "name": "Happy Hour",
        "bonus": "20%",
        "starts": "tomorow 18:00",
        "lasts": "2 hours",
        "until": "31 january",
    }
    again = await fill(town, refused, "Try again", bonus="a lot", starts="tomorrow 18:00")
    assert again.text.startswith("A bonus is a percentage")
    assert (await reopened(town, again))["starts"] == "tomorrow 18:00"
    shown = await fill(town, again, "Try again", bonus="30%")
    assert "**30% more coins**" in shown.text
    assert "Every day at 18:00, for 2 hours, until January 31, 2027" in shown.text
    assert "cannot" not in shown.text
    assert not KEPT
    assert "Promotion #1" in (await save(town, shown)).text


async def test_the_options_are_forgotten_with_the_process(town: Town) -> None:
    refused = await town.type("Ada", "promo create", **TYPO)
    KEPT.clear()
    await town.restart()
    await town.refuses(town.press("Ada", refused.message, refused.button("Try again")), OLD)


async def test_the_form_of_a_refused_command_is_its_admins(town: Town) -> None:
    refused = await town.type("Ada", "promo create", **TYPO)
    press = town.press("Olive", refused.message, refused.button("Try again"), force=True)
    await town.refuses(press, NOT_YOURS)
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    press = town.press("Ada", refused.message, refused.button("Try again"), force=True)
    await town.refuses(press, ADMINS_ONLY)


@pytest.mark.parametrize(
    ("label", "wrong", "right", "kept"),
    [
        (
            "Who and what",
            {"name": "Rose Hour", "bonus": "some", "packs": ["70", "700"], "first": True},
            {"bonus": "50"},
            {"name": "Rose Hour", "bonus": "some", "packs": ["70", "700"], "first": True},
        ),
        (
            "Limits",
            {"coins": "120", "uses": "1.5", "budget": ""},
            {"uses": "1"},
            {"coins": "120", "uses": "1.5"},
        ),
        (
            "When",
            {
                "starts": "fri 20",
                "repeats": ["weekly"],
                "weekdays": ["0", "4"],
                "until": "in 9 days",
            },
            {"starts": "fri 20:00"},
            {
                "starts": "fri 20",
                "repeats": ["weekly"],
                "weekdays": ["0", "4"],
                "until": "in 9 days",
            },
        ),
        (
            "Announcement",
            {"role": ["Streamer"], "text": "Come in!\nNow", "ending": True},
            {"channel": ["stage"], "ending": True},
            {"role": [str(STREAMERS)], "text": "Come in!\nNow", "ending": True},
        ),
    ],
)
async def test_a_form_that_was_refused_opens_with_what_was_typed(
    town: Town, label: str, wrong: dict[str, Any], right: dict[str, Any], kept: dict[str, Any]
) -> None:
    shown = await preview(town)
    before = await town.everything()
    refused = await fill(town, shown, label, **wrong)
    assert refused.text.startswith("⚠️ ")
    assert refused.message["id"] == shown.message["id"]
    assert refused.labels == [*shown.labels, "Try again"]
    assert await town.everything() == before
    asked = await reopened(town, refused)
    assert {name: asked[name] for name in kept} == kept
    mended = await fill(town, refused, "Try again", **right)
    assert not KEPT
    assert "⚠️" not in mended.text
    assert mended.labels == shown.labels
    assert await town.everything() != before
    await save(town, mended)


async def test_what_is_refused_again_opens_with_the_later_words(town: Town) -> None:
    refused = await fill(town, await preview(town), "Limits", coins="many")
    refused = await fill(town, refused, "Try again", coins="more")
    assert (await reopened(town, refused))["coins"] == "more"


async def test_the_usual_button_opens_with_what_is(town: Town) -> None:
    refused = await fill(town, await preview(town), "Limits", coins="many")
    asked = await town.press("Ada", refused.message, refused.button("Limits"))
    assert standing(asked)["coins"] is None


async def test_after_a_restart_the_form_opens_with_what_is(town: Town) -> None:
    refused = await fill(town, await preview(town), "Who and what", name="", bonus="50")
    KEPT.clear()
    await town.restart()
    asked = await reopened(town, refused)
    assert (asked["name"], asked["bonus"]) == ("Happy Hour", "20%")


async def test_what_the_books_do_not_take_is_not_typed_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await preview(town)
    with monkeypatch.context() as busy:
        busy.setattr(town.books._writer, "_queue_limit", 0)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        refused = await fill(town, shown, "Limits", coins="120")
    assert refused.text.startswith("⚠️ It is very busy")
    assert (await reopened(town, refused))["coins"] == "120"
    mended = await fill(town, refused, "Try again")
    assert "Up to 120 coins for each member in a window" in mended.text
