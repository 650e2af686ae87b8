"""`/promo`: a promotion from the first word to the last, as admins and members see it."""

import re
from typing import Any

from tests.wire.promoting import HOUR, announced, cards, fill, look, move, preview, save
from tests.wire.town import MEMBER_ID, Outcome, Town

START = 1_800_036_000
MINUTE = 60


async def rows(town: Town, sql: str) -> list[Any]:
    return [tuple(row) for row in await town.books.read(sql)]


async def test_the_way_from_the_first_word_to_the_last(town: Town) -> None:
    saved = await announced(town)
    assert saved.is_private
    assert "Promotion #1" in saved.text
    assert not saved.message["components"]
    await move(town, 10 * HOUR - 1)
    assert not await cards(town)
    await move(town, 1)
    (card,) = await cards(town)
    assert card.text.splitlines() == [
        "🎉 Happy Hour",
        "**20% more coins** on every pack",
        "When",
        f"Until <t:{START + 2 * HOUR}:f>, <t:{START + 2 * HOUR}:R>",
    ]
    offer = await town.press("Mia", card.message, card.button("Buy"))
    assert offer.is_private
    assert "🪙 **700** + 140 bonus" in offer.text
    assert f"Until <t:{START + 2 * HOUR}:f>" in offer.text
    bought = await town.press("Mia", offer.message, offer.button("700"))
    assert "**140 coins** of them are a bonus. You can spend **840 coins** now." in bought.text
    shown = await town.type("Ada", "promo show", promotion=1)
    assert "1 buyer · 700 coins sold · 140 coins given as bonus" in shown.text
    assert "`18:00 ██████████       700 (0)`" in shown.text
    town.clock.advance(MINUTE)
    ended = await town.type("Ada", "promo end", promotion=1)
    assert ended.text == ("The open window of **Happy Hour** has ended.\n-# No window is to come.")
    assert "bonus" not in (await town.type("Mia", "buy")).text
    await look(town)
    assert len(await cards(town)) == 1


async def test_the_preview_says_what_would_come_and_saves_nothing(town: Town) -> None:
    shown = await preview(town)
    assert shown.is_private
    assert shown.text.splitlines() == [
        "Happy Hour",
        "**20% more coins** on every pack",
        "Once, for 2 hours",
        "-# Times follow the clock of UTC.",
        "Next windows",
        f"<t:{START}:f> – <t:{START + 2 * HOUR}:t>",
        "At most it costs",
        "For one purchase: 3,500 coins",
        "For one member in a window: no limit",
        "In all: no limit",
        "Announcement",
        "Nowhere: members see it in `/buy` alone.",
        "Nothing is saved yet.",
    ]
    assert shown.labels == [
        "Save",
        "Who and what",
        "Limits",
        "When",
        "Announcement",
        "Discard",
    ]
    assert await rows(town, "SELECT COUNT(*) FROM promotion") == [(0,)]


async def test_every_form_shows_what_is_and_changes_the_preview(town: Town) -> None:
    shown = await fill(
        town,
        await preview(town),
        "Who and what",
        name="Rose Hour",
        bonus="50 coins",
        packs=["700", "350"],
        first=True,
    )
    assert "Rose Hour\n**50 coins on top** on the packs of 350 and 700 coins" in shown.text
    assert "Only for a member's first purchase" in shown.text
    shown = await fill(town, shown, "Limits", coins="120", uses="3", budget="1,000")
    for line in (
        "Up to 120 coins for each member in a window",
        "Up to 3 purchases for each member in a window",
        "Up to 1,000 coins in all",
        "For one purchase: 50 coins",
        "For one member in a window: 50 coins",
        "In all: 1,000 coins",
    ):
        assert line in shown.text
    shown = await fill(
        town, shown, "When", repeats=["weekly"], weekdays=["0", "4"], until="31 january"
    )
    assert "Every Monday and Friday at 18:00, for 2 hours, until January 31, 2027" in shown.text
    shown = await fill(
        town,
        shown,
        "Announcement",
        channel=["lounge"],
        role=["Streamer"],
        ending=True,
        text="Come in!\n*Now*",
    )
    assert ">>> Come in!\n*Now*" in shown.text
    again = await fill(town, shown, "Limits")
    again = await fill(town, again, "Who and what")
    again = await fill(town, again, "When")
    again = await fill(town, again, "Announcement", ending=True)
    # A form that is sent as it opened changes nothing.
    assert again.text.replace("Only for a member's first purchase\n", "") == shown.text.replace(
        "Only for a member's first purchase\n", ""
    )


