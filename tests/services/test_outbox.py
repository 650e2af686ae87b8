"""Announcements: claimed by one, tried again with growing pauses, given up in the end."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.services.economy import Economy
from bot.services.notices import Card, Notice, Why, nonce_of
from bot.services.outbox import (
    FIRST_PAUSE_SECONDS,
    LEASE_SECONDS,
    MOST_PAUSE_SECONDS,
    MOST_TRIES,
    Outbox,
)
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAILY, DAY, HAPPY_HOUR, HOUR, Promo, at

TOLD = replace(
    HAPPY_HOUR,
    announcement=Announcement(
        channel_id=5, role_id=6, tells_ending=True, text="Come in!", picture_text="Now!"
    ),
    recurrence=replace(DAILY, lasts_seconds=23 * 60 * 60),
)

pytestmark = pytest.mark.proof("promotions")


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


@pytest.fixture
async def notice(promo: Promo) -> Notice:
    """Give an announcement that was claimed just now."""
    await promo.create(TOLD)
    promo.go_to(18)
    await promo.economy.promotion_clock.tick()
    (claimed,) = await promo.economy.outbox.claim()
    return claimed


@pytest.fixture
def outbox(promo: Promo) -> Outbox:
    return promo.economy.outbox


async def states(promo: Promo) -> list[tuple[str, str, str]]:
    rows = await promo.economy.books.read("SELECT kind, state, why FROM outbox ORDER BY outbox_id")
    return [tuple(row) for row in rows]


async def tick(promo: Promo) -> None:
    await promo.economy.promotion_clock.tick()


async def edit(promo: Promo, plan: Plan = TOLD, **announcement: Any) -> None:
    """Save a plan whose announcement is changed in some points, or as it was."""
    changed = replace(plan, announcement=replace(plan.announcement, **announcement))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, changed)


async def test_a_notice_has_all_that_stands_in_it(notice: Notice) -> None:
    assert notice == Notice(
        guild_id=GUILD_ID,
        outbox_id=1,
        kind="started",
        tries=1,
        why=Why.NOTHING,
        channel_id=5,
        role_id=6,
        admin_id=ADMIN_ID,
        promotion_id=1,
        window_id=1,
        name="Happy Hour",
        text="Come in!",
        picture_text="Now!",
        starts_at=at(18),
        ends_at=at(17, days=1),
        terms=Terms(bonus_percent=20),
    )


async def test_what_is_claimed_is_nobody_elses_for_a_while(promo: Promo, notice: Notice) -> None:
    outbox = promo.economy.outbox
    promo.clock.now += LEASE_SECONDS - 1
    assert await outbox.claim() == ()
    promo.clock.now += 1
    (again,) = await outbox.claim()
    assert (again.nonce, again.tries) == (notice.nonce, 2)


async def test_of_many_at_once_one_gets_it(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await promo.economy.promotion_clock.tick()
    claims = await asyncio.gather(*(promo.economy.outbox.claim() for _ in range(10)))
    assert sum(len(claimed) for claimed in claims) == 1


async def test_what_was_sent_is_not_sent_again(promo: Promo, notice: Notice) -> None:
    await promo.economy.outbox.sent(notice, 99)
    promo.clock.now += DAY
    assert await promo.economy.outbox.claim() == ()
    assert await promo.economy.books.read("SELECT state, message_id FROM outbox") == [("sent", 99)]


async def test_pauses_grow_until_the_window_is_over(promo: Promo, notice: Notice) -> None:
    outbox = promo.economy.outbox
    pauses: list[int] = []
    claimed = (notice,)
    while claimed:
        before = promo.clock.now
        await outbox.try_later(claimed[0])
        rows = await promo.economy.books.read("SELECT due_at, state FROM outbox")
        if rows[0][1] != "waiting":
            break
        assert await outbox.claim() == ()
        pauses.append(rows[0][0] - before)
        promo.clock.now = rows[0][0]
        claimed = await outbox.claim()
    assert pauses[:4] == [FIRST_PAUSE_SECONDS * 2**number for number in range(4)]
    assert max(pauses) == pauses[-1] == MOST_PAUSE_SECONDS
    assert (await states(promo))[0] == ("started", "given_up", "unreached")
    assert at(17, days=1) - promo.clock.now <= MOST_PAUSE_SECONDS


# What is too late, and what nobody wants any more


async def test_what_nobody_tried_in_time_is_late_and_needs_no_letter(
    promo: Promo, outbox: Outbox
) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await tick(promo)
    promo.go_to(17, days=1)
    assert await outbox.claim() == ()
    assert await states(promo) == [("started", "given_up", "late")]


async def test_what_discord_did_not_take_until_the_end_is_told_the_admin(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.try_later(notice)
    promo.go_to(17, days=1)
    (letter,) = await outbox.claim()
    assert (letter.kind, letter.why, letter.channel_id) == ("unsendable", Why.UNREACHED, 5)
    assert await states(promo) == [
        ("started", "given_up", "unreached"),
        ("unsendable", "waiting", "unreached"),
    ]


async def test_what_cannot_come_again_before_the_end_is_told_at_once(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    promo.clock.now = notice.ends_at - FIRST_PAUSE_SECONDS
    await outbox.try_later(notice)
    (letter,) = await outbox.claim()
    assert letter.why == Why.UNREACHED


async def test_an_outage_is_told_for_each_window(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    for day in (1, 2):
        await outbox.try_later(notice)
        promo.go_to(17, days=day)
        await tick(promo)
        (letter,) = [one for one in await outbox.claim() if one.kind == "unsendable"]
        await outbox.sent(letter, 1)
        promo.go_to(18, days=day)
        await tick(promo)
        (notice,) = [one for one in await outbox.claim() if one.kind == "started"]


async def test_of_a_pause_that_lasts_until_the_end_nobody_is_told(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.try_later(notice)
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.go_to(17, days=1)
    assert await outbox.claim() == ()
    assert await states(promo) == [("started", "given_up", "unwanted")]


async def test_that_it_began_is_not_told_once_it_is_about_to_end(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.try_later(notice)
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    (ending,) = await outbox.claim()
    assert ending.kind == "ending"
    assert (await states(promo))[0] == ("started", "given_up", "unwanted")


async def test_the_ending_waits_for_the_start_that_is_on_its_way(
    promo: Promo, outbox: Outbox
) -> None:
    await promo.create(TOLD)
    promo.clock.now = at(17, days=1) - 3 * HOUR
    await tick(promo)
    (started,) = await outbox.claim()
    promo.clock.now = at(17, days=1) - 138 * 60
    await outbox.try_later(started)
    (started,) = await later(promo, outbox, FIRST_PAUSE_SECONDS)
    assert started.kind == "started"
    promo.clock.now += LEASE_SECONDS - 1
    await tick(promo)
    assert await outbox.claim() == ()
    await outbox.sent(started, 1)
    (ending,) = await outbox.claim()
    assert ending.kind == "ending"


async def later(promo: Promo, outbox: Outbox, seconds: int) -> tuple[Notice, ...]:
    promo.clock.now += seconds
    return await outbox.claim()


# Places: those of the terms as they are now


async def test_a_try_goes_to_the_place_that_was_chosen_meanwhile(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.try_later(notice)
    changed = replace(TOLD, terms=Terms(bonus_percent=50))
    await edit(promo, changed, channel_id=7, role_id=8, text="Later!")
    (again,) = await later(promo, outbox, FIRST_PAUSE_SECONDS)
    assert (again.channel_id, again.role_id) == (7, 8)
    # The promise of the window that is open stays as it was.
    assert (again.terms, again.text) == (TOLD.terms, TOLD.announcement.text)


async def test_the_ending_is_told_where_the_admin_wants_it_now(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.sent(notice, 1)
    await edit(promo, channel_id=7)
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    (ending,) = await outbox.claim()
    assert (ending.kind, ending.channel_id) == ("ending", 7)


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False)])
async def test_the_ending_is_told_if_the_admin_wants_it_now(
    promo: Promo, *, before: bool, after: bool
) -> None:
    await promo.create(replace(TOLD, announcement=replace(TOLD.announcement, tells_ending=before)))
    promo.go_to(18)
    await tick(promo)
    await edit(promo, tells_ending=after)
    promo.clock.now = at(17, days=1) - HOUR
    await tick(promo)
    kinds = ["started", "ending"] if after else ["started"]
    assert [kind for kind, *_ in await states(promo)] == kinds


@pytest.mark.parametrize("unwanted", [{"channel_id": 0}, {"tells_ending": False}], ids=repr)
async def test_what_is_not_wanted_any_more_is_not_said(
    promo: Promo, outbox: Outbox, notice: Notice, unwanted: dict[str, Any]
) -> None:
    await outbox.sent(notice, 1)
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    await edit(promo, **unwanted)
    assert await outbox.claim() == ()
    assert (await states(promo))[1] == ("ending", "given_up", "unwanted")


@pytest.mark.parametrize("channel_id", [5, 7], ids=["the same channel", "another"])
async def test_saving_lets_what_was_given_up_be_said_as_something_new(
    promo: Promo, outbox: Outbox, notice: Notice, channel_id: int
) -> None:
    await outbox.give_up(notice, Why.CLOSED)
    (letter,) = await outbox.claim()
    await outbox.sent(letter, 1)
    await edit(promo, channel_id=channel_id)
    (again,) = await outbox.claim()
    assert (again.kind, again.channel_id, again.tries) == ("started", channel_id, 1)
    assert again.nonce not in {notice.nonce, letter.nonce}
    await outbox.sent(again, 2)
    await edit(promo, channel_id=channel_id, text="Once more!")
    assert await outbox.claim() == ()


async def test_saving_after_the_end_says_nothing(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.give_up(notice, Why.CLOSED)
    await outbox.sent((await outbox.claim())[0], 1)
    promo.clock.now = notice.ends_at
    await tick(promo)
    await edit(promo, channel_id=7)
    assert await outbox.claim() == ()


async def test_of_start_and_ending_that_were_given_up_the_ending_is_said(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.give_up(notice, Why.CLOSED)
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    for one in await outbox.claim():
        await outbox.give_up(one, Why.CLOSED)
    await edit(promo, channel_id=7)
    (again,) = await outbox.claim()
    assert (again.kind, again.channel_id) == ("ending", 7)


# Letters


@pytest.mark.parametrize("why", [Why.GONE, Why.CLOSED])
async def test_a_channel_that_takes_nothing_is_reported_once(
    promo: Promo, outbox: Outbox, notice: Notice, why: Why
) -> None:
    await outbox.give_up(notice, why)
    (report,) = await outbox.claim()
    assert (report.kind, report.why, report.channel_id) == ("unsendable", why, 5)
    assert report.admin_id == ADMIN_ID
    await outbox.sent(report, 1)
    promo.go_to(18, days=1)
    await tick(promo)
    for later in await outbox.claim():
        await outbox.give_up(later, why)
    assert await outbox.claim() == ()


async def test_another_channel_is_reported_anew_also_in_the_same_window(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.give_up(notice, Why.GONE)
    await outbox.give_up((await outbox.claim())[0], Why.CLOSED)
    assert await outbox.claim() == ()
    await edit(promo, channel_id=7)
    (started,) = await outbox.claim()
    await outbox.give_up(started, Why.CLOSED)
    (report,) = await outbox.claim()
    assert (report.kind, report.why, report.channel_id) == ("unsendable", Why.CLOSED, 7)


async def test_a_role_that_was_not_mentioned_is_reported_once(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.sent(notice, 99, is_role_missed=True)
    (report,) = await outbox.claim()
    assert (report.kind, report.why, report.role_id) == ("unsendable", Why.ROLE, 6)
    await outbox.sent(report, 1)
    assert await states(promo) == [("started", "sent", "role"), ("unsendable", "sent", "role")]
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    (ending,) = await outbox.claim()
    await outbox.sent(ending, 100, is_role_missed=True)
    assert await outbox.claim() == ()


async def test_a_letter_is_tried_long_after_the_window(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    promo.clock.now = notice.ends_at - 1
    await outbox.give_up(notice, Why.CLOSED)
    for tried in range(1, MOST_TRIES + 1):
        (letter,) = await outbox.claim()
        assert (letter.kind, letter.tries) == ("unsendable", tried)
        await outbox.try_later(letter)
        promo.clock.now += MOST_PAUSE_SECONDS
    assert await outbox.claim() == ()
    assert (await states(promo))[1] == ("unsendable", "given_up", "closed")


# When a window is over


async def test_when_a_window_is_over_its_cards_are_to_say_so(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.sent(notice, 99)
    promo.clock.now = notice.ends_at - HOUR
    await tick(promo)
    (ending,) = await outbox.claim()
    await edit(promo, channel_id=7)
    await outbox.sent(ending, 100)
    promo.clock.now = notice.ends_at
    await tick(promo)
    (ended,) = await outbox.claim()
    assert ended.kind == "ended"
    assert ended.cards == (Card(5, 99, notice.nonce), Card(5, 100, ending.nonce))
    await outbox.sent(ended, 0)
    await tick(promo)
    assert await outbox.claim() == ()


@pytest.mark.parametrize("how", ["end_window", "cancel"])
async def test_what_an_admin_ends_is_over_too(
    promo: Promo, outbox: Outbox, notice: Notice, how: str
) -> None:
    await outbox.sent(notice, 99)
    promo.go_to(19)
    await getattr(promo.economy.promotions, how)(GUILD_ID, ADMIN_ID, 1)
    await tick(promo)
    (ended,) = await outbox.claim()
    assert (ended.kind, ended.cards, ended.ends_at) == (
        "ended",
        (Card(5, 99, notice.nonce),),
        at(19),
    )


async def test_a_pause_keeps_no_card_from_being_over(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.sent(notice, 99)
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 1)
    promo.clock.now = notice.ends_at
    await tick(promo)
    assert [one.kind for one in await outbox.claim()] == ["ended"]


async def test_a_card_whose_answer_was_lost_is_known_by_its_nonce(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.try_later(notice)
    promo.clock.now = notice.ends_at
    await tick(promo)
    ended, letter = sorted(await outbox.claim(), key=lambda one: one.kind)
    assert (ended.kind, letter.kind) == ("ended", "unsendable")
    assert ended.cards == (Card(5, 0, notice.nonce),)


async def test_where_nothing_was_said_nothing_is_over(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await outbox.give_up(notice, Why.CLOSED)
    await outbox.sent((await outbox.claim())[0], 1)
    promo.clock.now = notice.ends_at
    await tick(promo)
    assert await outbox.claim() == ()


async def test_the_end_waits_for_a_card_that_is_on_its_way(
    promo: Promo, outbox: Outbox, notice: Notice
) -> None:
    await promo.economy.promotions.end_window(GUILD_ID, ADMIN_ID, 1)
    await tick(promo)
    assert await outbox.claim() == ()
    await outbox.sent(notice, 99)
    (ended,) = await outbox.claim()
    assert ended.cards == (Card(5, 99, notice.nonce),)


# Nonces


async def test_nonces_are_of_one_server_and_short_enough() -> None:
    most = 2**64 - 1
    nonces = {nonce_of(guild, number) for guild in (1, 11, most) for number in (1, 11, 2**32 - 1)}
    assert len(nonces) == 9
    assert max(map(len, nonces)) == 25
