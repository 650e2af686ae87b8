"""Shorthand for tests of promotions: forms filled in, promotions saved, the clock moved on."""

from typing import Any

from tests.wire.town import Outcome, Town, components_of

HOUR = 60 * 60
DAY = 24 * HOUR

# The town's clock stands at Friday, 15 January 2027, 08:00 UTC.
EVENING = {"starts": "today 18:00", "lasts": "2 hours"}
HAPPY_HOUR = {"name": "Happy Hour", "bonus": "20%", **EVENING}


async def preview(town: Town, **options: Any) -> Outcome:
    """Let Ada type `/promo create` and return the preview."""
    shown = await town.type("Ada", "promo create", **HAPPY_HOUR | options)
    assert "Save" in shown.labels, shown.text
    return shown


async def fill(
    town: Town, shown: Outcome, label: str, person: str = "Ada", **values: Any
) -> Outcome:
    """Open the form behind a button of a preview, and send it with these values."""
    asked = await town.press(person, shown.message, shown.button(label))
    return await send(town, asked, person, **values)


async def send(town: Town, asked: Outcome, person: str = "Ada", **values: Any) -> Outcome:
    """Send a form that is open, with these values in place of those that stand in it."""
    assert asked.outcome == "modal", asked.raw
    kept = {name: value for name, value in standing(asked).items() if value is not None}
    body = {"as": person, "interaction": asked.raw["interaction"], "values": kept | values}
    return Outcome(await town.post("modal", **body))


def standing(asked: Outcome) -> dict[str, Any]:
    """Return what stands in the fields of a form when it opens, as Discord sends it back."""
    found: dict[str, Any] = {}
    for label in asked.raw["modal"]["components"]:
        field = label["component"]
        chosen = [one["value"] for one in field.get("options", []) if one.get("default")]
        chosen += [one["id"] for one in field.get("default_values", [])]
        plain = field.get("value", field.get("default"))
        found[field["custom_id"]] = chosen or plain
    return found


async def save(town: Town, shown: Outcome) -> Outcome:
    """Press Save."""
    saved = await town.press("Ada", shown.message, shown.button("Save"))
    assert "is saved" in saved.text, saved.text
    return saved


async def announced(town: Town, channel: str = "stage") -> Outcome:
    """Save a Happy Hour that is announced in a channel."""
    shown = await preview(town)
    return await save(town, await fill(town, shown, "Announcement", channel=[channel]))


async def look(town: Town) -> None:
    """Do what the jobs do, at the instant that the town's clock shows."""
    await town.bot.economy.promotion_clock.tick()
    await town.bot.announce()


async def move(town: Town, seconds: float) -> None:
    """Move the clock on and let the jobs look."""
    town.clock.advance(seconds)
    await look(town)


async def cards(town: Town, channel: str = "stage", person: str = "Mia") -> list[Outcome]:
    """Return the announcements that a person sees in a channel, oldest first."""
    messages = await town.visible(person, channel)
    return [
        Outcome({"outcome": "seen", "messages": [message]})
        for message in sorted(messages, key=lambda one: int(one["id"]))
        if is_card(message)
    ]


def is_card(message: dict[str, Any]) -> bool:
    """Tell whether a message announces a window, be it open or over."""
    offers = any("promo_buy" in one["custom_id"] for one in components_of(message))
    titles = [embed.get("title", "") for embed in message["embeds"]]
    return offers or any(title.endswith(" is over") for title in titles)