async def test_every_rule_is_told_in_words(town: Town) -> None:
    for options, words in (
        ({"repeats": "daily"}, "Every day at 18:00, for 2 hours"),
        ({"repeats": "weekly"}, "Every Friday at 18:00, for 2 hours"),
        ({"repeats": "monthly_day"}, "Every month on day 15 at 18:00, for 2 hours"),
        (
            {"repeats": "monthly_weekday"},
            "Every month on the third Friday at 18:00, for 2 hours",
        ),
        (
            {"repeats": "monthly_weekday", "starts": "2027-01-29 09:30", "lasts": "1d 90m"},
            "Every month on the last Friday at 09:30, for 1 day 1 hour 30 minutes",
        ),
        ({"lasts": "fri 22:00"}, "Once, for 4 hours"),
        ({"lasts": "20:00"}, "Once, for 2 hours"),
        ({"starts": "fri 20:00", "lasts": "tomorrow 02:00"}, "Once, for 6 hours"),
        ({"starts": "tomorrow 20:00", "lasts": "02:00"}, "Once, for 6 hours"),
        (
            {"repeats": "daily", "until": "in 3 days"},
            "Every day at 18:00, for 2 hours, until January 18, 2027",
        ),
    ):
        shown = await preview(town, **options)
        assert words in shown.text.splitlines(), shown.text


async def test_which_instant_is_taken_when_the_clock_is_changed_is_said(town: Town) -> None:
    await town.type("Ada", "economy timezone", name="Europe/Berlin")
    shown = await preview(town, starts="2027-03-28 02:30", lasts="1 hour")
    at = 1_806_197_400
    assert f"⚠️ The clock jumps over 02:30 that day, so it is <t:{at}:f>." in shown.text
    shown = await preview(town, starts="2027-10-31 02:30", lasts="3 hours")
    at = 1_824_942_600
    assert f"⚠️ The clock shows 02:30 twice that day; this is the first, <t:{at}:f>." in shown.text
    shown = await preview(town, starts="2027-10-31 01:30", lasts="1 hour")
    assert f"⚠️ The clock shows 02:30 twice that day; this is the first, <t:{at}:f>." in shown.text


async def test_a_preview_shows_what_is_open_at_the_same_time(town: Town) -> None:
    await save(town, await preview(town, name="*First*"))
    shown = await preview(town, name="Second", starts="today 19:00")
    line = f"<t:{START}:f> – <t:{START + 2 * HOUR}:t>"
    assert f"At the same time\n\\*First\\* · {line}" in shown.text


async def test_save_pressed_twice_is_one_promotion(town: Town) -> None:
    shown = await preview(town)
    first, second = await town.together(
        town.press("Ada", shown.message, shown.button("Save")),
        town.press("Ada", shown.message, shown.button("Save")),
    )
    assert "Promotion #1" in first.text
    assert second.text == first.text
    assert await rows(town, "SELECT COUNT(*) FROM promotion") == [(1,)]


async def test_what_is_discarded_is_gone(town: Town) -> None:
    shown = await preview(town)
    gone = await town.press("Ada", shown.message, shown.button("Discard"))
    assert gone.text == "Discarded. Nothing was saved."
    assert await rows(town, "SELECT COUNT(*) FROM promotion_draft") == [(0,)]
    assert await rows(town, "SELECT COUNT(*) FROM promotion") == [(0,)]


