"""What `/promo` and `/economy timezone` refuse: with which sentence, and that nothing changed."""

from typing import Any

import pytest

from bot.sandbox.permissions import Permission
from tests.wire.promoting import HAPPY_HOUR, HOUR, announced, fill, preview, save
from tests.wire.sentences import ADMINS_ONLY, INVALID_FORM, NOT_YOURS, OLD
from tests.wire.test_promo_announcements import channel_id, forbid
from tests.wire.town import GUILD_ID, Outcome, Town

START = 1_800_036_000
BONUS = (
    "A bonus is a percentage from 1 to 1,000, such as 20%, or a number of coins up to "
    "1,000,000,000, such as 50."
)
PAST = "That start, <t:{}:f>, is already past. Type a later one, like “tomorrow 18:00” or “now”."
NOT_FOUND = "There is no promotion #7 here. `/promo list` shows those there are."
UNTIL = (
    "A last day is for what repeats. "
    "Choose how often it repeats, such as daily, or leave the last day empty."
)
TOO_LONG = (
    "That is longer than 100 characters, which no day or time is. "
    "Type it like “tomorrow 18:00” or “fri 20:00”."
)
LIMIT = (
    "“{}” is not a whole number from 0 to 1,000,000,000. "
    "Type digits only, such as 500, or nothing for no limit."
)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"name": " \u200b "},
            "A promotion needs a name that members will read, such as Happy Hour.",
        ),
        ({"bonus": "0"}, BONUS),
        ({"bonus": "0%"}, BONUS),
        ({"bonus": "1001%"}, BONUS),
        ({"bonus": "1,000,000,001"}, BONUS),
        ({"bonus": "-5"}, BONUS),
        ({"bonus": "1.5%"}, BONUS),
        ({"bonus": "plenty"}, BONUS),
        (
            {"starts": "soon"},
            (
                "I cannot read “soon” as a day and a time. "
                "Type it like “tomorrow 18:00” or “fri 20:00”."
            ),
        ),
        ({"starts": "2027-01-15 07:59"}, PAST.format(1_799_999_940)),
        ({"starts": "2027-01-15 07:59", "repeats": "daily"}, PAST.format(1_799_999_940)),
        # Which day was taken of two is told with the instant.
        ({"starts": "1/2/2027 18:00"}, PAST.format(1_798_912_800)),
        (
            {"lasts": "a while"},
            (
                "I cannot read “a while” as how long it lasts, or until when. "
                "Type it like “2 hours” or “fri 22:00”."
            ),
        ),
        (
            {"lasts": "2027-01-15 18:00"},
            (
                f"That would end at <t:{START}:f>, and start only at <t:{START}:f>. "
                "Type a later end like “fri 20:00”, or how long it lasts, like “2 hours”."
            ),
        ),
        (
            {"lasts": "2027-01-14 18:00"},
            (
                f"That would end at <t:{START - 24 * HOUR}:f>, and start only at <t:{START}:f>. "
                "Type a later end like “fri 20:00”, or how long it lasts, like “2 hours”."
            ),
        ),
        # A day without its year is the next one, seen from now and not from the start.
        (
            {"starts": "20 january 18:00", "lasts": "19 january 18:00"},
            (
                f"That would end at <t:{START + 4 * 24 * HOUR}:f>, "
                f"and start only at <t:{START + 5 * 24 * HOUR}:f>. "
                "Type a later end like “fri 20:00”, or how long it lasts, like “2 hours”."
            ),
        ),
        (
            {"lasts": "0 minutes"},
            "A window lasts a minute at least. Type it like “30 minutes” or “2 hours”.",
        ),
        (
            {"lasts": "91 days"},
            "A window lasts up to 90 days. Type it like “2 hours” or “1 day 4 hours”.",
        ),
        (
            {"lasts": "25 hours", "repeats": "daily"},
            (
                "Each window would still be open when the next one starts. "
                "Let it last less long, like “2 hours”, or come less often, like weekly."
            ),
        ),
        (
            {"repeats": "daily", "until": "doomsday"},
            "I cannot read “doomsday” as a day. Type it like “31 december” or “in 30 days”.",
        ),
        ({"until": "31 january"}, UNTIL),
        ({"until": "doomsday"}, UNTIL),
    ],
)
async def test_what_cannot_be_a_promotion_is_refused(
    town: Town, options: dict[str, Any], sentence: str
) -> None:
    await town.refuses(town.type("Ada", "promo create", **HAPPY_HOUR | options), sentence)


