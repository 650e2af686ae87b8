"""Previews and their forms: saved once, whatever comes between, and answered after a restart."""

from dataclasses import replace
from typing import Any

import pytest

from bot.pictures.studio import Studio
from tests.services.promo import HAPPY_HOUR as PLAN
from tests.services.promo import at
from tests.wire.promoting import DAY, HAPPY_HOUR, HOUR, fill, move, preview, save, send
from tests.wire.sentences import OLD
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

MINUTE = 60
ADA = MEMBER_ID["Ada"]
SAVED = (
    "This is saved already, as promotion #1. "
    "`/promo edit` changes it, `/promo cancel` takes it off."
)


def window(starts_at: int, ends_at: int) -> str:
    return f"<t:{starts_at}:f> – <t:{ends_at}:t>"


async def opened(town: Town, shown: Outcome, label: str) -> Outcome:
    """Open a form, to send it later."""
    return await town.press("Ada", shown.message, shown.button(label))


async def edited(town: Town) -> Outcome:
    return await town.type("Ada", "promo edit", promotion=1)


# A form that stays open for long.


@pytest.mark.parametrize(
    ("label", "values", "words"),
    [
        ("Who and what", {"packs": ["70", "700"], "first": True}, "the packs of 70 and 700 coins"),
        ("Limits", {"budget": "500"}, "Up to 500 coins in all"),
        ("When", {"repeats": ["weekly"], "weekdays": ["0"]}, "Every Monday at 18:00, for 2 hours"),
        ("Announcement", {"channel": ["stage"], "role": ["Streamer"]}, ", to <@&"),
    ],
)
async def test_a_form_that_is_open_over_a_restart_is_answered(
    town: Town, label: str, values: dict[str, Any], words: str
) -> None:
    asked = await opened(town, await preview(town), label)
    await town.restart()
    town.clock.advance(3 * HOUR)
    shown = await send(town, asked, **values)
    assert words in shown.text
    assert "Save" in shown.labels


async def test_the_form_of_a_refused_command_is_answered_after_a_restart(town: Town) -> None:
    refused = await town.type(
        "Ada", "promo create", **HAPPY_HOUR | {"bonus": "?", "repeats": "daily"}
    )
    asked = await opened(town, refused, "Try again")
    await town.restart()
    shown = await send(town, asked, bonus="30%")
    assert "**30% more coins** on every pack\nEvery day at 18:00, for 2 hours" in shown.text


async def test_a_form_that_is_sent_a_day_later_is_refused(town: Town) -> None:
    asked = await opened(town, await preview(town), "Limits")
    town.clock.advance(DAY + 1)
    await town.refuses(send(town, asked, budget="500"), OLD)


async def test_a_form_whose_admin_is_none_any_more_is_refused(town: Town) -> None:
    asked = await opened(town, await preview(town), "Limits")
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    before = await town.everything()
    assert "Manage Server" in (await send(town, asked, budget="500")).text
    assert await town.everything() == before


# Saved once.


async def test_a_form_that_was_open_while_its_preview_was_saved_is_refused(town: Town) -> None:
    shown = await preview(town)
    asked = await opened(town, shown, "Limits")
    await save(town, shown)
    await town.refuses(send(town, asked, budget="500"), SAVED)
    promotion = await town.bot.economy.promotions.find(GUILD_ID, 1)
    assert promotion.plan.terms.budget_coins == 0


async def test_the_form_of_a_command_that_was_saved_is_refused(town: Town) -> None:
    refused = await town.type("Ada", "promo create", **HAPPY_HOUR | {"bonus": "?"})
    first, second = [await opened(town, refused, "Try again") for _ in range(2)]
    await save(town, await send(town, first, bonus="30%"))
    again = await send(town, second, bonus="99%")
    assert again.text == SAVED
    assert again.labels == ["Try again"]


@pytest.mark.parametrize("labels", [("Save", "Discard"), ("Discard", "Save")])
async def test_what_is_saved_is_not_discarded_nor_the_other_way_round(
    town: Town, labels: tuple[str, str]
) -> None:
    shown = await preview(town)
    # Which of them the books hear first is theirs to say.
    answers = await town.together(
        *(town.press("Ada", shown.message, shown.button(label)) for label in labels)
    )
    said = {label: answer.text for label, answer in zip(labels, answers, strict=True)}
    listed = (await town.type("Ada", "promo list")).text
    if "Happy Hour is saved" in said["Save"]:
        assert said["Discard"] == SAVED
        assert "Happy Hour" in listed
    else:
        assert said == {"Save": OLD, "Discard": "Discarded. Nothing was saved."}
        assert "None yet" in listed