async def test_now_is_still_now_when_the_preview_was_read_for_a_while(town: Town) -> None:
    shown = await preview(town, starts="now", lasts="1 hour")
    town.clock.advance(3 * MINUTE + 10)
    saved = await save(town, shown)
    starts_at = 1_800_000_000 + 4 * MINUTE
    assert f"<t:{starts_at}:f> – <t:{starts_at + HOUR}:t>" in saved.text


async def test_lists_say_what_is_open_and_what_comes(town: Town) -> None:
    nothing = await town.type("Ada", "promo list")
    assert nothing.text == "Promotions\nNone yet. `/promo create` makes the first one."
    await save(town, await preview(town))
    await save(town, await preview(town, name="Daily", bonus="50", repeats="daily"))
    await town.type("Ada", "promo pause", promotion=2)
    listed = await town.type("Ada", "promo list")
    assert listed.text.splitlines()[1:] == [
        "**#1 Happy Hour** · 🟢 active · 20% more coins",
        f"-# next <t:{START}:f>, <t:{START}:R>",
        "**#2 Daily** · ⏸️ paused · 50 coins on top",
        f"-# next <t:{START}:f>, <t:{START}:R>",
    ]
    await move(town, 10 * HOUR)
    listed = await town.type("Ada", "promo list")
    assert f"-# open now, ends <t:{START + 2 * HOUR}:R>" in listed.text
    await move(town, 2 * HOUR)
    assert "-# no window to come" in (await town.type("Ada", "promo list")).text


async def test_a_long_list_has_pages(town: Town) -> None:
    for number in range(11):
        await save(town, await preview(town, name=f"No. {number}"))
    first = await town.type("Ada", "promo list")
    assert first.labels == ["More"]
    assert "#10 No. 9" in first.text
    assert "#11" not in first.text
    await town.restart()
    second = await town.press("Ada", first.message, first.button("More"))
    assert second.labels == ["Back"]
    assert "#11 No. 10" in second.text
    assert "#1 " not in second.text


async def test_promotions_are_found_by_name_and_number(town: Town) -> None:
    await save(town, await preview(town))
    await save(town, await preview(town, name="Rose Hour", bonus="50"))
    for command in ("show", "edit", "pause", "resume", "end", "cancel"):
        choices = await town.choices("Ada", f"promo {command}", "promotion", promotion="rose")
        assert choices == [{"name": "#2 Rose Hour · 50 coins on top", "value": 2}]
    choices = await town.choices("Ada", "promo show", "promotion", promotion="")
    assert [choice["value"] for choice in choices] == [1, 2]
    choices = await town.choices("Ada", "promo show", "promotion", promotion="1")
    assert [choice["value"] for choice in choices] == [1]


async def test_editing_changes_what_did_not_begin_yet(town: Town) -> None:
    await save(town, await preview(town, repeats="daily"))
    await move(town, 11 * HOUR)
    shown = await town.type("Ada", "promo edit", promotion=1)
    assert "A window that is open stays as it was promised." in shown.text
    shown = await fill(town, shown, "Who and what", bonus="100%")
    shown = await fill(town, shown, "When", lasts="1 hour")
    saved = await save(town, shown)
    assert "Promotion #1" in saved.text
    assert "+ 14 bonus" in (await town.type("Mia", "buy")).text
    town.clock.advance(24 * HOUR)
    assert "bonus" not in (await town.type("Mia", "buy")).text
    town.clock.advance(-1)
    assert "+ 70 bonus" in (await town.type("Mia", "buy")).text