@pytest.mark.parametrize(
    "options", [{"name": "x" * 61}, {"bonus": ""}, {"starts": "x" * 101}, {"repeats": "hourly"}]
)
async def test_discord_passes_on_nothing_outside_the_options(
    town: Town, options: dict[str, Any]
) -> None:
    await town.discord_refuses(
        town.type("Ada", "promo create", **HAPPY_HOUR | options), INVALID_FORM
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"bonus": "9" * 10_000}, BONUS),
        ({"starts": "fri 1 " * 2_000}, TOO_LONG),
        ({"lasts": "1m " * 4_000}, TOO_LONG),
        ({"until": "dec 1 " * 2_000, "repeats": "daily"}, TOO_LONG),
    ],
)
async def test_forged_texts_of_any_length_are_refused_with_the_rule(
    town: Town, options: dict[str, Any], sentence: str
) -> None:
    forged = HAPPY_HOUR | options
    await town.refuses(town.type("Ada", "promo create", force=True, **forged), sentence)


async def test_a_forged_name_is_refused_and_a_forged_choice_is_once(town: Town) -> None:
    long = HAPPY_HOUR | {"name": "x" * 61}
    await town.refuses(
        town.type("Ada", "promo create", force=True, **long),
        "A promotion's name has at most 60 characters. Please shorten it.",
    )
    odd = HAPPY_HOUR | {"repeats": "hourly"}
    assert "Once" in (await town.type("Ada", "promo create", force=True, **odd)).text


@pytest.mark.parametrize("command", ["show", "edit", "pause", "resume", "end", "cancel"])
async def test_a_promotion_that_is_not_there_is_refused(town: Town, command: str) -> None:
    await town.refuses(town.type("Ada", f"promo {command}", promotion=7), NOT_FOUND)


@pytest.mark.parametrize("command", ["show", "edit", "pause", "resume", "end", "cancel"])
async def test_a_forged_number_is_refused(town: Town, command: str) -> None:
    await town.refuses(
        town.type("Ada", f"promo {command}", promotion="many", force=True),
        "“many” is not a whole number. Please type digits only, such as 10.",
    )


@pytest.mark.parametrize("command", ["edit", "pause", "resume", "end", "cancel"])
async def test_what_was_cancelled_stays_so(town: Town, command: str) -> None:
    await save(town, await preview(town))
    asked = await town.type("Ada", "promo cancel", promotion=1)
    await town.press("Ada", asked.message, asked.button("Cancel it"))
    await town.refuses(
        town.type("Ada", f"promo {command}", promotion=1),
        "Promotion #1 is over for good. "
        "`/promo show` tells how it went, `/promo create` makes a new one.",
    )


async def test_only_an_open_window_can_be_ended(town: Town) -> None:
    await save(town, await preview(town))
    await town.refuses(
        town.type("Ada", "promo end", promotion=1),
        "This promotion is not open now. `/promo cancel` takes it off for good.",
    )


async def test_more_than_fifty_are_refused(town: Town) -> None:
    shown = await preview(town)
    draft_id = int(shown.button("Save").rpartition(":")[2])
    economy = town.bot.economy
    plan = (await economy.promotion_drafts.find(GUILD_ID, draft_id, owner(shown))).plan
    for number in range(50):
        await economy.promotions.create(GUILD_ID, owner(shown), f"story:{number}", plan)
    await town.refuses(
        town.press("Ada", shown.message, shown.button("Save")),
        "There are 50 promotions already. Please `/promo cancel` one first.",
    )


