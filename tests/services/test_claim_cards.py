"""What an admin sees of a streamer before paying a claim."""

import aiosqlite
import pytest

from bot.errors import ClaimNotFound
from bot.ledger.accounts import Account
from bot.ledger.posting import to_house
from bot.services.claim_cards import StreamerRecord, read_record
from bot.services.claim_states import ClaimAction
from bot.services.economy import Economy
from bot.services.freezes import freeze_for_dispute
from tests.conftest import MovableClock
from tests.services.claiming import ClaimDesk
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID, STREAMER_ID, Play
from tests.services.paid import Paid

NOBODY = StreamerRecord(
    paid_claims=0,
    paid_diamonds=0,
    returned_claims=0,
    first_claim_at=0,
    received_coins=0,
    largest_id=0,
    largest_coins=0,
    returned_coins=0,
    converted_coins=0,
    converted_bonus_coins=0,
    is_disputed=False,
    debt_coins=0,
)


async def record(economy: Economy, streamer_id: int = STREAMER_ID) -> StreamerRecord:
    return await read_record(economy.books.read, GUILD_ID, streamer_id)


async def test_of_whoever_has_nothing_there_is_nothing_to_say(economy: Economy) -> None:
    assert await record(economy, 99) == NOBODY
    assert (NOBODY.largest_percent, NOBODY.bonus_percent) == (0, 0)


async def test_the_largest_supporter_and_the_bonus_coins_are_told_as_shares(
    economy: Economy, play: Play
) -> None:
    await play.coins(paid=150, bonus=50)
    await play.coins(paid=100, member_id=OTHER_GIVER_ID)
    await play.gift(gift="petal", count=200)
    await play.gift(gift="petal", count=90, giver_id=OTHER_GIVER_ID)
    undone = await play.gift(gift="petal", count=10, giver_id=OTHER_GIVER_ID)
    await economy.gift_undos.undo(GUILD_ID, OTHER_GIVER_ID, undone.entry_id)
    await play.convert()
    found = await record(economy)
    assert (found.received_coins, found.largest_id, found.largest_coins) == (290, GIVER_ID, 200)
    assert (found.converted_coins, found.converted_bonus_coins) == (290, 50)
    assert (found.largest_percent, found.bonus_percent) == (68, 17)


async def test_what_went_back_to_buyers_is_told(economy: Economy, play: Play) -> None:
    async def write(connection: aiosqlite.Connection) -> None:
        for entry_id, coins in ((7, 30), (8, 12)):
            await connection.execute_fetchall(
                "INSERT INTO gift_return (guild_id, streamer_id, entry_id, return_id, order_id,"
                " coins, fee_coins) VALUES (?, ?, ?, 9, 1, ?, 0)",
                (GUILD_ID, STREAMER_ID, entry_id, coins),
            )
        await freeze_for_dispute(connection, GUILD_ID, STREAMER_ID, 5, 1)

    await economy.books.do(write)
    await play.book(to_house(STREAMER_ID, Account.DEBT, Account.SOLD, 30))
    found = await record(economy)
    assert (found.returned_coins, found.is_disputed, found.debt_coins) == (42, True, 30)


async def test_claims_of_all_seasons_count_and_coins_of_this_one_alone(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    began = clock.now
    desk = ClaimDesk(economy, play)
    await play.coins(paid=400)
    await play.gift(gift="petal", count=400)
    await play.convert()
    for claim_id in (1, 2, 3):
        await play.claim(100)
        clock.advance(60)
        await desk.approve(claim_id)
    await desk.pay(claim_id=1)
    await desk.pay(60, claim_id=2)
    await desk.reject(2)
    await desk.bounce(3)
    await Paid(economy).begin()
    found = await record(economy)
    assert (found.paid_claims, found.paid_diamonds, found.returned_claims) == (1, 160, 2)
    assert found.first_claim_at == began
    assert (found.received_coins, found.converted_coins) == (0, 0)


async def test_a_card_has_the_claim_its_story_and_the_record(economy: Economy, play: Play) -> None:
    await play.diamonds(500)
    claim = (await play.claim(200)).claim
    card = await economy.payout_desk.card(GUILD_ID, 1)
    assert card.claim == claim
    assert [step.action for step in card.steps] == [ClaimAction.REQUEST]
    assert card.record == await record(economy)
    with pytest.raises(ClaimNotFound):
        await economy.payout_desk.card(GUILD_ID, 2)
