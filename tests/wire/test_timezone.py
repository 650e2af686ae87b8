"""`/economy timezone`: the wall clock that promotions follow."""

from tests.wire.promoting import preview, save
from tests.wire.town import Town


async def test_it_says_what_time_it_is_there_now(town: Town) -> None:
    shown = await town.type("Ada", "economy timezone")
    assert shown.is_private
    assert shown.text == "Promotions follow the clock of **UTC**, where it is Friday 08:00."
    changed = await town.type("Ada", "economy timezone", name=" asia/tokyo ")
    assert changed.is_private
    assert changed.text == (
        "Promotions follow the clock of **Asia/Tokyo** now (it was UTC), where it is Friday 17:00."
    )
    await town.restart()
    shown = await town.type("Ada", "economy timezone")
    assert "**Asia/Tokyo**, where it is Friday 17:00." in shown.text


async def test_an_unknown_zone_is_refused(town: Town) -> None:
    await town.refuses(
        town.type("Ada", "economy timezone", name="Mars/Olympus"),
        "There is no time zone called “Mars/Olympus”. "
        "Pick one from the list, like “Europe/Berlin” or “America/New_York”.",
    )


async def test_zones_are_suggested_with_their_time(town: Town) -> None:
    choices = await town.choices("Ada", "economy timezone", "name", name="berl")
    assert choices == [{"name": "Europe/Berlin · 09:00", "value": "Europe/Berlin"}]
    assert len(await town.choices("Ada", "economy timezone", "name", name="")) == 25
    assert not await town.choices("Ada", "economy timezone", "name", name="no such place")


async def test_windows_to_come_follow_the_new_clock(town: Town) -> None:
    await save(town, await preview(town, repeats="daily"))
    await town.type("Ada", "economy timezone", name="Asia/Tokyo")
    shown = await town.type("Ada", "promo show", promotion=1)
    # Eighteen o'clock in Tokyo is nine in the morning in UTC.
    assert "Next windows\n<t:1800003600:f> – <t:1800010800:t>" in shown.text
    assert "Times follow the clock of Asia/Tokyo." in shown.text


async def test_it_says_which_windows_moved_and_which_were_lost(town: Town) -> None:
    await save(town, await preview(town, name="*Stars*", repeats="daily"))
    await save(town, await preview(town, name="Today", starts="today 12:00"))
    changed = await town.type("Ada", "economy timezone", name="tokyo")
    assert changed.text == (
        "Promotions follow the clock of **Asia/Tokyo** now (it was UTC), where it is Friday 17:00."
        "\n⚠️ **Today** has no window to come any more. "
        "`/promo edit` gives it another time (promotion #2)."
        "\n**\\*Stars\\*** opens next: <t:1800003600:f> – <t:1800010800:t>"
    )
    again = await town.type("Ada", "economy timezone", name="Asia/Tokyo")
    assert "opens next" not in again.text


async def test_of_many_windows_that_moved_it_names_some(town: Town) -> None:
    for number in range(12):
        await save(town, await preview(town, name=str(number), repeats="daily"))
    changed = await town.type("Ada", "economy timezone", name="Asia/Tokyo")
    assert changed.text.count("opens next") == 10
    assert "-# 2 more have moved. `/promo show` tells when they open." in changed.text