def owner(shown: Outcome) -> int:
    return int(shown.button("Save").split(":")[3])


@pytest.mark.parametrize(
    ("label", "values", "sentence"),
    [
        ("Who and what", {"bonus": ""}, BONUS),
        ("Who and what", {"name": ""}, "A promotion needs a name that members will read,"),
        ("Who and what", {"least": "many"}, LIMIT.format("many")),
        ("Who and what", {"least": "17501"}, "The largest pack here has 17,500 coins, so none"),
        ("Limits", {"coins": "-1"}, LIMIT.format("-1")),
        ("Limits", {"uses": "1.5"}, LIMIT.format("1.5")),
        ("Limits", {"budget": "1000000001"}, LIMIT.format("1000000001")),
        ("When", {"starts": "yesterday 18:00"}, PAST.format(START - 24 * HOUR)),
        ("When", {"until": "31 january"}, UNTIL),
        ("When", {"starts": ""}, "I cannot read “” as a day and a time."),
        ("When", {"lasts": ""}, "I cannot read “” as how long it lasts, or until when."),
        ("When", {"repeats": ["daily"], "lasts": "2 days"}, "Each window would still be open"),
        ("When", {"repeats": ["daily"], "until": "soon"}, "I cannot read “soon” as a day."),
        ("Announcement", {"text": "Hello"}, "Please pick the channel in which that is announced."),
        ("Announcement", {"role": ["Streamer"]}, "Please pick the channel"),
        ("Announcement", {"ending": True}, "Please pick the channel"),
        ("Announcement", {"channel": ["staff"]}, "there I lack the permission “View Channel”."),
    ],
)
async def test_a_form_that_cannot_be_so_changes_nothing(
    town: Town, label: str, values: dict[str, Any], sentence: str
) -> None:
    shown = await preview(town)
    before = await town.everything()
    refused = await fill(town, shown, label, **values)
    assert refused.is_private
    assert sentence in refused.text
    assert await town.everything() == before


