"""Announcements: once, with a Buy button, whatever Discord and the process do meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from bot.client import BouquetBot
from bot.sandbox.permissions import Permission
from bot.services.promotion_plans import Announcement
from tests.services.promo import HAPPY_HOUR as PLAN
from tests.wire.promoting import HOUR, announced, cards, fill, look, move, preview, save
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Town

MINUTE = 60


async def states(town: Town) -> list[Any]:
    """Return what the outbox has."""
    rows = await town.books.read("SELECT kind, state, tries FROM outbox ORDER BY outbox_id")
    return [tuple(row) for row in rows]


def channel_id(town: Town, name: str) -> str:
    channels = town.sandbox.world.guild.channels
    return next(key for key, channel in channels.items() if channel["name"] == name)


def forbid(town: Town, channel: str, permission: int) -> None:
    """Take a permission from everybody in a channel."""
    guild = town.sandbox.world.guild
    deny = {"id": guild.id, "type": 0, "allow": "0", "deny": str(int(permission))}
    guild.channels[channel_id(town, channel)]["permission_overwrites"].append(deny)
    guild._permission_cache.clear()  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001


def forget_nonces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Discord not remember nonces, as it is after some minutes."""
    monkeypatch.setattr("bot.sandbox.channel_routes.REMEMBERED_NONCES", 0)


async def test_a_role_is_mentioned_and_nobody_else(town: Town) -> None:
    shown = await preview(town, name="@everyone <@1200000000000000101>")
    words = f"@here <@&{STREAMERS}> @everyone"
    shown = await fill(
        town, shown, "Announcement", channel=["stage"], role=["Streamer"], text=words
    )
    await save(town, shown)
    await move(town, 10 * HOUR)
    (card,) = await cards(town)
    assert card.message["content"] == f"<@&{STREAMERS}>"
    assert card.message["mention_roles"] == [str(STREAMERS)]
    assert not card.message["mention_everyone"]
    assert not card.message["mentions"]


async def test_without_a_role_nobody_is_mentioned(town: Town) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    (card,) = await cards(town)
    assert card.message["content"] == ""
    assert not card.message["mention_roles"]


async def test_ending_soon_is_told_once_if_it_is_wanted(town: Town) -> None:
    shown = await fill(town, await preview(town), "Announcement", channel=["stage"], ending=True)
    await save(town, shown)
    await move(town, 10 * HOUR)
    await move(town, 108 * MINUTE - 1)
    assert len(await cards(town)) == 1
    await move(town, 1)
    await move(town, 1)
    _, ending = await cards(town)
    end = 1_800_043_200
    assert ending.text.splitlines()[0] == "⏳ Happy Hour is about to end"
    assert ending.text.splitlines()[-2:] == ["Ends", f"Until <t:{end}:f>, <t:{end}:R>"]
    assert ending.labels == ["Buy"]


async def test_nothing_is_announced_that_nobody_wanted_to_have_announced(town: Town) -> None:
    await save(town, await preview(town))
    await move(town, 10 * HOUR)
    await move(town, 2 * HOUR)
    assert await states(town) == []


async def test_a_window_that_passed_while_the_bot_was_away_is_not_announced(town: Town) -> None:
    await announced(town)
    town.clock.advance(13 * HOUR)
    await town.restart()
    await look(town)
    assert not await cards(town)
    shown = await town.type("Ada", "promo show", promotion=1)
    assert "missed: I was away the whole time" in shown.text


async def test_a_restart_in_the_middle_of_a_window_announces_it_then(town: Town) -> None:
    await announced(town)
    town.clock.advance(11 * HOUR)
    await town.restart()
    await look(town)
    await look(town)
    assert len(await cards(town)) == 1


async def unnoted(town: Town) -> None:
    """Let it be as if the process had ended after Discord took all, and before that was noted."""
    await town.books.do(
        lambda connection: connection.execute_fetchall(
            "UPDATE outbox SET state = 'waiting', message_id = 0"
        )
    )
    await town.restart()


async def test_what_was_sent_before_a_kill_is_found_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_nonces(monkeypatch)
    await announced(town)
    await move(town, 10 * HOUR)
    await unnoted(town)
    await move(town, HOUR)
    (card,) = await cards(town)
    rows = await town.books.read("SELECT state, message_id FROM outbox")
    assert [tuple(row) for row in rows] == [("sent", int(card.message["id"]))]


async def test_a_letter_that_was_sent_before_a_kill_is_found_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_nonces(monkeypatch)
    await announced(town)
    forbid(town, "stage", Permission.SEND_MESSAGES)
    await move(town, 10 * HOUR)
    await unnoted(town)
    await move(town, HOUR)
    assert len(await town.letters("Ada")) == 1


async def test_without_the_history_discords_own_memory_keeps_it_from_being_said_twice(
    town: Town,
) -> None:
    await announced(town)
    forbid(town, "stage", Permission.READ_MESSAGE_HISTORY)
    await move(town, 10 * HOUR)
    await unnoted(town)
    await move(town, MINUTE)
    assert len(await cards(town, person="Olive")) == 1
    assert await states(town) == [("started", "sent", 2)]