async def test_an_edit_that_is_saved_twice_reads_the_same(town: Town) -> None:
    await save(town, await preview(town))
    shown = await fill(town, await edited(town), "Limits", budget="500")
    first, second = await town.together(
        town.press("Ada", shown.message, shown.button("Save")),
        town.press("Ada", shown.message, shown.button("Save")),
    )
    assert "Promotion #1" in first.text
    assert second.text == first.text


async def test_of_two_edits_the_later_one_is_refused(town: Town) -> None:
    await save(town, await preview(town))
    first, second = await edited(town), await edited(town)
    await save(town, await fill(town, first, "Who and what", bonus="50%"))
    second = await fill(town, second, "Limits", budget="500")
    await town.refuses(
        town.press("Ada", second.message, second.button("Save")),
        "Somebody changed this promotion meanwhile, so nothing was saved. "
        "`/promo edit` begins with what it is now.",
    )


async def test_two_forms_over_one_preview_both_count(town: Town) -> None:
    shown = await preview(town)
    what, limits = [await opened(town, shown, label) for label in ("Who and what", "Limits")]
    await town.together(send(town, what, bonus="50%"), send(town, limits, budget="500"))
    shown = await fill(town, shown, "When")
    assert "**50% more coins**" in shown.text
    assert "Up to 500 coins in all" in shown.text


async def test_a_change_of_what_has_no_window_to_come_is_saved(town: Town) -> None:
    await save(town, await preview(town, starts="today 09:00", lasts="1 hour"))
    # The clock of this zone shows the evening already.
    await town.type("Ada", "economy timezone", name="Asia/Tokyo")
    assert "no window to come" in (await town.type("Ada", "promo list")).text
    shown = await fill(town, await edited(town), "Who and what", name="Renamed")
    saved = await save(town, shown)
    assert saved.text.splitlines()[:1] == ["Renamed is saved"]
    assert "No window is to come. `/promo edit` gives it another time." in saved.text


# When.


async def test_the_clock_of_an_end_is_that_of_the_start_that_stays(town: Town) -> None:
    await save(town, await preview(town, repeats="monthly_day"))
    await move(town, 20 * DAY)
    shown = await fill(town, await edited(town), "When", lasts="22:00")
    assert "Every month on day 15 at 18:00, for 4 hours" in shown.text
    shown = await fill(town, shown, "When", lasts="tomorrow 02:00")
    assert "Every month on day 15 at 18:00, for 8 hours" in shown.text
    shown = await fill(town, shown, "When", lasts="2027-01-15 17:00")
    assert f"⚠️ That would end at <t:{at(17)}:f>, and start only at <t:{at(18)}:f>." in shown.text


async def test_an_end_that_was_typed_stays_while_the_preview_is_read(town: Town) -> None:
    shown = await preview(town, starts="now", lasts="until 22:00")
    town.clock.advance(9 * MINUTE)
    shown = await fill(town, shown, "Limits", budget="500")
    saved = await save(town, shown)
    assert f"– <t:{at(22)}:f>" in saved.text
    ((starts_at, ends_at),) = await town.books.read(
        "SELECT starts_at, ends_at FROM promotion_window"
    )
    assert (starts_at, ends_at) == (at(8) + 9 * MINUTE, at(22))


async def test_a_length_that_is_typed_later_is_a_length(town: Town) -> None:
    shown = await preview(town, starts="now", lasts="22:00")
    shown = await fill(town, shown, "When", lasts="3 hours")
    shown = await fill(town, shown, "When")
    town.clock.advance(2 * MINUTE)
    saved = await save(town, shown)
    assert window(at(8) + 2 * MINUTE, at(11) + 2 * MINUTE) in saved.text


async def test_an_end_is_an_end_after_the_form_is_sent_as_it_opened(town: Town) -> None:
    shown = await preview(town, starts="now", lasts="11:00")
    shown = await fill(town, shown, "When")
    town.clock.advance(2 * MINUTE)
    assert window(at(8) + 2 * MINUTE, at(11)) in (await save(town, shown)).text


@pytest.mark.parametrize(
    "options",
    [
        {"lasts": "until 20:00"},
        {"lasts": "Till 8 pm"},
        {"starts": "18.00", "lasts": "20.00"},
        {"starts": "today 18：00", "lasts": "20：00"},
        {"starts": "tonight 6pm", "lasts": "until tonight 8pm"},
    ],
)
async def test_times_are_read_as_people_write_them(town: Town, options: dict[str, str]) -> None:
    assert window(at(18), at(20)) in (await preview(town, **options)).text


