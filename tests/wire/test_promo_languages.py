"""Days as admins of other languages type them, and which of two days was taken."""

import pytest

from tests.wire.promoting import HOUR, fill, preview, save
from tests.wire.town import Town

START = 1_800_036_000
DAY = 24 * HOUR


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada's Discord is set to German."""
    monkeypatch.setattr("bot.sandbox.interaction_payload.GUILD_LOCALE", "de")


@pytest.mark.usefixtures("german")
async def test_a_german_reader_types_german_or_english(town: Town) -> None:
    line = f"<t:{START + DAY}:f> – <t:{START + DAY + 2 * HOUR}:t>"
    for typed in ("morgen 18:00", "Morgen um 18 Uhr", "tomorrow 6pm", "16.1. 18:00"):
        shown = await preview(town, starts=typed)
        assert line in shown.text
        assert "⚠️" not in shown.text
    await save(town, shown)


@pytest.mark.usefixtures("german")
async def test_a_german_reader_means_the_day_first_and_is_told(town: Town) -> None:
    shown = await preview(town, starts="03/04/2027 18:00")
    at = 1_806_775_200
    assert f"<t:{at}:f> – <t:{at + 2 * HOUR}:t>" in shown.text
    assert (
        "-# ⚠️ “03/04/2027 18:00” could be two days; I took 3. April 2027, "
        "as your language writes it."
    ) in shown.text


async def test_an_american_reader_means_the_month_first_and_is_told(town: Town) -> None:
    shown = await preview(town, starts="03/04/2027 18:00")
    at = 1_804_183_200
    assert f"<t:{at}:f> – <t:{at + 2 * HOUR}:t>" in shown.text
    note = "“03/04/2027 18:00” could be two days; I took March 4, 2027, as your language writes it."
    assert note in shown.text
    # It is said when it was typed, and not with every later change.
    shown = await fill(town, shown, "Limits", budget="500")
    assert note not in shown.text
    shown = await fill(town, shown, "When", repeats=["daily"], until="5/6/2027")
    assert "“5/6/2027” could be two days; I took May 6, 2027," in shown.text


async def test_other_words_than_the_readers_are_refused(town: Town) -> None:
    refused = await town.type(
        "Ada", "promo create", name="A", bonus="1", starts="morgen 18:00", lasts="1h"
    )
    assert refused.text.startswith("I cannot read “morgen 18:00” as a day and a time.")