async def test_a_channel_that_is_gone_is_told_the_admin_once(town: Town) -> None:
    await announced(town)
    gone = town.sandbox.world.guild.channels.pop(channel_id(town, "stage"))
    await move(town, 10 * HOUR)
    for _ in range(3):
        await move(town, 10 * MINUTE)
    (letter,) = await town.letters("Ada")
    assert letter == (
        "**Bouquet Garden**\n"
        f"I could not announce **Happy Hour** in <#{gone['id']}>: the channel is gone, or I may "
        "not write there. Members still get the bonus. Let me see the channel, send messages and "
        "embed links there, or pick another one; once you press Save in `/promo edit` (promotion "
        "#1), I announce what is open then."
    )
    shown = await town.type("Ada", "promo show", promotion=1, channel="lounge")
    assert "⚠️ 1 announcement was not made as planned:" in shown.text
    start = 1_800_000_000 + 10 * HOUR
    assert f"The start, <t:{start}:f>, in <#{gone['id']}>: the channel is gone" in shown.text
    offer = await town.type("Mia", "buy", channel="lounge")
    assert "+ 14 bonus" in offer.text


async def test_an_admin_of_two_servers_gets_a_letter_for_each(town: Town) -> None:
    """Both servers count from 1, and Discord compares the nonces of one bot."""
    await announced(town)
    plan = replace(PLAN, name="Elsewhere", announcement=Announcement(channel_id=7))
    await town.bot.economy.promotions.create(7, MEMBER_ID["Ada"], "elsewhere", plan)
    forbid(town, "stage", Permission.SEND_MESSAGES)
    await move(town, 10 * HOUR)
    letters = await town.letters("Ada")
    assert sorted("**Elsewhere**" in letter for letter in letters) == [False, True]


async def test_two_servers_that_count_alike_are_both_announced(town: Town) -> None:
    await announced(town)
    lounge = int(channel_id(town, "lounge"))
    plan = replace(PLAN, name="Elsewhere", announcement=Announcement(channel_id=lounge))
    await town.bot.economy.promotions.create(7, MEMBER_ID["Ada"], "elsewhere", plan)
    await move(town, 10 * HOUR)
    assert [len(await cards(town, channel)) for channel in ("lounge", "stage")] == [1, 1]


async def test_a_forbidden_channel_does_not_keep_others_from_hearing(town: Town) -> None:
    await announced(town, "lounge")
    await announced(town, "stage")
    forbid(town, "lounge", Permission.SEND_MESSAGES)
    await move(town, 10 * HOUR)
    assert len(await cards(town, "stage")) == 1
    assert not await cards(town, "lounge")
    assert await states(town) == [
        ("started", "given_up", 1),
        ("started", "sent", 1),
        ("unsendable", "sent", 1),
    ]
    assert len(await town.letters("Ada")) == 1


async def test_an_admin_who_takes_no_letters_stops_nobody(town: Town) -> None:
    await announced(town, "lounge")
    forbid(town, "lounge", Permission.SEND_MESSAGES)
    await town.post("member", member="Ada", action="leave")
    await move(town, 10 * HOUR)
    assert await states(town) == [("started", "given_up", 1), ("unsendable", "given_up", 1)]


async def test_what_discord_does_not_take_now_comes_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    # discord.py tries a few times itself, with pauses in real time.
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    await announced(town, "lounge")
    await announced(town, "stage")
    await town.fault("server_error", on="channel", status=502, times=1)
    town.clock.advance(10 * HOUR)
    await look(town)
    sent = [len(await cards(town, channel)) for channel in ("lounge", "stage")]
    assert sorted(sent) == [0, 1]
    assert sorted(await states(town)) == [("started", "sent", 1), ("started", "waiting", 1)]
    await move(town, 14)
    assert sorted(await states(town)) == [("started", "sent", 1), ("started", "waiting", 1)]
    await move(town, 1)
    assert sorted(await states(town)) == [("started", "sent", 1), ("started", "sent", 2)]
    assert [len(await cards(town, channel)) for channel in ("lounge", "stage")] == [1, 1]


async def test_a_lost_answer_is_no_second_announcement(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.announcer.SEND_SECONDS", 0.2)
    forget_nonces(monkeypatch)
    await announced(town)
    await town.fault("server_error", on="channel", status=502, times=1, after_work=True)
    town.clock.advance(10 * HOUR)
    await look(town)
    assert await states(town) == [("started", "waiting", 1)]
    await move(town, HOUR)
    assert await states(town) == [("started", "sent", 2)]
    assert len(await cards(town)) == 1


async def test_nothing_is_sent_before_the_bot_is_logged_in(town: Town) -> None:
    await announced(town)
    town.clock.advance(10 * HOUR)
    await town.bot.economy.promotion_clock.tick()
    await BouquetBot(town.bot.economy).announce()
    assert await states(town) == [("started", "waiting", 0)]
    await town.bot.announce()
    assert await states(town) == [("started", "sent", 1)]


async def test_announcements_carry_a_nonce(town: Town) -> None:
    await announced(town)
    await move(town, 10 * HOUR)
    (card,) = await cards(town)
    nonce = f"{GUILD_ID:x}:1"
    assert card.message["nonce"] == nonce
    assert card.button("Buy") == f"bouquet:promo_buy:{nonce}"