async def test_a_last_day_may_be_weeks_from_now(town: Town) -> None:
    for until in ("in 2 weeks", "until 29 january"):
        shown = await preview(town, repeats="daily", until=until)
        assert "Every day at 18:00, for 2 hours, until January 29, 2027" in shown.text
    shown = await preview(town, starts="in 2 weeks 18:00", lasts="midnight")
    assert window(at(18, days=14), at(0, days=15)) in shown.text


# What is open stays as it was promised, and is told so.


async def test_the_open_window_is_shown_with_its_own_terms(town: Town) -> None:
    await save(town, await preview(town, repeats="daily"))
    await move(town, 11 * HOUR)
    shown = await fill(town, await edited(town), "Who and what", bonus="100%")
    promised = [
        "Open now, as it was promised",
        window(at(18), at(20)),
        "**20% more coins** on every pack",
        "Next windows",
        window(at(18, days=1), at(20, days=1)),
    ]
    assert shown.text.startswith("Happy Hour\n**100% more coins** on every pack\n")
    assert "\n".join(promised) in shown.text
    await save(town, shown)
    told = await town.type("Ada", "promo show", promotion=1)
    assert "**100% more coins** on every pack\nEvery day" in told.text
    assert "Open now, as it was promised\n**20% more coins** on every pack" in told.text
    assert (
        "#1 Happy Hour** · 🟢 active · 20% more coins"
        in (await town.type("Ada", "promo list")).text
    )
    town.clock.advance(HOUR)
    assert "as it was promised" not in (await town.type("Ada", "promo show", promotion=1)).text
    assert "100% more coins" in (await town.type("Ada", "promo list")).text


async def test_the_last_window_that_is_open_has_none_after_it(town: Town) -> None:
    await save(town, await preview(town))
    await move(town, 11 * HOUR)
    shown = await edited(town)
    assert f"as it was promised\n{window(at(18), at(20))}" in shown.text
    assert "Next windows\nNo window is to come." in shown.text


async def test_who_else_is_open_may_be_cut_and_what_it_means_is_not(town: Town) -> None:
    plan = replace(PLAN, name="_" * 60)
    for number in range(40):
        await town.bot.economy.promotions.create(GUILD_ID, ADA, f"story:{number}", plan)
    shown = await preview(town, repeats="daily")
    assert "\n…\n-# A buyer gets the better of the two bonuses, never both.\n" in shown.text


# The picture.


@pytest.fixture
async def studio(town: Town) -> Studio:
    """The bot can draw; it closes what it draws with."""
    town.bot.studio = Studio()
    return town.bot.studio


@pytest.mark.usefixtures("studio")
async def test_words_for_a_picture_are_drawn_in_the_preview(town: Town) -> None:
    shown = await fill(
        town, await preview(town), "Announcement", channel=["stage"], picture="Roses for  all"
    )
    (attachment,) = shown.message["attachments"]
    assert attachment["content_type"] == "image/png"
    assert attachment["description"] == "A banner with flowers. It says: +20%, Roses for all"
    shown = await fill(town, shown, "Who and what", bonus="500")
    (attachment,) = shown.message["attachments"]
    assert "+500 coins" in attachment["description"]
    saved = await save(town, shown)
    assert saved.message["attachments"] == []
    shown = await edited(town)
    (attachment,) = shown.message["attachments"]
    shown = await fill(town, shown, "Announcement", picture="")
    assert shown.message["attachments"] == []


@pytest.mark.usefixtures("studio")
async def test_what_a_picture_cannot_have_on_it_is_refused(town: Town) -> None:
    refused = await fill(
        town, await preview(town), "Announcement", channel=["stage"], picture="Rosen 🌹 für 花"
    )
    assert refused.text.splitlines()[0] == (
        "⚠️ I cannot draw 🌹 花 on the picture. Please write its text without, "
        "or put that into your own words instead."
    )
    shown = await fill(town, refused, "Try again", channel=["stage"], picture="Rosen für alle")
    assert len(shown.message["attachments"]) == 1


async def test_words_for_a_picture_need_a_channel(town: Town) -> None:
    refused = await fill(town, await preview(town), "Announcement", picture="Roses")
    assert "Please pick the channel in which that is announced." in refused.text


async def test_without_a_studio_words_are_taken_as_they_are(town: Town) -> None:
    shown = await fill(town, await preview(town), "Announcement", channel=["stage"], picture="花")
    assert shown.message["attachments"] == []
    await save(town, shown)
    promotion = await town.bot.economy.promotions.find(GUILD_ID, 1)
    assert promotion.plan.announcement.picture_text == "花"


async def test_a_studio_that_is_broken_refuses_no_words(town: Town, studio: Studio) -> None:
    await studio.close()
    shown = await fill(
        town, await preview(town), "Announcement", channel=["stage"], picture="Roses"
    )
    assert shown.message["attachments"] == []
    assert "⚠️" not in shown.text
