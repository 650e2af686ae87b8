"""kill -9 between any two steps of promotions' life: nothing is lost and nothing is doubled.

The bot is the real one in a process of its own, which talks to a real sandbox over sockets. One
story is played again and again, and each time the bot dies one point later than the time before.
"""

import contextlib
import random
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import aiosqlite
import pytest

from bot.ledger.books import Books
from bot.sandbox.channel_routes import ChannelRoutes
from bot.sandbox.messages import StoredMessage
from bot.sandbox.permissions import Permission
from bot.sandbox.server import Sandbox
from bot.services.economy import Economy
from bot.services.promotion_plans import Announcement
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.proofs.nursery import Nursery
from tests.proofs.outlived import OutlivedTown
from tests.services.promo import at, once
from tests.wire.promoting import cards
from tests.wire.town import GUILD_ID, MEMBER_ID, MOST_WAIT_SECONDS, TownClock, components_of

pytestmark = [pytest.mark.proof("promotions"), pytest.mark.long]

SEED = 20_261_122
MINUTE = 60
# The points are shared out among several tests, which run at the same time.
PARTS = 2
LOUNGE, STAGE, GONE = (1_200_000_000_000_000_000 + number for number in (201, 202, 299))


@pytest.fixture
async def template(tmp_path: Path) -> Path:
    """Write books with three promotions, all of them today from 9 to 11."""
    path = tmp_path / "template.sqlite3"
    books = await Books.open(path)
    try:
        await _write_promotions(Economy.over(books, MovableClock()))
    finally:
        await books.close()
    return path


async def _write_promotions(economy: Economy) -> None:
    for channel_id, terms in (
        (STAGE, Terms(bonus_percent=20, budget_coins=20)),
        (LOUNGE, Terms(bonus_coins=1)),
        (GONE, Terms(bonus_coins=1)),
    ):
        # A second announcement into the gone channel would make up for a report that was lost.
        told = Announcement(channel_id=channel_id, tells_ending=channel_id != GONE)
        plan = once(terms, announcement=told)
        await economy.promotions.create(GUILD_ID, MEMBER_ID["Ada"], str(channel_id), plan)


@pytest.fixture
async def nursery() -> AsyncGenerator[Nursery]:
    async with Nursery.opened("tests.proofs.dying_bot") as opened:
        yield opened


@pytest.fixture
def _forgetful_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Discord remember no nonces of the stage, as if much time had passed."""
    remember = ChannelRoutes._remember  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001

    def remembers(self: ChannelRoutes, key: tuple[str, str], stored: StoredMessage) -> None:
        if stored.channel_id != str(STAGE):
            remember(self, key, stored)

    monkeypatch.setattr(ChannelRoutes, "_remember", remembers)


@contextlib.asynccontextmanager
async def _town_over(path: Path, nursery: Nursery) -> AsyncGenerator[OutlivedTown]:
    """Open a town whose lounge shows no history, so that there only nonces tell what was said."""
    clock = TownClock()
    sandbox = Sandbox(clock=clock)
    await sandbox.start()
    guild = sandbox.world.guild
    hidden = str(int(Permission.READ_MESSAGE_HISTORY))
    guild.channels[str(LOUNGE)]["permission_overwrites"].append(
        {"id": guild.id, "type": 0, "allow": "0", "deny": hidden}
    )
    patience = aiohttp.ClientTimeout(total=MOST_WAIT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=patience) as session:
            yield OutlivedTown(sandbox, session, clock, path, nursery)
    finally:
        await sandbox.close()


async def _play(town: OutlivedTown, deaths: Iterator[int]) -> None:
    """Let windows begin, a member buy, and windows end, through however many deaths."""
    await town.open(deaths)
    await town.look(at(9))
    offer = await town.insist(lambda: town.type("Mia", "buy"))
    button = components_of(offer.message)[0]["custom_id"]
    bought = await town.insist(lambda: town.press("Mia", offer.message, button))
    assert "84 coins for you" in bought.text
    await town.act(town.resend(bought))
    left = "SELECT balance FROM pot WHERE account = 'budget' AND balance > 0"
    assert await _rows(town.path, left) == [(6,)]
    await town.look(at(11) - 12 * MINUTE)
    await town.look(at(11))
    await town.close()


async def _played(template: Path, nursery: Nursery, deaths: list[int], note: str) -> OutlivedTown:
    """Play the story over fresh books, with these deaths, and see how it ended."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        path = Path(folder) / "books.sqlite3"
        shutil.copy(template, path)
        async with _town_over(path, nursery) as town:
            try:
                await _play(town, iter(deaths))
                await _check(town)
            except AssertionError as error:
                error.add_note(note)
                raise
    return town


async def _check(town: OutlivedTown) -> None:
    """See that everything happened, and once."""
    rows = await _rows(town.path, "SELECT promotion_id, state FROM promotion_window")
    assert rows == [(1, "ended"), (2, "ended"), (3, "ended")]
    rows = await _rows(town.path, "SELECT kind, window_id, state FROM outbox ORDER BY 1 DESC, 2")
    assert rows == [
        ("unsendable", 3, "sent"),
        ("started", 1, "sent"),
        ("started", 2, "sent"),
        ("started", 3, "given_up"),
        ("ending", 1, "sent"),
        ("ending", 2, "sent"),
        ("ended", 1, "sent"),
        ("ended", 2, "sent"),
    ]
    for channel in ("stage", "lounge"):
        # That it began and that it was about to end, and that both are over.
        over = [
            (card.text.splitlines()[0], card.labels) for card in await cards(town, channel, "Olive")
        ]
        assert over == [("A is over", [])] * 2, channel
    (bot_id,) = town.sandbox.world.applications
    (letter,) = await town.visible("Ada", f"dm:{bot_id}")
    assert "could not announce **A**" in letter["content"]
    rows = await _rows(town.path, "SELECT bonus_coins, entry_id > 0 FROM purchase_order")
    assert rows == [(14, 1)]
    rows = await _rows(
        town.path,
        "SELECT amount FROM line WHERE source_account = 'budget' AND target_account = 'bonus'",
    )
    assert rows == [(14,)]


async def _rows(path: Path, sql: str) -> list[Any]:
    async with aiosqlite.connect(path) as connection:
        return [tuple(row) for row in await connection.execute_fetchall(sql)]


@pytest.mark.usefixtures("_forgetful_stage")
@pytest.mark.parametrize("part", range(PARTS))
async def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(
    template: Path, nursery: Nursery, part: int
) -> None:
    dies_at, survived = part + 1 - PARTS, False
    while not survived:
        dies_at += PARTS
        town = await _played(template, nursery, [dies_at], f"it died at point {dies_at}")
        survived = not town.killed
    # The story is worth it: there were many points to die at.
    assert dies_at > 30


async def test_a_bot_that_is_killed_again_and_again_loses_and_doubles_nothing(
    template: Path, nursery: Nursery
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(8):
        # Long enough to get somewhere, short enough to die several times on the way.
        deaths = [chance.randrange(4, 20) for _ in range(12)]
        town = await _played(template, nursery, deaths, f"it died at points {deaths}")
        assert town.killed > 1