async def test_a_paused_promotion_brings_nothing_until_it_goes_on(town: Town) -> None:
    await save(town, await preview(town, repeats="daily"))
    await move(town, 10 * HOUR)
    paused = await town.type("Ada", "promo pause", promotion=1)
    assert paused.is_private
    assert "**Happy Hour** is paused" in paused.text
    shown = await town.type("Ada", "promo show", promotion=1)
    assert re.search(rf"-# Paused by <@\d+>, <t:{START}:R>", shown.text)
    assert "bonus" not in (await town.type("Mia", "buy")).text
    resumed = await town.type("Ada", "promo resume", promotion=1)
    line = f"<t:{START}:f> – <t:{START + 2 * HOUR}:t>"
    assert resumed.text == f"**Happy Hour** goes on.\n-# Open now: {line}"
    assert "+ 14 bonus" in (await town.type("Mia", "buy")).text


async def cancelling(town: Town) -> Outcome:
    await save(town, await preview(town, repeats="daily"))
    asked = await town.type("Ada", "promo cancel", promotion=1)
    assert asked.text.splitlines()[0] == "Cancel Happy Hour for good?"
    return asked


async def test_cancelling_asks_first(town: Town) -> None:
    asked = await cancelling(town)
    kept = await town.press("Ada", asked.message, asked.button("Keep it"))
    assert kept.text == "**Happy Hour** stays as it is."
    assert "active" in (await town.type("Ada", "promo show", promotion=1)).text


async def test_a_cancelled_promotion_is_over_for_good(town: Town) -> None:
    asked = await cancelling(town)
    await town.restart()
    gone = await town.press("Ada", asked.message, asked.button("Cancel it for good"))
    assert gone.text == "**Happy Hour** is cancelled for good."
    assert "None yet" in (await town.type("Ada", "promo list")).text
    shown = await town.type("Ada", "promo show", promotion=1)
    assert "Happy Hour · ⏹️ over" in shown.text
    assert "No window is to come." in shown.text


async def test_what_is_over_is_still_found_by_show_alone(town: Town) -> None:
    for name in ("Happy Hour", "Rose Hour", "Tulip Hour"):
        await save(town, await preview(town, name=name))
    for number in (1, 2):
        asked = await town.type("Ada", "promo cancel", promotion=number)
        await town.press("Ada", asked.message, asked.button("Cancel it for good"))
    choices = await town.choices("Ada", "promo show", "promotion", promotion="")
    assert [choice["name"] for choice in choices] == [
        "#3 Tulip Hour · 20% more coins",
        "#2 Rose Hour · 20% more coins · over",
        "#1 Happy Hour · 20% more coins · over",
    ]
    (choice,) = await town.choices("Ada", "promo show", "promotion", promotion="happy")
    assert "⏹️ over" in (await town.type("Ada", "promo show", promotion=choice["value"])).text
    for command in ("edit", "pause", "resume", "end", "cancel"):
        choices = await town.choices("Ada", f"promo {command}", "promotion", promotion="")
        assert [choice["value"] for choice in choices] == [3]
    listed = await town.type("Ada", "promo list")
    assert listed.text.endswith("2 more are over: /promo show finds them.")
    assert "Happy Hour" not in listed.text


async def test_previews_survive_a_restart(town: Town) -> None:
    shown = await preview(town)
    await town.restart()
    shown = await fill(town, shown, "Limits", budget="500")
    await town.restart()
    assert "Promotion #1" in (await save(town, shown)).text
    promotion = await town.bot.economy.promotions.find(int(town.sandbox.world.guild.id), 1)
    assert promotion.plan.terms.budget_coins == 500


async def test_announcements_sell_after_a_restart(town: Town) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    (card,) = await cards(town)
    await town.restart()
    for person in ("Mia", "Noor"):
        offer = await town.press(person, card.message, card.button("Buy"))
        assert offer.is_private
        bought = await town.press(person, offer.message, offer.button("70"))
        assert "84 coins for you" in bought.text
    assert MEMBER_ID["Noor"] in {
        row[0] for row in await rows(town, "SELECT member_id FROM order_bonus")
    }
