"""What becomes of announcements later: they are over, they failed, they are said elsewhere."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.pictures.studio import Studio
from bot.sandbox.permissions import Permission
from bot.services.promotion_plans import Announcement
from cogs.announcer import Announcer
from tests.services.promo import HAPPY_HOUR as PLAN
from tests.services.promo import at
from tests.wire.promoting import HOUR, announced, cards, fill, is_card, look, move, save
from tests.wire.test_promo_announcements import channel_id, forbid, forget_nonces, states, unnoted
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Outcome, Town, until

MINUTE = 60
END = at(20)
OVER = [
    "Happy Hour is over",
    "**20% more coins** on every pack",
    "Ended",
    f"<t:{END}:f>, <t:{END}:R>",
]


async def plan(town: Town, channel: str = "stage", *, key: str = "a", **announcement: Any) -> None:
    """Save a Happy Hour, every day from 18:00 to 20:00, that is announced."""
    told = Announcement(channel_id=int(channel_id(town, channel)), **announcement)
    promotions = town.bot.economy.promotions
    changed = replace(PLAN, announcement=told)
    await promotions.create(GUILD_ID, MEMBER_ID["Ada"], key, changed)


async def card(town: Town, channel: str = "stage") -> Outcome:
    """Return the one announcement in a channel."""
    (only,) = await cards(town, channel)
    return only


async def delete_card(town: Town) -> None:
    """Delete the one announcement in the stage, as a moderator does."""
    messages = town.sandbox.world.messages
    stored = messages.find((await card(town)).message["id"])
    assert stored is not None
    messages.remove(stored)


# Over


async def test_when_a_window_is_over_its_card_says_so_and_offers_nothing(town: Town) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    before = await card(town)
    await move(town, 2 * HOUR)
    after = await card(town)
    assert (before.labels, after.labels) == (["Buy"], [])
    assert after.message["id"] == before.message["id"]
    assert after.text.splitlines() == OVER
    assert await states(town) == [("started", "sent", 1), ("ended", "sent", 1)]


@pytest.mark.parametrize("command", ["promo end", "promo cancel"])
async def test_what_an_admin_ends_is_over_for_readers_too(town: Town, command: str) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    town.clock.advance(HOUR)
    asked = await town.type("Ada", command, promotion=1)
    if command == "promo cancel":
        await town.press("Ada", asked.message, asked.button("Cancel it for good"))
    await look(town)
    only = await card(town)
    assert only.labels == []
    assert only.text.splitlines()[0] == "Happy Hour is over"
    assert only.text.splitlines()[-1] == f"<t:{at(19)}:f>, <t:{at(19)}:R>"


async def test_both_cards_of_a_window_are_over_wherever_they_are(town: Town) -> None:
    await plan(town, tells_ending=True)
    await move(town, 10 * HOUR)
    shown = await town.type("Ada", "promo edit", promotion=1)
    await save(town, await fill(town, shown, "Announcement", channel=["lounge"]))
    await move(town, 2 * HOUR - 12 * MINUTE)
    await move(town, 12 * MINUTE)
    for channel in ("stage", "lounge"):
        only = await card(town, channel)
        assert (only.text.splitlines(), only.labels) == (OVER, [])


async def test_the_role_that_was_mentioned_still_stands_on_the_card(town: Town) -> None:
    await plan(town, role_id=STREAMERS)
    await move(town, 10 * HOUR)
    await move(town, 2 * HOUR)
    assert (await card(town)).message["content"] == f"<@&{STREAMERS}>"


async def test_a_change_that_discord_does_not_take_comes_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    await announced(town)
    await move(town, 10 * HOUR)
    await town.fault("server_error", on="channel", status=502, times=1)
    await move(town, 2 * HOUR)
    assert (await card(town)).labels == ["Buy"]
    await move(town, 15)
    assert (await card(town)).labels == []
    assert await states(town) == [("started", "sent", 1), ("ended", "sent", 2)]


@pytest.mark.parametrize("gone", ["message", "channel", "permission"])
async def test_a_card_that_cannot_be_changed_is_nobodys_trouble(town: Town, gone: str) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    world = town.sandbox.world
    match gone:
        case "message":
            await delete_card(town)
        case "channel":
            world.guild.channels.pop(channel_id(town, "stage"))
        case _:
            forbid(town, "stage", Permission.VIEW_CHANNEL)
    await move(town, 2 * HOUR)
    assert await states(town) == [("started", "sent", 1), ("ended", "sent", 1)]
    assert await town.letters("Ada") == []


async def test_a_card_whose_answer_was_lost_until_the_end_is_over_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    await announced(town)
    await town.fault("server_error", on="channel", status=502, times=1, after_work=True)
    await move(town, 10 * HOUR)
    await move(town, 2 * HOUR)
    assert (await card(town)).labels == []


async def test_a_card_that_was_deleted_after_its_answer_was_lost_is_not_sent_again(
    town: Town,
) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    await delete_card(town)
    await unnoted(town)
    await move(town, MINUTE)
    assert await cards(town) == []
    assert await states(town) == [("started", "sent", 2)]


# Failed


async def test_an_outage_through_the_whole_window_is_told_the_admin(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    await announced(town)
    await town.fault("server_error", on="channel", status=502, times=500)
    await move(town, 10 * HOUR)
    await move(town, 2 * HOUR)
    await town.fault("none")
    await move(town, MINUTE)
    (letter,) = await town.letters("Ada")
    stage = channel_id(town, "stage")
    assert letter == (
        "**Bouquet Garden**\n"
        f"I could not announce **Happy Hour** in <#{stage}>: Discord did not take my message "
        "before the window was over. Members got the bonus all the same. There is nothing to mend; "
        "any next window is announced as usual (promotion #1)."
    )
    shown = await town.type("Ada", "promo show", promotion=1)
    assert (
        f"The start, <t:{at(18)}:f>, in <#{stage}>: Discord did not take it before the window was "
        "over"
    ) in shown.text


async def test_the_same_letter_of_another_day_is_another_letter(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    await plan(town)
    town.clock.advance(10 * HOUR)
    for day in (1, 2):
        await town.fault("server_error", on="channel", status=502, times=500)
        await look(town)
        await move(town, 2 * HOUR)
        await town.fault("none")
        await move(town, MINUTE)
        assert len(await town.letters("Ada")) == day
        town.clock.advance(22 * HOUR - MINUTE)


async def test_a_window_that_was_over_before_anybody_tried_is_shown(town: Town) -> None:
    await announced(town)
    town.clock.advance(10 * HOUR)
    await town.bot.economy.promotion_clock.tick()
    await move(town, 2 * HOUR)
    assert await town.letters("Ada") == []
    shown = await town.type("Ada", "promo show", promotion=1)
    assert "the window was over before I could send it" in shown.text


@pytest.mark.parametrize("is_known", [False, True], ids=["just now", "before a restart"])
async def test_a_role_that_is_gone_is_told_the_admin(town: Town, *, is_known: bool) -> None:
    await plan(town, role_id=STREAMERS)
    del town.sandbox.world.guild.roles[str(STREAMERS)]
    if is_known:
        await town.restart()
    await move(town, 10 * HOUR)
    said = (await card(town)).message
    assert said["mention_roles"] == []
    # What is known to be gone would stand there as an unknown role.
    assert said["content"] == ("" if is_known else f"<@&{STREAMERS}>")
    (letter,) = await town.letters("Ada")
    role = "its role" if is_known else "**@Streamer**"
    assert letter == (
        "**Bouquet Garden**\n"
        f"I announced **Happy Hour** in <#{channel_id(town, 'stage')}>, but could not mention "
        f"{role}: the role is gone, or I may not mention it. Allow anyone to mention it in the "
        "role's settings, give me the permission “Mention Everyone”, or pick another one with "
        "`/promo edit` (promotion #1)."
    )
    shown = await town.type("Ada", "promo show", promotion=1)
    assert f"it was sent, but I could not mention <@&{STREAMERS}>" in shown.text


async def test_a_role_that_nobody_may_mention_any_more_is_told_the_admin_once(town: Town) -> None:
    await plan(town, role_id=STREAMERS)
    town.sandbox.world.guild.roles[str(STREAMERS)]["mentionable"] = False
    forbid(town, "stage", Permission.MENTION_EVERYONE)
    for _ in range(2):
        await move(town, 10 * HOUR)
        await move(town, 14 * HOUR)
    first, second = await cards(town)
    assert first.message["mention_roles"] == second.message["mention_roles"] == []
    (letter,) = await town.letters("Ada")
    assert "could not mention **@Streamer**" in letter


async def test_another_channel_is_told_of_the_window_that_is_open(town: Town) -> None:
    await plan(town, tells_ending=True)
    forbid(town, "stage", Permission.SEND_MESSAGES)
    await move(town, 10 * HOUR)
    assert len(await town.letters("Ada")) == 1
    shown = await town.type("Ada", "promo edit", promotion=1, channel="lounge")
    await save(town, await fill(town, shown, "Announcement", channel=["lounge"]))
    await look(town)
    assert (await card(town, "lounge")).text.splitlines()[0] == "🎉 Happy Hour"
    await move(town, 2 * HOUR - 12 * MINUTE)
    _, ending = await cards(town, "lounge")
    assert "is about to end" in ending.text
    assert len(await town.letters("Ada")) == 1
    shown = await town.type("Ada", "promo show", promotion=1, channel="lounge")
    assert "⚠️" not in shown.text


# Many at once


async def test_a_slow_announcement_holds_no_other_one_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.AT_ONCE", 2)
    announcer = Announcer(town.bot, town.bot.economy)
    for key in "abcd":
        await plan(town, "stage" if key == "a" else "lounge", key=key)
    await town.fault("slow", on="channel", times=1, seconds=10)
    town.clock.advance(10 * HOUR)
    await town.bot.economy.promotion_clock.tick()
    announcing = asyncio.create_task(announcer.announce())
    # The others are sent one after the other, beside the one that is still on its way.
    await until(lambda: said(town) == 3)
    assert not announcing.done()
    town.clock.advance(10)
    await announcing
    assert await states(town) == [("started", "sent", 1)] * 4


async def test_what_becomes_due_meanwhile_need_not_wait(town: Town) -> None:
    await plan(town, "stage")
    await town.fault("slow", on="channel", times=1, seconds=10)
    town.clock.advance(10 * HOUR)
    await town.bot.economy.promotion_clock.tick()
    slow = asyncio.create_task(town.bot.announce())
    await until(lambda: not town.sandbox.faults.on_requests)
    await plan(town, "lounge", key="b")
    await town.bot.economy.promotion_clock.tick()
    await town.bot.announce()
    assert said(town) == 1
    assert len(await cards(town, "lounge")) == 1
    assert not slow.done()
    town.clock.advance(10)
    await slow
    assert said(town) == 2


def said(town: Town) -> int:
    """Return how many announcements Discord has."""
    return sum(is_card(one.data) for one in town.sandbox.world.messages.everything())


# Pictures

WORDS = "Come in, it is warm"
ALT = f"A banner with flowers. It says: +20%, {WORDS}"


@pytest.fixture
def _studio(town: Town) -> None:
    # Closed by the bot that has it.
    town.bot.studio = Studio()


@pytest.mark.usefixtures("_studio")
async def test_words_for_a_picture_are_drawn_on_the_card_while_it_is_open(town: Town) -> None:
    await plan(town, picture_text=WORDS)
    await move(town, 10 * HOUR)
    only = await card(town)
    (picture,) = only.message["attachments"]
    assert (picture["description"], picture["width"], picture["height"]) == (ALT, 1000, 300)
    (embed,) = only.message["embeds"]
    assert embed["image"]["url"] == picture["url"]
    assert only.labels == ["Buy"]
    await move(town, 2 * HOUR)
    only = await card(town)
    assert only.message["attachments"] == []
    assert "image" not in only.message["embeds"][0]


@pytest.mark.usefixtures("_studio")
async def test_where_no_files_may_be_attached_the_card_goes_without(town: Town) -> None:
    await plan(town, picture_text=WORDS)
    forbid(town, "stage", Permission.ATTACH_FILES)
    await move(town, 10 * HOUR)
    only = await card(town)
    assert only.message["attachments"] == []
    assert "image" not in only.message["embeds"][0]
    assert await states(town) == [("started", "sent", 1)]


@pytest.mark.usefixtures("_studio")
async def test_with_a_broken_studio_the_card_goes_without(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pictures.worker.sys.executable", "/nonexistent/python")
    await plan(town, picture_text=WORDS)
    await move(town, 10 * HOUR)
    assert (await card(town)).message["attachments"] == []


async def test_without_a_studio_the_card_goes_without(town: Town) -> None:
    await plan(town, picture_text=WORDS)
    await move(town, 10 * HOUR)
    assert (await card(town)).message["attachments"] == []


@pytest.mark.usefixtures("_studio")
async def test_without_words_there_is_nothing_to_draw(town: Town) -> None:
    await plan(town)
    await move(town, 10 * HOUR)
    assert (await card(town)).message["attachments"] == []
    assert town.bot.studio is not None
    assert town.bot.studio.process_id is None


@pytest.mark.usefixtures("_studio")
async def test_a_card_with_a_picture_is_found_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_nonces(monkeypatch)
    await plan(town, picture_text=WORDS)
    await move(town, 10 * HOUR)
    await unnoted(town)
    await move(town, HOUR)
    assert len((await card(town)).message["attachments"]) == 1
