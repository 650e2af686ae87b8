"""Announcements: claimed by one, tried again with growing pauses, given up in the end."""

import asyncio
from dataclasses import replace

import pytest

from bot.services.economy import Economy
from bot.services.outbox import (
    FIRST_PAUSE_SECONDS,
    LEASE_SECONDS,
    MOST_PAUSE_SECONDS,
    Notice,
)
from bot.services.promotion_plans import Announcement
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, DAILY, DAY, HAPPY_HOUR, Promo, at

TOLD = replace(
    HAPPY_HOUR,
    announcement=Announcement(channel_id=5, role_id=6, tells_ending=True, text="Come in!"),
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


async def states(promo: Promo) -> list[tuple[str, str]]:
    rows = await promo.economy.books.read("SELECT kind, state FROM outbox ORDER BY outbox_id")
    return [tuple(row) for row in rows]


async def test_a_notice_has_all_that_stands_in_it(notice: Notice) -> None:
    assert notice == Notice(
        guild_id=GUILD_ID,
        outbox_id=1,
        kind="started",
        tries=1,
        channel_id=5,
        role_id=6,
        admin_id=ADMIN_ID,
        promotion_id=1,
        window_id=1,
        name="Happy Hour",
        text="Come in!",
        starts_at=at(18),
        ends_at=at(17, days=1),
        terms=Terms(bonus_percent=20),
    )
    assert len(notice.nonce) <= 25


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
        assert await outbox.claim() == ()
        rows = await promo.economy.books.read("SELECT due_at, state FROM outbox")
        if rows[0][1] != "waiting":
            break
        pauses.append(rows[0][0] - before)
        promo.clock.now = rows[0][0]
        claimed = await outbox.claim()
    assert pauses[:4] == [FIRST_PAUSE_SECONDS * 2**number for number in range(4)]
    assert max(pauses) == pauses[-1] == MOST_PAUSE_SECONDS
    assert await states(promo) == [("started", "given_up")]
    assert at(17, days=1) - promo.clock.now <= MOST_PAUSE_SECONDS


async def test_what_was_not_said_in_time_is_not_said(promo: Promo) -> None:
    await promo.create(TOLD)
    promo.go_to(18)
    await promo.economy.promotion_clock.tick()
    promo.go_to(17, days=1)
    assert await promo.economy.outbox.claim() == ()
    assert await states(promo) == [("started", "given_up")]


async def test_a_channel_that_takes_nothing_is_reported_once(promo: Promo, notice: Notice) -> None:
    outbox = promo.economy.outbox
    await outbox.give_up(notice)
    (report,) = await outbox.claim()
    assert (report.kind, report.channel_id, report.admin_id) == ("unsendable", 5, ADMIN_ID)
    await outbox.sent(report, 1)
    promo.go_to(18, days=1)
    await promo.economy.promotion_clock.tick()
    for later in await outbox.claim():
        await outbox.give_up(later)
    assert await outbox.claim() == ()


async def test_another_channel_is_reported_anew(promo: Promo, notice: Notice) -> None:
    outbox = promo.economy.outbox
    await outbox.give_up(notice)
    await outbox.give_up((await outbox.claim())[0])
    assert await outbox.claim() == ()
    plan = replace(TOLD, announcement=replace(TOLD.announcement, channel_id=7))
    await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, plan)
    promo.go_to(18, days=1)
    await promo.economy.promotion_clock.tick()
    (started,) = [one for one in await outbox.claim() if one.kind == "started"]
    await outbox.give_up(started)
    (report,) = await outbox.claim()
    assert (report.kind, report.channel_id) == ("unsendable", 7)