@pytest.mark.parametrize(
    ("permission", "name"),
    [
        (Permission.VIEW_CHANNEL, "View Channel"),
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.EMBED_LINKS, "Embed Links"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
async def test_a_channel_that_the_bot_cannot_write_to_is_refused(
    town: Town, permission: int, name: str
) -> None:
    shown = await fill(town, await preview(town), "Announcement", channel=["lounge"])
    forbid(town, "lounge", permission)
    await town.restart()
    sentence = (
        f"I cannot announce in <#{channel_id(town, 'lounge')}>: there I lack the permission "
        f"“{name}”. Give it to me or pick another channel. Nothing was saved."
    )
    await town.refuses(town.press("Ada", shown.message, shown.button("Save")), sentence)


async def test_only_a_picture_needs_the_permission_to_attach_files(town: Town) -> None:
    forbid(town, "lounge", Permission.ATTACH_FILES)
    await town.restart()
    shown = await fill(town, await preview(town), "Announcement", channel=["lounge"])
    assert "⚠️" not in shown.text
    refused = await fill(town, shown, "Announcement", channel=["lounge"], picture="Come in")
    assert refused.text.splitlines()[0] == (
        f"⚠️ I cannot announce in <#{channel_id(town, 'lounge')}>: there I lack the permission "
        "“Attach Files”. Give it to me or pick another channel. Nothing was saved."
    )


async def test_words_for_a_picture_need_a_channel(town: Town) -> None:
    refused = await fill(town, await preview(town), "Announcement", picture="Come in")
    sentence = "⚠️ Please pick the channel in which that is announced."
    assert refused.text.splitlines()[0] == sentence


async def test_a_role_that_the_bot_cannot_mention_is_refused(town: Town) -> None:
    roles = town.sandbox.world.guild.roles
    for role in roles.values():
        role["permissions"] = str(int(role["permissions"]) & ~int(Permission.MENTION_EVERYONE))
    await town.restart()
    shown = await preview(town)
    (role_id,) = [key for key, role in roles.items() if role["name"] == "Streamer"]
    refused = await fill(town, shown, "Announcement", channel=["stage"], role=["Streamer"])
    assert refused.text.splitlines()[0] == (
        f"⚠️ I cannot mention <@&{role_id}>. Allow anyone to mention it in the role's settings, or "
        "give me the permission “Mention Everyone”, or pick another role. Nothing was saved."
    )
    roles[role_id]["mentionable"] = True
    await town.restart()
    allowed = await fill(town, shown, "Announcement", channel=["stage"], role=["Streamer"])
    assert f"to <@&{role_id}>" in allowed.text


async def test_the_whole_server_is_not_mentioned(town: Town) -> None:
    shown = await preview(town)
    refused = await fill(town, shown, "Announcement", channel=["stage"], role=[str(GUILD_ID)])
    assert refused.text.splitlines()[0] == (
        "⚠️ I mention no whole server. Pick a role that members choose themselves, or none. "
        "Nothing was saved."
    )


async def test_a_start_that_passed_meanwhile_is_refused(town: Town) -> None:
    shown = await preview(town)
    town.clock.advance(10 * HOUR + 10 * 60 + 1)
    press = town.press("Ada", shown.message, shown.button("Save"))
    await town.refuses(press, PAST.format(START))


async def test_a_rule_that_never_comes_is_refused(town: Town) -> None:
    shown = await preview(
        town, repeats="monthly_day", starts="31 january 18:00", until="1 february"
    )
    shown = await fill(town, shown, "When", until="2027-01-30")
    assert "None: no window would ever open." in shown.text
    await town.refuses(
        town.press("Ada", shown.message, shown.button("Save")),
        "No window would ever open that way. Type a later last day, or leave it empty.",
    )


async def test_a_budget_below_what_was_given_is_refused(town: Town) -> None:
    shown = await fill(town, await preview(town), "Limits", budget="1000")
    await save(town, shown)
    town.clock.advance(10 * HOUR)
    await town.type("Mia", "buy", pack=700)
    shown = await fill(
        town, await town.type("Ada", "promo edit", promotion=1), "Limits", budget="9"
    )
    await town.refuses(
        town.press("Ada", shown.message, shown.button("Save")),
        "It already gave 140 coins, so its budget cannot be less. "
        "Type 140 or more, or nothing for no limit.",
    )


async def test_nobody_touches_anothers_preview(town: Town) -> None:
    shown = await preview(town)
    for label in shown.labels:
        for person in ("Olive", "Mia"):
            press = town.press(person, shown.message, shown.button(label), force=True)
            await town.refuses(press, NOT_YOURS)


async def test_who_is_no_admin_any_more_saves_and_cancels_nothing(town: Town) -> None:
    shown = await announced_preview(town)
    asked = await town.type("Ada", "promo cancel", promotion=1)
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    for outcome in (shown, asked):
        for component in outcome.labels:
            press = town.press("Ada", outcome.message, outcome.button(component), force=True)
            await town.refuses(press, ADMINS_ONLY)


async def announced_preview(town: Town) -> Outcome:
    await announced(town)
    return await preview(town, name="Second")


async def test_nobody_answers_anothers_question(town: Town) -> None:
    await announced(town)
    asked = await town.type("Ada", "promo cancel", promotion=1)
    for label in asked.labels:
        press = town.press("Olive", asked.message, asked.button(label), force=True)
        await town.refuses(press, NOT_YOURS)


async def test_an_old_preview_saves_nothing(town: Town) -> None:
    shown = await preview(town, starts="in 3 days")
    town.clock.advance(24 * HOUR + 1)
    for label in shown.labels:
        await town.refuses(town.press("Ada", shown.message, shown.button(label)), OLD)
