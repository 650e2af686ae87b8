"""Nobody claims while a payment of theirs is disputed, or coins are owed."""

import aiosqlite
import pytest

from bot.claim_errors import ClaimWhileDisputed, ClaimWhileOwing
from bot.ledger.accounts import Account
from bot.ledger.posting import to_house
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.freezes import end_dispute, freeze_for_dispute, note_debt
from tests.services.claiming import ClaimDesk
from tests.services.conftest import GUILD_ID, STREAMER_ID, Play


async def dispute(economy: Economy) -> None:
    async def write(connection: aiosqlite.Connection) -> None:
        await freeze_for_dispute(connection, GUILD_ID, STREAMER_ID, 5, 1)

    await economy.books.do(write)


async def test_an_open_dispute_keeps_from_claiming_until_it_is_decided(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(500)
    await dispute(economy)
    with pytest.raises(ClaimWhileDisputed):
        await play.claim(200)
    assert await play.pots(STREAMER_ID) == {"diamonds": 500}

    async def write(connection: aiosqlite.Connection) -> None:
        await end_dispute(connection, GUILD_ID, STREAMER_ID, 5)

    await economy.books.do(write)
    assert (await play.claim(200)).claim.diamonds == 200


async def test_whoever_owes_coins_pays_them_first(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    await play.book(to_house(STREAMER_ID, Account.DEBT, Account.SOLD, 30))

    async def write(connection: aiosqlite.Connection) -> None:
        await note_debt(connection, GUILD_ID, STREAMER_ID, 1)

    await economy.books.do(write)
    with pytest.raises(ClaimWhileOwing) as refusal:
        await play.claim(200)
    assert refusal.value.debt == 30
    assert await play.pots(STREAMER_ID) == {"diamonds": 500, "debt": -30}


async def test_a_claim_made_before_can_still_be_decided(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    await play.claim(200, key="before")
    await dispute(economy)
    assert (await play.claim(200, key="before")).replayed
    desk = ClaimDesk(economy, play)
    await desk.approve()
    assert (await desk.pay()).claim.state is ClaimState.PAID
