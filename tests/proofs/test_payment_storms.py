"""A storm over payments: whatever order things are said in and whenever the bot dies, it is right.

Members order, pay, cancel, gift, take gifts back and go back on it, banks dispute, admins refund,
streamers convert, and the events of it come shuffled, doubled, late and at once to a bot that is
killed again and again, and once is down for a week. Promotions promise more than there is for all.
In the end the books equal what really happened. Without any one of its protections they do not.
"""

import contextlib
import random
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from tests.proofs.paying_bot import ADMIN_ID, GUILD_ID, STREAMER_ID
from tests.proofs.payment_service import NOW, PaymentService
from tests.proofs.payment_storm import Storm
from tests.proofs.payment_world import PayingBot
from tests.proofs.storm_bonuses import promote
from tests.proofs.storm_scene import MEMBERS, PRICES, Scene
from tests.proofs.storm_verdict import differences, wrong_lots
from tests.services.shop import PAID_SETUP

pytestmark = [pytest.mark.proof("payments"), pytest.mark.long]


@contextlib.asynccontextmanager
async def stormy(seed: int, path: Path, without: str = "") -> AsyncGenerator[Scene]:
    """Prepare a guild that takes money and has promotions, for a storm to come over it."""
    print(f"seed {seed}")
    books = await Books.open(path)
    economy = Economy.over(books, lambda: NOW)
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    await economy.seasons.begin_paid(GUILD_ID, ADMIN_ID, PAID_SETUP)
    for coins, price_minor in PRICES.items():
        await economy.packs.put(GUILD_ID, ADMIN_ID, coins, price_minor)
    for member_id in MEMBERS:
        await economy.declarations.declare(GUILD_ID, member_id, "DE", "en-US")
    await promote(economy)
    await books.close()
    async with PaymentService.opened(random.Random(seed)) as service:
        bot = PayingBot(path, service, random.Random(seed))
        bot.take_out(without)
        try:
            yield Scene(random.Random(seed), path, service, bot)
        finally:
            await bot.close()


async def findings(seed: int, path: Path, without: str = "") -> list[str]:
    """Let a storm rage and return everything that is not as it should be afterwards."""
    async with stormy(seed, path, without) as scene:
        storm = Storm(scene)
        await storm.rage()
        await storm.settle_down()
        found = await storm.ring_again()
        await scene.bot.rest()
        found += differences(scene)
        found += storm.admins.differences()
        found += [f"{each.check.holds}: {each.details}" for each in await audit(path, FULL_AUDIT)]
        # Without a protection it complains itself; what counts is what became of the books.
        found += [] if without else [*scene.bot.defects, *await wrong_lots(scene)]
        print(f"{scene.bot.deaths} deaths, {storm.told()}, {found[:3]}")
        assert scene.bot.deaths > 3
        return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_the_end_the_books_are_the_truth(tmp_path: Path, seed: int) -> None:
    assert await findings(seed, tmp_path / "books.sqlite3") == []


@pytest.mark.parametrize("without", ["lock", "inbox", "transaction", "disputes"])
async def test_without_any_one_of_its_protections_they_are_not(
    tmp_path: Path, without: str
) -> None:
    for seed in range(3, 9):
        if await findings(seed, tmp_path / f"{seed}.sqlite3", without):
            return
    pytest.fail(f"nothing was wrong without the {without}")
